// In Node: the wasm is the file beside this one.

import { readFile } from "node:fs/promises";
import { module } from "./arithmetic-module.js";

export * from "./arithmetic-core.js";

/** Makes the module ready; see ../arithmetic.d.ts. */
export function init(source) {
  return module.init(source, () => readFile(new URL("../wasm/arithmetic_bg.wasm", import.meta.url)));
}

// In Node: the wasm is the file beside this one.

import { readFile } from "node:fs/promises";
import { instantiate } from "./arithmetic-core.js";

export * from "./arithmetic-core.js";

/** Makes the module ready; see ../arithmetic.d.ts. */
export function init(source) {
  return instantiate(source, () => readFile(new URL("../wasm/arithmetic_bg.wasm", import.meta.url)));
}

// In Node: the wasm is the file beside this one.

import { readFile } from "node:fs/promises";
import { module } from "./core-module.js";

export * from "./core.js";

/** Makes the module ready; see ../index.d.ts. */
export function init(source) {
  return module.init(source, () => readFile(new URL("../wasm/cognito_srp_core_bg.wasm", import.meta.url)));
}

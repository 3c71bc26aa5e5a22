// In browsers, workers and other engines that fetch: bundlers know this way of naming a file beside this one.

import { module } from "./arithmetic-module.js";

export * from "./arithmetic-core.js";

/** Makes the module ready; see ../arithmetic.d.ts. */
export function init(source) {
  return module.init(source, () => new URL("../wasm/arithmetic_bg.wasm", import.meta.url));
}

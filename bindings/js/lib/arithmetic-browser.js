// In browsers, workers and other engines that fetch: bundlers know this way of naming a file beside this one.

import { instantiate } from "./arithmetic-core.js";

export * from "./arithmetic-core.js";

/** Makes the module ready; see ../arithmetic.d.ts. */
export function init(source) {
  return instantiate(source, () => new URL("../wasm/arithmetic_bg.wasm", import.meta.url));
}

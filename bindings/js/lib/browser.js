// In browsers, workers and other engines that fetch: bundlers know this way of naming a file beside this one.

import { module } from "./core-module.js";

export * from "./core.js";

/** Makes the module ready; see ../index.d.ts. */
export function init(source) {
  return module.init(source, () => new URL("../wasm/cognito_srp_core_bg.wasm", import.meta.url));
}

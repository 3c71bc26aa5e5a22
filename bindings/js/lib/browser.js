// In browsers, workers and other engines that fetch: bundlers know this way of naming a file beside this one.

import { instantiate } from "./core.js";

export * from "./core.js";

/** Makes the module ready; see ../index.d.ts. */
export function init(source) {
  return instantiate(source, () => new URL("../wasm/cognito_srp_core_bg.wasm", import.meta.url));
}

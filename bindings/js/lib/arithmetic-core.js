// The arithmetic by a module that has nothing else.

import * as wasm from "../wasm/arithmetic.js";
import { arithmetic } from "./arithmetic.js";
import { module } from "./arithmetic-module.js";

export { CognitoSrpError } from "./error.js";

export function initSync(source) {
  module.initSync(source);
}

export const { modpow, computeS, claimKey, deviceVerifier, kernel, version } = arithmetic(wasm, (operation) => module.call(operation));

// The arithmetic by a module that has nothing else.

import * as wasm from "../wasm/arithmetic.js";
import { arithmetic } from "./arithmetic.js";
import { Module } from "./module.js";

export { CognitoSrpError } from "./error.js";

const module = new Module(wasm, (names) => names.includes("modpow") && !names.includes("signin_new"));

/** Loads the module from `source`, or else from where `locate` says; see ../arithmetic.d.ts. */
export const instantiate = (source, locate) => module.init(source, locate);

export function initSync(source) {
  module.initSync(source);
}

export const { modpow, computeS, claimKey, deviceVerifier, kernel, version } = arithmetic(wasm, (operation) => module.call(operation));

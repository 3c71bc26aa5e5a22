// The module that has the arithmetic and nothing else.

import * as wasm from "../wasm/arithmetic.js";
import { Module } from "./module.js";

export const module = new Module(wasm, (names) => names.includes("modpow") && !names.includes("signin_new"));

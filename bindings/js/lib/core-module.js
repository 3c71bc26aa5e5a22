// The module of all operations.

import * as wasm from "../wasm/cognito_srp_core.js";
import { Module } from "./module.js";

export const module = new Module(wasm, (names) => names.includes("signin_new"));

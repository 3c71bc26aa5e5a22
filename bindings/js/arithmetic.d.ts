// The types of `cognito-srp-core/arithmetic`: functions and errors are those of ./index.d.ts, and `init` loads `arithmetic.wasm`.

export {
  CognitoSrpError, claimKey, computeS, deviceVerifier, init, initSync, kernel, modpow, version,
  type DeviceSecretVerifierConfig, type InitSource, type Integer, type WasmSource,
} from "./index.js";

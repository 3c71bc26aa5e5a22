// The arithmetic alone, and what can be said of the module: the functions that both modules of this package have.

import { integer, text } from "./values.js";

/** `wasm` has the functions, and `call` calls them. */
export function arithmetic(wasm, call) {
  return {
    modpow(base, exponent) {
      const [b, e] = [integer("base", base), integer("exponent", exponent)];
      return call(() => wasm.modpow(b, e));
    },

    computeS(a, serverPublic, u, x) {
      const values = [integer("a", a), integer("serverPublic", serverPublic), integer("u", u), integer("x", x)];
      return call(() => wasm.computeS(...values));
    },

    claimKey(a, serverPublic, salt, scope, name, password) {
      const integers = [integer("a", a), integer("serverPublic", serverPublic), integer("salt", salt)];
      const texts = [text("scope", scope), text("name", name), text("password", password)];
      return call(() => wasm.claimKey(...integers, ...texts));
    },

    deviceVerifier(deviceKey, deviceGroupKey, devicePassword, salt) {
      const [key, group] = [text("deviceKey", deviceKey), text("deviceGroupKey", deviceGroupKey)];
      const [password, salted] = [text("devicePassword", devicePassword), integer("salt", salt)];
      return JSON.parse(call(() => wasm.deviceVerifier(key, group, password, salted)));
    },

    kernel() {
      return call(() => wasm.kernel());
    },

    version() {
      return call(() => wasm.version());
    },
  };
}

// amazon-cognito-identity-js with this package's exponentiation in place of its own: first the `init()` of "cognito-srp-core/arithmetic",
// then `faster(BigInteger, N)`.
//
// Everything else of that library stays as it is. BigInteger is its `lib/BigInteger`, and N its group: `new AuthenticationHelper("x").N`.

import { modpow } from "cognito-srp-core/arithmetic";

export function faster(BigInteger, N) {
  const theirs = BigInteger.prototype.modPow;
  BigInteger.prototype.modPow = function (exponent, modulus, callback) {
    if (modulus.compareTo(N) !== 0) return theirs.call(this, exponent, modulus, callback);
    const base = this.mod(N); // B - k * g^x may be negative
    const power = modpow(bytes(base), bytes(exponent));
    const result = new BigInteger(Array.from(power, (byte) => byte.toString(16).padStart(2, "0")).join(""), 16);
    callback(null, result);
    return result;
  };
  /** Puts the library's own back. */
  return () => (BigInteger.prototype.modPow = theirs);
}

function bytes(integer) {
  const hex = integer.toString(16);
  return Uint8Array.from(hex.padStart(hex.length + (hex.length % 2), "0").match(/../g), (byte) => parseInt(byte, 16));
}

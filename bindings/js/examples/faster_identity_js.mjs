// amazon-cognito-identity-js with this package's exponentiation in place of its own: first the `init()` of "cognito-srp-core/arithmetic",
// then `faster(new AuthenticationHelper("x").N)`, once.
//
// Everything else of that library stays as it is. Its integers are taken from its group, N: the package has them twice, in `lib` and in
// `es`, and which of the two a bundler takes is the bundler's choice.

import { modpow } from "cognito-srp-core/arithmetic";

export function faster(N) {
  const BigInteger = N.constructor;
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

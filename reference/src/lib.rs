//! The SRP protocol of Amazon Cognito user pools, client and server, as plainly as it can be said:
//! an executable specification, and the oracle of the differential tests.
//!
//! <div class="warning">
//!
//! **Never use this in a client.** Every function takes a time that depends on its secrets, nothing
//! is wiped, and nothing is refused: B = 0 is computed like any other value. `cognito-srp-core` is
//! the library.
//!
//! </div>
//!
//! It shares no code with the core: HMAC, HKDF and the calendar are written out from
//! their definitions, so that an error would have to be made twice, in two ways, to go unseen.
//!
//! # The letters
//!
//! | letter | what it is |
//! |---|---|
//! | `N`, `g`, `k` | the group and SRP-6a's multiplier: [`n`], [`g`], [`k`] |
//! | `a`, `A` | the client's private and public value, `A = g^a` |
//! | `b`, `B` | the server's, `B = k*v + g^b` |
//! | `u` | the scrambler: a hash of `A` and `B` |
//! | `x`, `v` | the password as an exponent, and the verifier `v = g^x` that the server keeps |
//! | `S` | the secret both sides arrive at |
//!
//! # A whole exchange
//!
//! ```
//! use cognito_srp_reference as srp;
//! use num_bigint::BigUint;
//!
//! let identity = srp::Identity {
//!     scope: "Kf7Lq2Wxy",
//!     name: "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8",
//! };
//! let salt = BigUint::from(0xcc09_0d95_u32);
//!
//! // The server knows v and never sees the password.
//! let x = srp::x(&salt, &identity, "correct horse");
//! let v = srp::verifier(&x);
//!
//! let (a, b) = (BigUint::from(0x1234_5678_u32), BigUint::from(0x9abc_def0_u32));
//! let (A, B) = (srp::public_a(&a), srp::public_b(&b, &v));
//! let u = srp::u(&A, &B);
//! let S = srp::client_s(&a, &B, &u, &x);
//! assert_eq!(S, srp::server_s(&A, &v, &u, &b));
//!
//! let claim_key = srp::claim_key(&srp::prk(&u, &S));
//! let now = srp::timestamp(1_793_696_825);
//! let proof = srp::signature(&claim_key, &identity, b"secret block", &now);
//! assert_eq!(proof.len(), 32);
//! ```
#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

mod hash;
mod timestamp;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use num_bigint::{BigInt, BigUint};

pub use crate::hash::{hkdf_expand, hkdf_extract, hmac_sha256, sha256};
pub use crate::timestamp::timestamp;

/// Whose password is proven: the two strings that are hashed in front of it.
///
/// | exchange | `scope` | `name` |
/// |---|---|---|
/// | user | the user pool id after its `_` | `USER_ID_FOR_SRP` |
/// | device | `DeviceGroupKey` | `DeviceKey` |
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the hash covers these two strings and no other")]
pub struct Identity<'a> {
    /// What the name is unique in.
    pub scope: &'a str,
    /// The user's or the device's name within that scope.
    pub name: &'a str,
}

/// What `ConfirmDevice` registers, in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the two members of the service's DeviceSecretVerifierConfig")]
pub struct DeviceVerifier {
    /// `Salt`: the salt as a signed integer.
    pub salt: String,
    /// `PasswordVerifier`: `v` as a signed integer.
    pub password_verifier: String,
}

// ---- the group ----------------------------------------------------------------------------------

/// Returns `N`, the 3072-bit MODP prime (RFC 3526 section 4, group 15).
#[must_use]
pub fn n() -> BigUint {
    from_hex(N_HEX).unwrap_or_default()
}

/// Returns `g` = 2, the generator RFC 3526 gives that prime. (RFC 5054 would pair it with 5.)
#[must_use]
pub fn g() -> BigUint {
    BigUint::from(2_u8)
}

/// Returns `k = SHA-256(enc(N) || enc(g))`, the multiplier of SRP-6a.
///
/// ```
/// use cognito_srp_reference::{k, to_hex};
///
/// assert_eq!(to_hex(&k()), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");
/// ```
#[must_use]
pub fn k() -> BigUint {
    integer(&sha256(&[&enc(&n()), &enc(&g())]))
}

/// Returns `base^exponent mod N`, between 0 and N - 1 whatever the sign or size of the base.
#[must_use]
pub fn pow(base: impl Into<BigInt>, exponent: &BigUint) -> BigUint {
    let power = base.into().modpow(&exponent.clone().into(), &n().into());
    power.into_parts().1
}

// ---- integers as bytes and text -----------------------------------------------------------------

/// Encodes an integer as Java's `BigInteger.toByteArray` does: two's complement, big-endian, as
/// short as it can be.
///
/// ```
/// use cognito_srp_reference::enc;
///
/// assert_eq!(enc(&0_u8.into()), [0x00]);
/// assert_eq!(enc(&0x7f_u8.into()), [0x7f]);
/// assert_eq!(enc(&0x80_u8.into()), [0x00, 0x80]);
/// ```
#[must_use]
pub fn enc(integer: &BigUint) -> Vec<u8> {
    BigInt::from(integer.clone()).to_signed_bytes_be()
}

/// Reads the hexadecimal text of an integer, in either case, of odd length or even; `None` if it is
/// no such text.
///
/// ```
/// use cognito_srp_reference::from_hex;
///
/// assert_eq!(from_hex("0Fff"), Some(0xfff_u16.into()));
/// assert_eq!(from_hex("-1"), None);
/// assert_eq!(from_hex(""), None);
/// ```
#[must_use]
pub fn from_hex(text: &str) -> Option<BigUint> {
    // num-bigint would also take a sign and underscores.
    let all_digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_digits.then(|| BigUint::parse_bytes(text.as_bytes(), 16)).flatten()
}

/// Writes an integer as `SRP_A`, `SRP_B` and `SALT` are written: minimal lower-case hexadecimal.
#[must_use]
pub fn to_hex(integer: &BigUint) -> String {
    integer.to_str_radix(16)
}

fn integer(big_endian: &[u8]) -> BigUint {
    BigUint::from_bytes_be(big_endian)
}

// ---- both sides ---------------------------------------------------------------------------------

/// Returns `SHA-256(scope || name || ":" || password)`.
#[must_use]
pub fn identity_hash(identity: &Identity<'_>, password: &str) -> [u8; 32] {
    sha256(&[identity.scope.as_bytes(), identity.name.as_bytes(), b":", password.as_bytes()])
}

/// Returns `x = SHA-256(enc(salt) || identity_hash)`, the password as an exponent.
#[must_use]
pub fn x(salt: &BigUint, identity: &Identity<'_>, password: &str) -> BigUint {
    integer(&sha256(&[&enc(salt), &identity_hash(identity, password)]))
}

/// Returns `u = SHA-256(enc(A) || enc(B))`.
#[must_use]
pub fn u(A: &BigUint, B: &BigUint) -> BigUint {
    integer(&sha256(&[&enc(A), &enc(B)]))
}

/// Returns `PRK = HKDF-Extract(salt = enc(u), ikm = enc(S))` (RFC 5869 section 2.2).
#[must_use]
pub fn prk(u: &BigUint, S: &BigUint) -> [u8; 32] {
    hkdf_extract(&enc(u), &enc(S))
}

/// Returns the 16 bytes that sign the claim: `HKDF-Expand(PRK, "Caldera Derived Key", 16)` (RFC
/// 5869 section 2.3).
#[must_use]
pub fn claim_key(prk: &[u8; 32]) -> [u8; 16] {
    hkdf_expand(prk, b"Caldera Derived Key")
}

/// Returns `PASSWORD_CLAIM_SIGNATURE` before its base64: a MAC over who, which challenge and when.
#[must_use]
pub fn signature(claim_key: &[u8; 16], identity: &Identity<'_>, secret_block: &[u8], timestamp: &str) -> [u8; 32] {
    let Identity { scope, name } = identity;
    hmac_sha256(claim_key, &[scope.as_bytes(), name.as_bytes(), secret_block, timestamp.as_bytes()])
}

/// Returns `SECRET_HASH`, which shows that the app client's secret is known.
///
/// ```
/// use cognito_srp_reference::secret_hash;
///
/// // From the tests of aws-sdk-net-extensions-cognito.
/// let hash = secret_hash("secret", "Mess", "age");
/// assert_eq!(hash, "qnR8UCqJggD55PohusaBNviGoOJ67HC6Btry4qXLVZc=");
/// ```
#[must_use]
pub fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> String {
    BASE64_STANDARD.encode(hmac_sha256(client_secret.as_bytes(), &[username.as_bytes(), client_id.as_bytes()]))
}

// ---- the client ---------------------------------------------------------------------------------

/// Returns `A = g^a`.
#[must_use]
pub fn public_a(a: &BigUint) -> BigUint {
    pow(g(), a)
}

/// Returns the client's `S = (B - k * g^x)^(a + u*x)`.
///
/// The exponent stays an integer. Reduced mod N it would give another `S`: the powers of `g` repeat
/// with its order, which divides N - 1 and not N.
#[must_use]
pub fn client_s(a: &BigUint, B: &BigUint, u: &BigUint, x: &BigUint) -> BigUint {
    let base = BigInt::from(B.clone()) - BigInt::from(k() * verifier(x));
    pow(base, &(a + u * x))
}

/// Returns what a device sends to `ConfirmDevice`: `enc(salt)` and `enc(v)`, in base64.
///
/// The service reads both as signed integers, which is why it is `enc` and not the bare magnitude.
#[must_use]
pub fn device_verifier(identity: &Identity<'_>, password: &str, salt: &BigUint) -> DeviceVerifier {
    let v = verifier(&x(salt, identity, password));
    DeviceVerifier { salt: BASE64_STANDARD.encode(enc(salt)), password_verifier: BASE64_STANDARD.encode(enc(&v)) }
}

// ---- the server ---------------------------------------------------------------------------------

/// Returns the verifier `v = g^x`.
#[must_use]
pub fn verifier(x: &BigUint) -> BigUint {
    pow(g(), x)
}

/// Returns `B = k*v + g^b mod N`.
#[must_use]
pub fn public_b(b: &BigUint, v: &BigUint) -> BigUint {
    (k() * v + pow(g(), b)) % n()
}

/// Returns the server's `S = (A * v^u)^b`.
#[must_use]
pub fn server_s(A: &BigUint, v: &BigUint, u: &BigUint, b: &BigUint) -> BigUint {
    pow(A * pow(v.clone(), u), b)
}

const N_HEX: &str = concat!(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74",
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437",
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05",
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB",
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718",
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33",
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864",
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2",
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);

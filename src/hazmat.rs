//! The steps one by one, and an injected `a`: for test vectors and research, exempt from semantic versioning.
//!
//! **Do not sign in with these.** An `a` that is not fresh and random, or used twice, gives the password away to whoever
//! can guess it; the values here are not wiped, and nothing keeps their order. Integers are big-endian bytes.

use alloc::{string::String, vec::Vec};

use zeroize::Zeroizing;

use crate::{
    device::{Device, DeviceLogin},
    modpow::{Kernel, Residue},
    pool::User,
    srp::{self, Ephemeral, Identity, Scrambling, ServerPublic},
    user::UserLogin,
    wire::{DeviceSecretVerifierConfig, hex, timestamp},
};

/// Every key of a parameter map that this library writes or reads, but for the attributes of NEW_PASSWORD_REQUIRED.
pub const PARAMETER_KEYS: &[&str] = crate::wire::key::ALL;

/// [`UserLogin::start`] with `a` given, of any length and not reduced.
#[must_use]
pub fn user_login(user: &User, a: &[u8]) -> UserLogin {
    UserLogin::from_ephemeral(user, Ephemeral::from_be_bytes(a))
}

/// [`DeviceLogin::start`] with `a` given, of any length and not reduced.
#[must_use]
pub fn device_login(user: &User, device: &Device, a: &[u8]) -> DeviceLogin {
    DeviceLogin::from_ephemeral(user, device, Ephemeral::from_be_bytes(a))
}

/// DeviceSecretVerifierConfig of a device for a given salt.
#[must_use]
pub fn device_verifier(device: &Device, salt: &[u8]) -> DeviceSecretVerifierConfig {
    DeviceSecretVerifierConfig::new(device, salt)
}

/// enc(n): the shortest big-endian two's complement.
#[must_use]
pub fn enc(integer: &[u8]) -> Vec<u8> {
    srp::enc(integer).to_vec()
}

/// An integer as SRP_A is written: the fewest lower-case hex digits.
#[must_use]
pub fn hex(integer: &[u8]) -> String {
    hex::write(integer)
}

/// Computes something with secrets, and overwrites what that has left on the stack, to a depth of 40 KiB: for those who call
/// the functions below with secrets of their own. What `compute` returns is the caller's to wipe.
///
/// ```
/// use cognito_srp_core::hazmat;
///
/// let s = hazmat::wiping_stack(|| hazmat::modpow(&[3], &[2]));
/// assert_eq!(s.and_then(|s| s.last().copied()), Some(9));
/// ```
pub fn wiping_stack<T>(compute: impl FnOnce() -> T) -> T {
    #[inline(never)] // for the sake of `wipe_stack`
    fn apart<T>(compute: impl FnOnce() -> T) -> T {
        compute()
    }
    let result = apart(compute);
    srp::wipe_stack();
    result
}

/// N.
#[must_use]
pub fn n() -> Vec<u8> {
    crate::modpow::n_be_bytes().to_vec()
}

/// k.
#[must_use]
pub fn k() -> [u8; 32] {
    srp::k()
}

/// base^exponent mod N in 384 bytes; `None` unless the base is below N.
#[must_use]
pub fn modpow(base: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    Some(Residue::from_public_be_bytes(base)?.pow(exponent).to_be_bytes().to_vec())
}

/// g^exponent mod N in 384 bytes, from the table of powers of g.
#[must_use]
pub fn power_of_g(exponent: &[u8]) -> Vec<u8> {
    Residue::power_of_g(exponent).to_be_bytes().to_vec()
}

/// [`modpow`] by one kernel; `None` also where the machine lacks it.
#[must_use]
pub fn modpow_by(kernel: Kernel, base: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    Some(Residue::from_public_be_bytes(base)?.pow_by(kernel, exponent)?.to_be_bytes().to_vec())
}

/// g^exponent mod N by one kernel, in 384 bytes; `None` where the machine lacks it.
#[must_use]
pub fn power_of_g_by(kernel: Kernel, exponent: &[u8]) -> Option<Vec<u8>> {
    Some(Residue::power_of_g_by(kernel, exponent)?.to_be_bytes().to_vec())
}

/// u, where it is not 0, and A and B are in 1..N-1.
#[must_use]
pub fn u(a_public: &[u8], b_public: &[u8]) -> Option<[u8; 32]> {
    let a_public = Residue::from_public_be_bytes(a_public).filter(|a_public| !a_public.is_zero_public())?;
    Some(*Scrambling::new(&a_public.to_be_bytes(), &ServerPublic::from_be_bytes(b_public)?)?.as_bytes())
}

/// SHA-256(scope || name || ":" || password).
#[must_use]
pub fn identity_hash(scope: &str, name: &str, password: &str) -> [u8; 32] {
    *srp::identity_hash(Identity { scope, name }, password.as_bytes())
}

/// x.
#[must_use]
pub fn x(salt: &[u8], identity_hash: &[u8; 32]) -> [u8; 32] {
    *srp::x(salt, identity_hash)
}

/// v in 384 bytes.
#[must_use]
pub fn v(x: &[u8; 32]) -> Vec<u8> {
    srp::v(x).to_be_bytes().to_vec()
}

/// S in 384 bytes, where B is in 1..N-1 and u is not 0.
#[must_use]
pub fn s(a: &[u8], b_public: &[u8], u: [u8; 32], x: &[u8; 32]) -> Option<Vec<u8>> {
    let b_public = ServerPublic::from_be_bytes(b_public)?;
    Some(srp::s(a, &b_public, &Scrambling::from_be_bytes(u)?, x).to_be_bytes().to_vec())
}

/// The pseudo-random key of S and u, where S is below N and u is not 0.
#[must_use]
pub fn prk(u: [u8; 32], s: &[u8]) -> Option<[u8; 32]> {
    Some(*srp::prk(&Scrambling::from_be_bytes(u)?, &Residue::from_public_be_bytes(s)?))
}

/// [`prk`] without its parser, for whoever measures the hashing of S: where u is not 0, and of any S.
#[must_use]
pub fn prk_of_bytes(u: [u8; 32], s: &[u8; 384]) -> Option<[u8; 32]> {
    Some(*srp::prk_of_bytes(&Scrambling::from_be_bytes(u)?, s))
}

/// K.
#[must_use]
pub fn claim_key(prk: &[u8; 32]) -> [u8; 16] {
    *srp::claim_key(prk)
}

/// PASSWORD_CLAIM_SIGNATURE before base64.
#[must_use]
pub fn signature(key: &[u8; 16], scope: &str, name: &str, secret_block: &[u8], timestamp: &str) -> [u8; 32] {
    srp::signature(key, Identity { scope, name }, secret_block, timestamp)
}

/// TIMESTAMP, where the year is in 1583 to 9999.
#[must_use]
pub fn timestamp(now: chrono::DateTime<chrono::Utc>) -> Option<String> {
    timestamp::format(now)
}

/// The device password of 40 random bytes.
#[must_use]
pub fn device_password(random: &[u8; 40]) -> Zeroizing<String> {
    crate::wire::base64::encode_secret(random)
}

//! The arithmetic alone, for clients that have everything else: integers are big-endian bytes, with any zeros in front.
//!
//! **Dangerous where `a` is not fresh and random, or is used twice.** What comes out is a secret, and is the caller's to wipe.

use alloc::{string::String, vec::Vec};

use cognito_srp_core::{Device, DevicePassword, hazmat};
use zeroize::Zeroizing;

use crate::{
    enrollment,
    failure::{Failure, Fallible},
    json,
};

/// The longest exponent that is taken, in bytes. A client's own has at most 128.
const EXPONENT: usize = 1024;

/// The longest writing of an integer below N that is taken, in bytes.
const RESIDUE: usize = 1024;

/// The longest parameter that the service takes, in bytes, as AWS's model has it.
pub(crate) const MAX_PARAMETER: usize = 131_072;

/// The longest salt that is taken, in bytes. A client's own has 16.
const SALT: usize = 512;

/// base^exponent mod N in 384 bytes; `base` is below N. Constant time, but for the length of `exponent`, and for the reading of the
/// base: how many zeros it begins with, how it compares with N, and whether it is g = 2, whose powers come from a table.
///
/// # Errors
///
/// [`Kind::Argument`](crate::Kind::Argument) where `base` is not below N, or `exponent` has over 1024 bytes.
pub fn modpow(base: &[u8], exponent: &[u8]) -> Fallible<Zeroizing<Vec<u8>>> {
    let base = within("base", base, RESIDUE)?;
    let exponent = within("exponent", exponent, EXPONENT)?;
    if base.split_last().is_some_and(|(&last, zeros)| last == 2 && zeros.iter().all(|&byte| byte == 0)) {
        return Ok(secret(|| hazmat::power_of_g(exponent)));
    }
    in_range("base", || hazmat::modpow(base, exponent))
}

/// S = (B - k * g^x)^(a + u * x) mod N, in 384 bytes. `u` and `x` have at most 32 bytes; u is not 0, and B is in 1..N-1.
///
/// # Errors
///
/// [`Kind::Argument`](crate::Kind::Argument).
pub fn compute_s(a: &[u8], b_public: &[u8], u: &[u8], x: &[u8]) -> Fallible<Zeroizing<Vec<u8>>> {
    let a = self::a(a)?;
    let b_public = within("B", b_public, RESIDUE)?;
    let (u, x) = (bits_256("u", u)?, bits_256("x", x)?);
    if *u == [0; 32] {
        return Err(Failure::out_of_range("u"));
    }
    in_range("B", || hazmat::s(a, b_public, *u, &x))
}

/// The key of PASSWORD_CLAIM_SIGNATURE, in 16 bytes: u, x, S and K in one call.
///
/// `scope` is the pool's name behind `_`, and `name` is USER_ID_FOR_SRP; or they are DeviceGroupKey and DeviceKey.
///
/// # Errors
///
/// [`Kind::Argument`](crate::Kind::Argument).
pub fn claim_key(
    a: &[u8],
    b_public: &[u8],
    salt: &[u8],
    scope: &str,
    name: &str,
    password: &str,
) -> Fallible<Zeroizing<Vec<u8>>> {
    let password = self::password(password)?;
    let a = self::a(a)?;
    let b_public = within("B", b_public, RESIDUE)?;
    let salt = within("salt", salt, SALT)?;
    in_range("B", || {
        let u = hazmat::u(&hazmat::power_of_g(a), b_public)?;
        let x = Zeroizing::new(hazmat::x(salt, &Zeroizing::new(hazmat::identity_hash(scope, name, password))));
        let s = Zeroizing::new(hazmat::s(a, b_public, u, &x)?);
        let prk = Zeroizing::new(hazmat::prk(u, &s)?);
        Some(hazmat::claim_key(&prk).to_vec())
    })
}

/// DeviceSecretVerifierConfig of a device for a salt that is given, as a JSON object.
///
/// # Errors
///
/// [`Kind::Argument`](crate::Kind::Argument).
pub fn device_verifier(
    device_key: &str,
    device_group_key: &str,
    device_password: &str,
    salt: &[u8],
) -> Fallible<Zeroizing<String>> {
    let device = Device::new(device_key, device_group_key, DevicePassword::new(device_password))?;
    let salt = within("salt", salt, SALT)?;
    let verifier = hazmat::wiping_stack(|| hazmat::device_verifier(&device, salt));
    Ok(json::object(&|object| enrollment::write(object, &verifier)))
}

/// What is computed of secrets, of which nothing is left on the stack.
fn secret(compute: impl FnOnce() -> Vec<u8>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(hazmat::wiping_stack(compute))
}

/// The same, which an argument that is out of range does not have.
fn in_range(parameter: &'static str, compute: impl FnOnce() -> Option<Vec<u8>>) -> Fallible<Zeroizing<Vec<u8>>> {
    let result = hazmat::wiping_stack(compute);
    Ok(Zeroizing::new(result.ok_or_else(|| Failure::out_of_range(parameter))?))
}

/// An `a` that is given: up to 1024 bytes. None at all would be an `a` of 0, which hides nothing: there are callers to whom an
/// empty buffer is an absent one.
pub(crate) fn a(a: &[u8]) -> Fallible<&[u8]> {
    if a.is_empty() {
        return Err(Failure::argument("a", "Empty", "is empty"));
    }
    within("a", a, EXPONENT)
}

/// A password that can be one: no parameter of the service is longer than 131072 bytes.
pub(crate) fn password(password: &str) -> Fallible<&str> {
    within("password", password.as_bytes(), MAX_PARAMETER)?;
    Ok(password)
}

fn within<'a>(name: &'static str, bytes: &'a [u8], limit: usize) -> Fallible<&'a [u8]> {
    if bytes.len() > limit { Err(Failure::too_long(name, limit)) } else { Ok(bytes) }
}

/// An integer of at most 256 bits.
fn bits_256(name: &'static str, bytes: &[u8]) -> Fallible<Zeroizing<[u8; 32]>> {
    let mut integer = Zeroizing::new([0; 32]);
    let place = integer.len().checked_sub(bytes.len()).ok_or_else(|| Failure::out_of_range(name))?;
    integer[place..].copy_from_slice(bytes);
    Ok(integer)
}

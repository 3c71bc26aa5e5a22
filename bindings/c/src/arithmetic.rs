//! The arithmetic alone.

#![expect(unsafe_code, reason = "the caller's pointers, and names that C can link to")]

use std::ffi::c_char;

use cognito_srp_operations::arithmetic;

use crate::{
    boundary::{Handle, bytes, call, text},
    status::Status,
};

/// base^exponent mod N, for the 3072-bit N of Cognito. As in all that follow, integers are big-endian bytes, with any zeros in
/// front, and what comes out is a secret.
///
/// Constant time, but for the length of the exponent, and for the reading of the base: how many zeros it begins with, how it compares
/// with N, and whether it is 2.
///
/// @param base below N
/// @param exponent at most 1024 bytes
/// @param result a VALUE of 384 bytes
/// @return OK; ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_modpow(
    base: *const u8,
    base_length: usize,
    exponent: *const u8,
    exponent_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let base = bytes("base", base, base_length)?;
            Ok(Some(arithmetic::modpow(base, bytes("exponent", exponent, exponent_length)?)?))
        })
    }
}

/// S = (B - k * g^x)^(a + u * x) mod N.
///
/// @param a 1 to 1024 bytes, fresh and random, and used once: otherwise what comes out gives the password away
/// @param b_public B, in 1..N-1
/// @param u not 0, and as x at most 32 bytes
/// @param result a VALUE of 384 bytes
/// @return OK; ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_compute_s(
    a: *const u8,
    a_length: usize,
    b_public: *const u8,
    b_public_length: usize,
    u: *const u8,
    u_length: usize,
    x: *const u8,
    x_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let (a, b_public) = (bytes("a", a, a_length)?, bytes("B", b_public, b_public_length)?);
            Ok(Some(arithmetic::compute_s(a, b_public, bytes("u", u, u_length)?, bytes("x", x, x_length)?)?))
        })
    }
}

/// The key of PASSWORD_CLAIM_SIGNATURE: u, x, S and K in one call.
///
/// @param a as for cognito_srp_compute_s
/// @param salt at most 512 bytes
/// @param scope the pool's name behind `_`; of a device its DeviceGroupKey
/// @param name USER_ID_FOR_SRP; of a device its DeviceKey
/// @param result a VALUE of 16 bytes
/// @return OK; ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_claim_key(
    a: *const u8,
    a_length: usize,
    b_public: *const u8,
    b_public_length: usize,
    salt: *const u8,
    salt_length: usize,
    scope: *const c_char,
    scope_length: usize,
    name: *const c_char,
    name_length: usize,
    password: *const c_char,
    password_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let (a, b_public) = (bytes("a", a, a_length)?, bytes("B", b_public, b_public_length)?);
            let salt = bytes("salt", salt, salt_length)?;
            let (scope, name) = (text("scope", scope, scope_length)?, text("name", name, name_length)?);
            let password = text("password", password, password_length)?;
            Ok(Some(arithmetic::claim_key(a, b_public, salt, scope, name, password)?))
        })
    }
}

/// DeviceSecretVerifierConfig of a device for a salt that is given. cognito_srp_enroll_device draws both.
///
/// @param salt at most 512 bytes
/// @param result a VALUE of text: JSON
/// @return OK; ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_device_verifier(
    device_key: *const c_char,
    device_key_length: usize,
    device_group_key: *const c_char,
    device_group_key_length: usize,
    device_password: *const c_char,
    device_password_length: usize,
    salt: *const u8,
    salt_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let device_key = text("device_key", device_key, device_key_length)?;
            let device_group_key = text("device_group_key", device_group_key, device_group_key_length)?;
            let device_password = text("device_password", device_password, device_password_length)?;
            let salt = bytes("salt", salt, salt_length)?;
            Ok(Some(arithmetic::device_verifier(device_key, device_group_key, device_password, salt)?))
        })
    }
}

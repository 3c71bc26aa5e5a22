//! Single steps over SRP.

#![expect(unsafe_code, reason = "the caller's pointers, and names that C can link to")]

use std::{ffi::c_char, sync::Mutex};

use cognito_srp_operations::{DeviceLogin, PasswordLogin};

use crate::{
    boundary::{Handle, body, call, optional_bytes, optional_text, text},
    object::Object,
    registry,
    status::Status,
    trouble::Trouble,
};

/// For those who keep the order of the messages themselves: a sign-in with a password, of which SRP_A is known.
///
/// @param options those of cognito_srp_sign_in_new that name the user, and what goes with every request: `Admin`, `ClientMetadata` and
/// the like; the others are not looked at
/// @param a NULL, to have it drawn. One that is given (big-endian, 1 to 1024 bytes) is for test vectors: if it is not fresh
/// and random, it gives the password away.
/// @param result the login
/// @return OK; ARGUMENT; MACHINE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_password_login_new(
    options: *const c_char,
    options_length: usize,
    a: *const u8,
    a_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let a = optional_bytes("a", a, a_length)?;
            let login = PasswordLogin::new(text("options", options, options_length)?, a)?;
            Ok(Some(Object::PasswordLogin(Box::new(Mutex::new(login)))))
        })
    }
}

/// A remembered device's login. Of `options`, `Username` is the one that the service gave, and `Device` is required.
///
/// @param a as for cognito_srp_password_login_new
/// @param result the login
/// @return OK; ARGUMENT; MACHINE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_device_login_new(
    options: *const c_char,
    options_length: usize,
    a: *const u8,
    a_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let a = optional_bytes("a", a, a_length)?;
            let login = DeviceLogin::new(text("options", options, options_length)?, a)?;
            Ok(Some(Object::DeviceLogin(Box::new(Mutex::new(login)))))
        })
    }
}

/// SRP_A, of a login of either kind.
///
/// @param result a VALUE of text: at most 768 hex digits, no secret
/// @return OK; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_login_srp_a(login: Handle, result: *mut Handle) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let object = registry::get(login)?;
            Ok(Some(match &*object {
                Object::DeviceLogin(_) => Object::from(object.device_login()?.srp_a()),
                _ => Object::from(object.password_login()?.srp_a()),
            }))
        })
    }
}

/// The answer to PASSWORD_VERIFIER, or of a device's login to DEVICE_PASSWORD_VERIFIER: the body of RespondToAuthChallenge.
///
/// A login makes one claim: afterwards it is spent. A challenge that cannot be read, or has another ChallengeName, spends nothing.
///
/// @param challenge the body of the reply that has the challenge
/// @param password the person's; NULL for a device's login, which has its own. It is only read: wipe your copy. NULL with the length 0
/// is an absent password here: of a person's login that is ARGUMENT, and an empty one is a pointer with the length 0.
/// @param now the time, in seconds since 1970: not in milliseconds
/// @param result a VALUE of text: JSON
/// @return OK; REPLY; ARGUMENT where the login is spent, the time is out of range, a device's login got a password, or another got none;
/// HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_login_claim(
    login: Handle,
    challenge: *const c_char,
    challenge_length: usize,
    password: *const c_char,
    password_length: usize,
    now: i64,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let challenge = body("challenge", challenge, challenge_length)?;
            let password = optional_text("password", password, password_length)?;
            let object = registry::get(login)?;
            if let Object::DeviceLogin(_) = &*object {
                if password.is_some() {
                    return Err(Trouble::argument("password", "Unexpected", "is not for a device's login"));
                }
                return Ok(Some(object.device_login()?.claim(challenge, now)?));
            }
            let mut login = object.password_login()?;
            let password = password.ok_or_else(|| Trouble::argument("password", "Missing", "is NULL"))?;
            Ok(Some(login.claim(challenge, password, now)?))
        })
    }
}

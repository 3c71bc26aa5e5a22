//! A new device, and SECRET_HASH: for those who send those requests themselves.

#![expect(unsafe_code, reason = "the caller's pointers, and names that C can link to")]

use std::ffi::c_char;

use cognito_srp_operations::{enroll_device, secret_hash};

use crate::{
    boundary::{Handle, call, text},
    object::Object,
    status::Status,
};

/// A password for a device that the service offers to remember, and the verifier that ConfirmDevice takes.
///
/// @param result a VALUE of text, which is a secret: a JSON object with `Device`, to be stored once ConfirmDevice has succeeded,
/// and `DeviceSecretVerifierConfig`, to be sent with it
/// @return OK; REPLY where the two are not such as the service gives; MACHINE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_enroll_device(
    device_key: *const c_char,
    device_key_length: usize,
    device_group_key: *const c_char,
    device_group_key_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let device_key = text("device_key", device_key, device_key_length)?;
            let device_group_key = text("device_group_key", device_group_key, device_group_key_length)?;
            Ok(Some(enroll_device(device_key, device_group_key)?))
        })
    }
}

/// SECRET_HASH over the USERNAME of the same request, for operations outside sign-in such as SignUp.
///
/// @param result a VALUE of text
/// @return OK; ARGUMENT where the client's secret is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_secret_hash(
    username: *const c_char,
    username_length: usize,
    client_id: *const c_char,
    client_id_length: usize,
    client_secret: *const c_char,
    client_secret_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let username = text("username", username, username_length)?;
            let client_id = text("client_id", client_id, client_id_length)?;
            let client_secret = text("client_secret", client_secret, client_secret_length)?;
            Ok(Some(Object::from(&*secret_hash(username, client_id, client_secret)?)))
        })
    }
}

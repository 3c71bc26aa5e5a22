//! The conversation.

#![expect(unsafe_code, reason = "the caller's pointers, and names that C can link to")]

use std::{ffi::c_char, sync::Mutex};

use cognito_srp_operations::SignIn;

use crate::{
    boundary::{Handle, body, bytes, call, optional_text, text},
    object::Object,
    registry,
    status::Status,
};

/// A sign-in that is about to begin. `options` are a JSON object:
///
/// - `UserPoolId`, `ClientId`, `Username`: required
/// - `ClientSecret`: of an app client that has one
/// - `AuthFlow`: default `USER_SRP_AUTH`; `PreferredChallenge`: for `USER_AUTH`; `WithoutSrp` (true): for `CUSTOM_AUTH`, which
///   otherwise begins with SRP
/// - `Admin` (true): the Admin twins of the operations
/// - `Device`: a remembered one: `DeviceKey`, `DeviceGroupKey`, `DevicePassword`
/// - `RememberDevice` (true), `DeviceName`: to have a device remembered that the service offers
/// - `DeviceKey`: for a refresh token that belongs to a device, without `Device`
/// - `Session`: of ConfirmSignUp, for `USER_AUTH`
/// - `ClientMetadata`, `AnalyticsMetadata`: as in AWS's requests
/// - `UserContextData`, or `ContextData` for the Admin twins: as in AWS's requests
///
/// @param result the sign-in
/// @return OK; ARGUMENT, by the member at fault; one that is not listed here is one, and so is one that does not fit the others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_new(
    options: *const c_char,
    options_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let sign_in = SignIn::new(text("options", options, options_length)?)?;
            Ok(Some(Object::SignIn(Box::new(Mutex::new(sign_in)))))
        })
    }
}

/// The sign-in that was saved, in this process or another. Of `options` the client, its secret, the device and what goes with
/// every request are read; the rest is in the state. The `Device` has to be the one that it was saved with. Restore a state once: it has
/// the secret of one proof in it, and two proofs with one secret give the password away.
///
/// @param result the sign-in
/// @return OK; ARGUMENT, for a state that is damaged, or of another version of its layout, or another client's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_restore(
    state: *const u8,
    state_length: usize,
    options: *const c_char,
    options_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let options = text("options", options, options_length)?;
            let sign_in = SignIn::restore(bytes("state", state, state_length)?, options)?;
            Ok(Some(Object::SignIn(Box::new(Mutex::new(sign_in)))))
        })
    }
}

/// The first step; also to start over.
///
/// @param result the step
/// @return OK; ARGUMENT where `PreferredChallenge` is not one that a sign-in can begin with; MACHINE; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_start(sign_in: Handle, result: *mut Handle) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe { call(result, || Ok(Some(registry::get(sign_in)?.sign_in()?.start()?))) }
}

/// Takes the body of the reply to the request that was sent.
///
/// @param now the time, in seconds since 1970: not in milliseconds
/// @param result the next step
/// @return OK; REPLY; ARGUMENT where no request is out, or the time is out of range; MACHINE; HANDLE; BUSY. A failure leaves
/// the sign-in as it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_handle(
    sign_in: Handle,
    reply: *const c_char,
    reply_length: usize,
    now: i64,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let reply = body("reply", reply, reply_length)?;
            Ok(Some(registry::get(sign_in)?.sign_in()?.handle(reply, now)?))
        })
    }
}

/// Takes the service's refusal of the request that was sent: the body, with `__type` and `message`. A gateway's page of an error is
/// none, and is REPLY: the request may be sent again. Where ConfirmDevice is refused the sign-in ends without the device: to send it
/// again after a wait, as RETRY would have it, do that before this is told.
///
/// @param result the next step, where there is a way on: a device that the service has forgotten, for example
/// @return REFUSED or DEVICE_REFUSED, mostly; otherwise as cognito_srp_sign_in_handle. To let the person correct a code (RETRY is
/// `AnotherAnswer`), ask cognito_srp_sign_in_question again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_refused(
    sign_in: Handle,
    refusal: *const c_char,
    refusal_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let refusal = body("refusal", refusal, refusal_length)?;
            Ok(Some(registry::get(sign_in)?.sign_in()?.refused(refusal)?))
        })
    }
}

/// Takes what the person said to the question. It is only read: wipe your copy. The questions, and what JSON says of them:
///
/// - `PASSWORD`: `OverSrp`, whether it stays here and only a proof of it is sent; `Username`, the user as the requests name them now;
///   `DeviceForgotten`, see cognito_srp_sign_in_set_device
/// - `REFRESH_TOKEN`
/// - `FIRST_FACTOR`: `AvailableChallenges`, one of which is the answer
/// - `CODE`: `ChallengeName`, `Medium`, `Destination`
/// - `MFA_TYPE`: `MfaTypes`, one of which is the answer
/// - `AUTHENTICATOR_SETUP`: `SecretCode`, for the app, whose first code is the answer
/// - `NEW_PASSWORD`: `RequiredAttributes`, `UserAttributes`
/// - `CUSTOM`: `ChallengeParameters`
/// - `PASSKEY`: `CredentialRequestOptions`; the answer is AuthenticationResponseJSON
///
/// @param answer NULL with the length 0 is an empty answer here, also to `PASSWORD`: over SRP an empty password is proved
/// @param user_attributes a JSON object of texts to go with a `NEW_PASSWORD`, or NULL
/// @param now the time, in seconds since 1970: not in milliseconds
/// @param result the next step
/// @return as cognito_srp_sign_in_handle; ARGUMENT where nothing was asked, or the answer does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_answer(
    sign_in: Handle,
    answer: *const c_char,
    answer_length: usize,
    user_attributes: *const c_char,
    user_attributes_length: usize,
    now: i64,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let answer = text("answer", answer, answer_length)?;
            let user_attributes = optional_text("user_attributes", user_attributes, user_attributes_length)?;
            Ok(Some(registry::get(sign_in)?.sign_in()?.answer(answer, user_attributes, now)?))
        })
    }
}

/// The question that can be answered now, or once more after a refusal.
///
/// @param result the step, or 0 where there is no question
/// @return OK; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_question(sign_in: Handle, result: *mut Handle) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe { call(result, || Ok(registry::get(sign_in)?.sign_in()?.question())) }
}

/// The remembered device that requests name from now on, or none. For those who keep devices under the name that the service gives: while
/// the password is asked, the question has it as `Username`. Where `DeviceForgotten` is true, the device that was kept is of no more use.
/// One that is already proving itself, after the password, is not to be changed.
///
/// @param device a JSON object as the option `Device` has it; NULL for none
/// @param result 0, or the error
/// @return OK; ARGUMENT, by the member at fault; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_set_device(
    sign_in: Handle,
    device: *const c_char,
    device_length: usize,
    result: *mut Handle,
) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe {
        call(result, || {
            let device = optional_text("device", device, device_length)?;
            registry::get(sign_in)?.sign_in()?.set_device(device)?;
            Ok(None::<Object>)
        })
    }
}

/// Ends the sign-in without the new device, where ConfirmDevice got no word of the service: no reply at all, or one that
/// cognito_srp_sign_in_handle or cognito_srp_sign_in_refused could not take, such as a gateway's page. The person is signed in.
///
/// @param result the step, which is done, or 0 where ConfirmDevice is not out
/// @return OK; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_skip_device(sign_in: Handle, result: *mut Handle) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe { call(result, || Ok(registry::get(sign_in)?.sign_in()?.skip_device())) }
}

/// The state of the sign-in, to go on elsewhere. A checksum finds accidents and not malice: whoever can change it can have the sign-in
/// go on as somebody else. So encrypt and authenticate it, bound to whose it is; let it expire with the Session; use it once.
///
/// @param result a VALUE of bytes, which are a secret
/// @return OK; HANDLE; BUSY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cognito_srp_sign_in_save(sign_in: Handle, result: *mut Handle) -> Status {
    // SAFETY: the caller's promise, see `boundary`.
    unsafe { call(result, || Ok(Some(registry::get(sign_in)?.sign_in()?.save()))) }
}

//! What a sign-in needs of the stack, the wiping of it included: 64 KiB, unoptimised 128.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::thread;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, Device, DevicePassword, Done, Error, Flow, Problem, Reply, SignIn,
    SignInError, Step, UserPoolId,
};
use rand::rngs::{SysError, SysRng};

const STACK: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 64 * 1024 };

const SRP: &str = r#""USER_ID_FOR_SRP":"alice","SALT":"cc090d95","SRP_B":"b6d22838cd4e","SECRET_BLOCK":"QUJD""#;

/// The password and a device over SRP, a new device enrolled, and a restore in between.
fn sign_in() -> Result<Done, SignInError<SysError>> {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "abc")?;
    let device = Device::new("key", "-group", DevicePassword::new("password"))?;
    let mut sign_in =
        SignIn::new(client.user("alice"), Flow::UserSrpAuth).with_device(device.clone()).remembering_device(None);
    sign_in.start(&mut SysRng)?;
    for reply in [
        format!(r#"{{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{{{SRP}}}}}"#),
        r#"{"ChallengeName":"DEVICE_SRP_AUTH","Session":"session"}"#.into(),
        format!(r#"{{"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{{{SRP}}}}}"#),
        r#"{"AuthenticationResult":{"AccessToken":"eyJ","NewDeviceMetadata":{"DeviceKey":"a_b","DeviceGroupKey":"-c"}}}"#
            .into(),
        "{}".into(),
    ] {
        sign_in = SignIn::restore(&sign_in.save(), &client, Some(device.clone()))?;
        match sign_in.handle(&Reply::from_json(&reply)?, DateTime::UNIX_EPOCH, &mut SysRng)? {
            Step::Ask(_) => drop(sign_in.answer(&Answer::Password("password"), DateTime::UNIX_EPOCH, &mut SysRng)?),
            Step::Send(_) => {}
            Step::Done(done) => return Ok(done),
        }
    }
    panic!("the sign-in did not end: {sign_in:?}");
}

/// A reply and a token's claims that are nested more deeply than a recursive reader could follow on this stack.
fn deep_replies() -> (Error, Option<String>) {
    let deep = format!(r#"{}"username":"x"{}"#, r#"{"a":"#.repeat(120), "}".repeat(120));
    let error = Reply::from_json(&format!(r#"{{"ChallengeName":"SMS_MFA","Later":{deep}}}"#)).unwrap_err();
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let mut sign_in = SignIn::new(client.user("alice"), Flow::CustomAuth);
    sign_in.start(&mut SysRng).unwrap();
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some(format!("e30.{}.", URL_SAFE_NO_PAD.encode(deep)));
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    match sign_in.handle(&reply, DateTime::UNIX_EPOCH, &mut SysRng).unwrap() {
        Step::Done(done) => (error, Some(done.user.username().into())),
        _ => (error, None),
    }
}

#[test]
fn deep_nesting_does_not_overflow_it() {
    let (error, username) = thread::Builder::new().stack_size(STACK).spawn(deep_replies).unwrap().join().unwrap();
    assert_eq!((error.parameter(), error.problem()), ("body", Problem::TooDeep));
    assert_eq!(username.as_deref(), Some("alice"), "nothing was read from the token");
}

/// More would not be an assertion that fails but a process that dies.
#[test]
fn a_sign_in_and_an_enrollment_fit() {
    let done = thread::Builder::new().stack_size(STACK).spawn(sign_in).unwrap().join().unwrap().unwrap();
    assert!(done.new_device.is_some());
}

//! What a sign-in needs of the stack, the wiping of it included: 64 KiB, unoptimised 128.
//!
//! `ci/stack` has it measured for every kernel and prints the figures.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may panic, and prints figures")]

#[path = "stack/depth.rs"]
mod depth;

use std::{env, hint::black_box, thread};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, Device, DevicePassword, Done, Error, Flow, NewDevice, Problem, Reply,
    SignIn, SignInError, Step, UserPoolId, hazmat, kernel,
};
use rand::rngs::{SysError, SysRng};

use crate::depth::Depth;

const STACK: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 64 * 1024 };

/// What is overwritten at the end: `srp::wipe_stack`.
const WIPED: usize = 40 * 1024;

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

/// More would not be an assertion that fails but a process that dies. `STACK_KIB` has it be tried with another stack.
#[test]
fn a_sign_in_and_an_enrollment_fit() {
    let stack = env::var("STACK_KIB").map_or(STACK, |kib| kib.parse::<usize>().unwrap() * 1024);
    let done = thread::Builder::new().stack_size(stack).spawn(sign_in).unwrap().join().unwrap().unwrap();
    assert!(done.new_device.is_some());
}

/// S as a sign-in computes it, without the wiping: the deepest of the functions that are wiped after.
fn compute_s() {
    hazmat::s(&[0xa5; 64], &[0x5a; 384], [0x33; 32], &[0xcc; 32]).unwrap();
}

fn enroll() {
    drop(NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut SysRng).unwrap());
}

/// Prints one line of figures, in bytes, for the kernel that computes.
fn measure() {
    let s = Depth::of(compute_s);
    let enrollment = Depth::of(enroll);
    let whole = Depth::of(|| drop(sign_in().unwrap()));
    println!(
        "stack: {:?} S {} enrolment {} sign-in {} wiped {}",
        kernel(),
        s.deepest,
        enrollment.deepest,
        whole.deepest,
        whole.zeros
    );
    assert!(whole.deepest < STACK, "{whole:?}");
    // What runs after the wiping writes to the upper part of it again.
    for depth in [enrollment, whole] {
        assert!(depth.zeros > (WIPED >> 2) * 3, "{depth:?}: the wiping is not seen");
    }
    if !cfg!(debug_assertions) {
        assert!(s.deepest < WIPED, "{s:?}: S is deeper than what is wiped");
        // A wiping that began deeper down has its own addresses there.
        for depth in [enrollment, whole] {
            assert!(depth.below_zeros < 64, "{depth:?}: something is deeper than what is wiped");
        }
    }
}

#[test]
#[cfg(not(cognito_srp_kernel_override))]
fn what_is_wiped_is_all_that_is_used() {
    measure();
}

#[test]
#[cfg(cognito_srp_kernel_override)]
fn what_is_wiped_is_all_that_is_used() {
    use cognito_srp_core::{Kernel, override_kernel};

    let required = env::var("COGNITO_SRP_REQUIRE").unwrap_or_default();
    for kernel in [Kernel::Portable, Kernel::Adx, Kernel::Ifma] {
        if hazmat::power_of_g_by(kernel, &[]).is_none() {
            assert!(!required.contains(&format!("{kernel:?}").to_lowercase()), "{kernel:?} is required");
            println!("SKIPPED: this machine has no {kernel:?} kernel");
            continue;
        }
        override_kernel(Some(kernel));
        measure();
    }
    override_kernel(None);
}

#[test]
fn a_frame_of_known_size_is_measured() {
    for (work, size) in [(frame_of::<10_000> as fn(), 10_000), (frame_of::<100_000>, 100_000)] {
        let depth = Depth::of(work);
        assert!((size..size + 2000).contains(&depth.deepest), "{depth:?} of {size}");
        assert!(depth.zeros < 100, "{depth:?}");
    }
    assert!(Depth::of(|| {}).deepest < 2000);
}

#[inline(never)]
fn frame_of<const SIZE: usize>() {
    let mut frame = [0x77_u8; SIZE];
    black_box(&mut frame);
}

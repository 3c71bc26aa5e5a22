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
    Answer, AppClient, AuthenticationResult, Device, DevicePassword, Done, Error, Flow, NewDevice, Problem, Refusal,
    Reply, SignIn, SignInError, Step, UserPoolId, hazmat, kernel,
};
use rand::rngs::{SysError, SysRng};
use zeroize::Zeroizing;

use crate::depth::Depth;

const STACK: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 64 * 1024 };

/// What is overwritten at the end: `srp::wipe_stack`.
const WIPED: usize = 40 * 1024;

const SRP: &str = r#""USER_ID_FOR_SRP":"alice","SALT":"cc090d95","SRP_B":"b6d22838cd4e","SECRET_BLOCK":"QUJD""#;

fn client() -> Result<AppClient, Error> {
    AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "abc")
}

fn device() -> Result<Device, Error> {
    Device::new("key", "-group", DevicePassword::new("password"))
}

/// The password and a device over SRP, and a new device enrolled, which is the last that computes; a restore in between.
#[inline(never)] // the frames of the two parts are not to be one
fn until_enrolled() -> Result<Zeroizing<Vec<u8>>, SignInError<SysError>> {
    let client = client()?;
    let device = device()?;
    let mut sign_in =
        SignIn::new(client.user("alice"), Flow::UserSrpAuth).with_device(device.clone()).remembering_device(None);
    sign_in.start(&mut SysRng)?;
    for reply in [
        format!(r#"{{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{{{SRP}}}}}"#),
        r#"{"ChallengeName":"DEVICE_SRP_AUTH","Session":"session"}"#.into(),
        format!(r#"{{"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{{{SRP}}}}}"#),
        r#"{"AuthenticationResult":{"AccessToken":"eyJ","NewDeviceMetadata":{"DeviceKey":"a_b","DeviceGroupKey":"-c"}}}"#
            .into(),
    ] {
        sign_in = SignIn::restore(&sign_in.save(), &client, Some(device.clone()))?;
        match sign_in.handle(&Reply::from_json(&reply)?, DateTime::UNIX_EPOCH, &mut SysRng)? {
            Step::Ask(_) => drop(sign_in.answer(&Answer::Password("password"), DateTime::UNIX_EPOCH, &mut SysRng)?),
            Step::Send(_) => {}
            Step::Done(done) => panic!("ended before the device was confirmed: {done:?}"),
        }
    }
    Ok(sign_in.save())
}

/// The device is confirmed, after another restore.
#[inline(never)]
fn confirmed(saved: &[u8]) -> Result<Done, SignInError<SysError>> {
    let client = client()?;
    let mut sign_in = SignIn::restore(saved, &client, Some(device()?))?;
    match sign_in.handle(&Reply::from_json("{}")?, DateTime::UNIX_EPOCH, &mut SysRng)? {
        Step::Done(done) => Ok(done),
        step => panic!("the sign-in did not end: {step:?}"),
    }
}

fn sign_in() -> Result<Done, SignInError<SysError>> {
    confirmed(&until_enrolled()?)
}

/// More deeply than a recursive reader could follow on this stack, and than one could on any.
const DEPTHS: [usize; 2] = [120, 100_000];

/// Claims as deep as the limit on a token's length allows.
const DEEPEST_CLAIMS: usize = 15_000;

/// An object with something to read in it and, beside that, with so many others inside one another.
fn nested(depth: usize) -> String {
    format!(r#"{{"__type":"x","username":"x","Later":{}1{}}}"#, r#"{"a":"#.repeat(depth), "}".repeat(depth))
}

fn handled(reply: &Reply) -> Result<Step, SignInError<SysError>> {
    let client = client()?;
    let mut sign_in = SignIn::new(client.user("alice"), Flow::CustomAuth);
    sign_in.start(&mut SysRng)?;
    sign_in.handle(reply, DateTime::UNIX_EPOCH, &mut SysRng)
}

/// A challenge of which one parameter is JSON.
fn with_attributes(attributes: &str) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = Some("NEW_PASSWORD_REQUIRED".into());
    reply.challenge_parameters = [("userAttributes", attributes)].into_iter().collect();
    reply
}

fn with_claims(claims: &str) -> Reply {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some(format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims)));
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    reply
}

fn parameter_error(result: Result<Step, SignInError<SysError>>) -> Error {
    match result {
        Err(SignInError::Parameter(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// What is said of a reply, of a refusal and of a parameter that are nested that deeply.
fn deep_replies(depth: usize) -> [(&'static str, Problem); 3] {
    let json = nested(depth);
    let errors = [
        Reply::from_json(&json).unwrap_err(),
        Refusal::from_json(&json).unwrap_err(),
        parameter_error(handled(&with_attributes(&json))),
    ];
    errors.map(|error| (error.parameter(), error.problem()))
}

/// The user whom a token signs in whose claims are nested that deeply.
fn user_of_deep_claims(depth: usize) -> String {
    match handled(&with_claims(&nested(depth))) {
        Ok(Step::Done(done)) => done.user.username().into(),
        other => panic!("{other:?}"),
    }
}

fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_does_not_overflow_it() {
    for depth in DEPTHS {
        let too_deep = ("body", Problem::TooDeep);
        let refused = [too_deep, too_deep, ("userAttributes", Problem::Malformed)];
        assert_eq!(on_a_small_stack(move || deep_replies(depth)), refused, "{depth}");
    }
    for depth in [DEPTHS[0], DEEPEST_CLAIMS] {
        let username = on_a_small_stack(move || user_of_deep_claims(depth));
        assert_eq!(username, "alice", "nothing was read from a token {depth} deep");
    }
    let error = on_a_small_stack(|| parameter_error(handled(&with_claims(&nested(DEPTHS[1])))));
    assert_eq!((error.parameter(), error.problem()), ("AccessToken", Problem::TooLong { limit: 131_072 }));
}

/// What is refused for its depth above is read where it is flat.
#[test]
fn what_is_not_deep_is_read() {
    let flat = nested(1);
    assert!(Reply::from_json(&flat).is_ok() && Refusal::from_json(&flat).is_ok());
    assert!(matches!(handled(&with_attributes(&flat)), Ok(Step::Ask(_))));
    assert_eq!(user_of_deep_claims(1), "x");
}

/// More would not be an assertion that fails but a process that dies. `STACK_KIB` has it be tried with another stack.
#[test]
fn a_sign_in_and_an_enrollment_fit() {
    let stack = env::var("STACK_KIB").map_or(STACK, |kib| kib.parse::<usize>().unwrap() * 1024);
    let done = thread::Builder::new().stack_size(stack).spawn(sign_in).unwrap().join().unwrap().unwrap();
    assert!(done.new_device.is_some());
}

/// S as a sign-in computes it, without the wiping.
fn compute_s() {
    hazmat::s(&[0xa5; 64], &[0x5a; 384], [0x33; 32], &[0xcc; 32]).unwrap();
}

fn enroll() {
    drop(NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut SysRng).unwrap());
}

/// Prints how deep what computes with secrets goes, in bytes. Here an enrolment wipes at its end what it has used, which is deeper;
/// `ci/stack` has this done in a copy of the core that wipes nothing.
fn measure_what_computes() {
    let (s, enrollment) = (Depth::of(compute_s), Depth::of(enroll));
    println!("computes: {:?} S {} enrolment {}", kernel(), s.deepest, enrollment.deepest);
}

/// Prints how deep a sign-in goes and how much is wiped, in bytes.
fn measure() {
    let s = Depth::of(compute_s);
    let enrollment = Depth::of(enroll);
    let computed = Depth::of(|| drop(until_enrolled().unwrap()));
    let whole = Depth::of(|| drop(sign_in().unwrap()));
    println!("stack: {:?} sign-in {} wiped {}", kernel(), whole.deepest, computed.zeros);
    assert!(whole.deepest < STACK, "{whole:?}");
    // What runs after the wiping writes to the upper part of it again, but no more than this.
    for depth in [enrollment, computed] {
        assert!(depth.zeros > WIPED - 2048, "{depth:?}: the wiping is not seen");
    }
    if !cfg!(debug_assertions) {
        assert!(s.deepest < WIPED, "{s:?}: S is deeper than what is wiped");
        // A wiping that began deeper down has its own addresses there.
        for depth in [enrollment, computed, whole] {
            assert!(depth.below_zeros < 64, "{depth:?}: something is deeper than what is wiped");
        }
    }
}

#[cfg(not(cognito_srp_kernel_override))]
fn with_each_kernel(measure: fn()) {
    measure();
}

#[cfg(cognito_srp_kernel_override)]
fn with_each_kernel(measure: fn()) {
    use std::sync::{Mutex, PoisonError};

    use cognito_srp_core::{Kernel, override_kernel};

    static CHOICE: Mutex<()> = Mutex::new(()); // of all threads
    let _choosing = CHOICE.lock().unwrap_or_else(PoisonError::into_inner);
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
fn what_is_wiped_is_all_that_is_used() {
    with_each_kernel(measure);
}

#[test]
fn what_computes_is_measured() {
    with_each_kernel(measure_what_computes);
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

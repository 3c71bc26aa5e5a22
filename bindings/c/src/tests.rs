//! What cannot be seen from C: that freed memory was wiped, and that a panic ends at the boundary.

#![expect(unsafe_code, reason = "an allocator that looks at what is given back to it, and calls as C makes them")]
#![expect(clippy::panic, reason = "a test of panics")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr, slice,
    sync::Mutex,
};

use cognito_srp_operations::SignIn;

use crate::{
    boundary::{Handle, call},
    device::cognito_srp_enroll_device,
    login::{cognito_srp_login_claim, cognito_srp_password_login_new},
    object::Object,
    registry,
    result::{cognito_srp_free, cognito_srp_read, cognito_srp_step_kind},
    sign_in::{
        cognito_srp_sign_in_answer, cognito_srp_sign_in_handle, cognito_srp_sign_in_new, cognito_srp_sign_in_save,
        cognito_srp_sign_in_set_device, cognito_srp_sign_in_start,
    },
    status::{Field, Kind, Status},
    trouble::Trouble,
};

/// Every secret of these tests contains this.
const MARK: &str = "PLANTED";

const OPTIONS: &str = r#"{"UserPoolId": "us-east-1_Example1", "ClientId": "client", "ClientSecret": "PLANTED",
    "Username": "alice", "AuthFlow": "USER_PASSWORD_AUTH",
    "Device": {"DeviceKey": "key", "DeviceGroupKey": "-group", "DevicePassword": "PLANTED"}}"#;
const TOKENS: &str = r#"{"AuthenticationResult": {"AccessToken": "PLANTED", "ExpiresIn": 3600}}"#;
const CHALLENGE: &str = r#"{"ChallengeName": "PASSWORD_VERIFIER", "Session": "PLANTED", "ChallengeParameters":
    {"USER_ID_FOR_SRP": "alice", "SALT": "cc090d95", "SRP_B": "b6d22838cd4e", "SECRET_BLOCK": "QUJD"}}"#;

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// What is looked for, with all bits turned over: the copies that the watch makes of it on the stack are not to be found,
    /// where they get into the padding of what is moved to the heap.
    static SECRET: Cell<[u8; MARK.len()]> = const { Cell::new([!b'P', !b'L', !b'A', !b'N', !b'T', !b'E', !b'D']) };
    /// Blocks that were given back with the secret in them, while this thread was watched.
    static LEAKED: Cell<usize> = const { Cell::new(0) };
}

struct Watching;

// SAFETY: every call is passed on to `System`, whose contract is the caller's.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of `System`. Zeroed, so that every byte read below has been written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHED.get() {
            // SAFETY: the block is the caller's to give back, is that long, and was initialised when it was allocated.
            let bytes = unsafe { slice::from_raw_parts(block, layout.size()) };
            let secret = SECRET.get();
            let is_secret = |window: &[u8]| window.iter().zip(&secret).all(|(byte, turned)| *byte ^ *turned == 0xff);
            if bytes.windows(MARK.len()).any(is_secret) {
                LEAKED.set(LEAKED.get() + 1);
            }
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks were given back with the secret in them.
fn leaks(work: impl FnOnce()) -> usize {
    let before = LEAKED.get();
    WATCHED.set(true);
    work();
    WATCHED.set(false);
    LEAKED.get() - before
}

/// The result of a call that has to succeed.
fn made(work: impl FnOnce(*mut Handle) -> Status) -> Handle {
    let mut result = 0;
    assert_eq!(work(&raw mut result), Status::Ok);
    result
}

fn sign_in() -> Handle {
    // SAFETY: a text that is there.
    made(|result| unsafe { cognito_srp_sign_in_new(OPTIONS.as_ptr().cast(), OPTIONS.len(), result) })
}

fn start(sign_in: Handle) -> Handle {
    // SAFETY: `made` has a place for the result.
    made(|result| unsafe { cognito_srp_sign_in_start(sign_in, result) })
}

fn answer(sign_in: Handle) -> Handle {
    // SAFETY: a text that is there, and none.
    made(|result| unsafe {
        cognito_srp_sign_in_answer(sign_in, MARK.as_ptr().cast(), MARK.len(), ptr::null(), 0, 0, result)
    })
}

fn handle(sign_in: Handle, reply: &str) -> Handle {
    // SAFETY: a text that is there.
    made(|result| unsafe { cognito_srp_sign_in_handle(sign_in, reply.as_ptr().cast(), reply.len(), 0, result) })
}

fn save(sign_in: Handle) -> Handle {
    // SAFETY: `made` has a place for the result.
    made(|result| unsafe { cognito_srp_sign_in_save(sign_in, result) })
}

/// What C reads.
fn read(object: Handle, field: Field) -> Vec<u8> {
    let mut length = 0;
    let mut buffer = vec![0; 4096];
    // SAFETY: a buffer of that length.
    let status =
        unsafe { cognito_srp_read(object, field as i32, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut length) };
    assert_eq!(status, Status::Ok);
    buffer.truncate(length);
    buffer
}

fn is_marked(object: Handle, field: Field) -> bool {
    read(object, field).windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

fn freed_without_a_trace(object: Handle) {
    let found = leaks(|| assert_eq!(cognito_srp_free(object), Status::Ok));
    assert_eq!(found, 0, "blocks that were not wiped");
}

#[test]
fn the_watch_sees_what_is_not_wiped() {
    assert_eq!(leaks(|| drop(MARK.to_owned())), 1);
    assert_eq!(leaks(|| drop("another".to_owned())), 0);
}

#[test]
fn a_request_with_a_password_is_wiped_when_it_is_freed() {
    let sign_in = sign_in();
    let question = start(sign_in);
    assert_eq!(cognito_srp_step_kind(question), Kind::Ask);
    let mut request = 0;
    assert_eq!(leaks(|| request = answer(sign_in)), 0, "no copy is made on the way");
    assert!(is_marked(request, Field::Json), "this flow sends the password");
    freed_without_a_trace(request);
    freed_without_a_trace(question);
    freed_without_a_trace(sign_in);
}

#[test]
fn a_device_is_wiped_when_another_takes_its_place() {
    const DEVICE: &str = r#"{"DeviceKey": "key", "DeviceGroupKey": "-group", "DevicePassword": "PLANTED"}"#;
    let sign_in = sign_in();
    let mut result = 0;
    let mut set = |device: *const u8, length| {
        // SAFETY: a text that is there, or none.
        let status = unsafe { cognito_srp_sign_in_set_device(sign_in, device.cast(), length, &raw mut result) };
        assert_eq!(status, Status::Ok);
    };
    assert_eq!(leaks(|| set(DEVICE.as_ptr(), DEVICE.len())), 0, "neither the one before nor a copy of this one");
    assert_eq!(leaks(|| set(ptr::null(), 0)), 0);
    freed_without_a_trace(sign_in);
}

#[test]
fn tokens_are_wiped_when_they_are_freed() {
    let sign_in = sign_in();
    let steps = [start(sign_in), answer(sign_in), handle(sign_in, TOKENS)];
    assert_eq!(cognito_srp_step_kind(steps[2]), Kind::Done);
    assert!(is_marked(steps[2], Field::Json), "these are the tokens");
    steps.into_iter().for_each(freed_without_a_trace);
    freed_without_a_trace(sign_in);
}

#[test]
fn a_sign_in_and_its_saved_state_are_wiped_when_they_are_freed() {
    let sign_in = sign_in();
    let steps = [start(sign_in), answer(sign_in)];
    let session = r#"{"ChallengeName": "SMS_MFA", "Session": "PLANTED", "ChallengeParameters": {}}"#;
    let mut question = 0;
    assert_eq!(leaks(|| question = handle(sign_in, session)), 0, "nor of what was read");
    let state = save(sign_in);
    assert!(is_marked(state, Field::Value), "the Session is part of the state");
    let mut request = 0;
    assert_eq!(leaks(|| request = answer(sign_in)), 0, "nor of the Session that goes with the answer");
    assert!(is_marked(request, Field::Json));
    [state, question, request].into_iter().for_each(freed_without_a_trace);
    steps.into_iter().for_each(freed_without_a_trace);
    freed_without_a_trace(sign_in);
}

#[test]
fn a_login_and_its_claim_are_wiped_when_they_are_freed() {
    let options = OPTIONS.replace("USER_PASSWORD_AUTH", "USER_SRP_AUTH");
    // SAFETY: texts that are there, and none.
    let login = made(|result| unsafe {
        cognito_srp_password_login_new(options.as_ptr().cast(), options.len(), MARK.as_ptr(), MARK.len(), result)
    });
    let mut claim = 0;
    let make = || {
        // SAFETY: texts that are there.
        claim = made(|result| unsafe {
            let (challenge, password) = (CHALLENGE.as_ptr().cast(), MARK.as_ptr().cast());
            cognito_srp_login_claim(login, challenge, CHALLENGE.len(), password, MARK.len(), 0, result)
        });
    };
    assert_eq!(leaks(make), 0, "no copy is made on the way");
    assert!(is_marked(claim, Field::Value), "the Session goes with it");
    freed_without_a_trace(claim);
    freed_without_a_trace(login);
}

/// Its password is random: the beginning of it is what is looked for.
#[test]
fn a_new_device_is_wiped_when_it_is_freed() {
    let (key, group_key) = ("key", "-group");
    // SAFETY: texts that are there.
    let device = made(|result| unsafe {
        cognito_srp_enroll_device(key.as_ptr().cast(), key.len(), group_key.as_ptr().cast(), group_key.len(), result)
    });
    let value = read(device, Field::Value);
    let before = br#""DevicePassword":""#;
    let at = value.windows(before.len()).position(|window| window == before).map(|at| at + before.len());
    let secret = at.and_then(|at| value[at..].first_chunk::<{ MARK.len() }>());
    SECRET.set(secret.unwrap_or_else(|| panic!("there is a password")).each_ref().map(|byte| !byte));
    assert_eq!(leaks(|| drop(value)), 1, "our own copy");
    freed_without_a_trace(device);
}

#[test]
fn a_panic_ends_at_the_boundary() {
    let mut result = 1;
    // SAFETY: the result is there.
    let status = unsafe { call::<Object>(&raw mut result, || panic!("{MARK}")) };
    assert_eq!((status, result), (Status::Panic, 0));
}

#[test]
fn an_object_that_was_in_a_panic_is_of_no_further_use() {
    let Ok(broken) = SignIn::new(OPTIONS) else { panic!("these are options") };
    let sign_in = registry::insert(Object::SignIn(Box::new(Mutex::new(broken))));
    let mut result = 1;
    let change_and_panic = || {
        let object = registry::get(sign_in)?;
        let _held = object.sign_in()?;
        panic!("half-way")
    };
    // SAFETY: the result is there.
    assert_eq!(unsafe { call::<Object>(&raw mut result, change_and_panic) }, Status::Panic);

    // SAFETY: the result is there.
    assert_eq!(unsafe { cognito_srp_sign_in_start(sign_in, &raw mut result) }, Status::Panic);
    assert!(result == 0 || registry::get(result).is_ok_and(|error| matches!(&*error, Object::Error(_))));
    assert_eq!(cognito_srp_free(result), Status::Ok);
    assert_eq!(cognito_srp_free(sign_in), Status::Ok);
}

#[test]
fn every_field_has_its_number() {
    for number in 1..=11 {
        assert_eq!(Field::from_number(number).map(|field| field as i32), Some(number));
    }
    assert_eq!(Field::from_number(0).or(Field::from_number(12)), None);
}

#[test]
fn an_object_in_use_is_busy() {
    let sign_in = sign_in();
    let object = registry::get(sign_in).ok();
    let held = object.as_ref().and_then(|object| object.sign_in().ok());
    let mut result = 0;
    // SAFETY: the result is there.
    assert_eq!(unsafe { cognito_srp_sign_in_start(sign_in, &raw mut result) }, Status::Busy);
    assert_eq!(cognito_srp_free(sign_in), Status::Ok, "it can be freed meanwhile");
    drop(held);
    drop(object);
    assert!(matches!(registry::get(sign_in), Err(Trouble { status: Status::Handle, .. })));
    assert_eq!(cognito_srp_free(result), Status::Ok);
}

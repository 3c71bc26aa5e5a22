//! What must not be seen: no secret in any `Debug`, and none in memory that is given back.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(unsafe_code, reason = "an allocator that looks at what is given back to it")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    convert::Infallible,
    slice,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, ClientSecret, Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, FirstFactor,
    InitiateAuth, NewDevice, PasswordVerifier, PreferredChallenge, UserLogin, UserPoolId,
};
use rand::{TryCryptoRng, TryRng};

/// Every secret of these tests contains this, at whatever alignment it ends up.
const MARK: &str = "\u{1}PLANTED\u{2}";

/// Blocks that were given back with the mark in them.
static LEAKED: AtomicUsize = AtomicUsize::new(0);

/// One test at a time: they share the count.
static TURN: Mutex<()> = Mutex::new(());

struct Watching;

// SAFETY: every call is passed on to `System`, whose contract is the caller's.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of `System`. Zeroed, so that every byte read below has been written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is the caller's to give back, is that long, and was initialised when it was allocated.
        let bytes = unsafe { slice::from_raw_parts(block, layout.size()) };
        if bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes()) {
            LEAKED.fetch_add(1, Ordering::SeqCst);
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// Draws nothing but the mark: `a`, the device's password and its salt are made of it.
struct Marking;

impl TryRng for Marking {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (byte, mark) in bytes.iter_mut().zip(MARK.bytes().cycle()) {
            *byte = mark;
        }
        Ok(())
    }
}

impl TryCryptoRng for Marking {}

const CHALLENGE: [(&str, &str); 4] =
    [("USER_ID_FOR_SRP", "alice"), ("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];

fn client() -> AppClient {
    let client =
        AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "4l9rvl4mv5es1eep1qe97cautn").unwrap();
    client.with_secret(ClientSecret::new(MARK))
}

/// Runs through everything that holds a secret, and hands what `Debug` shows of it to `see`.
fn walk(mut see: impl FnMut(String)) {
    let client = client();
    let user = client.user("alice").with_device_key("us-east-1_379df4ac");
    let now = DateTime::UNIX_EPOCH;
    let session = Some(MARK);
    see(format!("{client:?} {user:?}"));

    let login = UserLogin::start(&user, &mut Marking).unwrap();
    let challenge = PasswordVerifier::from_reply(CHALLENGE, session).unwrap();
    see(format!("{login:?} {challenge:?} {:?}", login.select_challenge(session)));
    see(format!("{:?}", login.finish(&challenge, MARK, now)));

    let enrollment = NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut Marking).unwrap();
    see(format!("{enrollment:?}"));
    see(format!("{:?}", enrollment.device.password().expose_secret().len()));

    let device = Device::new("key", "-group", DevicePassword::new(MARK));
    let login = DeviceLogin::start(&user, &device, &mut Marking).unwrap();
    let challenge = DevicePasswordVerifier::from_reply(CHALLENGE, session).unwrap();
    see(format!("{device:?} {login:?} {challenge:?}"));
    see(format!("{:?}", login.finish(&challenge, device.password(), now)));

    for answer in [
        Answer::SmsMfa { code: MARK },
        Answer::NewPasswordRequired { new_password: MARK, user_attributes: &[("name", MARK)] },
        Answer::CustomChallenge { answer: MARK },
        Answer::SelectChallenge(FirstFactor::Password { password: MARK }),
        Answer::WebAuthn { credential: MARK },
    ] {
        see(format!("{answer:?} {:?}", user.respond(session, &answer)));
    }
    let preferred = PreferredChallenge::Password { password: MARK };
    see(format!("{preferred:?} {:?}", InitiateAuth::user_auth(&user, Some(preferred))));
    see(format!("{:?}", InitiateAuth::refresh_token_auth(&user, MARK)));
}

#[test]
fn no_secret_is_in_any_debug() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    walk(|text| {
        assert!(!text.contains("PLANTED"), "{text}");
        // A byte array would be shown in decimal.
        assert!(!text.contains("80, 76, 65, 78"), "{text}");
        // The base64 of the mark, at its three alignments, as in the device's password.
        for encoded in ["FQTEFOVEVE", "BQTEFOVEVE", "UExBTlRFR"] {
            assert!(!text.contains(encoded), "{text}");
        }
    });
}

/// Sessions are the service's handles and are moved into requests as plain strings, so they are left out here.
#[test]
fn no_secret_is_left_in_memory_that_is_given_back() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let user = client().user("alice");
    let challenge = PasswordVerifier::from_reply(CHALLENGE, None).unwrap();
    let password = DevicePassword::new(MARK);
    let before = LEAKED.load(Ordering::SeqCst);

    let login = UserLogin::start(&user, &mut Marking).unwrap();
    drop(UserLogin::start(&user, &mut Marking).unwrap());
    drop(login.finish(&challenge, MARK, DateTime::UNIX_EPOCH).unwrap());
    drop(Device::new("key", "-group", password.clone()));
    drop(NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut Marking).unwrap());
    drop(user.respond(None, &Answer::Password { password: MARK }));
    drop(InitiateAuth::user_password_auth(&user, MARK));
    drop((user, password));

    assert_eq!(LEAKED.load(Ordering::SeqCst), before, "blocks were given back with a secret in them");
    drop(String::from(MARK));
    assert_eq!(LEAKED.load(Ordering::SeqCst), before + 1, "the allocator does see a secret that is not wiped");
}

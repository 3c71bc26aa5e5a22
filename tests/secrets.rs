//! What must not be seen: no secret in any `Debug` or any error, none in heap memory that is given back, none in the part of
//! the stack that a sign-in has used.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(unsafe_code, reason = "an allocator that looks at what is given back to it, and a look at dead stack")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    convert::Infallible,
    error::Error,
    hint::black_box,
    iter,
    mem::MaybeUninit,
    slice,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Utc};
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeAnswer, ClientSecret, Context, Device, DeviceLogin,
    DevicePassword, DevicePasswordVerifier, FirstFactor, Flow, InitiateAuth, NewDevice, NewDeviceMetadata,
    PasswordVerifier, PreferredChallenge, Question, Refusal, Reply, SignIn, SignInError, Step, UserLogin, UserPoolId,
    hazmat,
};
use num_bigint::BigUint;
use rand::{TryCryptoRng, TryRng};

/// Every secret of these tests contains this, at whatever alignment it ends up.
const MARK: &str = "\u{1}PLANTED\u{2}";
const CHALLENGE: [(&str, &str); 4] =
    [("USER_ID_FOR_SRP", "alice"), ("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];

/// One test at a time: they share the count.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is looked for: a name, and a piece of the secret that is long enough to be no accident.
type Pattern = (&'static str, Vec<u8>);

/// The patterns of a sign-in as alice with the password [`MARK`] and an `a` drawn by [`Marking`], and of devices whose password and
/// salt it draws.
fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let mut a = [0; 64];
        let Ok(()) = Marking.try_fill_bytes(&mut a);
        let b_public = [0xb6, 0xd2, 0x28, 0x38, 0xcd, 0x4e];
        let u = hazmat::u(&hazmat::modpow(&[2], &a).unwrap(), &b_public).unwrap();
        let identity_hash = hazmat::identity_hash("Example1", "alice", MARK);
        let x = hazmat::x(&[0xcc, 0x09, 0x0d, 0x95], &identity_hash);
        let exponent = BigUint::from_bytes_be(&a) + BigUint::from_bytes_be(&u) * BigUint::from_bytes_be(&x);
        let s = hazmat::s(&a, &b_public, u, &x).unwrap();
        let prk = hazmat::prk(u, &s).unwrap();
        let key = hazmat::claim_key(&prk);
        let padded_key = key.map(|byte| byte ^ 0x5c);
        let padded_mark = |pad| MARK.bytes().map(|byte| byte ^ pad).collect();
        let device_password = device_password();
        let mut salt = [0; 16];
        let Ok(()) = Marking.try_fill_bytes(&mut salt);
        salt[0] = salt[0] & 0x3f | 0x40;
        let hashes = |device_key, group_key, salt: &[u8]| {
            let identity_hash = hazmat::identity_hash(group_key, device_key, &device_password);
            let x = hazmat::x(salt, &identity_hash);
            [
                ("a device's identity hash", identity_hash[..16].to_vec()),
                ("a device's x", x[..16].into()),
                ("a device's x in words", in_words(&x)[8..24].into()),
            ]
        };
        let devices = [
            hashes("key", "-group", &salt),
            hashes("a_b", "-c", &salt),
            hashes("key", "-group", &[0xcc, 0x09, 0x0d, 0x95]),
        ];
        let of_alice = vec![
            ("the mark", MARK.into()),
            ("a device's password", device_password.as_bytes()[8..24].into()),
            ("the identity hash", identity_hash[..16].into()),
            // Of the exponents of g the lowest words are left out: the comb adds its correction to them.
            ("a in words", in_words(&a)[16..32].into()),
            ("x", x[..16].into()),
            ("x in words", in_words(&x)[8..24].into()),
            ("the exponent", exponent.to_bytes_be()[20..36].into()),
            ("S", s[100..116].into()),
            ("S in words", in_words(&s)[104..120].into()),
            ("PRK", prk[..16].into()),
            ("K", key.into()),
            ("K in an HMAC", padded_key.into()),
            ("the client's secret in an HMAC, inside", padded_mark(0x36)),
            ("the client's secret in an HMAC, outside", padded_mark(0x5c)),
        ];
        of_alice.into_iter().chain(devices.into_iter().flatten()).collect()
    })
}

/// Big-endian bytes as the arithmetic has them: words of 64 bits, the lowest first, each as it lies in memory.
fn in_words(be_bytes: &[u8]) -> Vec<u8> {
    let word = |bytes: &[u8]| bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    be_bytes.rchunks(8).flat_map(|bytes| word(bytes).to_ne_bytes()).collect()
}

fn device_password() -> String {
    let mut random = [0; 40];
    let Ok(()) = Marking.try_fill_bytes(&mut random);
    hazmat::device_password(&random).as_str().to_owned()
}

fn found_in(bytes: &[u8]) -> Option<&'static str> {
    let is_in = |pattern: &[u8]| bytes.windows(pattern.len()).any(|window| window == pattern);
    patterns().iter().find_map(|(name, pattern)| is_in(pattern).then_some(*name))
}

/// As [`found_in`], and also where the bytes were read into words as SHA-256 does it, in its schedule or its buffer.
fn found_in_words_of(bytes: &[u8]) -> Option<&'static str> {
    let words: Vec<u8> = bytes.chunks(4).flat_map(|word| word.iter().rev().copied()).collect();
    found_in(bytes).or_else(|| found_in(&words))
}

/// Blocks that were given back with a secret in them, while somebody was watching.
static LEAKED: AtomicUsize = AtomicUsize::new(0);
static WATCHED: AtomicUsize = AtomicUsize::new(0);

struct Watching;

// SAFETY: every call is passed on to `System`, whose contract is the caller's.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of `System`. Zeroed, so that every byte read below has been written.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHED.load(Ordering::SeqCst) > 0 {
            // SAFETY: the block is the caller's to give back, is that long, and was initialised when it was allocated.
            let bytes = unsafe { slice::from_raw_parts(block, layout.size()) };
            if found_in(bytes).is_some() {
                LEAKED.fetch_add(1, Ordering::SeqCst);
            }
        }
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks were given back with a secret in them.
fn leaks(work: impl FnOnce()) -> usize {
    patterns();
    let before = LEAKED.load(Ordering::SeqCst);
    WATCHED.store(1, Ordering::SeqCst);
    work();
    WATCHED.store(0, Ordering::SeqCst);
    LEAKED.load(Ordering::SeqCst) - before
}

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

fn client() -> AppClient {
    let client =
        AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "4l9rvl4mv5es1eep1qe97cautn").unwrap();
    client.with_secret(ClientSecret::new(MARK).unwrap())
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
    assert_eq!(enrollment.device.password().expose_secret(), device_password(), "the patterns are what is made");
    see(format!("{enrollment:?}"));

    let device = Device::new("key", "-group", DevicePassword::new(MARK)).unwrap();
    let login = DeviceLogin::start(&user, &device, &mut Marking).unwrap();
    let challenge = DevicePasswordVerifier::from_reply(CHALLENGE, session).unwrap();
    see(format!("{device:?} {login:?} {challenge:?}"));
    see(format!("{:?}", login.finish(&challenge, &device, now)));

    for answer in [
        ChallengeAnswer::SmsMfa { code: MARK },
        ChallengeAnswer::NewPasswordRequired { new_password: MARK, user_attributes: &[("name", MARK)] },
        ChallengeAnswer::CustomChallenge { answer: MARK },
        ChallengeAnswer::SelectChallenge(FirstFactor::Password { password: MARK }),
        ChallengeAnswer::WebAuthn { credential: MARK },
    ] {
        see(format!("{answer:?} {:?}", user.respond(session, &answer)));
    }
    let preferred = PreferredChallenge::Password { password: MARK };
    see(format!("{preferred:?} {:?}", InitiateAuth::user_auth(&user, Some(preferred))));
    let request = InitiateAuth::refresh_token_auth(&user, MARK);
    see(format!("{request:?} {:?}", request.auth_parameters.clone().into_iter()));
    converse(MARK, MARK, see);
}

fn challenge(name: &str, session: &str, parameters: &[(&str, &str)]) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = Some(name.into());
    reply.session = Some(session.into());
    reply.challenge_parameters = parameters.iter().copied().collect();
    reply
}

/// A conversation from a password to a device that is remembered, by way of an authenticator app that is set up and a
/// device that has been; with `secret` for everything that is one, and `session` for each Session.
fn converse(secret: &str, session: &str, mut see: impl FnMut(String)) {
    let now = DateTime::UNIX_EPOCH;
    let device = Device::new("key", "-group", DevicePassword::new(secret)).unwrap();
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserPasswordAuth)
        .with_session(session)
        .with_device(device.clone())
        .remembering_device(None);
    let mut context = Context::default();
    context.client_metadata = [("key", secret)].into_iter().collect();
    sign_in.set_context(context);

    let challenge = |name: &str, parameters: &[(&str, &str)]| challenge(name, session, parameters);
    let mut secret_code = Reply::default();
    secret_code.secret_code = Some(secret.trim_matches(|c: char| !c.is_alphanumeric()).into());
    let mut verified = Reply::default();
    verified.status = Some("SUCCESS".into());
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some(secret.into());
    tokens.id_token = Some(secret.into());
    tokens.refresh_token = Some(secret.into());
    tokens.new_device_metadata =
        Some(NewDeviceMetadata { device_key: Some("key".into()), device_group_key: Some("-group".into()) });
    let mut done = Reply::default();
    done.authentication_result = Some(tokens);
    let replies = [
        challenge("CUSTOM_CHALLENGE", &[("question", secret)]),
        challenge("PASSWORD", &[]),
        challenge("MFA_SETUP", &[]),
        secret_code,
        verified,
        challenge("DEVICE_SRP_AUTH", &[]),
        challenge("DEVICE_PASSWORD_VERIFIER", &CHALLENGE),
        done,
        Reply::default(),
    ];
    let mut replies = replies.iter();
    let mut step = sign_in.start(&mut Marking).unwrap();
    loop {
        see(format!("{sign_in:?} {step:?}"));
        // A saved state is given back as well, and so is a machine that was made from one.
        drop(SignIn::restore(&sign_in.save(), &client(), Some(device.clone())).unwrap());
        step = match step {
            Step::Send(request) => {
                drop(request.to_json());
                let reply = replies.next().unwrap();
                see(format!("{reply:?}"));
                sign_in.handle(reply, now, &mut Marking).unwrap()
            }
            Step::Ask(question) => {
                let answer = question.answer(secret).unwrap();
                see(format!("{answer:?}"));
                sign_in.answer(&answer, now, &mut Marking).unwrap()
            }
            Step::Done(done) => {
                see(format!("{done:?}"));
                assert!(done.new_device.is_some());
                break;
            }
        };
    }
}

/// Session and what a trigger is told are the caller's own strings, and left out here.
#[test]
fn no_secret_of_a_conversation_is_left_in_heap_memory_that_is_given_back() {
    let _turn = turn();
    let secret = device_password();
    assert_eq!(leaks(|| converse(&secret, "session", drop)), 0);
}

/// The text itself is the caller's. Half of the secrets stand behind an escape, which has to be resolved somewhere.
#[test]
fn no_secret_of_a_reply_that_is_read_is_left_in_heap_memory_that_is_given_back() {
    let _turn = turn();
    let secret = device_password();
    let reply = |expires_in: &str| {
        format!(
            r#"{{"Session": "{secret}", "SecretCode": "\u0061{secret}", "AuthenticationResult":
                {{"AccessToken": "{secret}", "IdToken": "\n{secret}", "RefreshToken": "{secret}", "ExpiresIn": {expires_in}}}}}"#
        )
    };
    let (right, wrong) = (reply("3600"), reply("\"soon\""));
    assert_eq!(leaks(|| drop(Reply::from_json(&right).unwrap())), 0);
    assert_eq!(leaks(|| assert!(Reply::from_json(&wrong).is_err())), 0, "refused after the tokens were read");
    let tokens = || Reply::from_json(&right).unwrap().authentication_result.as_mut().and_then(|it| it.id_token.take());
    assert!(leaks(|| drop(tokens())) > 0, "a token that was taken out is seen");
}

#[test]
fn no_secret_is_in_any_debug() {
    let _turn = turn();
    walk(|text| assert_eq!(shown_in(&text), None, "{text}"));
}

/// A secret that a text shows, if any.
fn shown_in(text: &str) -> Option<&'static str> {
    // `Debug` of text escapes the mark's first and last character, and a byte array would be in decimal.
    let escaped = || ["PLANTED", "80, 76, 65, 78"].into_iter().find(|shown| text.contains(shown));
    found_in(text.as_bytes()).or_else(escaped)
}

#[test]
fn a_secret_that_is_shown_is_seen() {
    let _turn = turn();
    for text in [MARK.into(), format!("{MARK:?}"), format!("{:?}", MARK.as_bytes()), device_password()] {
        assert!(shown_in(&text).is_some(), "{text}");
        assert!(shown_in(&said(&SignInError::<Infallible>::Refused(Refusal::new("Name", text)))).is_some());
    }
}

/// A time that TIMESTAMP cannot write.
const TOO_LATE: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;

/// What an error says of itself, and each that it comes from.
fn said(error: &(dyn Error + 'static)) -> String {
    let causes = iter::successors(Some(error), |&error| error.source());
    causes.map(|error| format!("{error:?} {error}")).collect::<Vec<_>>().join("\n")
}

/// Values that are refused, secrets in the wrong place among them. Of a client's secret only an empty one is, and of a
/// password none.
fn refuse_values(mut see: impl FnMut(String)) {
    let password = || DevicePassword::new(MARK);
    see(said(&UserPoolId::parse(MARK).unwrap_err()));
    see(said(&AppClient::new(client().user_pool_id().clone(), MARK).unwrap_err()));
    see(said(&Device::new("", "-group", password()).unwrap_err()));
    see(said(&Device::new("key", "", password()).unwrap_err()));
    see(said(&NewDevice::from_metadata(Some(MARK), Some("-group")).unwrap_err()));
    see(said(&Question::FirstFactor { available: Vec::new() }.answer(MARK).unwrap_err()));
    see(said(&Question::MfaType { available: Vec::new() }.answer(MARK).unwrap_err()));

    for refused in ["SALT", "SRP_B", "SECRET_BLOCK"] {
        let parameters = CHALLENGE.map(|(name, value)| (name, if name == refused { MARK } else { value }));
        see(said(&PasswordVerifier::from_reply(parameters, Some(MARK)).unwrap_err()));
        see(said(&DevicePasswordVerifier::from_reply(parameters, Some(MARK)).unwrap_err()));
    }
    let session = MARK.repeat(20_000);
    see(said(&PasswordVerifier::from_reply(CHALLENGE, Some(&session)).unwrap_err()));

    // The mark itself could not stand in JSON unescaped.
    for body in [r#"{"Session":["PLANTED"]}"#, r#"{"Session":"PLANTED"#, r#"{"Session":PLANTED}"#] {
        see(said(&Reply::from_json(body).unwrap_err()));
        see(said(&Refusal::from_json(body).unwrap_err()));
    }
}

/// What a single step refuses with a password at hand.
fn refuse_steps(mut see: impl FnMut(String)) {
    let user = client().user("alice");
    let device = Device::new("key", "-group", DevicePassword::new(MARK)).unwrap();

    let login = UserLogin::start(&user, &mut Marking).unwrap();
    let challenge = PasswordVerifier::from_reply(CHALLENGE, Some(MARK)).unwrap();
    see(said(&login.finish(&challenge, MARK, TOO_LATE).unwrap_err()));

    let login = DeviceLogin::start(&user, &device, &mut Marking).unwrap();
    let challenge = DevicePasswordVerifier::from_reply(CHALLENGE, Some(MARK)).unwrap();
    see(said(&login.finish(&challenge, &device, TOO_LATE).unwrap_err()));
}

/// What a sign-in over SRP refuses on its way, and what the service refuses.
fn refuse_in_a_sign_in(mut see: impl FnMut(String)) {
    let now = DateTime::UNIX_EPOCH;
    let refusal = || Refusal::new("NotAuthorizedException", "Incorrect username or password.");
    let device = Device::new("key", "-group", DevicePassword::new(MARK)).unwrap();
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserSrpAuth).with_device(device.clone());
    let mut tokens = Reply::default();
    tokens.authentication_result = Some(AuthenticationResult::default());
    tokens.authentication_result.as_mut().unwrap().access_token = Some(MARK.into());

    drop(sign_in.start(&mut Marking).unwrap());
    see(said(&sign_in.answer(&Answer::Password(MARK), now, &mut Marking).unwrap_err()));
    see(said(&sign_in.handle(&tokens, now, &mut Marking).unwrap_err()));
    see(said(&sign_in.handle(&challenge(MARK, MARK, &CHALLENGE), now, &mut Marking).unwrap_err()));
    see(said(&sign_in.handle(&challenge("DEVICE_SRP_AUTH", MARK, &CHALLENGE), now, &mut Marking).unwrap_err()));

    drop(sign_in.handle(&challenge("PASSWORD_VERIFIER", MARK, &CHALLENGE), now, &mut Marking).unwrap());
    see(said(&sign_in.answer(&Answer::Code(MARK), now, &mut Marking).unwrap_err()));
    see(said(&sign_in.answer(&Answer::Password(MARK), TOO_LATE, &mut Marking).unwrap_err()));
    see(said(&sign_in.handle(&tokens, now, &mut Marking).unwrap_err()));
    refuse_to_restore(&sign_in, &device, &mut see);

    drop(sign_in.answer(&Answer::Password(MARK), now, &mut Marking).unwrap());
    see(said(&sign_in.refused(refusal(), &mut Marking).unwrap_err()));
    drop(sign_in.handle(&challenge("DEVICE_SRP_AUTH", MARK, &[]), now, &mut Marking).unwrap());
    let verifier = challenge("DEVICE_PASSWORD_VERIFIER", MARK, &CHALLENGE);
    see(said(&sign_in.handle(&verifier, TOO_LATE, &mut Marking).unwrap_err()));
    drop(sign_in.handle(&verifier, now, &mut Marking).unwrap());
    see(said(&sign_in.refused(refusal(), &mut Marking).unwrap_err()));
    refuse_in_a_setup(sign_in, see);
}

/// A state with secrets that is damaged, cut off, or not what it is restored with.
fn refuse_to_restore(sign_in: &SignIn, device: &Device, mut see: impl FnMut(String)) {
    let saved = sign_in.save();
    let mut damaged = saved.clone();
    damaged[20] ^= 1;
    let other_client = AppClient::new(client().user_pool_id().clone(), "other").unwrap();
    let other_device = Device::new("other", "-group", DevicePassword::new(MARK)).unwrap();
    for (bytes, client, device) in [
        (&damaged[..], &client(), device),
        (&saved[..saved.len() - 1], &client(), device),
        (&saved, &other_client, device),
        (&saved, &client(), &other_device),
    ] {
        see(said(&SignIn::restore(bytes, client, Some(device.clone())).unwrap_err()));
    }
}

/// An authenticator app that cannot be set up.
fn refuse_in_a_setup(mut sign_in: SignIn, mut see: impl FnMut(String)) {
    let now = DateTime::UNIX_EPOCH;
    let mut reply = Reply::default();
    reply.secret_code = Some(MARK.into());
    reply.status = Some(MARK.into());
    drop(sign_in.handle(&challenge("MFA_SETUP", MARK, &[]), now, &mut Marking).unwrap());
    see(said(&sign_in.handle(&reply, now, &mut Marking).unwrap_err()));
    reply.secret_code = Some("PLANTED".into());
    drop(sign_in.handle(&reply, now, &mut Marking).unwrap());
    see(said(&sign_in.answer(&Answer::Password(MARK), now, &mut Marking).unwrap_err()));
    drop(sign_in.answer(&Answer::Code(MARK), now, &mut Marking).unwrap());
    see(said(&sign_in.handle(&reply, now, &mut Marking).unwrap_err()));
}

#[test]
fn no_secret_is_in_any_error() {
    let _turn = turn();
    let mut all = String::new();
    let mut see = |text: String| {
        assert_eq!(shown_in(&text), None, "{text}");
        all += &text;
    };
    refuse_values(&mut see);
    refuse_steps(&mut see);
    refuse_in_a_sign_in(&mut see);
    for provoked in [
        "ClientId given by the caller is not of the form that AWS defines",
        "DeviceKey given by the caller is empty",
        "ANSWER given by the caller is not a name that this version knows",
        "SALT in the service's reply is not hexadecimal",
        "Session in the service's reply is longer than",
        "body in the service's reply is not a JSON object",
        "TIMESTAMP given by the caller is out of range",
        "AuthenticationResult in the service's reply does not fit",
        "ChallengeName in the service's reply is not a name that this version knows",
        "answer given by the caller does not fit",
        "state given by the caller is damaged",
        "ClientId given by the caller is not the one that the state was saved with",
        "SecretCode in the service's reply is not of the form that AWS defines",
        "Status in the service's reply does not fit",
        "}) NotAuthorizedException: ",
        "the remembered device was refused: NotAuthorizedException",
    ] {
        assert!(all.contains(provoked), "{provoked:?} is not in {all}");
    }
}

/// Sessions in an answer are the service's handles, plain strings for the request that they go into, and left out here.
#[test]
fn no_secret_is_left_in_heap_memory_that_is_given_back() {
    let _turn = turn();
    let leaked = leaks(|| {
        let user = client().user("alice");
        let challenge = PasswordVerifier::from_reply(CHALLENGE, Some(MARK)).unwrap();
        drop(challenge);
        let challenge = PasswordVerifier::from_reply(CHALLENGE, None).unwrap();
        let password = DevicePassword::new(MARK);

        let login = UserLogin::start(&user, &mut Marking).unwrap();
        drop(UserLogin::start(&user, &mut Marking).unwrap());
        drop(login.finish(&challenge, MARK, DateTime::UNIX_EPOCH).unwrap());
        drop(Device::new("key", "-group", password.clone()).unwrap());
        drop(NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut Marking).unwrap());
        drop(user.respond(None, &ChallengeAnswer::Password { password: MARK }));
        drop(InitiateAuth::user_password_auth(&user, MARK).auth_parameters.into_iter());
        drop((user, password));
    });
    assert_eq!(leaked, 0, "blocks were given back with a secret in them");
}

#[test]
fn the_watch_sees_what_is_not_wiped() {
    let _turn = turn();
    for (name, pattern) in patterns() {
        assert_eq!(leaks(|| drop(pattern.clone())), 1, "{name}");
    }
}

/// Bytes of dead stack that are looked at: more than a sign-in uses.
const DEAD_STACK: usize = 128 * 1024;

/// Reads what earlier calls left below this frame. That nobody has written it since is not something Rust promises: the
/// read is of memory that is uninitialised to the language, and is deliberate. It finds what a memory dump would find.
#[inline(never)]
fn dead_stack() -> Vec<u8> {
    let stack = MaybeUninit::<[u8; DEAD_STACK]>::uninit();
    let start = black_box(stack.as_ptr()).cast::<u8>();
    // SAFETY: the bytes are this frame's own, and a byte has no invalid value; see above for what is not safe about it.
    (0..DEAD_STACK).map(|i| unsafe { start.add(i).read_volatile() }).collect()
}

/// Overwrites all that [`dead_stack`] reads, and some more: what the patterns were computed with may lie there, in this thread
/// or in one that had its stack before.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "to cover the stack is what it is for")]
const fn clear_the_stack() {
    let mut zeros = [0_u8; DEAD_STACK + 8 * 1024];
    black_box(&mut zeros);
}

#[inline(never)]
fn leave_on_the_stack(secret: &[u8]) {
    // Not at the foot of the frame, and not a page long: the probes of a large frame write a word to each page.
    let mut copy = [0; 1500];
    copy[700..700 + secret.len()].copy_from_slice(secret);
    black_box(&copy);
}

#[test]
fn no_secret_is_left_on_the_stack_by_a_sign_in() {
    let _turn = turn();
    patterns();
    let user = client().user("alice");
    let challenge = PasswordVerifier::from_reply(CHALLENGE, None).unwrap();

    clear_the_stack();
    assert_eq!(found_in(&dead_stack()), None, "before start");
    let login = UserLogin::start(&user, &mut Marking).unwrap();
    assert_eq!(found_in(&dead_stack()), None, "after start");
    let proof = login.finish(&challenge, MARK, DateTime::UNIX_EPOCH);
    assert_eq!(found_in(&dead_stack()), None, "after finish");
    drop(proof);
    let enrollment = NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut Marking);
    assert_eq!(found_in(&dead_stack()), None, "after enroll");
    drop(enrollment);

    leave_on_the_stack(&patterns()[1].1);
    assert_eq!(found_in(&dead_stack()), Some(patterns()[1].0), "what is left there is seen");
}

/// For the bindings, whose callers have the arithmetic alone.
#[test]
fn no_secret_is_left_on_the_stack_by_single_steps() {
    let _turn = turn();
    patterns();
    let mut a = [0; 64];
    let Ok(()) = Marking.try_fill_bytes(&mut a);
    let b_public = [0xb6, 0xd2, 0x28, 0x38, 0xcd, 0x4e];
    let u = hazmat::u(&hazmat::power_of_g(&a), &b_public).unwrap();
    let key = || {
        let x = hazmat::x(&[0xcc, 0x09, 0x0d, 0x95], &hazmat::identity_hash("Example1", "alice", MARK));
        let s = hazmat::s(&a, &b_public, u, &x).unwrap();
        let key = Box::new(hazmat::claim_key(&hazmat::prk(u, &s).unwrap()));
        assert_eq!(found_in(&*key), Some("K"));
        key.len()
    };
    clear_the_stack();
    assert_eq!(found_in(&dead_stack()), None, "before");
    assert_eq!(hazmat::wiping_stack(key), 16);
    assert_eq!(found_in(&dead_stack()), None, "after");
    assert_eq!(apart(key), 16);
    assert!(found_in(&dead_stack()).is_some(), "and without it they are");
}

/// Not inlined: what it leaves lies below the frame that looks.
#[inline(never)]
fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}

/// As above, of every step of a conversation over SRP, of saving it and of restoring it.
#[test]
fn no_secret_is_left_on_the_stack_by_a_conversation() {
    let _turn = turn();
    patterns();
    let mut left = Vec::new();
    let mut look = |after: &'static str| left.extend(found_in_words_of(&dead_stack()).map(|name| (after, name)));
    let client = client();
    let device = Device::new("key", "-group", DevicePassword::new(device_password())).unwrap();
    let verifier = |name: &str| {
        let mut reply = Reply::default();
        reply.challenge_name = Some(name.into());
        reply.challenge_parameters = CHALLENGE.into_iter().collect();
        reply
    };
    let mut device_srp = Reply::default();
    device_srp.challenge_name = Some("DEVICE_SRP_AUTH".into());
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJ".into());
    tokens.new_device_metadata =
        Some(NewDeviceMetadata { device_key: Some("a_b".into()), device_group_key: Some("-c".into()) });
    let mut done = Reply::default();
    done.authentication_result = Some(tokens);

    clear_the_stack();
    look("nothing");
    let mut sign_in =
        SignIn::new(client.user("alice"), Flow::UserSrpAuth).with_device(device.clone()).remembering_device(None);
    let mut step = apart(|| sign_in.start(&mut Marking).unwrap());
    look("start");
    let replies =
        [verifier("PASSWORD_VERIFIER"), device_srp, verifier("DEVICE_PASSWORD_VERIFIER"), done, Reply::default()];
    for reply in &replies {
        let saved = apart(|| sign_in.save());
        look("save");
        sign_in = apart(|| SignIn::restore(&saved, &client, Some(device.clone())).unwrap());
        look("restore");
        drop(saved);
        step = apart(|| sign_in.handle(reply, DateTime::UNIX_EPOCH, &mut Marking).unwrap());
        look("handle");
        if let Step::Ask(_) = step {
            step = apart(|| sign_in.answer(&Answer::Password(MARK), DateTime::UNIX_EPOCH, &mut Marking).unwrap());
            look("answer");
        }
        if let Step::Send(request) = &step {
            apart(|| drop(request.to_json()));
            look("to_json");
        }
    }
    assert!(matches!(&step, Step::Done(done) if done.new_device.is_some()), "{step:?}");
    assert_eq!(left, []);

    leave_on_the_stack(&patterns()[1].1.chunks(4).flat_map(|word| word.iter().rev().copied()).collect::<Vec<_>>());
    assert_eq!(found_in_words_of(&dead_stack()), Some(patterns()[1].0), "what is left there in words is seen");
}

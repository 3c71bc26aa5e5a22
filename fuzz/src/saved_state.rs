//! A saved state that somebody else has written: it is refused, or it is the state that it says: saved again, the same bytes.
//!
//! What was read can be gone on with: nothing panics, an error changes nothing, and a proof is not made twice.
//!
//! The first byte says what is done to the rest: as it is, with the checksum that belongs to it, or with that and the head of
//! a state of this client, so that what is changed is what lies behind them.

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AuthenticationResult, ChallengeName, Fault, MfaType, Problem, Refusal, Reply, SignIn, Step,
};
use cognito_srp_reference as reference;

use crate::{
    input::Rng,
    sign_in::{client, device},
};

const DIGEST: usize = 32;

/// What every state of this client begins with.
#[must_use]
pub fn head() -> Vec<u8> {
    let client = client(None);
    let mut head = b"CSRP\x02".to_vec();
    for text in [client.user_pool_id().as_str(), client.client_id()] {
        head.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        head.extend(text.as_bytes());
    }
    head
}

/// The input that a saved state of this client is: without the head and the checksum, which are put back.
#[must_use]
pub fn input_of(saved: &[u8]) -> Vec<u8> {
    let body = saved.strip_prefix(&*head()).expect("a state of this client");
    [b"h", &body[..body.len() - DIGEST]].concat()
}

pub fn check(data: &[u8]) {
    is_read(data);
}

/// Whether the state was read, for those who want to know that an input reaches what it is for.
pub fn is_read(data: &[u8]) -> bool {
    let Some((kind, rest)) = data.split_first() else { return false };
    let sealed = |mut content: Vec<u8>| {
        let digest = reference::sha256(&[&content]);
        content.extend(digest);
        content
    };
    let state = match kind {
        b'h' => sealed([&head(), rest].concat()),
        b'c' => sealed(rest.to_vec()),
        _ => rest.to_vec(),
    };
    let with = SignIn::restore(&state, &client(None), Some(device()));
    let without = SignIn::restore(&state, &client(None), None);
    let forgotten = with.is_ok() && without.is_ok();
    let mut read = false;
    for restored in [with, without] {
        match restored {
            Ok(sign_in) => {
                assert!(!forgotten || sign_in.device_forgotten(), "one state, with a device and without");
                is_the_state(&sign_in, &state);
                goes_on(&state);
                read = true;
            }
            Err(error) => {
                let expected = match error.problem() {
                    Problem::Mismatch => ["UserPoolId", "ClientId", "DeviceKey"].contains(&error.parameter()),
                    Problem::Damaged | Problem::OtherVersion | Problem::TooLong { .. } => error.parameter() == "state",
                    // Of a device that waits for ConfirmDevice.
                    Problem::Empty => ["DeviceKey", "DeviceGroupKey"].contains(&error.parameter()),
                    _ => false,
                };
                assert!(expected && error.fault() == Fault::Caller, "{error}");
            }
        }
    }
    read
}

fn is_the_state(sign_in: &SignIn, state: &[u8]) {
    let saved = sign_in.save();
    assert!(*saved == *state, "what was read is what there was");
    drop(format!("{sign_in:?} {:?}", sign_in.question()));
}

/// Each of these is said to the state as it was read.
fn goes_on(state: &[u8]) {
    let now = DateTime::UNIX_EPOCH;
    let restored = || {
        let (client, device) = (client(None), device());
        SignIn::restore(state, &client, Some(device)).or_else(|_| SignIn::restore(state, &client, None)).unwrap()
    };
    let untouched = |sign_in: &SignIn| assert!(*sign_in.save() == *state, "an error has changed the state");
    for reply in replies() {
        let mut sign_in = restored();
        let mut rng = Rng::default();
        match sign_in.handle(&reply, now, &mut rng) {
            Ok(Step::Send(request)) => drop(request.to_json()),
            Ok(_) => {}
            Err(_) => untouched(&sign_in),
        }
    }
    let mut sign_in = restored();
    let answers = [
        Answer::Password("password"),
        Answer::RefreshToken("token"),
        Answer::FirstFactor(ChallengeName::PasswordSrp),
        Answer::FirstFactor(ChallengeName::EmailOtp),
        Answer::Code("123456"),
        Answer::MfaType(MfaType::SmsMfa),
        Answer::NewPassword { new_password: "another", user_attributes: &[] },
        Answer::Custom("answer"),
        Answer::Passkey("{}"),
    ];
    for answer in answers {
        match sign_in.answer(&answer, now, &mut Rng::default()) {
            Ok(Step::Send(request)) => {
                drop(request.to_json());
                break;
            }
            Ok(_) => break,
            Err(_) => untouched(&sign_in),
        }
    }
    let mut sign_in = restored();
    if sign_in
        .refused(Refusal::new("ResourceNotFoundException", "Device does not exist."), &mut Rng::default())
        .is_err()
    {
        untouched(&sign_in);
    }
    if let Some(done) = sign_in.skip_device() {
        drop(format!("{done:?}"));
    }
    let mut sign_in = restored();
    if sign_in.start(&mut Rng::default()).is_err() {
        untouched(&sign_in);
    }
}

fn replies() -> Vec<Reply> {
    let challenge = |name: &str| {
        let mut reply = Reply::default();
        reply.challenge_name = Some(name.into());
        reply.session = Some("session".into());
        let parameters = [
            ("USER_ID_FOR_SRP", "internal"),
            ("SALT", "cc090d95"),
            ("SRP_B", "b6d22838cd4e"),
            ("SECRET_BLOCK", "QUJD"),
        ];
        reply.challenge_parameters = parameters.into_iter().collect();
        reply
    };
    let mut replies: Vec<_> =
        ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "SMS_MFA", "MFA_SETUP", "PASSWORD"]
            .map(challenge)
            .into();
    let mut last = Reply::default();
    last.secret_code = Some("JBSWY3DP".into());
    last.status = Some("SUCCESS".into());
    replies.push(last.clone());
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJ".into());
    last.authentication_result = Some(tokens);
    replies.push(last);
    replies
}

//! Whatever a challenge says, to a user or to a device: it is refused by the name and the problem that the documentation of
//! `from_reply` gives, or its answer is the one that the reference computes.
//!
//! Fields: `u` or `d`; `a`; pool id; the typed name; the client's secret; DeviceKey; DeviceGroupKey; the password; the clock
//! in seconds; Session; then names and values of ChallengeParameters.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeResponse, ClientSecret, Device, DevicePassword, DevicePasswordVerifier, Error, Fault,
    PasswordVerifier, Problem, User, UserPoolId, hazmat,
};
use cognito_srp_reference as reference;
use num_bigint::BigUint;

use crate::{input::Fields, parsers};

pub const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";

/// What came of a challenge, for those who want to know that an input reaches what it is for.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Refused,
    Answered,
}

pub fn check(data: &[u8]) {
    outcome(data);
}

pub fn outcome(data: &[u8]) -> Outcome {
    let mut fields = Fields::of(data);
    let for_device = fields.choice() == b'd';
    let a = fields.integer();
    let pool_id = fields.text();
    let (typed, secret) = (fields.text(), fields.text());
    let (device_key, device_group_key, password) = (fields.text(), fields.text(), fields.text());
    let seconds: i64 = fields.text().parse().unwrap_or_default();
    let now = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let session = fields.text();
    let parameters = fields.pairs();
    let session = Some(session.as_str()).filter(|session| *session != "none");

    let pool_id = UserPoolId::parse(pool_id).unwrap_or(UserPoolId::parse("us-east-1_Example1").unwrap());
    let mut client = AppClient::new(pool_id, CLIENT_ID).unwrap();
    if let Ok(secret) = ClientSecret::new(secret.as_str()) {
        client = client.with_secret(secret);
    }
    let secret = Some(secret).filter(|secret| !secret.is_empty());
    let user = client.user(typed.as_str());
    let pairs = || parameters.iter().map(|(name, value)| (name, value));
    let get = |name: &str| pairs().rfind(|(it, _)| *it == name).map(|(_, value)| value.as_str());

    named_by(&user, &parameters, get);
    let expected = expected(for_device, session, get);
    let said = |error: Error| (error.parameter(), error.problem(), error.fault());
    let device = Device::new(device_key.as_str(), device_group_key.as_str(), DevicePassword::new(password.as_str()));
    let (answer, name, identity) = if for_device {
        let challenge = DevicePasswordVerifier::from_reply(pairs(), session);
        assert_eq!(challenge.as_ref().err().copied().map(said), expected.err());
        let (Ok(challenge), Ok(device)) = (challenge, device) else { return Outcome::Refused };
        let login = hazmat::device_login(&user, &device, &a);
        let identity = reference::Identity { scope: &device_group_key, name: &device_key };
        (login.finish(&challenge, &device, now), typed.as_str(), identity)
    } else {
        let challenge = PasswordVerifier::from_reply(pairs(), session);
        assert_eq!(challenge.as_ref().err().copied().map(said), expected.err());
        let Ok(challenge) = challenge else { return Outcome::Refused };
        let name = get("USER_ID_FOR_SRP").unwrap();
        assert_eq!(challenge.username(), name);
        let answer = hazmat::user_login(&user, &a).finish(&challenge, &password, now).map(|proof| {
            assert_eq!(proof.user.username(), name);
            proof.answer
        });
        (answer, name, reference::Identity { scope: client.user_pool_id().name(), name })
    };
    if !(1583..=9999).contains(&chrono::Datelike::year(&now)) {
        assert_eq!(answer.map_err(said).unwrap_err(), ("TIMESTAMP", Problem::OutOfRange, Fault::Caller));
        return Outcome::Refused;
    }
    let answer = answer.unwrap();

    let [salt, b_public] = ["SALT", "SRP_B"].map(|name| reference::from_hex(get(name).unwrap()).unwrap());
    let secret_block = get("SECRET_BLOCK").unwrap();
    let timestamp = reference::timestamp(now.timestamp());
    let signature = signature(&a, &b_public, &salt, &identity, &password, secret_block, &timestamp);
    let secret_hash = secret.map(|secret| reference::secret_hash(&secret, name, CLIENT_ID));
    let mut responses = vec![
        ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block.to_owned()),
        ("PASSWORD_CLAIM_SIGNATURE", signature),
        ("TIMESTAMP", timestamp),
        ("USERNAME", name.to_owned()),
    ];
    responses.extend(for_device.then(|| ("DEVICE_KEY", device_key.clone())));
    responses.extend(secret_hash.map(|hash| ("SECRET_HASH", hash)));
    is_the_answer(answer, responses, session);
    Outcome::Answered
}

/// Exactly these parameters, and the Session that came.
fn is_the_answer(answer: ChallengeResponse, mut expected: Vec<(&str, String)>, session: Option<&str>) {
    assert_eq!(answer.session.as_deref(), session.filter(|session| !session.is_empty()));
    let mut given: Vec<_> = answer.challenge_responses.into_iter().collect();
    given.sort();
    expected.sort();
    assert_eq!(given.len(), expected.len());
    for ((name, value), expected) in given.iter().zip(&expected) {
        assert_eq!((name.as_str(), value), (expected.0, &expected.1));
    }
}

/// PASSWORD_CLAIM_SIGNATURE in base64, all of it by the reference.
fn signature(
    a: &[u8],
    b_public: &BigUint,
    salt: &BigUint,
    identity: &reference::Identity<'_>,
    password: &str,
    secret_block: &str,
    timestamp: &str,
) -> String {
    assert!(*b_public > BigUint::ZERO && *b_public < reference::n());
    let a = BigUint::from_bytes_be(a);
    let u = reference::u(&reference::public_a(&a), b_public);
    let s = reference::client_s(&a, b_public, &u, &reference::x(salt, identity, password));
    let key = reference::claim_key(&reference::prk(&u, &s));
    let secret_block = STANDARD.decode(secret_block).unwrap();
    STANDARD.encode(reference::signature(&key, identity, &secret_block, timestamp))
}

/// The table in the documentation of `from_reply`, read from top to bottom.
fn expected<'a>(
    for_device: bool,
    session: Option<&str>,
    get: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), (&'static str, Problem, Fault)> {
    let required = |name, limit, check: &dyn Fn(&str) -> Result<(), Problem>| {
        let result = match get(name) {
            None => Err(Problem::Missing),
            Some("") => Err(Problem::Empty),
            Some(value) if value.len() > limit => Err(Problem::TooLong { limit }),
            Some(value) => check(value),
        };
        result.map_err(|problem| (name, problem, Fault::Service))
    };
    let hex = |value: &str| reference::from_hex(value).ok_or(Problem::NotHex);
    if !for_device {
        required("USER_ID_FOR_SRP", 131_072, &|_| Ok(()))?;
    }
    required("SALT", 1024, &|value| hex(value).map(drop))?;
    required("SRP_B", 2048, &|value| {
        let b_public = hex(value)?;
        if b_public > BigUint::ZERO && b_public < reference::n() { Ok(()) } else { Err(Problem::OutOfRange) }
    })?;
    required("SECRET_BLOCK", 131_072, &|value| parsers::base64(value).map(drop).ok_or(Problem::NotBase64))?;
    match session {
        Some(session) if session.len() > 131_072 => {
            Err(("Session", Problem::TooLong { limit: 131_072 }, Fault::Service))
        }
        _ => Ok(()),
    }
}

/// The name that a challenge gives: USER_ID_FOR_SRP, and USERNAME only where there is none; as before where there is neither.
fn named_by<'a>(user: &User, parameters: &[(String, String)], get: impl Fn(&str) -> Option<&'a str>) {
    let given = ["USER_ID_FOR_SRP", "USERNAME"].into_iter().find_map(|name| Some((name, get(name)?)));
    let named = user.named_by(parameters.iter().map(|(name, value)| (name, value)));
    match given {
        None => assert_eq!(named.unwrap().username(), user.username()),
        Some((_, value)) if (1..=131_072).contains(&value.len()) => assert_eq!(named.unwrap().username(), value),
        Some((name, value)) => {
            let problem = if value.is_empty() { Problem::Empty } else { Problem::TooLong { limit: 131_072 } };
            let error = named.unwrap_err();
            assert_eq!((error.parameter(), error.problem(), error.fault()), (name, problem, Fault::Service));
        }
    }
}

//! What `ci/miri` can pay for: a whole sign-in once, two short powers, and every parser by a few texts.
//!
//! Under miri one product of 3072-bit integers takes half a second, on 32-bit targets two. Everywhere else these tests are done
//! at once, and say nothing that others do not say as well.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::convert::Infallible;

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, Cause, ChallengeAnswer, ClientSecret, Device, DevicePassword, Flow, Kernel, PasswordVerifier,
    Problem, Question, Refusal, Reply, SignIn, Step, UserPoolId, hazmat,
};
use num_bigint::BigUint;
use rand::{TryCryptoRng, TryRng};

/// Draws these bytes, and no others.
struct Given<'a>(&'a [u8]);

impl TryRng for Given<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("bytes are drawn, and nothing else");
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("bytes are drawn, and nothing else");
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let (drawn, rest) = self.0.split_at(bytes.len());
        bytes.copy_from_slice(drawn);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Given<'_> {}

/// The member of that name of a known answer. `serde_json` would take minutes over the whole file.
fn field(name: &str) -> &'static str {
    let file = include_str!("../test-vectors/user_srp_512.json");
    let vector = file.split_once("\"user-512-03-A_leading_zero_byte_2\"").unwrap().1;
    vector.split_once(&format!("\"{name}\": \"")).unwrap().1.split_once('"').unwrap().0
}

fn client() -> AppClient {
    AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "4l9rvl4mv5es1eep1qe97cautn").unwrap()
}

#[test]
fn a_whole_sign_in_is_that_of_the_known_answer() {
    let client = AppClient::new(UserPoolId::parse(field("pool_id")).unwrap(), field("client_id")).unwrap();
    let client = client.with_secret(ClientSecret::new(field("client_secret")).unwrap());
    let a = BigUint::parse_bytes(field("a").as_bytes(), 16).unwrap().to_bytes_be();
    let now = DateTime::parse_from_str(&field("timestamp").replace(" UTC ", " +0000 "), "%a %b %d %H:%M:%S %z %Y");
    let now = now.unwrap().to_utc();
    let has = |step: Step, names: &[(&str, &str)]| {
        let Step::Send(request) = step else { panic!("{step:?}") };
        let json = request.to_json();
        for (name, member) in names {
            let member = format!("\"{name}\":\"{}\"", field(member));
            assert!(json.contains(&member), "{member} in {}", &**json);
        }
    };

    let rng = &mut Given(&a);
    let mut sign_in = SignIn::new(client.user(field("username")), Flow::UserSrpAuth);
    has(sign_in.start(rng).unwrap(), &[("SRP_A", "srp_a"), ("SECRET_HASH", "secret_hash_initiate")]);
    let parameters = [
        ("USER_ID_FOR_SRP", "user_id_for_srp"),
        ("SALT", "salt"),
        ("SRP_B", "srp_b"),
        ("SECRET_BLOCK", "secret_block_b64"),
    ];
    let parameters = parameters.map(|(name, member)| format!("\"{name}\":\"{}\"", field(member))).join(",");
    let reply = format!(r#"{{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{{{parameters}}}}}"#);
    let step = sign_in.handle(&Reply::from_json(&reply).unwrap(), now, rng).unwrap();
    assert!(matches!(step, Step::Ask(Question::Password { .. })), "{step:?}");
    let answer = sign_in.answer(&Answer::Password(field("password")), now, rng).unwrap();
    let expected = [
        ("PASSWORD_CLAIM_SIGNATURE", "signature_b64"),
        ("TIMESTAMP", "timestamp"),
        ("SECRET_HASH", "secret_hash_respond"),
    ];
    has(answer, &expected);
}

#[test]
fn a_short_power_is_that_of_the_oracle() {
    let (base, exponent) = ([0x5a; 383], [0xa5]);
    let power = hazmat::modpow_by(Kernel::Portable, &base, &exponent).unwrap();
    let n = BigUint::from_bytes_be(&hazmat::n());
    assert_eq!(BigUint::from_bytes_be(&power), BigUint::from_bytes_be(&base).modpow(&BigUint::from(0xa5_u8), &n));
}

#[test]
fn a_short_power_of_g_is_that_of_the_oracle() {
    let power = hazmat::power_of_g_by(Kernel::Portable, &[0x0c, 0x3c]).unwrap();
    // 2^3132 = 2^60 * 2^3072, and 2^3072 = 2^3072 - N modulo N.
    let n = BigUint::from_bytes_be(&hazmat::n());
    let expected = ((BigUint::from(1_u8) << 3072_u32) - &n) << 60_u32;
    assert_eq!(BigUint::from_bytes_be(&power), expected % n);
}

/// What is read and written at the door: pool, client, challenge, reply, refusal, secret hash.
#[test]
fn each_parser_reads_what_is_right_and_refuses_what_is_not() {
    let parse = |id| UserPoolId::parse(id).map_err(|error| error.problem()).map(|pool| pool.name().to_owned());
    assert_eq!(parse("us-east-1_Example1"), Ok("Example1".into()));
    assert_eq!(parse("us-east-1-Example1"), Err(Problem::Malformed));

    let problem = |name, value| {
        let honest = [("USER_ID_FOR_SRP", "alice"), ("SALT", "0cc090d95"), ("SRP_B", "1"), ("SECRET_BLOCK", "QUJD")];
        let changed = honest.map(|(key, text)| (key, if key == name { value } else { text }));
        PasswordVerifier::from_reply(changed, None).err().map(|error| (error.parameter(), error.problem()))
    };
    assert_eq!(problem("SALT", "00f"), None);
    let n = BigUint::from_bytes_be(&hazmat::n()).to_str_radix(16);
    for (name, value, expected) in [
        ("SALT", "", Problem::Empty),
        ("SALT", "0x1", Problem::NotHex),
        ("SRP_B", "000", Problem::OutOfRange),
        ("SRP_B", &*n, Problem::OutOfRange),
        ("SECRET_BLOCK", "QQ", Problem::NotBase64),
        ("SECRET_BLOCK", "QUJ!", Problem::NotBase64),
    ] {
        assert_eq!(problem(name, value), Some((name, expected)));
    }

    let reply = Reply::from_json(r#"{"ChallengeName":"SMS_MFA","Session":"\u00e9\ud83d\ude00","Later":[{"a":1e9}]}"#);
    let reply = reply.unwrap();
    assert_eq!((reply.challenge_name.as_deref(), reply.session.as_deref()), (Some("SMS_MFA"), Some("\u{e9}\u{1f600}")));
    for text in ["", "{", r#"{"Session":"\ud800"}"#, r#"{"Session":1}"#] {
        assert!(Reply::from_json(text).is_err(), "{text}");
    }

    let body = r#"{"__type":"a#NotAuthorizedException","message":"Incorrect username or password."}"#;
    assert_eq!(Refusal::from_json(body).unwrap().cause(), Cause::WrongUserOrPassword);

    let client = client().with_secret(ClientSecret::new("secret").unwrap());
    let answer = client.user("alice").respond(Some("session"), &ChallengeAnswer::SmsMfa { code: "123456" });
    let hash = answer.challenge_responses.get("SECRET_HASH").unwrap();
    assert_eq!(Some(hash), client.secret_hash("alice").as_deref());
    assert_eq!(hash.len(), 44);
}

/// A state without an `a` in it: restoring costs no exponentiation.
#[test]
fn a_saved_state_is_restored_and_a_damaged_one_is_not() {
    let device = Device::new("key", "-group", DevicePassword::new("password")).unwrap();
    let user = client().user("alice");
    let mut sign_in = SignIn::new(user, Flow::UserPasswordAuth).with_device(device.clone()).with_session("session");
    let rng = &mut Given(&[]);
    sign_in.start(rng).unwrap();
    sign_in.answer(&Answer::Password("password"), DateTime::UNIX_EPOCH, rng).unwrap();
    let reply = r#"{"ChallengeName":"SMS_MFA","Session":"next","ChallengeParameters":{"USERNAME":"id","a":"b"}}"#;
    sign_in.handle(&Reply::from_json(reply).unwrap(), DateTime::UNIX_EPOCH, rng).unwrap();

    let saved = sign_in.save();
    let restored = SignIn::restore(&saved, &client(), Some(device.clone())).unwrap();
    assert_eq!(restored.save(), saved);
    assert_eq!(
        restored.question().map(|question| format!("{question:?}")),
        sign_in.question().map(|q| format!("{q:?}"))
    );
    for length in [0, 4, saved.len() - 1] {
        assert_eq!(SignIn::restore(&saved[..length], &client(), None).unwrap_err().problem(), Problem::Damaged);
    }
    let mut damaged = saved.clone();
    damaged[20] ^= 1;
    assert_eq!(SignIn::restore(&damaged, &client(), Some(device)).unwrap_err().problem(), Problem::Damaged);
}

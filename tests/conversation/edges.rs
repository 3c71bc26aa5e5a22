//! What no drawn world meets: the longest replies, a machine that is used again, a refusal long after the device.

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeName, Device, DevicePassword, Fault, Flow, NewDeviceMetadata,
    Parameters, Problem, Question, Refusal, Reply, SignIn, SignInError, Step, UserPoolId,
};
use rand::{SeedableRng, rngs::StdRng};

const NOW: DateTime<chrono::Utc> = DateTime::UNIX_EPOCH;

fn rng() -> StdRng {
    StdRng::seed_from_u64(3)
}

fn client() -> AppClient {
    AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "testclient").unwrap()
}

fn device(key: &str) -> Device {
    Device::new(key, "-group", DevicePassword::new("device password")).unwrap()
}

fn challenge(name: ChallengeName) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = Some(name.as_str().into());
    reply.session = Some("AYABeC1".into());
    let parameters = [("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];
    reply.challenge_parameters = parameters.into_iter().chain([("USER_ID_FOR_SRP", "6ec2f461-6364")]).collect();
    reply
}

fn tokens() -> Reply {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJh.eyJh.eyJh".into());
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    reply
}

fn unknown_device() -> Refusal {
    Refusal::new("ResourceNotFoundException", "Device does not exist.")
}

/// Where CUSTOM_CHALLENGE is asked.
fn asked() -> SignIn {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth);
    assert!(matches!(sign_in.start(&mut rng()).unwrap(), Step::Send(_)));
    sign_in
}

fn can_be_saved(sign_in: &SignIn) -> bool {
    let saved = sign_in.save();
    SignIn::restore(&saved, &client(), None).is_ok_and(|restored| restored.save() == saved)
}

fn long(length: usize) -> String {
    "a".repeat(length)
}

/// A challenge with everything as long as it may be, but for its parameters.
fn longest(name: ChallengeName, parameters: &Parameters) -> Reply {
    let mut reply = challenge(name);
    reply.challenge_parameters = parameters.clone();
    reply.session = Some(long(131_072));
    reply.available_challenges = ChallengeName::ALL.iter().cycle().take(500_000).map(ToString::to_string).collect();
    reply
}

/// A reply is refused or kept, and what is kept can be saved and read again.
#[test]
fn whatever_is_accepted_can_be_saved() {
    let rng = &mut rng();
    let nothing: Parameters = (0..1_000_000).map(|_| (String::new(), String::new())).collect();
    let short: Parameters = (0..200_000).map(|name| (format!("{name:05x}"), String::new())).collect();
    let one: Parameters = [("question", long((1 << 20) - 8))].into_iter().collect();
    let mut lost = Vec::new();
    for (what, parameters) in [("a million of nothing", nothing), ("200000 short names", short), ("one long text", one)]
    {
        let mut sign_in = asked();
        drop(sign_in.handle(&longest(ChallengeName::CustomChallenge, &parameters), NOW, rng));
        lost.extend((!can_be_saved(&sign_in)).then(|| format!("{what}, asked")));

        // While the first code of an app is checked, its challenge is both asked and awaited.
        let mut sign_in = asked();
        if sign_in.handle(&longest(ChallengeName::MfaSetup, &parameters), NOW, rng).is_ok() {
            let mut secret_code = Reply::default();
            secret_code.secret_code = Some(long(131_072));
            secret_code.session = Some(long(131_072));
            sign_in.handle(&secret_code, NOW, rng).unwrap();
            sign_in.answer(&Answer::Code("123456"), NOW, rng).unwrap();
        }
        lost.extend((!can_be_saved(&sign_in)).then(|| format!("{what}, asked and awaited")));
    }

    let mut reply = tokens();
    let result = reply.authentication_result.as_mut().unwrap();
    for token in [&mut result.id_token, &mut result.refresh_token, &mut result.token_type, &mut result.access_token] {
        *token = Some(long(131_072));
    }
    result.new_device_metadata =
        Some(NewDeviceMetadata { device_key: Some("us-east-1_0000".into()), device_group_key: Some(long(131_072)) });
    let mut sign_in = asked().remembering_device(None);
    assert!(matches!(sign_in.handle(&reply, NOW, rng).unwrap(), Step::Send(_)));
    lost.extend((!can_be_saved(&sign_in)).then(|| "tokens with a device".into()));
    assert!(lost.is_empty(), "accepted, and cannot be restored: {lost:?}");
}

#[test]
fn a_challenge_that_is_no_first_factor_is_no_preference() {
    let first_factors = ["PASSWORD", "PASSWORD_SRP", "WEB_AUTHN", "EMAIL_OTP", "SMS_OTP"];
    for name in ChallengeName::ALL {
        let mut sign_in = SignIn::new(client().user("alice"), Flow::UserAuth { preferred_challenge: Some(*name) });
        let before = sign_in.save();
        match sign_in.start(&mut rng()) {
            Ok(_) => assert!(first_factors.contains(&name.as_str()), "{name}"),
            Err(SignInError::Parameter(error)) => {
                assert!(!first_factors.contains(&name.as_str()), "{name}");
                assert_eq!(
                    (error.parameter(), error.problem(), error.fault()),
                    ("PREFERRED_CHALLENGE", Problem::Malformed, Fault::Caller)
                );
                assert_eq!(sign_in.save(), before);
            }
            Err(SignInError::Refused(_) | SignInError::DeviceRefused(_) | _) => panic!("{name}"),
        }
    }
}

/// Whoever changes their mind owes no proof, and proves nothing.
#[test]
fn another_choice_ends_the_srp_that_had_begun() {
    let rng = &mut rng();
    for factor in [ChallengeName::Password, ChallengeName::EmailOtp, ChallengeName::SmsOtp, ChallengeName::WebAuthn] {
        let flow = Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) };
        let mut sign_in = SignIn::new(client().user("alice"), flow);
        sign_in.start(rng).unwrap();
        let mut select = challenge(ChallengeName::SelectChallenge);
        select.available_challenges = vec![factor.to_string()];
        sign_in.handle(&select, NOW, rng).unwrap();
        if let Step::Ask(question) = sign_in.answer(&Answer::FirstFactor(factor), NOW, rng).unwrap() {
            assert!(matches!(question, Question::Password { over_srp: false }));
            sign_in.answer(&Answer::Password("pony"), NOW, rng).unwrap();
        }
        assert!(sign_in.handle(&challenge(ChallengeName::PasswordVerifier), NOW, rng).is_err(), "{factor}");
        assert!(matches!(sign_in.handle(&tokens(), NOW, rng).unwrap(), Step::Done(_)), "{factor}");
    }
}

/// As often as one likes, with all that it was set up with.
#[test]
fn a_machine_that_is_done_begins_again() {
    let rng = &mut rng();
    let mut sign_in = SignIn::new(client().user("alice@example.com"), Flow::UserSrpAuth).with_device(device("us_1"));
    for _ in 0..3 {
        let Step::Send(request) = sign_in.start(rng).unwrap() else { panic!("{sign_in:?}") };
        assert!(request.to_json().contains(r#""USERNAME":"alice@example.com""#));
        assert!(request.to_json().contains(r#""DEVICE_KEY":"us_1""#));
        sign_in.handle(&challenge(ChallengeName::PasswordVerifier), NOW, rng).unwrap();
        sign_in.answer(&Answer::Password("pony"), NOW, rng).unwrap();
        sign_in.handle(&challenge(ChallengeName::DeviceSrpAuth), NOW, rng).unwrap();
        sign_in.handle(&challenge(ChallengeName::DevicePasswordVerifier), NOW, rng).unwrap();
        assert!(matches!(sign_in.handle(&tokens(), NOW, rng).unwrap(), Step::Done(_)));
    }
}

/// A device can be set at any time, also after the service has forgotten one; a saved state then belongs to the new one.
#[test]
fn a_device_after_a_forgotten_one_is_saved_and_restored() {
    let rng = &mut rng();
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).with_device(device("us_1"));
    sign_in.start(rng).unwrap();
    sign_in.refused(unknown_device(), rng).unwrap();
    assert!(sign_in.device_forgotten());
    sign_in.set_device(Some(device("us_2")));
    let saved = sign_in.save();
    let restored = SignIn::restore(&saved, &client(), Some(device("us_2"))).unwrap();
    assert_eq!(restored.save(), saved);
    assert_eq!(restored.user().device_key(), Some("us_2"));
}

/// What is refused is the last answer, whatever was proved before it.
#[test]
fn a_refusal_of_what_comes_after_the_device_is_not_the_devices() {
    let rng = &mut rng();
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).with_device(device("us_1"));
    sign_in.start(rng).unwrap();
    sign_in.handle(&challenge(ChallengeName::DeviceSrpAuth), NOW, rng).unwrap();
    sign_in.handle(&challenge(ChallengeName::DevicePasswordVerifier), NOW, rng).unwrap();
    let refusal = Refusal::new("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(sign_in.refused(refusal.clone(), rng).unwrap_err(), SignInError::DeviceRefused(refusal.clone()));
    let step = sign_in.handle(&challenge(ChallengeName::CustomChallenge), NOW, rng).unwrap();
    assert!(matches!(step, Step::Ask(Question::Custom { .. })));
    sign_in.answer(&Answer::Custom("a wrong one"), NOW, rng).unwrap();
    assert_eq!(sign_in.refused(refusal.clone(), rng).unwrap_err(), SignInError::Refused(refusal));
}

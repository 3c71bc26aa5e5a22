//! A conversation with somebody who is not the service, or not at their best: what must not be got out of the client, and
//! what must not be lost.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeName, Device, DevicePassword, DeviceProblem, Done, Fault, Flow,
    Message, NewDevice, NewDeviceMetadata, Problem, Question, Refusal, Reply, Request, SignIn, SignInError, Step,
    UserPoolId,
};
use rand::rngs::{SysError, SysRng};
use sha2::{Digest, Sha256};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

const SRP: [(&str, &str); 4] =
    [("USER_ID_FOR_SRP", "internal"), ("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];

fn client() -> AppClient {
    AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "4l9rvl4mv5es1eep1qe97cautn").unwrap()
}

fn device() -> Device {
    Device::new("us-east-1_379df4ac", "-XTIoPyv7Z", DevicePassword::new("secret")).unwrap()
}

fn begun(flow: Flow) -> SignIn {
    let mut sign_in = SignIn::new(client().user("alice@example.com"), flow);
    sign_in.start(&mut SysRng).unwrap();
    sign_in
}

fn challenge(name: &str, parameters: &[(&str, &str)]) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = Some(name.into());
    reply.session = Some("session".into());
    reply.challenge_parameters = parameters.iter().copied().collect();
    reply
}

fn tokens() -> Reply {
    let mut reply = Reply::default();
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJ".into());
    reply.authentication_result = Some(tokens);
    reply
}

fn offering(device_key: Option<&str>, device_group_key: Option<&str>) -> Reply {
    let mut reply = tokens();
    reply.authentication_result.as_mut().unwrap().new_device_metadata = Some(NewDeviceMetadata {
        device_key: device_key.map(Into::into),
        device_group_key: device_group_key.map(Into::into),
    });
    reply
}

fn handle(sign_in: &mut SignIn, reply: &Reply) -> Result<Step, SignInError<SysError>> {
    sign_in.handle(reply, NOW, &mut SysRng)
}

fn answer(sign_in: &mut SignIn, answer: Answer<'_>) -> Step {
    sign_in.answer(&answer, NOW, &mut SysRng).unwrap()
}

fn sent(step: Step) -> Request {
    match step {
        Step::Send(request) => request,
        step => panic!("a request was to come: {step:?}"),
    }
}

fn done(step: Step) -> Done {
    match step {
        Step::Done(done) => done,
        step => panic!("this was to be the end: {step:?}"),
    }
}

/// What the service says of a device that it has forgotten.
fn forgotten() -> Refusal {
    Refusal::new("ResourceNotFoundException", "Device does not exist.")
}

/// A parameter of the request, wherever it stands.
fn parameter(request: &Request, name: &str) -> Option<String> {
    let parameters = match &request.message {
        Message::InitiateAuth(message) => &message.auth_parameters,
        Message::RespondToAuthChallenge(message) => &message.challenge_responses,
        message => panic!("{message:?} has no parameters"),
    };
    parameters.get(name).map(Into::into)
}

fn assert_unexpected(sign_in: &mut SignIn, reply: &Reply, parameter: &str) {
    let before = sign_in.save();
    match handle(sign_in, reply) {
        Err(SignInError::Parameter(error)) => {
            let found = (error.parameter(), error.problem(), error.fault());
            assert_eq!(found, (parameter, Problem::Unexpected, Fault::Service), "{reply:?}");
        }
        step => panic!("{reply:?} was taken: {step:?}"),
    }
    assert_eq!(*sign_in.save(), *before, "and changed something");
}

/// Begins over SRP in one of the three ways, up to where the password has to be proved.
fn begun_over_srp() -> [SignIn; 3] {
    let preferred_challenge = Some(ChallengeName::PasswordSrp);
    [Flow::UserSrpAuth, Flow::UserAuth { preferred_challenge }, Flow::CustomAuthWithSrp].map(begun)
}

#[test]
fn a_password_that_is_to_be_proved_is_not_sent_because_somebody_asks() {
    for mut sign_in in begun_over_srp() {
        assert_unexpected(&mut sign_in, &challenge("PASSWORD", &[]), "ChallengeName");
        assert_unexpected(&mut sign_in, &challenge("ADMIN_NO_SRP_AUTH", &[]), "ChallengeName");
        assert_unexpected(&mut sign_in, &challenge("NEW_PASSWORD_REQUIRED", &[]), "ChallengeName");
        let Step::Ask(question) = handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &SRP)).unwrap() else {
            panic!("the password was to be asked")
        };
        assert!(matches!(question, Question::Password { over_srp: true }));
        let request = sent(answer(&mut sign_in, Answer::Password("the password")));
        assert!(!request.to_json().contains("the password"));
        assert_unexpected(&mut sign_in, &challenge("PASSWORD", &[]), "ChallengeName");
    }
}

/// And where no password was meant to be used at all.
#[test]
fn a_password_is_sent_only_where_that_was_chosen() {
    let mut sign_in = begun(Flow::CustomAuth);
    assert_unexpected(&mut sign_in, &challenge("PASSWORD", &[]), "ChallengeName");

    let mut sign_in = begun(Flow::UserAuth { preferred_challenge: None });
    assert_unexpected(&mut sign_in, &challenge("PASSWORD", &[]), "ChallengeName");
    let mut select = challenge("SELECT_CHALLENGE", &[]);
    select.available_challenges = vec!["PASSWORD".into(), "PASSWORD_SRP".into(), "PASSWORD".into()];
    handle(&mut sign_in, &select).unwrap();
    let step = answer(&mut sign_in, Answer::FirstFactor(ChallengeName::Password));
    assert!(matches!(step, Step::Ask(Question::Password { over_srp: false })), "{step:?}");
    let request = sent(answer(&mut sign_in, Answer::Password("the password")));
    assert_eq!(parameter(&request, "PASSWORD").as_deref(), Some("the password"));
}

/// A choice among factors, of which sending the password can be one, belongs to USER_AUTH.
#[test]
fn a_first_factor_is_chosen_in_user_auth_only() {
    let answered = |flow, first| {
        let mut sign_in = begun(flow);
        sent(answer(&mut sign_in, first));
        sign_in
    };
    let mut select = challenge("SELECT_CHALLENGE", &[]);
    select.available_challenges = vec!["PASSWORD".into(), "EMAIL_OTP".into()];
    for mut sign_in in [
        begun(Flow::CustomAuth),
        begun(Flow::CustomAuthWithSrp),
        begun(Flow::UserSrpAuth),
        answered(Flow::UserPasswordAuth, Answer::Password("the password")),
        answered(Flow::AdminUserPasswordAuth, Answer::Password("the password")),
        answered(Flow::RefreshTokenAuth, Answer::RefreshToken("the token")),
    ] {
        assert_unexpected(&mut sign_in, &select, "ChallengeName");
    }
}

/// Otherwise whoever stands in for the service would be told what the person invents; but for CUSTOM_AUTH, where nothing was to be
/// proved and the pool's trigger decides what is asked.
#[test]
fn a_new_password_is_asked_only_after_the_old_one() {
    let new_password = challenge("NEW_PASSWORD_REQUIRED", &[]);
    let mut select = challenge("SELECT_CHALLENGE", &[]);
    select.available_challenges = vec!["PASSWORD".into(), "EMAIL_OTP".into()];
    for preferred_challenge in [None, Some(ChallengeName::PasswordSrp), Some(ChallengeName::EmailOtp)] {
        let mut sign_in = begun(Flow::UserAuth { preferred_challenge });
        assert_unexpected(&mut sign_in, &new_password, "ChallengeName");
        handle(&mut sign_in, &select).unwrap();
        sent(answer(&mut sign_in, Answer::FirstFactor(ChallengeName::EmailOtp)));
        assert_unexpected(&mut sign_in, &new_password, "ChallengeName");
    }
    let mut refreshing = begun(Flow::RefreshTokenAuth);
    answer(&mut refreshing, Answer::RefreshToken("the token"));
    assert_unexpected(&mut refreshing, &new_password, "ChallengeName");

    let mut chosen = begun(Flow::UserAuth { preferred_challenge: None });
    handle(&mut chosen, &select).unwrap();
    answer(&mut chosen, Answer::FirstFactor(ChallengeName::Password));
    sent(answer(&mut chosen, Answer::Password("the password")));
    let mut plain = begun(Flow::UserPasswordAuth);
    sent(answer(&mut plain, Answer::Password("the password")));
    let mut proved = begun(Flow::CustomAuthWithSrp);
    handle(&mut proved, &challenge("PASSWORD_VERIFIER", &SRP)).unwrap();
    sent(answer(&mut proved, Answer::Password("the password")));
    for mut sign_in in [chosen, plain, proved, begun(Flow::CustomAuth)] {
        let step = handle(&mut sign_in, &new_password).unwrap();
        assert!(matches!(step, Step::Ask(Question::NewPassword { .. })), "{step:?}");
    }
}

#[test]
fn the_proof_is_not_skipped() {
    let [mut srp, mut preferred, _] = begun_over_srp();
    assert_unexpected(&mut srp, &tokens(), "AuthenticationResult");
    assert_unexpected(&mut preferred, &tokens(), "AuthenticationResult");
    assert_unexpected(&mut srp, &challenge("SMS_MFA", &[]), "ChallengeName");
    assert_unexpected(&mut srp, &challenge("SELECT_CHALLENGE", &[]), "ChallengeName");
}

/// The pool's trigger decides what is asked. So does whoever stands in for the service.
#[test]
fn the_proof_can_be_skipped_in_custom_auth_only() {
    let [_, _, mut custom] = begun_over_srp();
    done(handle(&mut custom, &tokens()).unwrap());
    let [_, _, mut custom] = begun_over_srp();
    handle(&mut custom, &challenge("SMS_MFA", &[])).unwrap();
}

/// Each proof lets whoever chose SRP_B test one password.
#[test]
fn one_sign_in_proves_the_password_once() {
    for mut sign_in in begun_over_srp() {
        handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &SRP)).unwrap();
        answer(&mut sign_in, Answer::Password("the password"));
        let mut select = challenge("SELECT_CHALLENGE", &[]);
        select.available_challenges = vec!["PASSWORD_SRP".into()];
        for reply in [challenge("PASSWORD_VERIFIER", &SRP), challenge("PASSWORD_SRP", &[]), select] {
            assert_unexpected(&mut sign_in, &reply, "ChallengeName");
        }
    }
}

/// Whoever stands in for the service can say that it has forgotten the device, and gets one more proof for it. Not two, although
/// the caller sets the same device again whenever the password is asked.
#[test]
fn a_forgotten_device_is_worth_one_more_proof_and_no_third() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserSrpAuth).with_device(device());
    let mut step = sign_in.start(&mut SysRng).unwrap();
    for proof in 1..=2 {
        sent(step);
        handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &SRP)).unwrap();
        sign_in.set_device(Some(device()));
        answer(&mut sign_in, Answer::Password("the password"));
        let next = sign_in.refused(forgotten(), &mut SysRng);
        if proof == 2 {
            assert_eq!(next.unwrap_err(), SignInError::Refused(forgotten()));
            break;
        }
        step = next.unwrap();
    }
}

#[test]
fn a_device_that_is_set_after_a_forgotten_one_is_not_called_forgotten() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    sign_in.refused(forgotten(), &mut SysRng).unwrap();
    assert!(sign_in.device_forgotten());
    let another = Device::new("another", "-group", DevicePassword::new("its password")).unwrap();
    sign_in.set_device(Some(another));
    assert!(!sign_in.device_forgotten());
    assert!(!done(handle(&mut sign_in, &tokens()).unwrap()).device_forgotten);
}

/// What [`SignInError::DeviceRefused`] advises does not make it a forgotten one.
#[test]
fn a_device_that_was_refused_after_a_forgotten_one_is_not_called_forgotten() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    sign_in.refused(forgotten(), &mut SysRng).unwrap();
    sign_in.set_device(Some(Device::new("another", "-group", DevicePassword::new("a wrong one")).unwrap()));
    handle(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[])).unwrap();
    handle(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &SRP)).unwrap();
    let refusal = Refusal::new("NotAuthorizedException", "Incorrect username or password.");
    assert!(matches!(sign_in.refused(refusal, &mut SysRng), Err(SignInError::DeviceRefused(_))));
    sign_in.set_device(None);
    sign_in.start(&mut SysRng).unwrap();
    assert!(!sign_in.device_forgotten());
    assert!(SignIn::restore(&sign_in.save(), &client(), Some(device())).is_err(), "it belongs to no device");
    assert!(!done(handle(&mut sign_in, &tokens()).unwrap()).device_forgotten);
}

/// The person mistypes the password after it, and the caller begins again.
#[test]
fn a_forgotten_device_is_remembered_as_such_until_another_one_is_set() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserPasswordAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    answer(&mut sign_in, Answer::Password("the password"));
    sign_in.refused(forgotten(), &mut SysRng).unwrap();
    sign_in.start(&mut SysRng).unwrap();
    answer(&mut sign_in, Answer::Password("the password"));
    assert!(done(handle(&mut sign_in, &tokens()).unwrap()).device_forgotten);
}

/// It is each sign-in that starts again by itself once, also where one value makes several.
#[test]
fn a_device_can_be_forgotten_in_each_sign_in() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth);
    for key in ["the first", "the second"] {
        sign_in.set_device(Some(Device::new(key, "-group", DevicePassword::new("its password")).unwrap()));
        sign_in.start(&mut SysRng).unwrap();
        sent(sign_in.refused(forgotten(), &mut SysRng).unwrap());
        let mut sign_in = SignIn::restore(&sign_in.save(), &client(), None).unwrap();
        sign_in.set_device(Some(device()));
        let error = sign_in.refused(forgotten(), &mut SysRng).unwrap_err();
        assert_eq!(error, SignInError::Refused(forgotten()), "once");
        assert!(!done(handle(&mut sign_in, &tokens()).unwrap()).device_forgotten);
    }
    assert!(sign_in.device_forgotten());
}

#[test]
fn one_sign_in_proves_the_device_once() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    assert_unexpected(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &SRP), "ChallengeName");
    handle(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[])).unwrap();
    assert_unexpected(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[]), "ChallengeName");
    handle(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &SRP)).unwrap();
    assert_unexpected(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &SRP), "ChallengeName");
    assert_unexpected(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[]), "ChallengeName");

    let refusal = Refusal::new("NotAuthorizedException", "Incorrect username or password.");
    let error = sign_in.refused(refusal.clone(), &mut SysRng).unwrap_err();
    assert_eq!(error, SignInError::DeviceRefused(refusal), "it is not the person's password that was wrong");
}

#[test]
fn tokens_are_not_lost_with_a_device() {
    let remembering = || {
        let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).remembering_device(None);
        sign_in.start(&mut SysRng).unwrap();
        sign_in
    };
    let group_key_is_missing = NewDevice::from_metadata(Some("a_b"), None).unwrap_err();
    let ended = done(handle(&mut remembering(), &offering(Some("a_b"), None)).unwrap());
    assert_eq!(ended.tokens.access_token.as_deref(), Some("eyJ"));
    assert_eq!(ended.device_problem, Some(DeviceProblem::Parameter(group_key_is_missing)));

    let mut sign_in = remembering();
    sent(handle(&mut sign_in, &offering(Some("a_b"), Some("-c"))).unwrap());
    let refusal = Refusal::new("TooManyRequestsException", "Rate exceeded");
    let ended = done(sign_in.refused(refusal.clone(), &mut SysRng).unwrap());
    assert_eq!(ended.tokens.access_token.as_deref(), Some("eyJ"));
    assert_eq!((ended.device_problem, ended.new_device.is_none()), (Some(DeviceProblem::Refused(refusal)), true));

    // ConfirmDevice got no reply, and the process another life.
    let mut sign_in = remembering();
    assert!(sign_in.skip_device().is_none());
    sent(handle(&mut sign_in, &offering(Some("a_b"), Some("-c"))).unwrap());
    let mut sign_in = SignIn::restore(&sign_in.save(), &client(), None).unwrap();
    let ended = sign_in.skip_device().unwrap();
    assert_eq!(ended.tokens.access_token.as_deref(), Some("eyJ"));
    assert_eq!(ended.device_problem, Some(DeviceProblem::Skipped));
}

/// amazon-cognito-identity-js keeps devices under the name that the challenge gives, and looks there.
#[test]
fn a_device_found_under_the_name_of_the_challenge_is_named_from_there_on() {
    let mut sign_in = begun(Flow::UserSrpAuth);
    handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &SRP)).unwrap();
    assert_eq!(sign_in.user().username(), "internal");
    sign_in.set_device(Some(device()));
    let request = sent(answer(&mut sign_in, Answer::Password("the password")));
    assert_eq!(parameter(&request, "DEVICE_KEY").as_deref(), Some(device().key()));
    let request = sent(sign_in.start(&mut SysRng).unwrap());
    assert_eq!(parameter(&request, "DEVICE_KEY").as_deref(), Some(device().key()));
    assert_eq!(parameter(&request, "USERNAME").as_deref(), Some("alice@example.com"));
}

/// USERNAME is sometimes absent, and then as good as empty.
#[test]
fn the_internal_name_needs_no_username_beside_it() {
    for username in ["", "alice@example.com"] {
        let mut sign_in = begun(Flow::UserSrpAuth);
        handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &[&SRP[..], &[("USERNAME", username)]].concat())).unwrap();
        assert_eq!(sign_in.user().username(), "internal");
    }
}

#[test]
fn a_forgotten_device_is_left_out_and_does_not_hinder_a_restore() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserSrpAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    let refusal = forgotten();
    let request = sent(sign_in.refused(refusal.clone(), &mut SysRng).unwrap());
    assert_eq!(parameter(&request, "DEVICE_KEY"), None);
    assert!(sign_in.device_forgotten());

    let mut restored = SignIn::restore(&sign_in.save(), &client(), Some(device())).unwrap();
    assert!(restored.device_forgotten());
    assert_eq!(restored.refused(refusal.clone(), &mut SysRng).unwrap_err(), SignInError::Refused(refusal));
}

/// Restoring computes A, and costs what one A costs: an `a` of another length is refused before that.
#[test]
fn a_forged_state_costs_nothing() {
    let saved = begun(Flow::UserSrpAuth).save();
    let (content, digest) = saved.split_at(saved.len() - 32);
    assert_eq!(digest, &Sha256::digest(content)[..]);
    let before_a = content.len() - 1 - 64 - 4; // no device's `a`, this one, its length
    for length in [0, 63, 65, 1 << 20] {
        let mut forged = content[..before_a].to_vec();
        forged.extend(u32::try_from(length).unwrap().to_be_bytes());
        forged.extend(vec![1; length]);
        forged.push(0);
        let digest = Sha256::digest(&forged);
        forged.extend(digest);
        let error = SignIn::restore(&forged, &client(), None).unwrap_err();
        assert_eq!((error.parameter(), error.problem()), ("state", Problem::Damaged), "{length}");
    }
}

fn with_checksum(mut content: Vec<u8>) -> Vec<u8> {
    let digest = Sha256::digest(&content);
    content.extend(digest);
    content
}

#[test]
fn a_state_is_read_to_its_end_and_no_longer_than_any_that_is_written() {
    let problem = |bytes: &[u8]| {
        let error = SignIn::restore(bytes, &client(), None).unwrap_err();
        (error.parameter(), error.problem())
    };
    let saved = begun(Flow::UserSrpAuth).save();
    let content = &saved[..saved.len() - 32];
    assert_eq!(with_checksum(content.to_vec()), *saved);
    assert_eq!(problem(&with_checksum([content, &[0]].concat())), ("state", Problem::Damaged));
    for length in [content.len() - 1, content.len() >> 1, 5, 4, 0] {
        assert_eq!(problem(&with_checksum(content[..length].to_vec())), ("state", Problem::Damaged), "{length}");
    }

    let limit = 4 << 20;
    assert_eq!(problem(&vec![0; limit]), ("state", Problem::Damaged));
    for length in [limit + 1, limit + 2] {
        assert_eq!(problem(&vec![0; length]), ("state", Problem::TooLong { limit }));
    }
}

#[test]
fn a_state_offers_first_factors_only() {
    let mut sign_in = begun(Flow::UserAuth { preferred_challenge: None });
    let mut select = challenge("SELECT_CHALLENGE", &[]);
    select.available_challenges = vec!["SMS_OTP".into()];
    handle(&mut sign_in, &select).unwrap();
    let saved = sign_in.save();
    let (offered, other) = (b"SMS_OTP", b"SMS_MFA");
    let at = saved.windows(offered.len()).position(|window| window == offered).unwrap();
    let mut content = saved[..saved.len() - 32].to_vec();
    assert!(SignIn::restore(&with_checksum(content.clone()), &client(), None).is_ok());
    content[at..at + other.len()].copy_from_slice(other);
    let error = SignIn::restore(&with_checksum(content), &client(), None).unwrap_err();
    assert_eq!((error.parameter(), error.problem()), ("state", Problem::Damaged));
}

/// One state has one writing: what is read is written the same way again.
#[test]
fn a_session_that_is_there_and_empty_is_no_state() {
    let mut sign_in = begun(Flow::CustomAuth);
    let mut reply = challenge("SMS_MFA", &[]);
    reply.session = None;
    handle(&mut sign_in, &reply).unwrap();
    let saved = sign_in.save();
    let name = b"SMS_MFA";
    let after_name = saved.windows(name.len()).position(|window| window == name).unwrap() + name.len();
    let (head, rest) = saved[..saved.len() - 32].split_at(after_name);
    let (absent, rest) = rest.split_first().unwrap();
    assert_eq!(*absent, 0);
    let empty = with_checksum([head, &[1, 0, 0, 0, 0], rest].concat());
    let error = SignIn::restore(&empty, &client(), None).unwrap_err();
    assert_eq!((error.parameter(), error.problem()), ("state", Problem::Damaged));
}

#[test]
fn tokens_and_names_are_as_long_as_a_parameter_at_most() {
    for (name, token) in [
        ("AccessToken", (|tokens| &mut tokens.access_token) as fn(&mut AuthenticationResult) -> &mut Option<String>),
        ("IdToken", |tokens| &mut tokens.id_token),
        ("RefreshToken", |tokens| &mut tokens.refresh_token),
        ("TokenType", |tokens| &mut tokens.token_type),
    ] {
        let of_length = |length: usize| {
            let mut reply = tokens();
            *token(reply.authentication_result.as_mut().unwrap()) = Some("t".repeat(length));
            reply
        };
        for length in [131_073, 131_074] {
            match handle(&mut begun(Flow::CustomAuth), &of_length(length)) {
                Err(SignInError::Parameter(error)) => {
                    assert_eq!((error.parameter(), error.problem()), (name, Problem::TooLong { limit: 131_072 }));
                }
                step => panic!("{step:?}"),
            }
        }
        done(handle(&mut begun(Flow::CustomAuth), &of_length(131_072)).unwrap());
    }
    let long = "d".repeat(131_073);
    for (name, reply) in [
        ("DeviceKey", offering(Some(&long), Some("-g"))),
        ("DeviceGroupKey", offering(Some("us-east-1_0"), Some(&long))),
    ] {
        let mut sign_in = begun(Flow::CustomAuth);
        match handle(&mut sign_in, &reply) {
            Err(SignInError::Parameter(error)) => {
                assert_eq!((error.parameter(), error.problem()), (name, Problem::TooLong { limit: 131_072 }));
            }
            step => panic!("{step:?}"),
        }
    }
}

/// Where no challenge has said it: the claim `username` of AccessToken, whose signature is for others to verify.
#[test]
fn the_user_is_named_by_the_token_where_nothing_else_does() {
    let named = |claims: &str| {
        let mut reply = tokens();
        let access_token = format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims));
        reply.authentication_result.as_mut().unwrap().access_token = Some(access_token);
        done(handle(&mut begun(Flow::CustomAuth), &reply).unwrap()).user.username().to_owned()
    };
    assert_eq!(named(r#"{"sub":"id","username":"internal"}"#), "internal");
    for claims in [r#"{"username":""}"#, r#"{"username":7}"#, r#"{"sub":"id"}"#, r#"["username"]"#, "username", ""] {
        assert_eq!(named(claims), "alice@example.com", "{claims}");
    }
}

/// Whoever keeps a device under the user's name may want to know it before the device is confirmed.
#[test]
fn the_user_is_named_by_the_token_before_a_device_is_confirmed() {
    let mut sign_in = begun(Flow::CustomAuth).remembering_device(None);
    let mut reply = offering(Some("us-east-1_379df4ac"), Some("-XTIoPyv7Z"));
    let access_token = format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(r#"{"username":"internal"}"#));
    reply.authentication_result.as_mut().unwrap().access_token = Some(access_token);
    let request = sent(handle(&mut sign_in, &reply).unwrap());
    assert!(matches!(request.message, Message::ConfirmDevice(_)));
    assert_eq!(sign_in.user().username(), "internal");
}

/// A challenge has the last word: what is kept under the user's name is looked for under the name of the next challenge.
#[test]
fn the_token_does_not_rename_a_user_whom_a_challenge_has_named() {
    let mut reply = tokens();
    let access_token = format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(r#"{"username":"alias"}"#));
    reply.authentication_result.as_mut().unwrap().access_token = Some(access_token);
    for name in ["internal", "alice@example.com"] {
        let mut sign_in = begun(Flow::UserSrpAuth);
        let mut parameters = SRP;
        parameters[0].1 = name;
        handle(&mut sign_in, &challenge("PASSWORD_VERIFIER", &parameters)).unwrap();
        answer(&mut sign_in, Answer::Password("password"));
        assert_eq!(done(handle(&mut sign_in, &reply).unwrap()).user.username(), name);
    }
}

#[test]
fn the_challenge_for_a_device_names_the_user_too() {
    let mut sign_in = SignIn::new(client().user("alice@example.com"), Flow::UserPasswordAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    answer(&mut sign_in, Answer::Password("password"));
    handle(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[])).unwrap();
    let verifier = [&[("USERNAME", "internal")], &SRP[1..]].concat();
    let request = sent(handle(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &verifier)).unwrap());
    assert_eq!(parameter(&request, "USERNAME").as_deref(), Some("internal"));
    assert_eq!(done(handle(&mut sign_in, &tokens()).unwrap()).user.username(), "internal");
}

/// The reply to ConfirmDevice is lost, and whoever sends requests sends it again.
#[test]
fn a_device_that_a_repeated_request_finds_confirmed_is_handed_out() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).remembering_device(None);
    sign_in.start(&mut SysRng).unwrap();
    let request = sent(handle(&mut sign_in, &offering(Some("us-east-1_379df4ac"), Some("-XTIoPyv7Z"))).unwrap());
    assert!(matches!(request.message, Message::ConfirmDevice(_)));
    let refusal = Refusal::new("DeviceKeyExistsException", "Device already exists");
    let done = done(sign_in.refused(refusal, &mut SysRng).unwrap());
    assert_eq!(done.new_device.as_ref().map(Device::key), Some("us-east-1_379df4ac"));
    assert_eq!((done.user.device_key(), done.device_problem), (Some("us-east-1_379df4ac"), None));
    assert!(done.user_confirmation_necessary, "the reply that said so, or not, is lost");
}

/// Where a language has empty texts in place of none, no device was offered, and there is no problem with one.
#[test]
fn a_device_without_names_is_none() {
    for (device_key, device_group_key) in [(None, None), (Some(""), Some("")), (None, Some(""))] {
        let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).remembering_device(None);
        sign_in.start(&mut SysRng).unwrap();
        let done = done(handle(&mut sign_in, &offering(device_key, device_group_key)).unwrap());
        assert_eq!((done.new_device.is_some(), done.device_problem), (false, None));
    }
}

/// Likewise: AWS takes neither an empty Session nor an empty DeviceName.
#[test]
fn what_the_caller_has_left_empty_is_not_sent() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserAuth { preferred_challenge: None })
        .with_session("")
        .remembering_device(Some(""));
    match sent(sign_in.start(&mut SysRng).unwrap()).message {
        Message::InitiateAuth(message) => assert_eq!(message.session, None),
        message => panic!("{message:?}"),
    }
    let offered = offering(Some("us-east-1_379df4ac"), Some("-XTIoPyv7Z"));
    match sent(handle(&mut sign_in, &offered).unwrap()).message {
        Message::ConfirmDevice(message) => assert_eq!(message.device_name, None),
        message => panic!("{message:?}"),
    }
}

/// AWS's model has the status ERROR, and a Session with it.
#[test]
fn a_code_that_is_called_an_error_is_asked_again() {
    let mut sign_in = begun(Flow::CustomAuth);
    handle(&mut sign_in, &challenge("MFA_SETUP", &[])).unwrap();
    let mut reply = Reply::default();
    reply.secret_code = Some("JBSWY3DPEHPK3PXP".into());
    handle(&mut sign_in, &reply).unwrap();
    for (code, status, session) in [("1", "ERROR", Some("the second")), ("2", "ERROR", None), ("3", "SUCCESS", None)] {
        sent(answer(&mut sign_in, Answer::Code(code)));
        let mut reply = Reply::default();
        reply.status = Some(status.into());
        reply.session = session.map(Into::into);
        let step = handle(&mut sign_in, &reply).unwrap();
        if status == "SUCCESS" {
            match sent(step).message {
                Message::RespondToAuthChallenge(message) => assert_eq!(message.session.as_deref(), Some("the second")),
                message => panic!("{message:?}"),
            }
            return;
        }
        let Step::Ask(Question::AuthenticatorSetup { secret_code }) = step else { panic!("{step:?}") };
        assert_eq!(secret_code.expose_secret(), "JBSWY3DPEHPK3PXP");
    }
}

/// Where a language has an empty text in place of none.
#[test]
fn an_empty_access_token_is_none() {
    let mut reply = tokens();
    reply.authentication_result.as_mut().unwrap().access_token = Some(String::new());
    match handle(&mut begun(Flow::CustomAuth), &reply) {
        Err(SignInError::Parameter(error)) => {
            assert_eq!((error.parameter(), error.problem()), ("AccessToken", Problem::Missing));
        }
        step => panic!("{step:?}"),
    }
    reply.challenge_name = Some("SMS_MFA".into());
    let step = handle(&mut begun(Flow::CustomAuth), &reply).unwrap();
    assert!(matches!(step, Step::Ask(Question::Code { .. })), "{step:?}");
}

/// What some services write where there is nothing to list.
#[test]
fn a_list_that_is_null_is_empty() {
    let attributes = [("requiredAttributes", "null"), ("userAttributes", "null")];
    for parameters in [&attributes[..], &[]] {
        match handle(&mut begun(Flow::CustomAuth), &challenge("NEW_PASSWORD_REQUIRED", parameters)) {
            Ok(Step::Ask(Question::NewPassword { required_attributes, user_attributes })) => {
                assert!(required_attributes.is_empty() && user_attributes.iter().next().is_none());
            }
            step => panic!("{step:?}"),
        }
    }
    match handle(&mut begun(Flow::CustomAuth), &challenge("SELECT_MFA_TYPE", &[("MFAS_CAN_CHOOSE", "null")])) {
        Ok(Step::Ask(Question::MfaType { available })) => assert!(available.is_empty()),
        step => panic!("{step:?}"),
    }
}

/// ADMIN_NO_SRP_AUTH asks again for the password that the flow has chosen to send.
#[test]
fn an_administrators_password_is_sent_where_it_is_asked_again() {
    let mut sign_in = begun(Flow::AdminNoSrpAuth);
    answer(&mut sign_in, Answer::Password("the password"));
    let step = handle(&mut sign_in, &challenge("ADMIN_NO_SRP_AUTH", &[])).unwrap();
    assert!(matches!(step, Step::Ask(Question::Password { over_srp: false })), "{step:?}");
    let request = sent(answer(&mut sign_in, Answer::Password("the password")));
    assert_eq!(parameter(&request, "PASSWORD").as_deref(), Some("the password"));
    match request.message {
        Message::RespondToAuthChallenge(message) => {
            assert_eq!(message.challenge_name, ChallengeName::AdminNoSrpAuth);
            assert_eq!(message.session.as_deref(), Some("session"));
        }
        message => panic!("{message:?}"),
    }
}

#[test]
fn the_session_of_confirm_sign_up_is_sent_once() {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::UserAuth { preferred_challenge: None })
        .with_session("ConfirmSignUp's");
    let session = |step: Result<Step, _>| match sent(step.unwrap()).message {
        Message::InitiateAuth(message) => message.session,
        message => panic!("{message:?}"),
    };
    assert_eq!(session(sign_in.start(&mut SysRng)).as_deref(), Some("ConfirmSignUp's"));
    assert_eq!(session(sign_in.start(&mut SysRng)), None);
}

#[test]
fn a_refresh_token_goes_with_the_device_that_it_belongs_to() {
    let user = client().user("internal").with_device_key("us-east-1_379df4ac");
    let mut sign_in = SignIn::new(user, Flow::RefreshTokenAuth);
    sign_in.start(&mut SysRng).unwrap();
    let mut sign_in = SignIn::restore(&sign_in.save(), &client(), None).unwrap();
    let request = sent(answer(&mut sign_in, Answer::RefreshToken("token")));
    assert_eq!(parameter(&request, "DEVICE_KEY").as_deref(), Some("us-east-1_379df4ac"));
}

#[test]
fn an_empty_result_is_no_success() {
    let mut sign_in = begun(Flow::CustomAuth);
    let mut reply = challenge("SMS_MFA", &[]);
    reply.authentication_result = Some(AuthenticationResult::default());
    assert!(matches!(handle(&mut sign_in, &reply), Ok(Step::Ask(Question::Code { .. }))));

    let mut sign_in = begun(Flow::CustomAuth);
    reply.challenge_name = None;
    match handle(&mut sign_in, &reply) {
        Err(SignInError::Parameter(error)) => {
            assert_eq!((error.parameter(), error.problem()), ("AccessToken", Problem::Missing));
        }
        step => panic!("{step:?}"),
    }
}

/// It goes into an address that the person's camera reads.
#[test]
fn the_secret_of_an_authenticator_is_letters_and_digits() {
    let mut sign_in = begun(Flow::CustomAuth);
    handle(&mut sign_in, &challenge("MFA_SETUP", &[])).unwrap();
    for (secret_code, problem) in [
        (None, Problem::Missing),
        (Some(String::new()), Problem::Empty),
        (Some("JBSWY3DP&issuer=Bank".to_owned()), Problem::Malformed),
        (Some("A".repeat(200_000)), Problem::TooLong { limit: 131_072 }),
    ] {
        let mut reply = Reply::default();
        reply.secret_code = secret_code;
        match handle(&mut sign_in, &reply) {
            Err(SignInError::Parameter(error)) => {
                assert_eq!((error.parameter(), error.problem()), ("SecretCode", problem));
            }
            step => panic!("{step:?}"),
        }
    }
    let mut reply = Reply::default();
    reply.secret_code = Some("A".repeat(131_072));
    assert!(matches!(handle(&mut sign_in, &reply), Ok(Step::Ask(Question::AuthenticatorSetup { .. }))));
}

#[test]
fn a_factor_that_cannot_be_set_up_is_called_that() {
    let mut sign_in = begun(Flow::CustomAuth);
    for (factors, problem) in [
        (r#"["SMS_MFA"]"#, Problem::Unsupported),
        (r#"["LATER_SOFTWARE_TOKEN_MFA"]"#, Problem::Unsupported),
        ("[]", Problem::Unsupported),
        ("null", Problem::Unsupported),
        ("SOFTWARE_TOKEN_MFA", Problem::Malformed),
        (r#"{"SOFTWARE_TOKEN_MFA":true}"#, Problem::Malformed),
    ] {
        match handle(&mut sign_in, &challenge("MFA_SETUP", &[("MFAS_CAN_SETUP", factors)])) {
            Err(SignInError::Parameter(error)) => {
                assert_eq!((error.parameter(), error.problem()), ("MFAS_CAN_SETUP", problem), "{factors}");
            }
            step => panic!("{factors}: {step:?}"),
        }
    }
    for parameters in [&[("MFAS_CAN_SETUP", r#"["SMS_MFA", "SOFTWARE_TOKEN_MFA"]"#)][..], &[]] {
        let step = handle(&mut begun(Flow::CustomAuth), &challenge("MFA_SETUP", parameters));
        assert!(matches!(step, Ok(Step::Send(_))), "{step:?}");
    }
}

#[test]
fn what_was_chosen_is_offered_once_each_and_in_order() {
    let mut sign_in = begun(Flow::UserAuth { preferred_challenge: None });
    let mut select = challenge("SELECT_CHALLENGE", &[]);
    let names = ["SMS_OTP", "PASSWORD_SRP", "LATER", "SMS_OTP"].repeat(100_000);
    select.available_challenges = names.into_iter().map(String::from).collect();
    match handle(&mut sign_in, &select) {
        Ok(Step::Ask(Question::FirstFactor { available })) => {
            assert_eq!(available, [ChallengeName::SmsOtp, ChallengeName::PasswordSrp]);
        }
        step => panic!("{step:?}"),
    }
}

#[test]
fn first_factors_are_offered_and_can_be_chosen_and_nothing_else_is() {
    let select = |names: &[ChallengeName]| {
        let mut sign_in = begun(Flow::UserAuth { preferred_challenge: None });
        let mut select = challenge("SELECT_CHALLENGE", &[]);
        select.available_challenges = names.iter().map(ToString::to_string).collect();
        let step = handle(&mut sign_in, &select);
        (sign_in, step)
    };
    let mut offered = Vec::new();
    for &name in ChallengeName::ALL {
        match select(&[name]) {
            (mut sign_in, Ok(Step::Ask(Question::FirstFactor { available }))) => {
                assert_eq!(available, [name]);
                sign_in.answer(&Answer::FirstFactor(name), Utc::now(), &mut SysRng).unwrap();
                offered.push(name);
            }
            (_, Err(SignInError::Parameter(error))) => {
                assert_eq!((error.parameter(), error.problem()), ("AvailableChallenges", Problem::Missing));
                let (mut sign_in, _) = select(&[ChallengeName::Password]);
                assert!(sign_in.answer(&Answer::FirstFactor(name), Utc::now(), &mut SysRng).is_err(), "{name}");
            }
            (_, step) => panic!("{name}: {step:?}"),
        }
    }
    assert_eq!(offered.len(), 5, "{offered:?}");
    match select(ChallengeName::ALL).1 {
        Ok(Step::Ask(Question::FirstFactor { available })) => assert_eq!(available, offered),
        step => panic!("{step:?}"),
    }
}

/// Some emulators name nobody there: what the token says is better than what was typed.
#[test]
fn a_challenge_for_a_device_that_names_nobody_leaves_it_to_the_token() {
    let mut sign_in = SignIn::new(client().user("alice@example.com"), Flow::UserPasswordAuth).with_device(device());
    sign_in.start(&mut SysRng).unwrap();
    answer(&mut sign_in, Answer::Password("password"));
    handle(&mut sign_in, &challenge("DEVICE_SRP_AUTH", &[])).unwrap();
    handle(&mut sign_in, &challenge("DEVICE_PASSWORD_VERIFIER", &SRP[1..])).unwrap();
    let mut reply = tokens();
    let access_token = format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(r#"{"username":"internal"}"#));
    reply.authentication_result.as_mut().unwrap().access_token = Some(access_token);
    assert_eq!(done(handle(&mut sign_in, &reply).unwrap()).user.username(), "internal");
}

//! What does not fit: replies that no service sends at this point, answers to what was not asked. Each gives one error, by
//! name, and changes nothing.

use cognito_srp_core::{Answer, ChallengeName, Fault, MfaType, Problem, Refusal, SignInError};
use cognito_srp_reference as srp;
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::{bodies::by_fields, known::Awaited, randomness::Exhausted, walk::Walk};

/// A reply, and what is wrong with it: which parameter, and how.
type Misfit = (Value, &'static str, Problem);

const LONGEST: usize = 131_072;

/// Tries everything that does not fit what the walk waits for now.
pub(crate) fn try_all(walk: &mut Walk<'_, '_>) {
    match walk.known.awaited {
        Awaited::Nothing => refuses_replies(walk),
        Awaited::Authentication => {
            for misfit in authentication(walk) {
                refuses(walk, &misfit, Fault::Service);
            }
        }
        Awaited::SecretCode => {
            for body in [json!({}), challenge("SMS_MFA", &json!({})), json!({ "AuthenticationResult": tokens() })] {
                refuses(walk, &(body, "SecretCode", Problem::Missing), Fault::Service);
            }
            for (code, problem) in [
                (String::new(), Problem::Empty),
                ("JBSW&issuer=Mallory".into(), Problem::Malformed),
                (long(LONGEST + 1), Problem::TooLong { limit: LONGEST }),
            ] {
                refuses(walk, &(json!({ "SecretCode": code }), "SecretCode", problem), Fault::Service);
            }
            let endless = json!({ "SecretCode": "JBSWY3DPEHPK3PXP", "Session": long(LONGEST + 1) });
            refuses(walk, &(endless, "Session", Problem::TooLong { limit: LONGEST }), Fault::Service);
        }
        Awaited::Verification => {
            for status in [json!(null), json!("error"), json!("success"), json!("")] {
                let body = json!({ "Status": status, "Session": "AYABeC1" });
                refuses(walk, &(body, "Status", Problem::Unexpected), Fault::Service);
            }
            refuses(walk, &(challenge("MFA_SETUP", &json!({})), "Status", Problem::Unexpected), Fault::Service);
            let endless = json!({ "Status": "SUCCESS", "Session": long(LONGEST + 1) });
            refuses(walk, &(endless, "Session", Problem::TooLong { limit: LONGEST }), Fault::Service);
        }
        Awaited::Confirmation => {
            for body in [challenge("SMS_MFA", &json!({})), json!({ "AuthenticationResult": tokens() })] {
                refuses(walk, &(body, "ConfirmDevice", Problem::Unexpected), Fault::Service);
            }
        }
    }
    if matches!(walk.known.awaited, Awaited::SecretCode | Awaited::Verification)
        || (walk.known.awaited == Awaited::Authentication && walk.device.is_none())
    {
        passes_on(walk, &Refusal::new("ResourceNotFoundException", "Device does not exist."));
    }
    refuses_answers(walk);
    if walk.known.awaited != Awaited::Confirmation {
        walk.unmoved(|sign_in, _, _| assert!(sign_in.skip_device().is_none()));
    }
}

/// A refusal that the machine does nothing about comes back as it was.
pub(crate) fn passes_on(walk: &mut Walk<'_, '_>, refusal: &Refusal) {
    walk.unmoved(|sign_in, _, rng| {
        assert_eq!(sign_in.refused(refusal.clone(), rng).unwrap_err(), SignInError::Refused(refusal.clone()));
    });
}

/// Asserts which error it is, to the letter.
pub(crate) fn assert_is(error: &SignInError<Exhausted>, parameter: &str, problem: Problem, fault: Fault) {
    let SignInError::Parameter(error) = error else { panic!("{error:?} is not about {parameter}") };
    assert_eq!((error.parameter(), error.problem(), error.fault()), (parameter, problem, fault));
}

fn refuses(walk: &mut Walk<'_, '_>, (body, parameter, problem): &Misfit, fault: Fault) {
    // Text is cut off at 1 MiB, before it is a reply.
    let reply = if body.to_string().len() > 1 << 20 { by_fields(body) } else { walk.reply(body) };
    walk.unmoved(|sign_in, now, rng| {
        assert_is(&sign_in.handle(&reply, now, rng).unwrap_err(), parameter, *problem, fault);
    });
    walk.assert_discreet(&format!("{reply:?}"));
}

/// Where nothing was sent, nothing can come back.
fn refuses_replies(walk: &mut Walk<'_, '_>) {
    for body in [
        json!({}),
        challenge("SMS_MFA", &json!({})),
        json!({ "AuthenticationResult": tokens() }),
        json!({ "SecretCode": "JBSWY3DPEHPK3PXP" }),
        json!({ "Status": "SUCCESS" }),
    ] {
        refuses(walk, &(body, "reply", Problem::Unexpected), Fault::Caller);
    }
    for (name, message) in [
        ("ResourceNotFoundException", "Device does not exist."),
        ("NotAuthorizedException", "Incorrect username or password."),
    ] {
        walk.unmoved(|sign_in, _, rng| {
            let error = sign_in.refused(Refusal::new(name, message), rng).unwrap_err();
            assert_is(&error, "refusal", Problem::Unexpected, Fault::Caller);
        });
    }
}

fn refuses_answers(walk: &mut Walk<'_, '_>) {
    let question = walk.known.question.clone().unwrap_or_default();
    let user_attributes: &[(&str, &str)] = &[("email", "alice@example.com")];
    let answers = [
        ("ask Password", Answer::Password("pony")),
        ("ask RefreshToken", Answer::RefreshToken("pony")),
        ("ask FirstFactor", Answer::FirstFactor(ChallengeName::EmailOtp)),
        ("ask Code", Answer::Code("123456")),
        ("ask AuthenticatorSetup", Answer::Code("123456")),
        ("ask MfaType", Answer::MfaType(MfaType::SmsMfa)),
        ("ask NewPassword", Answer::NewPassword { new_password: "pony", user_attributes }),
        ("ask Custom", Answer::Custom("pony")),
        ("ask Passkey", Answer::Passkey("{}")),
        // No first factors.
        ("", Answer::FirstFactor(ChallengeName::SmsMfa)),
        ("", Answer::FirstFactor(ChallengeName::PasswordVerifier)),
        ("", Answer::FirstFactor(ChallengeName::SelectChallenge)),
        ("", Answer::FirstFactor(ChallengeName::DeviceSrpAuth)),
    ];
    for (asked, answer) in answers {
        let fits = !asked.is_empty() && question.starts_with(asked);
        let is_code = matches!(answer, Answer::Code(_)) && is_code(&question);
        if fits || is_code {
            continue;
        }
        walk.unmoved(|sign_in, now, rng| {
            let error = sign_in.answer(&answer, now, rng).unwrap_err();
            assert_is(&error, "answer", Problem::Unexpected, Fault::Caller);
        });
    }
}

fn is_code(question: &str) -> bool {
    question.starts_with("ask Code") || question.starts_with("ask AuthenticatorSetup")
}

/// The replies to InitiateAuth and RespondToAuthChallenge that do not fit.
fn authentication(walk: &mut Walk<'_, '_>) -> Vec<Misfit> {
    let mut misfits = vec![
        (json!({}), "ChallengeName", Problem::Missing),
        (json!({ "Session": "AYABeC1", "ChallengeParameters": {} }), "ChallengeName", Problem::Missing),
        (challenge("SOME_LATER_CHALLENGE", &json!({})), "ChallengeName", Problem::Unknown),
        (challenge("sms_mfa", &json!({})), "ChallengeName", Problem::Unknown),
        (challenge("", &json!({})), "ChallengeName", Problem::Unknown),
    ];
    // The large ones only now and then.
    let thorough = walk.now_and_then();
    let known = &walk.known;
    let unexpected = |name| (challenge(name, &honest_verifier()), "ChallengeName", Problem::Unexpected);
    let answers_device = walk.device.is_some() && known.device_srp;
    let starts_device = walk.device.is_some() && !known.device_srp && !known.device_has_answered;
    if known.srp {
        misfits.extend(hostile_verifiers("PASSWORD_VERIFIER", thorough));
    } else {
        misfits.push(unexpected("PASSWORD_VERIFIER"));
    }
    if known.srp && !walk.visit.is_custom() {
        // Whoever skips the proof is not the service.
        let skipped = json!({ "AuthenticationResult": tokens() });
        misfits.push((skipped, "AuthenticationResult", Problem::Unexpected));
        let selects = |name: &ChallengeName| *name == ChallengeName::SelectChallenge && walk.visit.is_user_auth();
        let others = ChallengeName::ALL.iter().filter(|name| **name != ChallengeName::PasswordVerifier);
        misfits.extend(others.filter(|name| !selects(name)).map(|name| unexpected(name.as_str())));
        return misfits;
    }
    misfits.push((json!({ "AuthenticationResult": {} }), "AccessToken", Problem::Missing));
    if !walk.replaces_a_password() {
        misfits.push(unexpected("NEW_PASSWORD_REQUIRED"));
    }
    if known.srp || known.proved || !walk.visit.is_user_auth() {
        misfits.push(unexpected("PASSWORD_SRP"));
    }
    if known.proved || !walk.visit.is_user_auth() {
        misfits.push(unexpected("SELECT_CHALLENGE"));
    }
    if known.proved || !known.plain_password {
        misfits.extend(["PASSWORD", "ADMIN_NO_SRP_AUTH"].map(unexpected));
    }
    if answers_device {
        misfits.extend(hostile_verifiers("DEVICE_PASSWORD_VERIFIER", thorough));
    } else {
        misfits.push(unexpected("DEVICE_PASSWORD_VERIFIER"));
    }
    if !starts_device {
        misfits.push(unexpected("DEVICE_SRP_AUTH"));
    }
    misfits.extend(unanswerable(walk));
    misfits.extend(nameless(starts_device));
    if thorough {
        misfits.extend(endless());
    }
    misfits
}

/// Challenges without what a person needs to answer them.
fn unanswerable(walk: &Walk<'_, '_>) -> Vec<Misfit> {
    let malformed = |name, parameter: &'static str, text: &str| {
        let parameters = json!({ "USER_ID_FOR_SRP": "alice", parameter: text });
        (challenge(name, &parameters), parameter, Problem::Malformed)
    };
    let mut misfits = vec![
        (challenge("WEB_AUTHN", &json!({})), "CREDENTIAL_REQUEST_OPTIONS", Problem::Missing),
        (
            challenge("MFA_SETUP", &json!({ "MFAS_CAN_SETUP": "[\"SMS_MFA\",\"SOME_LATER_MFA\"]" })),
            "MFAS_CAN_SETUP",
            Problem::Unsupported,
        ),
        (challenge("MFA_SETUP", &json!({ "MFAS_CAN_SETUP": "[]" })), "MFAS_CAN_SETUP", Problem::Unsupported),
    ];
    if walk.visit.is_user_auth() && !walk.known.proved {
        misfits.extend([
            (challenge("SELECT_CHALLENGE", &json!({})), "AvailableChallenges", Problem::Missing),
            (select(&json!([])), "AvailableChallenges", Problem::Missing),
            (select(&json!(["SOME_LATER_CHALLENGE", ""])), "AvailableChallenges", Problem::Missing),
        ]);
    }
    let new_password = walk.replaces_a_password();
    for text in ["", "[", "{}", "[1]", "[null]", "SMS_MFA"] {
        misfits.push(malformed("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", text));
        misfits.extend(new_password.then(|| malformed("NEW_PASSWORD_REQUIRED", "requiredAttributes", text)));
    }
    for text in ["", "{", "[]", "alice", "1", "\"email\""] {
        misfits.extend(new_password.then(|| malformed("NEW_PASSWORD_REQUIRED", "userAttributes", text)));
    }
    misfits
}

/// Challenges that call the user nothing.
fn nameless(starts_device: bool) -> Vec<Misfit> {
    let device = starts_device.then_some("DEVICE_SRP_AUTH");
    let names = ["SMS_MFA", "CUSTOM_CHALLENGE", "MFA_SETUP", "SELECT_MFA_TYPE"].into_iter().chain(device);
    let nameless = |name: &str| {
        ["USERNAME", "USER_ID_FOR_SRP"].map(|parameter: &'static str| {
            let parameters = json!({ parameter: "" });
            (challenge(name, &parameters), parameter, Problem::Empty)
        })
    };
    names.flat_map(nameless).collect()
}

/// What would fill memory, or a cookie.
fn endless() -> Vec<Misfit> {
    let too_long = Problem::TooLong { limit: LONGEST };
    let text = long(LONGEST + 1);
    let mut misfits: Vec<Misfit> = ["AccessToken", "IdToken", "RefreshToken", "TokenType"]
        .map(|name| {
            let mut tokens = tokens();
            tokens[name] = json!(text);
            (json!({ "AuthenticationResult": tokens }), name, too_long)
        })
        .into();
    for name in ["DeviceKey", "DeviceGroupKey"] {
        let mut tokens = tokens();
        tokens["NewDeviceMetadata"] = json!({ name: text });
        misfits.push((json!({ "AuthenticationResult": tokens }), name, too_long));
    }
    misfits.push((challenge("SMS_MFA", &json!({ "USERNAME": text })), "USERNAME", too_long));
    misfits.push((challenge("SMS_MFA", &json!({ "USER_ID_FOR_SRP": text })), "USER_ID_FOR_SRP", too_long));
    let mut endless = challenge("SMS_MFA", &json!({}));
    endless["Session"] = json!(text);
    misfits.push((endless, "Session", too_long));
    let parameters = json!({ "question": long(1 << 20) });
    let limit = 1 << 20;
    misfits.push((challenge("CUSTOM_CHALLENGE", &parameters), "ChallengeParameters", Problem::TooLong { limit }));
    misfits
}

/// The verifiers that a client has to refuse: docs/cognito-srp.md, at its end.
fn hostile_verifiers(name: &str, thorough: bool) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let mut with = |parameter: &'static str, value: Value, problem| {
        let mut parameters = honest_verifier();
        parameters[parameter] = value;
        misfits.push((challenge(name, &parameters), parameter, problem));
    };
    for zero in [BigUint::ZERO, srp::n(), srp::n() * 2_u8, srp::n() + 1_u8] {
        with("SRP_B", srp::to_hex(&zero).into(), Problem::OutOfRange);
    }
    with("SRP_B", "0".repeat(768).into(), Problem::OutOfRange);
    for parameter in ["SRP_B", "SALT", "SECRET_BLOCK"] {
        with(parameter, json!(null), Problem::Missing);
        with(parameter, json!(""), Problem::Empty);
    }
    for parameter in ["SRP_B", "SALT"] {
        with(parameter, json!("-2"), Problem::NotHex);
    }
    with("SECRET_BLOCK", json!("QUI"), Problem::NotBase64);
    with("SALT", long(1025).into(), Problem::TooLong { limit: 1024 });
    with("SRP_B", long(2049).into(), Problem::TooLong { limit: 2048 });
    if thorough {
        with("SRP_B", long(200_000).into(), Problem::TooLong { limit: 2048 });
        with("SECRET_BLOCK", long(LONGEST + 4).into(), Problem::TooLong { limit: LONGEST });
    }
    if name == "PASSWORD_VERIFIER" {
        with("USER_ID_FOR_SRP", json!(null), Problem::Missing);
        with("USER_ID_FOR_SRP", json!(""), Problem::Empty);
    }
    if thorough {
        let mut endless = challenge(name, &honest_verifier());
        endless["Session"] = json!(long(LONGEST + 1));
        misfits.push((endless, "Session", Problem::TooLong { limit: LONGEST }));
    }
    misfits
}

/// What would be answered, if it were asked for.
fn honest_verifier() -> Value {
    json!({ "USER_ID_FOR_SRP": "alice", "SALT": "cc090d95", "SRP_B": "b6d22838cd4e", "SECRET_BLOCK": "QUJD" })
}

fn challenge(name: &str, parameters: &Value) -> Value {
    json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": "AYABeC1" })
}

fn select(available: &Value) -> Value {
    json!({ "ChallengeName": "SELECT_CHALLENGE", "ChallengeParameters": {}, "AvailableChallenges": available })
}

fn tokens() -> Value {
    json!({ "AccessToken": "eyJh.eyJh.eyJh", "IdToken": "eyJh", "TokenType": "Bearer", "ExpiresIn": 3600 })
}

fn long(length: usize) -> String {
    "a".repeat(length)
}

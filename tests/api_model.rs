//! Names against AWS's own API model: a misspelt enum value or parameter key cannot pass.
//!
//! `data/api-model.json` is extracted from botocore by the script beside it: the enumerations from the model itself, the
//! keys of each AuthFlow and each ChallengeName from its prose, which has a regular form. Here every constructor of the
//! library is driven for every value of the enumerations, and each key it emits has to be documented for that very flow or
//! challenge. Where the prose is incomplete, [`UNDOCUMENTED`] says why.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, AuthFlow, ChallengeAnswer, ChallengeName, ChallengeResponse, ClientSecret, Context, ContextData,
    Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, FirstFactor, Flow, InitiateAuth, Message, MfaType,
    Operation, Parameters, PasswordVerifier, PreferredChallenge, Problem, Reply, Request, SignIn, Step, User,
    UserContextData, UserLogin, UserPoolId, hazmat,
};
use serde_json::{Value, json};

/// AuthParameters that AWS's prose does not name, and where they are known from instead.
const UNDOCUMENTED: &[(AuthFlow, &str, &str)] = &[
    (AuthFlow::CustomAuth, "CHALLENGE_NAME", "the prose has `ChallengeName`; AWS's SDKs and Lambda triggers say this"),
    (AuthFlow::UserAuth, "SRP_A", "goes with PREFERRED_CHALLENGE = PASSWORD_SRP, as in Amplify"),
    (AuthFlow::UserAuth, "PASSWORD", "goes with PREFERRED_CHALLENGE = PASSWORD, as in Amplify"),
    (AuthFlow::AdminNoSrpAuth, "USERNAME", "the older name of ADMIN_USER_PASSWORD_AUTH, which the prose leaves out"),
    (AuthFlow::AdminNoSrpAuth, "PASSWORD", "the older name of ADMIN_USER_PASSWORD_AUTH, which the prose leaves out"),
];

/// What a reply is read for. AWS's model leaves ChallengeParameters of SRP out; its clients read these.
const READ: [&str; 4] = ["SALT", "SECRET_BLOCK", "SRP_B", "USER_ID_FOR_SRP"];

/// What a whole sign-in reads besides, and where it is known from.
const READ_TO_ASK: [(&str, &str); 5] = [
    ("CODE_DELIVERY_DELIVERY_MEDIUM", "Amplify for Swift, RespondToAuthChallenge.swift"),
    ("CODE_DELIVERY_DESTINATION", "Amplify for Swift, RespondToAuthChallenge.swift"),
    ("CREDENTIAL_REQUEST_OPTIONS", "Amplify for JavaScript, handleWebAuthnSignInResult"),
    ("MFAS_CAN_CHOOSE", "Amplify for Swift, RespondToAuthChallenge.swift"),
    ("MFAS_CAN_SETUP", "AWS's model, ChallengeName of InitiateAuth"),
];

#[test]
fn auth_flows_are_those_of_the_model() {
    let names: Vec<_> = AuthFlow::ALL.iter().map(|flow| flow.as_str()).collect();
    assert_eq!(names, strings(&model()["AuthFlow"]));
}

#[test]
fn a_sign_in_begins_with_the_auth_flow_that_it_is_made_of() {
    assert_eq!(Flow::from(AuthFlow::UserAuth), Flow::UserAuth { preferred_challenge: None });
    assert_eq!(Flow::from(AuthFlow::CustomAuth), Flow::CustomAuthWithSrp);
    for &auth_flow in AuthFlow::ALL {
        let rng = &mut rand::rngs::SysRng;
        let mut sign_in = SignIn::new(user(), auth_flow.into());
        let step = match sign_in.start(rng).expect("a beginning") {
            Step::Ask(question) => {
                let answer = question.answer("what the flow asks for").expect("an answer");
                sign_in.answer(&answer, DateTime::UNIX_EPOCH, rng).expect("a request")
            }
            step => step,
        };
        match step {
            Step::Send(Request { message: Message::InitiateAuth(message), .. }) => {
                assert_eq!(message.auth_flow, auth_flow);
            }
            step => panic!("{auth_flow}: {step:?}"),
        }
    }
}

#[test]
fn challenge_names_are_those_of_the_model() {
    let names: Vec<_> = ChallengeName::ALL.iter().map(|challenge| challenge.as_str()).collect();
    assert_eq!(names, strings(&model()["ChallengeName"]));
}

#[test]
fn mfa_types_are_those_of_the_model_and_the_one_that_amplify_sends() {
    let documented = model()["ChallengeResponses"]["SELECT_MFA_TYPE"][0]["ANSWER"].clone();
    let documented = documented.as_str().expect("a list of values").trim_matches(['[', ']']).split('|');
    let expected: BTreeSet<_> = documented.chain(["EMAIL_OTP"]).collect();
    assert_eq!(MfaType::ALL.iter().map(|mfa_type| mfa_type.as_str()).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn auth_parameters_are_those_of_the_model() {
    let model = model();
    let mut exceptions_used = BTreeSet::new();
    for &flow in AuthFlow::ALL {
        let documented = keys_of(&model, flow, "documented");
        let required = keys_of(&model, flow, "required");
        for request in requests(flow) {
            assert_eq!(request.auth_flow, flow);
            let emitted = keys(&request.auth_parameters);
            assert!(emitted.is_superset(&required), "{flow} lacks some of {required:?}: {emitted:?}");
            assert!(emitted.is_superset(&everywhere(&model)), "{flow} lacks SECRET_HASH or DEVICE_KEY: {emitted:?}");
            for key in emitted.difference(&documented).filter(|key| !everywhere(&model).contains(*key)) {
                let exception = UNDOCUMENTED.iter().position(|&(name, exception, _)| name == flow && exception == *key);
                exceptions_used.insert(exception.unwrap_or_else(|| panic!("{flow} has no {key} in AWS's model")));
            }
        }
    }
    assert_eq!(exceptions_used.len(), UNDOCUMENTED.len(), "an exception that nothing needs");
}

#[test]
fn challenge_responses_are_those_of_the_model() {
    let model = model();
    for &challenge in ChallengeName::ALL {
        for answer in answers(challenge) {
            assert_eq!(answer.challenge_name, challenge);
            assert_eq!(answer.session.as_deref(), SESSION);
            let form = documented_form(&model, &answer);
            let emitted: BTreeSet<_> = keys(&answer.challenge_responses)
                .into_iter()
                .filter(|key| !is_user_attribute(&model, challenge, key))
                .collect();
            let expected: BTreeSet<_> = form.union(&everywhere(&model)).cloned().collect();
            assert_eq!(emitted, expected, "{challenge}");
        }
    }
}

#[test]
fn answers_that_choose_name_a_challenge_or_an_mfa_type() {
    let chosen = |challenge| {
        answers(challenge).into_iter().filter_map(|answer| answer.challenge_responses.get("ANSWER").map(String::from))
    };
    for answer in chosen(ChallengeName::SelectChallenge) {
        assert!(answer.parse::<ChallengeName>().is_ok(), "{answer}");
    }
    for answer in chosen(ChallengeName::SelectMfaType) {
        assert!(answer.parse::<MfaType>().is_ok(), "{answer}");
    }
}

/// Each request of a sign-in, with all that can be in one, as the JSON that is sent.
#[test]
fn requests_have_the_members_of_the_model() {
    let model = model();
    let mut seen = BTreeSet::new();
    for request in whole_requests() {
        let operation = request.operation().as_str();
        let body = serde_json::from_str(&request.to_json()).expect("JSON");
        assert_fits(&body, &model["Operations"][operation]["input"], operation);
        seen.insert(operation);
    }
    assert_eq!(seen, Operation::ALL.iter().map(|operation| operation.as_str()).collect());
    assert_eq!(seen, model["Operations"].as_object().expect("operations").keys().map(String::as_str).collect());
}

/// A member of the wrong type is missed by its name, so it is read; one that the model does not have is not there to be.
#[test]
fn replies_are_read_for_every_member_of_the_model() {
    let model = model();
    for operation in Operation::ALL {
        let output = &model["Operations"][operation.as_str()]["output"]["members"];
        for (name, shape) in output.as_object().expect("members") {
            assert_read(&[name], shape);
        }
    }
}

/// What is `null` is as good as absent, as AWS's SDKs have it, and what is not in the model is passed over.
#[test]
fn every_member_of_a_reply_can_be_null() {
    fn assert_nullable(path: &[&str], shape: &Value) {
        let null = path.iter().rev().fold(Value::Null, |value, name| json!({ *name: value }));
        Reply::from_json(&null.to_string()).unwrap_or_else(|error| panic!("{null}: {error}"));
        for (name, shape) in shape["members"].as_object().into_iter().flatten() {
            assert_nullable(&[path, &[name]].concat(), shape);
        }
    }
    let model = model();
    for operation in Operation::ALL {
        let output = &model["Operations"][operation.as_str()]["output"]["members"];
        for (name, shape) in output.as_object().expect("members") {
            assert_nullable(&[name], shape);
        }
    }
    assert_nullable(&["ChallengeParameters", "SALT"], &Value::Null);
    assert_nullable(&["SomeLaterMember"], &Value::Null);
}

#[test]
fn every_member_of_a_reply_is_read_as_it_is() {
    let tokens = json!({
        "AccessToken": "a.b.c", "IdToken": "d.e.f", "RefreshToken": "g", "TokenType": "Bearer", "ExpiresIn": 3600,
        "NewDeviceMetadata": {"DeviceKey": "a_b", "DeviceGroupKey": "-c"},
    });
    let reply = json!({
        "ChallengeName": "SELECT_CHALLENGE", "Session": "session", "ChallengeParameters": {"KEY": "value", "NONE": null},
        "AvailableChallenges": ["PASSWORD", "SOME_LATER_ONE"], "AuthenticationResult": tokens,
        "SecretCode": "JBSWY3DPEHPK3PXP", "Status": "SUCCESS", "UserConfirmationNecessary": true,
    });
    let reply = Reply::from_json(&reply.to_string()).expect("a reply");
    assert_eq!(reply.challenge_name.as_deref(), Some("SELECT_CHALLENGE"));
    assert_eq!(reply.session.as_deref(), Some("session"));
    assert_eq!(reply.challenge_parameters.iter().collect::<Vec<_>>(), [("KEY", "value")]);
    assert_eq!(reply.available_challenges, ["PASSWORD", "SOME_LATER_ONE"]);
    assert_eq!(reply.secret_code.as_deref(), Some("JBSWY3DPEHPK3PXP"));
    assert_eq!(reply.status.as_deref(), Some("SUCCESS"));
    assert!(reply.user_confirmation_necessary);
    let tokens = reply.authentication_result.as_ref().expect("tokens");
    let texts =
        [&tokens.access_token, &tokens.id_token, &tokens.refresh_token, &tokens.token_type].map(Option::as_deref);
    assert_eq!(texts, [Some("a.b.c"), Some("d.e.f"), Some("g"), Some("Bearer")]);
    assert_eq!(tokens.expires_in, 3600);
    let device = tokens.new_device_metadata.as_ref().expect("a device");
    assert_eq!((device.device_key.as_deref(), device.device_group_key.as_deref()), (Some("a_b"), Some("-c")));
}

/// `path` leads from the body of a reply to a member of this shape.
fn assert_read(path: &[&str], shape: &Value) {
    let name = path.last().expect("a name");
    // No member is a list of numbers, and a list is of no other type.
    let wrong = path.iter().rev().fold(json!([1]), |value, name| json!({ *name: value }));
    let error = Reply::from_json(&wrong.to_string()).expect_err("a list of numbers");
    assert_eq!((error.parameter(), error.problem()), (*name, Problem::Malformed));
    for (name, shape) in shape["members"].as_object().into_iter().flatten() {
        assert_read(&[path, &[name]].concat(), shape);
    }
}

fn assert_fits(value: &Value, shape: &Value, at: &str) {
    match (value, shape) {
        (Value::Object(members), Value::Object(shape)) => {
            for (name, value) in members {
                let member = shape["members"].get(name).unwrap_or_else(|| panic!("{at} has no {name}"));
                assert_fits(value, member, &format!("{at}.{name}"));
            }
            for name in strings(&shape["required"]) {
                assert!(members.contains_key(&name), "{at} needs {name}");
            }
        }
        (Value::Array(items), Value::Array(shape)) => items.iter().for_each(|item| assert_fits(item, &shape[0], at)),
        (Value::Object(map), Value::String(shape)) => {
            assert_eq!(shape, "map", "{at}");
            assert!(map.values().all(Value::is_string), "{at}");
        }
        (value, shape) => assert!(value.is_string() && shape == "string", "{at} is {shape}, not {value}"),
    }
}

/// Each request's own members, and all that the caller has said of the surroundings, beside the operations that take it.
#[test]
fn requests_say_all_that_they_are_given() {
    let analytics = json!({"AnalyticsEndpointId": "endpoint"});
    let user_context_data = json!({"IpAddress": "::1", "EncodedData": "data"});
    let context_data = json!({
        "IpAddress": "::1", "ServerName": "example.com", "ServerPath": "/", "EncodedData": "data",
        "HttpHeaders": [
            {"headerName": "Accept", "headerValue": "*/*"},
            {"headerName": "Accept-Language", "headerValue": "de"},
        ],
    });
    for request in whole_requests() {
        let operation = request.operation().as_str();
        assert_eq!(request.target(), format!("AWSCognitoIdentityProviderService.{operation}"));
        let body: Value = serde_json::from_str(&request.to_json()).expect("JSON");
        let session = match &request.message {
            Message::InitiateAuth(message) => {
                assert_eq!(body["AuthFlow"], message.auth_flow.as_str());
                assert_eq!(body["AuthParameters"], as_json(&message.auth_parameters));
                &message.session
            }
            Message::RespondToAuthChallenge(message) => {
                assert_eq!(body["ChallengeName"], message.challenge_name.as_str());
                assert_eq!(body["ChallengeResponses"], as_json(&message.challenge_responses));
                &message.session
            }
            Message::AssociateSoftwareToken(message) => &message.session,
            Message::VerifySoftwareToken(message) => {
                assert_eq!(body["UserCode"], message.user_code);
                &message.session
            }
            Message::ConfirmDevice(message) => {
                assert_eq!(body["AccessToken"], message.access_token);
                assert_eq!(body["DeviceKey"], message.device_key);
                assert_eq!(body["DeviceName"], "laptop");
                let config = &message.device_secret_verifier_config;
                let expected = json!({"PasswordVerifier": config.password_verifier, "Salt": config.salt});
                assert_eq!(body["DeviceSecretVerifierConfig"], expected);
                &None
            }
            message => panic!("{message:?} has no case here"),
        };
        assert_eq!(body["Session"], json!(session), "{operation}");
        if !operation.ends_with("Auth") && !operation.ends_with("AuthChallenge") {
            continue;
        }
        let admin = operation.starts_with("Admin");
        assert_eq!(body["ClientId"], "4l9rvl4mv5es1eep1qe97cautn");
        assert_eq!(body["ClientMetadata"], json!({"key": "value"}), "{operation}");
        assert_eq!(body["AnalyticsMetadata"], analytics, "{operation}");
        assert_eq!(body["UserPoolId"], if admin { json!("us-east-1_Example1") } else { Value::Null });
        assert_eq!(body["UserContextData"], if admin { Value::Null } else { user_context_data.clone() });
        assert_eq!(body["ContextData"], if admin { context_data.clone() } else { Value::Null });
    }
}

/// The flow of each way to begin, and whether it takes AWS credentials. A saved sign-in begins in the same way.
#[test]
fn a_sign_in_begins_with_the_flow_that_was_chosen() {
    let user_auth = |preferred_challenge| Flow::UserAuth { preferred_challenge };
    let mut seen = BTreeSet::new();
    for (flow, auth_flow, admin, keys_of_its_own) in [
        (Flow::UserSrpAuth, AuthFlow::UserSrpAuth, false, &["SRP_A", "USERNAME"][..]),
        (user_auth(None), AuthFlow::UserAuth, false, &["USERNAME"]),
        (
            user_auth(Some(ChallengeName::PasswordSrp)),
            AuthFlow::UserAuth,
            false,
            &["PREFERRED_CHALLENGE", "SRP_A", "USERNAME"],
        ),
        (
            user_auth(Some(ChallengeName::Password)),
            AuthFlow::UserAuth,
            false,
            &["PASSWORD", "PREFERRED_CHALLENGE", "USERNAME"],
        ),
        (user_auth(Some(ChallengeName::WebAuthn)), AuthFlow::UserAuth, false, &["PREFERRED_CHALLENGE", "USERNAME"]),
        (user_auth(Some(ChallengeName::EmailOtp)), AuthFlow::UserAuth, false, &["PREFERRED_CHALLENGE", "USERNAME"]),
        (user_auth(Some(ChallengeName::SmsOtp)), AuthFlow::UserAuth, false, &["PREFERRED_CHALLENGE", "USERNAME"]),
        (Flow::CustomAuth, AuthFlow::CustomAuth, false, &["USERNAME"]),
        (Flow::CustomAuthWithSrp, AuthFlow::CustomAuth, false, &["CHALLENGE_NAME", "SRP_A", "USERNAME"]),
        (Flow::UserPasswordAuth, AuthFlow::UserPasswordAuth, false, &["PASSWORD", "USERNAME"]),
        (Flow::AdminUserPasswordAuth, AuthFlow::AdminUserPasswordAuth, true, &["PASSWORD", "USERNAME"]),
        (Flow::AdminNoSrpAuth, AuthFlow::AdminNoSrpAuth, true, &["PASSWORD", "USERNAME"]),
        (Flow::RefreshTokenAuth, AuthFlow::RefreshTokenAuth, false, &["REFRESH_TOKEN"]),
        (Flow::RefreshToken, AuthFlow::RefreshToken, false, &["REFRESH_TOKEN"]),
    ] {
        let rng = &mut rand::rngs::SysRng;
        let sign_in = SignIn::new(user(), flow);
        let mut sign_in = SignIn::restore(&sign_in.save(), user().client(), None).expect("a state");
        let mut step = sign_in.start(rng);
        if let Ok(Step::Ask(question)) = &step {
            let answer = question.answer("what was asked").expect("an answer");
            step = sign_in.answer(&answer, DateTime::UNIX_EPOCH, rng);
        }
        let Ok(Step::Send(request)) = step else { panic!("{flow:?}: a request was to come") };
        let Message::InitiateAuth(message) = &request.message else { panic!("{flow:?}: {request:?}") };
        assert_eq!(message.auth_flow, auth_flow, "{flow:?}");
        assert_eq!(request.operation() == Operation::AdminInitiateAuth, admin, "{flow:?}");
        let mut emitted = keys(&message.auth_parameters);
        emitted.retain(|key| key != "SECRET_HASH" && key != "DEVICE_KEY");
        assert_eq!(emitted.iter().map(String::as_str).collect::<Vec<_>>(), keys_of_its_own, "{flow:?}");
        seen.insert(auth_flow.as_str());
    }
    assert_eq!(seen, AuthFlow::ALL.iter().map(|flow| flow.as_str()).collect());
}

fn as_json(parameters: &Parameters) -> Value {
    parameters.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

#[test]
fn an_attribute_given_twice_is_written_once() {
    let mut sign_in = SignIn::new(user(), Flow::CustomAuth);
    let mut context = Context::default();
    context.client_metadata = [("key", "first"), ("other", "value"), ("key", "last")].into_iter().collect();
    sign_in.set_context(context);
    let Ok(Step::Send(request)) = sign_in.start(&mut rand::rngs::SysRng) else { panic!("a request was to come") };
    let json = request.to_json();
    assert!(json.contains(r#""ClientMetadata":{"key":"last","other":"value"}"#), "{}", *json);
}

#[test]
fn no_key_is_left_out_of_these_tests() {
    let requests = AuthFlow::ALL.iter().flat_map(|&flow| requests(flow)).map(|request| request.auth_parameters);
    let answers = ChallengeName::ALL.iter().flat_map(|&name| answers(name)).map(|answer| answer.challenge_responses);
    let mut exercised: BTreeSet<String> = requests.chain(answers).flat_map(|parameters| keys(&parameters)).collect();
    exercised.extend(READ.map(String::from));
    exercised.extend(READ_TO_ASK.map(|(key, _)| key.to_owned()));
    exercised.retain(|key| !key.starts_with("userAttributes."));
    assert_eq!(exercised, hazmat::PARAMETER_KEYS.iter().map(ToString::to_string).collect());
}

/// Two sign-ins, one of them by the Admin twins, through every operation there is.
fn whole_requests() -> Vec<Request> {
    let rng = &mut rand::rngs::SysRng;
    let now = DateTime::UNIX_EPOCH;
    let mut requests = Vec::new();
    for admin in [false, true] {
        let mut sign_in = SignIn::new(user(), Flow::UserAuth { preferred_challenge: None })
            .with_session("ConfirmSignUp's")
            .remembering_device(Some("laptop"));
        if admin {
            sign_in = sign_in.as_admin();
        }
        sign_in.set_context(context());
        let mut step = sign_in.start(rng);
        for reply in [
            r#"{"ChallengeName":"MFA_SETUP","Session":"1"}"#,
            r#"{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"2"}"#,
            r#"{"Status":"SUCCESS","Session":"3"}"#,
            r#"{"AuthenticationResult":{"AccessToken":"a.b.c","NewDeviceMetadata":{"DeviceKey":"a_b","DeviceGroupKey":"-c"}}}"#,
        ] {
            if let Ok(Step::Ask(_)) = step {
                step = sign_in.answer(&Answer::Code("123456"), now, rng);
            }
            let Ok(Step::Send(request)) = step else { panic!("a request was to come before {reply}") };
            requests.push(request);
            step = sign_in.handle(&Reply::from_json(reply).expect("a reply"), now, rng);
        }
        let Ok(Step::Send(request)) = step else { panic!("ConfirmDevice was to come") };
        requests.push(request);
    }
    requests
}

fn context() -> Context {
    let encoded_data = Some("data".to_owned());
    let mut context = Context::default();
    context.client_metadata = [("key", "value")].into_iter().collect();
    context.analytics_endpoint_id = Some("endpoint".into());
    context.user_context_data =
        Some(UserContextData { ip_address: Some("::1".into()), encoded_data: encoded_data.clone() });
    context.context_data = Some(ContextData {
        ip_address: "::1".into(),
        server_name: "example.com".into(),
        server_path: "/".into(),
        http_headers: vec![("Accept".into(), "*/*".into()), ("Accept-Language".into(), "de".into())],
        encoded_data,
    });
    context
}

#[test]
fn every_parameter_that_is_read_is_missed() {
    for absent in READ {
        let mut reply = reply();
        reply.remove(absent);
        let error = PasswordVerifier::from_reply(&reply, None).expect_err("a parameter is missing");
        assert_eq!(error.parameter(), absent);
    }
}

// The library, driven

const SESSION: Option<&str> = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB");
const DEVICE_KEY: &str = "us-east-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3";

/// Every request that begins with a flow.
fn requests(flow: AuthFlow) -> Vec<InitiateAuth> {
    let (user, password, token) = (user(), "password", "token");
    match flow {
        AuthFlow::UserSrpAuth => vec![user_login().user_srp_auth()],
        AuthFlow::RefreshTokenAuth => vec![InitiateAuth::refresh_token_auth(&user, token)],
        AuthFlow::RefreshToken => vec![InitiateAuth::refresh_token(&user, token)],
        AuthFlow::CustomAuth => vec![InitiateAuth::custom_auth(&user), user_login().custom_auth()],
        AuthFlow::AdminNoSrpAuth => vec![InitiateAuth::admin_no_srp_auth(&user, password)],
        AuthFlow::UserPasswordAuth => vec![InitiateAuth::user_password_auth(&user, password)],
        AuthFlow::AdminUserPasswordAuth => vec![InitiateAuth::admin_user_password_auth(&user, password)],
        AuthFlow::UserAuth => [
            None,
            Some(PreferredChallenge::Password { password }),
            Some(PreferredChallenge::WebAuthn),
            Some(PreferredChallenge::EmailOtp),
            Some(PreferredChallenge::SmsOtp),
        ]
        .map(|preferred| InitiateAuth::user_auth(&user, preferred))
        .into_iter()
        .chain([user_login().user_auth()])
        .collect(),
        _ => panic!("{flow} has no case here"),
    }
}

/// Every answer to a challenge.
fn answers(challenge: ChallengeName) -> Vec<ChallengeResponse> {
    let (code, password, credential, answer) = ("123456", "password", "{}", "blue");
    let respond = |answer| vec![user().respond(SESSION, &answer)];
    match challenge {
        ChallengeName::SmsMfa => respond(ChallengeAnswer::SmsMfa { code }),
        ChallengeName::EmailOtp => respond(ChallengeAnswer::EmailOtp { code }),
        ChallengeName::SoftwareTokenMfa => respond(ChallengeAnswer::SoftwareTokenMfa { code }),
        ChallengeName::SelectMfaType => {
            MfaType::ALL.iter().flat_map(|&mfa_type| respond(ChallengeAnswer::SelectMfaType { mfa_type })).collect()
        }
        ChallengeName::MfaSetup => respond(ChallengeAnswer::MfaSetup),
        ChallengeName::PasswordVerifier => vec![password_verifier()],
        ChallengeName::CustomChallenge => respond(ChallengeAnswer::CustomChallenge { answer }),
        ChallengeName::SelectChallenge => [
            FirstFactor::Password { password },
            FirstFactor::WebAuthn { credential: Some(credential) },
            FirstFactor::EmailOtp,
            FirstFactor::SmsOtp,
        ]
        .map(|factor| user().respond(SESSION, &ChallengeAnswer::SelectChallenge(factor)))
        .into_iter()
        .chain([user_login().select_challenge(SESSION)])
        .collect(),
        ChallengeName::DeviceSrpAuth => vec![device_login().device_srp_auth(SESSION)],
        ChallengeName::DevicePasswordVerifier => vec![device_password_verifier()],
        ChallengeName::AdminNoSrpAuth => respond(ChallengeAnswer::AdminNoSrpAuth { password }),
        ChallengeName::NewPasswordRequired => [&[][..], &[("email", "alice@example.com")]]
            .into_iter()
            .flat_map(|user_attributes| {
                respond(ChallengeAnswer::NewPasswordRequired { new_password: password, user_attributes })
            })
            .collect(),
        ChallengeName::SmsOtp => respond(ChallengeAnswer::SmsOtp { code }),
        ChallengeName::Password => respond(ChallengeAnswer::Password { password }),
        ChallengeName::WebAuthn => respond(ChallengeAnswer::WebAuthn { credential }),
        ChallengeName::PasswordSrp => vec![user_login().password_srp(SESSION)],
        _ => panic!("{challenge} has no case here"),
    }
}

/// A user of a client with a secret, with a remembered device: every request then carries all that it can.
fn user() -> User {
    let pool_id = UserPoolId::parse("us-east-1_Example1").expect("a pool id");
    let client = AppClient::new(pool_id, "4l9rvl4mv5es1eep1qe97cautn").expect("a client id");
    client.with_secret(ClientSecret::new("secret").expect("a secret")).user("alice").with_device_key(DEVICE_KEY)
}

fn user_login() -> UserLogin {
    hazmat::user_login(&user(), &[1])
}

fn device() -> Device {
    Device::new(DEVICE_KEY, "-XTIoPyv7Z", DevicePassword::new("password")).expect("a device")
}

fn device_login() -> DeviceLogin {
    hazmat::device_login(&user(), &device(), &[1])
}

fn reply() -> BTreeMap<String, String> {
    [("USER_ID_FOR_SRP", "alice"), ("SALT", "1"), ("SRP_B", "2"), ("SECRET_BLOCK", "QUJD")]
        .map(|(name, value)| (name.into(), value.into()))
        .into()
}

fn password_verifier() -> ChallengeResponse {
    let challenge = PasswordVerifier::from_reply(&reply(), SESSION).expect("a challenge");
    user_login().finish(&challenge, "password", DateTime::UNIX_EPOCH).expect("an answer").answer
}

fn device_password_verifier() -> ChallengeResponse {
    let challenge = DevicePasswordVerifier::from_reply(&reply(), SESSION).expect("a challenge");
    device_login().finish(&challenge, &device(), DateTime::UNIX_EPOCH).expect("an answer")
}

// The model, read

fn model() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/api-model.json");
    serde_json::from_slice(&fs::read(path).expect("api-model.json")).expect("JSON")
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter().map(|value| value.as_str().expect("a string").into()).collect()
}

fn keys(parameters: &Parameters) -> BTreeSet<String> {
    parameters.iter().map(|(key, _)| key.into()).collect()
}

/// SECRET_HASH and DEVICE_KEY, which the prose names once for all flows and challenges.
fn everywhere(model: &Value) -> BTreeSet<String> {
    strings(&model["everywhere"]).into_iter().collect()
}

/// The keys of a flow; none where the prose leaves the flow out.
fn keys_of(model: &Value, flow: AuthFlow, which: &str) -> BTreeSet<String> {
    match model["AuthParameters"].get(flow.as_str()) {
        Some(documented) => strings(&documented[which]).into_iter().collect(),
        None => BTreeSet::new(),
    }
}

/// The keys of the form of an answer that the prose gives: for SELECT_CHALLENGE, the form with this ANSWER.
fn documented_form(model: &Value, answer: &ChallengeResponse) -> BTreeSet<String> {
    let name = answer.challenge_name;
    if name == ChallengeName::AdminNoSrpAuth {
        // Left out of the prose, as the flow of the same name is.
        return ["USERNAME", "PASSWORD"].map(String::from).into();
    }
    let forms = model["ChallengeResponses"][name.as_str()].as_array().expect("a form of the answer");
    let literal =
        |form: &&Value| form.get("ANSWER").and_then(Value::as_str) == answer.challenge_responses.get("ANSWER");
    let form = forms.iter().find(literal).or((forms.len() == 1).then(|| &forms[0]));
    let form = form.unwrap_or_else(|| panic!("{name} has no such form in AWS's model"));
    form.as_object().expect("keys and values").keys().cloned().collect()
}

fn is_user_attribute(model: &Value, challenge: ChallengeName, key: &str) -> bool {
    let prefix = model["user_attributes_prefix"].as_str().expect("a prefix");
    challenge == ChallengeName::NewPasswordRequired && key.starts_with(prefix)
}

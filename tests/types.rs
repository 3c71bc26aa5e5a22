//! The types fit where they are used: in AWS's SDK's maps, in a task that waits, in an error chain.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::{
    any::type_name,
    collections::{BTreeMap, HashMap},
    fmt::Debug,
};

use cognito_srp_core::{
    Answer, AppClient, AssociateSoftwareToken, AuthFlow, AuthenticationResult, ChallengeAnswer, ChallengeName,
    ChallengeResponse, ClientSecret, ConfirmDevice, Context, ContextData, Device, DeviceLogin, DevicePassword,
    DevicePasswordVerifier, Done, EnrollError, Enrollment, Error, Flow, InitiateAuth, Message, MfaType, NewDevice,
    Parameters, PasswordVerifier, Question, Refusal, Reply, Request, SignIn, SignInError, Step, UnknownName, User,
    UserContextData, UserLogin, UserPoolId, VerifySoftwareToken, json,
};

/// What `challenge_parameters()` of `aws-sdk-cognitoidentityprovider` returns.
type SdkMap = HashMap<String, String>;

fn challenge() -> SdkMap {
    [("USER_ID_FOR_SRP", "alice"), ("SALT", "1"), ("SRP_B", "2"), ("SECRET_BLOCK", "QUJD")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

#[test]
fn challenges_are_read_from_any_map_of_text() {
    let sdk: Option<&SdkMap> = Some(&challenge());
    PasswordVerifier::from_reply(sdk.into_iter().flatten(), None).unwrap();
    let none: Option<&SdkMap> = None;
    assert_eq!(
        PasswordVerifier::from_reply(none.into_iter().flatten(), None).unwrap_err().parameter(),
        "USER_ID_FOR_SRP"
    );

    PasswordVerifier::from_reply(&challenge(), None).unwrap();
    PasswordVerifier::from_reply(&challenge().into_iter().collect::<BTreeMap<_, _>>(), None).unwrap();
    let json = serde_json::to_value(challenge()).unwrap();
    let members = json.as_object().unwrap().iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    DevicePasswordVerifier::from_reply(members, None).unwrap();
}

#[test]
fn parameters_are_collected_into_any_map_of_text() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let request = InitiateAuth::user_password_auth(&client.user("alice"), "password");
    let sdk: SdkMap = request.auth_parameters.clone().into_iter().collect();
    assert_eq!(
        sdk,
        HashMap::from([("USERNAME", "alice"), ("PASSWORD", "password")].map(|(n, v)| (n.into(), v.into())))
    );
    let json: serde_json::Map<_, _> = request.auth_parameters.into_iter().map(|(n, v)| (n, v.into())).collect();
    assert_eq!(json["USERNAME"], "alice");
}

#[test]
fn an_attribute_given_twice_is_the_last_one_however_it_is_read() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let user_attributes: &[_] = &[("email", "first"), ("userAttributes.email", "last")];
    let answer = ChallengeAnswer::NewPasswordRequired { new_password: "password", user_attributes };
    let responses = client.user("alice").respond(None, &answer).challenge_responses;
    assert_eq!(responses.get("userAttributes.email"), Some("last"));
    assert_eq!(responses.into_iter().collect::<SdkMap>()["userAttributes.email"], "last");
}

/// Every type can wait in a task, cross threads, and be sent elsewhere.
#[test]
fn everything_is_send_and_sync_and_owned() {
    const fn check<T: Send + Sync + Unpin + 'static>() {}
    check::<(AppClient, ClientSecret, User, UserPoolId)>();
    check::<(UserLogin, PasswordVerifier, InitiateAuth, ChallengeResponse, Parameters)>();
    check::<(NewDevice, Enrollment, Device, DevicePassword, DeviceLogin, DevicePasswordVerifier)>();
    check::<(SignIn, Step, Request, Reply, Question, Done, Context)>();
    check::<(Error, EnrollError<Error>, SignInError<Error>, Refusal, UnknownName)>();
}

#[test]
fn errors_are_small_and_speak_plainly() {
    assert!(size_of::<Error>() <= 48);
    let error = |id: &str| UserPoolId::parse(id).unwrap_err().to_string();
    assert_eq!(error("us-east-1"), "UserPoolId given by the caller is not of the form that AWS defines");
    assert_eq!(error(&"u".repeat(56)), "UserPoolId given by the caller is longer than 55 bytes");
    let with = |name: &str, value: &str| {
        let mut map = challenge();
        map.insert(name.into(), value.into());
        PasswordVerifier::from_reply(&map, None).unwrap_err().to_string()
    };
    assert_eq!(with("SALT", "0x1"), "SALT in the service's reply is not hexadecimal");
    assert_eq!(with("SRP_B", "0"), "SRP_B in the service's reply is out of range");
    assert_eq!(with("SECRET_BLOCK", "~"), "SECRET_BLOCK in the service's reply is not canonical base64");
    assert_eq!(with("SALT", ""), "SALT in the service's reply is empty");
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(UserPoolId::parse("").unwrap_err());
    assert!(boxed.source().is_none());
    assert!(EnrollError::<Error>::SelfCheck.to_string().contains("not handed out"));
    assert!(std::error::Error::source(&EnrollError::<Error>::SelfCheck).is_none());
    assert_eq!(json::parse("[[]", 2).unwrap_err().to_string(), "is not JSON");
    assert_eq!(json::parse("[[]]", 1).unwrap_err().to_string(), "is nested too deeply");
}

#[test]
fn a_sign_in_hands_on_the_error_below_it() {
    let below = |error: SignInError<Error>| std::error::Error::source(&error).map(ToString::to_string);
    let error = UserPoolId::parse("us-east-1").unwrap_err();
    let refusal = Refusal::new("TooManyRequestsException", "Rate exceeded");
    assert_eq!(below(SignInError::Parameter(error)), Some(error.to_string()));
    assert_eq!(below(SignInError::Rng(error)), Some(error.to_string()));
    assert_eq!(below(SignInError::Refused(refusal.clone())), Some("TooManyRequestsException: Rate exceeded".into()));
    assert_eq!(below(SignInError::DeviceRefused(refusal)), Some("TooManyRequestsException: Rate exceeded".into()));
}

/// The test against AWS's model covers the texts; this covers the way back.
#[test]
fn names_are_read_as_they_are_written() {
    for name in AuthFlow::ALL {
        assert_eq!(name.to_string().parse(), Ok(*name));
    }
    for name in ChallengeName::ALL {
        assert_eq!(name.to_string().parse(), Ok(*name));
    }
    for name in MfaType::ALL {
        assert_eq!(name.to_string().parse(), Ok(*name));
    }
    let pool: UserPoolId = "us-east-1_Example1".parse().unwrap();
    assert_eq!(
        (pool.to_string(), format!("{pool:?}")),
        ("us-east-1_Example1".into(), "UserPoolId(us-east-1_Example1)".into())
    );
    for text in ["", "user_srp_auth", "USER_SRP_AUTH ", "PASSWORD-VERIFIER"] {
        assert_eq!(text.parse::<AuthFlow>(), Err(UnknownName), "{text:?}");
        assert_eq!(
            text.parse::<ChallengeName>().map_err(|unknown| unknown.to_string().is_empty()),
            Err(false),
            "{text:?}"
        );
    }
}

#[test]
fn names_and_keys_are_kept_as_they_are() {
    let pool = UserPoolId::parse("eu-central-1_a1B2c3D4e").unwrap();
    assert_eq!((pool.as_str(), pool.region(), pool.name()), ("eu-central-1_a1B2c3D4e", "eu-central-1", "a1B2c3D4e"));
    let client = AppClient::new(pool, "4l9rvl4mv5es1eep1qe97cautn").unwrap();
    assert_eq!((client.user_pool_id().name(), client.client_id()), ("a1B2c3D4e", "4l9rvl4mv5es1eep1qe97cautn"));
    let user = client.user("alice").with_device_key("eu-central-1_379df4ac");
    assert_eq!((user.username(), user.device_key()), ("alice", Some("eu-central-1_379df4ac")));
    assert_eq!(user.client().client_id(), "4l9rvl4mv5es1eep1qe97cautn");

    let device = Device::new("eu-central-1_379df4ac", "-XTIoPyv7Z", DevicePassword::new("p")).unwrap();
    assert_eq!((device.key(), device.group_key()), ("eu-central-1_379df4ac", "-XTIoPyv7Z"));
    assert_eq!(device.password().expose_secret(), "p");
}

/// `tests/secrets.rs` has what must not be in it.
#[test]
fn debug_says_what_it_is() {
    fn named<T: Debug>(value: &T) {
        let name = type_name::<T>().rsplit("::").next().unwrap();
        let shown = format!("{value:?}");
        assert!(shown.starts_with(name), "{shown} is not a {name}");
    }
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let user = client.user("alice");
    named(&ClientSecret::new("s").unwrap());
    named(&client);
    named(&user);

    let device = Device::new("key", "-group", DevicePassword::new("p")).unwrap();
    named(device.password());
    named(&device);
    let device_login = DeviceLogin::start(&user, &device, &mut rand::rngs::SysRng).unwrap();
    named(&device_login);
    named(&device_login.device_srp_auth(None));
    named(&DevicePasswordVerifier::from_reply(&challenge(), None).unwrap());
    let new_device = NewDevice::from_metadata(Some("key"), Some("-group")).unwrap();
    named(&new_device);
    named(&new_device.enroll(&mut rand::rngs::SysRng).unwrap());

    let login = UserLogin::start(&user, &mut rand::rngs::SysRng).unwrap();
    named(&login);
    named(&login.user_srp_auth());
    named(&PasswordVerifier::from_reply(&challenge(), None).unwrap());
    assert_eq!(format!("{:?}", InitiateAuth::custom_auth(&user).auth_parameters), r#"{"USERNAME": ..}"#);
    named(&InitiateAuth::custom_auth(&user).auth_parameters.into_iter());

    named(&SignIn::new(user, Flow::UserSrpAuth));
    named(&Reply::default());
    named(&Context::default());
    named(&UserContextData::default());
    named(&ContextData::default());
    let tokens = AuthenticationResult::default();
    named(&tokens);
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    named(&reply);
    for message in messages() {
        match message {
            Message::InitiateAuth(message) => named::<InitiateAuth>(&message),
            Message::RespondToAuthChallenge(message) => named::<ChallengeResponse>(&message),
            Message::AssociateSoftwareToken(message) => named::<AssociateSoftwareToken>(&message),
            Message::VerifySoftwareToken(message) => named::<VerifySoftwareToken>(&message),
            Message::ConfirmDevice(message) => named::<ConfirmDevice>(&message),
            message => panic!("{message:?} has no case here"),
        }
    }
}

#[test]
fn debug_of_an_answer_is_its_kind() {
    let answers = [
        (Answer::Password("p"), "Password(..)"),
        (Answer::RefreshToken("p"), "RefreshToken(..)"),
        (Answer::FirstFactor(ChallengeName::SmsOtp), "FirstFactor(..)"),
        (Answer::Code("p"), "Code(..)"),
        (Answer::MfaType(MfaType::SmsMfa), "MfaType(..)"),
        (Answer::NewPassword { new_password: "p", user_attributes: &[] }, "NewPassword { .. }"),
        (Answer::Custom("p"), "Custom(..)"),
        (Answer::Passkey("p"), "Passkey(..)"),
    ];
    for (answer, shown) in answers {
        assert_eq!(format!("{answer:?}"), shown);
    }
}

const SECRET_CODE: &str = "JBSWY3DPEHPK3PXP";

/// One message of each operation: a sign-in that sets up an authenticator app and has a device remembered.
fn messages() -> Vec<Message> {
    let rng = &mut rand::rngs::SysRng;
    let now = chrono::DateTime::UNIX_EPOCH;
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let mut sign_in = SignIn::new(client.user("alice"), Flow::CustomAuth).remembering_device(None);
    let mut step = sign_in.start(rng).unwrap();
    let mut messages = Vec::new();
    for reply in [
        r#"{"ChallengeName":"MFA_SETUP"}"#,
        r#"{"SecretCode":"JBSWY3DPEHPK3PXP"}"#,
        r#"{"Status":"SUCCESS"}"#,
        r#"{"AuthenticationResult":{"AccessToken":"a","NewDeviceMetadata":{"DeviceKey":"a_b","DeviceGroupKey":"-c"}}}"#,
        "{}",
    ] {
        if let Step::Ask(question) = &step {
            let Question::AuthenticatorSetup { secret_code } = question else { panic!("{question:?}") };
            assert_eq!((secret_code.expose_secret(), &*format!("{secret_code:?}")), (SECRET_CODE, "SecretCode(..)"));
            step = sign_in.answer(&question.answer("123456").unwrap(), now, rng).unwrap();
        }
        let Step::Send(request) = step else { panic!("a request was to come before {reply}") };
        messages.push(request.message);
        step = sign_in.handle(&Reply::from_json(reply).unwrap(), now, rng).unwrap();
    }
    assert_eq!(messages.len(), 5);
    messages
}

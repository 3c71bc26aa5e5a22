//! The types fit where they are used: in AWS's SDK's maps, in a task that waits, in an error chain.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, HashMap};

use cognito_srp_core::{
    AppClient, AuthFlow, ChallengeAnswer, ChallengeName, ChallengeResponse, ClientSecret, Context, Device, DeviceLogin,
    DevicePassword, DevicePasswordVerifier, Done, EnrollError, Enrollment, Error, InitiateAuth, MfaType, NewDevice,
    Parameters, PasswordVerifier, Question, Refusal, Reply, Request, SignIn, SignInError, Step, UnknownName, User,
    UserLogin, UserPoolId,
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

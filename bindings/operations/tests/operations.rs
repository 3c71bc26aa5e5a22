//! What the operations promise to every language: they sign in at a pool that verifies, refuse by name, and give nothing away.

#![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test may panic")]

use cognito_srp_operations::{
    DeviceLogin, Failure, Fallible, Kind, PasswordLogin, SignIn, Step, StepKind, arithmetic, enroll_device, secret_hash,
};
use serde_json::{Value, json};
use testpool::{Client, DeviceTracking, NewUser, Pool, Seed, Settings};

const POOL_ID: &str = "us-east-1_TestPool1";
const NOW: i64 = 1_790_000_000;
const PASSWORD: &str = "pässwörd 密码 1A";

fn pool() -> Pool {
    let attributes = [("email".into(), "alice@example.com".into())].into();
    let seed = Seed {
        pool: Settings { devices: DeviceTracking::Always, ..Settings::default() },
        clients: vec![
            Client { id: "testclient".into(), secret: None },
            Client { id: "secretclient".into(), secret: Some("shh".into()) },
        ],
        users: vec![NewUser { username: "alice".into(), password: PASSWORD.into(), attributes, ..NewUser::default() }],
    };
    let mut pool = seed.into_pool([7; 32]).unwrap();
    pool.set_now(NOW);
    pool
}

fn options(more: &Value) -> String {
    let mut options = json!({ "UserPoolId": POOL_ID, "ClientId": "testclient", "Username": "alice" });
    for (name, value) in more.as_object().unwrap() {
        options[name] = value.clone();
    }
    options.to_string()
}

fn send(pool: &mut Pool, operation: &str, body: &str) -> Result<String, String> {
    match pool.handle(operation, &serde_json::from_str(body).unwrap()) {
        Ok(reply) => Ok(reply.to_string()),
        Err(error) => Err(json!({ "__type": error.name, "message": error.message }).to_string()),
    }
}

/// Signs in: what is asked is the password.
fn drive(pool: &mut Pool, sign_in: &mut SignIn, password: &str) -> Fallible<Value> {
    let mut step = sign_in.start()?;
    loop {
        step = match step.kind {
            StepKind::Send => match send(pool, step.name, &step.json) {
                Ok(reply) => sign_in.handle(&reply, NOW)?,
                Err(refusal) => sign_in.refused(&refusal)?,
            },
            StepKind::Ask => {
                assert_eq!(step.name, "PASSWORD");
                sign_in.answer(password, None, NOW)?
            }
            StepKind::Done => return Ok(details(&step)),
        };
    }
}

fn details(step: &Step) -> Value {
    serde_json::from_str(&step.json).unwrap()
}

fn refused<T>(result: Fallible<T>, parameter: &str, problem: &str) -> Failure {
    let failure = result.err().unwrap();
    assert_eq!((failure.parameter.as_deref(), failure.problem), (Some(parameter), Some(problem)), "{failure}");
    *failure
}

#[test]
fn a_device_is_remembered_and_signs_in() {
    let mut pool = pool();
    for client in [json!({}), json!({ "ClientId": "secretclient", "ClientSecret": "shh" })] {
        let mut first = client.clone();
        first["RememberDevice"] = true.into();
        let done = drive(&mut pool, &mut SignIn::new(&options(&first)).unwrap(), PASSWORD).unwrap();
        assert!(done["AuthenticationResult"]["AccessToken"].is_string());
        assert!(done["Device"]["DevicePassword"].is_string());

        let mut second = client;
        second["Device"] = done["Device"].clone();
        let done = drive(&mut pool, &mut SignIn::new(&options(&second)).unwrap(), PASSWORD).unwrap();
        assert!(done["AuthenticationResult"]["AccessToken"].is_string());
        assert_eq!(done["AuthenticationResult"]["NewDeviceMetadata"], Value::Null, "the device was known");
    }
}

/// A sign-in by an alias: the device is kept under the name that the service gives.
#[test]
fn a_device_is_looked_up_while_the_password_is_asked() {
    let mut pool = pool();
    let by_alias = |more: Value| SignIn::new(&options(&more)).unwrap();
    let alias = "alice@example.com";
    let first =
        drive(&mut pool, &mut by_alias(json!({ "Username": alias, "RememberDevice": true })), PASSWORD).unwrap();
    assert_eq!(first["Username"], "alice");

    let mut sign_in = by_alias(json!({ "Username": alias }));
    let request = sign_in.start().unwrap();
    let asked = sign_in.handle(&send(&mut pool, request.name, &request.json).unwrap(), NOW).unwrap();
    let expected = json!({ "OverSrp": true, "Username": "alice", "DeviceForgotten": false });
    assert_eq!((details(&asked), details(&sign_in.question().unwrap())), (expected.clone(), expected));
    refused(sign_in.set_device(Some(r#"{"DeviceKey":"k","DeviceGroupKey":"g"}"#)), "DevicePassword", "Missing");
    refused(sign_in.set_device(Some("null")), "Device", "NotJson");
    sign_in.set_device(Some(&first["Device"].to_string())).unwrap();

    let mut step = sign_in.answer(PASSWORD, None, NOW).unwrap();
    let mut sent = 0;
    while step.kind == StepKind::Send {
        step = sign_in.handle(&send(&mut pool, step.name, &step.json).unwrap(), NOW).unwrap();
        sent += 1;
    }
    assert_eq!((sent, step.kind), (3, StepKind::Done), "the device has proved itself too");
}

#[test]
fn a_wrong_password_is_refused_by_cause() {
    let failure = drive(&mut pool(), &mut SignIn::new(&options(&json!({}))).unwrap(), "wrong").unwrap_err();
    assert_eq!(failure.kind, Kind::Refused);
    let refused = failure.refused.unwrap();
    assert_eq!((&*refused.name, &*refused.cause), ("NotAuthorizedException", "WrongUserOrPassword"));
    assert_eq!(refused.retry, "StartAgain");
}

#[test]
fn a_sign_in_goes_on_elsewhere() {
    let (mut pool, options) = (pool(), options(&json!({})));
    let mut here = SignIn::new(&options).unwrap();
    let request = here.start().unwrap();
    let state = here.save();
    let mut there = SignIn::restore(&state, &options).unwrap();
    let reply = send(&mut pool, request.name, &request.json).unwrap();
    assert_eq!(there.handle(&reply, NOW).unwrap().name, "PASSWORD");
    let proof = there.answer(PASSWORD, None, NOW).unwrap();
    assert!(send(&mut pool, proof.name, &proof.json).unwrap().contains("AccessToken"));

    let mut damaged = state.to_vec();
    damaged[30] ^= 1;
    refused(SignIn::restore(&damaged, &options), "state", "Damaged");
}

#[test]
fn single_steps_sign_in() {
    let mut pool = pool();
    let mut login = PasswordLogin::new(&options(&json!({})), None).unwrap();
    let begin = json!({ "ClientId": "testclient", "AuthFlow": "USER_SRP_AUTH",
                        "AuthParameters": { "USERNAME": "alice", "SRP_A": login.srp_a() } });
    let challenge = send(&mut pool, "InitiateAuth", &begin.to_string()).unwrap();

    refused(login.claim(r#"{"ChallengeParameters":{"SALT":"1f"}}"#, PASSWORD, NOW), "USER_ID_FOR_SRP", "Missing");
    refused(login.claim(&challenge, PASSWORD, NOW * 1000), "TIMESTAMP", "OutOfRange"); // milliseconds: nothing is spent
    let claim = login.claim(&challenge, PASSWORD, NOW).unwrap();
    let tokens = send(&mut pool, "RespondToAuthChallenge", &claim).unwrap();
    let failure = refused(login.claim(&challenge, PASSWORD, NOW), "login", "Unexpected");
    assert_eq!(failure.kind, Kind::Argument);

    let tokens: Value = serde_json::from_str(&tokens).unwrap();
    let tokens = &tokens["AuthenticationResult"];
    let offered = |name: &str| tokens["NewDeviceMetadata"][name].as_str().unwrap();
    let enrolled = enroll_device(offered("DeviceKey"), offered("DeviceGroupKey")).unwrap();
    let enrolled: Value = serde_json::from_str(&enrolled).unwrap();
    let confirm = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": offered("DeviceKey"),
                          "DeviceSecretVerifierConfig": enrolled["DeviceSecretVerifierConfig"] });
    send(&mut pool, "ConfirmDevice", &confirm.to_string()).unwrap();

    let with_device = options(&json!({ "Device": enrolled["Device"] }));
    let mut login = PasswordLogin::new(&with_device, None).unwrap();
    let begin = json!({ "ClientId": "testclient", "AuthFlow": "USER_SRP_AUTH", "AuthParameters":
                        { "USERNAME": "alice", "SRP_A": login.srp_a(), "DEVICE_KEY": offered("DeviceKey") } });
    let challenge = send(&mut pool, "InitiateAuth", &begin.to_string()).unwrap();
    let claim = login.claim(&challenge, PASSWORD, NOW).unwrap();
    let asked: Value = serde_json::from_str(&send(&mut pool, "RespondToAuthChallenge", &claim).unwrap()).unwrap();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");

    let mut login = DeviceLogin::new(&with_device, None).unwrap();
    let answer = json!({ "ClientId": "testclient", "ChallengeName": "DEVICE_SRP_AUTH", "Session": asked["Session"],
                         "ChallengeResponses": { "USERNAME": "alice", "SRP_A": login.srp_a(), "DEVICE_KEY": offered("DeviceKey") } });
    let challenge = send(&mut pool, "RespondToAuthChallenge", &answer.to_string()).unwrap();
    let claim = login.claim(&challenge, NOW).unwrap();
    assert!(send(&mut pool, "RespondToAuthChallenge", &claim).unwrap().contains("AccessToken"));
    refused(login.claim(&challenge, NOW), "login", "Unexpected");
}

#[test]
fn a_claim_is_made_over_its_own_challenge_only() {
    let named = |name: Value| {
        let parameters = json!({ "USER_ID_FOR_SRP": "alice", "SALT": "1f", "SRP_B": "3", "SECRET_BLOCK": "QUJD" });
        json!({ "ChallengeName": name, "ChallengeParameters": parameters }).to_string()
    };
    let device = json!({ "DeviceKey": "us-east-1_d", "DeviceGroupKey": "-g", "DevicePassword": "p" });
    let mut password_login = PasswordLogin::new(&options(&json!({})), None).unwrap();
    let mut device_login = DeviceLogin::new(&options(&json!({ "Device": device })), None).unwrap();
    for name in ["SMS_MFA", "DEVICE_PASSWORD_VERIFIER", "UNHEARD_OF", ""] {
        let failure = refused(password_login.claim(&named(name.into()), PASSWORD, NOW), "ChallengeName", "Unexpected");
        assert_eq!(failure.kind, Kind::Reply);
    }
    for name in ["DEVICE_SRP_AUTH", "PASSWORD_VERIFIER"] {
        let failure = refused(device_login.claim(&named(name.into()), NOW), "ChallengeName", "Unexpected");
        assert_eq!(failure.kind, Kind::Reply);
    }
    password_login.claim(&named("PASSWORD_VERIFIER".into()), PASSWORD, NOW).unwrap();
    device_login.claim(&named(Value::Null), NOW).unwrap();
}

#[test]
fn options_are_refused_by_name() {
    let cases = [
        (json!({ "UserName": "alice" }), "UserName in options", "Unknown"),
        (json!({ "User\nName": "alice" }), "options", "Unknown"),
        (json!({ "Überraschung": "alice" }), "options", "Unknown"),
        (json!({ "Username": 5 }), "Username", "Malformed"),
        (json!({ "Username": null }), "Username", "Missing"),
        (json!({ "UserPoolId": "us-east-1" }), "UserPoolId", "Malformed"),
        (json!({ "ClientSecret": "" }), "ClientSecret", "Empty"),
        (json!({ "AuthFlow": "TELEPATHY" }), "AuthFlow", "Unknown"),
        (json!({ "WithoutSrp": true }), "WithoutSrp", "Unexpected"),
        (json!({ "WithoutSrp": "yes", "AuthFlow": "CUSTOM_AUTH" }), "WithoutSrp", "Malformed"),
        (json!({ "PreferredChallenge": "PASSWORD" }), "PreferredChallenge", "Unexpected"),
        (json!({ "AuthFlow": "USER_AUTH", "PreferredChallenge": "PIGEON" }), "PreferredChallenge", "Unknown"),
        (json!({ "DeviceName": "phone" }), "DeviceName", "Unexpected"),
        (json!({ "Device": [] }), "Device", "Malformed"),
        (json!({ "Device": { "DeviceKey": "k", "DeviceGroupKey": "g" } }), "DevicePassword", "Missing"),
        (json!({ "Device": { "Password": "p" } }), "Password in Device", "Unknown"),
        (json!({ "ClientMetadata": { "n": 1 } }), "ClientMetadata", "Malformed"),
        (json!({ "Admin": true, "ContextData": { "IpAddress": "::1" } }), "ServerName", "Missing"),
        (
            json!({ "Admin": true, "ContextData": { "IpAddress": "", "ServerName": "", "ServerPath": "", "HttpHeaders": [1] } }),
            "HttpHeaders",
            "Malformed",
        ),
    ];
    for (more, parameter, problem) in cases {
        let failure = refused(SignIn::new(&options(&more)), parameter, problem);
        assert_eq!(failure.kind, Kind::Argument, "{failure}");
    }
    for text in ["", "[]", "null", "{", "\"a secret\""] {
        refused(SignIn::new(text), "options", "NotJson");
    }
    refused(SignIn::new(&"[".repeat(1 << 19)), "options", "TooDeep");
    let deep = format!(r#"{{"ClientMetadata":{{"a":{}{}}}}}"#, "[".repeat(20), "]".repeat(20));
    refused(SignIn::new(&deep), "options", "TooDeep");
    refused(SignIn::new(&" ".repeat((1 << 20) + 1)), "options", "TooLong");
    let long = "x".repeat(100);
    refused(SignIn::new(&options(&json!({ long: 1 }))), "options", "Unknown");
}

/// Options that would go into no request.
#[test]
fn options_that_do_not_fit_are_refused() {
    let device = json!({ "DeviceKey": "us-east-1_d", "DeviceGroupKey": "-g", "DevicePassword": "p" });
    let of_server = json!({ "IpAddress": "::1", "ServerName": "s", "ServerPath": "/" });
    let cases = [
        (json!({ "ContextData": of_server }), "ContextData"),
        (json!({ "Admin": true, "UserContextData": {} }), "UserContextData"),
        (json!({ "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserContextData": {} }), "UserContextData"),
        (json!({ "AuthFlow": "ADMIN_NO_SRP_AUTH", "UserContextData": {} }), "UserContextData"),
        (json!({ "Session": "s" }), "Session"),
        (json!({ "AuthFlow": "CUSTOM_AUTH", "Session": "s" }), "Session"),
        (json!({ "DeviceKey": "us-east-1_d" }), "DeviceKey"),
        (json!({ "AuthFlow": "USER_AUTH", "DeviceKey": "us-east-1_d" }), "DeviceKey"),
        (json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "DeviceKey": "us-east-1_d", "Device": device }), "DeviceKey"),
    ];
    for (more, parameter) in cases {
        let failure = refused(SignIn::new(&options(&more)), parameter, "Unexpected");
        assert_eq!(failure.kind, Kind::Argument, "{failure}");
    }
    for fine in [
        json!({ "AuthFlow": "ADMIN_NO_SRP_AUTH", "ContextData": of_server }),
        json!({ "AuthFlow": "USER_AUTH", "Session": "s" }),
        json!({ "Session": "", "DeviceKey": null, "ContextData": null }),
        json!({ "AuthFlow": "REFRESH_TOKEN", "DeviceKey": "us-east-1_d" }),
        json!({ "AuthFlow": "REFRESH_TOKEN", "Device": device }),
    ] {
        SignIn::new(&options(&fine)).unwrap();
    }
    let single_step = |more: Value| PasswordLogin::new(&options(&more), None);
    refused(single_step(json!({ "ContextData": of_server })), "ContextData", "Unexpected");
    refused(single_step(json!({ "Admin": true, "UserContextData": {} })), "UserContextData", "Unexpected");
    refused(single_step(json!({ "DeviceKey": "us-east-1_d", "Device": device })), "DeviceKey", "Unexpected");
    let with_both = options(&json!({ "DeviceKey": "us-east-1_d", "Device": device }));
    refused(DeviceLogin::new(&with_both, None), "DeviceKey", "Unexpected");
    assert!(
        single_step(json!({ "DeviceKey": "us-east-1_d", "Session": "s" })).is_ok(),
        "what says how a sign-in goes is not looked at"
    );
}

#[test]
fn what_goes_with_every_request_is_what_the_last_restore_said() {
    let with = |metadata: &Value| options(&json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": metadata }));
    let mut sign_in = SignIn::new(&with(&json!({ "turn": "1" }))).unwrap();
    sign_in.start().unwrap();
    for metadata in [json!({ "turn": "2" }), Value::Null] {
        sign_in = SignIn::restore(&sign_in.save(), &with(&metadata)).unwrap();
        let request = sign_in.answer(PASSWORD, None, NOW).unwrap();
        assert_eq!(details(&request)["ClientMetadata"], metadata);
    }
}

#[test]
fn an_expiry_that_the_service_did_not_give_is_not_made_up() {
    for (given, expected) in [(json!(3600), json!(3600)), (Value::Null, Value::Null)] {
        let mut sign_in = SignIn::new(&options(&json!({ "AuthFlow": "USER_PASSWORD_AUTH" }))).unwrap();
        sign_in.start().unwrap();
        sign_in.answer(PASSWORD, None, NOW).unwrap();
        let reply = json!({ "AuthenticationResult": { "AccessToken": "access", "ExpiresIn": given } });
        let done = details(&sign_in.handle(&reply.to_string(), NOW).unwrap());
        assert_eq!(done["AuthenticationResult"]["ExpiresIn"], expected);
    }
}

#[test]
fn of_members_with_one_name_the_last_one_counts() {
    for (metadata, expected) in
        [(r#"{"a":"x","a":null,"b":"y"}"#, json!({ "b": "y" })), (r#"{"a":1,"\u0061":"x"}"#, json!({ "a": "x" }))]
    {
        let options = format!(
            r#"{{"UserPoolId":"{POOL_ID}","ClientId":"testclient","Username":"a","Username":"alice","ClientMetadata":{metadata}}}"#
        );
        let mut sign_in = SignIn::new(&options).unwrap();
        let request: Value = serde_json::from_str(&sign_in.start().unwrap().json).unwrap();
        assert_eq!(request["AuthParameters"]["USERNAME"], "alice");
        assert_eq!(request["ClientMetadata"], expected, "{metadata}");
    }
}

#[test]
fn no_failure_repeats_a_secret() {
    const SECRET: &str = "Hunter2";
    let texts = [
        format!("{{\"ClientSecret\": {SECRET}}}"),
        options(&json!({ "ClientSecret": { "it is": SECRET } })),
        options(&json!({ "Device": { "DevicePassword": [SECRET] } })),
        options(&json!({ "AuthFlow": SECRET })),
        options(&json!({ "UserPoolId": SECRET })),
        SECRET.into(),
    ];
    for text in &texts {
        let failure = SignIn::new(text).unwrap_err();
        assert!(!format!("{failure} {failure:?}").contains(SECRET), "{failure}");
    }
    let mut sign_in =
        SignIn::new(&options(&json!({ "ClientSecret": SECRET, "AuthFlow": "USER_PASSWORD_AUTH" }))).unwrap();
    sign_in.start().unwrap();
    for failure in [
        sign_in.answer(SECRET, Some("[]"), NOW).unwrap_err(),
        sign_in.answer(SECRET, Some(r#"{"name": "Alice"}"#), NOW).unwrap_err(),
        sign_in.answer(SECRET, None, i64::MAX).unwrap_err(),
        sign_in.handle(SECRET, NOW).unwrap_err(),
        sign_in.refused(SECRET).unwrap_err(),
    ] {
        assert!(!format!("{failure} {failure:?}").contains(SECRET), "{failure}");
    }
    assert!(!format!("{sign_in:?}").contains(SECRET));
    assert_eq!(sign_in.answer(SECRET, None, NOW).unwrap().name, "InitiateAuth", "nothing was lost");
}

#[test]
fn an_answer_needs_a_question_and_attributes_a_new_password() {
    let mut sign_in = SignIn::new(&options(&json!({}))).unwrap();
    refused(sign_in.answer(PASSWORD, None, NOW), "answer", "Unexpected");
    let mut sign_in = SignIn::new(&options(&json!({ "AuthFlow": "USER_PASSWORD_AUTH" }))).unwrap();
    assert!(sign_in.question().is_none());
    sign_in.start().unwrap();
    assert_eq!(sign_in.question().unwrap().name, "PASSWORD");
    refused(sign_in.answer(PASSWORD, Some(r#"{"name":"Alice"}"#), NOW), "UserAttributes", "Unexpected");
    assert!(sign_in.skip_device().is_none());
    refused(sign_in.answer(&"x".repeat(131_073), None, NOW), "answer", "TooLong");
    assert_eq!(sign_in.answer(&"x".repeat(131_072), None, NOW).unwrap().name, "InitiateAuth");
}

#[test]
fn arithmetic_refuses_what_is_out_of_range() {
    let one = [1];
    refused(arithmetic::modpow(&[0xff; 384], &one), "base", "OutOfRange");
    refused(arithmetic::modpow(&[0; 1025], &one), "base", "TooLong");
    refused(arithmetic::modpow(&one, &[0; 1025]), "exponent", "TooLong");
    refused(arithmetic::compute_s(&one, &[0; 384], &one, &one), "B", "OutOfRange");
    refused(arithmetic::compute_s(&one, &one, &[0; 32], &one), "u", "OutOfRange");
    refused(arithmetic::compute_s(&one, &one, &[1; 33], &one), "u", "OutOfRange");
    refused(arithmetic::compute_s(&one, &one, &one, &[1; 33]), "x", "OutOfRange");
    refused(arithmetic::compute_s(&[1; 1025], &one, &one, &one), "a", "TooLong");
    refused(arithmetic::claim_key(&one, &[], &one, "scope", "name", "password"), "B", "OutOfRange");
    refused(arithmetic::claim_key(&one, &one, &[1; 513], "scope", "name", "password"), "salt", "TooLong");
    refused(arithmetic::claim_key(&one, &one, &one, "scope", "name", &"x".repeat(131_073)), "password", "TooLong");
    refused(arithmetic::device_verifier("", "group", "password", &one), "DeviceKey", "Empty");
    refused(secret_hash("alice", "testclient", ""), "ClientSecret", "Empty");
    assert_eq!(arithmetic::modpow(&[2], &[10]).unwrap()[382..], [4, 0]);
    assert_eq!(arithmetic::modpow(&[0, 2], &[10]).unwrap()[382..], [4, 0]);
    assert_eq!(arithmetic::modpow(&[1, 2], &[1]).unwrap()[382..], [1, 2]);
}

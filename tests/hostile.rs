//! Replies that no honest service sends: each is refused by name, at once, and nothing panics.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cognito_srp_core::{
    Answer, AppClient, ClientSecret, Context, Device, DevicePassword, DevicePasswordVerifier, Error, Fault, Flow,
    NewDevice, Parameters, PasswordVerifier, Problem, Reply, SignIn, Step, UserLogin, UserPoolId, hazmat,
};

type Map = BTreeMap<&'static str, String>;

fn honest() -> Map {
    let n_minus_1 = hex_of_n(-1, 1);
    BTreeMap::from([
        ("USER_ID_FOR_SRP", "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8".into()),
        ("SALT", "cc090d9560fb9cb95c4cf8ca3417f544".into()),
        ("SRP_B", n_minus_1),
        ("SECRET_BLOCK", "QUJD".into()),
    ])
}

/// times * N + plus, in hex.
fn hex_of_n(plus: i32, times: u32) -> String {
    let n = num_bigint::BigInt::from_bytes_be(num_bigint::Sign::Plus, &hazmat::n());
    (n * times + plus).to_str_radix(16)
}

fn read_user(map: &Map) -> Result<PasswordVerifier, Error> {
    PasswordVerifier::from_reply(map.iter().map(|(name, value)| (*name, value)), None)
}

fn read_device(map: &Map) -> Result<DevicePasswordVerifier, Error> {
    DevicePasswordVerifier::from_reply(map.iter().map(|(name, value)| (*name, value)), None)
}

/// Both challenges refuse this value of this parameter, for this reason.
fn refuses(name: &'static str, value: impl Into<String>, problem: Problem) {
    let mut map = honest();
    map.insert(name, value.into());
    let shown: String = map[name].chars().take(40).collect();
    for error in [read_user(&map).err(), read_device(&map).err()] {
        let Some(error) = error else { panic!("{name} = {shown}.. was accepted") };
        assert_eq!(
            (error.parameter(), error.problem(), error.fault()),
            (name, problem, Fault::Service),
            "{name} = {shown}.."
        );
    }
}

#[test]
fn the_honest_challenge_is_accepted() {
    read_user(&honest()).unwrap();
    read_device(&honest()).unwrap();
}

#[test]
fn a_missing_parameter_is_named() {
    for name in ["SALT", "SRP_B", "SECRET_BLOCK"] {
        let mut map = honest();
        map.remove(name);
        for error in [read_user(&map).unwrap_err(), read_device(&map).unwrap_err()] {
            assert_eq!((error.parameter(), error.problem(), error.fault()), (name, Problem::Missing, Fault::Service));
        }
    }
    let mut map = honest();
    map.remove("USER_ID_FOR_SRP");
    assert_eq!(read_user(&map).unwrap_err().parameter(), "USER_ID_FOR_SRP");
    read_device(&map).unwrap();
}

#[test]
fn b_is_refused_outside_1_to_n_minus_1() {
    for zero in ["0", "00", &"0".repeat(768), &"0".repeat(2048)] {
        refuses("SRP_B", zero, Problem::OutOfRange);
    }
    for (plus, times) in [(0, 1), (1, 1), (0, 2), (5, 2), (0, 3)] {
        refuses("SRP_B", hex_of_n(plus, times), Problem::OutOfRange);
        refuses("SRP_B", hex_of_n(plus, times).to_uppercase(), Problem::OutOfRange);
        refuses("SRP_B", format!("00{}", hex_of_n(plus, times)), Problem::OutOfRange);
    }
    refuses("SRP_B", "f".repeat(768), Problem::OutOfRange);
    refuses("SRP_B", "1".repeat(1536), Problem::OutOfRange);
    for (accepted, what) in [("1".into(), "1"), (format!("{:0>2048}", "1"), "1 with zeros"), (hex_of_n(-1, 1), "N - 1")]
    {
        let mut map = honest();
        map.insert("SRP_B", accepted);
        assert!(read_user(&map).is_ok(), "{what}");
    }
}

#[test]
fn integers_are_hex_digits_and_nothing_else() {
    for name in ["SRP_B", "SALT"] {
        refuses(name, "", Problem::Empty);
        for text in ["zz", "-1", "+1", " 1", "1 ", "1\n", "0x1", "1_0", "1\u{ff11}", "\0", "not-hex!", "é"] {
            refuses(name, text, Problem::NotHex);
        }
    }
}

#[test]
fn a_secret_block_is_canonical_base64() {
    refuses("SECRET_BLOCK", "", Problem::Empty);
    for text in
        ["A", "QUI", "QUJ=", "QUJD\n", "QU JD", "QQ==QUJD", "QUJD====", "-_-_", "QUJ!", "not base64 encoded", "é==="]
    {
        refuses("SECRET_BLOCK", text, Problem::NotBase64);
    }
}

#[test]
fn a_user_id_is_some_text() {
    let mut map = honest();
    map.insert("USER_ID_FOR_SRP", String::new());
    assert_eq!(read_user(&map).unwrap_err().problem(), Problem::Empty);
    map.insert("USER_ID_FOR_SRP", "u".repeat(131_073));
    assert_eq!(read_user(&map).unwrap_err().problem(), Problem::TooLong { limit: 131_072 });
}

#[test]
fn sizes_are_refused_one_past_the_limit() {
    for (name, digit, limit) in [("SALT", "1", 1024), ("SRP_B", "0", 2048), ("SECRET_BLOCK", "A", 131_072)] {
        refuses(name, digit.repeat(limit + 1), Problem::TooLong { limit });
        let mut map = honest();
        map.insert(name, digit.repeat(limit));
        let at_the_limit = read_user(&map).err().map(|error| error.problem());
        assert!(!matches!(at_the_limit, Some(Problem::TooLong { .. })), "{name} of {limit}");
    }
}

#[test]
fn two_hundred_megabytes_are_refused_in_under_a_millisecond() {
    for name in ["SRP_B", "SALT", "SECRET_BLOCK", "USER_ID_FOR_SRP"] {
        let mut map = honest();
        map.insert(name, "A".repeat(200_000_000));
        // The shortest of five: a test is not the only thing that runs.
        let shortest = (0..5)
            .map(|_| {
                let begun = Instant::now();
                let refused = read_user(&map);
                let took = begun.elapsed();
                assert!(matches!(refused.unwrap_err().problem(), Problem::TooLong { .. }));
                took
            })
            .min()
            .unwrap();
        assert!(shortest < Duration::from_millis(1), "{name}: {shortest:?}");
    }
}

/// The least of many times, which nothing else on the machine has lengthened.
fn least(mut work: impl FnMut()) -> Duration {
    let times = (0..50).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    times.min().unwrap()
}

/// A refusal that came after a power, even the shortest that a sign-in computes, would take longer than that.
#[test]
fn what_is_refused_is_refused_before_any_exponentiation() {
    let power = least(|| drop(hazmat::power_of_g(&[0xff; 32])));
    let mut refusals = Vec::new();
    for (name, value) in [
        ("SRP_B", hex_of_n(0, 1)),
        ("SRP_B", "0".repeat(2048)),
        ("SRP_B", format!("{}g", "1".repeat(767))),
        ("SALT", "1".repeat(1025)),
        ("SALT", "not hex".into()),
        ("SECRET_BLOCK", "QUI".into()),
        ("SECRET_BLOCK", String::new()),
    ] {
        let mut map = honest();
        map.insert(name, value.clone());
        let shown: String = value.chars().take(20).collect();
        refusals.push((format!("{name} = {shown}, user"), least(|| assert!(read_user(&map).is_err()))));
        refusals.push((format!("{name} = {shown}, device"), least(|| assert!(read_device(&map).is_err()))));
    }
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "testclient").unwrap();
    let too_late = chrono::DateTime::from_timestamp(253_402_300_800, 0).unwrap(); // the year 10000
    let mut sign_in = SignIn::new(client.user("alice"), Flow::UserSrpAuth);
    sign_in.start(&mut rand::rngs::SysRng).unwrap();
    let mut reply = Reply::default();
    reply.challenge_name = Some("PASSWORD_VERIFIER".into());
    reply.challenge_parameters = honest().into_iter().collect();
    sign_in.handle(&reply, too_late, &mut rand::rngs::SysRng).unwrap();
    let answered_too_late =
        || assert!(sign_in.answer(&Answer::Password("pony"), too_late, &mut rand::rngs::SysRng).is_err());
    refusals.push(("TIMESTAMP".into(), least(answered_too_late)));
    for (refused, time) in refusals {
        assert!(time < power, "{refused}: {time:?} to refuse, {power:?} for a power");
    }
}

#[test]
fn a_clock_that_four_digits_do_not_hold_is_the_callers_fault() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    for now in [chrono::DateTime::<chrono::Utc>::MAX_UTC, chrono::DateTime::<chrono::Utc>::MIN_UTC] {
        let login = UserLogin::start(&client.user("alice"), &mut rand::rngs::SysRng).unwrap();
        let error = login.finish(&read_user(&honest()).unwrap(), "password", now).unwrap_err();
        assert_eq!(
            (error.parameter(), error.problem(), error.fault()),
            ("TIMESTAMP", Problem::OutOfRange, Fault::Caller)
        );
    }
}

#[test]
fn new_device_metadata_is_complete() {
    fn problem(key: Option<&str>, group_key: Option<&str>) -> Error {
        NewDevice::from_metadata(key, group_key).unwrap_err()
    }
    assert_eq!(problem(None, Some("-g")).to_string(), "DeviceKey in the service's reply is missing");
    assert_eq!(problem(Some("k"), Some("")).to_string(), "DeviceGroupKey in the service's reply is empty");
    assert_eq!(problem(Some(&"k".repeat(56)), Some("-g")).problem(), Problem::TooLong { limit: 55 });
    assert_eq!(problem(Some("k"), Some(&"g".repeat(131_073))).problem(), Problem::TooLong { limit: 131_072 });
    for key in [" k", "k\n", "k:1", "ключ"] {
        assert_eq!(problem(Some(key), Some("-g")).problem(), Problem::Malformed, "{key:?}");
    }
    NewDevice::from_metadata(Some(&"k".repeat(55)), Some(&"g".repeat(131_072))).unwrap();
    NewDevice::from_metadata(Some("us-west-2_3b3c8c5e-0f9f-4b2e-9a59-8f1c7a4d2e10"), Some("-XTIoPyv7Z")).unwrap();
}

#[test]
fn a_session_is_absent_or_of_a_size_that_can_be_sent_back() {
    let problem = |session: &str| {
        let parameters = honest();
        let parameters = || parameters.iter().map(|(name, value)| (*name, value));
        let user = PasswordVerifier::from_reply(parameters(), Some(session)).map(|_| ());
        assert_eq!(DevicePasswordVerifier::from_reply(parameters(), Some(session)).map(|_| ()), user);
        user.map_err(|error| (error.parameter(), error.problem(), error.fault()))
    };
    let too_long = Err(("Session", Problem::TooLong { limit: 131_072 }, Fault::Service));
    assert_eq!(problem(&"s".repeat(131_073)), too_long);
    assert_eq!(problem(&"s".repeat(131_072)), Ok(()));

    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let answer = |session| {
        let parameters = honest();
        let challenge = parameters.iter().map(|(name, value)| (*name, value));
        let challenge = PasswordVerifier::from_reply(challenge, session).unwrap();
        let login = UserLogin::start(&client.user("alice"), &mut rand::rngs::SysRng).unwrap();
        login.finish(&challenge, "password", chrono::DateTime::UNIX_EPOCH).unwrap().answer.session
    };
    assert_eq!(answer(None), None);
    assert_eq!(answer(Some("")), None);
    assert_eq!(answer(Some("s")).as_deref(), Some("s"));
}

#[test]
fn a_user_is_not_renamed_to_nobody() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let named = |parameters: &[(&'static str, &str)]| {
        let user = client.user("typed").named_by(parameters.iter().copied());
        user.map(|user| user.username().to_owned()).map_err(|error| (error.parameter(), error.problem()))
    };
    assert_eq!(named(&[]), Ok("typed".into()));
    assert_eq!(named(&[("USERNAME", "name")]), Ok("name".into()));
    assert_eq!(named(&[("USERNAME", "name"), ("USER_ID_FOR_SRP", "id")]), Ok("id".into()));
    assert_eq!(named(&[("USERNAME", "name"), ("USER_ID_FOR_SRP", "")]), Err(("USER_ID_FOR_SRP", Problem::Empty)));
    assert_eq!(named(&[("USERNAME", "")]), Err(("USERNAME", Problem::Empty)));
}

#[test]
fn what_a_reply_has_besides_costs_nothing_but_the_walk() {
    let names: Vec<String> = (0..200_000).map(|i| format!("PARAMETER_{i}")).collect();
    let parameters = honest();
    let read = parameters.iter().map(|(name, value)| (*name, value.as_str()));
    let challenge = names.iter().map(|name| (name.as_str(), "value")).chain(read);
    PasswordVerifier::from_reply(challenge, None).unwrap();
}

#[test]
fn what_was_stored_is_complete() {
    let problem = |error: Error| (error.parameter(), error.problem(), error.fault());
    let device = |key, group_key| Device::new(key, group_key, DevicePassword::new("p")).unwrap_err();
    assert_eq!(problem(device("", "-g")), ("DeviceKey", Problem::Empty, Fault::Caller));
    assert_eq!(problem(device("k", "")), ("DeviceGroupKey", Problem::Empty, Fault::Caller));
    assert_eq!(problem(ClientSecret::new("").unwrap_err()), ("ClientSecret", Problem::Empty, Fault::Caller));
}

#[test]
fn pool_ids_have_one_underscore_between_two_names() {
    let problem = |id: &str| UserPoolId::parse(id).map_err(|error| (error.parameter(), error.problem(), error.fault()));
    for id in [
        "",
        "_",
        "us-east-1",
        "us-east-1_",
        "_abc",
        "us-east-1_ab_cd",
        "us-east-1 abc",
        "us-east-1-abc",
        "us-east-1_a-b",
        "us-east-1_äb",
        "ü_abc",
        "us-east-1_abc\n",
    ] {
        assert_eq!(problem(id), Err(("UserPoolId", Problem::Malformed, Fault::Caller)), "{id:?}");
    }
    let long = format!("us-east-1_{}", "a".repeat(46));
    assert_eq!(problem(&long), Err(("UserPoolId", Problem::TooLong { limit: 55 }, Fault::Caller)));
    assert_eq!(UserPoolId::parse(&long[..55]).unwrap().name().len(), 45);
}

#[test]
fn client_ids_are_those_of_the_model() {
    let pool = UserPoolId::parse("us-east-1_Example1").unwrap();
    let problem = |id: &str| AppClient::new(pool.clone(), id).map_err(|error| (error.parameter(), error.problem()));
    assert_eq!(problem("").unwrap_err(), ("ClientId", Problem::Empty));
    assert_eq!(problem("a b").unwrap_err(), ("ClientId", Problem::Malformed));
    assert_eq!(problem(&"a".repeat(129)).unwrap_err(), ("ClientId", Problem::TooLong { limit: 128 }));
    assert_eq!(problem("aB0_+").unwrap().client_id(), "aB0_+");
}

#[test]
fn of_members_with_one_name_the_last_one_counts() {
    let reply = r#"{"Session":1,"Session":"s","ChallengeParameters":{"a":1,"b":"y","\u0061":"x","b":null}}"#;
    let reply = Reply::from_json(reply).unwrap();
    assert_eq!(reply.session.as_deref(), Some("s"));
    assert_eq!(reply.challenge_parameters.iter().collect::<Vec<_>>(), [("a", "x")]);
    let error = Reply::from_json(r#"{"ChallengeParameters":{"a":"x","a":1}}"#).unwrap_err();
    assert_eq!((error.parameter(), error.problem()), ("ChallengeParameters", Problem::Malformed));
}

/// A caller may pass on what its own users have written. In quadratic time this would take minutes.
#[test]
fn a_hundred_thousand_parameters_are_read_and_written_at_once() {
    let pairs = |range: std::ops::Range<u32>| range.map(|i| (format!("{i}"), format!("{i}"))).collect::<Parameters>();
    let object = |parameters: &Parameters| {
        let members: Vec<_> = parameters.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
        format!("{{{}}}", members.join(","))
    };
    let began = Instant::now();
    let reply = format!(r#"{{"ChallengeParameters":{}}}"#, object(&pairs(0..50_000)));
    assert_eq!(Reply::from_json(&reply).unwrap().challenge_parameters.iter().count(), 50_000);
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "client").unwrap();
    let mut context = Context::default();
    context.client_metadata = pairs(0..100_000);
    let mut sign_in = SignIn::new(client.user("alice"), Flow::CustomAuth);
    sign_in.set_context(context);
    let Step::Send(request) = sign_in.start(&mut rand::rngs::SysRng).unwrap() else {
        panic!("there is nothing to ask")
    };
    let body: serde_json::Value = serde_json::from_str(&request.to_json()).unwrap();
    assert_eq!(body["ClientMetadata"].as_object().unwrap().len(), 100_000);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn a_body_is_read_up_to_its_limits() {
    let problem = |text: &str| Reply::from_json(text).map(|_| ()).map_err(|error| (error.parameter(), error.problem()));
    let long = |length: usize| format!(r#"{{"Later":"{}"}}"#, "x".repeat(length - 12));
    assert_eq!(long(1 << 20).len(), 1 << 20);
    assert_eq!(problem(&long(1 << 20)), Ok(()));
    for length in [(1 << 20) + 1, (1 << 20) + 2] {
        assert_eq!(problem(&long(length)), Err(("body", Problem::TooLong { limit: 1 << 20 })));
    }

    let deep = |depth: usize| format!(r#"{{"Later":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert_eq!(problem(&deep(16)), Ok(()));
    for depth in [17, 18, 500_000] {
        assert_eq!(problem(&deep(depth)), Err(("body", Problem::TooDeep)), "{depth}");
    }
    // What comes first is what is found.
    assert_eq!(problem(&"[".repeat(17)), Err(("body", Problem::TooDeep)));
    assert_eq!(problem(&"[,".repeat(17)), Err(("body", Problem::NotJson)));
    // Side by side is not deep, and neither is what stands in a text.
    assert_eq!(problem(&format!(r#"{{"Later":[{}{{}}]}}"#, "{},[],".repeat(1000))), Ok(()));
    assert_eq!(problem(&format!(r#"{{"Later":"{}"}}"#, r#"\"[{\\"#.repeat(1000))), Ok(()));
}

//! The first inputs of each target: the vectors of `test-vectors`, and what no vector has: edges, conversations, JSON.
//!
//! The same files give the same seeds. An input is what its target's module says; here is the other direction.

use std::{collections::BTreeMap, fs, path::Path};

use cognito_srp_core::{AuthFlow, ChallengeName, Flow, MfaType, Operation, hazmat};
use serde_json::{Value, json};

use crate::{
    input::{LENGTHS, LONG, join},
    refusal, saved_state, sign_in,
};

/// Inputs by name.
pub type Seeds = BTreeMap<String, Vec<u8>>;

/// The seeds of every target.
///
/// # Panics
///
/// Where the folder is not `test-vectors`.
#[must_use]
pub fn all(vectors: &Path) -> BTreeMap<&'static str, Seeds> {
    let vectors = Vectors::read(vectors);
    let conversations = conversations();
    BTreeMap::from([
        ("challenge", challenges(&vectors)),
        ("handshake", handshakes(&vectors)),
        ("json", json_texts(&vectors)),
        ("modpow", powers(&vectors)),
        ("parsers", parsers(&vectors)),
        ("refusal", refusals()),
        ("saved_state", states(&conversations)),
        ("sign_in", conversations),
    ])
}

/// The vectors of every file, by the kind that its name begins with.
struct Vectors(Vec<(String, Vec<Value>)>);

impl Vectors {
    fn read(folder: &Path) -> Self {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let read = |path: &Path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".json").filter(|name| !name.contains('.'))?;
            let mut tree: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
            let Value::Array(vectors) = tree["vectors"].take() else { return None };
            Some((name.to_owned(), vectors))
        };
        Self(files.iter().filter_map(|path| read(path)).collect())
    }

    fn of(&self, kinds: &[&str]) -> impl Iterator<Item = &Value> {
        let is = |name: &str| kinds.iter().any(|kind| name.starts_with(kind));
        let vectors: Vec<_> = self.0.iter().filter(|(name, _)| is(name)).flat_map(|(_, vectors)| vectors).collect();
        assert!(!vectors.is_empty(), "there are no vectors of {kinds:?}");
        vectors.into_iter()
    }
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name].as_str().unwrap_or_default()
}

fn id(vector: &Value) -> String {
    text(vector, "id").to_owned()
}

/// A value as a field: `{"repeat": "f", "times": 2049}` is a long one, if need be a shorter one that is long enough.
fn field(value: &Value) -> Option<Vec<u8>> {
    if let Some(text) = value.as_str() {
        return Some(text.into());
    }
    let (pattern, times) = (value["repeat"].as_str()?, value["times"].as_u64()?);
    let length = usize::try_from(times).ok()? * pattern.len();
    let which = LENGTHS.iter().position(|it| *it == length).unwrap_or(13);
    Some([&[LONG, u8::try_from(which).ok()?][..], pattern.as_bytes()].concat())
}

fn challenges(vectors: &Vectors) -> Seeds {
    let mut seeds = Seeds::new();
    for vector in vectors.of(&["user_srp", "device_srp", "a_ge_N", "negative"]) {
        if vector["srp_b"].is_null() && vector["salt"].is_null() && vector["secret_block_b64"].is_null() {
            continue; // about something else
        }
        let kind = if vector["device_key"].is_string() { "d" } else { "u" };
        let seconds = vector["timestamp_unix_seconds"].to_string();
        let mut fields: Vec<Vec<u8>> = [
            kind,
            text(vector, "a"),
            text(vector, "pool_id"),
            text(vector, "username"),
            text(vector, "client_secret"),
            text(vector, "device_key"),
            text(vector, "device_group_key"),
            if kind == "d" { text(vector, "device_password") } else { text(vector, "password") },
            &seconds,
            "session",
        ]
        .map(Vec::from)
        .into();
        for (name, member) in [
            ("USER_ID_FOR_SRP", "user_id_for_srp"),
            ("SALT", "salt"),
            ("SRP_B", "srp_b"),
            ("SECRET_BLOCK", "secret_block_b64"),
        ] {
            if let Some(value) = field(&vector[member]) {
                fields.extend([name.into(), value]);
            }
        }
        seeds.insert(id(vector), join(&fields.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    }
    let honest: &[&[u8]] = &[b"u", b"5a", b"us-east-1_Example1", b"alice", b"", b"k", b"-g", b"pw", b"0"];
    let parameters: &[&[u8]] =
        &[b"USER_ID_FOR_SRP", b"alice", b"SALT", b"1f", b"SRP_B", b"abc", b"SECRET_BLOCK", b"QUJD"];
    let long = [LONG, 11, b's'];
    let longest = [LONG, 10, b'A'];
    for (name, session, more) in [
        ("no-session", &b"none"[..], &[][..]),
        ("empty-session", b"", &[]),
        ("long-session", &long, &[]),
        ("twice", b"s", &[&b"SALT"[..], b"2f", b"USERNAME", b"bob"]),
        ("empty-name", b"s", &[b"USERNAME", b""]),
        ("long-name", b"s", &[b"USERNAME", &long]),
        ("long-secret-block", b"s", &[b"SECRET_BLOCK", &longest]),
        ("too-long-secret-block", b"s", &[b"SECRET_BLOCK", &long]),
    ] {
        seeds.insert(name.into(), join(&[honest, &[session], parameters, more].concat()));
    }
    for (name, seconds) in
        [("year-1582", "-12212553601"), ("year-1583", "-12212553600"), ("year-10000", "253402300800")]
    {
        let honest = [&honest[..8], &[seconds.as_bytes()]].concat();
        seeds.insert(name.into(), join(&[&honest, &[&b"s"[..]][..], parameters].concat()));
    }
    seeds
}

fn handshakes(vectors: &Vectors) -> Seeds {
    let mut seeds = Seeds::new();
    for vector in vectors.of(&["user_srp", "device_srp", "a_ge_N"]) {
        let (kind, scope, name, password) = if vector["device_key"].is_string() {
            ("d", "device_group_key", "device_key", "device_password")
        } else {
            ("u", "pool_name", "user_id_for_srp", "password")
        };
        let seconds = vector["timestamp_unix_seconds"].to_string();
        let [scope, name, password] = [scope, name, password].map(|member| text(vector, member));
        let [a, b, salt] = ["a", "b", "salt"].map(|member| text(vector, member));
        let input = [kind, a, b, salt, scope, name, password, "QUJD", &seconds];
        seeds.insert(id(vector), join(&input.map(str::as_bytes)));
        let u = text(vector, "u");
        let input = ["x", a, text(vector, "B"), u, scope, name, password, "QUJD", &seconds];
        seeds.insert(format!("{}-any", id(vector)), join(&input.map(str::as_bytes)));
    }
    let integers = ["", "0", "1", "00abc", "N", "N-1", "N+1", "H", "P0c00-1", "R180ff", "R201", "M-1"];
    for (at, integer) in integers.iter().enumerate() {
        for kind in ["u", "d", "x", "e"] {
            let next = integers[(at + 1) % integers.len()];
            let input = [kind, integer, next, "R2000ff", "Example1", "alice", "pässword", "block", "1793696825"];
            seeds.insert(format!("edge-{kind}-a-{at:02}"), join(&input.map(str::as_bytes)));
            let input = [kind, "R040a5", integer, "00cc", "Example1", "ålice", "", "\0", "0"];
            seeds.insert(format!("edge-{kind}-b-{at:02}"), join(&input.map(str::as_bytes)));
            let input = [kind, "R0405a", "R020c3", integer, "", "a", "password", "block", "-1"];
            seeds.insert(format!("edge-{kind}-salt-{at:02}"), join(&input.map(str::as_bytes)));
        }
    }
    seeds
}

fn powers(vectors: &Vectors) -> Seeds {
    let mut seeds = Seeds::new();
    for vector in vectors.of(&["modexp"]) {
        let base = text(vector, "base");
        if !base.starts_with('-') {
            seeds.insert(id(vector), join(&[base.as_bytes(), text(vector, "exponent").as_bytes()]));
        }
    }
    for vector in vectors.of(&["user_srp_512", "a_ge_N"]) {
        seeds.insert(id(vector), join(&[b"g", text(vector, "a").as_bytes()]));
    }
    let bases = [
        "0", "1", "2", "N-1", "N-2", "N", "N+1", "M", "M-1", "H", "P0bff", "P0c00-1", "P003c", "R180ff", "R18001", "g",
    ];
    let exponents = [
        "", "0", "1", "2", "3", "00", "ff", "0100", "R020ff", "R021", "R041ff", "N-1", "H", "P0200-1", "R18080",
        "R2080f",
    ];
    for (at, base) in bases.iter().enumerate() {
        for exponent in [exponents[at], exponents[(at * 7 + 3) % exponents.len()]] {
            seeds.insert(format!("edge-{base}-{exponent}"), join(&[base.as_bytes(), exponent.as_bytes()]));
        }
        let exponent = exponents[at];
        seeds.insert(format!("edge-g-{exponent}"), join(&[b"g", exponent.as_bytes()]));
    }
    seeds
}

fn parsers(vectors: &Vectors) -> Seeds {
    let mut seeds = Seeds::new();
    let mut add = |name: String, fields: &[&[u8]]| drop(seeds.insert(name, join(fields)));
    for vector in vectors.of(&["pad_hex"]) {
        let value = text(vector, "value").as_bytes();
        add(format!("read-{}", id(vector)), &[b"h", value]);
        add(format!("written-{}", id(vector)), &[b"H", value]);
    }
    for vector in vectors.of(&["timestamps"]) {
        let seconds = vector["unix_seconds"].to_string();
        let nanoseconds = (vector["milliseconds"].as_u64().unwrap_or_default() * 1_000_000).to_string();
        add(id(vector), &[b"t", seconds.as_bytes(), nanoseconds.as_bytes()]);
    }
    for (at, (seconds, nanoseconds)) in [
        ("-12212553600", "0"),
        ("-12212553601", "0"),
        ("253402300799", "999999999"),
        ("253402300800", "0"),
        ("1483228799", "1999999999"),
        ("-1", "1"),
        ("9223372036854775807", "0"),
        ("-9223372036854775808", "0"),
    ]
    .into_iter()
    .enumerate()
    {
        add(format!("edge-timestamp-{at}"), &[b"t", seconds.as_bytes(), nanoseconds.as_bytes()]);
    }
    for vector in vectors.of(&["negative"]) {
        for (kind, member) in [("h", "salt"), ("h", "srp_b"), ("b", "secret_block_b64"), ("p", "pool_id")] {
            if let Some(value) = field(&vector[member]) {
                add(format!("{}-{member}", id(vector)), &[kind.as_bytes(), &value]);
            }
        }
    }
    for vector in vectors.of(&["secret_hash"]) {
        add(id(vector), &[b"s", text(vector, "client_secret").as_bytes(), text(vector, "username").as_bytes()]);
        add(format!("{}-client", id(vector)), &[b"c", text(vector, "client_id").as_bytes()]);
    }
    for vector in vectors.of(&["confirm_device"]) {
        let (key, group_key) = (text(vector, "device_key").as_bytes(), text(vector, "device_group_key").as_bytes());
        add(format!("{}-offered", id(vector)), &[b"d", key, group_key]);
        add(format!("{}-stored", id(vector)), &[b"D", key, group_key, text(vector, "device_password").as_bytes()]);
        add(format!("{}-password", id(vector)), &[b"B", text(vector, "device_password_random_bytes").as_bytes()]);
        add(format!("{}-verifier", id(vector)), &[b"b", text(vector, "verifier_b64").as_bytes()]);
    }
    for (which, _) in (0_u8..).zip(LENGTHS) {
        for kind in [b"h", b"b", b"p", b"c", b"d"] {
            add(format!("long-{}-{which:02}", char::from(kind[0])), &[kind, &[LONG, which, b'1'], &[LONG, which]]);
        }
    }
    for (at, key) in [&b""[..], b"none", b"not a key", b"a_b"].into_iter().enumerate() {
        add(format!("edge-device-{at}"), &[b"d", key, b"none"]);
        add(format!("edge-group-{at}"), &[b"d", b"a_b", key]);
        add(format!("edge-stored-{at}"), &[b"D", key, b"", b""]);
    }
    let names = AuthFlow::ALL.iter().map(|name| name.as_str());
    let names = names.chain(ChallengeName::ALL.iter().map(|name| name.as_str()));
    let names = names.chain(MfaType::ALL.iter().map(|name| name.as_str()));
    for name in names.chain(Operation::ALL.iter().map(|name| name.as_str())) {
        add(format!("name-{name}"), &[b"n", name.as_bytes()]);
    }
    seeds
}

fn refusals() -> Seeds {
    const TEXTS: [&str; 24] = [
        "Incorrect username or password.",
        "User is disabled.",
        "Temporary password has expired and must be reset by an administrator.",
        "Password attempts exceeded",
        "Unable to login because of security reasons.",
        "Invalid session for the user, session is expired.",
        "Unable to verify secret hash for client 4l9rvl4mv5es1eep1qe97cautn",
        "Client 4l9rvl4mv5es1eep1qe97cautn is configured with secret but SECRET_HASH was not received",
        "Client 4l9rvl4mv5es1eep1qe97cautn is configured for secret but secret was not received",
        "Access Token has expired",
        "Refresh Token has been revoked",
        "Invalid Refresh Token.",
        "Attempt limit exceeded, please try after some time.",
        "Your software token has already been used once.",
        "Device does not exist.",
        "User pool client 4l9rvl4mv5es1eep1qe97cautn does not exist.",
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
        "Missing required parameter SRP_A",
        "1 validation error detected: Value at 'username' must not be null",
        "Invalid attributes given, name is missing",
        "Invalid device key given.",
        "App client 4l9rvl4mv5es1eep1qe97cautn is not configured for secret",
        "USER_SRP_AUTH is not enabled for the client.",
        "Custom auth lambda trigger is not configured for the user pool.",
    ];
    let mut seeds = Seeds::new();
    for (at, name) in refusal::KNOWN.iter().enumerate() {
        seeds.insert(format!("name-{name}"), join(&[name.as_bytes(), TEXTS[at % TEXTS.len()].as_bytes()]));
    }
    for (at, text) in TEXTS.into_iter().enumerate() {
        for name in ["NotAuthorizedException", "InvalidParameterException", "ResourceNotFoundException"] {
            seeds.insert(format!("text-{at:02}-{name}"), join(&[name.as_bytes(), text.as_bytes()]));
        }
    }
    for (at, name) in ["", "#", ":", "a#NotAuthorizedException:b", "NotAuthorizedException#"].into_iter().enumerate() {
        seeds.insert(format!("edge-{at}"), join(&[name.as_bytes(), &[LONG, 4, b'x']]));
    }
    seeds.insert("long".into(), join(&[&[LONG, 12, b'x'], &[LONG, 12, b'*']]));
    seeds.insert("long-text".into(), join(&[b"NotAuthorizedException", &[LONG, 12, b'C', b'l']]));
    seeds
}

fn json_texts(vectors: &Vectors) -> Seeds {
    let mut seeds = Seeds::new();
    let mut add = |name: String, fields: &[&[u8]]| drop(seeds.insert(name, join(fields)));
    for vector in vectors.of(&["user_srp_512", "negative"]) {
        let mut parameters = json!({});
        for (name, member) in [("USER_ID_FOR_SRP", "user_id_for_srp"), ("SALT", "salt"), ("SRP_B", "srp_b")] {
            parameters[name] = vector[member].clone();
        }
        let reply = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters, "Session": "s" });
        add(id(vector), &[b"r", reply.to_string().as_bytes()]);
    }
    for vector in vectors.of(&["messages"]) {
        let parameters = &vector["parameters"];
        let pairs = [&parameters["AuthParameters"], &parameters["ChallengeResponses"]];
        let pairs = pairs.into_iter().find_map(Value::as_object).into_iter().flatten();
        let mut fields: Vec<&[u8]> = Vec::new();
        let kind = u8::from(parameters.get("ChallengeName").is_some());
        let admin = u8::from(text(vector, "operation").starts_with("Admin"));
        let head = [kind, 3, admin | 0x3e];
        fields.extend([b"w", &head[..], text(vector, "client_id").as_bytes(), text(vector, "pool_id").as_bytes()]);
        for (name, value) in pairs.take(3) {
            fields.extend([name.as_bytes(), value.as_str().unwrap_or_default().as_bytes()]);
        }
        add(id(vector), &fields);
    }
    for kind in 0..5 {
        for what in [0, 1, 6, 7] {
            let head = [kind, 0xff - 1, what];
            let texts: [&[u8]; 18] = [
                b"w",
                &head,
                b"client",
                b"us-east-1_a",
                b"name",
                b"a \"value\"",
                b"name",
                b"\\ \x08 \x1f \x7f",
                b"none",
                b"",
                "Grüße \u{2028}".as_bytes(),
                b"\0",
                b"none",
                b"\n",
                b"none",
                b"header",
                b"value",
                b"x",
            ];
            add(format!("written-{kind}-{what}"), &texts);
        }
    }
    // Of RFC 8259, its examples among them.
    for (name, text) in [
        ("scalars", r#"[0,-0,1.5E+9,2e-3,true,false,null,"",1e400]"#),
        ("image", r#"{"Image":{"Width":800,"Title":"View from 15th Floor","Animated":false,"IDs":[116,943]}}"#),
        ("spaces", " \t\r\n[ 1 , { \"a\" : [ ] , \"a\" : { } } ] "),
        ("escapes", r#""\"\\\/\b\f\n\r\t\u00e9\ud834\udd1e""#),
        ("half", r#"["\ud834","\udd1e","\ud834\u0041"]"#),
        ("names", r#"{"":{"":[{"\u0000":[[[]]]}]},"\u0061":0,"a":1}"#),
    ] {
        add(format!("value-{name}"), &[b"v", text.as_bytes()]);
    }
    add("value-deep".into(), &[b"v", format!("{}{}", "[".repeat(65), "]".repeat(65)).as_bytes()]);
    let tokens = json!({ "AuthenticationResult": {
        "AccessToken": "eyJ", "IdToken": "eyJ", "RefreshToken": "r", "TokenType": "Bearer", "ExpiresIn": 3600,
        "NewDeviceMetadata": { "DeviceKey": "us-east-1_a", "DeviceGroupKey": "-g" } }, "ChallengeParameters": {} });
    for (name, kind, texts) in [
        ("tokens", "r", vec![tokens.to_string()]),
        (
            "select",
            "r",
            vec![r#"{"AvailableChallenges":["PASSWORD","WEB_AUTHN"],"ChallengeName":"SELECT_CHALLENGE"}"#.into()],
        ),
        ("setup", "r", vec![r#"{"SecretCode":"JBSWY3DP","Status":"SUCCESS","UserConfirmationNecessary":true}"#.into()]),
        (
            "twice",
            "r",
            vec![r#"{"Session":"a","Session":"b","Deep":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]],"Deep":0}"#.into()],
        ),
        (
            "parameters-twice",
            "r",
            vec![r#"{"Session":1,"Session":"b","ChallengeParameters":{"a":1,"\u0061":"x","b":"x","b":null}}"#.into()],
        ),
        (
            "null",
            "r",
            vec![r#"{"Session":null,"ChallengeParameters":{"a":null,"b":"c"},"AuthenticationResult":null}"#.into()],
        ),
        ("wrong", "r", vec![r#"{"Session":1,"ChallengeParameters":[],"AvailableChallenges":[1],"Status":{}}"#.into()]),
        ("seconds", "r", vec![r#"{"AuthenticationResult":{"ExpiresIn":2147483648,"AccessToken":{}}}"#.into()]),
        ("escapes", "r", vec![r#"{"Session":"\"\\\/\b\f\n\r\t\u0041\ud83d\udc0e","[[[":"]"}"#.into()]),
        ("deepest", "r", vec!["[".repeat(16)]),
        ("deeper", "r", vec!["[".repeat(17)]),
        ("no-object", "r", vec!["[1e999,-0.5,true]".into()]),
        (
            "refusal",
            "e",
            vec![r#"{"__type":"a#NotAuthorizedException","message":"Incorrect username or password."}"#.into()],
        ),
        ("refusal-2", "e", vec![r#"{"__type":"LimitExceededException","Message":"m","message":null}"#.into()]),
        ("refusal-3", "e", vec![r#"{"message":"m"}"#.into()]),
        ("refusal-4", "e", vec![r#"{"__type":1,"message":[],"Message":{}}"#.into()]),
        (
            "attributes",
            "a",
            vec![r#"["userAttributes.email","name"]"#.into(), r#"{"email":"a","email_verified":true}"#.into()],
        ),
        ("attributes-2", "a", vec!["null".into(), "null".into()]),
        ("attributes-3", "a", vec!["[1]".into(), r#"{"a":{"b":[1.5,null]}}"#.into()]),
        ("types", "m", vec![r#"["SMS_MFA","LATER","SOFTWARE_TOKEN_MFA"]"#.into()]),
        ("types-2", "m", vec!["{}".into()]),
        ("claims", "c", vec![r#"{"sub":"1","username":"internal"}"#.into()]),
        ("claims-2", "c", vec![r#"{"username":""}"#.into()]),
        ("claims-3", "c", vec![r#"{"username":["a"]}"#.into()]),
    ] {
        let fields: Vec<_> = [kind].into_iter().chain(texts.iter().map(String::as_str)).map(str::as_bytes).collect();
        add(name.into(), &fields);
    }
    for kind in [b"r", b"e", b"a", b"m"] {
        for which in [12, 13] {
            let name = format!("long-{}-{which}", char::from(kind[0]));
            add(name, &[kind, &[LONG, which, b' '], &[LONG, which, b'[']]);
        }
    }
    seeds
}

/// For each flow: the ways through it, and the ways off.
fn conversations() -> Seeds {
    // After the first proof, or before any: what an honest service would put, by its place in the list of `suited`.
    const CHALLENGES: [u8; 17] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    let mut seeds = Seeds::new();
    for (at, flow) in sign_in::FLOWS.into_iter().enumerate() {
        let name = match flow {
            Flow::UserAuth { preferred_challenge: Some(preferred) } => format!("UserAuth-{preferred}"),
            Flow::UserAuth { .. } => "UserAuth".into(),
            flow => format!("{flow:?}"),
        };
        let flow = u8::try_from(at).unwrap();
        // Without anything, and with everything: a secret, a device, to be remembered, a Session.
        for flags in [0, 0b0101_0111, 0b0111_1010] {
            let begin = [flow, flags, 0];
            // The steps of somebody of good will: begin; answer or reply; and on, by each challenge.
            let good = |which: u8| [b'o', which, which % 5];
            for challenge in CHALLENGES {
                let (first, then) = (good(0), good(challenge));
                let steps: [&[u8]; 12] =
                    [&begin, &first, &first, &first, &then, &first, b"v", &first, &first, &good(14), &first, &first];
                seeds.insert(format!("{name}-{flags:02x}-{challenge:02}"), join(&steps));
            }
            for (what, steps) in [
                ("device", vec![&b"s"[..], b"o\0", b"o\0", b"o\x0b\x02", b"v", b"o\0\x02", b"o\x0e"]),
                ("forgotten", vec![b"s", b"o\0", b"e\0\0", b"v", b"o\0", b"e\0\0", b"o\0", b"o\x0e"]),
                ("busiest", vec![b"s", b"o\x0b", b"o\0", b"o\x0a", b"e\0\0", b"o\x0a", b"o\0"]),
                ("refused", vec![b"s", b"o\0", b"o\0", b"e\x01\x01", b"o\0", b"s", b"o\0", b"e\x02\x02", b"o\0"]),
                ("enrolled", vec![b"s", b"o\0", b"o\0", b"o\x0f", b"v", b"e\x01\x03", b"s"]),
                ("skipped", vec![b"s", b"o\0", b"o\0", b"o\x0f", b"k", b"s", b"o\0", b"o\0", b"o\x0f", b"o\x01"]),
                (
                    "off",
                    vec![b"a\0", b"r\x01\x02\x7f", b"s", b"r\x0e\x02\0", b"r\0\x02\x04\x05", b"t123456", b"k", b"o\0"],
                ),
                ("unlucky", vec![b"f\0", b"s", b"s", b"f\0", b"o\x0a", b"f\x01", b"o\x0f", b"n\x02", b"o\0", b"n\x01"]),
                (
                    "hostile",
                    vec![b"s", b"p\x01\x020|0|QUJD|a", b"p\x01\x02abc|abc|QUJD|", b"p\x01\x02ab|abc|QUJD|a", b"o"],
                ),
                ("other", vec![b"s", b"d\x01", b"o\0", b"d\x02", b"o\0", b"d\0", b"c\x0f", b"o\0", b"v", b"o\0"]),
            ] {
                let steps = [&[&begin[..]], &steps[..]].concat();
                seeds.insert(format!("{name}-{flags:02x}-{what}"), join(&steps));
            }
        }
    }
    for vector in ["0", "00", "1", "zz", "", &hazmat::hex(&hazmat::n())] {
        let srp = format!("p\u{1}\u{2}cc090d95|{vector}|QUJD|internal");
        seeds.insert(format!("srp-b-{:.8}", vector), join(&[&[0, 0, 0], b"s", srp.as_bytes(), b"o\0", b"o\x0e"]));
    }
    seeds
}

/// The states of these conversations, each once.
fn states(conversations: &Seeds) -> Seeds {
    let mut seeds = Seeds::new();
    for (name, conversation) in conversations {
        let mut at = 0;
        sign_in::run(conversation, |saved| {
            let input = saved_state::input_of(saved);
            if input.len() < 4096 && !seeds.values().any(|it| *it == input) {
                seeds.insert(format!("{name}-{at:02}"), input);
            }
            at += 1;
        });
    }
    // As they are, and under another client.
    let whole = cognito_srp_core::SignIn::new(sign_in::client(None).user("alice"), Flow::CustomAuth).save();
    seeds.insert("whole".into(), [b"w", &**whole].concat());
    seeds.insert("without-checksum".into(), [b"c", &whole[..whole.len() - 32]].concat());
    seeds
}

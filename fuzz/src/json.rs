//! JSON, read and written, against `serde_json`'s tree.
//!
//! Read: a reply, a refusal, the lists and maps in parameters and the claims of a token are what the tree has, or the error
//! names a member that is wrong in it; any text at all is JSON where the tree can be made of it, and is what the tree has.
//! Written: a request is read back as exactly what was put in, no member twice.
//!
//! Fields: what it is (see [`check`]), and the text, or for what is written any number of texts.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use cognito_srp_core::json::{self, Flaw};
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeAnswer, ChallengeName, Context, ContextData, Error, Fault, Flow,
    InitiateAuth, Message, MfaType, NewDeviceMetadata, Parameters, Problem, Question, Refusal, Reply, Request, SignIn,
    SignInError, Step, UserContextData, UserPoolId,
};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    challenge::CLIENT_ID,
    input::{Exhausted, Fields, Rng, byte},
};

const LONGEST: usize = 1 << 20;
const DEEPEST: usize = 16;

pub fn check(data: &[u8]) {
    let mut fields = Fields::of(data);
    match fields.choice() {
        b'v' => value(&fields.text()),
        b'e' => refusal(&fields.text()),
        b'a' => new_password(&fields.text(), &fields.text()),
        b'm' => mfa_types(&fields.text()),
        b'c' => claims(fields.bytes()),
        b'w' => written(&mut fields),
        _ => reply(&fields.text()),
    }
}

// Reading

/// Whether the tree cannot be made because of a number that no double holds. RFC 8259 has no such limit.
fn is_beyond_doubles(text: &[u8]) -> bool {
    let read = serde_json::from_slice::<Depth>(text);
    read.is_err_and(|error| error.to_string().starts_with("number out of range"))
}

fn value(text: &str) {
    const POSSIBLE: usize = 64;
    let read = json::parse(text, 1000);
    match serde_json::from_str::<Depth>(text) {
        Ok(Depth(depth)) if depth > POSSIBLE => assert_eq!(read.unwrap_err(), Flaw::TooDeep),
        Ok(Depth(depth)) => {
            assert_eq!(tree(read.unwrap()), serde_json::from_str::<Value>(text).unwrap());
            let depth = u32::try_from(depth).unwrap();
            assert!(json::parse(text, depth).is_ok());
            assert!(depth == 0 || json::parse(text, depth - 1).unwrap_err() == Flaw::TooDeep);
        }
        Err(_) if is_beyond_doubles(text.as_bytes()) => {}
        Err(_) => drop(read.unwrap_err()),
    }
}

fn tree(value: json::Value<'_>) -> Value {
    if let Some(text) = value.text() {
        let read = text.read();
        assert!(text.is(&read) && !text.is(&format!("{read}\0")));
        return read.into();
    }
    if let Some(items) = value.list() {
        return items.map(tree).collect();
    }
    if let Some(object) = value.object() {
        let members: Map<_, _> = object.members().map(|(name, value)| (name.read(), tree(value))).collect();
        assert!(members.iter().all(|(name, last)| tree(object.get(name)) == *last));
        return members.into();
    }
    match value.flag() {
        Some(flag) => flag.into(),
        None if value.is_null() => Value::Null,
        None => serde_json::from_str(value.as_written()).unwrap(), // a number
    }
}

/// What a text is: an object, or the problems that it may be refused with.
fn object(text: &str) -> Result<Map<String, Value>, &'static [Problem]> {
    if text.len() > LONGEST {
        return Err(&[Problem::TooLong { limit: LONGEST }]);
    }
    match serde_json::from_str::<Depth>(text) {
        Ok(Depth(depth)) if depth > DEEPEST => Err(&[Problem::TooDeep]),
        Ok(_) => match serde_json::from_str(text).unwrap() {
            Value::Object(object) => Ok(object),
            _ => Err(&[Problem::NotJson]),
        },
        // What is broken may look deep as well.
        Err(_) => Err(&[Problem::NotJson, Problem::TooDeep]),
    }
}

/// Asserts that a body was refused for a reason that it has.
fn is_refused_as(error: Error, problems: &[Problem]) {
    assert_eq!((error.parameter(), error.fault()), ("body", Fault::Service));
    assert!(problems.contains(&error.problem()), "{error}");
}

/// A member by name, and whether a value is of its type.
type Member = (&'static str, fn(&Value) -> bool);

/// The members of AWS's model, by type; those that are of another one are malformed.
fn malformed(object: &Map<String, Value>, members: &[Member]) -> Vec<&'static str> {
    let is_wrong = |name: &str, is_right: fn(&Value) -> bool| {
        object.get(name).is_some_and(|value| !value.is_null() && !is_right(value))
    };
    members.iter().filter(|(name, is_right)| is_wrong(name, *is_right)).map(|(name, _)| *name).collect()
}

fn text_of(object: &Value, name: &str) -> Option<String> {
    object[name].as_str().map(String::from)
}

/// The texts of a map, sorted.
fn texts_of(object: &Value) -> Vec<(String, String)> {
    let members = object.as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

fn sorted(parameters: &Parameters) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    pairs.sort();
    pairs
}

fn reply(text: &str) {
    if is_beyond_doubles(text.as_bytes()) {
        return;
    }
    let read = Reply::from_json(text);
    let tree = match object(text) {
        Ok(object) => object,
        Err(problems) => return is_refused_as(read.unwrap_err(), problems),
    };
    if tree
        .get("AuthenticationResult")
        .is_some_and(|result| result["ExpiresIn"].as_f64() == Some(-0.0) && !result["ExpiresIn"].is_i64())
    {
        return; // -0 is the integer 0, and -0.0 is none: the tree has them as one
    }
    let mut wrong = malformed(
        &tree,
        &[
            ("ChallengeName", Value::is_string),
            ("Session", Value::is_string),
            ("ChallengeParameters", |map| {
                map.as_object().is_some_and(|map| map.values().all(|value| value.is_string() || value.is_null()))
            }),
            ("AvailableChallenges", |list| list.as_array().is_some_and(|list| list.iter().all(Value::is_string))),
            ("AuthenticationResult", Value::is_object),
            ("SecretCode", Value::is_string),
            ("Status", Value::is_string),
            ("UserConfirmationNecessary", Value::is_boolean),
        ],
    );
    if let Some(Value::Object(result)) = tree.get("AuthenticationResult") {
        wrong.extend(malformed(
            result,
            &[
                ("AccessToken", Value::is_string),
                ("IdToken", Value::is_string),
                ("RefreshToken", Value::is_string),
                ("TokenType", Value::is_string),
                ("ExpiresIn", |seconds| seconds.as_i64().is_some_and(|seconds| i32::try_from(seconds).is_ok())),
                ("NewDeviceMetadata", Value::is_object),
            ],
        ));
        if let Some(Value::Object(device)) = result.get("NewDeviceMetadata") {
            wrong.extend(malformed(device, &[("DeviceKey", Value::is_string), ("DeviceGroupKey", Value::is_string)]));
        }
    }
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            assert_eq!((error.problem(), error.fault()), (Problem::Malformed, Fault::Service));
            assert!(wrong.contains(&error.parameter()), "{error}; wrong are {wrong:?}");
            return;
        }
    };
    assert_eq!(wrong, [""; 0], "and it was read");
    let tree = Value::Object(tree);
    assert_eq!(read.challenge_name, text_of(&tree, "ChallengeName"));
    assert_eq!(read.session, text_of(&tree, "Session"));
    assert_eq!(sorted(&read.challenge_parameters), texts_of(&tree["ChallengeParameters"]));
    let available = tree["AvailableChallenges"].as_array().into_iter().flatten();
    assert!(available.map(|name| name.as_str().unwrap()).eq(read.available_challenges.iter()));
    assert_eq!(read.secret_code, text_of(&tree, "SecretCode"));
    assert_eq!(read.status, text_of(&tree, "Status"));
    assert_eq!(read.user_confirmation_necessary, tree["UserConfirmationNecessary"].as_bool().unwrap_or_default());
    let result = &tree["AuthenticationResult"];
    assert_eq!(read.authentication_result.is_some(), result.is_object());
    if let Some(tokens) = &read.authentication_result {
        for (token, name) in [
            (&tokens.access_token, "AccessToken"),
            (&tokens.id_token, "IdToken"),
            (&tokens.refresh_token, "RefreshToken"),
            (&tokens.token_type, "TokenType"),
        ] {
            assert_eq!(*token, text_of(result, name), "{name}");
        }
        assert_eq!(i64::from(tokens.expires_in), result["ExpiresIn"].as_i64().unwrap_or_default());
        let device = &result["NewDeviceMetadata"];
        let expected = device.is_object().then(|| NewDeviceMetadata {
            device_key: text_of(device, "DeviceKey"),
            device_group_key: text_of(device, "DeviceGroupKey"),
        });
        assert_eq!(tokens.new_device_metadata, expected);
    }
    drop(format!("{read:?}"));
}

fn refusal(text: &str) {
    if is_beyond_doubles(text.as_bytes()) {
        return;
    }
    let read = Refusal::from_json(text);
    let tree = match object(text) {
        Ok(object) => object,
        Err(problems) => return is_refused_as(read.unwrap_err(), problems),
    };
    let wrong =
        malformed(&tree, &[("__type", Value::is_string), ("message", Value::is_string), ("Message", Value::is_string)]);
    let tree = Value::Object(tree);
    match read {
        Ok(read) => {
            assert_eq!(read.name(), text_of(&tree, "__type").unwrap());
            let message = text_of(&tree, "message").or_else(|| text_of(&tree, "Message"));
            assert_eq!(read.message(), message.unwrap_or_default());
        }
        Err(error) if error.problem() == Problem::Missing => {
            assert_eq!((error.parameter(), error.fault()), ("__type", Fault::Service));
            assert!(tree["__type"].is_null());
        }
        Err(error) => {
            assert_eq!((error.problem(), error.fault()), (Problem::Malformed, Fault::Service));
            assert!(wrong.contains(&error.parameter()), "{error}; wrong are {wrong:?}");
        }
    }
}

/// What the person is asked about a challenge with these parameters.
fn question(challenge_name: &str, parameters: &[(&str, &str)]) -> Result<Question, Error> {
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth);
    sign_in.start(&mut Rng::default()).unwrap();
    let mut reply = Reply::default();
    reply.challenge_name = Some(challenge_name.into());
    reply.challenge_parameters = parameters.iter().copied().collect();
    match sign_in.handle(&reply, DateTime::UNIX_EPOCH, &mut Rng::default()) {
        Ok(Step::Ask(question)) => Ok(question),
        Err(SignInError::Parameter(error)) => Err(error),
        step => panic!("{step:?}"),
    }
}

/// A list or a map that a parameter holds as text; `None` where it is malformed.
fn nested(text: &str) -> Option<Value> {
    let Depth(depth) = serde_json::from_str(text).ok().filter(|_| text.len() <= LONGEST)?;
    (depth <= DEEPEST).then(|| serde_json::from_str(text).unwrap())
}

fn list(text: &str) -> Option<Vec<String>> {
    match nested(text)? {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(String::from)).collect(),
        _ => None,
    }
}

/// NEW_PASSWORD_REQUIRED: requiredAttributes and userAttributes.
fn new_password(required: &str, attributes: &str) {
    if [required, attributes].iter().any(|text| is_beyond_doubles(text.as_bytes())) {
        return;
    }
    let asked = question("NEW_PASSWORD_REQUIRED", &[("requiredAttributes", required), ("userAttributes", attributes)]);
    if required.len() + attributes.len() > LONGEST - "requiredAttributesuserAttributes".len() {
        let error = asked.unwrap_err();
        assert_eq!((error.parameter(), error.problem()), ("ChallengeParameters", Problem::TooLong { limit: LONGEST }));
        return;
    }
    let list = list(required).map(|names| {
        let bare = |name: &String| name.strip_prefix("userAttributes.").unwrap_or(name).to_owned();
        names.iter().map(bare).collect::<Vec<_>>()
    });
    let map = match nested(attributes) {
        Some(Value::Null) => Some(Vec::new()),
        Some(Value::Object(_)) => {
            let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(attributes).unwrap();
            let text = |value: &RawValue| serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
            Some(members.iter().map(|(name, value)| (name.clone(), text(value))).collect())
        }
        _ => None,
    };
    match (asked, list, map) {
        (Ok(Question::NewPassword { required_attributes, user_attributes }), Some(list), Some(map)) => {
            assert_eq!(required_attributes, list);
            assert_eq!(sorted(&user_attributes), map);
        }
        (Err(error), list, map) => {
            assert_eq!((error.problem(), error.fault()), (Problem::Malformed, Fault::Service));
            match error.parameter() {
                "requiredAttributes" => assert_eq!(list, None),
                "userAttributes" => assert_eq!(map, None),
                other => panic!("{other} was not given"),
            }
        }
        (asked, ..) => panic!("{asked:?}"),
    }
}

/// MFAS_CAN_CHOOSE of SELECT_MFA_TYPE.
fn mfa_types(text: &str) {
    if is_beyond_doubles(text.as_bytes()) {
        return;
    }
    let asked = question("SELECT_MFA_TYPE", &[("MFAS_CAN_CHOOSE", text)]);
    if text.len() > LONGEST - "MFAS_CAN_CHOOSE".len() {
        assert_eq!(asked.unwrap_err().parameter(), "ChallengeParameters");
        return;
    }
    match (asked, list(text)) {
        (Ok(Question::MfaType { available }), Some(names)) => {
            let known: Vec<MfaType> = names.iter().filter_map(|name| name.parse().ok()).collect();
            assert_eq!(available, known);
        }
        (Err(error), None) => {
            assert_eq!((error.parameter(), error.problem()), ("MFAS_CAN_CHOOSE", Problem::Malformed));
        }
        (asked, list) => panic!("{asked:?}, of {list:?}"),
    }
}

/// The claims of AccessToken, of which one is the user's name.
fn claims(bytes: &[u8]) {
    if is_beyond_doubles(bytes) {
        return;
    }
    let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth);
    sign_in.start(&mut Rng::default()).unwrap();
    let token = format!("eyJ.{}.sig", URL_SAFE_NO_PAD.encode(bytes));
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some(token.clone());
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    match sign_in.handle(&reply, DateTime::UNIX_EPOCH, &mut Rng::default()) {
        Ok(Step::Done(done)) => {
            let tree = std::str::from_utf8(bytes).ok().and_then(nested).unwrap_or_default();
            let name = tree["username"].as_str().filter(|name| !name.is_empty()).unwrap_or("alice");
            assert_eq!(done.user.username(), name);
        }
        Err(SignInError::Parameter(error)) => {
            let expected = ("AccessToken", Problem::TooLong { limit: 131_072 });
            assert_eq!((error.parameter(), error.problem()), expected);
            assert!(token.len() > 131_072);
        }
        step => panic!("{step:?}"),
    }
}

// Writing

fn client() -> AppClient {
    AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), CLIENT_ID).unwrap()
}

/// A request of each kind, whose texts are then replaced.
fn requests() -> &'static [Request] {
    static REQUESTS: std::sync::OnceLock<Vec<Request>> = std::sync::OnceLock::new();
    REQUESTS.get_or_init(|| {
        let mut rng = Rng::default();
        let now = DateTime::UNIX_EPOCH;
        let sent = |step: Result<Step, SignInError<Exhausted>>| match step {
            Ok(Step::Send(request)) => request,
            step => panic!("{step:?}"),
        };
        let mut sign_in = SignIn::new(client().user("alice"), Flow::CustomAuth).remembering_device(Some("name"));
        let initiate = sent(sign_in.start(&mut rng));
        let mut reply = Reply::default();
        reply.challenge_name = Some("MFA_SETUP".into());
        let associate = sent(sign_in.handle(&reply, now, &mut rng));
        reply.secret_code = Some("JBSWY3DP".into());
        sign_in.handle(&reply, now, &mut rng).unwrap();
        let verify = sent(sign_in.answer(&Answer::Code("123456"), now, &mut rng));
        reply.status = Some("SUCCESS".into());
        let respond = sent(sign_in.handle(&reply, now, &mut rng));
        let mut tokens = AuthenticationResult::default();
        tokens.access_token = Some("eyJ".into());
        tokens.new_device_metadata =
            Some(NewDeviceMetadata { device_key: Some("a_b".into()), device_group_key: Some("-c".into()) });
        let mut reply = Reply::default();
        reply.authentication_result = Some(tokens);
        let confirm = sent(sign_in.handle(&reply, now, &mut rng));
        vec![initiate, respond, associate, verify, confirm]
    })
}

/// What a request is made of: texts, some of which are absent.
struct Texts<'f, 'a>(&'f mut Fields<'a>);

impl Texts<'_, '_> {
    fn text(&mut self) -> String {
        self.0.text()
    }

    fn some(&mut self) -> Option<String> {
        Some(self.0.bytes()).filter(|field| *field != b"none").map(crate::input::text)
    }

    /// A few pairs, of which two may have the same name.
    fn pairs(&mut self, count: u8) -> Vec<(String, String)> {
        (0..count % 4).map(|_| (self.text(), self.text())).collect()
    }
}

/// The pairs as a JSON object: of a name that is there twice, the last value.
fn tree_of(pairs: &[(String, String)]) -> Value {
    Value::Object(pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect())
}

fn put(tree: &mut Value, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        tree[name] = value;
    }
}

/// Sets every text of a request, and builds the tree that its JSON has to be.
fn written(fields: &mut Fields<'_>) {
    let mut kinds = arbitrary::Unstructured::new(fields.bytes());
    let (kind, count, what) = (byte(&mut kinds), byte(&mut kinds), byte(&mut kinds));
    let mut texts = Texts(fields);
    let mut request = requests()[usize::from(kind) % requests().len()].clone();
    request.admin = what & 1 != 0;
    request.client_id = texts.text();
    request.user_pool_id = texts.text();
    let mut tree = json!({});

    let user = client().user("alice");
    let mut no_session = None;
    let session = match &mut request.message {
        Message::InitiateAuth(message) => {
            let flows = cognito_srp_core::AuthFlow::ALL;
            *message = InitiateAuth::custom_auth(&user);
            message.auth_flow = flows[usize::from(what >> 3) % flows.len()];
            let pairs = texts.pairs(count);
            tree["AuthFlow"] = json!(message.auth_flow.as_str());
            tree["AuthParameters"] = tree_of(&pairs);
            message.auth_parameters = pairs.into_iter().collect();
            &mut message.session
        }
        Message::RespondToAuthChallenge(message) => {
            let challenges = ChallengeName::ALL;
            *message = user.respond(None, &ChallengeAnswer::MfaSetup);
            message.challenge_name = challenges[usize::from(what >> 3) % challenges.len()];
            let pairs = texts.pairs(count);
            tree["ChallengeName"] = json!(message.challenge_name.as_str());
            tree["ChallengeResponses"] = tree_of(&pairs);
            message.challenge_responses = pairs.into_iter().collect();
            &mut message.session
        }
        Message::AssociateSoftwareToken(message) => &mut message.session,
        Message::VerifySoftwareToken(message) => {
            message.user_code = texts.text();
            tree["UserCode"] = json!(message.user_code);
            &mut message.session
        }
        Message::ConfirmDevice(message) => {
            message.access_token = texts.text();
            message.device_key = texts.text();
            message.device_secret_verifier_config.password_verifier = texts.text();
            message.device_secret_verifier_config.salt = texts.text();
            message.device_name = texts.some();
            tree = json!({
                "AccessToken": message.access_token,
                "DeviceKey": message.device_key,
                "DeviceSecretVerifierConfig": {
                    "PasswordVerifier": message.device_secret_verifier_config.password_verifier,
                    "Salt": message.device_secret_verifier_config.salt,
                },
            });
            put(&mut tree, "DeviceName", message.device_name.as_ref().map(|name| json!(name)));
            &mut no_session
        }
        message => panic!("{message:?} is new"),
    };
    *session = texts.some();
    if tree.get("AccessToken").is_none() {
        put(&mut tree, "Session", session.as_ref().map(|session| json!(session)));
    }
    if matches!(request.message, Message::InitiateAuth(_) | Message::RespondToAuthChallenge(_)) {
        tree["ClientId"] = json!(request.client_id);
        put(&mut tree, "UserPoolId", request.admin.then(|| json!(request.user_pool_id)));
        request.context = context(&mut texts, count >> 2, what, request.admin, &mut tree);
    }

    let text = request.to_json();
    let Strict(read) = serde_json::from_str(&text).unwrap();
    assert_eq!(read, tree);
    assert!(request.target().ends_with(request.operation().as_str()));
    assert_eq!(request.operation().as_str().starts_with("Admin"), request.admin && tree.get("ClientId").is_some());
}

fn context(texts: &mut Texts<'_, '_>, count: u8, what: u8, admin: bool, tree: &mut Value) -> Context {
    let mut context = Context::default();
    let pairs = texts.pairs(count);
    put(tree, "ClientMetadata", (!pairs.is_empty()).then(|| tree_of(&pairs)));
    context.client_metadata = pairs.into_iter().collect();
    context.analytics_endpoint_id = texts.some();
    let id = context.analytics_endpoint_id.as_ref();
    put(tree, "AnalyticsMetadata", id.map(|id| json!({ "AnalyticsEndpointId": id })));
    if what & 2 != 0 {
        let data = UserContextData { ip_address: texts.some(), encoded_data: texts.some() };
        let mut object = json!({});
        put(&mut object, "IpAddress", data.ip_address.as_ref().map(|it| json!(it)));
        put(&mut object, "EncodedData", data.encoded_data.as_ref().map(|it| json!(it)));
        put(tree, "UserContextData", (!admin).then_some(object));
        context.user_context_data = Some(data);
    }
    if what & 4 != 0 {
        let data = ContextData {
            ip_address: texts.text(),
            server_name: texts.text(),
            server_path: texts.text(),
            http_headers: texts.pairs(count >> 2),
            encoded_data: texts.some(),
        };
        let headers = data.http_headers.iter();
        let headers: Vec<_> =
            headers.map(|(name, value)| json!({ "headerName": name, "headerValue": value })).collect();
        let mut object = json!({
            "IpAddress": data.ip_address,
            "ServerName": data.server_name,
            "ServerPath": data.server_path,
            "HttpHeaders": headers,
        });
        put(&mut object, "EncodedData", data.encoded_data.as_ref().map(|it| json!(it)));
        put(tree, "ContextData", admin.then_some(object));
        context.context_data = Some(data);
    }
    context
}

/// A tree in which no object has a member twice, which `Value` would pass over.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tree;

        impl<'de> Visitor<'de> for Tree {
            type Value = Strict;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text, a list or an object")
            }

            fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
                Ok(Strict(text.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
                let mut list = Vec::new();
                while let Some(Strict(item)) = items.next_element()? {
                    list.push(item);
                }
                Ok(Strict(list.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
                let mut map = Map::new();
                while let Some((name, Strict(value))) = members.next_entry::<String, _>()? {
                    assert_eq!(map.insert(name, value), None, "a member that is there twice");
                }
                Ok(Strict(map.into()))
            }
        }

        deserializer.deserialize_any(Tree)
    }
}

/// How deep a text is nested, members that are there twice included.
struct Depth(usize);

impl<'de> Deserialize<'de> for Depth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tree;

        impl<'de> Visitor<'de> for Tree {
            type Value = Depth;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_unit<E>(self) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_str<E>(self, _: &str) -> Result<Depth, E> {
                Ok(Depth(0))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Depth, A::Error> {
                let mut deepest = 0;
                while let Some(Depth(depth)) = items.next_element()? {
                    deepest = deepest.max(depth);
                }
                Ok(Depth(deepest + 1))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Depth, A::Error> {
                let mut deepest = 0;
                while let Some((_, Depth(depth))) = members.next_entry::<String, _>()? {
                    deepest = deepest.max(depth);
                }
                Ok(Depth(deepest + 1))
            }
        }

        deserializer.deserialize_any(Tree)
    }
}

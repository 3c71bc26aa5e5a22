//! Requests and replies as AWS's JSON 1.1 protocol writes them, which is also what `aws cognito-idp --cli-input-json` reads.
//!
//! Reading is `serde_json`'s. Writing is done here: a request may hold a password, and a writer whose buffer grows leaves
//! copies of it behind. This one measures first and allocates once.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Write};

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{AuthenticationResult, ConfirmDevice, Context, Message, NewDeviceMetadata, Parameters, Reply, Request};
use crate::{
    declassify,
    error::{Error, Problem},
    refusal::Refusal,
};

/// The longest text of a reply that is read: far more than the service sends.
const MAX_REPLY: usize = 1 << 20;

/// The deepest nesting that is read. A reply of the service is four deep.
const MAX_DEPTH: usize = 16;

impl Request {
    /// The body of the request. Wiped on drop, as far as nobody copies it.
    ///
    /// ```
    /// # use cognito_srp_core::{AppClient, Flow, SignIn, Step, UserPoolId};
    /// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
    /// let mut sign_in = SignIn::new(client.user("alice"), Flow::CustomAuth);
    /// let Step::Send(request) = sign_in.start(&mut rand::rngs::SysRng)? else { unreachable!() };
    /// assert_eq!(request.target(), "AWSCognitoIdentityProviderService.InitiateAuth");
    /// assert_eq!(
    ///     *request.to_json(),
    ///     r#"{"ClientId":"4l9rvl4mv5es1eep1qe97cautn","AuthFlow":"CUSTOM_AUTH","AuthParameters":{"USERNAME":"alice"}}"#
    /// );
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut length = Length(0);
        self.write(&mut length);
        let mut text = Zeroizing::new(String::with_capacity(length.0));
        self.write(&mut *text);
        debug_assert_eq!(text.len(), length.0, "what was measured is what is written");
        text
    }

    fn write(&self, out: &mut dyn Write) {
        let mut body = Object::open(out);
        match &self.message {
            Message::InitiateAuth(message) => {
                self.write_ids(&mut body);
                body.text("AuthFlow", message.auth_flow.as_str());
                body.map("AuthParameters", &message.auth_parameters);
                body.some("Session", message.session.as_deref());
                self.write_context(&mut body);
            }
            Message::RespondToAuthChallenge(message) => {
                self.write_ids(&mut body);
                body.text("ChallengeName", message.challenge_name.as_str());
                body.map("ChallengeResponses", &message.challenge_responses);
                body.some("Session", message.session.as_deref());
                self.write_context(&mut body);
            }
            Message::AssociateSoftwareToken(message) => body.some("Session", message.session.as_deref()),
            Message::VerifySoftwareToken(message) => {
                body.text("UserCode", &message.user_code);
                body.some("Session", message.session.as_deref());
            }
            Message::ConfirmDevice(message) => message.write(&mut body),
        }
        body.close();
    }

    fn write_ids(&self, body: &mut Object<'_>) {
        if self.admin {
            body.text("UserPoolId", &self.user_pool_id);
        }
        body.text("ClientId", &self.client_id);
    }

    fn write_context(&self, body: &mut Object<'_>) {
        let Context { client_metadata, analytics_endpoint_id, user_context_data, context_data } = &self.context;
        if client_metadata.iter().next().is_some() {
            body.map("ClientMetadata", client_metadata);
        }
        if let Some(id) = analytics_endpoint_id {
            body.object("AnalyticsMetadata", |object| object.text("AnalyticsEndpointId", id));
        }
        if let Some(data) = user_context_data.as_ref().filter(|_| !self.admin) {
            body.object("UserContextData", |object| {
                object.some("IpAddress", data.ip_address.as_deref());
                object.some("EncodedData", data.encoded_data.as_deref());
            });
        }
        if let Some(data) = context_data.as_ref().filter(|_| self.admin) {
            body.object("ContextData", |object| {
                object.text("IpAddress", &data.ip_address);
                object.text("ServerName", &data.server_name);
                object.text("ServerPath", &data.server_path);
                object.objects("HttpHeaders", &data.http_headers, |header, (name, value)| {
                    header.text("headerName", name);
                    header.text("headerValue", value);
                });
                object.some("EncodedData", data.encoded_data.as_deref());
            });
        }
    }
}

impl ConfirmDevice {
    fn write(&self, body: &mut Object<'_>) {
        body.text("AccessToken", &self.access_token);
        body.text("DeviceKey", &self.device_key);
        body.object("DeviceSecretVerifierConfig", |object| {
            object.text("PasswordVerifier", &self.device_secret_verifier_config.password_verifier);
            object.text("Salt", &self.device_secret_verifier_config.salt);
        });
        body.some("DeviceName", self.device_name.as_deref());
    }
}

/// A sink that only counts.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// A JSON object that is being written. Neither a `String` nor [`Length`] ever fails to take text.
struct Object<'a> {
    out: &'a mut dyn Write,
    empty: bool,
}

impl<'a> Object<'a> {
    fn open(out: &'a mut dyn Write) -> Self {
        raw(out, "{");
        Self { out, empty: true }
    }

    fn close(self) {
        raw(self.out, "}");
    }

    fn name(&mut self, name: &str) {
        if !self.empty {
            raw(self.out, ",");
        }
        self.empty = false;
        string(self.out, name);
        raw(self.out, ":");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        string(self.out, declassify::json_escapes(value));
    }

    fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A name that the map has twice is written once, with its last value, as [`Parameters::get`] has it.
    fn map(&mut self, name: &str, parameters: &Parameters) {
        self.object(name, |object| {
            for (at, (name, value)) in parameters.iter().enumerate() {
                if parameters.iter().skip(at + 1).all(|(later, _)| later != name) {
                    object.text(name, value);
                }
            }
        });
    }

    fn object(&mut self, name: &str, write: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        let mut object = Object::open(self.out);
        write(&mut object);
        object.close();
    }

    fn objects<T>(&mut self, name: &str, items: &[T], write: impl Fn(&mut Object<'_>, &T)) {
        self.name(name);
        raw(self.out, "[");
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                raw(self.out, ",");
            }
            let mut object = Object::open(self.out);
            write(&mut object, item);
            object.close();
        }
        raw(self.out, "]");
    }
}

/// RFC 8259 section 7: the quotation mark, the backslash and the control characters are escaped, and nothing else need be.
fn string(out: &mut dyn Write, text: &str) {
    raw(out, "\"");
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\u{1f}')) {
        raw(out, &rest[..at]);
        let escaped = rest.as_bytes()[at];
        let written =
            if escaped < 0x20 { write!(out, "\\u{escaped:04x}") } else { write!(out, "\\{}", char::from(escaped)) };
        debug_assert!(written.is_ok(), "see Object");
        rest = &rest[at + 1..];
    }
    raw(out, rest);
    raw(out, "\"");
}

fn raw(out: &mut dyn Write, text: &str) {
    let written = out.write_str(text);
    debug_assert!(written.is_ok(), "see Object");
}

impl Reply {
    /// Reads the body of a reply, of any operation; members that are not known are passed over, and `null` is as good as
    /// absent.
    ///
    /// # Errors
    ///
    /// The service's fault: [`Problem::TooLong`] over 1 MiB and [`Problem::TooDeep`] over 16 levels, found before it is read;
    /// [`Problem::NotJson`]; and [`Problem::Malformed`], by name, where a member is of another type than in AWS's model.
    ///
    /// ```
    /// use cognito_srp_core::{Problem, Reply};
    ///
    /// let reply = Reply::from_json(r#"{"ChallengeName":"SMS_MFA","Session":"AYABeC1","ChallengeParameters":{}}"#)?;
    /// assert_eq!(reply.challenge_name.as_deref(), Some("SMS_MFA"));
    /// assert_eq!(Reply::from_json("<html>").unwrap_err().problem(), Problem::NotJson);
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut body = object(text)?;
        let mut types = Types::default();
        let mut reply = Self::default();
        reply.challenge_name = types.text(&mut body, "ChallengeName");
        reply.session = types.text(&mut body, "Session");
        reply.challenge_parameters = types
            .object(&mut body, "ChallengeParameters")
            .map_or_else(Parameters::default, |map| types.texts("ChallengeParameters", map));
        reply.available_challenges = types.list("AvailableChallenges", take(&mut body, "AvailableChallenges"));
        reply.authentication_result = types
            .object(&mut body, "AuthenticationResult")
            .map(|result| AuthenticationResult::read(result, &mut types));
        reply.secret_code = types.text(&mut body, "SecretCode");
        reply.status = types.text(&mut body, "Status");
        reply.user_confirmation_necessary = types.flag(&mut body, "UserConfirmationNecessary");
        types.check()?;
        Ok(reply)
    }
}

impl AuthenticationResult {
    fn read(mut result: Map<String, Value>, types: &mut Types) -> Self {
        let mut read = Self::default();
        read.access_token = types.text(&mut result, "AccessToken");
        read.id_token = types.text(&mut result, "IdToken");
        read.refresh_token = types.text(&mut result, "RefreshToken");
        read.token_type = types.text(&mut result, "TokenType");
        read.expires_in = types.integer(&mut result, "ExpiresIn");
        read.new_device_metadata = types.object(&mut result, "NewDeviceMetadata").map(|mut device| NewDeviceMetadata {
            device_key: types.text(&mut device, "DeviceKey"),
            device_group_key: types.text(&mut device, "DeviceGroupKey"),
        });
        read
    }
}

impl Refusal {
    /// Reads the body of an HTTP reply whose status is not 200: `__type` and `message`.
    ///
    /// # Errors
    ///
    /// As for [`Reply::from_json`]; [`Problem::Missing`] where there is no `__type`.
    ///
    /// ```
    /// use cognito_srp_core::{Cause, Refusal};
    ///
    /// let body = r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#;
    /// assert_eq!(Refusal::from_json(body)?.cause(), Cause::WrongUserOrPassword);
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut body = object(text)?;
        let mut types = Types::default();
        let name = types.text(&mut body, "__type");
        types.check()?;
        let name = name.ok_or(Error::service("__type", Problem::Missing))?;
        // AWS's own services spell it both ways.
        let message = types.text(&mut body, "message").or_else(|| types.text(&mut body, "Message"));
        types.check()?;
        Ok(Self::new(name, message.unwrap_or_default()))
    }
}

/// Reads a list that a parameter holds as text, such as requiredAttributes; absent or `null`, it is empty.
pub(crate) fn list(parameters: &Parameters, name: &'static str) -> Result<Vec<String>, Error> {
    let Some(text) = parameters.get(name) else { return Ok(Vec::new()) };
    match parse(text.as_bytes()) {
        Ok(value) => {
            let mut types = Types::default();
            let list = types.list(name, value);
            types.check().map(|()| list)
        }
        Err(_) => Err(malformed(name)),
    }
}

/// Reads a map that a parameter holds as text, such as userAttributes; absent or `null`, it is empty. A value that is no text
/// is taken as it is written.
pub(crate) fn map(parameters: &Parameters, name: &'static str) -> Result<Parameters, Error> {
    let Some(text) = parameters.get(name) else { return Ok(Parameters::default()) };
    match parse(text.as_bytes()) {
        Ok(Value::Object(map)) => {
            let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), String::from);
            Ok(map.into_iter().map(|(name, value)| (name, text(value))).collect())
        }
        Ok(Value::Null) => Ok(Parameters::default()),
        _ => Err(malformed(name)),
    }
}

/// The text of one member of an object; `None` where there is no such object, or no such text.
pub(crate) fn member(object: &[u8], name: &str) -> Option<String> {
    match parse(object) {
        Ok(Value::Object(mut object)) => match take(&mut object, name) {
            Value::String(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn object(text: &str) -> Result<Map<String, Value>, Error> {
    match parse(text.as_bytes()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::service("body", Problem::NotJson)),
        Err(problem) => Err(Error::service("body", problem)),
    }
}

/// All JSON of other people is read here: no longer, and no deeper, than they have any reason to write.
///
/// The parser and the tree that it makes are recursive, and a deep one would overflow a small stack.
fn parse(text: &[u8]) -> Result<Value, Problem> {
    if text.len() > MAX_REPLY {
        return Err(Problem::TooLong { limit: MAX_REPLY });
    }
    if depth(text) > MAX_DEPTH {
        return Err(Problem::TooDeep);
    }
    serde_json::from_slice(text).map_err(|_| Problem::NotJson)
}

/// How many brackets are open at once, at most; those in strings do not count.
fn depth(text: &[u8]) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let mut in_string = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => drop(bytes.next()), // what it escapes, which may be a quotation mark
            b'{' | b'[' if !in_string => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

const fn malformed(name: &'static str) -> Error {
    Error::service(name, Problem::Malformed)
}

fn take(object: &mut Map<String, Value>, name: &str) -> Value {
    object.get_mut(name).map(Value::take).unwrap_or_default()
}

/// Reads members as what they are in AWS's model, `null` as absent, and remembers the first that is something else.
#[derive(Default)]
struct Types {
    malformed: Option<&'static str>,
}

impl Types {
    fn check(&self) -> Result<(), Error> {
        self.malformed.map_or(Ok(()), |name| Err(malformed(name)))
    }

    /// What stands for a member of another type until [`check`](Self::check) refuses it.
    fn wrong<T: Default>(&mut self, name: &'static str) -> T {
        self.malformed.get_or_insert(name);
        T::default()
    }

    fn text(&mut self, object: &mut Map<String, Value>, name: &'static str) -> Option<String> {
        match take(object, name) {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => self.wrong(name),
        }
    }

    fn flag(&mut self, object: &mut Map<String, Value>, name: &'static str) -> bool {
        match take(object, name) {
            Value::Null => false,
            Value::Bool(flag) => flag,
            _ => self.wrong(name),
        }
    }

    fn integer(&mut self, object: &mut Map<String, Value>, name: &'static str) -> i32 {
        match take(object, name) {
            Value::Null => 0,
            value => match value.as_i64().map(i32::try_from) {
                Some(Ok(integer)) => integer,
                _ => self.wrong(name),
            },
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, name: &'static str) -> Option<Map<String, Value>> {
        match take(object, name) {
            Value::Null => None,
            Value::Object(members) => Some(members),
            _ => self.wrong(name),
        }
    }

    fn list(&mut self, name: &'static str, value: Value) -> Vec<String> {
        match value {
            Value::Null => Vec::new(),
            Value::Array(items) => {
                let text = |item| if let Value::String(text) = item { text } else { self.wrong(name) };
                items.into_iter().map(text).collect()
            }
            _ => self.wrong(name),
        }
    }

    /// The members of a map of text, without those that are `null`.
    fn texts(&mut self, name: &'static str, members: Map<String, Value>) -> Parameters {
        let text = |(key, value)| match value {
            Value::Null => None,
            Value::String(text) => Some((key, text)),
            _ => self.wrong(name),
        };
        members.into_iter().filter_map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_count() {
        assert_eq!(depth(br#"{"a":[{}]}"#), 3);
        assert_eq!(depth(br#"{"[[[[\"[[[":"]]\\","b":[]}"#), 2);
        assert_eq!(depth(b"]]}}[["), 2);
        assert_eq!(depth(br#""\"#), 0);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in ["", "plain", "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}", "Grüße, 東京 \u{1f40e}", "\\u0041", "\u{2028}"]
        {
            let mut json = String::new();
            string(&mut json, text);
            assert_eq!(serde_json::from_str::<Value>(&json).ok(), Some(Value::String(text.into())), "{json}");
        }
    }

    #[test]
    fn informational_values_need_not_be_text() {
        let parameters: Parameters =
            [("userAttributes", r#"{"email_verified":true,"email":"a@example.com"}"#)].into_iter().collect();
        let read = map(&parameters, "userAttributes").map(|map| map.get("email_verified").map(String::from));
        assert_eq!(read, Ok(Some("true".into())));
    }
}

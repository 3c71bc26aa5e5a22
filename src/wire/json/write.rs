//! Requests.

use alloc::{collections::BTreeMap, string::String};
use core::fmt::{self, Write};

use zeroize::Zeroizing;

use crate::{
    declassify,
    wire::{ConfirmDevice, Context, Message, Parameters, Request},
};

impl Request {
    /// The body of the request. Wiped on drop, as far as nobody copies it.
    ///
    /// Leaks: the lengths of its texts, and where they have what JSON escapes; of a password as well, where it is sent as it is.
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
        let mut last_of_each_name = BTreeMap::new();
        for (name, value) in parameters.iter() {
            last_of_each_name.insert(name, value);
        }
        self.object(name, |object| last_of_each_name.into_iter().for_each(|(name, value)| object.text(name, value)));
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in ["", "plain", "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}", "Grüße, 東京 \u{1f40e}", "\\u0041", "\u{2028}"]
        {
            let mut json = String::new();
            string(&mut json, text);
            assert_eq!(serde_json::from_str::<Value>(&json).ok(), Some(Value::String(text.into())), "{json}");
        }
    }
}

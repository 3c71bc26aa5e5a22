//! The shapes of the API: parameter maps, names of flows and challenges, replies.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::ServiceError;
use crate::settings::Factor;

/// `AuthFlow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AuthFlow {
    UserSrpAuth,
    RefreshTokenAuth,
    RefreshToken,
    CustomAuth,
    AdminNoSrpAuth,
    UserPasswordAuth,
    AdminUserPasswordAuth,
    UserAuth,
}

/// `ChallengeName`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChallengeName {
    SmsMfa,
    EmailOtp,
    SoftwareTokenMfa,
    SelectMfaType,
    MfaSetup,
    PasswordVerifier,
    CustomChallenge,
    SelectChallenge,
    DeviceSrpAuth,
    DevicePasswordVerifier,
    AdminNoSrpAuth,
    NewPasswordRequired,
    SmsOtp,
    Password,
    WebAuthn,
    PasswordSrp,
}

impl ChallengeName {
    /// Returns the key of the code that answers this challenge, if a code does.
    pub(crate) const fn code_parameter(self) -> Option<&'static str> {
        match self {
            Self::SmsMfa => Some("SMS_MFA_CODE"),
            Self::EmailOtp => Some("EMAIL_OTP_CODE"),
            Self::SmsOtp => Some("SMS_OTP_CODE"),
            Self::SoftwareTokenMfa => Some("SOFTWARE_TOKEN_MFA_CODE"),
            _ => None,
        }
    }
}

impl From<Factor> for ChallengeName {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::SmsMfa => Self::SmsMfa,
            Factor::EmailOtp => Self::EmailOtp,
            Factor::SoftwareTokenMfa => Self::SoftwareTokenMfa,
        }
    }
}

/// `AuthParameters` or `ChallengeResponses`. A null counts as absent: JavaScript clients send it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Parameters(BTreeMap<String, Option<String>>);

impl Parameters {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, ServiceError> {
        self.get(name).ok_or_else(|| ServiceError::missing_parameter(name))
    }

    /// Returns the attributes among the parameters: those named `userAttributes.NAME`.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("userAttributes.")?, value.as_deref()?)))
    }
}

/// Reads the body of a request; members that are not known are ignored.
pub(crate) fn parse<T: DeserializeOwned>(body: &Value) -> Result<T, ServiceError> {
    T::deserialize(body)
        .map_err(|error| ServiceError::invalid_parameter(format!("1 validation error detected: {error}")))
}

/// Reads a name of the API's enums where a parameter carries it.
pub(crate) fn parse_name<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    T::deserialize(value::BorrowedStrDeserializer::<value::Error>::new(name)).ok()
}

/// Writes the reply that asks for an answer.
pub(crate) fn challenge_reply(name: ChallengeName, session: Option<&str>, parameters: Map<String, Value>) -> Value {
    let mut reply = json!({ "ChallengeName": name, "ChallengeParameters": Value::Object(parameters) });
    if let Some(session) = session {
        reply["Session"] = session.into();
    }
    reply
}

/// Makes a map of text values.
pub(crate) fn text_map<'a>(entries: impl IntoIterator<Item = (&'a str, String)>) -> Map<String, Value> {
    let entry = |(name, value): (&str, String)| (name.to_owned(), Value::String(value));
    entries.into_iter().map(entry).collect()
}

/// Writes attributes as the API lists them.
pub(crate) fn attribute_list(attributes: &BTreeMap<String, String>) -> Vec<Value> {
    let entry = |(name, value): (&String, &String)| json!({ "Name": name, "Value": value });
    attributes.iter().map(entry).collect()
}

/// One entry of `UserAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: String,
}

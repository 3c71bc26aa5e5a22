//! What is seen of a sign-in, in words.

use std::collections::BTreeMap;

use cognito_srp_core::Question;
use serde_json::Value;

use crate::known::Awaited;

/// What was seen of a sign-in, in order: `ask ..`, the name of a challenge, `refused ..`, and the like.
pub(crate) type Trail = Vec<String>;

/// A question, with all that the oracle can know of it.
pub(crate) fn ask_line(question: &Question) -> String {
    match question {
        Question::Password { over_srp } => if *over_srp { "ask Password over SRP" } else { "ask Password" }.into(),
        Question::RefreshToken => "ask RefreshToken".into(),
        Question::FirstFactor { available } => format!("ask FirstFactor {available:?}"),
        Question::Code { challenge_name, medium, destination } => {
            assert_eq!(medium.is_some(), destination.is_some());
            format!("ask Code {challenge_name} by {}", medium.as_deref().unwrap_or("app"))
        }
        Question::MfaType { available } => format!("ask MfaType {available:?}"),
        Question::AuthenticatorSetup { .. } => "ask AuthenticatorSetup".into(),
        Question::NewPassword { required_attributes, user_attributes } => {
            let attributes: BTreeMap<&str, &str> = user_attributes.iter().collect();
            format!("ask NewPassword lacking {required_attributes:?} beside {attributes:?}")
        }
        Question::Custom { .. } => "ask Custom".into(),
        Question::Passkey { credential_request_options } => {
            let options: Value = serde_json::from_str(credential_request_options).unwrap();
            assert!(options["challenge"].is_string());
            "ask Passkey".into()
        }
        other => panic!("a question that nobody has taught the driver: {other:?}"),
    }
}

/// A line without the names in it.
pub(crate) fn kind(line: &str) -> &str {
    line.split(['[', '{']).next().unwrap_or_default().trim()
}

/// A reply to what was awaited.
pub(crate) fn reply_line(awaited: Awaited, reply: &Value) -> String {
    match awaited {
        Awaited::SecretCode => "SecretCode",
        Awaited::Verification => reply["Status"].as_str().unwrap_or("no Status"),
        Awaited::Confirmation => "confirmed",
        _ if reply["AuthenticationResult"].is_object() => "tokens",
        _ => reply["ChallengeName"].as_str().unwrap_or("no ChallengeName"),
    }
    .into()
}

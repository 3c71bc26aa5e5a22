//! What a sign-in is for.

use cognito_srp_core::AuthenticationResult;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    exit::{Exit, Failure},
    stdio,
};

/// AuthenticationResult, by AWS's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tokens<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'a str>,
}

/// Prints the tokens to stdout as one JSON object on one line.
pub(crate) fn print(tokens: &AuthenticationResult) -> Result<(), Failure> {
    let tokens = Tokens {
        access_token: tokens.access_token.as_deref(),
        id_token: tokens.id_token.as_deref(),
        refresh_token: tokens.refresh_token.as_deref(),
        // 0 where the service said nothing.
        expires_in: Some(tokens.expires_in).filter(|seconds| *seconds != 0),
        token_type: tokens.token_type.as_deref(),
    };
    let texts = [tokens.access_token, tokens.id_token, tokens.refresh_token];
    let length = texts.iter().flatten().map(|text| text.len()).sum::<usize>();
    // A buffer that grew would leave the tokens behind.
    let mut json = Zeroizing::new(Vec::with_capacity(length + 1024));
    serde_json::to_writer(&mut *json, &tokens)
        .map_err(|error| Failure::new(Exit::Other, format!("the tokens cannot be written as JSON: {error}")))?;
    json.push(b'\n');
    stdio::print(&json)
}

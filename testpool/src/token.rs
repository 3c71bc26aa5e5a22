//! The tokens: JSON Web Tokens (RFC 7519) of realistic contents, signed with HMAC-SHA-256.
//!
//! The real service signs with RSA and publishes the public key. Nothing is published here: the
//! tokens have the form a client expects, and only the pool that made one can verify it.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use cognito_srp_reference as srp;
use serde_json::{Value, json};

use crate::ServiceError;

/// How long a token is good for.
pub(crate) const LIFETIME_SECONDS: i64 = 3600;

/// Signs a token over these claims.
pub(crate) fn sign(key: &[u8; 32], claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "kid": "testpool", "typ": "JWT" });
    let text = format!("{}.{}", segment(&header), segment(claims));
    let tag = srp::hmac_sha256(key, &[text.as_bytes()]);
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// Returns the claims of an access token that this key signed and that is still good.
pub(crate) fn verify_access_token(key: &[u8; 32], token: &str, now: i64) -> Result<Value, ServiceError> {
    let claims = claims(key, token)
        .filter(|claims| claims["token_use"] == "access")
        .ok_or_else(ServiceError::invalid_access_token)?;
    if claims["exp"].as_i64() <= Some(now) {
        return Err(ServiceError::not_authorized("Access Token has expired"));
    }
    Ok(claims)
}

fn claims(key: &[u8; 32], token: &str) -> Option<Value> {
    let (text, tag) = token.rsplit_once('.')?;
    let tag = BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?;
    let (_, claims) = text.split_once('.')?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let genuine = tag == srp::hmac_sha256(key, &[text.as_bytes()]);
    genuine.then(|| serde_json::from_slice(&claims).ok()).flatten()
}

fn segment(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

//! The arithmetic alone.

use alloc::{string::String, vec::Vec};

use cognito_srp_operations::arithmetic;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Result, given};

/// base^exponent mod N.
#[wasm_bindgen]
pub fn modpow(base: &[u8], exponent: &[u8]) -> Result<Vec<u8>> {
    Ok(given(arithmetic::modpow(base, exponent)?))
}

/// S.
#[wasm_bindgen(js_name = computeS)]
pub fn compute_s(a: &[u8], b_public: &[u8], u: &[u8], x: &[u8]) -> Result<Vec<u8>> {
    Ok(given(arithmetic::compute_s(a, b_public, u, x)?))
}

/// The key of the signature.
#[wasm_bindgen(js_name = claimKey)]
pub fn claim_key(a: &[u8], b_public: &[u8], salt: &[u8], scope: &str, name: &str, password: &str) -> Result<Vec<u8>> {
    Ok(given(arithmetic::claim_key(a, b_public, salt, scope, name, password)?))
}

/// The verifier of a device.
#[wasm_bindgen(js_name = deviceVerifier)]
pub fn device_verifier(device_key: &str, device_group_key: &str, device_password: &str, salt: &[u8]) -> Result<String> {
    Ok(given(arithmetic::device_verifier(device_key, device_group_key, device_password, salt)?))
}

//! Single steps: logins over SRP, a new device, SECRET_HASH.

use alloc::{string::String, vec::Vec};

use cognito_srp_operations as operations;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Result, given, sign_in::seconds};

/// SRP over the user's password.
#[wasm_bindgen]
pub struct PasswordLogin(operations::PasswordLogin);

#[wasm_bindgen]
impl PasswordLogin {
    /// Computes SRP_A.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, a: Option<Vec<u8>>) -> Result<Self> {
        Ok(Self(operations::PasswordLogin::new(options, a.as_deref())?))
    }

    /// SRP_A.
    #[wasm_bindgen(js_name = srpA)]
    pub fn srp_a(&self) -> String {
        self.0.srp_a().into()
    }

    /// The answer to the challenge.
    pub fn claim(&mut self, challenge: &str, password: &str, now: f64) -> Result<String> {
        Ok(given(self.0.claim(challenge, password, seconds(now))?))
    }
}

/// SRP over a remembered device's password.
#[wasm_bindgen]
pub struct DeviceLogin(operations::DeviceLogin);

#[wasm_bindgen]
impl DeviceLogin {
    /// Computes SRP_A.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, a: Option<Vec<u8>>) -> Result<Self> {
        Ok(Self(operations::DeviceLogin::new(options, a.as_deref())?))
    }

    /// SRP_A.
    #[wasm_bindgen(js_name = srpA)]
    pub fn srp_a(&self) -> String {
        self.0.srp_a().into()
    }

    /// The answer to the challenge.
    pub fn claim(&mut self, challenge: &str, now: f64) -> Result<String> {
        Ok(given(self.0.claim(challenge, seconds(now))?))
    }
}

/// A password for a new device, and its verifier.
#[wasm_bindgen(js_name = enrollDevice)]
pub fn enroll_device(device_key: &str, device_group_key: &str) -> Result<String> {
    Ok(given(operations::enroll_device(device_key, device_group_key)?))
}

/// SECRET_HASH.
#[wasm_bindgen(js_name = secretHash)]
pub fn secret_hash(username: &str, client_id: &str, client_secret: &str) -> Result<String> {
    Ok(operations::secret_hash(username, client_id, client_secret)?)
}

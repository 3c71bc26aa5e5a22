//! Failures as the errors of `lib/error.js`.

use alloc::{boxed::Box, string::ToString};

use cognito_srp_operations::{Failure, Kind};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(raw_module = "../lib/error.js")]
extern "C" {
    /// The error of this package, whose class is JavaScript's.
    pub type CognitoSrpError;

    #[wasm_bindgen(js_name = failure)]
    fn failure(kind: &str, message: &str, parameter: Option<&str>, problem: Option<&str>) -> CognitoSrpError;

    #[wasm_bindgen(js_name = refusal)]
    fn refusal(kind: &str, message: &str, name: &str, text: &str, cause: &str, retry: &str) -> CognitoSrpError;
}

impl From<Box<Failure>> for CognitoSrpError {
    fn from(error: Box<Failure>) -> Self {
        let kind = match error.kind {
            Kind::Argument => "Argument",
            Kind::Reply => "Reply",
            Kind::Refused => "Refused",
            Kind::DeviceRefused => "DeviceRefused",
            Kind::Machine => "Machine",
        };
        let message = error.to_string();
        match &error.refused {
            Some(refused) => refusal(kind, &message, &refused.name, &refused.message, &refused.cause, &refused.retry),
            None => failure(kind, &message, error.parameter.as_deref(), error.problem),
        }
    }
}

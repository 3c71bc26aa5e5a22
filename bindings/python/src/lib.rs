//! The native half of the package `cognito_srp`: the operations, over Python's dictionaries, texts and bytes.
//!
//! It translates and nothing else. Its Python half, in `python/cognito_srp`, has the names and types that people use.

mod arithmetic;
mod error;
mod json;
mod login;
mod sign_in;
mod text;

use pyo3::prelude::*;

/// Each object has a lock of its own that nobody waits for, so that no other one is needed.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::arithmetic::{
        claim_key, compute_s, device_verifier, enroll_device, kernel, modpow, secret_hash, version,
    };
    #[pymodule_export]
    use super::login::{DeviceLogin, PasswordLogin};
    #[pymodule_export]
    use super::sign_in::SignIn;
}

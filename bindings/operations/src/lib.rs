//! The operations that every binding has, in one place: what C, Python and JavaScript call.
//!
//! Text, bytes and seconds go in and out, never a type of the core, so that a binding only has to translate strings. JSON has
//! AWS's names for its members. What each operation does is the core's to say; [`table.json`](../table.json) lists them with
//! their names in each language.
//!
//! What is secret is wiped on drop here too: each text is measured and allocated once, and [`Failure`] holds no value that
//! was passed in.

#![no_std]
#![expect(clippy::unnecessary_box_returns, reason = "a failure in a box is cheap to hand on: see `failure::Fallible`")]

extern crate alloc;

pub mod arithmetic;
mod enrollment;
mod failure;
mod json;
mod login;
mod options;
mod sign_in;
mod step;

use alloc::{format, string::String};

use cognito_srp_core::ClientSecret;

pub use self::{
    enrollment::enroll_device,
    failure::{Failure, Fallible, Kind, Refused},
    login::{DeviceLogin, PasswordLogin},
    sign_in::SignIn,
    step::{Step, StepKind},
};

/// The version that all packages share.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The name of the kernel that computes on this machine: `Ifma`, `Adx` or `Portable`; `Simd128` in WebAssembly.
pub fn kernel() -> String {
    format!("{:?}", cognito_srp_core::kernel())
}

/// SECRET_HASH over the USERNAME of the same request, for operations outside sign-in such as SignUp.
///
/// # Errors
///
/// [`Kind::Argument`] where the client's secret is empty.
pub fn secret_hash(username: &str, client_id: &str, client_secret: &str) -> Fallible<String> {
    Ok(ClientSecret::new(client_secret)?.secret_hash(username, client_id))
}

//! The pool judged by a client that is made of the reference: what it lets in and what it refuses.
#![expect(clippy::unwrap_used, reason = "a call that fails where it must not is a failed test")]

mod client;

mod choice;
mod custom;
mod devices;
mod factors;
mod http;
mod new_password;
mod passwords;
mod proofs;
mod secrets;
mod tokens;

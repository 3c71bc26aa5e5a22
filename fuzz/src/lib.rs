//! What each fuzz target asserts, as a function of bytes: libFuzzer calls it, and so does `cargo test`, over the corpora.

pub mod challenge;
pub mod handshake;
pub mod input;
pub mod json;
pub mod modpow;
pub mod parsers;
pub mod refusal;
pub mod saved_state;
pub mod seeds;
pub mod sign_in;

#[cfg(test)]
mod tests;

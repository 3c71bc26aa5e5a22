//! Everything the pool makes up: names, handles, codes. The same seed makes up the same ones.

use std::fmt::Write as _;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use num_bigint::BigUint;
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

#[derive(Debug)]
pub(crate) struct Random(StdRng);

impl Random {
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        Self(StdRng::from_seed(seed))
    }

    pub(crate) fn bytes<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    pub(crate) fn integer<const LENGTH: usize>(&mut self) -> BigUint {
        BigUint::from_bytes_be(&self.bytes::<LENGTH>())
    }

    /// Returns an opaque handle: a `Session` or a refresh token.
    pub(crate) fn handle(&mut self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.bytes::<96>())
    }

    pub(crate) fn uuid(&mut self) -> String {
        uuid(self.bytes())
    }

    pub(crate) fn six_digits(&mut self) -> String {
        format!("{:06}", self.0.random_range(0..1_000_000))
    }

    pub(crate) fn letters_and_digits(&mut self, count: usize) -> String {
        const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut next = || char::from(ALPHABET[self.0.random_range(0..ALPHABET.len())]);
        (0..count).map(|_| next()).collect()
    }
}

/// Writes 16 bytes as a UUID of version 4 (RFC 9562 section 5.4).
pub(crate) fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").unwrap_or_default(); // a String takes any text
    }
    text
}

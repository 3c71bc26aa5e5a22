//! HMAC-SHA-256, as two rooms above need it. Knows nothing of what is hashed.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// HMAC-SHA-256 (RFC 2104, RFC 6234) under a key of any length. Leaks: the length of the key.
#[expect(clippy::expect_used, reason = "RFC 2104 section 2 takes keys of any length, and so does the implementation")]
pub(crate) fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

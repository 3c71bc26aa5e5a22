//! Base64 as RFC 4648 section 4 writes it.

use alloc::{string::String, vec::Vec};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use base64ct::Encoding as _;
use zeroize::Zeroizing;

use crate::error::Problem;

/// Reads text of at most `limit` bytes: padded, canonical, without white space, not empty.
pub(crate) fn decode(text: &str, limit: usize) -> Result<Vec<u8>, Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if text.len() > limit {
        return Err(Problem::TooLong { limit });
    }
    STANDARD.decode(text).map_err(|_| Problem::NotBase64)
}

/// Writes bytes that are on their way to the service.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Writes bytes that stay secret: no look-up table, so no address depends on them. Leaks: their length.
pub(crate) fn encode_secret(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(base64ct::Base64::encode_string(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_text_is_read() {
        assert_eq!(decode("QUI=", 4), Ok(b"AB".to_vec()));
        assert_eq!(decode("", 4), Err(Problem::Empty));
        assert_eq!(decode("QUJDQUJD", 4), Err(Problem::TooLong { limit: 4 }));
        for text in ["QUI", "QUJ=", "QUI=\n", "QU I=", "Q", "QQ==QUJD", "----", "QUI==", "====", "QUé="] {
            assert_eq!(decode(text, 16), Err(Problem::NotBase64), "{text:?}");
        }
    }

    #[test]
    fn both_encoders_write_the_same() {
        for length in 0..50 {
            let bytes: Vec<u8> = (0..length).map(|i: u8| i.wrapping_mul(37) ^ 0xfb).collect();
            assert_eq!(encode(&bytes), *encode_secret(&bytes));
        }
    }
}

//! Base64 as RFC 4648 writes it, in constant time for all: one crate for what is secret and what is not.

use alloc::{string::String, vec::Vec};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
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
    Base64::decode_vec(text).map_err(|_| Problem::NotBase64)
}

/// Reads the alphabet of RFC 4648 section 5 without padding, in which a JSON Web Token is written.
pub(crate) fn decode_url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Writes bytes that are on their way to the service.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Writes bytes that stay secret: no look-up table, so no address depends on them. Leaks: their length.
pub(crate) fn encode_secret(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(encode(bytes))
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

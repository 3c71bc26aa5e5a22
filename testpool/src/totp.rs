//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 30 seconds, six
//! digits, the secret in base32.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

const STEP_SECONDS: i64 = 30;

/// Returns the code an authenticator app shows at a Unix time, or `None` where `secret` is not
/// base32.
///
/// ```
/// // RFC 6238 appendix B; its secret is the text "12345678901234567890".
/// let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// assert_eq!(testpool::totp::code(secret, 59).as_deref(), Some("287082"));
/// ```
#[must_use]
pub fn code(secret: &str, unix_seconds: i64) -> Option<String> {
    Some(code_at_step(&from_base32(secret)?, step_at(unix_seconds)))
}

/// Tells whether a code is the one of this 30-second step, or of the one before or after it (RFC
/// 6238 section 5.2).
pub(crate) fn accepts(secret: &[u8], code: &str, unix_seconds: i64) -> bool {
    let now = step_at(unix_seconds);
    (now - 1..=now + 1).any(|step| code_at_step(secret, step) == code)
}

/// Writes bytes in base32 without padding (RFC 4648 section 6).
pub(crate) fn to_base32(bytes: &[u8]) -> String {
    regroup::<8, 5>(bytes.iter().copied(), true).map(|digit| char::from(BASE32[usize::from(digit)])).collect()
}

/// Reads base32 without padding, in either case.
pub(crate) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| BASE32.iter().position(|known| *known == digit.to_ascii_uppercase());
    let digits: Vec<u8> =
        text.bytes().map(|digit| value(digit).and_then(|value| u8::try_from(value).ok())).collect::<Option<_>>()?;
    Some(regroup::<5, 8>(digits.into_iter(), false).collect())
}

const fn step_at(unix_seconds: i64) -> i64 {
    unix_seconds.div_euclid(STEP_SECONDS)
}

/// `HOTP(secret, step)` (RFC 4226 section 5.3).
fn code_at_step(secret: &[u8], step: i64) -> String {
    let hash = hmac_sha1(secret, &step.to_be_bytes());
    let offset = usize::from(hash[19] & 0x0f);
    let truncated = u32::from_be_bytes(std::array::from_fn(|i| hash[offset + i])) & 0x7fff_ffff;
    format!("{:06}", truncated.rem_euclid(1_000_000))
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Cuts a stream of `FROM`-bit groups into `TO`-bit groups; bits left at the end are filled up with
/// zeros or dropped.
fn regroup<const FROM: u32, const TO: u32>(groups: impl Iterator<Item = u8>, fill: bool) -> impl Iterator<Item = u8> {
    let mut bits: Vec<bool> = groups.flat_map(|group| (0..FROM).rev().map(move |i| group >> i & 1 == 1)).collect();
    let width = TO as usize;
    let whole = if fill { bits.len().next_multiple_of(width) } else { bits.len() };
    bits.resize(whole, false);
    let value = |chunk: &[bool]| chunk.iter().fold(0, |value, bit| value << 1 | u8::from(*bit));
    bits.chunks_exact(width).map(value).collect::<Vec<_>>().into_iter()
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        // The last six of the eight digits it gives.
        for (unix_seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = step_at(unix_seconds);
            assert_eq!(code_at_step(b"12345678901234567890", step), expected, "{unix_seconds}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648_section_10() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(to_base32(bytes.as_bytes()), text);
            assert_eq!(from_base32(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(from_base32("MZXW1"), None);
    }
}

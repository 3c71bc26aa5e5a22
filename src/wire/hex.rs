//! Hexadecimal integers: SRP_A, SRP_B, SALT.
//!
//! Their senders print integers, so leading zeros are missing and an odd length is routine.

use alloc::{string::String, vec::Vec};

use crate::error::Problem;

/// Reads an integer of at most `limit` digits, either case, into big-endian bytes.
pub(crate) fn parse(text: &str, limit: usize) -> Result<Vec<u8>, Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if text.len() > limit {
        return Err(Problem::TooLong { limit });
    }
    // From the right, so that it is the first byte that an odd length leaves with one digit.
    let mut bytes = text.as_bytes().rchunks(2).map(byte).collect::<Option<Vec<u8>>>().ok_or(Problem::NotHex)?;
    bytes.reverse();
    Ok(bytes)
}

fn byte(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0, |byte, &digit| Some(byte << 4 | nibble(digit)?))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|nibble| u8::try_from(nibble).ok())
}

/// Writes big-endian bytes as an integer: lower case, without leading zeros; 0 is `0`, however it is written, and be it by no bytes.
pub(crate) fn write(integer: &[u8]) -> String {
    let mut text: String = integer.iter().flat_map(|&byte| [byte >> 4, byte & 15]).map(digit).collect();
    let zeros = text.len() - text.trim_start_matches('0').len();
    if zeros == text.len() {
        return String::from("0");
    }
    text.drain(..zeros);
    text
}

fn digit(nibble: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(nibble)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_lengths_and_both_cases_are_integers() {
        assert_eq!(parse("abc", 3), Ok(alloc::vec![0x0a, 0xbc]));
        assert_eq!(parse("0ABCde", 6), Ok(alloc::vec![0x0a, 0xbc, 0xde]));
        assert_eq!(parse("0", 1), Ok(alloc::vec![0]));
    }

    #[test]
    fn what_is_not_a_digit_is_refused_wherever_it_stands() {
        for text in ["-1", "+1", "0x1", " 1", "1 ", "1\n", "1_0", "g", "12g4", "１", "1.0", "é"] {
            assert_eq!(parse(text, 16), Err(Problem::NotHex), "{text:?}");
        }
        assert_eq!(parse("", 16), Err(Problem::Empty));
        assert_eq!(parse("zzz", 2), Err(Problem::TooLong { limit: 2 }), "length is checked before content");
    }

    #[test]
    fn integers_are_written_without_leading_zeros() {
        assert_eq!(write(&[0, 0x0a, 0xbc]), "abc");
        assert_eq!(write(&[0, 0]), "0");
        assert_eq!(write(&[]), "0");
        assert_eq!(write(&[0xf0, 0x01]), "f001");
    }
}

//! How bytes become inputs: in fields, which a mutation cannot shift against one another, and which in a seed can be read.

use arbitrary::Unstructured;
use num_bigint::{BigInt, Sign};
use rand_core::{TryCryptoRng, TryRng};

/// What lies between two fields. No UTF-8 has this byte.
pub const SEPARATOR: u8 = 0xff;

/// What a field begins with that stands for a long text: behind it, which of [`LENGTHS`], and what is repeated.
pub const LONG: u8 = 0xfe;

/// The limits that the library knows, and one past each.
pub const LENGTHS: [usize; 16] =
    [55, 56, 128, 129, 256, 257, 1024, 1025, 2048, 2049, 131_072, 131_073, 1 << 20, (1 << 20) + 1, 767, 769];

/// The longest integer that is made, in bytes: 32 words more than a residue has.
const LONGEST_INTEGER: usize = 520;

/// The fields of an input; those that are not there are empty.
pub struct Fields<'a>(std::slice::Split<'a, u8, fn(&u8) -> bool>);

impl<'a> Fields<'a> {
    #[must_use]
    pub fn of(data: &'a [u8]) -> Self {
        Self(data.split(|&byte| byte == SEPARATOR))
    }

    pub fn bytes(&mut self) -> &'a [u8] {
        self.0.next().unwrap_or_default()
    }

    pub fn text(&mut self) -> String {
        text(self.bytes())
    }

    pub fn integer(&mut self) -> Vec<u8> {
        integer(self.bytes())
    }

    /// The first byte of a field, which chooses something.
    pub fn choice(&mut self) -> u8 {
        self.bytes().first().copied().unwrap_or_default()
    }

    /// What is left, two by two.
    pub fn pairs(&mut self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        while let Some(name) = self.0.next() {
            pairs.push((text(name), self.text()));
        }
        pairs
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.0.next()
    }
}

/// Joins fields to an input: the other direction, for seeds.
#[must_use]
pub fn join(fields: &[&[u8]]) -> Vec<u8> {
    fields.join(&SEPARATOR)
}

/// Text, as it is or long.
#[must_use]
pub fn text(field: &[u8]) -> String {
    let [LONG, which, pattern @ ..] = field else { return String::from_utf8_lossy(field).into_owned() };
    let length = LENGTHS[usize::from(*which) % LENGTHS.len()];
    let pattern = if pattern.is_empty() { "a".into() } else { String::from_utf8_lossy(pattern) };
    let mut text = pattern.repeat(length.div_ceil(pattern.len()));
    text.truncate(text.floor_char_boundary(length));
    text
}

/// A non-negative integer in big-endian bytes, with whatever zeros it begins with:
///
/// | field | integer |
/// |---|---|
/// | `N-1`, `N+2f` | N and a difference; `M` is 2 N, `H` is N / 2 |
/// | `P0c00-1` | a power of two, 2^0xc00, and a difference |
/// | `R180ff` | 0x180 bytes, filled with the digits behind |
/// | anything else | hexadecimal digits; a byte that is none is the digit of its low half |
#[must_use]
pub fn integer(field: &[u8]) -> Vec<u8> {
    let n = || BigInt::from_bytes_be(Sign::Plus, &cognito_srp_core::hazmat::n());
    let mut bytes = match field {
        [b'N', difference @ ..] => near(&n(), difference),
        [b'M', difference @ ..] => near(&(n() * 2), difference),
        [b'H', difference @ ..] => near(&(n() >> 1), difference),
        [b'P', rest @ ..] => {
            let (exponent, difference) = rest.split_at(rest.len().min(4));
            near(&(BigInt::from(1) << (number(exponent) % 4161)), difference)
        }
        [b'R', rest @ ..] => {
            let (length, pattern) = rest.split_at(rest.len().min(3));
            let pattern = digits(if pattern.is_empty() { b"ff" } else { pattern });
            pattern.into_iter().cycle().take(number(length) % (LONGEST_INTEGER + 1)).collect()
        }
        _ => digits(field),
    };
    bytes.drain(..bytes.len().saturating_sub(LONGEST_INTEGER));
    bytes
}

/// `+2f` or `-2f` added to an integer; what would be negative is 0.
fn near(integer: &BigInt, difference: &[u8]) -> Vec<u8> {
    let (sign, digits_of_it) = match difference {
        [b'-', rest @ ..] => (Sign::Minus, rest),
        [b'+', rest @ ..] | rest => (Sign::Plus, rest),
    };
    let sum = integer + BigInt::from_bytes_be(sign, &digits(digits_of_it));
    sum.to_biguint().unwrap_or_default().to_bytes_be()
}

fn number(field: &[u8]) -> usize {
    field.iter().fold(0, |number, &byte| number << 4 | usize::from(digit(byte)))
}

fn digits(field: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> =
        field.rchunks(2).map(|pair| pair.iter().fold(0, |byte, &it| byte << 4 | digit(it))).collect();
    bytes.reverse();
    bytes
}

fn digit(byte: u8) -> u8 {
    char::from(byte).to_digit(16).map_or(byte & 15, |digit| digit.to_le_bytes()[0])
}

/// A choice by one byte, which a seed can write as the place in the list. The first where the bytes have run out.
pub fn choose<'b, T>(bytes: &mut Unstructured<'_>, choices: &'b [T]) -> &'b T {
    &choices[usize::from(byte(bytes)) % choices.len()]
}

/// The next byte, or 0 where there is none.
pub fn byte(bytes: &mut Unstructured<'_>) -> u8 {
    bytes.arbitrary().unwrap_or_default()
}

/// A random generator that repeats itself in every run, never in one, and fails when it is told to.
#[derive(Clone, Debug, Default)]
pub struct Rng {
    drawn: u64,
    /// How many draws are left before it fails.
    pub left: Option<u32>,
    /// What was drawn, in order.
    pub draws: Vec<Vec<u8>>,
}

/// The failure of [`Rng`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl std::fmt::Display for Exhausted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no more")
    }
}

impl std::error::Error for Exhausted {}

impl Rng {
    /// One that draws other bytes than the others.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self { drawn: seed << 20, ..Self::default() }
    }
}

impl TryRng for Rng {
    type Error = Exhausted;

    fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1).ok_or(Exhausted)?;
        }
        for chunk in bytes.chunks_mut(32) {
            self.drawn += 1;
            let block = cognito_srp_reference::sha256(&[b"drawn", &self.drawn.to_be_bytes()]);
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        self.draws.push(bytes.to_vec());
        Ok(())
    }
}

impl TryCryptoRng for Rng {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_what_the_table_says() {
        let n = cognito_srp_core::hazmat::n();
        assert_eq!(integer(b"N"), n);
        assert_eq!(integer(b"N-1")[383], n[383] - 1);
        assert_eq!(integer(b"P0008-1"), [0xff]);
        assert_eq!(integer(b"R0041f"), [0x1f; 4]);
        assert_eq!(integer(b"00abc"), [0, 0x0a, 0xbc]);
        assert!(integer(b"").is_empty());
        assert_eq!(integer(&[b'1'; 3000]).len(), LONGEST_INTEGER);
    }

    #[test]
    fn long_texts_are_as_long_as_they_say() {
        for (which, length) in (0..).zip(LENGTHS) {
            assert_eq!(text(&[LONG, which, b'x']).len(), length);
        }
        assert_eq!(text("é".as_bytes()), "é");
    }
}

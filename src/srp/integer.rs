//! How an integer is written before it is hashed.

use alloc::vec::Vec;

use ctutils::Choice;

use crate::declassify;

/// An integer as [`enc`] writes it: in place, nothing is copied.
///
/// Leaks: its length, and so how many zero bits the integer begins with, up to whole bytes and the sign byte. For most of
/// what is encoded (N, A, B, SALT, u, a device's verifier) that is public. For S it is a declassification, by the names of
/// `length_of_s` and `sign_of_s`, and no client of Cognito can avoid it: the service hashes exactly that many bytes. It is
/// harmless here, unlike in TLS (the Raccoon attack), because S is not computed twice from one `a`: the state is spent by its
/// use, and one that was saved is to be restored once.
pub(crate) struct Enc<'a> {
    sign: &'static [u8],
    magnitude: &'a [u8],
}

/// enc(n): the shortest big-endian two's complement of a non-negative integer, given in big-endian bytes.
///
/// No zero byte in front, except one where the top bit would otherwise be set; 0 is one zero byte. This is Java's
/// `BigInteger.toByteArray`, which AWS's service and clients hash. Padding to the length of N (RFC 5054's PAD), or hashing
/// the hex text as it came, is wrong for 0.2 to 6 % of all sign-ins.
pub(crate) fn enc(integer: &[u8]) -> Enc<'_> {
    let magnitude = &integer[declassify::length_of_s(leading_zero_bytes(integer))..];
    let has_sign = declassify::sign_of_s(magnitude.first().is_none_or(|&first| first >= 0x80));
    Enc { sign: if has_sign { &[0] } else { &[] }, magnitude }
}

impl Enc<'_> {
    /// Hands the bytes over in order.
    pub(crate) fn feed(&self, mut take: impl FnMut(&[u8])) {
        take(self.sign);
        take(self.magnitude);
    }

    /// The bytes, for values that are not secret.
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        [self.sign, self.magnitude].concat()
    }
}

/// How many zero bytes there are in front; all bytes are read.
fn leading_zero_bytes(integer: &[u8]) -> usize {
    let mut zeros = 0;
    let mut in_front = Choice::TRUE;
    for &byte in integer {
        in_front &= !Choice::from_u8_nz(byte);
        zeros += usize::from(in_front.to_u8());
    }
    zeros
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of Java's `BigInteger.toByteArray`, whatever zeros stand in front.
    #[test]
    fn enc_is_the_shortest_twos_complement() {
        let cases: [(&[u8], &[u8]); 8] = [
            (&[], &[0]),
            (&[0], &[0]),
            (&[0, 0, 0], &[0]),
            (&[0x01], &[0x01]),
            (&[0, 0x7f], &[0x7f]),
            (&[0, 0x80], &[0, 0x80]),
            (&[0xff, 0x00], &[0, 0xff, 0x00]),
            (&[0, 0, 0x12, 0x00, 0x34], &[0x12, 0x00, 0x34]),
        ];
        for (integer, encoded) in cases {
            assert_eq!(enc(integer).to_vec(), encoded, "{integer:02x?}");
            let mut fed = Vec::new();
            enc(integer).feed(|bytes| fed.extend_from_slice(bytes));
            assert_eq!(fed, encoded, "{integer:02x?}, piece by piece");
        }
    }
}

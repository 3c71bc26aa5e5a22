//! a and A, and the exponent that a goes into.

use alloc::vec::Vec;

use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use crate::{
    declassify,
    modpow::{BYTES, Residue},
};

/// Bytes of a generated `a`.
///
/// 512 bits: as long as the u * x that S's exponent adds to it. A shorter `a` would hardly make that exponentiation cheaper,
/// and a longer one hides nothing more. RFC 5054 section 3.1 asks for 256, RFC 7919 section 5.2 for 275 in a group of
/// this size, RFC 3526 section 8 for 260 to 420, SP 800-56A for twice the strength; AWS's own clients draw 1024 or 256.
const GENERATED: usize = 64;

/// a and A = g^a mod N, which is computed once.
///
/// A is never 0 modulo N, whatever `a` is: g is a unit.
pub(crate) struct Ephemeral {
    secret: Zeroizing<Vec<u8>>,
    public: Residue,
}

impl Ephemeral {
    pub(crate) fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, R::Error> {
        let mut a = Zeroizing::new([0; GENERATED]);
        rng.try_fill_bytes(&mut *a)?;
        let ephemeral = Self::from_be_bytes(&*a);
        super::wipe_stack();
        Ok(ephemeral)
    }

    /// Takes an `a` that was [generated](Self::generate); `None` where its length is another.
    pub(crate) fn restore(a: &[u8]) -> Option<Self> {
        if a.len() != GENERATED {
            return None;
        }
        let ephemeral = Self::from_be_bytes(a);
        super::wipe_stack();
        Some(ephemeral)
    }

    /// Takes any `a`, of any length, as it is: not reduced, not even modulo N. Leaks: its length.
    #[inline(never)] // for the sake of `wipe_stack`
    pub(crate) fn from_be_bytes(a: &[u8]) -> Self {
        Self { secret: Zeroizing::new(a.to_vec()), public: Residue::power_of_g(a) }
    }

    /// a, in big-endian bytes.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// A.
    pub(crate) const fn public(&self) -> &Residue {
        &self.public
    }

    /// A in big-endian bytes, for all to see.
    pub(crate) fn public_be_bytes(&self) -> [u8; BYTES] {
        declassify::srp_a(self.public.to_be_bytes())
    }
}

/// a + u * x, not reduced: big-endian, one byte longer than the longer of the two.
///
/// Leaks: the length of `a`. Every digit of the product is computed, whatever the digits of the factors are.
pub(crate) fn a_plus_ux(a: &[u8], u: &[u8; 32], x: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    let length = a.len().max(u.len() + x.len()) + 1;
    let mut sum = Zeroizing::new(alloc::vec![0; length]);
    let mut column: u32 = 0;
    for (i, digit) in sum.iter_mut().rev().enumerate() {
        // At most 255 + 32 * 255^2 and a carry of 2^13: far below 2^32.
        column += byte(a, i);
        for j in 0..u.len().min(i + 1) {
            column += byte(u, j) * byte(x, i - j);
        }
        [*digit, ..] = column.to_le_bytes();
        column >>= 8;
    }
    debug_assert!(column == 0, "a and u * x are below 256^(length - 1), so their sum is below twice that");
    sum
}

/// The byte at a place counted from the least significant, 0 above the top.
fn byte(big_endian: &[u8], place: usize) -> u32 {
    big_endian.iter().rev().nth(place).map_or(0, |&byte| u32::from(byte))
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;

    #[test]
    fn the_exponent_is_that_of_the_oracle_at_every_length() {
        let patterns: [fn(usize) -> u8; 4] =
            [|_| 0xff, |_| 0, |i| u8::from(i == 0), |i| i.wrapping_mul(151).to_le_bytes()[0] ^ 0x5a];
        for a_pattern in patterns {
            for ux_pattern in patterns {
                for length in [0, 1, 31, 32, 63, 64, 65, 128, 400] {
                    let a: Vec<u8> = (0..length).map(a_pattern).collect();
                    let (u, x) = (core::array::from_fn(ux_pattern), core::array::from_fn(|i| ux_pattern(i + 7)));
                    let [a_int, u_int, x_int] = [&a[..], &u, &x].map(BigUint::from_bytes_be);
                    let sum = a_plus_ux(&a, &u, &x);
                    assert_eq!(BigUint::from_bytes_be(&sum), a_int + u_int * x_int, "{length} bytes of a");
                    assert_eq!(sum.len(), length.max(64) + 1, "each byte more costs eight squarings");
                }
            }
        }
    }
}

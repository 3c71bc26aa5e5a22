//! Powers of g = 2 without a table: each digit of the exponent shifts the result by so many bits.
//!
//! What `comb` does from 48 KiB, for programs of which that would be the greater part. A shift is as cheap as an addition, and
//! so the squarings of a ladder are all that it takes.

use zeroize::Zeroizing;

use super::{
    Residue,
    ladder::{self, WINDOW},
    montgomery::{Element, Montgomery},
};

/// A kernel whose elements have room for 32 bits above N: those with R = 2^3136.
pub(super) trait Shift: Montgomery {
    /// element := element * 2^bits, for fewer than 32 bits.
    ///
    /// The result is not reduced: from an element below 2N it is below 2^32 * N, and can be squared or decoded, no more. The
    /// square is below 2^64 * N^2 < R * N, and so reduced to less than 2N; and 2^32 * N is below R, which decoding needs.
    fn shift(element: &mut Self::Element, bits: u8);
}

const _: () = assert!(1 << WINDOW <= 32, "a digit is a number of bits to shift by");

/// 2^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes, and not its bits.
pub(super) fn power_of_g<K: Shift>(kernel: &mut K, exponent: &[u8]) -> Residue {
    let mut result = Zeroizing::new(K::Element::ZERO);
    K::set_to_one(&mut result);
    let mut digits = ladder::digits(exponent);
    K::shift(&mut result, digits.next().unwrap_or(0));
    for digit in digits {
        for _ in 0..WINDOW {
            kernel.square(&mut result);
        }
        K::shift(&mut result, digit);
    }
    kernel.decode(&result)
}

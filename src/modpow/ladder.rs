//! The one exponentiation for any base: a fixed window, and a table that is read whole for every digit.

use zeroize::Zeroizing;

use super::{
    Residue,
    montgomery::{Element, Montgomery},
};

/// Bits of the exponent that one table entry answers for.
///
/// With w bits, an exponent of n bits costs about n squarings, n / w products and 2^w products for the table: for the 513
/// bits of a sign-in, 5 is the best.
const WINDOW: usize = 5;
const TABLE: usize = 1 << WINDOW;

/// base^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes. Neither its bits (leading zeros included) nor the base.
pub(super) fn pow<K: Montgomery>(kernel: &mut K, base: &Residue, exponent: &[u8]) -> Residue {
    let mut table = Zeroizing::new([K::Element::ZERO; TABLE]);
    set_to_powers(kernel, base, &mut table);
    let mut digits = digits(exponent);
    let mut result = Zeroizing::new(K::Element::ZERO);
    let mut power = Zeroizing::new(K::Element::ZERO);
    kernel.select(&table[..], digits.next().unwrap_or(0), &mut result);
    for digit in digits {
        for _ in 0..WINDOW {
            kernel.square(&mut result);
        }
        kernel.select(&table[..], digit, &mut power);
        kernel.multiply(&mut result, &power);
    }
    kernel.decode(&result)
}

/// table := base^0, base^1, ... up to the largest digit: each even power is a square.
pub(super) fn set_to_powers<K: Montgomery, const TABLE: usize>(
    kernel: &mut K,
    base: &Residue,
    table: &mut [K::Element; TABLE],
) {
    K::set_to_one(&mut table[0]);
    kernel.encode(base, &mut table[1]);
    for i in 1..TABLE >> 1 {
        let (even, odd) = (2 * i, 2 * i + 1);
        table[even] = table[i];
        kernel.square(&mut table[even]);
        table[odd] = table[even];
        let (lower, upper) = table.split_at_mut(odd);
        kernel.multiply(&mut upper[0], &lower[1]);
    }
}

/// The digits of the exponent, from the most significant on.
fn digits(exponent: &[u8]) -> impl Iterator<Item = u8> {
    (0..digits_of(exponent)).rev().map(|position| digit(exponent, position))
}

/// How many digits the exponent has.
const fn digits_of(exponent: &[u8]) -> usize {
    (exponent.len() * 8).div_ceil(WINDOW)
}

/// The digit of `WINDOW` bits at `position`, counted from the least significant; bits above the exponent are 0.
///
/// The position is public, and so is each index here; the digit is not.
fn digit(exponent: &[u8], position: usize) -> u8 {
    let bit = position * WINDOW;
    let (byte, shift) = (bit >> 3, bit & 7);
    let at = |i: usize| exponent.iter().rev().nth(i).map_or(0, |&byte| u16::from(byte));
    let both = at(byte) | at(byte + 1) << 8;
    (both >> shift) as u8 & ((1 << WINDOW) - 1)
}

//! The one exponentiation, over whatever multiplies: a fixed window, and a table that is read whole for every digit.

use ctutils::{Choice, CtAssign};
use zeroize::{Zeroize, Zeroizing};

use super::Residue;

/// A kernel: products in Montgomery form, and the way in and out of it.
///
/// All of these take the same time and touch the same addresses whatever the operands are. A value of the implementing
/// type is the proof that this machine can run it.
pub(super) trait Montgomery {
    /// An integer x * R mod N, not necessarily the smallest, in the kernel's own limbs.
    type Element: Element;

    /// The number 1.
    fn one(&self) -> Self::Element;
    /// Into Montgomery form.
    fn encode(&self, residue: &Residue) -> Self::Element;
    /// Out of Montgomery form.
    fn decode(&self, element: &Self::Element) -> Residue;
    /// a * b.
    fn multiply(&self, a: &Self::Element, b: &Self::Element) -> Self::Element;
    /// a * a.
    fn square(&self, a: &Self::Element) -> Self::Element;
}

/// What the table needs of a kernel's elements.
pub(super) trait Element: Copy + Zeroize {
    /// Takes the value of `other` where `choice` is set; the same work where it is not.
    fn assign_if(&mut self, other: &Self, choice: Choice);
}

impl<L, const LIMBS: usize> Element for [L; LIMBS]
where
    [L; LIMBS]: Copy + Zeroize + CtAssign,
{
    fn assign_if(&mut self, other: &Self, choice: Choice) {
        self.ct_assign(other, choice);
    }
}

/// Bits of the exponent that one table entry answers for.
///
/// With w bits, an exponent of n bits costs about n squarings, n / w products and 2^w products for the table: for the 512
/// and 513 bits of a sign-in, 5 is the best.
const WINDOW: usize = 5;
const TABLE: usize = 1 << WINDOW;

/// base^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes. Neither its bits (leading zeros included) nor the base.
pub(super) fn pow<K: Montgomery>(kernel: &K, base: &Residue, exponent: &[u8]) -> Residue {
    let table = powers(kernel, &kernel.encode(base));
    let mut result = Zeroizing::new(kernel.one());
    for position in (0..(exponent.len() * 8).div_ceil(WINDOW)).rev() {
        for _ in 0..WINDOW {
            *result = kernel.square(&result);
        }
        let power = Zeroizing::new(select(&table, digit(exponent, position)));
        *result = kernel.multiply(&result, &power);
    }
    kernel.decode(&result)
}

/// base^0, base^1, ... up to the largest digit.
fn powers<K: Montgomery>(kernel: &K, base: &K::Element) -> Zeroizing<[K::Element; TABLE]> {
    let mut table = Zeroizing::new([kernel.one(); TABLE]);
    for i in 1..TABLE {
        table[i] = kernel.multiply(&table[i - 1], base);
    }
    table
}

/// The entry at a secret index: every entry is read, and kept where its number is the wanted one.
fn select<E: Element>(table: &[E; TABLE], index: u8) -> E {
    let mut entry = table[0];
    for (i, candidate) in (1..).zip(&table[1..]) {
        entry.assign_if(candidate, Choice::from_u8_eq(i, index));
    }
    entry
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

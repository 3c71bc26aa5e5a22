//! Powers of g = 2 from seven constants: what `comb` does from 48 KiB, for programs of which that would be the greater part.
//!
//! The exponent is cut into up to eight *parts* of 16 bytes. A digit of the lowest part shifts the result by so many bits,
//! which is as cheap as an addition. Those of the others choose among the powers of 2^(2^128), 2^(2^256), .. as a ladder's do
//! among the powers of its base. The squarings between the digits of one part serve the other parts too: 1024 bits take 124 squarings
//! and 224 products with the powers, which themselves take 98; 512 bits take 262 of all and 256 bits 170, where a ladder takes 642
//! and 336. Conversions into Montgomery form come on top.

use zeroize::Zeroizing;

use super::{
    Residue, WORDS, group, ladder,
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

/// Bits of a digit. There are many parts and each has its own powers: with digits of 5 bits these would take more than they spare.
const DIGIT_BITS: usize = 4;
const TABLE: usize = 1 << DIGIT_BITS;

const _: () = assert!(TABLE <= 32, "a digit is a number of bits to shift by");

/// Bytes of a part.
pub(super) const PART: usize = 16;

/// Parts above the lowest. With it they hold the 1024 bits that some clients draw for `a`; others draw 512.
const HIGHER_PARTS: usize = 7;

/// What the lowest bit of each part above the lowest stands for: 2^(2^128), 2^(2^256), .. mod N.
///
/// One line of the text for each, in hexadecimal. A test derives them afresh.
pub(super) static BASES: [[u64; WORDS]; HIGHER_PARTS] = parse(include_bytes!("shifts.hex"));

/// 2^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes, and not its bits.
pub(super) fn power_of_g<K: Shift>(kernel: &mut K, exponent: &[u8]) -> Residue {
    let higher_parts = exponent.len().div_ceil(PART).saturating_sub(1);
    match BASES.get(..higher_parts) {
        Some(bases) => power_by_parts(kernel, bases, exponent),
        None => ladder::pow(kernel, &Residue::g(), exponent),
    }
}

/// The same for an exponent that has no bytes above the lowest part and those of `bases`.
#[inline(never)] // so that the tables are not on the stack below the ladder
fn power_by_parts<K: Shift>(kernel: &mut K, bases: &[[u64; WORDS]], exponent: &[u8]) -> Residue {
    // Nothing of these is secret but which entry is taken.
    let mut tables = [[K::Element::ZERO; TABLE]; HIGHER_PARTS];
    for (table, base) in tables.iter_mut().zip(bases) {
        ladder::set_to_powers(kernel, &Residue(*base), table);
    }
    let mut result = Zeroizing::new(K::Element::ZERO);
    let mut power = Zeroizing::new(K::Element::ZERO);
    K::set_to_one(&mut result);
    let mut parts = exponent.rchunks(PART);
    let lowest = parts.next().unwrap_or_default();
    for place in (0..digits_of(lowest)).rev() {
        for (table, part) in tables.iter().zip(parts.clone()) {
            // The highest part may be shorter.
            if place < digits_of(part) {
                kernel.select(table, digit(part, place), &mut power);
                kernel.multiply(&mut result, &power);
            }
        }
        K::shift(&mut result, digit(lowest, place));
        if place > 0 {
            for _ in 0..DIGIT_BITS {
                kernel.square(&mut result);
            }
        }
    }
    kernel.decode(&result)
}

const fn digits_of(part: &[u8]) -> usize {
    (part.len() * 8).div_ceil(DIGIT_BITS)
}

/// The digit at `place`, counted from the least significant. The place is public, and so is the index here; the digit is not.
const fn digit(part: &[u8], place: usize) -> u8 {
    let bit = place * DIGIT_BITS;
    part[part.len() - 1 - (bit >> 3)] >> (bit & 7) & (TABLE - 1) as u8
}

/// Reads the constants from their text.
const fn parse(text: &[u8]) -> [[u64; WORDS]; HIGHER_PARTS] {
    let mut bases = [[0; WORDS]; HIGHER_PARTS];
    let mut at = 0;
    let mut i = 0;
    while i < HIGHER_PARTS {
        bases[i] = group::from_hex(text, &mut at);
        i += 1;
    }
    bases
}

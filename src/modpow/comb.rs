//! Powers of g = 2, from a table of powers that never change.
//!
//! A comb (C. H. Lim and P. J. Lee, "More flexible exponentiation with precomputation", CRYPTO '94): bit t of the exponent
//! stands for the factor 2^(2^t). The bits are dealt to [`TEETH`] * [`BLOCKS`] teeth of [`SPACING`] neighbouring bits each.
//! Step c takes the c-th bit of every tooth, from the top: the five bits of a block choose one of 32 ready products of that
//! block's powers, and one squaring of the result serves all teeth at once. 512 bits cost 25 squarings and 104 products
//! where a ladder needs more than 600.
//!
//! The table holds plain integers, one table for all kernels, although every kernel has its own Montgomery radix R. Read as
//! an element, the integer 2^e stands for 2^e / R: each product with an entry divides the result by R too often. R is itself
//! a power of g, so that the missing factors are only a larger exponent, and which one is known beforehand.

use zeroize::Zeroizing;

use super::{
    Residue, WORDS, group, ladder,
    montgomery::{Element, Montgomery},
};

/// Teeth of a block: 2^`TEETH` entries answer for them together.
pub(super) const TEETH: usize = 5;
/// Bits of a tooth: that many steps, and one squaring fewer.
pub(super) const SPACING: usize = 26;
/// Bits of the exponent that a block answers for, and entries of its part of the table.
pub(super) const BLOCK_BITS: usize = TEETH * SPACING;
const ENTRIES: usize = 1 << TEETH;
const BLOCKS: usize = 4;

const _: () = assert!(fits(64, BLOCKS) && fits(32, 2), "the lengths of a and x leave no block over");

/// Entry d of block s: the product of 2^(2^(s * BLOCK_BITS + i * SPACING)) over the bits i of d, mod N. 48 KiB.
///
/// One line of the text for each entry, in hexadecimal. A test derives them afresh.
static TABLE: Table = Table(parse(include_bytes!("comb.hex")));

/// The table, for the test that derives it.
#[cfg(test)]
pub(super) fn table() -> &'static [[[u64; WORDS]; ENTRIES]; BLOCKS] {
    &TABLE.0
}

/// Begins a cache line, as each of its entries then does.
#[repr(align(64))]
struct Table([[[u64; WORDS]; ENTRIES]; BLOCKS]);

/// 2^exponent mod N, the exponent in big-endian bytes; an empty exponent is 0.
///
/// Leaks: the length of the exponent in bytes, and not its bits.
pub(super) fn power_of_g<K: Montgomery>(kernel: &mut K, exponent: &[u8]) -> Residue {
    let Some(blocks) = (1..=BLOCKS).find(|&blocks| fits(exponent.len(), blocks)) else {
        return ladder::pow(kernel, &Residue::g(), exponent);
    };
    let exponent = corrected::<K>(exponent, blocks);
    let mut entry = Zeroizing::new([0; WORDS]);
    let mut factor = Zeroizing::new(K::Element::ZERO);
    let mut result = Zeroizing::new(K::Element::ZERO);
    K::set_to_one(&mut result);
    for step in (0..SPACING).rev() {
        if step < SPACING - 1 {
            kernel.square(&mut result);
        }
        for (block, entries) in TABLE.0[..blocks].iter().enumerate() {
            kernel.select(entries, digit(&exponent, block, step), &mut entry);
            K::split(&entry, &mut factor);
            kernel.multiply(&mut result, &factor);
        }
    }
    kernel.decode(&result)
}

/// Whether `blocks` blocks hold an exponent of that many bytes once it is corrected: a sum of two integers below half of
/// 2^(blocks * BLOCK_BITS), because the correction is below 2^40.
const fn fits(bytes: usize, blocks: usize) -> bool {
    bytes * 8 < blocks * BLOCK_BITS
}

/// The exponent, and the factors R that the products will take away: `blocks` at each step, doubled by every squaring that
/// follows it.
fn corrected<K: Montgomery>(exponent: &[u8], blocks: usize) -> Zeroizing<[u64; WORDS]> {
    let mut correction = [0; WORDS];
    correction[0] = (blocks * K::R_BITS) as u64 * ((1 << SPACING) - 1);
    debug_assert!(correction[0] < 1 << 40, "4 blocks, R < 2^4096, and 2^26");
    let (sum, _) = super::add(&Zeroizing::new(super::words_of(exponent)), &correction);
    Zeroizing::new(sum)
}

/// The bits of one block at one step. The places are public, and so is each index here; the bits are not.
fn digit(exponent: &[u64; WORDS], block: usize, step: usize) -> u8 {
    (0..TEETH).rev().fold(0, |digit, tooth| {
        let place = block * BLOCK_BITS + tooth * SPACING + step;
        digit << 1 | (exponent[place >> 6] >> (place & 63)) as u8 & 1
    })
}

/// Reads the table from its text.
#[expect(clippy::large_stack_arrays, reason = "on the compiler's stack")]
const fn parse(text: &[u8]) -> [[[u64; WORDS]; ENTRIES]; BLOCKS] {
    let mut table = [[[0; WORDS]; ENTRIES]; BLOCKS];
    let mut at = 0;
    let mut i = 0;
    while i < BLOCKS * ENTRIES {
        table[i >> TEETH][i & (ENTRIES - 1)] = group::from_hex(text, &mut at);
        i += 1;
    }
    table
}

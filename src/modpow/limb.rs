//! One limb of a 3072-bit integer, as wide as the target multiplies well.
//!
//! Knows nothing of the group: only how two limbs multiply, and how an integer of [`WORDS`] words is cut into limbs.

#![expect(clippy::inline_always, reason = "two instructions each, in the innermost loop of a kernel")]

use ctutils::CtAssignSlice;
use zeroize::Zeroize;

/// The group's integers are kept, and exchanged between kernels, as this many little-endian `u64` words: 3072 bits.
pub(super) const WORDS: usize = 48;

/// An unsigned machine word with a double-width product.
pub(super) trait Limb: Copy + Eq + Zeroize + CtAssignSlice {
    const ZERO: Self;
    const ONE: Self;

    /// `sum + a * b + carry` as (low limb, high limb).
    ///
    /// It always fits: with w = 2^BITS, (w - 1) + (w - 1)^2 + (w - 1) = w^2 - 1.
    fn multiply_add(sum: Self, a: Self, b: Self, carry: Self) -> (Self, Self);

    /// `a + b + carry`, with `carry` and the returned carry 0 or 1.
    fn add_with_carry(a: Self, b: Self, carry: Self) -> (Self, Self);

    /// `self` where `bit` is 1, zero where it is 0, without a branch.
    fn times_bit(self, bit: Self) -> Self;

    /// Cuts little-endian words into little-endian limbs; `limbs` holds exactly as many bits as `words`.
    fn split(words: &[u64; WORDS], limbs: &mut [Self]);

    /// The inverse of [`Limb::split`].
    fn join(limbs: &[Self], words: &mut [u64; WORDS]);
}

impl Limb for u64 {
    const ZERO: Self = 0;
    const ONE: Self = 1;

    #[inline(always)]
    fn multiply_add(sum: Self, a: Self, b: Self, carry: Self) -> (Self, Self) {
        let wide = u128::from(a) * u128::from(b) + u128::from(sum) + u128::from(carry);
        (wide as u64, (wide >> 64) as u64)
    }

    #[inline(always)]
    fn add_with_carry(a: Self, b: Self, carry: Self) -> (Self, Self) {
        let wide = u128::from(a) + u128::from(b) + u128::from(carry);
        (wide as u64, (wide >> 64) as u64)
    }

    #[inline(always)]
    fn times_bit(self, bit: Self) -> Self {
        self & core::hint::black_box(bit).wrapping_neg()
    }

    fn split(words: &[u64; WORDS], limbs: &mut [Self]) {
        limbs.copy_from_slice(words);
    }

    fn join(limbs: &[Self], words: &mut [u64; WORDS]) {
        words.copy_from_slice(limbs);
    }
}

impl Limb for u32 {
    const ZERO: Self = 0;
    const ONE: Self = 1;

    #[inline(always)]
    fn multiply_add(sum: Self, a: Self, b: Self, carry: Self) -> (Self, Self) {
        let wide = u64::from(a) * u64::from(b) + u64::from(sum) + u64::from(carry);
        (wide as u32, (wide >> 32) as u32)
    }

    #[inline(always)]
    fn add_with_carry(a: Self, b: Self, carry: Self) -> (Self, Self) {
        let wide = u64::from(a) + u64::from(b) + u64::from(carry);
        (wide as u32, (wide >> 32) as u32)
    }

    #[inline(always)]
    fn times_bit(self, bit: Self) -> Self {
        self & core::hint::black_box(bit).wrapping_neg()
    }

    fn split(words: &[u64; WORDS], limbs: &mut [Self]) {
        for (pair, word) in limbs.chunks_exact_mut(2).zip(words) {
            pair[0] = *word as u32;
            pair[1] = (*word >> 32) as u32;
        }
    }

    fn join(limbs: &[Self], words: &mut [u64; WORDS]) {
        for (word, pair) in words.iter_mut().zip(limbs.chunks_exact(2)) {
            *word = u64::from(pair[0]) | u64::from(pair[1]) << 32;
        }
    }
}

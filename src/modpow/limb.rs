//! Limbs with spare bits, and columns of their products, as wide as the target multiplies well.
//!
//! Knows nothing of the group: only how two limbs multiply, and how an integer of [`WORDS`] words is cut into limbs.

#![expect(trivial_numeric_casts, reason = "one text for both widths")]

use core::ops::AddAssign;

use zeroize::Zeroize;

use super::WORDS;

/// `BITS` bits of an integer, in a machine word that holds four more.
#[cfg_attr(
    all(cognito_srp_small, target_arch = "wasm32", not(test)),
    expect(dead_code, reason = "the portable kernel takes more of it")
)]
pub(super) trait Limb: Copy + Zeroize + 'static {
    /// A sum of products, twice as wide as a limb's machine word.
    type Column: Copy + Zeroize + From<Self> + AddAssign + PartialEq;

    const BITS: usize;
    const ZERO: Self;
    const EMPTY: Self::Column;

    /// a * b, with all of both machine words.
    fn product(a: Self, b: Self) -> Self::Column;

    /// 2 * self, which takes one of the spare bits.
    fn doubled(self) -> Self;

    /// The limb of an integer that is shifted to the left by `bits`, at most as many as a column has more than a limb: `carry`
    /// comes from the limb below and goes to the one above.
    #[cfg(any(all(cognito_srp_small, target_arch = "wasm32"), test))]
    fn shifted(self, bits: u8, carry: &mut Self::Column) -> Self;

    /// Takes the lowest limb out of a column, and leaves what belongs to the next one.
    fn take(column: &mut Self::Column) -> Self;

    /// The lowest limb of a word.
    fn from_word(word: u64) -> Self;

    fn to_word(self) -> u64;
}

macro_rules! limbs {
    ($($limb:ident, $column:ident, $bits:literal;)*) => {$(
        impl Limb for $limb {
            type Column = $column;

            const BITS: usize = $bits;
            const ZERO: Self = 0;
            const EMPTY: Self::Column = 0;

            #[inline(always)]
            fn product(a: Self, b: Self) -> Self::Column {
                $column::from(a) * $column::from(b)
            }

            #[inline(always)]
            fn doubled(self) -> Self {
                self << 1
            }

            #[cfg(any(all(cognito_srp_small, target_arch = "wasm32"), test))]
            #[inline(always)]
            fn shifted(self, bits: u8, carry: &mut Self::Column) -> Self {
                *carry |= $column::from(self) << bits;
                Self::take(carry)
            }

            #[inline(always)]
            fn take(column: &mut Self::Column) -> Self {
                let limb = *column as $limb & ((1 << $bits) - 1);
                *column >>= $bits;
                limb
            }

            #[inline(always)]
            fn from_word(word: u64) -> Self {
                word as $limb & ((1 << $bits) - 1)
            }

            #[inline(always)]
            fn to_word(self) -> u64 {
                self.into()
            }
        }
    )*};
}

limbs! {
    u64, u128, 60;
    u32, u64, 28;
}

/// Cuts little-endian words into little-endian limbs; the limbs hold at least as many bits as the words.
pub(super) fn split<L: Limb>(words: &[u64; WORDS], limbs: &mut [L]) {
    for (i, limb) in limbs.iter_mut().enumerate() {
        let (word, shift) = ((i * L::BITS) >> 6, (i * L::BITS) & 63);
        let at = |i: usize| words.get(i).copied().unwrap_or(0);
        // Twice, because a shift by 64 is none at all.
        *limb = L::from_word(at(word) >> shift | at(word + 1) << 1 << (63 - shift));
    }
}

/// The inverse of [`split`], for an integer below 2^3072.
pub(super) fn join<L: Limb>(limbs: &[L], words: &mut [u64; WORDS]) {
    *words = [0; WORDS];
    for (i, limb) in limbs.iter().enumerate() {
        let (word, shift) = ((i * L::BITS) >> 6, (i * L::BITS) & 63);
        if word < WORDS {
            words[word] |= limb.to_word() << shift;
        }
        if word + 1 < WORDS {
            words[word + 1] |= limb.to_word() >> 1 >> (63 - shift);
        }
    }
}

#![doc = include_str!("../../docs/montgomery.md")]
#![expect(trivial_numeric_casts, reason = "one text for both widths of limbs")]

use zeroize::{Zeroize, Zeroizing};

use super::{Residue, WORDS, group};

/// A kernel: products in Montgomery form, and the way in and out of it.
///
/// All of these take the same time and touch the same addresses whatever the operands are. A value of the implementing
/// type is the proof that this machine can run it. Results go where the caller says, and wipes: one that is returned leaves
/// copies behind.
pub(super) trait Montgomery {
    /// An integer x * R mod N, not necessarily the smallest, in the kernel's own limbs.
    type Element: Element;

    /// R = 2^`R_BITS`.
    const R_BITS: usize;

    /// Cuts an integer below 2^3072 into limbs, as it is: the element of words / R.
    fn split(words: &[u64; WORDS], element: &mut Self::Element);

    /// The inverse of [`Montgomery::split`], for an element that is below 2^3072.
    fn join(element: &Self::Element, words: &mut [u64; WORDS]);

    /// a := a * b.
    fn multiply(&mut self, a: &mut Self::Element, b: &Self::Element);

    /// a := a * a.
    fn square(&mut self, a: &mut Self::Element);

    /// [`select`], with whatever vectors the kernel's machine has.
    fn select<E: Element>(&self, table: &[E], index: u8, entry: &mut E) {
        select(table, index, entry);
    }

    /// element := 1.
    fn set_to_one(element: &mut Self::Element) {
        Self::split(&const { group::power_of_two(Self::R_BITS) }, element);
    }

    /// a * b mod N.
    fn product(&mut self, a: &Residue, b: &Residue) -> Residue {
        let mut product = Zeroizing::new(Self::Element::ZERO);
        let mut factor = Zeroizing::new(Self::Element::ZERO);
        self.encode(a, &mut product);
        self.encode(b, &mut factor);
        self.multiply(&mut product, &factor);
        self.decode(&product)
    }

    /// element := residue, in Montgomery form.
    fn encode(&mut self, residue: &Residue, element: &mut Self::Element) {
        let mut r_squared = Self::Element::ZERO;
        Self::split(&const { group::power_of_two(2 * Self::R_BITS) }, &mut r_squared);
        Self::split(residue.words(), element);
        self.multiply(element, &r_squared);
    }

    /// Out of Montgomery form.
    fn decode(&mut self, element: &Self::Element) -> Residue {
        let mut one = [0; WORDS];
        one[0] = 1;
        let mut integer = Zeroizing::new(Self::Element::ZERO);
        Self::split(&one, &mut integer);
        // 1 * element / R: at most N, by the bound on a product of an element and 1.
        self.multiply(&mut integer, element);
        let mut words = Zeroizing::new([0; WORDS]);
        Self::join(&integer, &mut words);
        Residue::from_at_most_n(&words)
    }
}

/// What a table needs of its entries.
pub(super) trait Element: Copy + Zeroize {
    const ZERO: Self;

    /// self := self | (other & mask), where mask is 0 or all ones.
    fn or_masked(&mut self, other: &Self, mask: u64);
}

macro_rules! arrays_of_limbs {
    ($($limb:ty)*) => {$(
        impl<const LIMBS: usize> Element for [$limb; LIMBS] {
            const ZERO: Self = [0; LIMBS];

            #[inline]
            fn or_masked(&mut self, other: &Self, mask: u64) {
                for (limb, other) in self.iter_mut().zip(other) {
                    *limb |= other & mask as $limb;
                }
            }
        }
    )*};
}

arrays_of_limbs!(u32 u64);

/// entry := the one at a secret index: every entry is read, and kept where its number is the wanted one.
///
/// The compiler sees each mask come out of `core::hint::black_box` (inside `Choice`), so for all it knows the mask is any
/// byte spread over a word, neither 0 nor all ones in particular: there is nothing to branch on, and no entry that it
/// could leave out. What remains is AND and OR over whole entries, in as wide vectors as the caller's target features allow.
#[inline]
pub(super) fn select<E: Element>(table: &[E], index: u8, entry: &mut E) {
    *entry = E::ZERO;
    for (i, candidate) in (0..).zip(table) {
        entry.or_masked(candidate, ctutils::Choice::from_u8_eq(i, index).to_u64_mask());
    }
}

/// [`select`] for a kernel whose vector registers hold a whole entry: there it is summed, and written once, in half the time.
///
/// In a build that is optimised for speed nothing of the entry lies on the stack, as `ci/machine-code` checks. In others the compiler
/// keeps it there, and it is wiped with the rest of the stack, when the sign-in's step is done.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn select_in_registers<E: Element>(table: &[E], index: u8, entry: &mut E) {
    let mut sum = E::ZERO;
    select(table, index, &mut sum);
    *entry = sum;
}

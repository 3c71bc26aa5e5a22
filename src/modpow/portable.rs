//! The kernel that runs everywhere: plain Rust, 64-bit limbs, or 32-bit limbs where a 64-bit product is not one instruction.

use super::{
    Residue,
    group::{N_PLUS_1, R_MOD_N, R_SQUARED_MOD_N},
    ladder::Montgomery,
    limb::{Limb, WORDS},
};

/// 48 limbs of 64 bits.
#[cfg(any(target_pointer_width = "64", test))]
pub(super) type Portable64 = Portable<u64, 48>;

/// 96 limbs of 32 bits.
#[cfg(any(not(target_pointer_width = "64"), test))]
pub(super) type Portable32 = Portable<u32, 96>;

/// Montgomery products over `LIMBS` limbs of type `L`, with R = 2^3072.
///
/// Elements are *almost* reduced: integers below R, not below N. A product of two of them needs one conditional
/// subtraction, decided by a carry and not by a comparison (S. Gueron, "Efficient software implementations of modular
/// exponentiation", 2011/239, section 3).
#[derive(Clone, Copy)]
pub(super) struct Portable<L, const LIMBS: usize> {
    /// (N + 1) / 2^BITS, whose top limb is 0: what one quotient digit adds, see [`Portable::multiply`].
    n_plus_1_shifted: [L; LIMBS],
}

impl<L: Limb, const LIMBS: usize> Portable<L, LIMBS> {
    pub(super) fn new() -> Self {
        let mut n_plus_1_shifted = Self::split(&N_PLUS_1);
        n_plus_1_shifted.rotate_left(1);
        Self { n_plus_1_shifted }
    }

    fn split(words: &[u64; WORDS]) -> [L; LIMBS] {
        let mut limbs = [L::ZERO; LIMBS];
        L::split(words, &mut limbs);
        limbs
    }

    /// a * b / R mod N, below R.
    ///
    /// One pass per limb of `a`. With w = 2^BITS, and T the accumulator:
    ///
    /// ```text
    /// T := T + a[i] * b
    /// q := T mod w                            N = -1 mod w, so T + q * N = 0 mod w
    /// T := (T + q * N) / w = floor(T / w) + q * ((N + 1) / w)
    /// ```
    ///
    /// The last step holds because T + q * N = (T - q) + q * (N + 1), and w divides both T - q and N + 1.
    ///
    /// Bound: if T < b + N before a pass, then after it T < (b + N + (w - 1) * b + (w - 1) * N) / w = b + N. It starts at
    /// 0 and b, N < R, so T < 2R always: `LIMBS` limbs and one bit, `top`.
    #[inline]
    fn multiply(&self, a: &[L; LIMBS], b: &[L; LIMBS]) -> [L; LIMBS] {
        let mut t = [L::ZERO; LIMBS];
        let mut top = L::ZERO;
        for &a_i in a {
            let (q, mut carry_ab) = L::multiply_add(t[0], a_i, b[0], L::ZERO);
            let mut carry_qn = L::ZERO;
            for j in 1..LIMBS {
                let sum;
                (sum, carry_ab) = L::multiply_add(t[j], a_i, b[j], carry_ab);
                (t[j - 1], carry_qn) = L::multiply_add(sum, q, self.n_plus_1_shifted[j - 1], carry_qn);
            }
            let carry;
            (t[LIMBS - 1], carry) = L::add_with_carry(carry_ab, carry_qn, top);
            top = carry;
        }
        Self::fold(&mut t, top);
        t
    }

    /// t := T - top * N, where T = top * R + t is below b + N: the result is below b where `top` is 1, and t itself where
    /// it is 0.
    ///
    /// T - N = t + (R - N), which is below b and so below R: the sum leaves no carry.
    #[inline]
    fn fold(t: &mut [L; LIMBS], top: L) {
        let r_minus_n = Self::split(&R_MOD_N);
        let mut carry = L::ZERO;
        for (limb, n) in t.iter_mut().zip(r_minus_n) {
            (*limb, carry) = L::add_with_carry(*limb, n.times_bit(top), carry);
        }
        debug_assert!(carry == L::ZERO, "T - top * N is below R");
    }
}

impl<L: Limb, const LIMBS: usize> Montgomery for Portable<L, LIMBS> {
    type Element = [L; LIMBS];

    fn one(&self) -> Self::Element {
        Self::split(&R_MOD_N)
    }

    fn encode(&self, residue: &Residue) -> Self::Element {
        self.multiply(&Self::split(residue.words()), &Self::split(&R_SQUARED_MOD_N))
    }

    fn decode(&self, element: &Self::Element) -> Residue {
        let mut one = [L::ZERO; LIMBS];
        one[0] = L::ONE;
        // With b = 1 the bound of `multiply` reads T < 1 + N: at most N.
        let integer = self.multiply(element, &one);
        let mut words = [0; WORDS];
        L::join(&integer, &mut words);
        Residue::from_at_most_n(words)
    }

    fn multiply(&self, a: &Self::Element, b: &Self::Element) -> Self::Element {
        Portable::multiply(self, a, b)
    }

    fn square(&self, a: &Self::Element) -> Self::Element {
        Portable::multiply(self, a, a)
    }
}

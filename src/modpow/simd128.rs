//! The kernel for WebAssembly with 128-bit vectors: `i32x4.dot_i16x8`, eight products of 16-bit numbers at once.
//!
//! Of the vector instructions that keep all of a product, this one alone is a single instruction of an x86-64 CPU, and it adds besides:
//! lane l becomes x\[2l\] * y\[2l\] + x\[2l + 1\] * y\[2l + 1\]. A limb of 28 bits therefore lies in 32 as two *digits* of 14, each in
//! 16 bits, the lower one in the lower half: as signed numbers, which the instruction takes them for, they are never negative.
//!
//! Column c of a product is the sum of all a\[i\] * b\[c - i\], over digits. Two neighbouring digits of a are a limb as it lies,
//! and what they meet are the digits c - i and c - i - 1 of b: a *pair*. So all pairs of b are written down, one for each
//! digit, and then one instruction serves four neighbouring columns: a limb of a in all four lanes, and four pairs in a row.
//! Eight limbs of a meet all of b in one pass, in which a lane sums 16 products, less than 2^32; then it goes to its
//! column of 64 bits.
//!
//! What is claimed of constant time is not claimed of this kernel: its machine code is made by an engine, on the machine of whoever runs it.
//! It does what the others do: the same instructions over the same addresses for all operands.

#![expect(clippy::inline_always, reason = "a compiler that builds for size makes a call of a single instruction")]
#![expect(unsafe_code, reason = "vectors go from memory to registers and back by functions that take pointers")]

use core::{
    arch::wasm32::{
        i32x4_add, i32x4_dot_i16x8, i32x4_shl, i32x4_shuffle, i32x4_splat, u32x4_extract_lane, u32x4_shr, u32x4_splat,
        u64x2_add, u64x2_extend_high_u32x4, u64x2_extend_low_u32x4, u64x2_shl, v128_bitselect, v128_load, v128_or,
        v128_store,
    },
    hint::black_box,
};

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{
    WORDS, group,
    limb::{self, Limb},
    montgomery::Montgomery,
};

/// 112 limbs of 28 bits, R = 2^3136.
const LIMBS: usize = 112;
const DIGITS: usize = 2 * LIMBS;
const DIGIT_BITS: usize = 14;

/// Limbs of one factor that meet all of the other in one pass: each is in a register.
const ROWS: usize = 8;
/// Their digits.
const STEP: usize = 2 * ROWS;

/// Zeros below the pairs of a factor, for the uppermost limb of a pass, whose columns begin so much higher.
const BELOW: usize = STEP - 2;
/// The pairs of a factor, one for each digit and one with the uppermost digit alone, between zeros.
const PAIRS: usize = BELOW + DIGITS + STEP;

/// Columns of a vector of 32-bit sums.
const LANES: usize = 4;

const _: () =
    assert!(LIMBS.is_multiple_of(ROWS) && STEP.is_multiple_of(LANES), "passes and vectors leave nothing over");
const _: () = assert!(
    <u32 as Limb>::BITS == 2 * DIGIT_BITS && (STEP as u64) << (2 * DIGIT_BITS) <= 1 << 32,
    "a lane holds a pass"
);
const _: () = assert!(group::N_PLUS_1[0] == 0, "limbs 0 and 1 of N + 1 are 0: see `limbs_of_q`");

/// Montgomery products.
///
/// Elements are below 2N, in limbs of two digits below 2^14.
pub(super) struct Simd128 {
    /// Limbs that are one number each.
    lowest_of_n_plus_1: [u32; ROWS],
    pairs_of_n_plus_1: [u32; PAIRS],
    /// The pairs of a factor: room to work in, wiped on drop.
    pairs: Zeroizing<[u32; PAIRS]>,
    /// The columns of a product, likewise.
    columns: Zeroizing<[u64; 2 * DIGITS]>,
}

impl Simd128 {
    pub(super) fn new() -> Self {
        let mut n_plus_1 = [0; LIMBS];
        Self::split(&group::N_PLUS_1, &mut n_plus_1);
        let mut pairs_of_n_plus_1 = [0; PAIRS];
        set_to_pairs(&mut pairs_of_n_plus_1, &n_plus_1);
        let mut lowest_of_n_plus_1 = [0; ROWS];
        limb::split(&group::N_PLUS_1, &mut lowest_of_n_plus_1);
        Self {
            lowest_of_n_plus_1,
            pairs_of_n_plus_1,
            pairs: Zeroizing::new([0; PAIRS]),
            columns: Zeroizing::new([0; 2 * DIGITS]),
        }
    }

    /// a := (columns + q * N) / R, where q is what makes the division exact: see the module [`super::montgomery`].
    ///
    /// Bound: the columns are a product of two elements, hence below 4N^2, or the square of a shifted one, below 2^64 * N^2. Both
    /// are below R * N, and the result is below 2N.
    fn reduce(&mut self, a: &mut [u32; LIMBS]) {
        let mut carry = 0;
        let mut q = Zeroizing::new([0; ROWS]);
        for at in (0..DIGITS).step_by(STEP) {
            let (low, high) = self.columns[at..at + STEP + DIGITS].split_at_mut(STEP);
            limbs_of_q(low, &mut carry, &self.lowest_of_n_plus_1, &mut q);
            add_product(high, &q, &self.pairs_of_n_plus_1[STEP..]);
        }
        for (limb, column) in a.iter_mut().zip(self.columns[DIGITS..].as_chunks().0) {
            carry += whole(column);
            *limb = in_digits(u32::take(&mut carry));
        }
        debug_assert!(carry == 0, "the result is below 2N, and 2N below R");
    }
}

impl Montgomery for Simd128 {
    type Element = [u32; LIMBS];

    const R_BITS: usize = LIMBS * <u32 as Limb>::BITS;

    fn split(words: &[u64; WORDS], element: &mut Self::Element) {
        limb::split(words, element);
        for limb in element {
            *limb = in_digits(*limb);
        }
    }

    fn join(element: &Self::Element, words: &mut [u64; WORDS]) {
        let mut limbs = Zeroizing::new(*element);
        for limb in &mut *limbs {
            *limb = from_digits(*limb);
        }
        limb::join(&*limbs, words);
    }

    fn multiply(&mut self, a: &mut Self::Element, b: &Self::Element) {
        self.columns.fill(0);
        set_to_pairs(&mut *self.pairs, b);
        for (rows, at) in a.as_chunks().0.iter().zip((0..).step_by(STEP)) {
            add_product(&mut self.columns[at..at + DIGITS + STEP], rows, &*self.pairs);
        }
        self.reduce(a);
    }

    /// The limbs of a pass meet those above them (the last ones nothing but zeros), and the sum of all that is doubled; then those of each
    /// pass meet one another.
    fn square(&mut self, a: &mut Self::Element) {
        self.columns.fill(0);
        set_to_pairs(&mut *self.pairs, a);
        let (passes, _) = a.as_chunks();
        for (rows, at) in passes.iter().zip((0..).step_by(STEP)) {
            let above = at + STEP;
            self.pairs[BELOW + at..BELOW + above].fill(0);
            // This one has the lowest digit above in its lower half, and in the upper one a digit of the pass.
            self.pairs[BELOW + above] &= 0xffff;
            add_product(&mut self.columns[at + above..at + STEP + DIGITS], rows, &self.pairs[above..]);
        }
        double(&mut self.columns);
        let mut pairs = Zeroizing::new([0; BELOW + 2 * STEP]);
        for (rows, columns) in passes.iter().zip(self.columns.chunks_exact_mut(2 * STEP)) {
            set_to_pairs(&mut *pairs, rows);
            add_product(columns, rows, &*pairs);
        }
        self.reduce(a);
    }
}

impl super::shifts::Shift for Simd128 {
    fn shift(element: &mut Self::Element, bits: u8) {
        let mut carry = 0;
        for limb in element {
            *limb = in_digits(from_digits(*limb).shifted(bits, &mut carry));
        }
        debug_assert!(carry == 0, "2^32 * N is below R");
    }
}

impl ZeroizeOnDrop for Simd128 {}

/// A limb as two digits.
#[inline(always)]
const fn in_digits(limb: u32) -> u32 {
    limb & 0x3fff | limb >> DIGIT_BITS << 16
}

/// The inverse of [`in_digits`].
#[inline(always)]
const fn from_digits(limb: u32) -> u32 {
    limb & 0x3fff | limb >> 16 << DIGIT_BITS
}

/// What stands in the columns of a limb's two digits.
#[inline(always)]
const fn whole(columns: &[u64; 2]) -> u64 {
    columns[0] + (columns[1] << DIGIT_BITS)
}

/// The limbs of the quotient that clear the columns of one pass: limb k of what stands there, with the carry from below and with
/// what the limbs of q below k bring. `carry` becomes what belongs to the column above.
///
/// Written out: limbs 0 and 1 of N + 1 are 0, so that each limb of q waits for the one before the last, and a loop would be half as fast
/// where the compiler builds for size.
///
/// Bound: a column is below 2^28 * 448, and a pair of them below 2^51; six products are below 2^59.
fn limbs_of_q(columns: &[u64], carry: &mut u64, n_plus_1: &[u32; ROWS], q: &mut [u32; ROWS]) {
    let &[c0, c1, c2, c3, c4, c5, c6, c7] = columns.as_chunks().0.first_chunk().unwrap_or(&[[0; 2]; ROWS]);
    let [_, _, n2, n3, n4, n5, n6, n7] = *n_plus_1;
    let times = u32::product;
    *carry += whole(&c0);
    let q0 = u32::take(carry);
    *carry += whole(&c1);
    let q1 = u32::take(carry);
    *carry += whole(&c2) + times(q0, n2);
    let q2 = u32::take(carry);
    *carry += whole(&c3) + times(q0, n3) + times(q1, n2);
    let q3 = u32::take(carry);
    *carry += whole(&c4) + times(q0, n4) + times(q1, n3) + times(q2, n2);
    let q4 = u32::take(carry);
    *carry += whole(&c5) + times(q0, n5) + times(q1, n4) + times(q2, n3) + times(q3, n2);
    let q5 = u32::take(carry);
    *carry += whole(&c6) + times(q0, n6) + times(q1, n5) + times(q2, n4) + times(q3, n3) + times(q4, n2);
    let q6 = u32::take(carry);
    *carry +=
        whole(&c7) + times(q0, n7) + times(q1, n6) + times(q2, n5) + times(q3, n4) + times(q4, n3) + times(q5, n2);
    let q7 = u32::take(carry);
    // The upper digits of limbs i and 7 - i meet in the column above, where the vectors add them again.
    let upper = |q: u32, n: u32| times(q >> DIGIT_BITS, n >> DIGIT_BITS);
    *carry -= upper(q0, n7) + upper(q1, n6) + upper(q2, n5) + upper(q3, n4) + upper(q4, n3) + upper(q5, n2);
    *q = [q0, q1, q2, q3, q4, q5, q6, q7].map(in_digits);
}

/// Writes down the pairs of a factor: digits d and d - 1 at `BELOW` + d, for every d from 0 to one beyond the uppermost.
#[target_feature(enable = "simd128")]
fn set_to_pairs(pairs: &mut [u32], limbs: &[u32]) {
    assert!(pairs.len() > BELOW + 2 * limbs.len() && limbs.len().is_multiple_of(LANES));
    let mut below = u32x4_splat(0);
    let mut pair = pairs[BELOW..].as_mut_ptr();
    for limbs in limbs.as_chunks::<LANES>().0 {
        // SAFETY: for each four limbs eight pairs lie behind `pair`: see the assertion. A vector need not be aligned.
        unsafe {
            let limbs = v128_load(limbs.as_ptr().cast());
            let limbs_below = i32x4_shuffle::<3, 4, 5, 6>(below, limbs);
            let of_lower_digits = v128_bitselect(limbs, limbs_below, u32x4_splat(0xffff));
            let of_upper_digits = v128_or(i32x4_shl(limbs, 16), u32x4_shr(limbs, 16));
            v128_store(pair.cast(), i32x4_shuffle::<0, 4, 1, 5>(of_lower_digits, of_upper_digits));
            v128_store(pair.add(LANES).cast(), i32x4_shuffle::<2, 6, 3, 7>(of_lower_digits, of_upper_digits));
            below = limbs;
            pair = pair.add(2 * LANES);
        }
    }
    pairs[BELOW + 2 * limbs.len()] = u32x4_extract_lane::<3>(below) & 0xffff_0000;
}

/// columns\[c\] += the sum of the digits i of `rows` times the digits c - i of a factor; `pairs` are those of the factor, from digit
/// -`BELOW` on.
#[target_feature(enable = "simd128")]
#[inline(never)] // for the sake of size: it is called from four places
fn add_product(columns: &mut [u64], rows: &[u32; ROWS], pairs: &[u32]) {
    assert!(columns.len().is_multiple_of(LANES) && pairs.len() >= columns.len() + BELOW);
    // In a black box, because the compiler would make one load and four shuffles of four of these, and the shuffles in the loop.
    let row = |limb: u32| i32x4_splat(black_box(limb).cast_signed());
    let [r0, r1, r2, r3, r4, r5, r6, r7] = *rows;
    let (r0, r1, r2, r3) = (row(r0), row(r1), row(r2), row(r3));
    let (r4, r5, r6, r7) = (row(r4), row(r5), row(r6), row(r7));
    let mut pair = pairs.as_ptr();
    for columns in columns.as_chunks_mut::<LANES>().0 {
        let (low, high) = columns.split_at_mut(2);
        let (low, high) = (low.as_mut_ptr().cast(), high.as_mut_ptr().cast());
        // SAFETY: `low` and `high` are two columns each, and `BELOW` + 4 pairs lie behind `pair`: see the assertion. A vector need not
        // be aligned.
        unsafe {
            let lower = i32x4_dot_i16x8(r0, v128_load(pair.add(14).cast()));
            let upper = i32x4_dot_i16x8(r1, v128_load(pair.add(12).cast()));
            let lower = i32x4_add(lower, i32x4_dot_i16x8(r2, v128_load(pair.add(10).cast())));
            let upper = i32x4_add(upper, i32x4_dot_i16x8(r3, v128_load(pair.add(8).cast())));
            let lower = i32x4_add(lower, i32x4_dot_i16x8(r4, v128_load(pair.add(6).cast())));
            let upper = i32x4_add(upper, i32x4_dot_i16x8(r5, v128_load(pair.add(4).cast())));
            let lower = i32x4_add(lower, i32x4_dot_i16x8(r6, v128_load(pair.add(2).cast())));
            let upper = i32x4_add(upper, i32x4_dot_i16x8(r7, v128_load(pair.cast())));
            let sum = i32x4_add(lower, upper);
            v128_store(low, u64x2_add(v128_load(low), u64x2_extend_low_u32x4(sum)));
            v128_store(high, u64x2_add(v128_load(high), u64x2_extend_high_u32x4(sum)));
            pair = pair.add(LANES);
        }
    }
}

/// columns := 2 * columns.
#[target_feature(enable = "simd128")]
fn double(columns: &mut [u64; 2 * DIGITS]) {
    for columns in columns.as_chunks_mut::<LANES>().0 {
        let (low, high) = columns.split_at_mut(2);
        let (low, high) = (low.as_mut_ptr().cast(), high.as_mut_ptr().cast());
        // SAFETY: two columns each, and a vector need not be aligned.
        unsafe {
            v128_store(low, u64x2_shl(v128_load(low), 1));
            v128_store(high, u64x2_shl(v128_load(high), 1));
        }
    }
}

//! The kernel for every machine that has no other: plain Rust, 60 bits to a limb, or 28 where a 64-bit product is not one instruction.
//!
//! A column of a product is the sum of all a\[i\] * b\[j\] with the same i + j. The limbs leave enough bits free that a column
//! of this size never overflows its double word, so that no carry moves while products are summed: two additions a product,
//! where full limbs need four. Carries move once per column and reduction, see [`Limb::take`].

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{
    WORDS, group,
    limb::{self, Limb},
    montgomery::{Element, Montgomery},
};

/// 52 limbs of 60 bits, R = 2^3120.
#[cfg(any(target_pointer_width = "64", test))]
pub(super) type Portable64 = Portable<u64, 52>;

/// 112 limbs of 28 bits, R = 2^3136.
#[cfg(any(not(target_pointer_width = "64"), test))]
pub(super) type Portable32 = Portable<u32, 112>;

/// Limbs of one factor that meet all of the other in one pass: the sums of a pass then stay in registers, and its edges can
/// be unrolled. Measured best among 2, 4, 8 and 13.
const ROWS: usize = 8;
/// Rows of the last pass where `ROWS` leaves some over.
const LAST_ROWS: usize = 4;

/// Montgomery products over `LIMBS` limbs of type `L`.
///
/// Elements are below 2N, in limbs below 2^BITS.
pub(super) struct Portable<L: Limb, const LIMBS: usize> {
    n_plus_1: [L; LIMBS],
    /// The columns of a product, lower half and upper half: room to work in, wiped on drop.
    columns: Zeroizing<[[L::Column; LIMBS]; 2]>,
}

impl<L: Limb, const LIMBS: usize> Portable<L, LIMBS> {
    pub(super) fn new() -> Self {
        const {
            assert!(LIMBS.is_multiple_of(LAST_ROWS), "passes of 8 and at most one of 4 cover all limbs");
            assert!(LIMBS * L::BITS >= 3072 + 8, "R is at least 2^8 * 2^3072, which the bounds on elements need");
            assert!(LIMBS < 128, "a column sums less than 2^8 products of 2^(2 * BITS), and there are 8 spare bits");
        }
        let mut n_plus_1 = [L::ZERO; LIMBS];
        limb::split(&group::N_PLUS_1, &mut n_plus_1);
        Self { n_plus_1, columns: Zeroizing::new([[L::EMPTY; LIMBS]; 2]) }
    }

    /// a := (columns + q * N) / R, where q is what makes the division exact: see the module [`super::montgomery`].
    ///
    /// Bound: with the columns a product of two elements, hence below 4N^2, the result is below (4N^2 + R * N) / R, which
    /// is below N + N / 2^6, because N < 2^3072 and R >= 2^3080. With the square of one that was shifted, they are below
    /// 2^64 * N^2, which for R = 2^3136 is below R * N, and the result below 2N.
    #[inline]
    fn reduce(&mut self, a: &mut [L; LIMBS]) {
        let columns = self.columns.as_flattened_mut();
        let mut carry = L::EMPTY;
        let mut at = 0;
        while at + ROWS <= LIMBS {
            reduce_rows::<L, ROWS, LIMBS>(&mut columns[at..], &mut carry, &self.n_plus_1);
            at += ROWS;
        }
        if at < LIMBS {
            reduce_rows::<L, LAST_ROWS, LIMBS>(&mut columns[at..], &mut carry, &self.n_plus_1);
        }
        for (limb, &column) in a.iter_mut().zip(&columns[LIMBS..]) {
            carry += column;
            *limb = L::take(&mut carry);
        }
        debug_assert!(carry == L::EMPTY, "the result is below 2N, and 2N below R");
    }
}

impl<L: Limb, const LIMBS: usize> Montgomery for Portable<L, LIMBS>
where
    [L; LIMBS]: Element,
{
    type Element = [L; LIMBS];

    const R_BITS: usize = LIMBS * L::BITS;

    fn split(words: &[u64; WORDS], element: &mut Self::Element) {
        limb::split(words, element);
    }

    fn join(element: &Self::Element, words: &mut [u64; WORDS]) {
        limb::join(element, words);
    }

    fn multiply(&mut self, a: &mut Self::Element, b: &Self::Element) {
        *self.columns = [[L::EMPTY; LIMBS]; 2];
        let columns = self.columns.as_flattened_mut();
        let (passes, rest) = a.as_chunks::<ROWS>();
        for (i, rows) in passes.iter().enumerate() {
            add_product(&mut columns[i * ROWS..], rows, b);
        }
        if let Some(rows) = rest.first_chunk::<LAST_ROWS>() {
            add_product(&mut columns[passes.len() * ROWS..], rows, b);
        }
        self.reduce(a);
    }

    /// Each product of two different limbs is needed twice, and computed once with one of the two doubled.
    fn square(&mut self, a: &mut Self::Element) {
        *self.columns = [[L::EMPTY; LIMBS]; 2];
        let columns = self.columns.as_flattened_mut();
        let mut at = 0;
        let mut limbs = &a[..];
        while let Some((rows, rest)) = limbs.split_first_chunk::<ROWS>() {
            let doubled = Zeroizing::new(rows.map(L::doubled));
            add_square(&mut columns[2 * at..], rows, &doubled);
            if rest.len() >= ROWS {
                add_product(&mut columns[2 * at + ROWS..], &doubled, rest);
            } else if let Some(rest) = rest.first_chunk::<LAST_ROWS>() {
                add_product(&mut columns[2 * at + ROWS..], rest, &doubled[..]);
            }
            limbs = rest;
            at += ROWS;
        }
        if let Some(rows) = limbs.first_chunk::<LAST_ROWS>() {
            add_square(&mut columns[2 * at..], rows, &Zeroizing::new(rows.map(L::doubled)));
        }
        self.reduce(a);
    }
}

/// So that `shifts` is tested on every machine. Where it is used, this kernel is not compiled.
#[cfg(test)]
impl super::shifts::Shift for Portable32 {
    fn shift(element: &mut Self::Element, bits: u8) {
        let mut carry = 0;
        for limb in element {
            *limb = limb.shifted(bits, &mut carry);
        }
        debug_assert!(carry == 0, "2^32 * N is below R");
    }
}

impl<L: Limb, const LIMBS: usize> ZeroizeOnDrop for Portable<L, LIMBS> {}

/// columns\[i + j\] += x\[i\] * y\[j\], for at least as many y as x. Leaks: the length of y.
///
/// Bound: whoever calls this adds at most `LIMBS` products of limbs to a column, a doubled one counting twice, and a
/// reduction `LIMBS` - 1 more: for 52 limbs of 60 bits 103 * 2^120 < 2^127, for 112 limbs of 28 bits 223 * 2^56 < 2^64 -
/// 2^61. The carry out of the column below, less than 2^68 or 2^36, fits besides.
#[inline]
fn add_product<L: Limb, const R: usize>(columns: &mut [L::Column], x: &[L; R], y: &[L]) {
    let (first, last) = (&y[..R], &y[y.len() - R..]);
    let (low, high) = columns[..y.len() + R - 1].split_at_mut(y.len());
    for k in 1..R {
        for i in 0..k {
            low[k - 1] += L::product(x[i], first[k - 1 - i]);
        }
    }
    add_windows(&mut low[R - 1..], x, y);
    for k in 0..R - 1 {
        for i in k + 1..R {
            high[k] += L::product(x[i], last[R + k - i]);
        }
    }
}

/// The columns to which all of x contributes: columns\[k\] += the sum of x\[i\] * y\[R - 1 + k - i\].
#[inline]
fn add_windows<L: Limb, const R: usize>(columns: &mut [L::Column], x: &[L; R], y: &[L]) {
    for (column, window) in columns.iter_mut().zip(y.windows(R)) {
        for i in 0..R {
            *column += L::product(x[i], window[R - 1 - i]);
        }
    }
}

/// columns += x * x.
#[inline]
fn add_square<L: Limb, const R: usize>(columns: &mut [L::Column], x: &[L; R], doubled: &[L; R]) {
    for k in 0..R {
        for i in 0..k {
            columns[i + k] += L::product(doubled[i], x[k]);
        }
        columns[2 * k] += L::product(x[k], x[k]);
    }
}

/// Clears the lowest `R` columns by adding q * N, digit by digit, and leaves in `carry` what belongs to the next column.
///
/// A column that is complete is congruent to its quotient digit: N = -1 modulo 2^BITS. Adding q * N = q * (N + 1) - q clears
/// the digit itself, and N + 1 has nothing in the column, because its lowest limb is 0.
#[inline]
fn reduce_rows<L: Limb, const R: usize, const LIMBS: usize>(
    columns: &mut [L::Column],
    carry: &mut L::Column,
    n_plus_1: &[L; LIMBS],
) {
    let mut q = Zeroizing::new([L::ZERO; R]);
    for k in 0..R {
        *carry += columns[k];
        for i in 0..k {
            *carry += L::product(q[i], n_plus_1[k - i]);
        }
        q[k] = L::take(carry);
    }
    add_windows(&mut columns[R..LIMBS], &q, &n_plus_1[1..]);
    let high = &mut columns[LIMBS..];
    for k in 0..R - 1 {
        for i in k + 1..R {
            high[k] += L::product(q[i], n_plus_1[LIMBS + k - i]);
        }
    }
}

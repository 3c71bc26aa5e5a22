#![doc = include_str!("../../docs/ifma.md")]
#![expect(unsafe_code, reason = "calls of functions that need a CPU feature, behind a value that is the proof of it")]

use core::arch::x86_64::{
    __m512i, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm512_add_epi64, _mm512_alignr_epi64, _mm512_and_si512,
    _mm512_broadcastq_epi64, _mm512_castsi512_si128, _mm512_cvtepi64_epi8, _mm512_cvtepu8_epi64, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_maskz_srli_epi64, _mm512_or_si512, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_slli_epi64, _mm512_srli_epi64,
};

use zeroize::Zeroize;

use super::{
    WORDS, group,
    montgomery::{self, Element, Montgomery},
};

cpufeatures::new!(cpu, "avx512f", "avx512ifma");

/// A value of this type is the proof that the CPU has AVX-512 IFMA, and that the operating system keeps its registers.
#[derive(Clone, Copy)]
pub(super) struct Ifma(());

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        cpu::get().then_some(Self(()))
    }
}

/// Eight limbs of 52 bits, and 12 bits of room above each.
type Vector = __m512i;

const LIMBS: usize = 60;
const LIMB_BITS: usize = 52;
const LIMB_MASK: u64 = (1 << LIMB_BITS) - 1;

/// 60 limbs and four zeros: limb 8l + j is lane l of register j, and so the word at 8j + l.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Limbs([u64; 64]);

/// N + 1, whose limb 0 is 0.
static N_PLUS_1: Limbs = {
    let mut limbs = Limbs([0; 64]);
    limbs.split(&group::N_PLUS_1);
    limbs
};

impl Limbs {
    /// The place of a limb among the words.
    const fn place(limb: usize) -> usize {
        8 * (limb & 7) + (limb >> 3)
    }

    /// Cuts 13 words at a time, which are 16 limbs, so that all places and shifts within such a group are constants.
    const fn split(&mut self, words: &[u64; WORDS]) {
        let mut group = 0;
        while group < 4 {
            let mut group_words = [0; 14];
            let mut i = 0;
            while i < 13 && 13 * group + i < WORDS {
                group_words[i] = words[13 * group + i];
                i += 1;
            }
            i = 0;
            while i < 16 {
                let (word, shift) = ((i * LIMB_BITS) >> 6, (i * LIMB_BITS) & 63);
                // Twice, because a shift by 64 is none at all.
                let above = group_words[word + 1] << 1 << (63 - shift);
                self.0[Self::place(16 * group + i)] = (group_words[word] >> shift | above) & LIMB_MASK;
                i += 1;
            }
            group += 1;
        }
    }

    /// The inverse of [`Limbs::split`], for an integer below 2^3072.
    fn join(&self, words: &mut [u64; WORDS]) {
        *words = [0; WORDS];
        for i in 0..LIMBS {
            let (word, shift) = ((i * LIMB_BITS) >> 6, (i * LIMB_BITS) & 63);
            let limb = self.0[Self::place(i)];
            words[word] |= limb << shift;
            if word + 1 < WORDS {
                words[word + 1] |= limb >> 1 >> (63 - shift);
            }
        }
    }

    const fn registers(&self) -> &[Vector; 8] {
        // SAFETY: the two arrays have the same size, a register may hold any bits, and `Limbs` is aligned to 64 bytes.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }

    const fn from_registers(registers: &[Vector; 8]) -> Self {
        // SAFETY: the two types have the same size and alignment, and any bits are a valid `Limbs`.
        unsafe { *core::ptr::from_ref(registers).cast() }
    }
}

impl Zeroize for Limbs {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Element for Limbs {
    const ZERO: Self = Self([0; 64]);

    #[inline]
    fn or_masked(&mut self, other: &Self, mask: u64) {
        self.0.or_masked(&other.0, mask);
    }
}

#[cfg(test)]
impl super::tests::BelowTwiceN for Ifma {
    fn add_2_to_the_3072(element: &mut Limbs) {
        element.0[Limbs::place(59)] |= 1 << 4; // 3072 = 59 * 52 + 4
    }
}

impl Montgomery for Ifma {
    type Element = Limbs;

    const R_BITS: usize = LIMBS * LIMB_BITS;

    fn split(words: &[u64; WORDS], element: &mut Limbs) {
        element.split(words);
    }

    fn join(element: &Limbs, words: &mut [u64; WORDS]) {
        element.join(words);
    }

    fn multiply(&mut self, a: &mut Limbs, b: &Limbs) {
        // SAFETY: `self` is the proof of the CPU features.
        unsafe { multiply(a, b) };
    }

    fn square(&mut self, a: &mut Limbs) {
        // SAFETY: `self` is the proof of the CPU features.
        unsafe { square(a) };
    }

    fn select<E: Element>(&self, table: &[E], index: u8, entry: &mut E) {
        // SAFETY: `self` is the proof of the CPU features.
        unsafe { select(table, index, entry) };
    }
}

/// [`montgomery::select`], 512 bits at a time.
#[target_feature(enable = "avx512f")]
fn select<E: Element>(table: &[E], index: u8, entry: &mut E) {
    montgomery::select_in_registers(table, index, entry);
}

/// a := a * b / R mod N, below 2N where a and b are below 2N.
#[target_feature(enable = "avx512f,avx512ifma")]
fn multiply(a: &mut Limbs, b: &Limbs) {
    let (n_plus_1, b) = (N_PLUS_1.registers(), b.registers());
    let mut sum = Sum::zero();
    for i in 0..LIMBS {
        sum = product_row(sum, a.0[Limbs::place(i)], b, n_plus_1);
    }
    *a = carry_fully(sum.total(n_plus_1, false));
}

/// a := a * a / R mod N, below 2N where a is below 2N.
#[target_feature(enable = "avx512f,avx512ifma")]
fn square(a: &mut Limbs) {
    let n_plus_1 = N_PLUS_1.registers();
    let mut sum = Sum::zero();
    for lane in 0..8 {
        sum = square_row::<0>(sum, lane, a, n_plus_1);
        sum = square_row::<1>(sum, lane, a, n_plus_1);
        sum = square_row::<2>(sum, lane, a, n_plus_1);
        sum = square_row::<3>(sum, lane, a, n_plus_1);
        if lane == 7 {
            break; // limbs 60 to 63 are 0, and R has no more than 60
        }
        sum = square_row::<4>(sum, lane, a, n_plus_1);
        sum = square_row::<5>(sum, lane, a, n_plus_1);
        sum = square_row::<6>(sum, lane, a, n_plus_1);
        sum = square_row::<7>(sum, lane, a, n_plus_1);
    }
    *a = carry_fully(sum.total(n_plus_1, true));
}

/// The accumulator of a product under way: T = t + u, or t + 2u in a square, plus what is still due.
///
/// Two sets of registers, so that the additions to one register do not wait for each other.
///
/// Bound: over all rows a limb receives at most the low and the high half of 60 products with limbs of `a` and of 60 with
/// quotient digits, 240 * 2^52 < 2^60, a doubled product counting twice. No carry moves but the one out of the lowest limb,
/// which is below 2^8.
#[derive(Clone, Copy)]
struct Sum {
    t: [Vector; 8],
    u: [Vector; 8],
    /// Due to lane 0 of register 0: the carry out of the limb that left last.
    carry: Vector,
    /// The quotient digit of the last row in all lanes; the high half of its product with register 0 of N + 1 is still due.
    q: Vector,
}

impl Sum {
    #[target_feature(enable = "avx512f")]
    fn zero() -> Self {
        let zero = _mm512_setzero_si512();
        Self { t: [zero; 8], u: [zero; 8], carry: zero, q: zero }
    }

    /// T := (T + q * N) / 2^52, where `low` is register 0 of T and q the lowest limb of T.
    ///
    /// That is floor(T / 2^52) + q * ((N + 1) / 2^52). Every register takes the place of the one before it; register 0
    /// becomes register 7, its lanes rotated by one, because limb 8l + 8 is limb 8(l + 1) + 0. Only bits 0 to 51 of `q`
    /// count: the multiplier ignores the others.
    ///
    /// The next digit needs lane 0 of the new register 0, so that this is the one product on the critical path. What belongs
    /// to the other lanes of that register can wait: limb 0 of N + 1 is 0, and the high half of q * register 0 is added in
    /// the next row, when the register has already been rotated.
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn reduce_by_a_limb(self, low: Vector, n_plus_1: &[Vector; 8]) -> Self {
        let q = _mm512_broadcastq_epi64(_mm512_castsi512_si128(low));
        let carry = _mm512_maskz_srli_epi64(1, low, LIMB_BITS as u32);
        let [_, t1, t2, t3, t4, t5, t6, t7] = self.t;
        let [_, u1, u2, u3, u4, u5, u6, u7] = self.u;
        let rotated_n = rotate_down(n_plus_1[0]);
        let t8 = _mm512_madd52hi_epu64(rotate_down(low), self.q, rotated_n);
        let mut t = [t1, t2, t3, t4, t5, t6, t7, t8];
        add_low_halves(&mut t[..7], q, &n_plus_1[1..]);
        t[7] = _mm512_madd52lo_epu64(t[7], q, rotated_n);
        add_high_halves(&mut t[1..], q, &n_plus_1[1..]);
        Self { t, u: [u1, u2, u3, u4, u5, u6, u7, _mm512_setzero_si512()], carry, q }
    }

    /// The registers of T, with what was due.
    #[target_feature(enable = "avx512f,avx512ifma")]
    #[inline]
    fn total(self, n_plus_1: &[Vector; 8], double_u: bool) -> [Vector; 8] {
        let Self { mut t, u, carry, q } = self;
        t[0] = _mm512_madd52hi_epu64(_mm512_add_epi64(t[0], carry), q, n_plus_1[0]);
        for (t, u) in t.iter_mut().zip(u) {
            let u = if double_u { _mm512_add_epi64(u, u) } else { u };
            *t = _mm512_add_epi64(*t, u);
        }
        t
    }
}

/// T := (T + `limb` * b + q * N) / 2^52.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn product_row(mut sum: Sum, limb: u64, b: &[Vector; 8], n_plus_1: &[Vector; 8]) -> Sum {
    let a = _mm512_set1_epi64(limb.cast_signed());
    add_low_halves(&mut sum.u, a, b);
    let low = _mm512_add_epi64(sum.t[0], _mm512_add_epi64(sum.u[0], sum.carry));
    let mut sum = sum.reduce_by_a_limb(low, n_plus_1);
    // One limb lower now, which is where the high halves of this row's products belong.
    add_high_halves(&mut sum.u, a, b);
    sum
}

/// The row of limb 8 * `lane` + `J` in a square: only its products with the registers from `J` on.
///
/// Limb 8l + j meets limb 8l' + j' in the row of one or of the other. With j < j' it is always the row of 8l + j, and the
/// product counts twice; with j = j' both rows do it. No product comes too late: a row's own limb is at most the place of
/// the product, and the place of a limb is reduced in its own row.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn square_row<const J: usize>(mut sum: Sum, lane: usize, limbs: &Limbs, n_plus_1: &[Vector; 8]) -> Sum {
    let b = limbs.registers();
    let a = _mm512_set1_epi64(limbs.0[8 * J + lane].cast_signed());
    add_low_halves(&mut sum.u[J + 1..], a, &b[J + 1..]);
    let mut low = _mm512_add_epi64(sum.u[0], sum.u[0]);
    if J == 0 {
        low = _mm512_madd52lo_epu64(low, a, b[0]);
    } else {
        sum.t[J] = _mm512_madd52lo_epu64(sum.t[J], a, b[J]);
    }
    if J < 7 {
        sum.t[J + 1] = _mm512_madd52hi_epu64(sum.t[J + 1], a, b[J]);
    }
    let low = _mm512_add_epi64(sum.t[0], _mm512_add_epi64(low, sum.carry));
    let mut sum = sum.reduce_by_a_limb(low, n_plus_1);
    if J == 7 {
        sum.t[7] = _mm512_madd52hi_epu64(sum.t[7], a, b[7]);
    }
    add_high_halves(&mut sum.u[J + 1..], a, &b[J + 1..]);
    sum
}

/// Adds to each register the low halves of the products of `a` with a register of b.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn add_low_halves(sum: &mut [Vector], a: Vector, b: &[Vector]) {
    for (sum, &b) in sum.iter_mut().zip(b) {
        *sum = _mm512_madd52lo_epu64(*sum, a, b);
    }
}

/// Adds to each register the high halves of the products of `a` with a register of b.
#[target_feature(enable = "avx512f,avx512ifma")]
#[inline]
fn add_high_halves(sum: &mut [Vector], a: Vector, b: &[Vector]) {
    for (sum, &b) in sum.iter_mut().zip(b) {
        *sum = _mm512_madd52hi_epu64(*sum, a, b);
    }
}

/// Moves all carries: limbs below 2^60 in, limbs below 2^52 out.
///
/// One round in parallel leaves every limb below 2^52 + 2^8, so that no limb carries more than 1 from now on. Which of them
/// do is a question of single bits, and an addition of two 64-bit integers answers it for all 64 limbs at once: bit i of
/// `generate` says that limb i carries by itself (it has reached 2^52), bit i of `reaches` that it does so at the latest when
/// it receives a carry (it has reached 2^52 - 1). The bits in which `generate` + `reaches` differs from their exclusive or are
/// those that received a carry.
#[target_feature(enable = "avx512f")]
#[inline]
fn carry_fully(mut t: [Vector; 8]) -> Limbs {
    debug_assert!(Limbs::from_registers(&t).0.iter().all(|&limb| limb < 1 << 60), "see the bound on Sum");
    let mask = _mm512_set1_epi64(LIMB_MASK.cast_signed());
    let one = _mm512_set1_epi64(1);

    let mut carries = t;
    for j in 0..8 {
        carries[j] = _mm512_srli_epi64(t[j], LIMB_BITS as u32);
        t[j] = _mm512_and_si512(t[j], mask);
    }
    for j in 1..8 {
        t[j] = _mm512_add_epi64(t[j], carries[j - 1]);
    }
    t[0] = _mm512_add_epi64(t[0], rotate_up(carries[7]));

    let (mut generates, mut reaches) = (t, t);
    for j in 0..8 {
        generates[j] = _mm512_srli_epi64(t[j], LIMB_BITS as u32);
        reaches[j] = _mm512_srli_epi64(_mm512_add_epi64(t[j], one), LIMB_BITS as u32);
    }
    let (generate, reaches) = (bits_of_limbs(&generates), bits_of_limbs(&reaches));
    let received = generate.wrapping_add(reaches) ^ generate ^ reaches;
    debug_assert!(generate >> (LIMBS - 1) == 0, "the integer is below 2N, and 2N below 2^(52 * 59 + 6)");

    // Byte l of `received` belongs to lane l, its bit j to register j.
    let mut received = _mm512_cvtepu8_epi64(_mm_cvtsi64_si128(received.cast_signed()));
    for t in &mut t {
        *t = _mm512_and_si512(_mm512_add_epi64(*t, _mm512_and_si512(received, one)), mask);
        received = _mm512_srli_epi64(received, 1);
    }
    Limbs::from_registers(&t)
}

/// Collects the lowest bits of all limbs, which are all that is set in them: bit i is that of limb i.
#[target_feature(enable = "avx512f")]
#[inline]
fn bits_of_limbs(bits: &[Vector; 8]) -> u64 {
    let &[b0, b1, b2, b3, b4, b5, b6, b7] = bits;
    let (b01, b23) = (beside::<1>(b0, b1), beside::<1>(b2, b3));
    let (b45, b67) = (beside::<1>(b4, b5), beside::<1>(b6, b7));
    let bytes = beside::<4>(beside::<2>(b01, b23), beside::<2>(b45, b67));
    _mm_cvtsi128_si64(_mm512_cvtepi64_epi8(bytes)).cast_unsigned()
}

/// low | high << `SHIFT`.
#[target_feature(enable = "avx512f")]
#[inline]
fn beside<const SHIFT: u32>(low: Vector, high: Vector) -> Vector {
    _mm512_or_si512(low, _mm512_slli_epi64(high, SHIFT))
}

/// Lane l takes lane l + 1, the last one 0.
#[target_feature(enable = "avx512f")]
#[inline]
fn rotate_down(vector: Vector) -> Vector {
    _mm512_alignr_epi64(_mm512_setzero_si512(), vector, 1)
}

/// Lane l takes lane l - 1, the first one 0.
#[target_feature(enable = "avx512f")]
#[inline]
fn rotate_up(vector: Vector) -> Vector {
    _mm512_alignr_epi64(vector, _mm512_setzero_si512(), 7)
}

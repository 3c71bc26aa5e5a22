//! Exponentiation modulo the one prime, in constant time.
//!
//! Integers, limbs and kernels; knows nothing of SRP. A kernel ([`montgomery`] says what that is) only multiplies and
//! squares: [`ladder`] is the one exponentiation and `comb` the one with the base g, over all of them; `shifts` is in its place in
//! WebAssembly that has to be small.

#![expect(clippy::cast_possible_truncation, reason = "limb arithmetic takes the low half of a wide value by `as`")]

#[cfg(target_arch = "x86_64")]
mod adx;
#[cfg(any(not(all(cognito_srp_small, target_arch = "wasm32")), test))]
mod comb;
mod group;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod kernel;
mod ladder;
mod limb;
mod montgomery;
#[cfg(any(not(all(cognito_srp_small, target_arch = "wasm32")), test))]
mod portable;
#[cfg(any(all(cognito_srp_small, target_arch = "wasm32"), test))]
mod shifts;
#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
mod simd128;
#[cfg(test)]
mod tests;

use ctutils::Choice;
use zeroize::{Zeroize, ZeroizeOnDrop};

use self::group::less_than;
#[cfg(cognito_srp_kernel_override)]
pub use self::kernel::override_kernel;
pub use self::kernel::{Kernel, kernel};

/// Integers are kept, and exchanged between kernels, as this many little-endian `u64` words: 3072 bits.
const WORDS: usize = 48;

/// Bytes of N, and of a residue at its full width.
pub(crate) const BYTES: usize = 8 * WORDS;

/// N in big-endian bytes, for those who hash it.
pub(crate) fn n_be_bytes() -> [u8; BYTES] {
    be_bytes(&group::N)
}

/// An integer in 0..N, wiped on drop.
///
/// The only way in is a parse that checks the range, or arithmetic that keeps it.
#[derive(Clone)]
pub(crate) struct Residue([u64; WORDS]);

impl Residue {
    /// The generator g = 2.
    pub(crate) const fn g() -> Self {
        let mut words = [0; WORDS];
        words[0] = 2;
        Self(words)
    }

    /// The integer in big-endian bytes, however many zeros it begins with; `None` at N and above.
    ///
    /// Leaks: the bytes. For values that came over the wire.
    pub(crate) fn from_public_be_bytes(bytes: &[u8]) -> Option<Self> {
        let significant = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
        if significant.len() > BYTES {
            return None;
        }
        let words = words_of(significant);
        less_than(&words, &group::N).then_some(Self(words))
    }

    /// An integer of 256 bits, in big-endian bytes.
    pub(crate) fn from_256_bits(bytes: &[u8; 32]) -> Self {
        Self(words_of(bytes))
    }

    /// An integer that may also be N itself, which stands for 0. The caller wipes it.
    fn from_at_most_n(words: &[u64; WORDS]) -> Self {
        debug_assert!(!less_than(&group::N, words), "whoever calls this has the bound");
        let differing = words.iter().zip(&group::N).fold(0, |bits, (a, n)| bits | (a ^ n));
        let keep = Choice::from_u64_nz(differing).to_u64_mask();
        let mut residue = Self([0; WORDS]);
        for (to, word) in residue.0.iter_mut().zip(words) {
            *to = word & keep;
        }
        residue
    }

    const fn words(&self) -> &[u64; WORDS] {
        &self.0
    }

    /// All 384 bytes, big-endian; where the value is a secret, the caller wipes them.
    pub(crate) fn to_be_bytes(&self) -> [u8; BYTES] {
        be_bytes(&self.0)
    }

    /// Whether this is 0. Leaks: the answer.
    pub(crate) fn is_zero_public(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// self^exponent mod N, the exponent in big-endian bytes, of any length; an empty exponent is 0.
    ///
    /// Leaks: the length of the exponent in bytes. Neither its bits (leading zeros included) nor the base.
    #[inline(never)] // so that ci/machine-code finds it
    pub(crate) fn pow(&self, exponent: &[u8]) -> Self {
        kernel::pow(self, exponent)
    }

    /// g^exponent mod N, as [`Residue::pow`] computes it, but faster: one base has always the same powers.
    ///
    /// Leaks: the length of the exponent in bytes. Not its bits, leading zeros included.
    #[inline(never)] // so that ci/machine-code finds it
    pub(crate) fn power_of_g(exponent: &[u8]) -> Self {
        kernel::power_of_g(exponent)
    }

    /// [`Residue::pow`] by one kernel; `None` where the machine lacks it.
    #[cfg(feature = "hazmat")]
    pub(crate) fn pow_by(&self, kernel: Kernel, exponent: &[u8]) -> Option<Self> {
        kernel::pow_by(kernel, self, exponent)
    }

    /// [`Residue::power_of_g`] by one kernel; `None` where the machine lacks it.
    #[cfg(feature = "hazmat")]
    pub(crate) fn power_of_g_by(kernel: Kernel, exponent: &[u8]) -> Option<Self> {
        kernel::power_of_g_by(kernel, exponent)
    }

    /// self * other mod N.
    #[inline(never)] // so that ci/machine-code finds it
    pub(crate) fn multiply(&self, other: &Self) -> Self {
        kernel::multiply(self, other)
    }

    /// self - other mod N.
    pub(crate) fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negate())
    }

    /// self + other mod N.
    pub(crate) fn add(&self, other: &Self) -> Self {
        let (mut sum, carry) = add(&self.0, &other.0);
        // Adding 2^3072 - N subtracts N, modulo 2^3072, and carries where sum >= N. Both operands are below N: N is due at
        // most once.
        let (mut reduced, reaches_n) = add(&sum, &group::COMPLEMENT);
        let reduce = Choice::from_u64_lsb(u64::from(carry | reaches_n));
        for (word, reduced) in sum.iter_mut().zip(&reduced) {
            *word = reduce.select_u64(*word, *reduced);
        }
        reduced.zeroize();
        Self(sum)
    }

    /// -self mod N.
    fn negate(&self) -> Self {
        // N - self = N + !self + 1 modulo 2^3072, in 1..=N.
        let mut complement = self.0;
        for word in &mut complement {
            *word = !*word;
        }
        let (mut sum, _) = add(&complement, &group::N_PLUS_1);
        let residue = Self::from_at_most_n(&sum);
        complement.zeroize();
        sum.zeroize();
        residue
    }
}

impl Zeroize for Residue {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Drop for Residue {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Residue {}

/// Reads at most [`BYTES`] big-endian bytes.
fn words_of(be_bytes: &[u8]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    for (word, chunk) in words.iter_mut().zip(be_bytes.rchunks(8)) {
        *word = chunk.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
    words
}

fn be_bytes(words: &[u64; WORDS]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (chunk, word) in bytes.rchunks_exact_mut(8).zip(words) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// a + b modulo 2^3072, and the carry out of it.
const fn add(a: &[u64; WORDS], b: &[u64; WORDS]) -> ([u64; WORDS], bool) {
    let mut sum = [0; WORDS];
    let mut carry = false;
    let mut i = 0;
    while i < WORDS {
        (sum[i], carry) = add_with_carry(a[i], b[i], carry);
        i += 1;
    }
    (sum, carry)
}

/// a + b + carry modulo 2^64, and the carry out of it. The sum is at most 2 * (2^64 - 1) + 1: only one of the two additions
/// overflows.
#[inline]
const fn add_with_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

//! Who can exponentiate modulo N. Each sets up once what a fair user would set up once, and gets base and exponent as
//! integers of its own; both is outside the time. Inside is what one exponentiation needs, conversions into and out of
//! Montgomery form included.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(any(feature = "aws-lc", feature = "openssl"))]
mod bn;
mod crypto_bigint;
#[cfg(feature = "gmp")]
mod gmp;
mod num_bigint;
#[cfg(feature = "openssl")]
mod openssl;
mod ours;

use std::rc::Rc;

use ::num_bigint::BigUint;
use cognito_srp_reference as reference;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::{
    kernels,
    measure::{Candidate, Task},
};

/// Bits of the exponents that occur: x, our own `a`, other clients' `a`, the width of N.
pub const EXPONENTS: [usize; 4] = [256, 512, 1024, 3072];

/// base^exponent mod N, in big-endian bytes.
pub struct Problem {
    pub base: Vec<u8>,
    pub exponent: Vec<u8>,
    pub power: BigUint,
}

impl Problem {
    /// A random base of the full width, and a random exponent of exactly so many bits.
    #[must_use]
    pub fn variable_base(bits: usize) -> Self {
        Self::new(bytes(!bits, reference::n().to_bytes_be().len()), bits)
    }

    /// g and such an exponent.
    #[must_use]
    pub fn fixed_base(bits: usize) -> Self {
        Self::new(reference::g().to_bytes_be(), bits)
    }

    fn new(base: Vec<u8>, bits: usize) -> Self {
        let mut exponent = bytes(bits, bits / 8);
        exponent[0] |= 0x80;
        let [base_int, exponent_int] = [&base, &exponent].map(|bytes| BigUint::from_bytes_be(bytes));
        Self { power: base_int.modpow(&exponent_int, &reference::n()), base, exponent }
    }

    /// Ends the comparison if an engine found another power.
    fn check(&self, engine: &str, power: &BigUint) {
        let bits = self.exponent.len() * 8;
        assert!(*power == self.power, "{engine} disagrees with num-bigint at an exponent of {bits} bits");
    }
}

/// Random, the same in every run, and below N: N begins with 64 ones, this with a zero.
fn bytes(seed: usize, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    StdRng::seed_from_u64(seed as u64).fill_bytes(&mut bytes);
    bytes[0] &= 0x7f;
    bytes
}

/// What one engine holds for one problem.
trait Engine {
    /// What must be set before, outside the time.
    fn ready(&mut self) {}

    /// Computes, and keeps the result.
    fn run(&mut self);

    /// The last result.
    fn power(&self) -> BigUint;
}

struct Exponentiation<E> {
    name: String,
    engine: E,
    problem: Rc<Problem>,
}

impl<E: Engine> Task for Exponentiation<E> {
    fn ready(&mut self) {
        self.engine.ready();
    }

    fn run(&mut self) {
        self.engine.run();
    }

    fn check(&self) {
        self.problem.check(&self.name, &self.engine.power());
    }
}

fn candidate<E: Engine + 'static>(name: &str, engine: E, problem: &Rc<Problem>) -> Candidate {
    let task = Exponentiation { name: name.to_owned(), engine, problem: Rc::clone(problem) };
    Candidate { name: name.to_owned(), task: Box::new(task) }
}

/// Everybody that was built, this library's kernels first.
#[must_use]
pub fn all(problem: Problem) -> Vec<Candidate> {
    let problem = &Rc::new(problem);
    let ours = kernels::available().map(|kernel| ours::candidate(kernel, problem));
    ours.chain(rivals(problem)).collect()
}

fn rivals(problem: &Rc<Problem>) -> Vec<Candidate> {
    vec![
        #[cfg(feature = "aws-lc")]
        aws_lc::candidate(problem),
        #[cfg(feature = "openssl")]
        openssl::candidate(problem),
        #[cfg(feature = "gmp")]
        gmp::secure(problem),
        #[cfg(feature = "gmp")]
        gmp::variable_time(problem),
        crypto_bigint::montgomery(problem),
        crypto_bigint::almost_montgomery(problem),
        num_bigint::candidate(problem),
    ]
}

/// The names in the tables.
pub mod name {
    pub const AWS_LC: &str = "AWS-LC";
    pub const CRYPTO_BIGINT: &str = "crypto-bigint, pow";
    pub const CRYPTO_BIGINT_AMM: &str = "crypto-bigint, pow_amm";
    pub const GMP: &str = "GMP, mpz_powm (variable time)";
    pub const GMP_SECURE: &str = "GMP, mpz_powm_sec";
    pub const NUM_BIGINT: &str = "num-bigint (variable time)";
    pub const OPENSSL: &str = "OpenSSL";
}

/// In words, the rivals that were left out of this build.
#[must_use]
pub fn missing() -> Vec<String> {
    [
        ("AWS-LC", "aws-lc", cfg!(feature = "aws-lc")),
        ("GMP", "gmp", cfg!(feature = "gmp")),
        ("OpenSSL", "openssl", cfg!(feature = "openssl")),
    ]
    .into_iter()
    .filter(|&(_, _, built)| !built)
    .map(|(name, feature, _)| format!("{name}: this program was built without its feature `{feature}`"))
    .collect()
}

/// What the rivals that are C say of themselves.
#[must_use]
pub fn versions() -> Vec<(&'static str, String)> {
    let versions: Vec<(_, String)> = vec![
        #[cfg(feature = "aws-lc")]
        ("AWS-LC", aws_lc::version()),
        #[cfg(feature = "gmp")]
        ("GMP", gmp::version()),
        #[cfg(feature = "openssl")]
        ("OpenSSL", openssl::version()),
    ];
    // Some begin with their name.
    versions.into_iter().map(|(name, version)| (name, version.trim_start_matches(name).trim().to_owned())).collect()
}

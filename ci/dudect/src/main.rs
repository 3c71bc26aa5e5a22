//! Constant time, by statistics: the times of one computation, with a fixed secret and with random ones in random order, are
//! held against each other with Welch's t-test, as dudect does (O. Reparaz, J. Balasch and I. Verbauwhede, "Dude, is my code
//! constant time?", DATE 2017). For the kernel that valgrind cannot run, and for the CPU's SHA instructions.
//!
//! The fixed secrets are those that a careless program is fast with: zeros. What is parsed before the computation is public,
//! and parsed in variable time, and the length of enc(S) may be known: so both classes agree in the first byte.

use std::{
    error::Error,
    hint::{black_box, spin_loop},
    sync::OnceLock,
};

use cognito_srp_core::{hazmat, kernel};
use dudect_bencher::{
    BenchRng, Class, CtRunner,
    ctbench::{BenchFn, BenchMetadata, BenchName, BenchOpts, run_benches_console},
    rand::Rng,
};

const HELP: &str = "\
cognito-srp-dudect [OPTION ...]

    --measurements N  of each test (default: 1000000)
    --only NAME       only the tests whose name contains this
    --kernel          prints which kernel is tested: the fastest that this machine has
    --help            this text

Prints one line for each test. Those whose name begins with planted_ leak on purpose; of those that
begin with known_ it is known that they may show something, see SECURITY.md.";

/// The tests, by name.
const TESTS: [(&str, BenchFn); 10] = [
    ("exponent", exponent),
    ("long_exponent", long_exponent),
    ("base", base),
    ("exponent_of_g", exponent_of_g),
    ("hash_of_password", hash_of_password),
    ("prk_of_s", prk_of_s),
    ("known_fresh_s", known_fresh_s),
    ("known_key_of_prk", known_key_of_prk),
    ("planted_zeros_in_front", planted_zeros_in_front),
    ("planted_comparison", planted_comparison),
];

/// A leak that was planted shows after this part of the measurements.
const PLANTED: usize = 5;

static MEASUREMENTS: OnceLock<usize> = OnceLock::new();

fn measurements() -> usize {
    MEASUREMENTS.get().copied().unwrap_or(1_000_000)
}

fn main() -> Result<(), Box<dyn Error>> {
    use lexopt::prelude::*;
    let mut arguments = lexopt::Parser::from_env();
    let mut only = String::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("measurements") => drop(MEASUREMENTS.set(arguments.value()?.parse()?)),
            Long("only") => only = arguments.value()?.string()?,
            Long("kernel") => {
                println!("{:?}", kernel());
                return Ok(());
            }
            Long("help") | Short('h') => {
                println!("{HELP}");
                return Ok(());
            }
            _ => return Err(argument.unexpected().into()),
        }
    }
    let tests = TESTS.into_iter().filter(|(name, _)| name.contains(&only));
    let benches = tests.map(|(name, benchfn)| BenchMetadata { name: BenchName(name), seed: None, benchfn }).collect();
    Ok(run_benches_console(BenchOpts::default(), benches)?)
}

/// Inputs of both classes, in random order: as many bytes each, drawn in the same way and copied to one place.
fn run<const N: usize, T>(
    runner: &mut CtRunner,
    rng: &mut BenchRng,
    measurements: usize,
    fixed: [u8; N],
    shape: impl Fn(&mut [u8; N]),
    work: impl Fn(&[u8; N]) -> T,
) {
    const BATCH: usize = 1000;
    for _ in 0..measurements.div_ceil(BATCH) {
        let inputs: Vec<(bool, [u8; N])> = (0..BATCH)
            .map(|_| {
                let mut input = [0; N];
                rng.fill_bytes(&mut input);
                shape(&mut input);
                let is_fixed = rng.next_u32() & 1 == 1;
                (is_fixed, if is_fixed { fixed } else { input })
            })
            .collect();
        for (is_fixed, input) in &inputs {
            let place = black_box(*input);
            black_box(&place);
            settle();
            runner.run_one(if *is_fixed { Class::Left } else { Class::Right }, || work(&place));
        }
    }
}

/// Some microseconds, after which what was stored is no longer on its way.
///
/// On a Zen 4, for a reason that is not known, the hashing of S differs by its value in some processes, by nanoseconds: in 1 of 50
/// without this pause and in none of 50 with it. It does not help the two tests that are known: see SECURITY.md.
fn settle() {
    for _ in 0..100 {
        spin_loop();
    }
}

/// What the fixed integers and the random ones have in common: the parser of public integers looks no further, and the length of
/// enc(S) is decided.
const FIRST_BYTE: u8 = 0x81;

fn integer() -> [u8; 384] {
    let mut integer = [0; 384];
    integer[0] = FIRST_BYTE;
    integer
}

fn as_any<const N: usize>(_: &mut [u8; N]) {}

fn pow(base: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    hazmat::modpow_by(kernel(), base, exponent)
}

/// base^exponent, an exponent of 64 bits: the table, the search in it, products and squares.
fn exponent(runner: &mut CtRunner, rng: &mut BenchRng) {
    let mut base = [0; 384];
    rng.fill_bytes(&mut base);
    base[0] = FIRST_BYTE;
    run(runner, rng, measurements(), [0; 8], as_any, |exponent| pow(&base, exponent));
}

/// The same with the length of an exponent of S.
fn long_exponent(runner: &mut CtRunner, rng: &mut BenchRng) {
    let mut base = [0; 384];
    rng.fill_bytes(&mut base);
    base[0] = FIRST_BYTE;
    run(runner, rng, measurements(), [0; 65], as_any, |exponent| pow(&base, exponent));
}

/// base^exponent, with a base whose limbs are all 0 but one.
fn base(runner: &mut CtRunner, rng: &mut BenchRng) {
    let mut exponent = [0; 4];
    rng.fill_bytes(&mut exponent);
    run(runner, rng, measurements(), integer(), |base| base[0] = FIRST_BYTE, |base| pow(base, &exponent));
}

/// g^exponent, an exponent as long as x.
fn exponent_of_g(runner: &mut CtRunner, rng: &mut BenchRng) {
    run(runner, rng, measurements(), [0; 32], as_any, |exponent| hazmat::power_of_g_by(kernel(), exponent));
}

/// The password's way into x.
fn hash_of_password(runner: &mut CtRunner, rng: &mut BenchRng) {
    let letters = |password: &mut [u8; 32]| password.iter_mut().for_each(|byte| *byte = *byte & 0x3f | 0x40);
    run(runner, rng, measurements(), [b'a'; 32], letters, |password| {
        let password = str::from_utf8(password).unwrap_or_default();
        hazmat::x(b"salt", &hazmat::identity_hash("Example1", "alice", password))
    });
}

/// S's way into the pseudo-random key, from its bytes.
fn prk_of_s(runner: &mut CtRunner, rng: &mut BenchRng) {
    let u = [7; 32];
    run(runner, rng, measurements(), integer(), |s| s[0] = FIRST_BYTE, |s| hazmat::prk_of_bytes(u, s));
}

/// The same, with S read and turned to bytes right before it is hashed.
fn known_fresh_s(runner: &mut CtRunner, rng: &mut BenchRng) {
    let u = [7; 32];
    run(runner, rng, measurements(), integer(), |s| s[0] = FIRST_BYTE, |s| hazmat::prk(u, s));
}

/// The pseudo-random key's way into K.
fn known_key_of_prk(runner: &mut CtRunner, rng: &mut BenchRng) {
    run(runner, rng, measurements(), [0; 32], as_any, hazmat::claim_key);
}

/// A leak: the zero bytes in front of an exponent are passed over.
fn planted_zeros_in_front(runner: &mut CtRunner, rng: &mut BenchRng) {
    let measurements = measurements() / PLANTED;
    run(runner, rng, measurements, [0; 8], as_any, |exponent| {
        let zeros = exponent.iter().take_while(|&&byte| byte == 0).count();
        pow(&integer(), &exponent[zeros..])
    });
}

/// A leak of some hundred nanoseconds: a comparison that ends with the first difference.
fn planted_comparison(runner: &mut CtRunner, rng: &mut BenchRng) {
    let measurements = measurements() / PLANTED;
    let expected = pow(&integer(), &[0; 8]).unwrap_or_default();
    run(runner, rng, measurements, [0; 8], as_any, |exponent| {
        let power = pow(&integer(), exponent).unwrap_or_default();
        power.iter().zip(&expected).take_while(|(a, b)| a == b).count()
    });
}

//! One suite, stamped on every kernel, against `num-bigint`, which shares nothing with them.

#![expect(clippy::expect_used, reason = "a test may panic")]

use alloc::vec::Vec;

use num_bigint::BigUint;

use super::{
    BYTES, Residue, WORDS, group,
    ladder::{self, Montgomery},
    portable::{Portable32, Portable64},
};

fn n() -> BigUint {
    integer(&group::N)
}

fn integer(words: &[u64; WORDS]) -> BigUint {
    words.iter().rev().fold(BigUint::ZERO, |sum, &word| (sum << 64) + word)
}

fn residue(integer: &BigUint) -> Residue {
    Residue::from_public_be_bytes(&integer.to_bytes_be()).expect("below N")
}

fn big(residue: &Residue) -> BigUint {
    BigUint::from_bytes_be(&residue.to_be_bytes())
}

/// Values at which a carry, a borrow or a final subtraction goes wrong first.
fn edges() -> Vec<BigUint> {
    let one = BigUint::from(1u32);
    let mut edges: Vec<_> = [0u32, 1, 2, 3, 5].iter().map(|&small| BigUint::from(small)).collect();
    edges.extend((1..=5u32).map(|back| n() - back));
    edges.push(n() >> 1);
    edges.push(integer(&group::R_MOD_N));
    edges.push(integer(&group::R_MOD_N) - &one);
    edges.push(integer(&group::R_SQUARED_MOD_N));
    // One limb all ones; all limbs up to one all ones; a lone bit at each side of a limb boundary.
    for bit in [32, 64, 96, 128, 1504, 1536, 2944, 2976, 3008, 3040] {
        edges.push(((&one << 64) - &one) << (bit - 32));
        edges.push((&one << bit) - &one);
        edges.push(&one << bit);
        edges.push(&one << (bit - 1));
    }
    edges.push((&one << 3071) + (&one << 3000));
    edges.push((&one << 3072) - (&one << 3008) - &one);
    edges.retain(|edge| *edge < n());
    edges
}

/// A fixed stream of test values; quality does not matter, repeatability does.
fn random_bytes(seed: &mut u64, bytes: usize) -> Vec<u8> {
    (0..bytes)
        .map(|_| {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*seed >> 56) as u8
        })
        .collect()
}

fn random_residue(seed: &mut u64) -> BigUint {
    BigUint::from_bytes_be(&random_bytes(seed, BYTES)) % n()
}

fn products_agree(kernel: &impl Montgomery) {
    let mut values = edges();
    let mut seed = 1;
    values.extend((0..24).map(|_| random_residue(&mut seed)));
    for a in &values {
        let encoded = kernel.encode(&residue(a));
        assert_eq!(big(&kernel.decode(&encoded)), *a, "{a:x}: in and out of Montgomery form");
        assert_eq!(big(&kernel.decode(&kernel.square(&encoded))), a * a % n(), "{a:x} squared");
        for b in &values {
            let product = kernel.multiply(&encoded, &kernel.encode(&residue(b)));
            assert_eq!(big(&kernel.decode(&product)), a * b % n(), "{a:x} * {b:x}");
        }
    }
}

fn powers_agree(kernel: &impl Montgomery) {
    let mut seed = 2;
    for length in [0, 1, 2, 7, 8, 9, 31, 32, 33, 64, 65, 128, 384, 385] {
        let base = random_residue(&mut seed);
        for exponent in [random_bytes(&mut seed, length), alloc::vec![0xff; length], alloc::vec![0; length]] {
            let power = big(&ladder::pow(kernel, &residue(&base), &exponent));
            assert_eq!(power, base.modpow(&BigUint::from_bytes_be(&exponent), &n()), "{length} bytes of exponent");
        }
    }
    for base in edges() {
        let exponent = random_bytes(&mut seed, 9);
        let power = big(&ladder::pow(kernel, &residue(&base), &exponent));
        assert_eq!(power, base.modpow(&BigUint::from_bytes_be(&exponent), &n()), "{base:x} to a power");
    }
}

macro_rules! suite {
    ($($kernel:ident: $value:expr;)*) => {$(
        mod $kernel {
            use super::*;

            #[test]
            fn products_are_those_of_the_oracle() {
                products_agree(&$value);
            }

            #[test]
            fn powers_are_those_of_the_oracle() {
                powers_agree(&$value);
            }
        }
    )*};
}

suite! {
    portable_64: Portable64::new();
    portable_32: Portable32::new();
}

#[test]
fn the_constants_follow_from_the_prime() {
    let r = BigUint::from(1u32) << 3072;
    assert_eq!(integer(&group::R_MOD_N), &r % n());
    assert_eq!(integer(&group::R_SQUARED_MOD_N), &r * &r % n());
    assert_eq!(integer(&group::N_PLUS_1), n() + 1u32);
}

#[test]
fn the_prime_is_safe_and_generated_by_two_up_to_sign() {
    // Fermat's test with a few bases, for N and for (N - 1) / 2.
    let one = BigUint::from(1u32);
    for candidate in [n(), n() >> 1] {
        for base in [2u32, 3, 5] {
            assert_eq!(BigUint::from(base).modpow(&(&candidate - &one), &candidate), one);
        }
    }
    assert_eq!(
        BigUint::from(2u32).modpow(&(n() >> 1), &n()),
        one,
        "2 generates the subgroup of prime order (N - 1) / 2"
    );
}

#[test]
fn sums_and_differences_are_those_of_the_oracle() {
    for a in edges() {
        for b in edges() {
            assert_eq!(big(&residue(&a).add(&residue(&b))), (&a + &b) % n(), "{a:x} + {b:x}");
            assert_eq!(big(&residue(&a).subtract(&residue(&b))), (&a + n() - &b) % n(), "{a:x} - {b:x}");
            assert_eq!(big(&residue(&a).multiply(&residue(&b))), (&a * &b) % n(), "{a:x} * {b:x}");
        }
    }
}

#[test]
fn only_integers_below_n_are_residues() {
    let n = n().to_bytes_be();
    assert!(Residue::from_public_be_bytes(&n).is_none());
    assert!(Residue::from_public_be_bytes(&[&[0; 5], &n[..]].concat()).is_none());
    assert!(Residue::from_public_be_bytes(&[&[1], &n[..]].concat()).is_none());
    assert!(
        Residue::from_public_be_bytes(&[&[0; 500], &[7][..]].concat())
            .is_some_and(|seven| big(&seven) == BigUint::from(7u32))
    );
    assert!(Residue::from_public_be_bytes(&[]).is_some_and(|zero| zero.is_zero_public()));
}

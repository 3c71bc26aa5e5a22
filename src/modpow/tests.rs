//! One suite, stamped on every kernel, against `num-bigint`, which shares nothing with them.

#![expect(clippy::expect_used, reason = "a test may panic")]

use alloc::vec::Vec;

use num_bigint::BigUint;
use zeroize::Zeroize as _;

#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
use super::simd128::Simd128;
use super::{
    BYTES, Residue, WORDS, comb, group, ladder,
    montgomery::{Element, Montgomery},
    portable::{Portable32, Portable64},
    shifts::{self, Shift},
};
#[cfg(target_arch = "x86_64")]
use super::{adx::Adx, ifma::Ifma};

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
    edges.push(integer(&group::COMPLEMENT));
    edges.push(integer(&group::COMPLEMENT) - &one);
    edges.push(integer(&group::power_of_two(6144)));
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

fn values() -> Vec<BigUint> {
    let mut values = edges();
    let mut seed = 1;
    values.extend((0..24).map(|_| random_residue(&mut seed)));
    values
}

fn element<K: Montgomery>(kernel: &mut K, residue: &Residue) -> K::Element {
    let mut element = K::Element::ZERO;
    kernel.encode(residue, &mut element);
    element
}

fn products_agree<K: Montgomery>(kernel: &mut K) {
    let values = values();
    for a in &values {
        let encoded = element(kernel, &residue(a));
        assert_eq!(big(&kernel.decode(&encoded)), *a, "{a:x}: in and out of Montgomery form");
        let mut square = encoded;
        kernel.square(&mut square);
        assert_eq!(big(&kernel.decode(&square)), a * a % n(), "{a:x} squared");
        for b in &values {
            assert_eq!(big(&kernel.product(&residue(a), &residue(b))), a * b % n(), "{a:x} * {b:x}");
        }
    }
}

/// N is congruent to 0, and an element that is N does not come out as N.
fn n_comes_out_as_zero<K: Montgomery>(kernel: &mut K) {
    let mut element = K::Element::ZERO;
    K::split(&group::N, &mut element);
    assert!(kernel.decode(&element).is_zero_public());
}

fn elements_are_wiped<K: Montgomery>(kernel: &mut K) {
    let mut element = element(kernel, &residue(&BigUint::from(7u32)));
    assert!(!kernel.decode(&element).is_zero_public());
    element.zeroize();
    assert!(kernel.decode(&element).is_zero_public());
}

/// The integer as an element, which is not in Montgomery form and need not be below N. Bits from 2^3072 on are dropped.
fn as_element<K: Montgomery>(_: &K, value: &BigUint) -> K::Element {
    let mut words = [0; WORDS];
    for (word, digit) in words.iter_mut().zip(value.iter_u64_digits()) {
        *word = digit;
    }
    let mut element = K::Element::ZERO;
    K::split(&words, &mut element);
    element
}

fn ones(bits: usize) -> BigUint {
    (BigUint::from(1u32) << bits) - 1u32
}

/// N, N + 1, and elements of limbs that are all ones, or all ones but for a few.
fn unreduced_elements_agree<K: Montgomery>(kernel: &mut K) {
    let mut extremes: Vec<_> = [3072, 3071, 3012, 3008, 2964, 1560, 120, 104, 64, 60, 52, 28].map(ones).into();
    extremes.extend([n(), n() + 1u32, ones(3072) - ones(64), ones(3072) - ones(3008), (ones(3072) >> 1) ^ ones(1500)]);
    elements_agree(kernel, &extremes, as_element);
}

/// A kernel whose elements may be any integers below 2N.
pub(super) trait BelowTwiceN: Montgomery {
    /// element := element + 2^3072, for an element below 2^3072.
    fn add_2_to_the_3072(element: &mut Self::Element);
}

impl BelowTwiceN for Portable64 {
    fn add_2_to_the_3072(element: &mut Self::Element) {
        element[51] |= 1 << 12; // 3072 = 51 * 60 + 12
    }
}

impl BelowTwiceN for Portable32 {
    fn add_2_to_the_3072(element: &mut Self::Element) {
        element[109] |= 1 << 20; // 3072 = 109 * 28 + 20
    }
}

#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
impl BelowTwiceN for Simd128 {
    fn add_2_to_the_3072(element: &mut Self::Element) {
        element[109] |= 1 << 22; // 3072 = 109 * 28 + 20, and 20 = 14 + 6: bit 6 of the upper digit, which begins at bit 16
    }
}

/// Elements from 2^3072 up to 2N - 1, the greatest that there are.
fn elements_up_to_twice_n_agree<K: BelowTwiceN>(kernel: &mut K) {
    let limit = n() * 2u32;
    let bit = BigUint::from(1u32) << 3072;
    let mut extremes: Vec<_> = [1u32, 2, 3].map(|below| &limit - below).into();
    extremes.extend([64, 120, 1560, 3007, 3008, 3071].map(|bits| &limit - 1u32 - ones(bits)));
    extremes.extend([0, 1, 28, 52, 60, 1560, 3008, 3060, 3071].map(|bits| &bit + ones(bits)));
    elements_agree(kernel, &extremes, |kernel, value| {
        let mut element = as_element(kernel, value);
        K::add_2_to_the_3072(&mut element);
        element
    });
}

fn elements_agree<K: Montgomery>(kernel: &mut K, integers: &[BigUint], as_element: fn(&K, &BigUint) -> K::Element) {
    let r = BigUint::from(1u32) << K::R_BITS;
    for a in integers {
        let unreduced = as_element(kernel, a);
        assert_eq!(&big(&kernel.decode(&unreduced)) * &r % n(), a % n(), "{a:x} decoded");
        let mut square = unreduced;
        kernel.square(&mut square);
        assert_eq!(&big(&kernel.decode(&square)) * &r * &r % n(), a * a % n(), "{a:x} squared");
        for b in integers {
            let mut product = unreduced;
            let factor = as_element(kernel, b);
            kernel.multiply(&mut product, &factor);
            assert_eq!(&big(&kernel.decode(&product)) * &r * &r % n(), a * b % n(), "{a:x} * {b:x}");
            // The product in its turn, as unreduced as the kernel leaves it.
            let mut square = product;
            kernel.square(&mut square);
            kernel.multiply(&mut square, &product);
            let cube = (a * b).modpow(&BigUint::from(3u32), &n());
            let factors = r.modpow(&BigUint::from(6u32), &n());
            assert_eq!(&big(&kernel.decode(&square)) * factors % n(), cube, "({a:x} * {b:x})^3");
        }
    }
}

fn powers_agree<K: Montgomery>(kernel: &mut K) {
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

/// The comb against the ladder, and both against the oracle: every length that the comb takes, and the first that it leaves.
fn powers_of_g_agree<K: Montgomery>(kernel: &mut K) {
    let mut seed = 3;
    for length in (0..=66).chain([128, 385]) {
        for exponent in [random_bytes(&mut seed, length), alloc::vec![0xff; length], alloc::vec![0; length]] {
            let power = big(&comb::power_of_g(kernel, &exponent));
            assert_eq!(power, big(&ladder::pow(kernel, &Residue::g(), &exponent)), "{length} bytes of exponent");
            let expected = BigUint::from(2u32).modpow(&BigUint::from_bytes_be(&exponent), &n());
            assert_eq!(power, expected, "{length} bytes of exponent");
        }
    }
    for bit in 0..512_usize {
        let exponent = (BigUint::from(1u32) << bit).to_bytes_be();
        let padded = [alloc::vec![0; 64 - exponent.len()], exponent].concat();
        assert_eq!(comb::power_of_g(kernel, &padded).words(), group_power(bit).words(), "2^(2^{bit})");
    }
}

/// Shifts against the oracle: no digits, digits of 0, the greatest one after the other; on both sides of where a part begins, and of
/// where the last one ends.
fn powers_by_shifts_agree<K: Shift>(kernel: &mut K) {
    let mut seed = 5;
    for length in (0..=66).chain([111, 112, 113, 127, 128, 129, 385]) {
        for exponent in [random_bytes(&mut seed, length), alloc::vec![0xff; length], alloc::vec![0; length]] {
            let power = big(&shifts::power_of_g(kernel, &exponent));
            let expected = BigUint::from(2u32).modpow(&BigUint::from_bytes_be(&exponent), &n());
            assert_eq!(power, expected, "{length} bytes of exponent");
        }
    }
}

/// Each shift of the greatest even element, 2N - 2, and of one that has a lone bit at the top: squared, and decoded.
fn shifted_elements_agree<K: Shift>(kernel: &mut K) {
    let r = BigUint::from(1u32) << K::R_BITS;
    let inverse = r.modpow(&(n() - 2u32), &n());
    let values: [BigUint; 2] = [n() * 2u32 - 2u32, BigUint::from(1u32) << 3072];
    for value in values {
        // Elements are cut from 3072 bits at most: the rest comes by a shift.
        let half: BigUint = &value >> 1;
        let mut words = [0; WORDS];
        for (word, digit) in words.iter_mut().zip(half.iter_u64_digits()) {
            *word = digit;
        }
        let mut element = K::Element::ZERO;
        K::split(&words, &mut element);
        K::shift(&mut element, 1);
        for bits in 0..32_u8 {
            let mut shifted = element;
            K::shift(&mut shifted, bits);
            let expected = (&half << (bits + 1)) % n();
            assert_eq!(big(&kernel.decode(&shifted)), &expected * &inverse % n(), "{value:x} << {bits}");
            kernel.square(&mut shifted);
            let square = &expected * &expected * &inverse * &inverse % n();
            assert_eq!(big(&kernel.decode(&shifted)), square, "{value:x} << {bits}, squared");
        }
    }
}

/// 2^(2^squarings), by squaring alone.
fn group_power(squarings: usize) -> Residue {
    let mut kernel = Portable64::new();
    let mut power = element(&mut kernel, &Residue::g());
    for _ in 0..squarings {
        kernel.square(&mut power);
    }
    kernel.decode(&power)
}

/// This kernel and the portable one, without the oracle: cheap enough for many values.
fn kernels_agree<K: Montgomery>(kernel: &mut K) {
    let mut portable = Portable64::new();
    let mut seed = 4;
    let mut a = residue(&random_residue(&mut seed));
    for _ in 0..2000 {
        let b = residue(&random_residue(&mut seed));
        let product = kernel.product(&a, &b);
        assert_eq!(product.words(), portable.product(&a, &b).words());
        let mut square = element(kernel, &product);
        kernel.square(&mut square);
        a = kernel.decode(&square);
        assert_eq!(a.words(), portable.product(&product, &product).words());
    }
}

/// The kernel, or its absence in words: a failure where COGNITO_SRP_REQUIRE names it.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn required<K>(name: &str, kernel: Option<K>) -> Option<K> {
    let demanded = std::env::var("COGNITO_SRP_REQUIRE").unwrap_or_default();
    if kernel.is_none() {
        assert!(
            !demanded.split(',').any(|other| other.trim() == name),
            "COGNITO_SRP_REQUIRE demands {name}, which is not here"
        );
        std::eprintln!("SKIPPED: this machine cannot run the kernel {name}, nothing was tested");
    }
    kernel
}

macro_rules! suite {
    ($($name:ident: $kernel:expr;)*) => {$(
        mod $name {
            use super::*;

            suite! { @tests $name, $kernel,
                products_are_those_of_the_oracle: products_agree,
                n_is_zero: n_comes_out_as_zero,
                an_element_is_wiped: elements_are_wiped,
                unreduced_elements_are_those_of_the_oracle: unreduced_elements_agree,
                powers_are_those_of_the_oracle: powers_agree,
                powers_of_g_are_those_of_any_base: powers_of_g_agree,
                products_are_those_of_the_portable_kernel: kernels_agree,
            }
        }
    )*};
    (@tests $name:ident, $kernel:expr, $($test:ident: $property:ident,)*) => {$(
        #[test]
        fn $test() {
            if let Some(mut kernel) = required(stringify!($name), $kernel) {
                $property(&mut kernel);
            }
        }
    )*};
}

suite! {
    portable_64: Some(Portable64::new());
    portable_32: Some(Portable32::new());
}

#[cfg(target_arch = "x86_64")]
suite! {
    adx: Adx::detect();
    ifma: Ifma::detect();
}

#[cfg(not(target_arch = "x86_64"))]
suite! {
    adx: None::<Portable64>;
    ifma: None::<Portable64>;
}

#[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
suite! {
    simd128: Some(Simd128::new());
}

#[test]
fn elements_up_to_twice_n_are_those_of_the_oracle() {
    elements_up_to_twice_n_agree(&mut Portable64::new());
    elements_up_to_twice_n_agree(&mut Portable32::new());
    #[cfg(target_arch = "x86_64")]
    if let Some(mut ifma) = required("ifma", Ifma::detect()) {
        elements_up_to_twice_n_agree(&mut ifma);
    }
    #[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
    elements_up_to_twice_n_agree(&mut Simd128::new());
}

#[test]
fn powers_of_g_by_shifts_are_those_of_the_oracle() {
    powers_by_shifts_agree(&mut Portable32::new());
    #[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
    powers_by_shifts_agree(&mut Simd128::new());
}

#[test]
fn the_powers_that_shifts_begins_with_follow_from_the_prime() {
    for (part, base) in (1..).zip(&shifts::BASES) {
        assert_eq!(base, group_power(8 * shifts::PART * part).words(), "part {part}");
    }
}

#[test]
fn shifted_elements_are_those_of_the_oracle() {
    shifted_elements_agree(&mut Portable32::new());
    #[cfg(all(cognito_srp_small, target_arch = "wasm32"))]
    shifted_elements_agree(&mut Simd128::new());
}

#[test]
fn the_table_of_the_comb_follows_from_the_prime() {
    for (block, entries) in comb::table().iter().enumerate() {
        let teeth: Vec<_> =
            (0..comb::TEETH).map(|tooth| big(&group_power(block * comb::BLOCK_BITS + tooth * comb::SPACING))).collect();
        for (d, entry) in entries.iter().enumerate() {
            let chosen = teeth.iter().enumerate().filter(|(tooth, _)| d >> tooth & 1 == 1);
            let product = chosen.fold(BigUint::from(1u32), |product, (_, power)| product * power % n());
            assert_eq!(integer(entry), product, "block {block}, entry {d}");
        }
    }
}

#[test]
fn the_constants_follow_from_the_prime() {
    let two = BigUint::from(2u32);
    for exponent in [0, 1, 63, 64, 3071, 3072, 3120, 3136, 6144, 6240, 6272] {
        assert_eq!(integer(&group::power_of_two(exponent)), two.modpow(&exponent.into(), &n()), "2^{exponent}");
    }
    assert_eq!(integer(&group::COMPLEMENT), (BigUint::from(1u32) << 3072) - n());
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
fn a_residue_is_wiped() {
    let mut residue = residue(&(n() - 1u32));
    residue.zeroize();
    assert!(residue.is_zero_public());
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

//! The exponentiation alone, beside `num-bigint`: `cargo bench --bench modpow`.
//!
//! Each result is held against the oracle before it is timed.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use cognito_srp_core::hazmat;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use num_bigint::BigUint;

/// Bytes of the exponents that occur: x, `a`, AWS's `a`, and the width of N.
const EXPONENTS: [usize; 4] = [32, 64, 128, 384];

fn bytes(count: usize, step: u8) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(count).map(|i| i.wrapping_mul(step) | 1).collect()
}

fn modpow(criterion: &mut Criterion) {
    let n = BigUint::from_bytes_be(&hazmat::n());
    let base = bytes(383, 151);
    for (name, base) in [("variable base", &base[..]), ("g", &[2])] {
        let mut group = criterion.benchmark_group(format!("modpow, {name}"));
        for length in EXPONENTS {
            let exponent = bytes(length, 97);
            let [base_int, exponent_int] = [base, &exponent].map(BigUint::from_bytes_be);
            let power = hazmat::modpow(base, &exponent).unwrap();
            assert_eq!(BigUint::from_bytes_be(&power), base_int.modpow(&exponent_int, &n));
            group.bench_function(BenchmarkId::new("cognito-srp-core", length * 8), |bencher| {
                bencher.iter(|| hazmat::modpow(black_box(base), black_box(&exponent)));
            });
            group.bench_function(BenchmarkId::new("num-bigint", length * 8), |bencher| {
                bencher.iter(|| black_box(&base_int).modpow(black_box(&exponent_int), &n));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, modpow);
criterion_main!(benches);

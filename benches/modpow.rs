//! The exponentiation alone, by each kernel that this machine has, beside `num-bigint`: `cargo bench --bench modpow`.
//!
//! Each result is held against the oracle before it is timed.

#![expect(missing_docs, reason = "what criterion_group! makes has none")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark may panic, and says what it leaves out")]

use std::hint::black_box;

use cognito_srp_core::{Kernel, hazmat};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use num_bigint::BigUint;

const KERNELS: [Kernel; 3] = [Kernel::Ifma, Kernel::Adx, Kernel::Portable];

/// Bytes of the exponents that occur: x, `a`, AWS's `a`, and the width of N.
const EXPONENTS: [usize; 4] = [32, 64, 128, 384];

fn bytes(count: usize, step: u8) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(count).map(|i| i.wrapping_mul(step) | 1).collect()
}

fn modpow(criterion: &mut Criterion) {
    let base = bytes(383, 151);
    group(criterion, "variable base", &base, |kernel, exponent| hazmat::modpow_by(kernel, &base, exponent));
    group(criterion, "g", &[2], hazmat::power_of_g_by);
}

fn group(criterion: &mut Criterion, name: &str, base: &[u8], power_by: impl Fn(Kernel, &[u8]) -> Option<Vec<u8>>) {
    let n = BigUint::from_bytes_be(&hazmat::n());
    let mut group = criterion.benchmark_group(format!("modpow, {name}"));
    for length in EXPONENTS {
        let exponent = bytes(length, 97);
        let [base_int, exponent_int] = [base, &exponent].map(BigUint::from_bytes_be);
        for kernel in KERNELS {
            let Some(power) = power_by(kernel, &exponent) else {
                eprintln!("SKIPPED: this machine has no {kernel:?} kernel");
                continue;
            };
            assert_eq!(BigUint::from_bytes_be(&power), base_int.modpow(&exponent_int, &n));
            group.bench_function(BenchmarkId::new(format!("{kernel:?}"), length * 8), |bencher| {
                bencher.iter(|| power_by(kernel, black_box(&exponent)).unwrap());
            });
        }
        group.bench_function(BenchmarkId::new("num-bigint", length * 8), |bencher| {
            bencher.iter(|| black_box(&base_int).modpow(black_box(&exponent_int), &n));
        });
    }
    group.finish();
}

criterion_group!(benches, modpow);
criterion_main!(benches);

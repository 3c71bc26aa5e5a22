//! Any base, any exponent, of any length: every kernel of this machine gives the power that `num-bigint` gives, in 384 bytes;
//! a base that is not below N gives none.
//!
//! Fields: the base as an [integer](crate::input::integer), or `g` for the exponentiation with the table of g; the exponent.

use std::sync::OnceLock;

use cognito_srp_core::{Kernel, hazmat};
use num_bigint::BigUint;

use crate::input::Fields;

const KERNELS: [Kernel; 3] = [Kernel::Portable, Kernel::Adx, Kernel::Ifma];

/// The kernels that this machine has. Says which; one that `COGNITO_SRP_REQUIRE` names (`ifma,adx`) has to be among them.
fn kernels() -> &'static [Kernel] {
    static KERNELS_HERE: OnceLock<Vec<Kernel>> = OnceLock::new();
    KERNELS_HERE.get_or_init(|| {
        let here: Vec<_> =
            KERNELS.into_iter().filter(|kernel| hazmat::power_of_g_by(*kernel, &[1]).is_some()).collect();
        let required = std::env::var("COGNITO_SRP_REQUIRE").unwrap_or_default().to_lowercase();
        for name in required.split(',').filter(|name| !name.is_empty()) {
            let found = here.iter().any(|kernel| format!("{kernel:?}").to_lowercase() == name);
            assert!(found, "{name} was required, and this machine has {here:?}");
        }
        eprintln!("kernels: {here:?}");
        here
    })
}

pub fn check(data: &[u8]) {
    let mut fields = Fields::of(data);
    let base = fields.bytes();
    let exponent = fields.integer();
    let n = BigUint::from_bytes_be(&hazmat::n());

    if base.first() == Some(&b'g') {
        let expected = padded(&BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&exponent), &n));
        for &kernel in kernels() {
            let power = hazmat::power_of_g_by(kernel, &exponent);
            assert_eq!(power.as_deref(), Some(&*expected), "g^e by {kernel:?}");
        }
        return;
    }

    let base = crate::input::integer(base);
    let base_int = BigUint::from_bytes_be(&base);
    if base_int >= n {
        assert_eq!(hazmat::modpow(&base, &exponent), None, "a base that is not below N");
        for &kernel in kernels() {
            assert_eq!(hazmat::modpow_by(kernel, &base, &exponent), None, "a base that is not below N, by {kernel:?}");
        }
        return;
    }
    let expected = padded(&base_int.modpow(&BigUint::from_bytes_be(&exponent), &n));
    assert_eq!(hazmat::modpow(&base, &exponent).as_deref(), Some(&*expected), "by the kernel that runs");
    for &kernel in kernels() {
        assert_eq!(hazmat::modpow_by(kernel, &base, &exponent).as_deref(), Some(&*expected), "by {kernel:?}");
    }
}

/// An integer below N in 384 bytes.
fn padded(integer: &BigUint) -> Vec<u8> {
    let bytes = integer.to_bytes_be();
    let mut padded = vec![0; 384 - bytes.len()];
    padded.extend(bytes);
    padded
}

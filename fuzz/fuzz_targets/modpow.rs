//! Any base, any exponent: the power that `num-bigint` computes, or a refusal of a base that is not below N.

#![no_main]

use cognito_srp_core::hazmat;
use libfuzzer_sys::fuzz_target;
use num_bigint::BigUint;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (base, exponent) = input;
    let n = BigUint::from_bytes_be(&hazmat::n());
    let [base_int, exponent_int] = [&base, &exponent].map(|bytes| BigUint::from_bytes_be(bytes));
    match hazmat::modpow(&base, &exponent) {
        Some(power) => assert_eq!(BigUint::from_bytes_be(&power), base_int.modpow(&exponent_int, &n)),
        None => assert!(base_int >= n),
    }
});

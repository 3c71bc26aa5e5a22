//! A program with the kernels in it, for `run` to look at; and with functions that leak, which it has to refuse.

mod planted;

use std::hint::black_box;

use cognito_srp_core::{Kernel, hazmat};

fn main() {
    for kernel in [Kernel::Portable, Kernel::Adx, Kernel::Ifma] {
        let power = hazmat::modpow_by(kernel, black_box(&[3]), black_box(&[5]));
        let power_of_g = hazmat::power_of_g_by(kernel, black_box(&[5]));
        println!("{kernel:?}: {}", power.is_some() && power_of_g.is_some());
    }
    let x = hazmat::x(&[1], &hazmat::identity_hash("scope", "name", "password"));
    black_box(hazmat::s(&[3], &[5], [7; 32], &x));
    planted::run();
}

//! GMP, through `rug`: the side-channel silent exponentiation, and the ordinary one.

use std::{ffi::CStr, hint::black_box, rc::Rc};

use ::num_bigint::BigUint;
use cognito_srp_reference as reference;
use rug::{Assign as _, Integer, integer::Order};

use super::{Engine, Problem, name};
use crate::measure::Candidate;

struct Gmp {
    pow: fn(&mut Gmp),
    n: Integer,
    base: Integer,
    exponent: Integer,
    power: Integer,
}

impl Engine for Gmp {
    fn run(&mut self) {
        (self.pow)(black_box(self));
    }

    fn power(&self) -> BigUint {
        BigUint::from_bytes_be(&self.power.to_digits(Order::Msf))
    }
}

fn integer(be_bytes: &[u8]) -> Integer {
    Integer::from_digits(be_bytes, Order::Msf)
}

fn candidate(name: &str, pow: fn(&mut Gmp), problem: &Rc<Problem>) -> Candidate {
    let [n, base, exponent] =
        [&reference::n().to_bytes_be(), &problem.base, &problem.exponent].map(|bytes| integer(bytes));
    super::candidate(name, Gmp { pow, n, base, exponent, power: Integer::new() }, problem)
}

/// `mpz_powm_sec`.
pub(super) fn secure(problem: &Rc<Problem>) -> Candidate {
    let pow = |gmp: &mut Gmp| gmp.power.assign(gmp.base.secure_pow_mod_ref(&gmp.exponent, &gmp.n));
    candidate(name::GMP_SECURE, pow, problem)
}

/// `mpz_powm`.
pub(super) fn variable_time(problem: &Rc<Problem>) -> Candidate {
    let pow = |gmp: &mut Gmp| {
        if let Some(power) = gmp.base.pow_mod_ref(&gmp.exponent, &gmp.n) {
            gmp.power.assign(power);
        }
    };
    candidate(name::GMP, pow, problem)
}

pub(super) fn version() -> String {
    // SAFETY: GMP's version is a constant C string.
    let version = unsafe { CStr::from_ptr(gmp_mpfr_sys::gmp::version) };
    version.to_string_lossy().into_owned()
}

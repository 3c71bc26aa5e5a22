//! `num-bigint`. It has no constant-time exponentiation, and nothing that could be set up once.

use std::{hint::black_box, rc::Rc};

use ::num_bigint::BigUint;
use cognito_srp_reference as reference;

use super::{Engine, Problem, name};
use crate::measure::Candidate;

struct NumBigint {
    n: BigUint,
    base: BigUint,
    exponent: BigUint,
    power: BigUint,
}

impl Engine for NumBigint {
    fn run(&mut self) {
        self.power = black_box(&self.base).modpow(black_box(&self.exponent), black_box(&self.n));
    }

    fn power(&self) -> BigUint {
        self.power.clone()
    }
}

pub(super) fn candidate(problem: &Rc<Problem>) -> Candidate {
    let [base, exponent] = [&problem.base, &problem.exponent].map(|bytes| BigUint::from_bytes_be(bytes));
    let engine = NumBigint { n: reference::n(), base, exponent, power: BigUint::ZERO };
    super::candidate(name::NUM_BIGINT, engine, problem)
}

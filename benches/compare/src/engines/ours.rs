//! This library, on a chosen kernel, through its public interface. Inside the time is what that includes: reading integers
//! from bytes and writing them, the check of the base, one allocation; for powers of g, the copy of a user's names.

use std::{hint::black_box, rc::Rc};

use ::num_bigint::BigUint;
use cognito_srp_core::{User, UserLogin, hazmat};
use cognito_srp_reference as reference;

use super::{Engine, Problem};
use crate::{kernels::Kernel, logins, measure::Candidate};

struct VariableBase {
    kernel: Kernel,
    problem: Rc<Problem>,
    power: Vec<u8>,
}

impl Engine for VariableBase {
    fn ready(&mut self) {
        self.kernel.force();
    }

    fn run(&mut self) {
        let Problem { base, exponent, .. } = &*self.problem;
        self.power = hazmat::modpow(black_box(base), black_box(exponent)).unwrap_or_default();
    }

    fn power(&self) -> BigUint {
        BigUint::from_bytes_be(&self.power)
    }
}

/// SRP_A is a power of g.
struct PowerOfG {
    kernel: Kernel,
    problem: Rc<Problem>,
    user: User,
    login: Option<UserLogin>,
}

impl Engine for PowerOfG {
    fn ready(&mut self) {
        self.kernel.force();
    }

    fn run(&mut self) {
        self.login = Some(hazmat::user_login(&self.user, black_box(&self.problem.exponent)));
    }

    fn power(&self) -> BigUint {
        let request = self.login.as_ref().map(UserLogin::user_srp_auth);
        let srp_a = request.as_ref().and_then(|request| request.auth_parameters.get("SRP_A"));
        srp_a.and_then(reference::from_hex).unwrap_or_default()
    }
}

pub(super) fn candidate(kernel: Kernel, problem: &Rc<Problem>) -> Candidate {
    let (name, own) = (kernel.label(), Rc::clone(problem));
    if problem.base == reference::g().to_bytes_be() {
        super::candidate(&name, PowerOfG { kernel, problem: own, user: logins::user(), login: None }, problem)
    } else {
        super::candidate(&name, VariableBase { kernel, problem: own, power: Vec::new() }, problem)
    }
}

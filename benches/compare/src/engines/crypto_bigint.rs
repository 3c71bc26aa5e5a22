//! `crypto-bigint` with a modulus that the compiler knows: all constants of the Montgomery form are computed before the
//! program runs. It has two exponentiations in constant time, and both are measured.

use std::{hint::black_box, rc::Rc};

use ::crypto_bigint::{U3072, const_monty_params, modular::ConstMontyForm};
use ::num_bigint::BigUint;
use cognito_srp_reference as reference;

use super::{Engine, Problem, name};
use crate::measure::Candidate;

// The macro takes a literal only; `new` holds it against the reference.
const_monty_params!(
    N,
    U3072,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
     020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
     4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
     EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
     98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
     9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
     E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
     3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
     A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
     ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
     D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
     08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
);

type Form = ConstMontyForm<N, { U3072::LIMBS }>;

struct CryptoBigint {
    pow: fn(&Form, &U3072, u32) -> Form,
    base: U3072,
    exponent: U3072,
    bits: u32,
    power: U3072,
}

impl Engine for CryptoBigint {
    fn run(&mut self) {
        let base = Form::new(black_box(&self.base));
        self.power = (self.pow)(&base, black_box(&self.exponent), self.bits).retrieve();
    }

    fn power(&self) -> BigUint {
        BigUint::from_bytes_be(&self.power.to_be_bytes())
    }
}

impl CryptoBigint {
    fn new(pow: fn(&Form, &U3072, u32) -> Form, problem: &Problem) -> Self {
        assert_eq!(Form::MODULUS.as_ref(), &integer(&reference::n().to_bytes_be()), "N is N");
        let [base, exponent] = [&problem.base, &problem.exponent].map(|bytes| integer(bytes));
        Self { pow, base, exponent, bits: exponent.bits(), power: U3072::ZERO }
    }
}

fn integer(be_bytes: &[u8]) -> U3072 {
    U3072::from_be_hex(&format!("{:0>768}", BigUint::from_bytes_be(be_bytes).to_str_radix(16)))
}

/// `pow_bounded_exp`: Montgomery's multiplication.
pub(super) fn montgomery(problem: &Rc<Problem>) -> Candidate {
    super::candidate(name::CRYPTO_BIGINT, CryptoBigint::new(Form::pow_bounded_exp, problem), problem)
}

/// `pow_amm_bounded_exp`: almost Montgomery multiplication, which reduces once at the end.
pub(super) fn almost_montgomery(problem: &Rc<Problem>) -> Candidate {
    super::candidate(name::CRYPTO_BIGINT_AMM, CryptoBigint::new(Form::pow_amm_bounded_exp, problem), problem)
}

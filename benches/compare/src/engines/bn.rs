//! The big integers of OpenSSL and of its descendant AWS-LC, whose functions have the same names.

/// An [`Engine`](super::Engine) named `Bn` over the functions in a module `ffi`: `BN_mod_exp_mont_consttime`, with the
/// Montgomery context and the scratch space set up once.
macro_rules! engine {
    () => {
        use std::{ffi::CStr, hint::black_box, ptr, rc::Rc};

        use ::num_bigint::BigUint;
        use cognito_srp_reference as reference;

        use super::{Engine, Problem, name};
        use crate::measure::Candidate;

        /// Public in the C header; asks for constant time.
        const BN_FLG_CONSTTIME: i32 = 4;

        /// Owns everything behind its pointers; none is null, each is freed once, on drop.
        struct Bn {
            n: *mut ffi::BIGNUM,
            base: *mut ffi::BIGNUM,
            exponent: *mut ffi::BIGNUM,
            power: *mut ffi::BIGNUM,
            scratch: *mut ffi::BN_CTX,
            montgomery: *mut ffi::BN_MONT_CTX,
        }

        impl Bn {
            fn new(problem: &Problem) -> Self {
                let [n, base, exponent, power] =
                    [&*reference::n().to_bytes_be(), &problem.base, &problem.exponent, &[]].map(integer);
                // SAFETY: these allocate; null is refused below, before any use.
                let (scratch, montgomery) = unsafe { (ffi::BN_CTX_new(), ffi::BN_MONT_CTX_new()) };
                assert!(!scratch.is_null() && !montgomery.is_null(), "out of memory");
                // SAFETY: all three are valid and exclusively ours.
                let set = unsafe { ffi::BN_MONT_CTX_set(montgomery, n, scratch) };
                assert_eq!(set, 1, "N is odd");
                // SAFETY: the exponent is valid.
                unsafe { ffi::BN_set_flags(exponent, BN_FLG_CONSTTIME) };
                Self { n, base, exponent, power, scratch, montgomery }
            }
        }

        impl Engine for Bn {
            fn run(&mut self) {
                let (base, exponent) = (black_box(self.base), black_box(self.exponent));
                // SAFETY: all are valid; the base is below N, and the Montgomery context is N's.
                let done = unsafe {
                    ffi::BN_mod_exp_mont_consttime(self.power, base, exponent, self.n, self.scratch, self.montgomery)
                };
                assert_eq!(done, 1, "the exponentiation failed");
            }

            fn power(&self) -> BigUint {
                // SAFETY: the power is valid; it is below N, and the buffer has room for N.
                let bytes = unsafe {
                    let mut bytes = vec![0; usize::try_from(ffi::BN_num_bits(self.n)).unwrap_or(0).div_ceil(8)];
                    let length = i32::try_from(bytes.len()).unwrap_or(0);
                    ffi::BN_bn2binpad(self.power, bytes.as_mut_ptr(), length);
                    bytes
                };
                BigUint::from_bytes_be(&bytes)
            }
        }

        impl Drop for Bn {
            fn drop(&mut self) {
                // SAFETY: each pointer is valid and freed here only.
                unsafe {
                    for number in [self.n, self.base, self.exponent, self.power] {
                        ffi::BN_free(number);
                    }
                    ffi::BN_MONT_CTX_free(self.montgomery);
                    ffi::BN_CTX_free(self.scratch);
                }
            }
        }

        fn integer(be_bytes: &[u8]) -> *mut ffi::BIGNUM {
            #[allow(clippy::unwrap_used, reason = "the length's type differs; no number here is so long")]
            let length = be_bytes.len().try_into().unwrap();
            // SAFETY: the pointer and the length are the slice's; null asks for a new number.
            let number = unsafe { ffi::BN_bin2bn(be_bytes.as_ptr(), length, ptr::null_mut()) };
            assert!(!number.is_null(), "out of memory");
            number
        }

        pub(super) fn version() -> String {
            // SAFETY: 0 asks for the version, a constant C string.
            let version = unsafe { CStr::from_ptr(ffi::OpenSSL_version(0)) };
            version.to_string_lossy().into_owned()
        }

        fn engine(name: &str, problem: &Rc<Problem>) -> Candidate {
            super::candidate(name, Bn::new(problem), problem)
        }
    };
}
pub(super) use engine;

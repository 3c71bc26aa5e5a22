//! OpenSSL.

mod ffi {
    //! What `openssl-sys` declares, and what it leaves out.

    pub(super) use openssl_sys::{
        BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_bin2bn, BN_bn2binpad, BN_free, BN_num_bits, BN_set_flags,
        OpenSSL_version,
    };

    #[repr(C)]
    pub(super) struct BN_MONT_CTX {
        opaque: [u8; 0],
    }

    unsafe extern "C" {
        pub(super) fn BN_MONT_CTX_new() -> *mut BN_MONT_CTX;
        pub(super) fn BN_MONT_CTX_free(montgomery: *mut BN_MONT_CTX);
        pub(super) fn BN_MONT_CTX_set(montgomery: *mut BN_MONT_CTX, n: *const BIGNUM, scratch: *mut BN_CTX) -> i32;
        pub(super) fn BN_mod_exp_mont_consttime(
            power: *mut BIGNUM,
            base: *const BIGNUM,
            exponent: *const BIGNUM,
            n: *const BIGNUM,
            scratch: *mut BN_CTX,
            montgomery: *mut BN_MONT_CTX,
        ) -> i32;
    }
}

super::bn::engine!();

pub(super) fn candidate(problem: &Rc<Problem>) -> Candidate {
    engine(name::OPENSSL, problem)
}

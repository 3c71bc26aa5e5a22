//! What is made of a secret and may be known: each by its name, with the reason.
//!
//! The secrets are `a`, passwords, the client's secret, and what follows from them: x, S, K. Nothing branches on them, or
//! takes an address from them, before it has gone through one of these functions. They return what they are given, and
//! compile to nothing.
//!
//! That nothing is missing here is checked by `ci/taint`, for which there is one more flag of the compiler (`RUSTFLAGS`):
//! `--cfg cognito_srp_taint`. With it, an observer is told of every value that goes through: it marks them as known to
//! valgrind's memcheck, which was told that the secrets are not.

/// Defines the functions, and their names as a list.
macro_rules! declassifications {
    ($($(#[$doc:meta])* $name:ident: $Value:ty;)*) => {
        $(
            $(#[$doc])*
            #[cfg(not(cognito_srp_taint))]
            #[inline(always)]
            pub(crate) const fn $name(value: $Value) -> $Value {
                value
            }

            $(#[$doc])*
            #[cfg(cognito_srp_taint)]
            pub(crate) fn $name(value: $Value) -> $Value {
                observed::Value::tell(value, stringify!($name))
            }
        )*

        /// The names of everything that may be known, for the observer.
        #[cfg(cognito_srp_taint)]
        pub const DECLASSIFIED: &[&str] = &[$(stringify!($name)),*];
    };
}

declassifications! {
    /// A: SRP_A of a request. To find `a` in it is the discrete logarithm.
    srp_a: [u8; 384];

    /// PASSWORD_CLAIM_SIGNATURE of a request: an HMAC under K, which does not show its key.
    claim_signature: [u8; 32];

    /// SECRET_HASH of a request: an HMAC under the client's secret.
    secret_hash: [u8; 32];

    /// v of a new device: PasswordVerifier of ConfirmDevice. To find x in it is the discrete logarithm, and behind x are 320
    /// random bits.
    device_verifier: [u8; 384];

    /// The salt of a new device, as it is drawn: Salt of ConfirmDevice.
    device_salt: [u8; 16];

    /// How many zero bytes S begins with: the service hashes S without them, and S is not computed twice from one `a`.
    length_of_s: usize;

    /// Whether S has a sign byte, which is its first bit behind those zeros: likewise.
    sign_of_s: bool;

    /// B of the handshake that a new device has with itself. A service's is public, and is read as such; this one is seen by
    /// nobody.
    self_check_b: [u8; 384];

    /// Whether that handshake succeeded: enrolment says so.
    self_check_passed: bool;

    /// Whether a saved sign-in has the right checksum: restoring it says so.
    saved_state_is_whole: bool;

    /// That the new device's password in a saved sign-in is ASCII, as base64 is: text is checked for it where it is read.
    saved_text: &[u8];

    /// Where JSON escapes a character of a request. A request has a password in it only where it is to be sent as it is.
    json_escapes: &str;
}

#[cfg(cognito_srp_taint)]
pub use self::observed::observe_declassified;

#[cfg(cognito_srp_taint)]
mod observed {
    use core::hint::black_box;
    use std::sync::OnceLock;

    static OBSERVER: OnceLock<fn(&'static str, *const u8, usize)> = OnceLock::new();

    /// Has every value that is declassified be shown to this function first: its name, where it lies, and its length in
    /// bytes. The first observer stays.
    pub fn observe_declassified(observer: fn(name: &'static str, start: *const u8, length: usize)) {
        OBSERVER.get_or_init(|| observer);
    }

    fn tell(name: &'static str, start: *const u8, length: usize) {
        if let Some(observer) = OBSERVER.get() {
            observer(name, start, length);
        }
    }

    /// A value in memory, where what is known about its bits can be changed; and read again from there.
    pub(super) trait Value {
        fn tell(self, name: &'static str) -> Self;
    }

    impl<const N: usize> Value for [u8; N] {
        fn tell(mut self, name: &'static str) -> Self {
            tell(name, self.as_mut_ptr(), N);
            black_box(self)
        }
    }

    impl Value for usize {
        fn tell(self, name: &'static str) -> Self {
            Self::from_ne_bytes(self.to_ne_bytes().tell(name))
        }
    }

    impl Value for bool {
        fn tell(self, name: &'static str) -> Self {
            [Self::into(self)].tell(name) != [0_u8]
        }
    }

    impl Value for &[u8] {
        fn tell(self, name: &'static str) -> Self {
            tell(name, self.as_ptr(), self.len());
            black_box(self)
        }
    }

    impl Value for &str {
        fn tell(self, name: &'static str) -> Self {
            tell(name, self.as_ptr(), self.len());
            black_box(self)
        }
    }
}

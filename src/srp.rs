//! SRP-6a as Cognito computes it: bytes and residues in, bytes and residues out.
//!
//! Knows nothing of messages, base64 or hex. The letters are those of RFC 2945, RFC 5054 and the SRP-6a paper:
//!
//! | letter | what | size |
//! |---|---|---|
//! | N, g | the prime and the generator 2, see [`crate::modpow`] | 3072 bits |
//! | k | the multiplier of SRP-6a, SHA-256(enc(N) \|\| enc(g)) | 256 bits |
//! | a, A | the client's ephemeral secret and g^a mod N | 512 bits, 3072 bits |
//! | B | the server's ephemeral public value, k * v + g^b mod N | 3072 bits |
//! | u | the scrambling value, SHA-256(enc(A) \|\| enc(B)) | 256 bits |
//! | x | the password, hashed with who and with salt | 256 bits |
//! | v | the verifier that the server keeps, g^x mod N | 3072 bits |
//! | S | the secret that both sides reach | 3072 bits |
//! | K | the claim key, derived from S and u | 128 bits |
//!
//! Cognito departs from RFC 5054 in five ways, all of them here: g = 2, SHA-256, [`enc`] in place of padding to the length
//! of N, x over a scope and not over a name alone, and K by HKDF with a fixed info text.

mod ephemeral;
mod integer;

use ctutils::CtEq;
use hkdf::{Hkdf, HkdfExtract};
use hmac::Mac;
use sha2::{Digest, Sha256};
use zeroize::{Zeroizing, zeroize_stack};

pub(crate) use self::{
    ephemeral::{Ephemeral, a_plus_ux},
    integer::enc,
};
use crate::{
    declassify,
    hash::hmac_sha256,
    modpow::{self, Residue},
};

/// Whose password it is: both hashed values begin with these two texts, joined without a separator.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    /// The pool's name (its id after the `_`), or a device's DeviceGroupKey.
    pub(crate) scope: &'a str,
    /// USER_ID_FOR_SRP, or a device's DeviceKey.
    pub(crate) name: &'a str,
}

/// B, in 1..N-1: the server's ephemeral public value, safe to compute with.
pub(crate) struct ServerPublic(Residue);

impl ServerPublic {
    /// `None` unless the integer is in 1..N-1, however many zeros it begins with.
    ///
    /// RFC 5054 section 2.5.3 demands only that B mod N is not 0; no honest server sends more than N - 1.
    pub(crate) fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        Residue::from_public_be_bytes(bytes).filter(|b| !b.is_zero_public()).map(Self)
    }
}

/// u, which is not 0.
pub(crate) struct Scrambling([u8; 32]);

impl Scrambling {
    /// u = SHA-256(enc(A) || enc(B)). RFC 5054 section 2.6, with enc in place of PAD.
    ///
    /// `None` where it is 0, as SRP-6a has it for the client: the S of the service would then not depend on its verifier.
    pub(crate) fn new(a_public: &[u8; modpow::BYTES], b_public: &ServerPublic) -> Option<Self> {
        let mut hash = Sha256::new();
        enc(a_public).feed(|bytes| hash.update(bytes));
        enc(&b_public.0.to_be_bytes()).feed(|bytes| hash.update(bytes));
        Self::from_be_bytes(hash.finalize().into())
    }

    pub(crate) fn from_be_bytes(u: [u8; 32]) -> Option<Self> {
        (u != [0; 32]).then_some(Self(u))
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// k = SHA-256(enc(N) || enc(g)). SRP-6a; RFC 5054 section 2.6 with enc in place of PAD.
pub(crate) fn k() -> [u8; 32] {
    let mut hash = Sha256::new();
    enc(&modpow::n_be_bytes()).feed(|bytes| hash.update(bytes));
    enc(&Residue::g().to_be_bytes()).feed(|bytes| hash.update(bytes));
    hash.finalize().into()
}

/// SHA-256(scope || name || ":" || password), the inner hash of [`x`].
///
/// Leaks: the lengths of all three, as any hash of them does.
pub(crate) fn identity_hash(identity: Identity<'_>, password: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(identity.scope);
    hash.update(identity.name);
    hash.update(":");
    hash.update(password);
    Zeroizing::new(hash.finalize().into())
}

/// x = SHA-256(enc(SALT) || identity hash). RFC 2945 section 3, with SHA-256 and a scope.
///
/// `salt` is an integer in big-endian bytes: enc drops the zeros that it begins with.
pub(crate) fn x(salt: &[u8], identity_hash: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new();
    enc(salt).feed(|bytes| hash.update(bytes));
    hash.update(identity_hash);
    Zeroizing::new(hash.finalize().into())
}

/// v = g^x mod N. RFC 2945 section 3.
pub(crate) fn v(x: &[u8; 32]) -> Residue {
    Residue::power_of_g(x)
}

/// S = (B - k * g^x)^(a + u * x) mod N. RFC 5054 section 2.6.
///
/// 0 is a possible S (where B = k * g^x) and is used like any other, as AWS's clients do. Leaks: the length of `a`.
pub(crate) fn s(a: &[u8], b_public: &ServerPublic, u: &Scrambling, x: &[u8; 32]) -> Residue {
    let base = b_public.0.subtract(&Residue::from_256_bits(&k()).multiply(&v(x)));
    base.pow(&a_plus_ux(a, u.as_bytes(), x))
}

/// Whether both sides of a handshake reach the same K: the service, which has v and draws b, and the client, which has x and has
/// drawn a. `None` where they cannot even begin.
///
/// The service's side is RFC 5054 section 2.6: B = k * v + g^b mod N, S = (A * v^u)^b mod N. Leaks: v, B, and the answer.
pub(crate) fn sides_agree(v: &Residue, b: &[u8; 32], x: &[u8; 32], ephemeral: &Ephemeral) -> Option<bool> {
    let b_public = Residue::from_256_bits(&k()).multiply(v).add(&Residue::power_of_g(b));
    let b_public = ServerPublic::from_be_bytes(&declassify::self_check_b(b_public.to_be_bytes()))?;
    let u = Scrambling::new(&ephemeral.public_be_bytes(), &b_public)?;
    let service = ephemeral.public().multiply(&v.pow(u.as_bytes())).pow(b);
    let client = s(ephemeral.secret(), &b_public, &u, x);
    let key = |s| claim_key(&prk(&u, s));
    Some(declassify::self_check_passed(key(&service).ct_eq(&*key(&client)).to_bool()))
}

/// The pseudo-random key: HKDF-Extract(salt = enc(u), input = enc(S)). RFC 5869 section 2.2.
///
/// Leaks: the length of enc(S), see [`integer::Enc`].
pub(crate) fn prk(u: &Scrambling, s: &Residue) -> Zeroizing<[u8; 32]> {
    prk_of_bytes(u, &Zeroizing::new(s.to_be_bytes()))
}

/// [`prk`] of S in big-endian bytes.
pub(crate) fn prk_of_bytes(u: &Scrambling, s: &[u8; modpow::BYTES]) -> Zeroizing<[u8; 32]> {
    let mut extract = HkdfExtract::<Sha256>::new(Some(&enc(u.as_bytes()).to_vec()));
    enc(s).feed(|bytes| extract.input_ikm(bytes));
    Zeroizing::new(extract.finalize().0.into())
}

/// K = HKDF-Expand(PRK, "Caldera Derived Key", 16). RFC 5869 section 2.3; the text is AWS's own.
#[expect(clippy::expect_used, reason = "the two lengths are constants, and RFC 5869 allows both")]
pub(crate) fn claim_key(prk: &[u8; 32]) -> Zeroizing<[u8; 16]> {
    let mut key = Zeroizing::new([0; 16]);
    let hkdf = Hkdf::<Sha256>::from_prk(prk).expect("a key as long as the hash");
    hkdf.expand(b"Caldera Derived Key", &mut *key).expect("at most 255 hashes long");
    key
}

/// HMAC-SHA-256(K, scope || name || SECRET_BLOCK || TIMESTAMP): PASSWORD_CLAIM_SIGNATURE before base64.
pub(crate) fn signature(key: &[u8; 16], identity: Identity<'_>, secret_block: &[u8], timestamp: &str) -> [u8; 32] {
    let mut hmac = hmac_sha256(key);
    hmac.update(identity.scope.as_bytes());
    hmac.update(identity.name.as_bytes());
    hmac.update(secret_block);
    hmac.update(timestamp.as_bytes());
    hmac.finalize().into_bytes().into()
}

/// Overwrites what the functions above, and the hashes below them, have left on the stack: local copies that their types
/// do not wipe, such as the padded key inside an HMAC.
///
/// Best effort, as [`zeroize_stack`] explains: it reaches the frames of a function that its own caller has called, and that
/// was not inlined there.
pub(crate) fn wipe_stack() {
    zeroize_stack::<DEEPEST>();
}

/// Bytes: in an optimised build more than the deepest of what is wiped after uses, which is an enrolment, where [`sides_agree`]
/// stands above an exponentiation with its table of powers. On x86-64 that is 29 KiB with the IFMA kernel, whose elements are the
/// largest, and 24 and 26 KiB with the others; unoptimised it is 85 to 87 (`ci/stack`). A small build for
/// WebAssembly, which has seven more tables, takes 71 (`bindings/js/run` looks at what is left).
const DEEPEST: usize = if cfg!(all(cognito_srp_small, target_arch = "wasm32")) { 88 } else { 40 } * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// A u of 0 cannot be reached through the hash; the check itself can.
    #[test]
    fn u_is_not_zero() {
        assert!(Scrambling::from_be_bytes([0; 32]).is_none());
        let mut one = [0; 32];
        one[31] = 1;
        assert!(Scrambling::from_be_bytes(one).is_some());
    }

    #[test]
    fn b_is_in_1_to_n_minus_1() {
        let mut n = modpow::n_be_bytes();
        assert!(ServerPublic::from_be_bytes(&n).is_none());
        assert!(ServerPublic::from_be_bytes(&[0; 400]).is_none());
        n[modpow::BYTES - 1] -= 1;
        assert!(ServerPublic::from_be_bytes(&n).is_some());
    }
}

//! The server's side of one SRP exchange: what is asked, and whether the answer proves the password.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp_reference as srp;
use num_bigint::{BigInt, BigUint};

use crate::random::Random;
use crate::wire::Parameters;
use crate::{ServiceError, timestamp};

/// A password as the service keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    /// Signed, since `ConfirmDevice` takes it so: a client that leaves out the sign byte finds a
    /// negative salt in its next challenge.
    salt: BigInt,
    v: BigUint,
}

impl Verifier {
    pub(crate) fn of_password(salt: BigUint, identity: &Identity, password: &str) -> Self {
        let v = srp::verifier(&srp::x(&salt, &identity.borrow(), password));
        let salt = salt.into();
        Self { salt, v }
    }

    /// Reads what `ConfirmDevice` registers: two signed big-endian integers. A negative `v` is as
    /// good a number mod N as any, only not the one the device has in mind.
    pub(crate) fn from_signed_bytes(salt: &[u8], v: &[u8]) -> Self {
        Self {
            salt: BigInt::from_signed_bytes_be(salt),
            v: srp::pow(BigInt::from_signed_bytes_be(v), &BigUint::from(1_u8)),
        }
    }

    /// Tells whether this password has this verifier, by making it anew.
    pub(crate) fn is_of(&self, identity: &Identity, password: &str) -> bool {
        let salt = self.salt.magnitude().clone();
        Self::of_password(salt, identity, password).v == self.v
    }
}

/// Whose password it is: [`srp::Identity`], owned.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) scope: String,
    pub(crate) name: String,
}

impl Identity {
    fn borrow(&self) -> srp::Identity<'_> {
        srp::Identity { scope: &self.scope, name: &self.name }
    }
}

/// An exchange under way: all that is needed to check an answer, as often as one comes.
#[derive(Clone, Debug)]
#[expect(non_snake_case, reason = "SRP's A and B are other values than its a and b")]
pub(crate) struct Exchange {
    identity: Identity,
    verifier: Verifier,
    A: BigUint,
    b: BigUint,
    B: BigUint,
    secret_block: Vec<u8>,
}

impl Exchange {
    #[expect(non_snake_case, reason = "SRP's A and B are other values than its a and b")]
    pub(crate) fn new(identity: Identity, verifier: Verifier, A: BigUint, random: &mut Random) -> Self {
        let b = random.integer::<32>();
        let B = srp::public_b(&b, &verifier.v);
        let secret_block = random.bytes::<1300>().to_vec();
        Self { identity, verifier, A, b, B, secret_block }
    }

    pub(crate) fn salt(&self) -> String {
        self.verifier.salt.to_str_radix(16)
    }

    pub(crate) fn srp_b(&self) -> String {
        srp::to_hex(&self.B)
    }

    pub(crate) fn secret_block(&self) -> String {
        BASE64_STANDARD.encode(&self.secret_block)
    }

    /// Checks a claim against the password.
    pub(crate) fn verify(&self, claim: &Claim) -> Result<(), ServiceError> {
        let proven = claim.secret_block == self.secret_block()
            && claim.signature.as_deref() == Some(&self.signature(&claim.timestamp))
            && self.proves_something();
        proven.then_some(()).ok_or_else(ServiceError::incorrect_username_or_password)
    }

    fn signature(&self, timestamp: &str) -> [u8; 32] {
        let u = srp::u(&self.A, &self.B);
        let s = srp::server_s(&self.A, &self.verifier.v, &u, &self.b);
        let claim_key = srp::claim_key(&srp::prk(&u, &s));
        srp::signature(&claim_key, &self.identity.borrow(), &self.secret_block, timestamp)
    }

    /// With A = 0 everyone knows S = 0 (RFC 2945 section 3.1 has the host abort).
    fn proves_something(&self) -> bool {
        &self.A % srp::n() != BigUint::ZERO
    }
}

/// The three parameters that answer a `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`.
#[derive(Debug)]
pub(crate) struct Claim {
    /// The canonical text of what the client sent: the service signs that one.
    timestamp: String,
    /// `None` where it is not base64, which proves nothing.
    signature: Option<Vec<u8>>,
    pub(crate) secret_block: String,
}

impl Claim {
    /// Reads the parameters; a missing one is named, the first in this order.
    pub(crate) fn read(responses: &Parameters) -> Result<Self, ServiceError> {
        let timestamp = responses.required("TIMESTAMP")?;
        let signature = responses.required("PASSWORD_CLAIM_SIGNATURE")?;
        let secret_block = responses.required("PASSWORD_CLAIM_SECRET_BLOCK")?;
        Ok(Self {
            timestamp: timestamp::canonical(timestamp).ok_or_else(|| {
                ServiceError::invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
            })?,
            signature: BASE64_STANDARD.decode(signature).ok(),
            secret_block: secret_block.to_owned(),
        })
    }
}

/// Reads `SRP_A`: any hexadecimal integer, in either case, of odd length or even, zero and N too.
pub(crate) fn read_srp_a(parameters: &Parameters) -> Result<BigUint, ServiceError> {
    srp::from_hex(parameters.required("SRP_A")?)
        .ok_or_else(|| ServiceError::invalid_parameter("SRP_A must satisfy regular expression: ^[0-9a-fA-F]+$"))
}

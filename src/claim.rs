//! What the two password verifiers have in common: SALT, SRP_B and SECRET_BLOCK in, the signed claim out.

use alloc::{string::String, vec::Vec};

use chrono::{DateTime, Utc};

use crate::{
    declassify,
    error::{Error, Problem},
    srp::{self, Ephemeral, Identity, Scrambling, ServerPublic},
    wire::{ChallengeParameters, MAX_PARAMETER, Parameters, base64, hex, key, timestamp},
};

/// The longest SALT that is read, in hex digits: 32 times what the service sends.
const MAX_SALT: usize = 1024;

/// The longest SRP_B that is read, in hex digits, zeros in front included. N has 768: what is longer than N is out of
/// range, and what is longer than this is not looked at.
const MAX_SRP_B: usize = 2048;

/// The mathematical half of PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER: safe to compute with.
pub(crate) struct Claim {
    salt: Vec<u8>,
    server_public: ServerPublic,
    secret_block: SecretBlock,
}

/// SECRET_BLOCK: signed as bytes, returned as the text that came.
struct SecretBlock {
    text: String,
    bytes: Vec<u8>,
}

impl Claim {
    pub(crate) fn from_parameters(parameters: &ChallengeParameters<'_>) -> Result<Self, Error> {
        let salt = parameters.required(key::SALT, |text| hex::parse(text, MAX_SALT))?;
        let server_public = parameters.required(key::SRP_B, |text| {
            ServerPublic::from_be_bytes(&hex::parse(text, MAX_SRP_B)?).ok_or(Problem::OutOfRange)
        })?;
        let secret_block = parameters.required(key::SECRET_BLOCK, |text| {
            Ok(SecretBlock { bytes: base64::decode(text, MAX_PARAMETER)?, text: text.into() })
        })?;
        Ok(Self { salt, server_public, secret_block })
    }

    /// Adds PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK and TIMESTAMP.
    pub(crate) fn sign(
        &self,
        ephemeral: &Ephemeral,
        identity: Identity<'_>,
        password: &[u8],
        now: DateTime<Utc>,
        answer: Parameters,
    ) -> Result<Parameters, Error> {
        let timestamp = timestamp::format(now).ok_or(Error::caller(key::TIMESTAMP, Problem::OutOfRange))?;
        let signature = self.signature(ephemeral, identity, password, &timestamp);
        srp::wipe_stack();
        Ok(answer
            .with(key::PASSWORD_CLAIM_SIGNATURE, base64::encode(&declassify::claim_signature(signature?)))
            .with(key::PASSWORD_CLAIM_SECRET_BLOCK, &*self.secret_block.text)
            .with(key::TIMESTAMP, timestamp))
    }

    #[inline(never)] // for the sake of `wipe_stack`
    fn signature(
        &self,
        ephemeral: &Ephemeral,
        identity: Identity<'_>,
        password: &[u8],
        timestamp: &str,
    ) -> Result<[u8; 32], Error> {
        let u = Scrambling::new(&ephemeral.public_be_bytes(), &self.server_public)
            .ok_or(Error::service(key::SRP_B, Problem::OutOfRange))?;
        let x = srp::x(&self.salt, &srp::identity_hash(identity, password));
        let s = srp::s(ephemeral.secret(), &self.server_public, &u, &x);
        let claim_key = srp::claim_key(&srp::prk(&u, &s));
        Ok(srp::signature(&claim_key, identity, &self.secret_block.bytes, timestamp))
    }
}

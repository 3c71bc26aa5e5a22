//! A remembered device's sign-in: from SRP_A to the answer to DEVICE_PASSWORD_VERIFIER.

use alloc::string::String;
use core::fmt;

use chrono::{DateTime, Utc};
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use super::Device;
use crate::{
    claim::Claim,
    error::Error,
    pool::User,
    srp::Ephemeral,
    wire::{self, ChallengeName, ChallengeParameters, ChallengeResponse, hex, key},
};

/// A sign-in of a remembered device that has begun and waits for DEVICE_PASSWORD_VERIFIER.
///
/// The service asks for it with DEVICE_SRP_AUTH, after the password step (whatever that was), in place of a second factor.
/// Like [`UserLogin`](crate::UserLogin) it holds an ephemeral secret that goes into one answer only, and never the password.
///
/// ```
/// # use std::collections::HashMap;
/// # use cognito_srp_core::{AppClient, Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, UserPoolId};
/// # let now = chrono::DateTime::UNIX_EPOCH;
/// # let session = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB");
/// # let password = DevicePassword::new("P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==");
/// # let device = Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", password)?;
/// # let reply = HashMap::from([("SALT", "9fd601e7c2"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")]
/// #     .map(|(name, value)| (name.to_string(), value.to_string())));
/// # let client = AppClient::new(UserPoolId::parse("us-west-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// let user = client.user("c2bbf727-6345-4e0e-8426-dde793038260"); // as the service named it
/// let login = DeviceLogin::start(&user, &device, &mut rand::rngs::SysRng)?;
/// let answer = login.device_srp_auth(session); // the service replies with DEVICE_PASSWORD_VERIFIER
/// assert_eq!(answer.challenge_responses.get("DEVICE_KEY"), Some(device.key()));
///
/// let challenge = DevicePasswordVerifier::from_reply(&reply, session)?;
/// let answer = login.finish(&challenge, &device, now)?; // and now with tokens
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// One answer from an `a` compiles, a second does not:
///
/// ```
/// # use cognito_srp_core::{Device, DeviceLogin, DevicePasswordVerifier};
/// # fn twice(login: DeviceLogin, challenge: DevicePasswordVerifier, device: Device, now: chrono::DateTime<chrono::Utc>) {
/// let first = login.finish(&challenge, &device, now);
/// # }
/// ```
///
/// ```compile_fail,E0382
/// # use cognito_srp_core::{Device, DeviceLogin, DevicePasswordVerifier};
/// # fn twice(login: DeviceLogin, challenge: DevicePasswordVerifier, device: Device, now: chrono::DateTime<chrono::Utc>) {
/// let first = login.finish(&challenge, &device, now);
/// let second = login.finish(&challenge, &device, now);
/// # }
/// ```
pub struct DeviceLogin {
    user: User,
    ephemeral: Ephemeral,
}

impl DeviceLogin {
    /// Draws `a`, 512 bits, and computes SRP_A: one exponentiation. Leaks nothing but that it is done.
    ///
    /// The user has to be the one that the service named, see [`User::known_as`].
    ///
    /// # Errors
    ///
    /// What the generator reports; nothing else can fail.
    pub fn start<R: TryCryptoRng + ?Sized>(user: &User, device: &Device, rng: &mut R) -> Result<Self, R::Error> {
        Ok(Self::from_ephemeral(user, device, Ephemeral::generate(rng)?))
    }

    pub(crate) fn from_ephemeral(user: &User, device: &Device, ephemeral: Ephemeral) -> Self {
        Self { user: user.clone().with_device_key(device.key()), ephemeral }
    }

    /// The answer to DEVICE_SRP_AUTH; `session` is that of the reply.
    #[must_use]
    pub fn device_srp_auth(&self, session: Option<&str>) -> ChallengeResponse {
        let srp_a = hex::write(&self.ephemeral.public_be_bytes());
        ChallengeResponse::new(ChallengeName::DeviceSrpAuth, session, self.user.parameters().with(key::SRP_A, srp_a))
    }

    /// Proves the device's password: PASSWORD_CLAIM_SIGNATURE over the challenge, at the time `now`. Two exponentiations.
    ///
    /// Leaks by timing: the lengths of the password and of the names, and how many zero bits the session's S begins with
    /// (up to whole bytes and the sign byte; the service hashes it without them).
    ///
    /// # Errors
    ///
    /// [`Problem::OutOfRange`](crate::Problem::OutOfRange) for `SRP_B` where u is 0, the service's fault, and for
    /// `TIMESTAMP` where the year of `now` is not in 1583 to 9999, the caller's.
    pub fn finish(
        self,
        challenge: &DevicePasswordVerifier,
        device: &Device,
        now: DateTime<Utc>,
    ) -> Result<ChallengeResponse, Error> {
        self.prove(challenge, &self.user, device, now)
    }

    /// [`finish`](Self::finish) for an owner who drops the login once it has succeeded.
    pub(crate) fn prove(
        &self,
        challenge: &DevicePasswordVerifier,
        user: &User,
        device: &Device,
        now: DateTime<Utc>,
    ) -> Result<ChallengeResponse, Error> {
        let answer = user.clone().with_device_key(device.key()).parameters();
        let password = device.password.0.as_bytes();
        let answer = challenge.claim.sign(&self.ephemeral, device.identity(), password, now, answer)?;
        let session = challenge.session.as_deref().map(String::as_str);
        Ok(ChallengeResponse::new(ChallengeName::DevicePasswordVerifier, session, answer))
    }

    /// The login that [`ephemeral_secret`](Self::ephemeral_secret) was taken of; `None` where the length is not that of a
    /// generated `a`.
    pub(crate) fn restore(user: &User, device: &Device, a: &[u8]) -> Option<Self> {
        Some(Self::from_ephemeral(user, device, Ephemeral::restore(a)?))
    }

    /// `a`, to be saved with a sign-in that is interrupted.
    pub(crate) fn ephemeral_secret(&self) -> &[u8] {
        self.ephemeral.secret()
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The challenge DEVICE_PASSWORD_VERIFIER, read and found safe to answer.
pub struct DevicePasswordVerifier {
    session: Option<Zeroizing<String>>,
    claim: Claim,
}

impl DevicePasswordVerifier {
    /// Reads ChallengeParameters and Session of a reply: any map of strings, by reference.
    ///
    /// # Errors
    ///
    /// As for [`PasswordVerifier::from_reply`](crate::PasswordVerifier::from_reply), without USER_ID_FOR_SRP.
    pub fn from_reply<'a, K, V>(
        challenge_parameters: impl IntoIterator<Item = (&'a K, &'a V)>,
        session: Option<&str>,
    ) -> Result<Self, Error>
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let parameters = ChallengeParameters::new(challenge_parameters);
        Ok(Self { claim: Claim::from_parameters(&parameters)?, session: wire::session(session)? })
    }
}

impl fmt::Debug for DevicePasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevicePasswordVerifier").finish_non_exhaustive()
    }
}

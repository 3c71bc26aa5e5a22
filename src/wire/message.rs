//! The messages of a sign-in, without what is the caller's: client and pool ids, metadata, context.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroize;

use super::{AuthFlow, ChallengeName, Parameters, key};

/// The start of a sign-in: AuthFlow and AuthParameters of InitiateAuth, and of AdminInitiateAuth alike.
///
/// Made by [`UserLogin`](crate::UserLogin) where SRP is involved, and by functions of this type where it is not. `Debug`
/// shows no value and no Session.
#[derive(Clone)]
#[non_exhaustive]
pub struct InitiateAuth {
    /// How the sign-in begins.
    pub auth_flow: AuthFlow,
    /// What it begins with.
    pub auth_parameters: Parameters,
    /// The Session that ConfirmSignUp gave, where USER_AUTH goes on from it.
    pub session: Option<String>,
}

impl InitiateAuth {
    pub(crate) const fn new(auth_flow: AuthFlow, auth_parameters: Parameters) -> Self {
        Self { auth_flow, auth_parameters, session: None }
    }
}

impl fmt::Debug for InitiateAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InitiateAuth")
            .field("auth_flow", &self.auth_flow)
            .field("auth_parameters", &self.auth_parameters)
            .finish_non_exhaustive()
    }
}

/// An answer: ChallengeName, ChallengeResponses and Session of RespondToAuthChallenge, and of AdminRespondToAuthChallenge
/// alike. `Debug` shows no value and no Session.
#[derive(Clone)]
#[non_exhaustive]
pub struct ChallengeResponse {
    /// The challenge that is answered.
    pub challenge_name: ChallengeName,
    /// The answer.
    pub challenge_responses: Parameters,
    /// The Session of the reply that is answered, if it had one.
    pub session: Option<String>,
}

impl ChallengeResponse {
    pub(crate) fn new(challenge_name: ChallengeName, session: Option<&str>, challenge_responses: Parameters) -> Self {
        Self { challenge_name, challenge_responses, session: session.map(String::from) }
    }

    /// The same answer without DEVICE_KEY: to be sent again where the service has forgotten the device ("Device does not
    /// exist."), if this answer was the first to name it. The signature does not cover the device.
    #[must_use]
    pub fn without_device_key(mut self) -> Self {
        self.challenge_responses = self.challenge_responses.without(key::DEVICE_KEY);
        self
    }
}

impl fmt::Debug for ChallengeResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeResponse")
            .field("challenge_name", &self.challenge_name)
            .field("challenge_responses", &self.challenge_responses)
            .finish_non_exhaustive()
    }
}

/// DeviceSecretVerifierConfig of ConfirmDevice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceSecretVerifierConfig {
    /// PasswordVerifier: base64(enc(g^x mod N)).
    pub password_verifier: String,
    /// Salt: base64(enc(salt)).
    pub salt: String,
}

/// ConfirmDevice: has the service remember a new device. `Debug` does not show AccessToken, which is wiped on drop.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConfirmDevice {
    /// AccessToken of the sign-in that offered the device.
    pub access_token: String,
    /// DeviceKey.
    pub device_key: String,
    /// What the device will be checked against.
    pub device_secret_verifier_config: DeviceSecretVerifierConfig,
    /// DeviceName: what people will find it under in a list of devices.
    pub device_name: Option<String>,
}

impl Drop for ConfirmDevice {
    fn drop(&mut self) {
        self.access_token.zeroize();
    }
}

impl fmt::Debug for ConfirmDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfirmDevice")
            .field("device_key", &self.device_key)
            .field("device_name", &self.device_name)
            .finish_non_exhaustive()
    }
}

/// AssociateSoftwareToken: asks for the secret that an authenticator app is to be set up with.
#[derive(Clone)]
#[non_exhaustive]
pub struct AssociateSoftwareToken {
    /// Session of MFA_SETUP.
    pub session: Option<String>,
}

impl fmt::Debug for AssociateSoftwareToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssociateSoftwareToken").finish_non_exhaustive()
    }
}

/// VerifySoftwareToken: the first code of an authenticator app, wiped on drop. `Debug` shows neither it nor the Session.
#[derive(Clone)]
#[non_exhaustive]
pub struct VerifySoftwareToken {
    /// UserCode.
    pub user_code: String,
    /// Session of AssociateSoftwareToken.
    pub session: Option<String>,
}

impl Drop for VerifySoftwareToken {
    fn drop(&mut self) {
        self.user_code.zeroize();
    }
}

impl fmt::Debug for VerifySoftwareToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifySoftwareToken").finish_non_exhaustive()
    }
}

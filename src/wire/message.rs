//! The two requests of a sign-in, without what is the caller's: client and pool ids, metadata, context.

use alloc::string::String;
use core::fmt;

use super::{AuthFlow, ChallengeName, Parameters, key};

/// The start of a sign-in: AuthFlow and AuthParameters of InitiateAuth, and of AdminInitiateAuth alike.
///
/// Made by [`UserLogin`](crate::UserLogin) where SRP is involved, and by functions of this type where it is not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InitiateAuth {
    /// How the sign-in begins.
    pub auth_flow: AuthFlow,
    /// What it begins with.
    pub auth_parameters: Parameters,
}

impl InitiateAuth {
    pub(crate) const fn new(auth_flow: AuthFlow, auth_parameters: Parameters) -> Self {
        Self { auth_flow, auth_parameters }
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

//! A challenge that waits for its answer: what a reply said, checked for size and kept.

use alloc::{string::String, vec::Vec};

use zeroize::Zeroizing;

use crate::{
    error::{Error, Problem},
    wire::{self, ChallengeName, Parameters, Reply},
};

/// The most text that is kept of the parameters of one challenge, in bytes. The service's own are a few thousand; those of
/// a Lambda trigger are the pool's own.
const MAX_PARAMETERS: usize = 1 << 20;

/// What a parameter takes in a saved state besides its text: two lengths.
const PER_PARAMETER: usize = 8;

/// A challenge as the service put it. All that can be asked and answered is read from here, now and after a restore.
#[derive(Clone)]
pub(super) struct Pending {
    challenge_name: ChallengeName,
    session: Option<Zeroizing<String>>,
    parameters: Parameters,
    available: Vec<ChallengeName>,
}

impl Pending {
    pub(super) fn from_reply(reply: &Reply) -> Result<Self, Error> {
        let name = reply.challenge_name.as_deref().ok_or(Error::service("ChallengeName", Problem::Missing))?;
        let challenge_name = name.parse().map_err(|_| Error::service("ChallengeName", Problem::Unknown))?;
        let mut available = Vec::new();
        let known = reply.available_challenges.iter().filter_map(|name| name.parse::<ChallengeName>().ok());
        for name in known.filter(|name| name.is_first_factor()) {
            if !available.contains(&name) {
                available.push(name);
            }
        }
        Self::new(challenge_name, reply.session.as_deref(), &reply.challenge_parameters, available)
    }

    pub(super) fn new(
        challenge_name: ChallengeName,
        session: Option<&str>,
        parameters: &Parameters,
        available: Vec<ChallengeName>,
    ) -> Result<Self, Error> {
        let length = parameters.iter().fold(0_usize, |length, (name, value)| {
            length.saturating_add(name.len()).saturating_add(value.len()).saturating_add(PER_PARAMETER)
        });
        if length > MAX_PARAMETERS {
            return Err(Error::service("ChallengeParameters", Problem::TooLong { limit: MAX_PARAMETERS }));
        }
        let session = wire::session(session)?;
        Ok(Self { challenge_name, session, parameters: parameters.clone(), available })
    }

    pub(super) const fn challenge_name(&self) -> ChallengeName {
        self.challenge_name
    }

    /// Session, to be echoed in the answer.
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref().map(String::as_str)
    }

    /// The same challenge under the Session of a later reply, where that has one.
    pub(super) fn with_session_of(&self, reply: &Reply) -> Result<Self, Error> {
        let session = wire::session(reply.session.as_deref())?.or_else(|| self.session.clone());
        Ok(Self { session, ..self.clone() })
    }

    /// ChallengeParameters.
    pub(super) const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// AvailableChallenges, as far as they are known and can be chosen.
    pub(super) fn available(&self) -> &[ChallengeName] {
        &self.available
    }
}

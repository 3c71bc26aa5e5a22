//! The text of Cognito's messages: names, parameter maps, hex, base64, TIMESTAMP.
//!
//! No mathematics, and no notion of which message follows which.

pub(crate) mod base64;
mod challenge;
pub(crate) mod hex;
pub(crate) mod key;
mod message;
mod name;
mod parameters;
pub(crate) mod timestamp;

pub(crate) use self::challenge::{ChallengeParameters, session, text};
pub use self::{
    message::{ChallengeResponse, InitiateAuth},
    name::{AuthFlow, ChallengeName, MfaType, UnknownName},
    parameters::Parameters,
};

/// The longest text of any parameter, in bytes: AWS's model ends every value of a parameter map at 131072 characters.
pub(crate) const MAX_PARAMETER: usize = 131_072;

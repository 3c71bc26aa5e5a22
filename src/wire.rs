//! The text of Cognito's messages: names, parameter maps, requests and replies, JSON, hex, base64, TIMESTAMP.
//!
//! No mathematics, and no notion of which message follows which.

pub(crate) mod base64;
mod challenge;
mod context;
pub(crate) mod hex;
pub(crate) mod json;
pub(crate) mod key;
mod message;
mod name;
mod parameters;
mod reply;
mod request;
pub(crate) mod timestamp;

pub(crate) use self::challenge::{ChallengeParameters, session, text};
pub use self::{
    context::{Context, ContextData, UserContextData},
    message::{
        AssociateSoftwareToken, ChallengeResponse, ConfirmDevice, DeviceSecretVerifierConfig, InitiateAuth,
        VerifySoftwareToken,
    },
    name::{AuthFlow, ChallengeName, MfaType, Operation, UnknownName},
    parameters::Parameters,
    reply::{AuthenticationResult, NewDeviceMetadata, Reply},
    request::{Message, Request},
};

/// The longest text of any parameter, in bytes: AWS's model ends every value of a parameter map at 131072 characters.
pub(crate) const MAX_PARAMETER: usize = 131_072;

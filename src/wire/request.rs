//! A whole request: a message, and what goes with it whatever the message is.

use alloc::string::String;

use super::{
    AssociateSoftwareToken, ChallengeResponse, ConfirmDevice, Context, InitiateAuth, Operation, VerifySoftwareToken,
};

/// A request to the service, complete: send it as it is.
///
/// With an SDK, match on [`Request::message`]; without one, POST [`to_json`](Self::to_json) with [`target`](Self::target)
/// as `X-Amz-Target` and `application/x-amz-json-1.1` as `Content-Type`. `Debug` shows no value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// What is said.
    pub message: Message,
    /// Whether the Admin twin of the operation is meant, which only AWS credentials may call.
    pub admin: bool,
    /// ClientId.
    pub client_id: String,
    /// UserPoolId, for the Admin twins.
    pub user_pool_id: String,
    /// ClientMetadata and the like.
    pub context: Context,
}

/// What a [`Request`] says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message {
    /// InitiateAuth or AdminInitiateAuth.
    InitiateAuth(InitiateAuth),
    /// RespondToAuthChallenge or AdminRespondToAuthChallenge.
    RespondToAuthChallenge(ChallengeResponse),
    /// AssociateSoftwareToken.
    AssociateSoftwareToken(AssociateSoftwareToken),
    /// VerifySoftwareToken.
    VerifySoftwareToken(VerifySoftwareToken),
    /// ConfirmDevice.
    ConfirmDevice(ConfirmDevice),
}

impl Request {
    /// The operation that takes this request.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        match (&self.message, self.admin) {
            (Message::InitiateAuth(_), false) => Operation::InitiateAuth,
            (Message::InitiateAuth(_), true) => Operation::AdminInitiateAuth,
            (Message::RespondToAuthChallenge(_), false) => Operation::RespondToAuthChallenge,
            (Message::RespondToAuthChallenge(_), true) => Operation::AdminRespondToAuthChallenge,
            (Message::AssociateSoftwareToken(_), _) => Operation::AssociateSoftwareToken,
            (Message::VerifySoftwareToken(_), _) => Operation::VerifySoftwareToken,
            (Message::ConfirmDevice(_), _) => Operation::ConfirmDevice,
        }
    }

    /// The value of the header `X-Amz-Target`.
    #[must_use]
    pub fn target(&self) -> String {
        ["AWSCognitoIdentityProviderService.", self.operation().as_str()].concat()
    }
}

//! What comes next in a sign-in, as text.

use alloc::string::{String, ToString};
use core::fmt;

use cognito_srp_core::{AuthenticationResult, Device, Done, Message, Question, Request, SignIn, Step as CoreStep};
use zeroize::{Zeroize as _, Zeroizing};

use crate::json::{self, Object};

/// What comes next.
#[derive(Clone)]
#[non_exhaustive]
pub struct Step {
    /// To send, to ask, or none: it is done.
    pub kind: StepKind,
    /// To send: the operation, such as `InitiateAuth`. To ask: which [question](Step#questions). Done: empty.
    pub name: &'static str,
    /// To send: the value of the header `X-Amz-Target`, for those who have no SDK. Otherwise empty.
    pub target: String,
    /// To send: the body of the request. To ask: what there is to know of the question. Done: the outcome.
    pub json: Zeroizing<String>,
}

/// What a [`Step`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "as `cognito_srp_core::Step`")]
pub enum StepKind {
    /// Send a request, and pass on what comes of it.
    Send = 1,
    /// Ask the person, and pass on what they say.
    Ask = 2,
    /// The person is signed in.
    Done = 3,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("kind", &self.kind).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Step {
    pub(crate) fn new(step: CoreStep, sign_in: &SignIn) -> Self {
        match step {
            CoreStep::Send(request) => Self::send(request),
            CoreStep::Ask(question) => Self::ask(&question, sign_in),
            CoreStep::Done(done) => Self::done(&done),
        }
    }

    fn send(request: Request) -> Self {
        Self { kind: StepKind::Send, name: request.operation().as_str(), target: request.target(), json: body(request) }
    }

    /// # Questions
    ///
    /// | name | members of the JSON | answer |
    /// |---|---|---|
    /// | `PASSWORD` | `OverSrp`: whether it stays here, and only a proof of it is sent; `Username`, `DeviceForgotten`: see below | the password |
    /// | `REFRESH_TOKEN` | | the token |
    /// | `FIRST_FACTOR` | `AvailableChallenges` | one of them |
    /// | `CODE` | `ChallengeName`, `Medium`, `Destination` | the code |
    /// | `MFA_TYPE` | `MfaTypes` | one of them |
    /// | `AUTHENTICATOR_SETUP` | `SecretCode`: for the app | its first code |
    /// | `NEW_PASSWORD` | `RequiredAttributes`, `UserAttributes` | the password, and attributes |
    /// | `CUSTOM` | `ChallengeParameters` | what the pool wants to hear |
    /// | `PASSKEY` | `CredentialRequestOptions`: JSON text | AuthenticationResponseJSON |
    ///
    /// `Username` is the user as the requests name them now: over SRP as the service does. `DeviceForgotten` says that the service no longer
    /// knows the device that was given.
    pub(crate) fn ask(question: &Question, sign_in: &SignIn) -> Self {
        let name = match question {
            Question::Password { .. } => "PASSWORD",
            Question::RefreshToken => "REFRESH_TOKEN",
            Question::FirstFactor { .. } => "FIRST_FACTOR",
            Question::Code { .. } => "CODE",
            Question::MfaType { .. } => "MFA_TYPE",
            Question::AuthenticatorSetup { .. } => "AUTHENTICATOR_SETUP",
            Question::NewPassword { .. } => "NEW_PASSWORD",
            Question::Custom { .. } => "CUSTOM",
            Question::Passkey { .. } => "PASSKEY",
            _ => "UNKNOWN",
        };
        Self {
            kind: StepKind::Ask,
            name,
            target: String::new(),
            json: json::object(&|object| write_question(object, question, sign_in)),
        }
    }

    pub(crate) fn done(done: &Done) -> Self {
        Self {
            kind: StepKind::Done,
            name: "",
            target: String::new(),
            json: json::object(&|object| write_outcome(object, done)),
        }
    }
}

/// The body of a request. Its Session, which the core leaves to whoever sends it, is wiped.
pub(crate) fn body(mut request: Request) -> Zeroizing<String> {
    let json = request.to_json();
    match &mut request.message {
        Message::InitiateAuth(message) => message.session.zeroize(),
        Message::RespondToAuthChallenge(message) => message.session.zeroize(),
        Message::AssociateSoftwareToken(message) => message.session.zeroize(),
        Message::VerifySoftwareToken(message) => message.session.zeroize(),
        _ => {} // ConfirmDevice has none
    }
    json
}

fn write_question(object: &mut Object<'_>, question: &Question, sign_in: &SignIn) {
    match question {
        Question::Password { over_srp } => {
            object.flag("OverSrp", *over_srp);
            object.text("Username", sign_in.user().username());
            object.flag("DeviceForgotten", sign_in.device_forgotten());
        }
        Question::FirstFactor { available } => {
            object.list("AvailableChallenges", available.iter().map(|name| name.as_str()));
        }
        Question::Code { challenge_name, medium, destination } => {
            object.text("ChallengeName", challenge_name.as_str());
            object.some("Medium", medium.as_deref());
            object.some("Destination", destination.as_deref());
        }
        Question::MfaType { available } => object.list("MfaTypes", available.iter().map(|name| name.as_str())),
        Question::AuthenticatorSetup { secret_code } => object.text("SecretCode", secret_code.expose_secret()),
        Question::NewPassword { required_attributes, user_attributes } => {
            object.list("RequiredAttributes", required_attributes.iter().map(String::as_str));
            object.map("UserAttributes", user_attributes);
        }
        Question::Custom { parameters } => object.map("ChallengeParameters", parameters),
        Question::Passkey { credential_request_options } => {
            object.text("CredentialRequestOptions", credential_request_options);
        }
        _ => {}
    }
}

fn write_outcome(object: &mut Object<'_>, done: &Done) {
    object.object("AuthenticationResult", &|object| write_tokens(object, &done.tokens));
    object.text("Username", done.user.username());
    if let Some(device) = &done.new_device {
        object.object("Device", &|object| write_device(object, device));
    }
    object.flag("UserConfirmationNecessary", done.user_confirmation_necessary);
    object.some("DeviceProblem", done.device_problem.as_ref().map(ToString::to_string).as_deref());
    object.flag("DeviceForgotten", done.device_forgotten);
}

/// A device as it is to be stored, and as the option `Device` takes it.
pub(crate) fn write_device(object: &mut Object<'_>, device: &Device) {
    object.text("DeviceKey", device.key());
    object.text("DeviceGroupKey", device.group_key());
    object.text("DevicePassword", device.password().expose_secret());
}

/// AuthenticationResult as the service writes it.
fn write_tokens(object: &mut Object<'_>, tokens: &AuthenticationResult) {
    object.some("AccessToken", tokens.access_token.as_deref());
    // The core has 0 where the service gave none.
    if tokens.expires_in != 0 {
        object.number("ExpiresIn", tokens.expires_in);
    }
    object.some("TokenType", tokens.token_type.as_deref());
    object.some("RefreshToken", tokens.refresh_token.as_deref());
    object.some("IdToken", tokens.id_token.as_deref());
    if let Some(device) = &tokens.new_device_metadata {
        object.object("NewDeviceMetadata", &|object| {
            object.some("DeviceKey", device.device_key.as_deref());
            object.some("DeviceGroupKey", device.device_group_key.as_deref());
        });
    }
}

//! What anyone can know of a sign-in who reads its requests and the replies.

use cognito_srp_core::{ChallengeName, Flow, Message, Step};
use serde_json::Value;

use crate::{trail::ask_line, world::Visit};

/// The last reply, and what has been said since the sign-in began.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each has its own history")]
pub(crate) struct Known {
    pub(crate) awaited: Awaited,
    /// The question that stands.
    pub(crate) question: Option<String>,
    /// Of the last reply.
    pub(crate) session: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) secret_block: Option<String>,
    /// What the service has called the user since the sign-in began.
    pub(crate) named: Option<String>,
    /// Whether SRP_A is out and not answered by a proof.
    pub(crate) srp: bool,
    /// Whether a password may be sent as it is.
    pub(crate) plain_password: bool,
    /// Whether the password has been proved.
    pub(crate) proved: bool,
    /// The same for the device.
    pub(crate) device_srp: bool,
    pub(crate) device_has_answered: bool,
}

/// What would be replied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Awaited {
    #[default]
    Nothing,
    Authentication,
    SecretCode,
    Verification,
    Confirmation,
}

/// Whose doing a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Answer,
    Itself,
}

impl Known {
    /// What is known at the beginning, and again after every other beginning.
    pub(crate) fn at_the_beginning(visit: &Visit) -> Self {
        Self { plain_password: sends_password(visit.flow), ..Self::default() }
    }

    /// Takes note of what a step says about what comes next.
    pub(crate) fn took(&mut self, step: &Step, by: By) {
        match step {
            Step::Ask(question) => {
                self.awaited = Awaited::Nothing;
                self.question = Some(ask_line(question));
            }
            Step::Send(request) => {
                let spends_srp = self.sent(&request.message);
                if by == By::Itself || spends_srp {
                    self.question = None;
                }
            }
            Step::Done(_) => {
                self.awaited = Awaited::Nothing;
                self.question = None;
            }
        }
    }

    /// Returns whether the request is the answer to PASSWORD_VERIFIER, which cannot be given again.
    fn sent(&mut self, message: &Message) -> bool {
        self.awaited = match message {
            Message::AssociateSoftwareToken(_) => Awaited::SecretCode,
            Message::VerifySoftwareToken(_) => Awaited::Verification,
            Message::ConfirmDevice(_) => Awaited::Confirmation,
            _ => Awaited::Authentication,
        };
        match message {
            Message::InitiateAuth(message) => self.srp = message.auth_parameters.get("SRP_A").is_some(),
            Message::RespondToAuthChallenge(message) => match message.challenge_name {
                ChallengeName::PasswordVerifier => {
                    self.srp = false;
                    self.proved = true;
                    return true;
                }
                ChallengeName::PasswordSrp | ChallengeName::SelectChallenge => {
                    self.srp = message.challenge_responses.get("SRP_A").is_some();
                }
                ChallengeName::DeviceSrpAuth => self.device_srp = true,
                ChallengeName::DevicePasswordVerifier => {
                    self.device_srp = false;
                    self.device_has_answered = true;
                }
                _ => {}
            },
            _ => {}
        }
        false
    }

    /// The person has chosen a first factor.
    pub(crate) fn chose(&mut self, factor: ChallengeName) {
        if factor == ChallengeName::Password {
            self.plain_password = true;
            self.srp = false;
        }
    }

    /// Takes note of a reply that fits.
    pub(crate) fn learn(&mut self, reply: &Value) {
        let text = |value: &Value| value.as_str().map(String::from);
        let parameters = &reply["ChallengeParameters"];
        self.session = text(&reply["Session"]);
        self.challenge = text(&reply["ChallengeName"]).or(self.challenge.take());
        self.secret_block = text(&parameters["SECRET_BLOCK"]);
        let named = text(&parameters["USER_ID_FOR_SRP"]).or(text(&parameters["USERNAME"]));
        self.named = named.or(self.named.take());
    }

    /// Whether the password that is asked for goes into a proof.
    pub(crate) fn proves(&self) -> bool {
        self.challenge.as_deref() == Some("PASSWORD_VERIFIER") && self.question.is_some()
    }
}

pub(crate) const fn starts_with_srp(flow: Flow) -> bool {
    matches!(
        flow,
        Flow::UserSrpAuth
            | Flow::CustomAuthWithSrp
            | Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) }
    )
}

const fn sends_password(flow: Flow) -> bool {
    matches!(
        flow,
        Flow::UserPasswordAuth
            | Flow::AdminUserPasswordAuth
            | Flow::AdminNoSrpAuth
            | Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) }
    )
}

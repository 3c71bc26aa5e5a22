//! Who answers the questions: wrongly as often as was drawn, and then rightly.

use cognito_srp_core::{Answer, ChallengeName, MfaType, Question};
use testpool::Pool;

use crate::{
    oracle::{UNAVAILABLE, value_of},
    world::{PASSWORD, Slips, Visit, World, slip},
};

const WRONG_PASSWORD: &str = "Wrong-horse-2";
const NEW_PASSWORD: &str = "Another-horse-3";
const WEAK_PASSWORD: &str = "pony";
pub(crate) const CODE: &str = "code q7x-zp";
const WRONG_CODE: &str = "wrong q7x-zp";
/// The service looks at the first code of an app only if it is six digits.
const WRONG_FIRST_CODE: &str = "000000";
pub(crate) const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";
pub(crate) const PASSKEY: &str = r#"{"id":"passkey of Alice"}"#;
const WRONG_PASSKEY: &str = r#"{"id":"passkey of Mallory"}"#;
const WRONG_ANSWER: &str = "a yellow one";
const NO_TOKEN: &str = "no refresh token";

/// Everything that a person may say and nobody else may see.
pub(crate) const SECRETS: [&str; 12] = [
    "Correct-horse",
    WRONG_PASSWORD,
    NEW_PASSWORD,
    WEAK_PASSWORD,
    CODE,
    WRONG_CODE,
    TOTP_SECRET,
    "passkey of Alice",
    "passkey of Mallory",
    "\"blue",
    WRONG_ANSWER,
    NO_TOKEN,
];

/// An answer, owned.
#[derive(Clone)]
pub(crate) enum Said {
    Password(&'static str),
    RefreshToken(String),
    FirstFactor(ChallengeName),
    Code(String),
    MfaType(MfaType),
    NewPassword(&'static str, Vec<(String, String)>),
    Custom(String),
    Passkey(&'static str),
}

impl Said {
    pub(crate) const fn first_factor(&self) -> Option<ChallengeName> {
        match self {
            Self::FirstFactor(factor) => Some(*factor),
            _ => None,
        }
    }

    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Code(code) => Some(code),
            _ => None,
        }
    }

    pub(crate) fn to<T>(&self, listen: impl FnOnce(&Answer<'_>) -> T) -> T {
        let user_attributes: Vec<(&str, &str)>;
        listen(&match self {
            Self::Password(password) => Answer::Password(password),
            Self::RefreshToken(token) => Answer::RefreshToken(token),
            Self::FirstFactor(factor) => Answer::FirstFactor(*factor),
            Self::Code(code) => Answer::Code(code),
            Self::MfaType(mfa_type) => Answer::MfaType(*mfa_type),
            Self::NewPassword(new_password, attributes) => {
                user_attributes = attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
                Answer::NewPassword { new_password, user_attributes: &user_attributes }
            }
            Self::Custom(answer) => Answer::Custom(answer),
            Self::Passkey(credential) => Answer::Passkey(credential),
        })
    }
}

pub(crate) struct Person {
    password: &'static str,
    /// A new password that was said and not refused yet.
    new_password: Option<&'static str>,
    app_secret: String,
    pub(crate) refresh_token: Option<String>,
    custom_answer: String,
    slips: Slips,
    /// Whether the last answer was wrong.
    slipped: bool,
    pick: usize,
}

impl Person {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            password: PASSWORD,
            new_password: None,
            app_secret: TOTP_SECRET.into(),
            refresh_token: None,
            custom_answer: world.settings.custom_answer.clone().unwrap_or_default(),
            slips: Slips::default(),
            slipped: false,
            pick: 0,
        }
    }

    pub(crate) fn comes(&mut self, visit: &Visit) {
        self.slips = visit.slips.clone();
        self.slipped = false;
        self.pick = visit.pick;
    }

    /// Answers what is asked. `messages` is where codes arrive: the pool, under the user's internal name.
    pub(crate) fn answers(&mut self, question: &Question, messages: (&Pool, &str), unix_seconds: i64) -> Said {
        let (said, slipped) = match question {
            Question::Password { .. } => {
                let slipped = slip(&mut self.slips.password);
                (Said::Password(if slipped { WRONG_PASSWORD } else { self.password }), slipped)
            }
            Question::RefreshToken => {
                let slipped = slip(&mut self.slips.refresh_token);
                let token = self.refresh_token.clone().filter(|_| !slipped);
                (Said::RefreshToken(token.unwrap_or_else(|| NO_TOKEN.into())), slipped)
            }
            Question::FirstFactor { available } => {
                let other = UNAVAILABLE.into_iter().find(|name| !available.contains(name));
                let other = other.filter(|_| slip(&mut self.slips.first_factor));
                (Said::FirstFactor(other.unwrap_or_else(|| self.picks(available))), other.is_some())
            }
            Question::Code { challenge_name, .. } => {
                let slipped = slip(&mut self.slips.code);
                (Said::Code(self.code(*challenge_name, slipped, messages, unix_seconds)), slipped)
            }
            Question::AuthenticatorSetup { secret_code } => {
                secret_code.expose_secret().clone_into(&mut self.app_secret);
                let slipped = slip(&mut self.slips.setup);
                let code = self.code(ChallengeName::SoftwareTokenMfa, false, messages, unix_seconds);
                (Said::Code(if slipped { WRONG_FIRST_CODE.into() } else { code }), slipped)
            }
            Question::MfaType { available } => {
                // The e-mail has two names in this place.
                let all = [MfaType::SmsMfa, MfaType::EmailOtp, MfaType::SoftwareTokenMfa];
                let other = all.into_iter().find(|name| !available.contains(name));
                let other = other.filter(|_| slip(&mut self.slips.mfa_type));
                let chosen = match other.unwrap_or_else(|| self.picks(available)) {
                    MfaType::EmailOtp if self.pick > 2 => MfaType::EmailMfa,
                    chosen => chosen,
                };
                (Said::MfaType(chosen), other.is_some())
            }
            Question::NewPassword { required_attributes, .. } => self.new_password(required_attributes),
            Question::Custom { .. } => {
                let slipped = slip(&mut self.slips.custom);
                (Said::Custom(if slipped { WRONG_ANSWER.into() } else { self.custom_answer.clone() }), slipped)
            }
            Question::Passkey { .. } => {
                let slipped = slip(&mut self.slips.passkey);
                (Said::Passkey(if slipped { WRONG_PASSKEY } else { PASSKEY }), slipped)
            }
            other => unreachable!("nobody has taught the person to answer {other:?}"),
        };
        self.slipped = slipped;
        said
    }

    fn picks<T: Copy>(&self, from: &[T]) -> T {
        from[self.pick.rem_euclid(from.len())]
    }

    fn code(&self, name: ChallengeName, slipped: bool, (pool, user): (&Pool, &str), unix_seconds: i64) -> String {
        if slipped {
            WRONG_CODE.into()
        } else if name == ChallengeName::SoftwareTokenMfa {
            testpool::totp::code(&self.app_secret, unix_seconds).unwrap_or_default()
        } else {
            pool.last_code(user).unwrap_or_default().into()
        }
    }

    fn new_password(&mut self, required_attributes: &[String]) -> (Said, bool) {
        let weak = slip(&mut self.slips.weak_password);
        let silent = !weak && !required_attributes.is_empty() && slip(&mut self.slips.lacking_attributes);
        let new_password = if weak { WEAK_PASSWORD } else { NEW_PASSWORD };
        self.new_password = Some(new_password).filter(|_| !weak && !silent);
        // Half of them as the service lists them.
        let prefix = if self.pick > 2 { "userAttributes." } else { "" };
        let named = required_attributes.iter().map(|name| (format!("{prefix}{name}"), value_of(name)));
        (Said::NewPassword(new_password, if silent { Vec::new() } else { named.collect() }), weak || silent)
    }

    /// Hears that something came of the last request.
    pub(crate) fn hears(&mut self) {
        self.password = self.new_password.take().unwrap_or(self.password);
    }

    /// Whether a refusal was the person's own fault.
    pub(crate) const fn knows_better(&self) -> bool {
        self.slipped
    }
}

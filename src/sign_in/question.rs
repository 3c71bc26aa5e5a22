//! What the person is asked, and what they answer.

use alloc::{string::String, vec::Vec};
use core::fmt;

use zeroize::Zeroizing;

use super::pending::Pending;
use crate::{
    error::{Error, Problem},
    wire::{ChallengeName, MAX_PARAMETER, MfaType, Parameters, json, key},
};

/// What the person is asked.
///
/// `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Question {
    /// The password; where a new one has been set in this sign-in, that one.
    Password {
        /// Whether it is proved over SRP and stays here. Otherwise it is sent, which the flow or the person has chosen.
        over_srp: bool,
    },
    /// The refresh token of an earlier sign-in.
    RefreshToken,
    /// SELECT_CHALLENGE: which first factor.
    FirstFactor {
        /// AvailableChallenges, without those that this version does not know and those that are no first factors.
        available: Vec<ChallengeName>,
    },
    /// SMS_MFA, EMAIL_OTP, SMS_OTP or SOFTWARE_TOKEN_MFA: a code.
    Code {
        /// Which of them.
        challenge_name: ChallengeName,
        /// CODE_DELIVERY_DELIVERY_MEDIUM: `SMS` or `EMAIL`. None for an authenticator app.
        medium: Option<String>,
        /// CODE_DELIVERY_DESTINATION: where it was sent, masked. None for an authenticator app.
        destination: Option<String>,
    },
    /// SELECT_MFA_TYPE: which second factor.
    MfaType {
        /// MFAS_CAN_CHOOSE, without those that this version does not know.
        available: Vec<MfaType>,
    },
    /// MFA_SETUP: the first code of an authenticator app that is set up with this secret.
    AuthenticatorSetup {
        /// SecretCode of AssociateSoftwareToken, for the app.
        secret_code: SecretCode,
    },
    /// NEW_PASSWORD_REQUIRED: a password of the person's own, and the attributes that the pool requires.
    NewPassword {
        /// requiredAttributes: those that have to come with the password, without the prefix `userAttributes.`.
        required_attributes: Vec<String>,
        /// userAttributes: those that have one.
        user_attributes: Parameters,
    },
    /// CUSTOM_CHALLENGE: whatever the pool's Lambda trigger asks for.
    Custom {
        /// Its public parameters.
        parameters: Parameters,
    },
    /// WEB_AUTHN: an assertion of a passkey.
    Passkey {
        /// CREDENTIAL_REQUEST_OPTIONS: the options for `navigator.credentials.get`, as JSON text.
        credential_request_options: String,
    },
}

impl Question {
    /// What a challenge asks the person; an error where it cannot be answered, or not by a person.
    pub(super) fn of(pending: &Pending) -> Result<Self, Error> {
        let parameters = pending.parameters();
        let text = |name| parameters.get(name).map(String::from);
        Ok(match pending.challenge_name() {
            ChallengeName::PasswordVerifier => Self::Password { over_srp: true },
            ChallengeName::Password | ChallengeName::AdminNoSrpAuth => Self::Password { over_srp: false },
            ChallengeName::SelectChallenge => match pending.available() {
                [] => return Err(Error::service("AvailableChallenges", Problem::Missing)),
                available => Self::FirstFactor { available: available.to_vec() },
            },
            challenge_name @ (ChallengeName::SmsMfa
            | ChallengeName::EmailOtp
            | ChallengeName::SmsOtp
            | ChallengeName::SoftwareTokenMfa) => Self::Code {
                challenge_name,
                medium: text(key::CODE_DELIVERY_DELIVERY_MEDIUM),
                destination: text(key::CODE_DELIVERY_DESTINATION),
            },
            ChallengeName::SelectMfaType => {
                let names = json::list(parameters, key::MFAS_CAN_CHOOSE)?;
                Self::MfaType { available: names.iter().filter_map(|name| name.parse().ok()).collect() }
            }
            ChallengeName::NewPasswordRequired => {
                let mut required_attributes = json::list(parameters, key::REQUIRED_ATTRIBUTES)?;
                for name in &mut required_attributes {
                    if let Some(bare) = name.strip_prefix(key::USER_ATTRIBUTES) {
                        *name = bare.into();
                    }
                }
                Self::NewPassword {
                    required_attributes,
                    user_attributes: json::map(parameters, key::USER_ATTRIBUTES_NOW)?,
                }
            }
            ChallengeName::CustomChallenge => Self::Custom { parameters: parameters.clone() },
            ChallengeName::WebAuthn => Self::Passkey {
                credential_request_options: text(key::CREDENTIAL_REQUEST_OPTIONS)
                    .ok_or(Error::service(key::CREDENTIAL_REQUEST_OPTIONS, Problem::Missing))?,
            },
            ChallengeName::MfaSetup
            | ChallengeName::PasswordSrp
            | ChallengeName::DeviceSrpAuth
            | ChallengeName::DevicePasswordVerifier => {
                return Err(Error::service("ChallengeName", Problem::Unexpected));
            }
        })
    }

    /// The answer that a text is, for front ends that have but one field of input: the password, the code, the name of the
    /// choice as AWS writes it. For a new password it has no attributes; where some are required, make the
    /// [`Answer::NewPassword`] yourself.
    ///
    /// # Errors
    ///
    /// [`Problem::Unknown`] where the text is not the name of a choice, the caller's fault.
    ///
    /// ```
    /// use cognito_srp_core::{Answer, MfaType, Question};
    ///
    /// let question = Question::MfaType { available: vec![MfaType::SmsMfa, MfaType::SoftwareTokenMfa] };
    /// assert!(matches!(question.answer("SMS_MFA")?, Answer::MfaType(MfaType::SmsMfa)));
    /// assert!(question.answer("PIGEON").is_err());
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn answer<'a>(&self, text: &'a str) -> Result<Answer<'a>, Error> {
        let unknown = |_| Error::caller(key::ANSWER, Problem::Unknown);
        Ok(match self {
            Self::Password { .. } => Answer::Password(text),
            Self::RefreshToken => Answer::RefreshToken(text),
            Self::FirstFactor { .. } => Answer::FirstFactor(text.parse().map_err(unknown)?),
            Self::Code { .. } | Self::AuthenticatorSetup { .. } => Answer::Code(text),
            Self::MfaType { .. } => Answer::MfaType(text.parse().map_err(unknown)?),
            Self::NewPassword { .. } => Answer::NewPassword { new_password: text, user_attributes: &[] },
            Self::Custom { .. } => Answer::Custom(text),
            Self::Passkey { .. } => Answer::Passkey(text),
        })
    }
}

/// The secret of an authenticator app that is being set up, in base32. Wiped on drop, absent from `Debug`.
#[derive(Clone)]
pub struct SecretCode(Zeroizing<String>);

impl SecretCode {
    /// AWS's pattern is `[A-Za-z0-9]+`: nothing that could add to the address below.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::Empty);
        }
        if text.len() > MAX_PARAMETER {
            return Err(Problem::TooLong { limit: MAX_PARAMETER });
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Problem::Malformed);
        }
        Ok(Self(Zeroizing::new(text.into())))
    }

    /// The secret, to be typed into the app, or shown to it as `otpauth://totp/LABEL?secret=SECRET`.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretCode(..)")
    }
}

/// What the person answers to a [`Question`]. `Debug` shows the kind only.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Answer<'a> {
    /// To [`Question::Password`].
    Password(&'a str),
    /// To [`Question::RefreshToken`].
    RefreshToken(&'a str),
    /// To [`Question::FirstFactor`]: PASSWORD, PASSWORD_SRP, WEB_AUTHN, EMAIL_OTP or SMS_OTP.
    FirstFactor(ChallengeName),
    /// To [`Question::Code`] and [`Question::AuthenticatorSetup`].
    Code(&'a str),
    /// To [`Question::MfaType`].
    MfaType(MfaType),
    /// To [`Question::NewPassword`].
    NewPassword {
        /// The new password.
        new_password: &'a str,
        /// The required attributes, and any others to set, with or without the prefix `userAttributes.`.
        user_attributes: &'a [(&'a str, &'a str)],
    },
    /// To [`Question::Custom`].
    Custom(&'a str),
    /// To [`Question::Passkey`]: AuthenticationResponseJSON of the Web Authentication API, as text.
    Passkey(&'a str),
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(..)",
            Self::RefreshToken(_) => "RefreshToken(..)",
            Self::FirstFactor(_) => "FirstFactor(..)",
            Self::Code(_) => "Code(..)",
            Self::MfaType(_) => "MfaType(..)",
            Self::NewPassword { .. } => "NewPassword { .. }",
            Self::Custom(_) => "Custom(..)",
            Self::Passkey(_) => "Passkey(..)",
        })
    }
}

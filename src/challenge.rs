//! The requests that need no SRP: the other ways to begin, and the answers to all other challenges.

use core::fmt;

use crate::{
    pool::User,
    wire::{AuthFlow, ChallengeName, ChallengeResponse, InitiateAuth, MfaType, Parameters, key},
};

/// An answer to one challenge, with what the person supplied. `Debug` shows the challenge's name only.
///
/// The four challenges of SRP are answered by [`UserLogin`](crate::UserLogin) and [`DeviceLogin`](crate::DeviceLogin).
///
/// ```
/// # use cognito_srp_core::{ChallengeAnswer, AppClient, UserPoolId};
/// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// # let user = client.user("6ec2f461-6364-44c4-aa42-2f0acaaaf6e8");
/// # let session = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB");
/// let answer = user.respond(session, &ChallengeAnswer::SoftwareTokenMfa { code: "123456" });
/// assert_eq!(answer.challenge_responses.get("SOFTWARE_TOKEN_MFA_CODE"), Some("123456"));
/// assert_eq!(answer.session.as_deref(), session);
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum ChallengeAnswer<'a> {
    /// SMS_MFA: the code from the text message.
    SmsMfa {
        /// The code.
        code: &'a str,
    },
    /// EMAIL_OTP: the code from the e-mail.
    EmailOtp {
        /// The code.
        code: &'a str,
    },
    /// SMS_OTP: the code from the text message.
    SmsOtp {
        /// The code.
        code: &'a str,
    },
    /// SOFTWARE_TOKEN_MFA: the code of the authenticator app.
    SoftwareTokenMfa {
        /// The code.
        code: &'a str,
    },
    /// SELECT_MFA_TYPE: which second factor.
    SelectMfaType {
        /// The choice.
        mfa_type: MfaType,
    },
    /// MFA_SETUP: the factor is set up. The session to answer with is the one that VerifySoftwareToken returned.
    MfaSetup,
    /// NEW_PASSWORD_REQUIRED: a password of the user's own.
    NewPasswordRequired {
        /// The new password.
        new_password: &'a str,
        /// The attributes that the challenge requires, and any others to set: (`email`, `alice@example.com`). They are sent
        /// as `userAttributes.email`; a name may also be given with that prefix, as `requiredAttributes` lists it.
        user_attributes: &'a [(&'a str, &'a str)],
    },
    /// CUSTOM_CHALLENGE: whatever the pool's Lambda trigger asked for.
    CustomChallenge {
        /// The answer.
        answer: &'a str,
    },
    /// SELECT_CHALLENGE: which first factor, if it is not SRP.
    SelectChallenge(FirstFactor<'a>),
    /// PASSWORD: the password itself.
    Password {
        /// The password.
        password: &'a str,
    },
    /// WEB_AUTHN: the passkey's assertion.
    WebAuthn {
        /// AuthenticationResponseJSON of the Web Authentication API, as text.
        credential: &'a str,
    },
    /// ADMIN_NO_SRP_AUTH: the password itself, in AdminRespondToAuthChallenge.
    AdminNoSrpAuth {
        /// The password.
        password: &'a str,
    },
}

/// A first factor chosen from those of SELECT_CHALLENGE. For PASSWORD_SRP there is
/// [`UserLogin::select_challenge`](crate::UserLogin::select_challenge). `Debug` shows the factor's name only.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum FirstFactor<'a> {
    /// PASSWORD, with the password itself.
    Password {
        /// The password.
        password: &'a str,
    },
    /// WEB_AUTHN, with the passkey's assertion; without one, the service replies with what the passkey is to sign.
    WebAuthn {
        /// AuthenticationResponseJSON of the Web Authentication API, as text.
        credential: Option<&'a str>,
    },
    /// EMAIL_OTP: the service sends a code.
    EmailOtp,
    /// SMS_OTP: the service sends a code.
    SmsOtp,
}

/// A first factor that USER_AUTH is to begin with. For PASSWORD_SRP there is
/// [`UserLogin::user_auth`](crate::UserLogin::user_auth). `Debug` shows the factor's name only.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum PreferredChallenge<'a> {
    /// PASSWORD, with the password itself.
    Password {
        /// The password.
        password: &'a str,
    },
    /// WEB_AUTHN: the service replies with what the passkey is to sign.
    WebAuthn,
    /// EMAIL_OTP: the service sends a code.
    EmailOtp,
    /// SMS_OTP: the service sends a code.
    SmsOtp,
}

impl User {
    /// Answers a challenge; `session` is that of the reply which asked, whenever it had one.
    ///
    /// The user has to be the one that the service named, see [`User::known_as`].
    #[must_use]
    pub fn respond(&self, session: Option<&str>, answer: &ChallengeAnswer<'_>) -> ChallengeResponse {
        ChallengeResponse::new(answer.challenge_name(), session, answer.add_to(self.parameters()))
    }
}

impl ChallengeAnswer<'_> {
    /// The challenge that this answers.
    #[must_use]
    pub const fn challenge_name(&self) -> ChallengeName {
        match self {
            Self::SmsMfa { .. } => ChallengeName::SmsMfa,
            Self::EmailOtp { .. } => ChallengeName::EmailOtp,
            Self::SmsOtp { .. } => ChallengeName::SmsOtp,
            Self::SoftwareTokenMfa { .. } => ChallengeName::SoftwareTokenMfa,
            Self::SelectMfaType { .. } => ChallengeName::SelectMfaType,
            Self::MfaSetup => ChallengeName::MfaSetup,
            Self::NewPasswordRequired { .. } => ChallengeName::NewPasswordRequired,
            Self::CustomChallenge { .. } => ChallengeName::CustomChallenge,
            Self::SelectChallenge(_) => ChallengeName::SelectChallenge,
            Self::Password { .. } => ChallengeName::Password,
            Self::WebAuthn { .. } => ChallengeName::WebAuthn,
            Self::AdminNoSrpAuth { .. } => ChallengeName::AdminNoSrpAuth,
        }
    }

    fn add_to(&self, parameters: Parameters) -> Parameters {
        match *self {
            Self::SmsMfa { code } => parameters.with(key::SMS_MFA_CODE, code),
            Self::EmailOtp { code } => parameters.with(key::EMAIL_OTP_CODE, code),
            Self::SmsOtp { code } => parameters.with(key::SMS_OTP_CODE, code),
            Self::SoftwareTokenMfa { code } => parameters.with(key::SOFTWARE_TOKEN_MFA_CODE, code),
            Self::SelectMfaType { mfa_type } => parameters.with(key::ANSWER, mfa_type.as_str()),
            Self::MfaSetup => parameters,
            Self::NewPasswordRequired { new_password, user_attributes } => {
                let mut parameters = parameters.with(key::NEW_PASSWORD, new_password);
                for (name, value) in user_attributes {
                    let name = name.strip_prefix(key::USER_ATTRIBUTES).unwrap_or(name);
                    parameters = parameters.with([key::USER_ATTRIBUTES, name].concat(), *value);
                }
                parameters
            }
            Self::CustomChallenge { answer } => parameters.with(key::ANSWER, answer),
            Self::SelectChallenge(factor) => factor.add_to(parameters),
            Self::Password { password } | Self::AdminNoSrpAuth { password } => parameters.with(key::PASSWORD, password),
            Self::WebAuthn { credential } => parameters.with(key::CREDENTIAL, credential),
        }
    }
}

impl FirstFactor<'_> {
    const fn challenge_name(&self) -> ChallengeName {
        match self {
            Self::Password { .. } => ChallengeName::Password,
            Self::WebAuthn { .. } => ChallengeName::WebAuthn,
            Self::EmailOtp => ChallengeName::EmailOtp,
            Self::SmsOtp => ChallengeName::SmsOtp,
        }
    }

    fn add_to(self, parameters: Parameters) -> Parameters {
        let parameters = parameters.with(key::ANSWER, self.challenge_name().as_str());
        match self {
            Self::Password { password } => parameters.with(key::PASSWORD, password),
            Self::WebAuthn { credential } => parameters.with_some(key::CREDENTIAL, credential),
            Self::EmailOtp | Self::SmsOtp => parameters,
        }
    }
}

impl PreferredChallenge<'_> {
    const fn challenge_name(&self) -> ChallengeName {
        match self {
            Self::Password { .. } => ChallengeName::Password,
            Self::WebAuthn => ChallengeName::WebAuthn,
            Self::EmailOtp => ChallengeName::EmailOtp,
            Self::SmsOtp => ChallengeName::SmsOtp,
        }
    }

    fn add_to(self, parameters: Parameters) -> Parameters {
        let parameters = parameters.with(key::PREFERRED_CHALLENGE, self.challenge_name().as_str());
        match self {
            Self::Password { password } => parameters.with(key::PASSWORD, password),
            Self::WebAuthn | Self::EmailOtp | Self::SmsOtp => parameters,
        }
    }
}

/// The ways to begin that need no SRP; the others are methods of [`UserLogin`](crate::UserLogin).
///
/// ```
/// # use cognito_srp_core::{AppClient, AuthFlow, InitiateAuth, UserPoolId};
/// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// let request = InitiateAuth::user_auth(&client.user("alice"), None); // the reply lists what she can choose
/// assert_eq!(request.auth_flow, AuthFlow::UserAuth);
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
impl InitiateAuth {
    /// USER_PASSWORD_AUTH: the password itself. A remembered device still signs in over SRP after it.
    #[must_use]
    pub fn user_password_auth(user: &User, password: &str) -> Self {
        Self::new(AuthFlow::UserPasswordAuth, user.parameters().with(key::PASSWORD, password))
    }

    /// ADMIN_USER_PASSWORD_AUTH, for AdminInitiateAuth.
    #[must_use]
    pub fn admin_user_password_auth(user: &User, password: &str) -> Self {
        Self::new(AuthFlow::AdminUserPasswordAuth, user.parameters().with(key::PASSWORD, password))
    }

    /// ADMIN_NO_SRP_AUTH, the older name of the same, for AdminInitiateAuth.
    #[must_use]
    pub fn admin_no_srp_auth(user: &User, password: &str) -> Self {
        Self::new(AuthFlow::AdminNoSrpAuth, user.parameters().with(key::PASSWORD, password))
    }

    /// CUSTOM_AUTH without SRP: the pool's own challenges only.
    #[must_use]
    pub fn custom_auth(user: &User) -> Self {
        Self::new(AuthFlow::CustomAuth, user.parameters())
    }

    /// USER_AUTH with a first factor that is not SRP, or with none: the reply is then SELECT_CHALLENGE, and lists in
    /// AvailableChallenges what the user can choose.
    #[must_use]
    pub fn user_auth(user: &User, preferred: Option<PreferredChallenge<'_>>) -> Self {
        let parameters = user.parameters();
        Self::new(
            AuthFlow::UserAuth,
            match preferred {
                Some(preferred) => preferred.add_to(parameters),
                None => parameters,
            },
        )
    }

    /// REFRESH_TOKEN_AUTH: new tokens without a person.
    ///
    /// The request names no user, but SECRET_HASH is still over the name that the service knows the user by.
    #[must_use]
    pub fn refresh_token_auth(user: &User, refresh_token: &str) -> Self {
        let parameters = user.parameters_without_username().with(key::REFRESH_TOKEN, refresh_token);
        Self::new(AuthFlow::RefreshTokenAuth, parameters)
    }

    /// REFRESH_TOKEN, the older name of [`refresh_token_auth`](Self::refresh_token_auth).
    #[must_use]
    pub fn refresh_token(user: &User, refresh_token: &str) -> Self {
        Self { auth_flow: AuthFlow::RefreshToken, ..Self::refresh_token_auth(user, refresh_token) }
    }
}

macro_rules! debug_by_name {
    ($($Type:ident)*) => {$(
        impl fmt::Debug for $Type<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($Type)).field(&self.challenge_name()).finish()
            }
        }
    )*};
}

debug_by_name! { ChallengeAnswer FirstFactor PreferredChallenge }

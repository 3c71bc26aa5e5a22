//! How a sign-in begins.

use super::question::{Answer, Question};
use crate::{
    challenge::PreferredChallenge,
    error::{Error, Problem},
    pool::User,
    user::UserLogin,
    wire::{AuthFlow, ChallengeName, InitiateAuth, key},
};

/// How a sign-in begins: AuthFlow, and what it leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flow {
    /// USER_SRP_AUTH: the password, over SRP.
    UserSrpAuth,
    /// USER_AUTH: a factor of the person's choice.
    UserAuth {
        /// PREFERRED_CHALLENGE: PASSWORD, PASSWORD_SRP, WEB_AUTHN, EMAIL_OTP or SMS_OTP. Without it, the person is asked.
        preferred_challenge: Option<ChallengeName>,
    },
    /// CUSTOM_AUTH: the pool's own challenges, and nothing before them.
    CustomAuth,
    /// CUSTOM_AUTH with CHALLENGE_NAME = SRP_A: the password, over SRP, and then the pool's own challenges.
    CustomAuthWithSrp,
    /// USER_PASSWORD_AUTH: the password itself.
    UserPasswordAuth,
    /// ADMIN_USER_PASSWORD_AUTH: the password itself, with AWS credentials.
    AdminUserPasswordAuth,
    /// ADMIN_NO_SRP_AUTH, the older name of the same.
    AdminNoSrpAuth,
    /// REFRESH_TOKEN_AUTH: new tokens for a refresh token. Where devices are tracked, it belongs to one: see
    /// [`User::with_device_key`](crate::User::with_device_key). Refused where the app client rotates refresh tokens, which takes
    /// the operation GetTokensFromRefreshToken.
    RefreshTokenAuth,
    /// REFRESH_TOKEN, the older name of the same.
    RefreshToken,
}

/// What a name alone says: CUSTOM_AUTH with the password before the pool's own challenges, as AWS's clients begin it where there is one,
/// and USER_AUTH without PREFERRED_CHALLENGE.
///
/// ```
/// use cognito_srp_core::{AuthFlow, Flow};
///
/// assert_eq!(Flow::from(AuthFlow::CustomAuth), Flow::CustomAuthWithSrp);
/// ```
impl From<AuthFlow> for Flow {
    fn from(auth_flow: AuthFlow) -> Self {
        match auth_flow {
            AuthFlow::UserSrpAuth => Self::UserSrpAuth,
            AuthFlow::UserAuth => Self::UserAuth { preferred_challenge: None },
            AuthFlow::CustomAuth => Self::CustomAuthWithSrp,
            AuthFlow::UserPasswordAuth => Self::UserPasswordAuth,
            AuthFlow::AdminUserPasswordAuth => Self::AdminUserPasswordAuth,
            AuthFlow::AdminNoSrpAuth => Self::AdminNoSrpAuth,
            AuthFlow::RefreshTokenAuth => Self::RefreshTokenAuth,
            AuthFlow::RefreshToken => Self::RefreshToken,
        }
    }
}

/// What comes before the first reply.
pub(super) enum Beginning {
    /// A question, and then the request with its answer.
    Ask(Question),
    /// A request that carries SRP_A.
    OverSrp(fn(&UserLogin) -> InitiateAuth),
    /// A request that carries neither.
    Send,
}

impl Flow {
    /// Whether it takes AWS credentials.
    pub(super) const fn is_admin(self) -> bool {
        matches!(self, Self::AdminUserPasswordAuth | Self::AdminNoSrpAuth)
    }

    pub(super) const fn beginning(self) -> Beginning {
        match self {
            Self::UserPasswordAuth
            | Self::AdminUserPasswordAuth
            | Self::AdminNoSrpAuth
            | Self::UserAuth { preferred_challenge: Some(ChallengeName::Password) } => {
                Beginning::Ask(Question::Password { over_srp: false })
            }
            Self::RefreshTokenAuth | Self::RefreshToken => Beginning::Ask(Question::RefreshToken),
            Self::UserSrpAuth => Beginning::OverSrp(UserLogin::user_srp_auth),
            Self::CustomAuthWithSrp => Beginning::OverSrp(UserLogin::custom_auth),
            Self::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) } => {
                Beginning::OverSrp(UserLogin::user_auth)
            }
            Self::UserAuth { .. } | Self::CustomAuth => Beginning::Send,
        }
    }

    /// The first request of the flows that do not begin over SRP, with the answer to what was asked, if something was.
    pub(super) fn request(self, user: &User, answer: Option<Answer<'_>>) -> Result<InitiateAuth, Error> {
        Ok(match (self, answer) {
            (Self::CustomAuth, None) => InitiateAuth::custom_auth(user),
            (Self::UserAuth { preferred_challenge }, answer) => {
                let preferred = match (preferred_challenge, answer) {
                    (None, None) => None,
                    (Some(ChallengeName::Password), Some(Answer::Password(password))) => {
                        Some(PreferredChallenge::Password { password })
                    }
                    (Some(ChallengeName::WebAuthn), None) => Some(PreferredChallenge::WebAuthn),
                    (Some(ChallengeName::EmailOtp), None) => Some(PreferredChallenge::EmailOtp),
                    (Some(ChallengeName::SmsOtp), None) => Some(PreferredChallenge::SmsOtp),
                    (_, Some(_)) => return Err(super::MISFIT),
                    (_, None) => return Err(Error::caller(key::PREFERRED_CHALLENGE, Problem::Malformed)),
                };
                InitiateAuth::user_auth(user, preferred)
            }
            (Self::UserPasswordAuth, Some(Answer::Password(password))) => {
                InitiateAuth::user_password_auth(user, password)
            }
            (Self::AdminUserPasswordAuth, Some(Answer::Password(password))) => {
                InitiateAuth::admin_user_password_auth(user, password)
            }
            (Self::AdminNoSrpAuth, Some(Answer::Password(password))) => InitiateAuth::admin_no_srp_auth(user, password),
            (Self::RefreshTokenAuth, Some(Answer::RefreshToken(token))) => {
                InitiateAuth::refresh_token_auth(user, token)
            }
            (Self::RefreshToken, Some(Answer::RefreshToken(token))) => InitiateAuth::refresh_token(user, token),
            _ => return Err(super::MISFIT),
        })
    }

    /// Whether a challenge, or the tokens, may come while SRP has begun and is not finished. A service that skips the proof is
    /// not the service.
    pub(super) fn allows_before_proof(self, challenge_name: Option<ChallengeName>) -> bool {
        match self {
            // The pool's Lambda trigger decides, and need not ask for SRP.
            Self::CustomAuthWithSrp => true,
            // Where the user has no password, or the person changes their mind.
            Self::UserAuth { .. } if challenge_name == Some(ChallengeName::SelectChallenge) => true,
            _ => challenge_name == Some(ChallengeName::PasswordVerifier),
        }
    }
}

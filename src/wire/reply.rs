//! What the service replies with, to any operation of a sign-in.

use alloc::{string::String, vec::Vec};
use core::fmt;

use zeroize::Zeroize;

use super::{MAX_PARAMETER, Parameters, base64, json};
use crate::error::{Error, Problem};

/// A reply: the members that the operations of a sign-in reply with, each where it is there.
///
/// Fill in what the SDK at hand returns, or read the text of a reply with [`Reply::from_json`]. Session, SecretCode and
/// tokens are wiped on drop, and `Debug` shows none of them.
///
/// ```
/// use cognito_srp_core::Reply;
///
/// let mut reply = Reply::default();
/// reply.challenge_name = Some("SMS_MFA".into());
/// reply.session = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB".into());
/// reply.challenge_parameters = [("CODE_DELIVERY_DESTINATION", "+*******1234")].into_iter().collect();
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Reply {
    /// ChallengeName.
    pub challenge_name: Option<String>,
    /// Session.
    pub session: Option<String>,
    /// ChallengeParameters.
    pub challenge_parameters: Parameters,
    /// AvailableChallenges.
    pub available_challenges: Vec<String>,
    /// AuthenticationResult.
    pub authentication_result: Option<AuthenticationResult>,
    /// SecretCode of AssociateSoftwareToken.
    pub secret_code: Option<String>,
    /// Status of VerifySoftwareToken.
    pub status: Option<String>,
    /// UserConfirmationNecessary of ConfirmDevice.
    pub user_confirmation_necessary: bool,
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.session.zeroize();
        self.secret_code.zeroize();
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("challenge_name", &self.challenge_name)
            .field("challenge_parameters", &self.challenge_parameters)
            .field("authentication_result", &self.authentication_result)
            .finish_non_exhaustive()
    }
}

/// AuthenticationResult: the tokens, and a device if the service offers to remember one.
///
/// The tokens are wiped on drop: take them out with [`Option::take`] to keep them. `Debug` shows none.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct AuthenticationResult {
    /// AccessToken.
    pub access_token: Option<String>,
    /// IdToken.
    pub id_token: Option<String>,
    /// RefreshToken; none where the sign-in began with one.
    pub refresh_token: Option<String>,
    /// TokenType.
    pub token_type: Option<String>,
    /// ExpiresIn, in seconds.
    pub expires_in: i32,
    /// NewDeviceMetadata.
    pub new_device_metadata: Option<NewDeviceMetadata>,
}

impl AuthenticationResult {
    /// Refuses a result without AccessToken, and tokens and names that are longer than any parameter can be.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.has_access_token() {
            return Err(Error::service("AccessToken", Problem::Missing));
        }
        let device = self.new_device_metadata.as_ref();
        let texts = [
            ("AccessToken", self.access_token.as_ref()),
            ("IdToken", self.id_token.as_ref()),
            ("RefreshToken", self.refresh_token.as_ref()),
            ("TokenType", self.token_type.as_ref()),
            ("DeviceKey", device.and_then(|device| device.device_key.as_ref())),
            ("DeviceGroupKey", device.and_then(|device| device.device_group_key.as_ref())),
        ];
        match texts.iter().find(|(_, text)| text.is_some_and(|text| text.len() > MAX_PARAMETER)) {
            Some((name, _)) => Err(Error::service(name, Problem::TooLong { limit: MAX_PARAMETER })),
            None => Ok(()),
        }
    }

    /// In some languages what is absent is empty.
    pub(crate) fn has_access_token(&self) -> bool {
        self.access_token.as_ref().is_some_and(|token| !token.is_empty())
    }

    /// The user's internal name: the claim `username` of AccessToken, a JSON Web Token (RFC 7519) whose signature is for
    /// whoever relies on it to verify. `None` where an emulator's token is something else.
    pub(crate) fn username(&self) -> Option<String> {
        let claims = self.access_token.as_deref()?.split('.').nth(1)?;
        json::member(&base64::decode_url(claims)?, "username").filter(|username| !username.is_empty())
    }
}

impl Drop for AuthenticationResult {
    fn drop(&mut self) {
        self.access_token.zeroize();
        self.id_token.zeroize();
        self.refresh_token.zeroize();
    }
}

impl fmt::Debug for AuthenticationResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationResult")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("new_device_metadata", &self.new_device_metadata)
            .finish_non_exhaustive()
    }
}

/// NewDeviceMetadata: the names of a device that the service offers to remember.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the members of AWS's structure, to be written down by the caller")]
pub struct NewDeviceMetadata {
    /// DeviceKey.
    pub device_key: Option<String>,
    /// DeviceGroupKey.
    pub device_group_key: Option<String>,
}

impl NewDeviceMetadata {
    /// In some languages what is absent is empty.
    pub(crate) fn names_a_device(&self) -> bool {
        [&self.device_key, &self.device_group_key].into_iter().flatten().any(|name| !name.is_empty())
    }
}

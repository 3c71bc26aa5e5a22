//! What the walks have met, so that the generator cannot quietly stop covering something.

use std::collections::BTreeMap;

/// How often each thing was met, by kind and name.
#[derive(Default)]
pub(crate) struct Coverage(BTreeMap<String, usize>);

impl Coverage {
    pub(crate) fn met(&mut self, kind: &str, what: impl AsRef<str>) {
        *self.0.entry(format!("{kind} {}", what.as_ref())).or_default() += 1;
    }

    /// Keeps the highest number of a kind.
    pub(crate) fn reached(&mut self, kind: &str, number: usize) {
        let highest = self.0.entry(format!("{MOST} {kind}")).or_default();
        *highest = number.max(*highest);
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (name, count) in other.0 {
            let is_highest = name.starts_with(MOST);
            let sum = self.0.entry(name).or_default();
            *sum = if is_highest { count.max(*sum) } else { *sum + count };
        }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, count)| format!("{count:8} {name}"))
    }

    /// Asserts that there was some of everything.
    pub(crate) fn assert_whole(&self) {
        let met = |name: &str| self.0.keys().any(|known| known.starts_with(name));
        let missing: Vec<&str> = EVERYTHING.lines().map(str::trim).filter(|name| !met(name)).collect();
        assert!(missing.is_empty(), "never met: {missing:#?}");
    }
}

const MOST: &str = "most";

/// How the names of all that has to be met begin. Of ChallengeName only ADMIN_NO_SRP_AUTH is not here: the pool never sends
/// it.
const EVERYTHING: &str = "\
    flow UserSrpAuth
    flow UserAuth { preferred_challenge: None }
    flow UserAuth { preferred_challenge: Some(Password) }
    flow UserAuth { preferred_challenge: Some(PasswordSrp) }
    flow UserAuth { preferred_challenge: Some(WebAuthn) }
    flow UserAuth { preferred_challenge: Some(EmailOtp) }
    flow UserAuth { preferred_challenge: Some(SmsOtp) }
    flow CustomAuth
    flow CustomAuthWithSrp
    flow UserPasswordAuth
    flow AdminUserPasswordAuth
    flow AdminNoSrpAuth
    flow RefreshTokenAuth
    flow RefreshToken
    flow UserSrpAuth as admin
    flow UserAuth { preferred_challenge: None } as admin
    flow CustomAuth as admin
    flow UserPasswordAuth as admin
    flow RefreshTokenAuth as admin
    reply SMS_MFA
    reply EMAIL_OTP
    reply SOFTWARE_TOKEN_MFA
    reply SELECT_MFA_TYPE
    reply MFA_SETUP
    reply PASSWORD_VERIFIER
    reply CUSTOM_CHALLENGE
    reply SELECT_CHALLENGE
    reply DEVICE_SRP_AUTH
    reply DEVICE_PASSWORD_VERIFIER
    reply NEW_PASSWORD_REQUIRED
    reply SMS_OTP
    reply PASSWORD
    reply WEB_AUTHN
    reply PASSWORD_SRP
    reply SecretCode
    reply SUCCESS
    reply confirmed
    reply tokens
    question Password over SRP
    question Password
    question RefreshToken
    question FirstFactor
    question Code SMS_MFA by SMS
    question Code EMAIL_OTP by EMAIL
    question Code SMS_OTP by SMS
    question Code SOFTWARE_TOKEN_MFA by app
    question MfaType
    question AuthenticatorSetup
    question NewPassword
    question Custom
    question Passkey
    awaited Nothing
    awaited Authentication
    awaited SecretCode
    awaited Verification
    awaited Confirmation
    misfit Nothing
    misfit Authentication
    misfit SecretCode
    misfit Verification
    misfit Confirmation
    saved Nothing
    saved Authentication
    saved SecretCode
    saved Verification
    saved Confirmation
    refusal NotAuthorizedException: Incorrect username or password.
    refusal NotAuthorizedException: Unable to verify secret hash
    refusal NotAuthorizedException: Client
    refusal NotAuthorizedException: Invalid Refresh Token.
    refusal NotAuthorizedException: Access Token has expired
    refusal UserNotFoundException
    refusal ResourceNotFoundException: Device does not exist.
    refusal InvalidParameterException: Custom auth lambda trigger is not configured
    refusal InvalidParameterException: Selected challenge is not available
    refusal InvalidParameterException: Invalid attributes given
    refusal InvalidPasswordException
    refusal CodeMismatchException
    refusal EnableSoftwareTokenMFAException
    refusal MFAMethodNotFoundException
    refusal of the device's proof
    forgotten after ask Password over SRP
    forgotten after ask Password
    forgotten after ask Code
    forgotten after ask Custom
    forgotten after ask Passkey
    forgotten after ask NewPassword
    forgotten after DEVICE_SRP_AUTH
    forgotten after tokens
    end tokens
    end tokens for a refresh token
    end new device
    end new device, confirmation necessary
    end new device not remembered
    end device forgotten
    end refused
    end fault ChallengeName
    end fault AvailableChallenges";

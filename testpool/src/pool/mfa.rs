//! Setting up second factors.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Pool;
use super::sign_in::{Pending, Setup, Step};
use crate::ServiceError;
use crate::settings::Factor;
use crate::totp;
use crate::user::{Authenticator, User};
use crate::wire;

/// Who asks: a user who is signed in, or one who has to set up a factor before that.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Asking {
    access_token: Option<String>,
    session: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VerifySoftwareToken {
    user_code: String,
    #[serde(flatten)]
    asking: Asking,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetUserMfaPreference {
    access_token: String,
    #[serde(flatten)]
    preference: Preference,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminSetUserMfaPreference {
    user_pool_id: String,
    username: String,
    #[serde(flatten)]
    preference: Preference,
}

#[derive(Deserialize)]
struct Preference {
    #[serde(rename = "SMSMfaSettings")]
    sms: Option<FactorSettings>,
    #[serde(rename = "EmailMfaSettings")]
    email: Option<FactorSettings>,
    #[serde(rename = "SoftwareTokenMfaSettings")]
    app: Option<FactorSettings>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct FactorSettings {
    enabled: bool,
    preferred_mfa: bool,
}

impl Pool {
    pub(super) fn associate_software_token(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let asking: Asking = wire::parse(body)?;
        let (name, pending) = self.who_asks(&asking)?;
        check_setup(pending.as_ref(), Setup::Asked)?;
        let secret = self.random.bytes::<20>().to_vec();
        let mut reply = json!({ "SecretCode": totp::to_base32(&secret) });
        self.user_mut(&name)?.authenticator = Some(Authenticator { secret, verified: false });
        if let Some(pending) = pending {
            reply["Session"] = json!(self.go_on_with_setup(pending, Setup::Associated));
        }
        Ok(reply)
    }

    pub(super) fn verify_software_token(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let VerifySoftwareToken { user_code, asking } = wire::parse(body)?;
        // The pattern of AWS's model, which the service looks at first.
        if user_code.len() != 6 || !user_code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ServiceError::invalid_parameter(
                "1 validation error detected: Value at 'userCode' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [0-9]+",
            ));
        }
        let (name, pending) = self.who_asks(&asking)?;
        let now = self.now;
        let user = self.user_mut(&name)?;
        let app = user.authenticator.as_mut().ok_or_else(|| {
            let message = "Software token MFA has not been associated.";
            ServiceError::new("SoftwareTokenMFANotFoundException", message)
        })?;
        check_setup(pending.as_ref(), Setup::Associated)?;
        if !totp::accepts(&app.secret, &user_code, now) {
            return Err(ServiceError::new("EnableSoftwareTokenMFAException", "Code mismatch"));
        }
        app.verified = true;
        let mut reply = json!({ "Status": "SUCCESS" });
        if let Some(pending) = pending {
            user.mfa.insert(Factor::SoftwareTokenMfa);
            reply["Session"] = json!(self.go_on_with_setup(pending, Setup::Verified));
        }
        Ok(reply)
    }

    /// Returns the internal name of who asks, and the sign-in that waits for the setup if one does.
    fn who_asks(&self, asking: &Asking) -> Result<(String, Option<Pending>), ServiceError> {
        if let Some(access_token) = &asking.access_token {
            return Ok((self.bearer(access_token)?, None));
        }
        let session = asking.session.as_ref().ok_or_else(|| ServiceError::missing_parameter("Session"))?;
        let pending = self
            .pending
            .get(session)
            .filter(|pending| matches!(pending.step, Step::MfaSetup(_)))
            .ok_or_else(ServiceError::invalid_session)?;
        Ok((pending.sign_in.user.clone(), Some(pending.clone())))
    }

    fn go_on_with_setup(&mut self, pending: Pending, setup: Setup) -> String {
        let session = self.random.handle();
        let pending = Pending { step: Step::MfaSetup(setup), ..pending };
        self.pending.insert(session.clone(), pending);
        session
    }

    pub(super) fn set_user_mfa_preference(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let SetUserMfaPreference { access_token, preference } = wire::parse(body)?;
        let name = self.bearer(&access_token)?;
        preference.apply_to(self.user_mut(&name)?);
        Ok(json!({}))
    }

    pub(super) fn admin_set_user_mfa_preference(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let AdminSetUserMfaPreference { user_pool_id, username, preference } = wire::parse(body)?;
        self.check_pool(&user_pool_id)?;
        let user = self.find_user(&username).ok_or_else(ServiceError::no_such_user)?;
        let name = user.name.clone();
        preference.apply_to(self.user_mut(&name)?);
        Ok(json!({}))
    }
}

/// A Session is good for one step of a setup.
fn check_setup(pending: Option<&Pending>, due: Setup) -> Result<(), ServiceError> {
    match pending.map(|pending| &pending.step) {
        Some(Step::MfaSetup(setup)) if *setup != due => Err(ServiceError::invalid_session()),
        _ => Ok(()),
    }
}

impl Preference {
    /// A factor that is not mentioned stays as it is.
    fn apply_to(&self, user: &mut User) {
        for (factor, settings) in
            [(Factor::SmsMfa, &self.sms), (Factor::EmailOtp, &self.email), (Factor::SoftwareTokenMfa, &self.app)]
        {
            if let Some(settings) = settings {
                settings.apply_to(user, factor);
            }
        }
    }
}

impl FactorSettings {
    fn apply_to(&self, user: &mut User, factor: Factor) {
        if self.enabled {
            user.mfa.insert(factor);
        } else {
            user.mfa.remove(&factor);
        }
        if self.preferred_mfa {
            user.preferred_mfa = Some(factor);
        } else if user.preferred_mfa == Some(factor) {
            user.preferred_mfa = None;
        }
    }
}

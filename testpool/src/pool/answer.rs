//! The answers to challenges.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Pool;
use super::sign_in::{Pending, Setup, SignIn, Step};
use crate::ServiceError;
use crate::settings::Factor;
use crate::srp::{Claim, read_srp_a};
use crate::totp;
use crate::user::check_policy;
use crate::wire::{self, ChallengeName, Parameters};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RespondToAuthChallenge {
    client_id: String,
    challenge_name: ChallengeName,
    session: Option<String>,
    #[serde(default)]
    challenge_responses: Parameters,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminRespondToAuthChallenge {
    user_pool_id: String,
    #[serde(flatten)]
    request: RespondToAuthChallenge,
}

impl RespondToAuthChallenge {
    fn claim(&self) -> Result<Option<Claim>, ServiceError> {
        match self.challenge_name {
            ChallengeName::PasswordVerifier | ChallengeName::DevicePasswordVerifier => {
                Claim::read(&self.challenge_responses).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Pool {
    pub(super) fn admin_respond_to_auth_challenge(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let AdminRespondToAuthChallenge { user_pool_id, request } = wire::parse(body)?;
        self.check_pool(&user_pool_id)?;
        self.respond(&request)
    }

    pub(super) fn respond_to_auth_challenge(&mut self, body: &Value) -> Result<Value, ServiceError> {
        self.respond(&wire::parse(body)?)
    }

    fn respond(&mut self, request: &RespondToAuthChallenge) -> Result<Value, ServiceError> {
        let responses = &request.challenge_responses;
        let client = self.client(&request.client_id)?;
        let username = responses.required("USERNAME")?;
        client.check_secret_hash(username, responses)?;
        let claim = request.claim()?;

        let Pending { mut sign_in, step } = self.find_pending(request, claim.as_ref(), username)?;
        sign_in.binds_device &= username == sign_in.user;
        if sign_in.device_key.is_none() {
            sign_in.device_key = responses.get("DEVICE_KEY").map(str::to_owned);
        }
        match (step, claim) {
            (Step::PasswordVerifier(exchange), Some(claim)) => {
                exchange.verify(&claim)?;
                self.after_password(sign_in)
            }
            (Step::DevicePasswordVerifier(exchange), Some(claim)) => {
                check_device_key(&sign_in, responses)?;
                exchange.verify(&claim)?;
                self.complete(&sign_in)
            }
            (step, _) => self.answer(sign_in, &step, responses),
        }
    }

    /// Finds the sign-in that an answer belongs to.
    fn find_pending(
        &self,
        request: &RespondToAuthChallenge,
        claim: Option<&Claim>,
        username: &str,
    ) -> Result<Pending, ServiceError> {
        let session = request.session.as_deref();
        let handle = session
            .or_else(|| Some(claim?.secret_block.as_str()))
            .or_else(|| self.device_handle(request))
            .ok_or_else(|| ServiceError::missing_parameter("Session"))?;
        let fits = |pending: &&Pending| {
            pending.sign_in.client_id == request.client_id
                && pending.step.name() == request.challenge_name
                && self.is_name_of(username, &pending.sign_in)
        };
        let refusal = match session {
            Some(_) => ServiceError::invalid_session,
            None => ServiceError::incorrect_username_or_password,
        };
        self.pending.get(handle).filter(fits).cloned().ok_or_else(refusal)
    }

    /// Returns what stands for the `Session` of `DEVICE_SRP_AUTH` where devices have none.
    fn device_handle<'a>(&self, request: &'a RespondToAuthChallenge) -> Option<&'a str> {
        let device_key = request.challenge_responses.get("DEVICE_KEY");
        device_key.filter(|_| self.settings.sessionless_devices)
    }

    fn is_name_of(&self, username: &str, sign_in: &SignIn) -> bool {
        match self.users.get(&sign_in.user) {
            Some(user) => user.goes_by(username),
            None => username == sign_in.user || self.made_up_name(username) == sign_in.user,
        }
    }

    fn answer(&mut self, sign_in: SignIn, step: &Step, responses: &Parameters) -> Result<Value, ServiceError> {
        match step {
            Step::SelectChallenge => self.answer_select_challenge(sign_in, responses),
            Step::Password => self.start_first_factor(sign_in, ChallengeName::Password, responses),
            Step::PasswordSrp => {
                let a = read_srp_a(responses)?;
                Ok(self.ask_for_proof(sign_in, a))
            }
            Step::WebAuthn => {
                self.check_credential(&sign_in, responses)?;
                self.device_step(sign_in)
            }
            Step::Code(name) => self.answer_code(sign_in, *name, responses),
            Step::NewPassword { attributes } => self.answer_new_password(sign_in, attributes, responses),
            Step::SelectMfaType => self.answer_select_mfa_type(sign_in, responses),
            Step::MfaSetup(Setup::Verified) => self.device_step(sign_in),
            Step::Custom { attempts_left } => self.answer_custom(sign_in, *attempts_left, responses),
            Step::DeviceSrp => self.answer_device_srp(sign_in, responses),
            Step::MfaSetup(_) | Step::PasswordVerifier(_) | Step::DevicePasswordVerifier(_) => {
                Err(ServiceError::invalid_session())
            }
        }
    }

    fn answer_select_challenge(&mut self, sign_in: SignIn, responses: &Parameters) -> Result<Value, ServiceError> {
        let choice = wire::parse_name::<ChallengeName>(responses.required("ANSWER")?)
            .filter(|choice| self.first_factors(&sign_in).contains(choice))
            .ok_or_else(|| ServiceError::invalid_parameter("Selected challenge is not available"))?;
        self.start_first_factor(sign_in, choice, responses)
    }

    fn answer_code(
        &mut self,
        sign_in: SignIn,
        name: ChallengeName,
        responses: &Parameters,
    ) -> Result<Value, ServiceError> {
        let code = responses.required(name.code_parameter().unwrap_or_default())?;
        let user = self.user(&sign_in.user)?;
        let right = if name == ChallengeName::SoftwareTokenMfa {
            let app = user.authenticator.as_ref();
            app.is_some_and(|app| totp::accepts(&app.secret, code, self.now))
        } else {
            user.last_code.as_deref() == Some(code)
        };
        if !right {
            return Err(ServiceError::code_mismatch());
        }
        self.device_step(sign_in)
    }

    fn answer_new_password(
        &mut self,
        sign_in: SignIn,
        attributes: &BTreeMap<String, String>,
        responses: &Parameters,
    ) -> Result<Value, ServiceError> {
        let password = responses.required("NEW_PASSWORD")?;
        check_policy(password)?;
        for (name, _) in responses.attributes() {
            self.check_mutable(name, attributes)?;
        }
        let mut attributes = attributes.clone();
        attributes.extend(responses.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.check_required_attributes(&attributes)?;
        self.user_mut(&sign_in.user)?.attributes = attributes;
        self.set_password(&sign_in.user, password, false)?;
        self.second_factor(sign_in)
    }

    /// What the service says of itself, and required attributes that have a value, are not the user's to change here.
    fn check_mutable(&self, name: &str, attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
        if name == "sub" || name.ends_with("_verified") {
            return Err(ServiceError::not_authorized(format!("Cannot modify the non-mutable attribute {name}")));
        }
        if self.settings.required_attributes.contains(name) && attributes.contains_key(name) {
            return Err(ServiceError::not_authorized(format!("Cannot modify an already provided {name}")));
        }
        Ok(())
    }

    fn check_required_attributes(&self, attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
        match self.lacking_attributes(attributes).next() {
            None => Ok(()),
            Some(name) => {
                let message = format!("Invalid attributes given, {name} is missing");
                Err(ServiceError::invalid_parameter(message))
            }
        }
    }

    fn answer_select_mfa_type(&mut self, sign_in: SignIn, responses: &Parameters) -> Result<Value, ServiceError> {
        let choice: Option<Factor> = wire::parse_name(responses.required("ANSWER")?);
        let usable = self.user(&sign_in.user)?.usable_mfa();
        let factor = choice.filter(|choice| usable.contains(choice)).ok_or_else(|| {
            let message = "No MFA mechanism registered in the account.";
            ServiceError::new("MFAMethodNotFoundException", message)
        })?;
        self.ask_for_code(sign_in, factor.into())
    }

    fn answer_custom(
        &mut self,
        sign_in: SignIn,
        attempts_left: u32,
        responses: &Parameters,
    ) -> Result<Value, ServiceError> {
        let answer = responses.required("ANSWER")?;
        if self.settings.custom_answer.as_deref() == Some(answer) {
            return self.device_step(sign_in);
        }
        match attempts_left - 1 {
            0 => Err(ServiceError::incorrect_username_or_password()),
            attempts_left => Ok(self.ask_custom(sign_in, attempts_left)),
        }
    }

    fn answer_device_srp(&mut self, sign_in: SignIn, responses: &Parameters) -> Result<Value, ServiceError> {
        check_device_key(&sign_in, responses)?;
        let a = read_srp_a(responses)?;
        self.ask_for_device_proof(sign_in, a)
    }
}

/// The device that proves itself is the one presented: it may have spared the user a second factor.
fn check_device_key(sign_in: &SignIn, responses: &Parameters) -> Result<(), ServiceError> {
    let same = sign_in.device_key.as_deref() == Some(responses.required("DEVICE_KEY")?);
    same.then_some(()).ok_or_else(ServiceError::no_such_device)
}

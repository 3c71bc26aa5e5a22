//! The first request of a sign-in, and what the password step leads to.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Pool;
use crate::ServiceError;
use crate::srp::{Exchange, read_srp_a};
use crate::wire::{self, AuthFlow, ChallengeName, Parameters, challenge_reply, text_map};

const CUSTOM_ATTEMPTS: u32 = 3;

/// A sign-in that waits for an answer. An answer does not use it up: the same one may come again.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) sign_in: SignIn,
    pub(super) step: Step,
}

/// What is known of a sign-in so far.
#[derive(Clone, Debug)]
pub(super) struct SignIn {
    pub(super) client_id: String,
    /// The internal name.
    pub(super) user: String,
    /// Whether `CUSTOM_CHALLENGE` takes the place of everything between the password and the device.
    pub(super) custom: bool,
    /// The device that was presented.
    pub(super) device_key: Option<String>,
    /// Whether each later step was answered under the internal name: only then will a new device
    /// belong to the user.
    pub(super) binds_device: bool,
}

/// What a sign-in waits for.
#[derive(Clone, Debug)]
pub(super) enum Step {
    SelectChallenge,
    Password,
    PasswordSrp,
    PasswordVerifier(Exchange),
    WebAuthn,
    /// A code: by message, or of the authenticator app.
    Code(ChallengeName),
    NewPassword {
        /// As the challenge showed them.
        attributes: BTreeMap<String, String>,
    },
    SelectMfaType,
    MfaSetup(Setup),
    Custom {
        attempts_left: u32,
    },
    DeviceSrp,
    DevicePasswordVerifier(Exchange),
}

/// How far the setup of an authenticator app is. Each step gives a Session, and only the next one takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    Asked,
    Associated,
    Verified,
}

impl Step {
    pub(super) const fn name(&self) -> ChallengeName {
        match self {
            Self::SelectChallenge => ChallengeName::SelectChallenge,
            Self::Password => ChallengeName::Password,
            Self::PasswordSrp => ChallengeName::PasswordSrp,
            Self::PasswordVerifier(_) => ChallengeName::PasswordVerifier,
            Self::WebAuthn => ChallengeName::WebAuthn,
            Self::Code(name) => *name,
            Self::NewPassword { .. } => ChallengeName::NewPasswordRequired,
            Self::SelectMfaType => ChallengeName::SelectMfaType,
            Self::MfaSetup(_) => ChallengeName::MfaSetup,
            Self::Custom { .. } => ChallengeName::CustomChallenge,
            Self::DeviceSrp => ChallengeName::DeviceSrpAuth,
            Self::DevicePasswordVerifier(_) => ChallengeName::DevicePasswordVerifier,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InitiateAuth {
    client_id: String,
    auth_flow: AuthFlow,
    #[serde(default)]
    auth_parameters: Parameters,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminInitiateAuth {
    user_pool_id: String,
    #[serde(flatten)]
    request: InitiateAuth,
}

impl Pool {
    pub(super) fn initiate_auth(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: InitiateAuth = wire::parse(body)?;
        if let AuthFlow::AdminNoSrpAuth | AuthFlow::AdminUserPasswordAuth = request.auth_flow {
            return Err(ServiceError::invalid_parameter("Initiate Auth method not supported."));
        }
        self.initiate(&request)
    }

    pub(super) fn admin_initiate_auth(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let AdminInitiateAuth { user_pool_id, request } = wire::parse(body)?;
        self.check_pool(&user_pool_id)?;
        self.initiate(&request)
    }

    fn initiate(&mut self, request: &InitiateAuth) -> Result<Value, ServiceError> {
        let parameters = &request.auth_parameters;
        let begin = |pool: &Self| pool.begin(&request.client_id, parameters);
        match request.auth_flow {
            AuthFlow::RefreshTokenAuth | AuthFlow::RefreshToken => self.refresh(&request.client_id, parameters),
            AuthFlow::UserSrpAuth => self.user_srp_auth(begin(self)?, parameters),
            AuthFlow::CustomAuth => self.custom_auth(begin(self)?, parameters),
            AuthFlow::UserAuth => self.user_auth(begin(self)?, parameters),
            AuthFlow::UserPasswordAuth | AuthFlow::AdminUserPasswordAuth | AuthFlow::AdminNoSrpAuth => {
                self.password_auth(begin(self)?, parameters)
            }
        }
    }

    fn begin(&self, client_id: &str, parameters: &Parameters) -> Result<SignIn, ServiceError> {
        let client = self.client(client_id)?;
        let username = parameters.required("USERNAME")?;
        client.check_secret_hash(username, parameters)?;
        let user = match self.find_user(username) {
            Some(user) => user.name.clone(),
            None if self.settings.prevent_user_existence_errors => self.made_up_name(username),
            None => return Err(ServiceError::no_such_user()),
        };
        Ok(SignIn {
            client_id: client_id.to_owned(),
            user,
            custom: false,
            device_key: parameters.get("DEVICE_KEY").map(str::to_owned),
            binds_device: true,
        })
    }

    fn user_srp_auth(&mut self, sign_in: SignIn, parameters: &Parameters) -> Result<Value, ServiceError> {
        let a = read_srp_a(parameters)?;
        if self.settings.session_always {
            return Ok(self.ask_for_proof(sign_in, a));
        }
        let exchange = self.user_exchange(&sign_in.user, a);
        let parameters = srp_parameters(&sign_in.user, &exchange);
        let handle = exchange.secret_block();
        Ok(self.ask_without_session(sign_in, Step::PasswordVerifier(exchange), parameters, handle))
    }

    fn password_auth(&mut self, sign_in: SignIn, parameters: &Parameters) -> Result<Value, ServiceError> {
        self.check_password(&sign_in.user, parameters.required("PASSWORD")?)?;
        self.after_password(sign_in)
    }

    fn custom_auth(&mut self, sign_in: SignIn, parameters: &Parameters) -> Result<Value, ServiceError> {
        if self.settings.custom_answer.is_none() {
            let message = "Custom auth lambda trigger is not configured for the user pool.";
            return Err(ServiceError::invalid_parameter(message));
        }
        let sign_in = SignIn { custom: true, ..sign_in };
        match parameters.get("CHALLENGE_NAME") {
            Some("SRP_A") => {
                let a = read_srp_a(parameters)?;
                Ok(self.ask_for_proof(sign_in, a))
            }
            Some(_) => Err(ServiceError::invalid_parameter("Invalid CHALLENGE_NAME")),
            None => Ok(self.ask_custom(sign_in, CUSTOM_ATTEMPTS)),
        }
    }

    fn user_auth(&mut self, sign_in: SignIn, parameters: &Parameters) -> Result<Value, ServiceError> {
        let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(wire::parse_name);
        match preferred.filter(|choice| self.first_factors(&sign_in).contains(choice)) {
            Some(choice) => self.start_first_factor(sign_in, choice, parameters),
            None => Ok(self.ask_to_select(sign_in)),
        }
    }

    fn ask_to_select(&mut self, sign_in: SignIn) -> Value {
        let available = self.first_factors(&sign_in);
        let parameters = text_map([("USERNAME", sign_in.user.clone())]);
        let mut reply = self.ask(sign_in, Step::SelectChallenge, parameters);
        reply["AvailableChallenges"] = json!(available);
        reply
    }

    /// Returns the challenges a user can choose from.
    pub(super) fn first_factors(&self, sign_in: &SignIn) -> Vec<ChallengeName> {
        let password = vec![ChallengeName::Password, ChallengeName::PasswordSrp];
        let Ok(user) = self.user(&sign_in.user) else { return password };
        let has = |attribute| user.attributes.contains_key(attribute);
        let mut available = if user.password.is_some() { password } else { Vec::new() };
        available.extend(has("email").then_some(ChallengeName::EmailOtp));
        available.extend(has("phone_number").then_some(ChallengeName::SmsOtp));
        available.extend(user.credential.is_some().then_some(ChallengeName::WebAuthn));
        available
    }

    /// Goes on with the factor the user chose; what answers it may have come along.
    pub(super) fn start_first_factor(
        &mut self,
        sign_in: SignIn,
        choice: ChallengeName,
        parameters: &Parameters,
    ) -> Result<Value, ServiceError> {
        let username = text_map([("USERNAME", sign_in.user.clone())]);
        match choice {
            ChallengeName::Password if parameters.get("PASSWORD").is_some() => self.password_auth(sign_in, parameters),
            ChallengeName::Password => Ok(self.ask(sign_in, Step::Password, username)),
            ChallengeName::PasswordSrp if parameters.get("SRP_A").is_some() => {
                let a = read_srp_a(parameters)?;
                Ok(self.ask_for_proof(sign_in, a))
            }
            ChallengeName::PasswordSrp => Ok(self.ask(sign_in, Step::PasswordSrp, username)),
            ChallengeName::WebAuthn if parameters.get("CREDENTIAL").is_some() => {
                self.check_credential(&sign_in, parameters)?;
                self.device_step(sign_in)
            }
            ChallengeName::WebAuthn => Ok(self.ask_for_credential(sign_in)),
            code => self.ask_for_code(sign_in, code),
        }
    }

    fn ask_for_credential(&mut self, sign_in: SignIn) -> Value {
        let challenge = self.random.handle();
        let options = json!({ "challenge": challenge, "userVerification": "preferred" });
        let parameters =
            text_map([("USERNAME", sign_in.user.clone()), ("CREDENTIAL_REQUEST_OPTIONS", options.to_string())]);
        self.ask(sign_in, Step::WebAuthn, parameters)
    }

    pub(super) fn check_credential(&self, sign_in: &SignIn, parameters: &Parameters) -> Result<(), ServiceError> {
        let credential = parameters.required("CREDENTIAL")?;
        let known = self.user(&sign_in.user)?.credential.as_deref() == Some(credential);
        known.then_some(()).ok_or_else(ServiceError::incorrect_username_or_password)
    }

    /// Asks for the proof of the password, with a `Session`.
    pub(super) fn ask_for_proof(&mut self, sign_in: SignIn, a: BigUint) -> Value {
        let exchange = self.user_exchange(&sign_in.user, a);
        let parameters = srp_parameters(&sign_in.user, &exchange);
        self.ask(sign_in, Step::PasswordVerifier(exchange), parameters)
    }

    fn user_exchange(&mut self, name: &str, a: BigUint) -> Exchange {
        let password = self.users.get(name).and_then(|user| user.password.as_ref());
        let verifier = match password {
            Some(password) => password.verifier.clone(),
            None => self.made_up_verifier(name),
        };
        Exchange::new(self.identity(name), verifier, a, &mut self.random)
    }

    pub(super) fn ask_custom(&mut self, sign_in: SignIn, attempts_left: u32) -> Value {
        let parameters = text_map([("USERNAME", sign_in.user.clone())]);
        self.ask(sign_in, Step::Custom { attempts_left }, parameters)
    }

    /// Goes on after the right password.
    pub(super) fn after_password(&mut self, sign_in: SignIn) -> Result<Value, ServiceError> {
        if sign_in.custom {
            return Ok(self.ask_custom(sign_in, CUSTOM_ATTEMPTS));
        }
        if self.user(&sign_in.user)?.has_temporary_password() {
            return self.ask_for_new_password(sign_in);
        }
        self.second_factor(sign_in)
    }

    fn ask_for_new_password(&mut self, sign_in: SignIn) -> Result<Value, ServiceError> {
        let attributes = self.user(&sign_in.user)?.attributes.clone();
        let lacking = self.lacking_attributes(&attributes);
        let lacking: Vec<String> = lacking.map(|attribute| format!("userAttributes.{attribute}")).collect();
        let parameters = text_map([
            ("USER_ID_FOR_SRP", sign_in.user.clone()),
            ("userAttributes", json!(&attributes).to_string()),
            ("requiredAttributes", json!(lacking).to_string()),
        ]);
        Ok(self.ask(sign_in, Step::NewPassword { attributes }, parameters))
    }

    /// Returns the names of the required attributes that are not among these.
    pub(super) fn lacking_attributes<'a>(
        &'a self,
        attributes: &'a BTreeMap<String, String>,
    ) -> impl Iterator<Item = &'a String> {
        let required = self.settings.required_attributes.iter();
        required.filter(|name| !attributes.contains_key(*name))
    }

    /// Asks for the next answer, under a new `Session`.
    pub(super) fn ask(&mut self, sign_in: SignIn, step: Step, parameters: Map<String, Value>) -> Value {
        let session = self.random.handle();
        let reply = challenge_reply(step.name(), Some(&session), parameters);
        self.pending.insert(session, Pending { sign_in, step });
        reply
    }

    /// Asks for the next answer under a handle that the client sends back anyway.
    pub(super) fn ask_without_session(
        &mut self,
        sign_in: SignIn,
        step: Step,
        parameters: Map<String, Value>,
        handle: String,
    ) -> Value {
        let reply = challenge_reply(step.name(), None, parameters);
        self.pending.insert(handle, Pending { sign_in, step });
        reply
    }
}

fn srp_parameters(name: &str, exchange: &Exchange) -> Map<String, Value> {
    text_map([
        ("USERNAME", name.to_owned()),
        ("USER_ID_FOR_SRP", name.to_owned()),
        ("SALT", exchange.salt()),
        ("SRP_B", exchange.srp_b()),
        ("SECRET_BLOCK", exchange.secret_block()),
    ])
}

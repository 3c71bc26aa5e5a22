//! The devices: given out with the tokens, confirmed by their owner, asked for their own password.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use num_bigint::BigUint;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Pool;
use super::sign_in::{SignIn, Step};
use crate::settings::DeviceTracking;
use crate::srp::{Exchange, Identity, Verifier};
use crate::wire::{self, text_map};
use crate::{ServiceError, token};

#[derive(Clone, Debug)]
pub(super) struct Device {
    /// The internal name of whose device it is. A device given out to an alias has no owner: it can
    /// be confirmed, and is not found at the next sign-in.
    owner: Option<String>,
    group_key: String,
    /// What `ConfirmDevice` registered.
    verifier: Option<Verifier>,
    pub(super) remembered: bool,
}

impl Device {
    pub(super) const fn confirmed(owner: Option<String>, group_key: String, verifier: Verifier) -> Self {
        Self { owner, group_key, verifier: Some(verifier), remembered: true }
    }

    pub(super) const fn is_confirmed(&self) -> bool {
        self.verifier.is_some()
    }

    fn belongs_to(&self, user: &str) -> bool {
        self.owner.as_deref() == Some(user)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConfirmDevice {
    access_token: String,
    device_key: String,
    device_secret_verifier_config: DeviceSecretVerifierConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceSecretVerifierConfig {
    password_verifier: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateDeviceStatus {
    access_token: String,
    device_key: String,
    device_remembered_status: RememberedStatus,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum RememberedStatus {
    Remembered,
    NotRemembered,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ForgetDevice {
    access_token: String,
    device_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AdminForgetDevice {
    user_pool_id: String,
    username: String,
    device_key: String,
}

impl Pool {
    /// Gives out a device, which is nothing until it is confirmed.
    pub(super) fn give_out_device(&mut self, sign_in: &SignIn) -> (String, String) {
        let uuid = self.random.uuid();
        let device_key = format!("{}_{uuid}", self.region());
        let group_key = format!("-{}", self.random.letters_and_digits(9));
        let device = Device {
            owner: sign_in.binds_device.then(|| sign_in.user.clone()),
            group_key: group_key.clone(),
            verifier: None,
            remembered: false,
        };
        self.devices.insert(device_key.clone(), device);
        (device_key, group_key)
    }

    /// Returns the device that was presented in the sign-in; it must be the user's, and confirmed.
    pub(super) fn presented_device(&self, sign_in: &SignIn) -> Result<Option<&Device>, ServiceError> {
        match &sign_in.device_key {
            Some(device_key) if self.tracks_devices() => {
                let device = self.own_device(&sign_in.user, device_key)?;
                let confirmed = Some(device).filter(|device| device.is_confirmed());
                confirmed.ok_or_else(ServiceError::no_such_device).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn own_device(&self, user: &str, device_key: &str) -> Result<&Device, ServiceError> {
        let device = self.devices.get(device_key).filter(|device| device.belongs_to(user));
        device.ok_or_else(ServiceError::no_such_device)
    }

    pub(super) fn ask_for_device_proof(&mut self, sign_in: SignIn, a: BigUint) -> Result<Value, ServiceError> {
        let device_key = sign_in.device_key.clone().unwrap_or_default();
        let device = self.own_device(&sign_in.user, &device_key)?;
        let verifier = device.verifier.clone().ok_or_else(ServiceError::no_such_device)?;
        let identity = Identity { scope: device.group_key.clone(), name: device_key.clone() };
        let exchange = Exchange::new(identity, verifier, a, &mut self.random);
        let parameters = text_map([
            ("USERNAME", sign_in.user.clone()),
            ("DEVICE_KEY", device_key),
            ("SALT", exchange.salt()),
            ("SRP_B", exchange.srp_b()),
            ("SECRET_BLOCK", exchange.secret_block()),
        ]);
        let handle = exchange.secret_block();
        Ok(self.ask_device(sign_in, Step::DevicePasswordVerifier(exchange), parameters, handle))
    }

    /// Asks a device, with a `Session` or by a handle of its own.
    pub(super) fn ask_device(
        &mut self,
        sign_in: SignIn,
        step: Step,
        parameters: Map<String, Value>,
        handle: String,
    ) -> Value {
        if self.settings.sessionless_devices {
            self.ask_without_session(sign_in, step, parameters, handle)
        } else {
            self.ask(sign_in, step, parameters)
        }
    }

    pub(super) fn confirm_device(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: ConfirmDevice = wire::parse(body)?;
        let claims = token::verify_access_token(&self.key, &request.access_token, self.now)?;
        let config = request.device_secret_verifier_config;
        let verifier = Verifier::from_signed_bytes(
            &decoded("Salt", &config.salt)?,
            &decoded("PasswordVerifier", &config.password_verifier)?,
        );
        let remembered = self.settings.devices == DeviceTracking::Always;
        let device = self
            .devices
            .get_mut(&request.device_key)
            .filter(|_| claims["device_key"] == request.device_key.as_str())
            .ok_or_else(ServiceError::no_such_device)?;
        device.verifier = Some(verifier);
        device.remembered = remembered;
        Ok(json!({ "UserConfirmationNecessary": !remembered }))
    }

    pub(super) fn update_device_status(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: UpdateDeviceStatus = wire::parse(body)?;
        let user = self.bearer(&request.access_token)?;
        self.own_device(&user, &request.device_key)?;
        if let Some(device) = self.devices.get_mut(&request.device_key) {
            device.remembered = request.device_remembered_status == RememberedStatus::Remembered;
        }
        Ok(json!({}))
    }

    pub(super) fn forget_device(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: ForgetDevice = wire::parse(body)?;
        let user = self.bearer(&request.access_token)?;
        self.forget(&user, &request.device_key)
    }

    pub(super) fn admin_forget_device(&mut self, body: &Value) -> Result<Value, ServiceError> {
        let request: AdminForgetDevice = wire::parse(body)?;
        self.check_pool(&request.user_pool_id)?;
        let user = self.find_user(&request.username).ok_or_else(ServiceError::no_such_user)?;
        let name = user.name.clone();
        self.forget(&name, &request.device_key)
    }

    fn forget(&mut self, user: &str, device_key: &str) -> Result<Value, ServiceError> {
        self.own_device(user, device_key)?;
        self.devices.remove(device_key);
        Ok(json!({}))
    }
}

fn decoded(member: &str, text: &str) -> Result<Vec<u8>, ServiceError> {
    let message = || format!("Invalid device {member} given.");
    let decoded = BASE64_STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty());
    decoded.ok_or_else(|| ServiceError::invalid_parameter(message()))
}

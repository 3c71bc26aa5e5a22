//! The second factor, and the device after it.

use serde_json::{Value, json};

use super::Pool;
use super::sign_in::{Setup, SignIn, Step};
use crate::ServiceError;
use crate::settings::{Factor, MfaConfiguration};
use crate::user::User;
use crate::wire::{ChallengeName, text_map};

impl Pool {
    /// Asks for a second factor where one is due. A remembered device takes its place.
    pub(super) fn second_factor(&mut self, sign_in: SignIn) -> Result<Value, ServiceError> {
        let device = self.presented_device(&sign_in)?;
        let spared = device.is_some_and(|device| device.remembered);
        if spared || self.settings.mfa == MfaConfiguration::Off {
            return self.device_step(sign_in);
        }
        let user = self.user(&sign_in.user)?;
        let usable = user.usable_mfa();
        let preferred = user.preferred_mfa.filter(|factor| usable.contains(factor));
        match (preferred, usable.as_slice()) {
            (Some(factor), _) | (None, &[factor]) => self.ask_for_code(sign_in, factor.into()),
            (None, []) if self.settings.mfa == MfaConfiguration::On => Ok(self.ask_for_setup(sign_in)),
            (None, []) => self.device_step(sign_in),
            (None, several) => Ok(self.ask_which(sign_in, several)),
        }
    }

    fn ask_which(&mut self, sign_in: SignIn, factors: &[Factor]) -> Value {
        let parameters =
            text_map([("USER_ID_FOR_SRP", sign_in.user.clone()), ("MFAS_CAN_CHOOSE", json!(factors).to_string())]);
        self.ask(sign_in, Step::SelectMfaType, parameters)
    }

    fn ask_for_setup(&mut self, sign_in: SignIn) -> Value {
        let parameters = text_map([
            ("USER_ID_FOR_SRP", sign_in.user.clone()),
            ("MFAS_CAN_SETUP", json!([Factor::SoftwareTokenMfa]).to_string()),
        ]);
        self.ask(sign_in, Step::MfaSetup(Setup::Asked), parameters)
    }

    /// Asks for a code, and sends it unless an authenticator app makes it.
    pub(super) fn ask_for_code(&mut self, sign_in: SignIn, name: ChallengeName) -> Result<Value, ServiceError> {
        let made_up = self.random.six_digits();
        let user = self.user_mut(&sign_in.user)?;
        let mut parameters = text_map([("USER_ID_FOR_SRP", user.name.clone())]);
        if let Some(delivery) = Delivery::of(name, user) {
            user.last_code = Some(user.fixed_code.clone().unwrap_or(made_up));
            parameters.extend(text_map([
                ("CODE_DELIVERY_DELIVERY_MEDIUM", delivery.medium.to_owned()),
                ("CODE_DELIVERY_DESTINATION", delivery.destination),
            ]));
        }
        Ok(self.ask(sign_in, Step::Code(name), parameters))
    }

    /// Asks a presented device to prove itself; without one, the sign-in is complete.
    pub(super) fn device_step(&mut self, sign_in: SignIn) -> Result<Value, ServiceError> {
        if self.presented_device(&sign_in)?.is_none() {
            return self.complete(&sign_in);
        }
        let device_key = sign_in.device_key.clone().unwrap_or_default();
        let parameters = text_map([("USERNAME", sign_in.user.clone()), ("DEVICE_KEY", device_key.clone())]);
        Ok(self.ask_device(sign_in, Step::DeviceSrp, parameters, device_key))
    }
}

/// Where a code is sent.
struct Delivery {
    medium: &'static str,
    destination: String,
}

impl Delivery {
    fn of(name: ChallengeName, user: &User) -> Option<Self> {
        let (medium, attribute) = match name {
            ChallengeName::SmsMfa | ChallengeName::SmsOtp => ("SMS", "phone_number"),
            ChallengeName::EmailOtp => ("EMAIL", "email"),
            _ => return None,
        };
        let destination = masked(user.attributes.get(attribute)?);
        Some(Self { medium, destination })
    }
}

/// Shows the first character of an address and its end.
fn masked(address: &str) -> String {
    let first = address.chars().take(1);
    let end = address.chars().skip(address.chars().count().saturating_sub(4).max(1));
    first.chain("***".chars()).chain(end).collect()
}

//! What a pool is set up with: the settings of the pool, its clients, its users and their devices.
//! It is read from a seed file or written down in a test.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Pool, ServiceError};

/// A pool with all that is in it, as a seed file holds it.
///
/// ```
/// let seed = r#"{
///     "clients": [{ "id": "testclient" }],
///     "users": [{ "username": "alice", "password": "Wonderland1!" }]
/// }"#;
/// let seed: testpool::Seed = serde_json::from_str(seed)?;
/// let pool = seed.into_pool([7; 32])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a test writes down what it is about")]
pub struct Seed {
    /// The settings of the pool.
    pub pool: Settings,
    /// Its app clients.
    pub clients: Vec<Client>,
    /// Its users.
    pub users: Vec<NewUser>,
}

impl Seed {
    /// Makes the pool; `random_seed` decides everything the pool makes up later.
    ///
    /// # Errors
    ///
    /// Where two users have one name, or a secret is not base32.
    pub fn into_pool(self, random_seed: [u8; 32]) -> Result<Pool, ServiceError> {
        let mut pool = Pool::new(self.pool, random_seed);
        for client in self.clients {
            pool.add_client(client);
        }
        for user in self.users {
            pool.add_user(user)?;
        }
        Ok(pool)
    }
}

/// The settings of a pool.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a test writes down what it is about")]
pub struct Settings {
    /// The user pool id, `<region>_<name>`.
    pub pool_id: String,
    /// `MfaConfiguration`.
    pub mfa: MfaConfiguration,
    /// `DeviceConfiguration`.
    pub devices: DeviceTracking,
    /// Answers for an unknown user as for a known one with another password.
    pub prevent_user_existence_errors: bool,
    /// Gives `PASSWORD_VERIFIER` a `Session` after `USER_SRP_AUTH` too, and wants it back. The real
    /// service does not; some emulators do.
    pub session_always: bool,
    /// Gives the two device challenges no `Session`. There are clients (pycognito) that send none
    /// back, whether they got one or not.
    pub sessionless_devices: bool,
    /// What answers `CUSTOM_CHALLENGE`; none means that the pool has no custom authentication.
    pub custom_answer: Option<String>,
    /// The attributes that `NEW_PASSWORD_REQUIRED` asks for where a user lacks them.
    pub required_attributes: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pool_id: "us-east-1_TestPool1".to_owned(),
            mfa: MfaConfiguration::Optional,
            devices: DeviceTracking::Off,
            prevent_user_existence_errors: false,
            session_always: false,
            sessionless_devices: false,
            custom_answer: None,
            required_attributes: BTreeSet::new(),
        }
    }
}

/// Whether a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::exhaustive_enums, reason = "the three values of the service's enum")]
pub enum MfaConfiguration {
    /// Never.
    Off,
    /// Of the users who set one up.
    Optional,
    /// Always; a user without one has to set it up first.
    On,
}

/// Whether the pool gives out and remembers devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::exhaustive_enums, reason = "the three choices of the service")]
pub enum DeviceTracking {
    /// No devices.
    Off,
    /// A confirmed device is remembered once the user says so (`UpdateDeviceStatus`).
    OptIn,
    /// A confirmed device is remembered.
    Always,
}

/// An app client.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a test writes down what it is about")]
pub struct Client {
    /// `ClientId`.
    pub id: String,
    /// `ClientSecret`: with one, every request needs a `SECRET_HASH`.
    #[serde(default)]
    pub secret: Option<String>,
}

/// A user to be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a test writes down what it is about")]
pub struct NewUser {
    /// The name. An e-mail address or a telephone number becomes an alias, and the pool makes up an
    /// internal name, as a real pool does whose users sign in with such addresses.
    pub username: String,
    /// The password, whatever the policy; empty for a user who has none.
    pub password: String,
    /// Whether `NEW_PASSWORD_REQUIRED` follows the password.
    pub temporary: bool,
    /// The attributes; `email`, `phone_number` and `preferred_username` are aliases.
    pub attributes: BTreeMap<String, String>,
    /// The second factors set up.
    pub mfa: BTreeSet<Factor>,
    /// The one to ask for where there are several.
    pub preferred_mfa: Option<Factor>,
    /// The secret of the authenticator app, in base32.
    pub totp_secret: Option<String>,
    /// The code that every text message and e-mail brings; made up each time where there is none.
    pub code: Option<String>,
    /// The passkey: the exact `CREDENTIAL` that answers `WEB_AUTHN`.
    pub credential: Option<String>,
    /// Devices already confirmed and remembered.
    pub devices: Vec<NewDevice>,
}

/// A device already confirmed and remembered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a test writes down what it is about")]
pub struct NewDevice {
    /// `DeviceKey`.
    pub key: String,
    /// `DeviceGroupKey`.
    pub group_key: String,
    /// The password the device keeps.
    pub password: String,
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::exhaustive_enums, reason = "the three factors of the service")]
pub enum Factor {
    /// A code by text message.
    SmsMfa,
    /// A code by e-mail. `SELECT_MFA_TYPE` calls it `EMAIL_MFA` too.
    #[serde(alias = "EMAIL_MFA")]
    EmailOtp,
    /// A code of an authenticator app.
    SoftwareTokenMfa,
}

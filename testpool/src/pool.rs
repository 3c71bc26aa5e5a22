//! The pool itself: who is in it, and which operation does what.

mod accounts;
mod answer;
mod devices;
mod mfa;
mod second_factor;
mod sign_in;
mod tokens;

use std::collections::{BTreeMap, HashMap};

use cognito_srp_reference as srp;
use serde_json::Value;

use crate::ServiceError;
use crate::random::{self, Random};
use crate::settings::{Client, DeviceTracking, NewDevice, NewUser, Settings};
use crate::srp::{Identity, Verifier};
use crate::token;
use crate::totp;
use crate::user::{Authenticator, Password, User, alias_attribute};
use crate::wire::Parameters;
use devices::Device;
use sign_in::Pending;
use tokens::RefreshToken;

/// A user pool in memory: everything is kept until it is deleted or the process ends.
#[derive(Debug)]
pub struct Pool {
    settings: Settings,
    clients: BTreeMap<String, Client>,
    /// By internal name.
    users: BTreeMap<String, User>,
    /// By `DeviceKey`.
    devices: BTreeMap<String, Device>,
    /// By what the client names it with: its `Session`, or its `SECRET_BLOCK` where it has none.
    pending: HashMap<String, Pending>,
    refresh_tokens: HashMap<String, RefreshToken>,
    random: Random,
    key: [u8; 32],
    now: i64,
}

impl Pool {
    /// Makes an empty pool; `random_seed` decides everything it makes up later, so that a test with
    /// a fixed seed always sees the same challenges.
    #[must_use]
    pub fn new(settings: Settings, random_seed: [u8; 32]) -> Self {
        let mut random = Random::from_seed(random_seed);
        Self {
            settings,
            clients: BTreeMap::new(),
            users: BTreeMap::new(),
            devices: BTreeMap::new(),
            pending: HashMap::new(),
            refresh_tokens: HashMap::new(),
            key: random.bytes(),
            random,
            now: 0,
        }
    }

    /// Sets the clock, in Unix seconds. It stands still until it is set again.
    pub const fn set_now(&mut self, unix_seconds: i64) {
        self.now = unix_seconds;
    }

    /// Adds an app client, or replaces the one of that id.
    pub fn add_client(&mut self, client: Client) {
        self.clients.insert(client.id.clone(), client);
    }

    /// Adds a user, and returns the internal name: `USER_ID_FOR_SRP`.
    ///
    /// # Errors
    ///
    /// Where the name is taken, or the secret of the authenticator app is not base32.
    pub fn add_user(&mut self, user: NewUser) -> Result<String, ServiceError> {
        if self.find_user(&user.username).is_some() {
            let message = "User account already exists";
            return Err(ServiceError::new("UsernameExistsException", message));
        }
        let sub = self.random.uuid();
        let mut attributes = user.attributes;
        let name = match alias_attribute(&user.username) {
            Some(attribute) => {
                attributes.insert(attribute.to_owned(), user.username);
                sub.clone()
            }
            None => user.username,
        };
        let record = User {
            name: name.clone(),
            sub,
            attributes,
            password: None,
            mfa: user.mfa,
            preferred_mfa: user.preferred_mfa,
            authenticator: authenticator(user.totp_secret.as_deref())?,
            fixed_code: user.code,
            last_code: None,
            credential: user.credential,
        };
        self.users.insert(name.clone(), record);
        if !user.password.is_empty() {
            self.set_password(&name, &user.password, user.temporary)?;
        }
        for device in user.devices {
            self.add_device(&name, device)?;
        }
        Ok(name)
    }

    /// Adds a device that the user has confirmed and the pool remembers.
    ///
    /// # Errors
    ///
    /// Where there is no such user.
    pub fn add_device(&mut self, username: &str, device: NewDevice) -> Result<(), ServiceError> {
        let owner = self.find_user(username).ok_or_else(ServiceError::no_such_user)?.name.clone();
        let identity = Identity { scope: device.group_key.clone(), name: device.key.clone() };
        let verifier = Verifier::of_password(self.random.integer::<16>(), &identity, &device.password);
        let device_key = device.key;
        let device = Device::confirmed(Some(owner), device.group_key, verifier);
        self.devices.insert(device_key, device);
        Ok(())
    }

    /// Returns the last code that was sent to a user by text message or e-mail.
    #[must_use]
    pub fn last_code(&self, username: &str) -> Option<&str> {
        self.find_user(username)?.last_code.as_deref()
    }

    /// Does one operation of the API: takes the body of the request, returns that of the reply.
    ///
    /// ```
    /// # use serde_json::json;
    /// # let mut pool = testpool::Seed::default().into_pool([7; 32])?;
    /// let request = json!({ "ClientId": "nobody", "AuthFlow": "USER_SRP_AUTH" });
    /// let error = pool.handle("InitiateAuth", &request).unwrap_err();
    /// assert_eq!(error.name, "ResourceNotFoundException");
    /// # Ok::<(), testpool::ServiceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the service, by its names and in its words.
    pub fn handle(&mut self, operation: &str, body: &Value) -> Result<Value, ServiceError> {
        match operation {
            "InitiateAuth" => self.initiate_auth(body),
            "AdminInitiateAuth" => self.admin_initiate_auth(body),
            "RespondToAuthChallenge" => self.respond_to_auth_challenge(body),
            "AdminRespondToAuthChallenge" => self.admin_respond_to_auth_challenge(body),
            "ConfirmDevice" => self.confirm_device(body),
            "UpdateDeviceStatus" => self.update_device_status(body),
            "ForgetDevice" => self.forget_device(body),
            "AdminForgetDevice" => self.admin_forget_device(body),
            "AssociateSoftwareToken" => self.associate_software_token(body),
            "VerifySoftwareToken" => self.verify_software_token(body),
            "SetUserMFAPreference" => self.set_user_mfa_preference(body),
            "AdminSetUserMFAPreference" => self.admin_set_user_mfa_preference(body),
            "GetUser" => self.get_user(body),
            "AdminCreateUser" => self.admin_create_user(body),
            "AdminSetUserPassword" => self.admin_set_user_password(body),
            "CreateUserPoolClient" => self.create_user_pool_client(body),
            _ => {
                let message = format!("The test pool has no operation {operation}.");
                Err(ServiceError::new("UnknownOperationException", message))
            }
        }
    }

    fn check_pool(&self, pool_id: &str) -> Result<(), ServiceError> {
        let message = || format!("User pool {pool_id} does not exist.");
        let known = pool_id == self.settings.pool_id;
        known.then_some(()).ok_or_else(|| ServiceError::not_found(message()))
    }

    fn client(&self, id: &str) -> Result<&Client, ServiceError> {
        let message = || format!("User pool client {id} does not exist.");
        self.clients.get(id).ok_or_else(|| ServiceError::not_found(message()))
    }

    /// Finds a user by the internal name or an alias.
    fn find_user(&self, name: &str) -> Option<&User> {
        self.users.get(name).or_else(|| self.users.values().find(|user| user.goes_by(name)))
    }

    /// Returns the user of an internal name. There is none behind the challenges that
    /// `prevent_user_existence_errors` makes up.
    fn user(&self, name: &str) -> Result<&User, ServiceError> {
        self.users.get(name).ok_or_else(ServiceError::incorrect_username_or_password)
    }

    fn user_mut(&mut self, name: &str) -> Result<&mut User, ServiceError> {
        self.users.get_mut(name).ok_or_else(ServiceError::incorrect_username_or_password)
    }

    /// Returns the internal name of whom an access token was given to.
    fn bearer(&self, access_token: &str) -> Result<String, ServiceError> {
        let claims = token::verify_access_token(&self.key, access_token, self.now)?;
        let name = claims["username"].as_str().unwrap_or_default();
        Ok(self.users.get(name).ok_or_else(ServiceError::no_such_user)?.name.clone())
    }

    fn set_password(&mut self, name: &str, password: &str, temporary: bool) -> Result<(), ServiceError> {
        let salt = self.random.integer::<16>();
        let verifier = Verifier::of_password(salt, &self.identity(name), password);
        self.user_mut(name)?.password = Some(Password { verifier, temporary });
        Ok(())
    }

    fn check_password(&self, name: &str, password: &str) -> Result<(), ServiceError> {
        let identity = self.identity(name);
        let is_right = |kept: &Password| kept.verifier.is_of(&identity, password);
        let right = self.user(name)?.password.as_ref().is_some_and(is_right);
        right.then_some(()).ok_or_else(ServiceError::incorrect_username_or_password)
    }

    /// Returns whose password a user's is: the pool's name without its region, and the user's.
    fn identity(&self, name: &str) -> Identity {
        let pool_id = &self.settings.pool_id;
        let scope = pool_id.split_once('_').map_or(pool_id.as_str(), |(_region, scope)| scope);
        Identity { scope: scope.to_owned(), name: name.to_owned() }
    }

    fn region(&self) -> &str {
        self.settings.pool_id.split_once('_').map_or("", |(region, _name)| region)
    }

    fn tracks_devices(&self) -> bool {
        self.settings.devices != DeviceTracking::Off
    }

    /// Returns a secret of this pool for this purpose: always the same, and nobody knows it.
    fn derive(&self, purpose: &str, name: &str) -> [u8; 32] {
        srp::hmac_sha256(&self.key, &[purpose.as_bytes(), name.as_bytes()])
    }

    /// Makes up the internal name of a user who does not exist, the same one every time.
    fn made_up_name(&self, typed: &str) -> String {
        let hash = self.derive("name", typed);
        match alias_attribute(typed) {
            Some(_) => random::uuid(std::array::from_fn(|i| hash[i])),
            None => typed.to_owned(),
        }
    }

    /// Makes up the salt and verifier of a user who has no password.
    fn made_up_verifier(&self, name: &str) -> Verifier {
        let salt = &self.derive("salt", name)[..16];
        let v = &self.derive("verifier", name);
        Verifier::from_signed_bytes(&[&[0], salt].concat(), &[&[0], &v[..]].concat())
    }
}

impl Client {
    /// Checks `SECRET_HASH`, which covers the very user name of the same request.
    fn check_secret_hash(&self, username: &str, parameters: &Parameters) -> Result<(), ServiceError> {
        let Self { id, secret } = self;
        let Some(secret) = secret else { return Ok(()) };
        let received = parameters.get("SECRET_HASH").ok_or_else(|| {
            ServiceError::not_authorized(format!(
                "Client {id} is configured with secret but SECRET_HASH was not received"
            ))
        })?;
        if received == srp::secret_hash(secret, username, id) {
            return Ok(());
        }
        let message = format!("Unable to verify secret hash for client {id}");
        Err(ServiceError::not_authorized(message))
    }
}

fn authenticator(secret: Option<&str>) -> Result<Option<Authenticator>, ServiceError> {
    let Some(secret) = secret else { return Ok(None) };
    let secret = totp::from_base32(secret)
        .ok_or_else(|| ServiceError::invalid_parameter("The secret of an authenticator app is base32."))?;
    Ok(Some(Authenticator { secret, verified: true }))
}

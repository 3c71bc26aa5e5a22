//! Who is signing in, and where: the user pool, the app client, the user.
//!
//! Knows what every request of a user carries (USERNAME, SECRET_HASH, DEVICE_KEY), and nothing of any challenge.

use alloc::{string::String, sync::Arc};
use core::{fmt, str::FromStr};

use hmac::Mac;
use zeroize::Zeroizing;

use crate::{
    declassify,
    error::{Error, Problem},
    hash::hmac_sha256,
    srp,
    wire::{ChallengeParameters, Context, Message, Parameters, Request, base64, key, text},
};

/// The id of a user pool, such as `us-east-1_Example1`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserPoolId {
    id: String,
    /// Where the name begins: behind the only `_`.
    name: usize,
}

impl UserPoolId {
    /// Reads a pool id: at most 55 characters, a region, one `_` and the pool's name.
    ///
    /// AWS's pattern (`[\w-]+_[0-9a-zA-Z]+`) would allow more than one `_`, but its clients then disagree about where the
    /// name begins; no pool has such an id.
    ///
    /// # Errors
    ///
    /// [`Problem::Malformed`] or [`Problem::TooLong`], the caller's fault.
    ///
    /// ```
    /// # use cognito_srp_core::UserPoolId;
    /// let pool = UserPoolId::parse("us-east-1_Example1")?;
    /// assert_eq!((pool.region(), pool.name()), ("us-east-1", "Example1"));
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn parse(id: impl Into<String>) -> Result<Self, Error> {
        const LIMIT: usize = 55;
        let error = |problem| Error::caller("UserPoolId", problem);
        let id = id.into();
        if id.len() > LIMIT {
            return Err(error(Problem::TooLong { limit: LIMIT }));
        }
        let (region, name) = id.split_once('_').ok_or(error(Problem::Malformed))?;
        let region_is_valid = region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name_is_valid = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if region.is_empty() || name.is_empty() || !region_is_valid || !name_is_valid {
            return Err(error(Problem::Malformed));
        }
        let name = region.len() + 1;
        Ok(Self { id, name })
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// The region, which the service's address has in it: `https://cognito-idp.REGION.amazonaws.com/`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.id[..self.name - 1]
    }

    /// The pool's name, which its users' passwords are hashed with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.id[self.name..]
    }
}

impl FromStr for UserPoolId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self, Error> {
        Self::parse(id)
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl fmt::Debug for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserPoolId({})", self.id)
    }
}

/// The secret of an app client that has one. Wiped on drop, absent from `Debug`.
///
/// ```
/// # use cognito_srp_core::ClientSecret;
/// assert_eq!(format!("{:?}", ClientSecret::new("1ps50nb7hd1umdnm")?), "ClientSecret(..)");
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ClientSecret(Arc<Zeroizing<String>>);

impl ClientSecret {
    /// Takes the secret as AWS shows it; it is text and is not decoded.
    ///
    /// # Errors
    ///
    /// [`Problem::Empty`], the caller's fault: a variable that is not set is no secret.
    pub fn new(secret: impl Into<String>) -> Result<Self, Error> {
        let secret = Zeroizing::new(secret.into());
        if secret.is_empty() {
            return Err(Error::caller("ClientSecret", Problem::Empty));
        }
        Ok(Self(Arc::new(secret)))
    }

    /// SECRET_HASH = base64(HMAC-SHA-256(client secret, USERNAME || ClientId)). See [`AppClient::secret_hash`].
    ///
    /// ```
    /// # use cognito_srp_core::ClientSecret;
    /// // Published by AWS's SDK for .NET.
    /// assert_eq!(ClientSecret::new("secret")?.secret_hash("Mess", "age"), "qnR8UCqJggD55PohusaBNviGoOJ67HC6Btry4qXLVZc=");
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    #[must_use]
    pub fn secret_hash(&self, username: &str, client_id: &str) -> String {
        let mac = self.mac(username, client_id);
        srp::wipe_stack();
        base64::encode(&declassify::secret_hash(mac))
    }

    #[inline(never)] // for the sake of `wipe_stack`
    fn mac(&self, username: &str, client_id: &str) -> [u8; 32] {
        let mut hmac = hmac_sha256(self.0.as_bytes());
        hmac.update(username.as_bytes());
        hmac.update(client_id.as_bytes());
        hmac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

/// An app client of a user pool.
#[derive(Clone, Debug)]
pub struct AppClient {
    user_pool_id: UserPoolId,
    client_id: String,
    secret: Option<ClientSecret>,
}

impl AppClient {
    /// An app client without a secret.
    ///
    /// # Errors
    ///
    /// Unless the id is 1 to 128 letters, digits, `_` and `+`, as AWS's model says: [`Problem::Empty`],
    /// [`Problem::TooLong`] or [`Problem::Malformed`], the caller's fault.
    ///
    /// ```
    /// # use cognito_srp_core::{AppClient, UserPoolId};
    /// let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn new(user_pool_id: UserPoolId, client_id: impl Into<String>) -> Result<Self, Error> {
        const LIMIT: usize = 128;
        let client_id = client_id.into();
        let problem = if client_id.is_empty() {
            Problem::Empty
        } else if client_id.len() > LIMIT {
            Problem::TooLong { limit: LIMIT }
        } else if !client_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+')) {
            Problem::Malformed
        } else {
            return Ok(Self { user_pool_id, client_id, secret: None });
        };
        Err(Error::caller("ClientId", problem))
    }

    /// The same client with its secret: every request then carries SECRET_HASH.
    #[must_use]
    pub fn with_secret(mut self, secret: ClientSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// The pool, for UserPoolId of the Admin operations.
    #[must_use]
    pub const fn user_pool_id(&self) -> &UserPoolId {
        &self.user_pool_id
    }

    /// ClientId of every request.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// SECRET_HASH = base64(HMAC-SHA-256(client secret, USERNAME || ClientId)), if the client has a secret.
    ///
    /// `username` is the very text that USERNAME has in the same request; the messages of this library see to that
    /// themselves. This is for operations outside sign-in, such as SignUp or ForgotPassword. Leaks: the lengths of the
    /// secret, the name and the id.
    ///
    /// ```
    /// # use cognito_srp_core::{AppClient, ClientSecret, UserPoolId};
    /// // Published by AWS's SDK for .NET.
    /// let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "age")?.with_secret(ClientSecret::new("secret")?);
    /// assert_eq!(client.secret_hash("Mess").as_deref(), Some("qnR8UCqJggD55PohusaBNviGoOJ67HC6Btry4qXLVZc="));
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    #[must_use]
    pub fn secret_hash(&self, username: &str) -> Option<String> {
        self.secret.as_ref().map(|secret| secret.secret_hash(username, &self.client_id))
    }

    /// A user of this client, by whatever name was typed: user name, e-mail address, telephone number.
    #[must_use]
    pub fn user(&self, username: impl Into<String>) -> User {
        User { client: self.clone(), username: username.into(), device_key: None }
    }
}

/// A user, as the requests name them: USERNAME, the SECRET_HASH over that very name, and DEVICE_KEY.
///
/// A sign-in begins with the typed name. From the first challenge on, every answer uses the name that the *service* gave
/// ([`PasswordVerifier::username`](crate::PasswordVerifier::username)): [`User::known_as`] goes from one to the other.
///
/// ```
/// # use cognito_srp_core::{AppClient, ClientSecret, UserPoolId};
/// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "age")?;
/// let typed = client.user("alice@example.com");
/// let internal = typed.known_as("6ec2f461-6364-44c4-aa42-2f0acaaaf6e8");
/// assert_eq!(internal.username(), "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8");
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct User {
    client: AppClient,
    username: String,
    device_key: Option<String>,
}

impl User {
    /// The same user with a remembered device: every request then carries DEVICE_KEY, and the service asks for the device
    /// in place of a second factor.
    #[must_use]
    pub fn with_device_key(mut self, device_key: impl Into<String>) -> Self {
        self.device_key = Some(device_key.into());
        self
    }

    /// The same user without a device: the way on where the service has forgotten it ("Device does not exist.").
    #[must_use]
    pub fn without_device_key(mut self) -> Self {
        self.device_key = None;
        self
    }

    /// The same user by the name that the service gave.
    #[must_use]
    pub fn known_as(&self, username: impl Into<String>) -> Self {
        Self { client: self.client.clone(), username: username.into(), device_key: self.device_key.clone() }
    }

    /// The same user by the name that a challenge gives: its USER_ID_FOR_SRP, or its USERNAME; as before where it gives
    /// neither. Takes the same maps as [`PasswordVerifier::from_reply`](crate::PasswordVerifier::from_reply).
    ///
    /// For sign-ins whose first challenge is not PASSWORD_VERIFIER, such as those with USER_PASSWORD_AUTH.
    ///
    /// # Errors
    ///
    /// [`Problem::Empty`] or [`Problem::TooLong`] (over 131072 bytes), the service's fault.
    ///
    /// ```
    /// # use std::collections::HashMap;
    /// # use cognito_srp_core::{AppClient, UserPoolId};
    /// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "age")?;
    /// let sms_mfa = HashMap::from([("USER_ID_FOR_SRP".to_string(), "6ec2f461-6364".to_string())]);
    /// assert_eq!(client.user("alice@example.com").named_by(&sms_mfa)?.username(), "6ec2f461-6364");
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn named_by<'a, K, V>(
        &self,
        challenge_parameters: impl IntoIterator<Item = (&'a K, &'a V)>,
    ) -> Result<Self, Error>
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let parameters = ChallengeParameters::new(challenge_parameters);
        let name = match parameters.optional(key::USER_ID_FOR_SRP, text)? {
            Some(name) => Some(name),
            None => parameters.optional(key::USERNAME, text)?,
        };
        Ok(name.map_or_else(|| self.clone(), |name| self.known_as(name)))
    }

    /// A message as a whole request to this user's pool, for those who take single steps and have no SDK to write it:
    /// [`Request::admin`] and [`Request::context`] are theirs to set.
    ///
    /// ```
    /// # use cognito_srp_core::{AppClient, Message, UserLogin, UserPoolId};
    /// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "age")?;
    /// let user = client.user("alice");
    /// let login = UserLogin::start(&user, &mut rand::rngs::SysRng)?;
    /// let mut request = user.request(Message::InitiateAuth(login.user_srp_auth()));
    /// request.context.client_metadata = [("campaign", "autumn")].into_iter().collect();
    /// assert!(request.to_json().contains(r#""ClientMetadata":{"campaign":"autumn"}"#));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn request(&self, message: Message) -> Request {
        Request {
            message,
            admin: false,
            client_id: self.client.client_id.clone(),
            user_pool_id: self.client.user_pool_id.as_str().into(),
            context: Context::default(),
        }
    }

    /// USERNAME of the requests.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The app client that the user signs in to.
    #[must_use]
    pub const fn client(&self) -> &AppClient {
        &self.client
    }

    /// DEVICE_KEY of the requests.
    #[must_use]
    pub fn device_key(&self) -> Option<&str> {
        self.device_key.as_deref()
    }

    /// What every request of this user carries.
    pub(crate) fn parameters(&self) -> Parameters {
        self.parameters_without_username().with(key::USERNAME, &*self.username)
    }

    /// The same for the requests that name no user and still hash the name.
    pub(crate) fn parameters_without_username(&self) -> Parameters {
        Parameters::default()
            .with_some(key::SECRET_HASH, self.client.secret_hash(&self.username))
            .with_some(key::DEVICE_KEY, self.device_key.as_deref())
    }
}

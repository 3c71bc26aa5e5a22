//! Remembered devices: their enrolment with ConfirmDevice, and their sign-in over SRP.

use alloc::{string::String, vec::Vec};
use core::fmt;

use chrono::{DateTime, Utc};
use ctutils::CtEq;
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use crate::{
    claim::Claim,
    error::{Error, Problem},
    modpow::Residue,
    pool::User,
    srp::{self, Ephemeral, Identity, Scrambling, ServerPublic},
    wire::{ChallengeName, ChallengeParameters, ChallengeResponse, MAX_PARAMETER, base64, hex, key, text},
};

/// The password of a device: random, made by [`NewDevice::enroll`]. Wiped on drop, absent from `Debug`.
#[derive(Clone)]
pub struct DevicePassword(Zeroizing<String>);

impl DevicePassword {
    /// Takes a password that was stored, by this library or by another client.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self(Zeroizing::new(password.into()))
    }

    /// The password, to be stored. Together with the user's password it signs in without a second factor.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DevicePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DevicePassword(..)")
    }
}

/// A remembered device, to be kept under the user's internal name for as long as the service remembers it.
///
/// ```
/// use cognito_srp_core::{Device, DevicePassword};
///
/// let stored = DevicePassword::new("P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==");
/// let device = Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", stored);
/// assert!(!format!("{device:?}").contains("P7ny"));
/// ```
#[derive(Clone, Debug)]
pub struct Device {
    key: String,
    group_key: String,
    password: DevicePassword,
}

impl Device {
    /// Puts together what was stored.
    #[must_use]
    pub fn new(key: impl Into<String>, group_key: impl Into<String>, password: DevicePassword) -> Self {
        Self { key: key.into(), group_key: group_key.into(), password }
    }

    /// DeviceKey.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// DeviceGroupKey.
    #[must_use]
    pub fn group_key(&self) -> &str {
        &self.group_key
    }

    /// The device's password.
    #[must_use]
    pub const fn password(&self) -> &DevicePassword {
        &self.password
    }

    fn identity(&self) -> Identity<'_> {
        Identity { scope: &self.group_key, name: &self.key }
    }
}

/// NewDeviceMetadata: a device that the service offers to remember.
#[derive(Clone, Debug)]
pub struct NewDevice {
    key: String,
    group_key: String,
}

impl NewDevice {
    /// Reads the two members of NewDeviceMetadata in a reply with tokens.
    ///
    /// # Errors
    ///
    /// [`Problem::Missing`], [`Problem::Empty`] or [`Problem::TooLong`] (over 131072 bytes), the service's fault.
    pub fn from_metadata(device_key: Option<&str>, device_group_key: Option<&str>) -> Result<Self, Error> {
        let read = |name, value: Option<&str>| {
            value.ok_or(Problem::Missing).and_then(text).map_err(|problem| Error::service(name, problem))
        };
        Ok(Self { key: read("DeviceKey", device_key)?, group_key: read("DeviceGroupKey", device_group_key)? })
    }

    /// Makes up a password for the device and the verifier that ConfirmDevice takes.
    ///
    /// The password is the base64 of 40 random bytes, as in AWS's clients; the salt is 16 random bytes of which the first
    /// is 40 to 7f hex, so that it is the same read as bytes, as an unsigned and as a signed integer.
    ///
    /// The service accepts a wrong verifier without a word, and the device can then never sign in. So the text of the
    /// verifier is read back, as the service reads it, and a whole handshake is computed with it, before it is handed out:
    /// about three times the work of a sign-in.
    ///
    /// # Errors
    ///
    /// [`EnrollError::Rng`] with what the generator reports. [`EnrollError::SelfCheck`] if the verifier does not sign in,
    /// which takes a fault of the machine: nothing has been sent, and trying again is right.
    ///
    /// ```
    /// use cognito_srp_core::NewDevice;
    ///
    /// let offered = NewDevice::from_metadata(Some("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3"), Some("-XTIoPyv7Z"))?;
    /// let enrollment = offered.enroll(&mut rand::rngs::SysRng)?;
    /// // ConfirmDevice takes enrollment.verifier; once it has succeeded, store enrollment.device.
    /// assert_eq!(enrollment.verifier.salt.len(), 24);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn enroll<R: TryCryptoRng + ?Sized>(&self, rng: &mut R) -> Result<Enrollment, EnrollError<R::Error>> {
        let mut password = Zeroizing::new([0; 40]);
        rng.try_fill_bytes(&mut *password).map_err(EnrollError::Rng)?;
        let password = DevicePassword(base64::encode_secret(&*password));
        let mut salt = [0; 16];
        rng.try_fill_bytes(&mut salt).map_err(EnrollError::Rng)?;
        salt[0] = salt[0] & 0x3f | 0x40;

        let device = Device::new(&*self.key, &*self.group_key, password);
        let verifier = DeviceSecretVerifier::new(&device, &salt);
        if signs_in(&verifier, &device, rng).map_err(EnrollError::Rng)? {
            Ok(Enrollment { device, verifier })
        } else {
            Err(EnrollError::SelfCheck)
        }
    }
}

/// A device that has been enrolled and waits for ConfirmDevice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Enrollment {
    /// To be stored once ConfirmDevice has succeeded.
    pub device: Device,
    /// To be sent with ConfirmDevice.
    pub verifier: DeviceSecretVerifier,
}

/// DeviceSecretVerifierConfig of ConfirmDevice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceSecretVerifier {
    /// PasswordVerifier: base64(enc(g^x mod N)).
    pub password_verifier: String,
    /// Salt: base64(enc(salt)).
    pub salt: String,
}

impl DeviceSecretVerifier {
    /// v over the device's own names and password; `salt` is an integer in big-endian bytes.
    pub(crate) fn new(device: &Device, salt: &[u8]) -> Self {
        let x = srp::x(salt, &srp::identity_hash(device.identity(), device.password.0.as_bytes()));
        let v = srp::v(&x).to_be_bytes();
        Self {
            password_verifier: base64::encode(&srp::enc(&v).to_vec()),
            salt: base64::encode(&srp::enc(salt).to_vec()),
        }
    }
}

/// Why a device could not be enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnrollError<E> {
    /// The random generator failed.
    Rng(E),
    /// The verifier that was computed does not sign in: a fault of the machine. It is not handed out.
    SelfCheck,
}

impl<E: fmt::Display> fmt::Display for EnrollError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rng(error) => write!(f, "the random generator failed: {error}"),
            Self::SelfCheck => f.write_str("the new device's verifier does not sign in, and is not handed out"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for EnrollError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Rng(error) => Some(error),
            Self::SelfCheck => None,
        }
    }
}

/// Whether the service, reading this verifier, and this device reach the same claim key.
fn signs_in<R: TryCryptoRng + ?Sized>(
    verifier: &DeviceSecretVerifier,
    device: &Device,
    rng: &mut R,
) -> Result<bool, R::Error> {
    let ephemeral = Ephemeral::generate(rng)?;
    let mut b = Zeroizing::new([0; 32]);
    rng.try_fill_bytes(&mut *b)?;
    Ok(keys_agree(verifier, device, &ephemeral, &b).unwrap_or(false))
}

/// The self-check of [`NewDevice::enroll`], both sides of one handshake; `None` where a value cannot even be read.
fn keys_agree(verifier: &DeviceSecretVerifier, device: &Device, ephemeral: &Ephemeral, b: &[u8; 32]) -> Option<bool> {
    let v = Residue::from_public_be_bytes(&read_positive(&verifier.password_verifier)?)?;
    let salt = read_positive(&verifier.salt)?;

    // The service's side, RFC 5054 section 2.6: B = k * v + g^b, S = (A * v^u)^b.
    let b_public = Residue::from_256_bits(&srp::k()).multiply(&v).add(&Residue::g().pow(b));
    let b_public = ServerPublic::from_be_bytes(&b_public.to_be_bytes())?;
    let u = Scrambling::new(ephemeral.public(), &b_public)?;
    let service = ephemeral.public().multiply(&v.pow(u.as_bytes())).pow(b);

    let x = srp::x(&salt, &srp::identity_hash(device.identity(), device.password.0.as_bytes()));
    let client = srp::s(ephemeral.secret(), &b_public, &u, &x);

    let key = |s| srp::claim_key(&srp::prk(&u, s));
    Some(key(&service).ct_eq(&*key(&client)).to_bool())
}

/// The integer that the service reads in a member of DeviceSecretVerifierConfig: two's complement, so that a top bit would
/// make it negative.
fn read_positive(text: &str) -> Option<Vec<u8>> {
    base64::decode(text, MAX_PARAMETER).ok().filter(|bytes| bytes.first().is_some_and(|&first| first < 0x80))
}

/// A sign-in of a remembered device that has begun and waits for DEVICE_PASSWORD_VERIFIER.
///
/// The service asks for it with DEVICE_SRP_AUTH, after the password step (whatever that was), in place of a second factor.
/// Like [`UserLogin`](crate::UserLogin) it holds an ephemeral secret that goes into one answer only, and never the password.
///
/// ```
/// # use std::collections::HashMap;
/// # use cognito_srp_core::{AppClient, Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, UserPoolId};
/// # let now = chrono::DateTime::UNIX_EPOCH;
/// # let session = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB");
/// # let password = DevicePassword::new("P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==");
/// # let device = Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", password);
/// # let reply = HashMap::from([("SALT", "9fd601e7c2"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")]
/// #     .map(|(name, value)| (name.to_string(), value.to_string())));
/// # let client = AppClient::new(UserPoolId::parse("us-west-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// let user = client.user("c2bbf727-6345-4e0e-8426-dde793038260"); // as the service named it
/// let login = DeviceLogin::start(&user, &device, &mut rand::rngs::SysRng)?;
/// let answer = login.device_srp_auth(session); // the service replies with DEVICE_PASSWORD_VERIFIER
/// assert_eq!(answer.challenge_responses.get("DEVICE_KEY"), Some(device.key()));
///
/// let challenge = DevicePasswordVerifier::from_reply(&reply, session)?;
/// let answer = login.finish(&challenge, device.password(), now)?; // and now with tokens
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// A second answer from the same `a` does not compile:
///
/// ```compile_fail,E0382
/// # use cognito_srp_core::{DeviceLogin, DevicePassword, DevicePasswordVerifier};
/// # fn twice(login: DeviceLogin, challenge: DevicePasswordVerifier, password: DevicePassword, now: chrono::DateTime<chrono::Utc>) {
/// let first = login.finish(&challenge, &password, now);
/// let second = login.finish(&challenge, &password, now);
/// # }
/// ```
pub struct DeviceLogin {
    user: User,
    device_key: String,
    device_group_key: String,
    ephemeral: Ephemeral,
}

impl DeviceLogin {
    /// Draws `a`, 512 bits, and computes SRP_A.
    ///
    /// The user has to be the one that the service named, see [`User::known_as`].
    ///
    /// # Errors
    ///
    /// What the generator reports; nothing else can fail.
    pub fn start<R: TryCryptoRng + ?Sized>(user: &User, device: &Device, rng: &mut R) -> Result<Self, R::Error> {
        Ok(Self::from_ephemeral(user, device, Ephemeral::generate(rng)?))
    }

    pub(crate) fn from_ephemeral(user: &User, device: &Device, ephemeral: Ephemeral) -> Self {
        Self {
            user: user.clone().with_device_key(device.key()),
            device_key: device.key.clone(),
            device_group_key: device.group_key.clone(),
            ephemeral,
        }
    }

    /// The answer to DEVICE_SRP_AUTH; `session` is that of the reply.
    #[must_use]
    pub fn device_srp_auth(&self, session: Option<&str>) -> ChallengeResponse {
        let srp_a = hex::write(&self.ephemeral.public().to_be_bytes());
        ChallengeResponse::new(ChallengeName::DeviceSrpAuth, session, self.user.parameters().with(key::SRP_A, srp_a))
    }

    /// Proves the device's password: PASSWORD_CLAIM_SIGNATURE over the challenge, at the time `now`.
    ///
    /// Leaks by timing: the lengths of the password and of the names, and how many zero bits the session's S begins with
    /// (up to whole bytes and the sign byte; the service hashes it without them).
    ///
    /// # Errors
    ///
    /// [`Problem::OutOfRange`] for `SRP_B` where u is 0, the service's fault, and for `TIMESTAMP` where four digits do not
    /// hold the year of `now`, the caller's.
    pub fn finish(
        self,
        challenge: &DevicePasswordVerifier,
        password: &DevicePassword,
        now: DateTime<Utc>,
    ) -> Result<ChallengeResponse, Error> {
        let identity = Identity { scope: &self.device_group_key, name: &self.device_key };
        let answer =
            challenge.claim.sign(&self.ephemeral, identity, password.0.as_bytes(), now, self.user.parameters())?;
        Ok(ChallengeResponse::new(ChallengeName::DevicePasswordVerifier, challenge.session.as_deref(), answer))
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The challenge DEVICE_PASSWORD_VERIFIER, read and found safe to answer.
pub struct DevicePasswordVerifier {
    session: Option<String>,
    claim: Claim,
}

impl DevicePasswordVerifier {
    /// Reads ChallengeParameters and Session of a reply: any map of strings, by reference.
    ///
    /// # Errors
    ///
    /// As for [`PasswordVerifier::from_reply`](crate::PasswordVerifier::from_reply), without USER_ID_FOR_SRP.
    pub fn from_reply<'a, K, V>(
        challenge_parameters: impl IntoIterator<Item = (&'a K, &'a V)>,
        session: Option<&str>,
    ) -> Result<Self, Error>
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let parameters = ChallengeParameters::new(challenge_parameters);
        Ok(Self { claim: Claim::from_parameters(&parameters)?, session: session.map(String::from) })
    }
}

impl fmt::Debug for DevicePasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevicePasswordVerifier").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use rand::rngs::SysRng;

    use super::*;

    const SALT: [u8; 16] = [0x41; 16];

    fn device(password: &str) -> Device {
        Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", DevicePassword::new(password))
    }

    fn passes(verifier: &DeviceSecretVerifier) -> bool {
        signs_in(verifier, &device("password"), &mut SysRng).unwrap()
    }

    #[test]
    fn the_self_check_passes_what_signs_in() {
        assert!(passes(&DeviceSecretVerifier::new(&device("password"), &SALT)));
    }

    #[test]
    fn the_self_check_stops_what_does_not_sign_in() {
        let good = DeviceSecretVerifier::new(&device("password"), &SALT);
        let verifiers = [
            ("another password", DeviceSecretVerifier::new(&device("Password"), &SALT)),
            ("another salt", DeviceSecretVerifier { salt: base64::encode(&[0x42; 16]), ..good.clone() }),
            ("a negative salt", DeviceSecretVerifier { salt: base64::encode(&[0xc1; 16]), ..good.clone() }),
            ("an empty salt", DeviceSecretVerifier { salt: String::new(), ..good.clone() }),
            (
                "a negative verifier",
                DeviceSecretVerifier { password_verifier: base64::encode(&[0x80]), ..good.clone() },
            ),
            (
                "a verifier above N",
                DeviceSecretVerifier { password_verifier: base64::encode(&[1; 385]), ..good.clone() },
            ),
            ("a verifier of 0", DeviceSecretVerifier { password_verifier: base64::encode(&[0]), ..good.clone() }),
            ("no base64", DeviceSecretVerifier { password_verifier: "~".into(), ..good }),
        ];
        for (what, verifier) in verifiers {
            assert!(!passes(&verifier), "{what}");
        }
    }

    /// Whatever the generator draws, the salt is one integer however it is read, and the verifier has its sign byte.
    #[test]
    fn an_enrollment_is_canonical() {
        for _ in 0..8 {
            let enrollment =
                NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut SysRng).unwrap();
            let salt = read_positive(&enrollment.verifier.salt).unwrap();
            assert_eq!((salt.len(), salt[0] >> 6), (16, 1));
            let v = read_positive(&enrollment.verifier.password_verifier).unwrap();
            assert!(v[0] != 0 || v[1] >= 0x80, "no zero byte but the sign");
            assert_eq!(enrollment.device.password().expose_secret().len(), 56);
        }
    }
}

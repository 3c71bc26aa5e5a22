//! A new device: its password, and the verifier that ConfirmDevice takes.

use alloc::{string::String, vec::Vec};
use core::fmt;

use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use super::{Device, DevicePassword};
use crate::{
    declassify,
    error::{Error, Problem},
    modpow::Residue,
    srp::{self, Ephemeral},
    wire::{DeviceSecretVerifierConfig, MAX_PARAMETER, base64, text},
};

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
    /// The service's fault: [`Problem::Missing`], [`Problem::Empty`], [`Problem::TooLong`] (a DeviceKey over 55 bytes, a
    /// DeviceGroupKey over 131072, as AWS's model has them), or [`Problem::Malformed`] where a DeviceKey has other
    /// characters than letters, digits, `-` and `_`.
    pub fn from_metadata(device_key: Option<&str>, device_group_key: Option<&str>) -> Result<Self, Error> {
        let read = |name, value: Option<&str>, parse: fn(&str) -> Result<String, Problem>| {
            value.ok_or(Problem::Missing).and_then(parse).map_err(|problem| Error::service(name, problem))
        };
        let key = read("DeviceKey", device_key, parse_device_key)?;
        Ok(Self { key, group_key: read("DeviceGroupKey", device_group_key, text)? })
    }

    /// Makes up a password for the device and the verifier that ConfirmDevice takes.
    ///
    /// The password is the base64 of 40 random bytes, as in AWS's clients; the salt is 16 random bytes of which the first
    /// is 40 to 7f hex, so that it is the same read as bytes, as an unsigned and as a signed integer.
    ///
    /// The service accepts a wrong verifier without a word, and the device can then never sign in. So the text of the
    /// verifier is read back, as the service reads it, and both sides of a handshake are computed with it, before it is handed
    /// out: seven exponentiations in all, about twice the work of a sign-in.
    ///
    /// Leaks nothing of the password; the verifier, which the service is sent, is encoded and read back in variable time.
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
        let salt = declassify::device_salt(salt);

        let device = Device { key: self.key.clone(), group_key: self.group_key.clone(), password };
        let verifier = DeviceSecretVerifierConfig::new(&device, &salt);
        let signs_in = signs_in(&verifier, &device, rng);
        srp::wipe_stack();
        if signs_in.map_err(EnrollError::Rng)? {
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
    pub verifier: DeviceSecretVerifierConfig,
}

impl DeviceSecretVerifierConfig {
    /// v over the device's own names and password; `salt` is an integer in big-endian bytes.
    #[inline(never)] // for the sake of `wipe_stack`
    pub(crate) fn new(device: &Device, salt: &[u8]) -> Self {
        let x = x(device, salt);
        let v = declassify::device_verifier(srp::v(&x).to_be_bytes());
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

/// Reads a DeviceKey: AWS's pattern is `[\w-]+_[0-9a-f-]+`, in at most 55 characters.
fn parse_device_key(key: &str) -> Result<String, Problem> {
    const LIMIT: usize = 55;
    if key.len() > LIMIT {
        return Err(Problem::TooLong { limit: LIMIT });
    }
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if key.bytes().all(is_valid) { text(key) } else { Err(Problem::Malformed) }
}

/// x of a device.
fn x(device: &Device, salt: &[u8]) -> Zeroizing<[u8; 32]> {
    srp::x(salt, &srp::identity_hash(device.identity(), device.password.0.as_bytes()))
}

/// The self-check of [`NewDevice::enroll`]: whether the service, reading this verifier, and this device reach the same K.
#[inline(never)] // for the sake of `wipe_stack`
fn signs_in<R: TryCryptoRng + ?Sized>(
    verifier: &DeviceSecretVerifierConfig,
    device: &Device,
    rng: &mut R,
) -> Result<bool, R::Error> {
    let ephemeral = Ephemeral::generate(rng)?;
    let mut b = Zeroizing::new([0; 32]);
    rng.try_fill_bytes(&mut *b)?;
    let Some((v, salt)) = read(verifier) else { return Ok(false) };
    Ok(srp::sides_agree(&v, &b, &x(device, &salt), &ephemeral).unwrap_or(false))
}

/// v and the salt, as the service reads them.
fn read(verifier: &DeviceSecretVerifierConfig) -> Option<(Residue, Vec<u8>)> {
    let v = Residue::from_public_be_bytes(&read_positive(&verifier.password_verifier)?)?;
    Some((v, read_positive(&verifier.salt)?))
}

/// The integer that the service reads in a member of DeviceSecretVerifierConfig: two's complement, so that a top bit would
/// make it negative.
fn read_positive(text: &str) -> Option<Vec<u8>> {
    base64::decode(text, MAX_PARAMETER).ok().filter(|bytes| bytes.first().is_some_and(|&first| first < 0x80))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use rand::rngs::SysRng;

    use super::*;

    const SALT: [u8; 16] = [0x41; 16];

    fn device(password: &str) -> Device {
        Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", DevicePassword::new(password))
            .unwrap()
    }

    fn passes(verifier: &DeviceSecretVerifierConfig) -> bool {
        signs_in(verifier, &device("password"), &mut SysRng).unwrap()
    }

    #[test]
    fn the_self_check_passes_what_signs_in() {
        assert!(passes(&DeviceSecretVerifierConfig::new(&device("password"), &SALT)));
    }

    #[test]
    fn the_self_check_stops_what_does_not_sign_in() {
        let good = DeviceSecretVerifierConfig::new(&device("password"), &SALT);
        let verifiers = [
            ("another password", DeviceSecretVerifierConfig::new(&device("Password"), &SALT)),
            ("another salt", DeviceSecretVerifierConfig { salt: base64::encode(&[0x42; 16]), ..good.clone() }),
            ("a negative salt", DeviceSecretVerifierConfig { salt: base64::encode(&[0xc1; 16]), ..good.clone() }),
            ("an empty salt", DeviceSecretVerifierConfig { salt: String::new(), ..good.clone() }),
            (
                "a negative verifier",
                DeviceSecretVerifierConfig { password_verifier: base64::encode(&[0x80]), ..good.clone() },
            ),
            (
                "a verifier above N",
                DeviceSecretVerifierConfig { password_verifier: base64::encode(&[1; 385]), ..good.clone() },
            ),
            ("a verifier of 0", DeviceSecretVerifierConfig { password_verifier: base64::encode(&[0]), ..good.clone() }),
            ("no base64", DeviceSecretVerifierConfig { password_verifier: "~".into(), ..good }),
        ];
        for (what, verifier) in verifiers {
            assert!(!passes(&verifier), "{what}");
        }
    }

    #[test]
    fn the_service_reads_a_top_bit_as_a_sign() {
        let read = |bytes: &[u8]| read_positive(&base64::encode(bytes));
        assert_eq!(read(&[0x7f, 0xff]), Some(alloc::vec![0x7f, 0xff]));
        assert_eq!(read(&[0x00, 0x80]), Some(alloc::vec![0x00, 0x80]));
        assert_eq!((read(&[0x80]), read(&[0x80, 0x00]), read(&[0xff])), (None, None, None));
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

//! Remembered devices: what one keeps, how it is enrolled, and how it signs in.

mod enrollment;
mod login;

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

pub use self::{
    enrollment::{EnrollError, Enrollment, NewDevice},
    login::{DeviceLogin, DevicePasswordVerifier},
};
use crate::{
    error::{Error, Problem},
    srp::Identity,
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
/// let device = Device::new("us-west-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3", "-XTIoPyv7Z", stored)?;
/// assert!(!format!("{device:?}").contains("P7ny"));
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Device {
    key: String,
    group_key: String,
    password: DevicePassword,
}

impl Device {
    /// Puts together what was stored.
    ///
    /// # Errors
    ///
    /// [`Problem::Empty`] where one of the keys is empty, the caller's fault.
    pub fn new(key: impl Into<String>, group_key: impl Into<String>, password: DevicePassword) -> Result<Self, Error> {
        let (key, group_key) = (key.into(), group_key.into());
        if key.is_empty() {
            return Err(Error::caller("DeviceKey", Problem::Empty));
        }
        if group_key.is_empty() {
            return Err(Error::caller("DeviceGroupKey", Problem::Empty));
        }
        Ok(Self { key, group_key, password })
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

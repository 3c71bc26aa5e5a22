//! What comes of a step.

use core::fmt;

use super::question::Question;
use crate::{
    device::{Device, EnrollError},
    error::Error,
    pool::User,
    refusal::Refusal,
    wire::{AuthenticationResult, Request},
};

/// What comes next.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver does all three, and the compiler is to see to it")]
pub enum Step {
    /// Send this, and pass on what comes of it: [`SignIn::handle`](crate::SignIn::handle) or
    /// [`SignIn::refused`](crate::SignIn::refused).
    Send(Request),
    /// Ask the person this, and pass on what they say: [`SignIn::answer`](crate::SignIn::answer).
    Ask(Question),
    /// The person is signed in.
    Done(Done),
}

/// How a sign-in ended well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Done {
    /// The tokens. NewDeviceMetadata is there if the service offers to remember a device.
    pub tokens: AuthenticationResult,
    /// The user by the name that the service gave, with a new device's key: to keep a device under, and to use the refresh
    /// token as. Where no challenge gave a name, it is that of the claim `username` in AccessToken.
    pub user: User,
    /// A new device, which ConfirmDevice has confirmed: to be stored, in place of any older one.
    pub new_device: Option<Device>,
    /// Whether the new device is remembered only once UpdateDeviceStatus says so; also where that is not known, see
    /// [`SignIn::refused`](crate::SignIn::refused).
    pub user_confirmation_necessary: bool,
    /// Why a device that was offered and wanted is not remembered. The person is signed in all the same.
    pub device_problem: Option<DeviceProblem>,
    /// Whether the service has forgotten the device that was given last: what is stored of it is of no more use.
    pub device_forgotten: bool,
}

/// Why a new device is not remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceProblem {
    /// NewDeviceMetadata is not right.
    Parameter(Error),
    /// The verifier that was computed does not sign in: see [`EnrollError::SelfCheck`].
    SelfCheck,
    /// The service refused ConfirmDevice.
    Refused(Refusal),
    /// [`SignIn::skip_device`](crate::SignIn::skip_device).
    Skipped,
}

impl fmt::Display for DeviceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::SelfCheck => EnrollError::<Error>::SelfCheck.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Skipped => f.write_str("the device was not confirmed"),
        }
    }
}

/// Why a step could not be taken. The sign-in is as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInError<E> {
    /// Something that was passed in is not right, or does not fit what the sign-in waits for.
    Parameter(Error),
    /// The service refused, and it is not for the sign-in to try again.
    Refused(Refusal),
    /// The service refused the proof of the remembered device; the person's password was right. What is stored of the device is
    /// wrong: [`SignIn::set_device`](crate::SignIn::set_device) to none, and start again.
    DeviceRefused(Refusal),
    /// The random generator failed.
    Rng(E),
}

impl<E> From<Error> for SignInError<E> {
    fn from(error: Error) -> Self {
        Self::Parameter(error)
    }
}

impl<E: fmt::Display> fmt::Display for SignInError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::DeviceRefused(refusal) => write!(f, "the remembered device was refused: {refusal}"),
            Self::Rng(error) => EnrollError::Rng(error).fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for SignInError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Parameter(error) => Some(error),
            Self::Refused(refusal) | Self::DeviceRefused(refusal) => Some(refusal),
            Self::Rng(error) => Some(error),
        }
    }
}

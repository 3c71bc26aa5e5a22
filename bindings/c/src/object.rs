//! What a handle names.

use std::sync::{Mutex, MutexGuard, TryLockError};

use cognito_srp_operations::{DeviceLogin, PasswordLogin, SignIn, Step, StepKind};
use zeroize::Zeroizing;

use crate::{
    status::{Field, Kind},
    trouble::Trouble,
};

/// Whatever is secret in one is wiped when it is dropped. Results do not change, and any number of threads may read them; the
/// others are for one call at a time.
pub(crate) enum Object {
    SignIn(Box<Mutex<SignIn>>),
    PasswordLogin(Box<Mutex<PasswordLogin>>),
    DeviceLogin(Box<Mutex<DeviceLogin>>),
    Step(Step),
    Value(Zeroizing<Vec<u8>>),
    Error(Trouble),
}

impl Object {
    pub(crate) fn sign_in(&self) -> Result<MutexGuard<'_, SignIn>, Trouble> {
        match self {
            Self::SignIn(sign_in) => lock(sign_in),
            _ => Err(Trouble::of_another_kind()),
        }
    }

    pub(crate) fn password_login(&self) -> Result<MutexGuard<'_, PasswordLogin>, Trouble> {
        match self {
            Self::PasswordLogin(login) => lock(login),
            _ => Err(Trouble::of_another_kind()),
        }
    }

    pub(crate) fn device_login(&self) -> Result<MutexGuard<'_, DeviceLogin>, Trouble> {
        match self {
            Self::DeviceLogin(login) => lock(login),
            _ => Err(Trouble::of_another_kind()),
        }
    }

    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Step(step) => match step.kind {
                StepKind::Send => Kind::Send,
                StepKind::Ask => Kind::Ask,
                StepKind::Done => Kind::Done,
            },
            _ => Kind::None,
        }
    }

    /// What C reads of it; `None` where an object of this kind has no such field.
    pub(crate) fn field(&self, field: Field) -> Option<&[u8]> {
        match (self, field) {
            (Self::Step(step), Field::Name) => Some(step.name.as_bytes()),
            (Self::Step(step), Field::Json) => Some(step.json.as_bytes()),
            (Self::Step(step), Field::Target) => Some(step.target.as_bytes()),
            (Self::Value(value), Field::Value) => Some(value),
            (Self::Error(trouble), field) => trouble.field(field).map(str::as_bytes),
            _ => None,
        }
    }
}

/// Does not wait: a thread that holds it computes for milliseconds, and its caller has mixed up its threads.
fn lock<T>(object: &Mutex<T>) -> Result<MutexGuard<'_, T>, Trouble> {
    object.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => Trouble::busy(),
        TryLockError::Poisoned(_) => Trouble::broken(),
    })
}

impl From<Step> for Object {
    fn from(step: Step) -> Self {
        Self::Step(step)
    }
}

impl From<Zeroizing<Vec<u8>>> for Object {
    fn from(value: Zeroizing<Vec<u8>>) -> Self {
        Self::Value(value)
    }
}

impl From<Zeroizing<String>> for Object {
    fn from(mut text: Zeroizing<String>) -> Self {
        Self::Value(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

impl From<&str> for Object {
    fn from(text: &str) -> Self {
        Self::Value(Zeroizing::new(text.into()))
    }
}

impl From<Trouble> for Object {
    fn from(trouble: Trouble) -> Self {
        Self::Error(trouble)
    }
}

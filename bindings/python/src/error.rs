//! Failures, as the exceptions that `cognito_srp._errors` defines.

use std::sync::{Mutex, TryLockError};

use cognito_srp_operations::{Failure, Fallible, Kind};
use pyo3::{prelude::*, types::PyType};

/// What an operation on an object of Python's comes to: as a rule a [`Failure`], else why it was not even tried.
pub(crate) enum Stopped {
    /// As the operation says.
    Failed(Box<Failure>),
    /// Another thread is using the object.
    Busy,
    /// An operation broke off in the middle of its work.
    Broken,
}

impl From<Box<Failure>> for Stopped {
    fn from(failure: Box<Failure>) -> Self {
        Self::Failed(failure)
    }
}

/// Does `work` with what the lock guards, without Python's own lock, and without waiting for another thread.
pub(crate) fn with<T: Send, R: Send>(
    py: Python<'_>,
    lock: &Mutex<T>,
    work: impl FnOnce(&mut T) -> Fallible<R> + Send,
) -> PyResult<R> {
    py.detach(|| match lock.try_lock() {
        Ok(mut guarded) => work(&mut guarded).map_err(Stopped::from),
        Err(TryLockError::WouldBlock) => Err(Stopped::Busy),
        Err(TryLockError::Poisoned(_)) => Err(Stopped::Broken),
    })
    .map_err(|stopped| stopped.raised(py))
}

/// Does `work` that needs nobody's state, without Python's own lock.
pub(crate) fn alone<R: Send>(py: Python<'_>, work: impl FnOnce() -> Fallible<R> + Send) -> PyResult<R> {
    py.detach(work).map_err(|failure| Stopped::from(failure).raised(py))
}

/// A failure that this package finds itself, before an operation is called.
pub(crate) fn new(py: Python<'_>, kind: Kind, parameter: &str, problem: &str, what: &str) -> PyErr {
    raise(py, class_of(kind), (format!("{parameter} {what}"), parameter, problem))
}

impl Stopped {
    fn raised(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Failed(failure) => failed(py, failure),
            Self::Busy => raise(py, "BusyError", ("the object is in use by another thread",)),
            Self::Broken => raise(py, "MachineError", ("an earlier operation on this object broke off",)),
        }
    }
}

fn failed(py: Python<'_>, failure: &Failure) -> PyErr {
    let (class, message) = (class_of(failure.kind), failure.to_string());
    match &failure.refused {
        Some(refused) => {
            raise(py, class, (message, &*refused.name, &*refused.message, &*refused.cause, &*refused.retry))
        }
        None if failure.kind == Kind::Machine => raise(py, class, (message,)),
        None => raise(py, class, (message, failure.parameter.as_deref(), failure.problem)),
    }
}

const fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Argument => "ArgumentError",
        Kind::Reply => "ReplyError",
        Kind::Refused => "RefusedError",
        Kind::DeviceRefused => "DeviceRefusedError",
        Kind::Machine => "MachineError",
    }
}

/// An exception of that class, made of those arguments; or what keeps Python from making one.
fn raise<'py>(py: Python<'py>, class: &str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let class = py.import("cognito_srp._errors")?.getattr(class)?;
        Ok(PyErr::from_value(class.cast_into::<PyType>()?.call1(arguments)?))
    };
    made().unwrap_or_else(|error| error)
}

//! Text and time, as they come in.

use cognito_srp_operations::Kind;
use pyo3::{
    prelude::*,
    types::{PyInt, PyString},
};

use crate::error;

/// The text of a Python string, which is lent and not copied.
pub(crate) fn text<'a>(name: &'static str, value: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    text_of(Kind::Argument, name, value)
}

/// The same, and whose fault it is where it is no text.
///
/// Python's own error for half a surrogate pair would carry the string, and with it a password.
pub(crate) fn text_of<'a>(fault: Kind, name: &str, value: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    value.to_str().map_err(|_| error::new(value.py(), fault, name, "Malformed", "has what is no character in it"))
}

/// A time in seconds, however far from now.
pub(crate) fn seconds(value: &Bound<'_, PyInt>) -> PyResult<i64> {
    value.extract().map_err(|_| error::new(value.py(), Kind::Argument, "now", "OutOfRange", "is out of range"))
}

//! What needs no state.

use cognito_srp_operations::{self as operations, arithmetic};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyString},
};

use crate::{error, json, text::text};

/// base^exponent mod N.
#[pyfunction]
pub(crate) fn modpow<'py>(py: Python<'py>, base: &[u8], exponent: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let power = error::alone(py, || arithmetic::modpow(base, exponent))?;
    Ok(PyBytes::new(py, &power))
}

/// S.
#[pyfunction]
pub(crate) fn compute_s<'py>(py: Python<'py>, a: &[u8], b: &[u8], u: &[u8], x: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let s = error::alone(py, || arithmetic::compute_s(a, b, u, x))?;
    Ok(PyBytes::new(py, &s))
}

/// The key of PASSWORD_CLAIM_SIGNATURE.
#[pyfunction]
pub(crate) fn claim_key<'py>(
    py: Python<'py>,
    a: &[u8],
    b: &[u8],
    salt: &[u8],
    scope: &Bound<'py, PyString>,
    name: &Bound<'py, PyString>,
    password: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (scope, name, password) = (text("scope", scope)?, text("name", name)?, text("password", password)?);
    let key = error::alone(py, || arithmetic::claim_key(a, b, salt, scope, name, password))?;
    Ok(PyBytes::new(py, &key))
}

/// DeviceSecretVerifierConfig for a salt that is given.
#[pyfunction]
pub(crate) fn device_verifier<'py>(
    py: Python<'py>,
    device_key: &Bound<'py, PyString>,
    device_group_key: &Bound<'py, PyString>,
    device_password: &Bound<'py, PyString>,
    salt: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    let (key, group_key) = (text("DeviceKey", device_key)?, text("DeviceGroupKey", device_group_key)?);
    let password = text("DevicePassword", device_password)?;
    let verifier = error::alone(py, || arithmetic::device_verifier(key, group_key, password, salt))?;
    json::read(py, &verifier)
}

/// A password and a verifier for a new device.
#[pyfunction]
pub(crate) fn enroll_device<'py>(
    py: Python<'py>,
    device_key: &Bound<'py, PyString>,
    device_group_key: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let (key, group_key) = (text("DeviceKey", device_key)?, text("DeviceGroupKey", device_group_key)?);
    let enrolled = error::alone(py, || operations::enroll_device(key, group_key))?;
    json::read(py, &enrolled)
}

/// SECRET_HASH.
#[pyfunction]
pub(crate) fn secret_hash(
    py: Python<'_>,
    username: &Bound<'_, PyString>,
    client_id: &Bound<'_, PyString>,
    client_secret: &Bound<'_, PyString>,
) -> PyResult<String> {
    let (username, client_id) = (text("Username", username)?, text("ClientId", client_id)?);
    let client_secret = text("ClientSecret", client_secret)?;
    error::alone(py, || operations::secret_hash(username, client_id, client_secret))
}

/// The name of the kernel.
#[pyfunction]
pub(crate) fn kernel() -> String {
    operations::kernel()
}

/// The version that all packages share.
#[pyfunction]
pub(crate) const fn version() -> &'static str {
    operations::VERSION
}

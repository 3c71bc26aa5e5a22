//! Single steps over SRP.

use std::sync::Mutex;

use cognito_srp_operations as operations;
use pyo3::{
    prelude::*,
    types::{PyDict, PyInt, PyString},
};

use crate::{
    error, json,
    text::{seconds, text},
};

/// A login with a password: SRP_A, and one claim.
#[pyclass(frozen, module = "cognito_srp._native")]
pub(crate) struct PasswordLogin {
    login: Mutex<operations::PasswordLogin>,
    #[pyo3(get)]
    srp_a: Py<PyString>,
}

#[pymethods]
impl PasswordLogin {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>, a: Option<&[u8]>) -> PyResult<Self> {
        let options = json::options(options)?;
        let login = error::alone(py, || operations::PasswordLogin::new(&options, a))?;
        Ok(Self { srp_a: PyString::new(py, login.srp_a()).unbind(), login: Mutex::new(login) })
    }

    fn claim<'py>(
        &self,
        py: Python<'py>,
        challenge: &Bound<'py, PyDict>,
        password: &Bound<'py, PyString>,
        now: &Bound<'py, PyInt>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (challenge, now) = (json::received("challenge", challenge)?, seconds(now)?);
        let password = text("password", password)?;
        let claim = error::with(py, &self.login, |login| login.claim(&challenge, password, now))?;
        json::read(py, &claim)
    }
}

/// A remembered device's login: SRP_A, and one claim.
#[pyclass(frozen, module = "cognito_srp._native")]
pub(crate) struct DeviceLogin {
    login: Mutex<operations::DeviceLogin>,
    #[pyo3(get)]
    srp_a: Py<PyString>,
}

#[pymethods]
impl DeviceLogin {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>, a: Option<&[u8]>) -> PyResult<Self> {
        let options = json::options(options)?;
        let login = error::alone(py, || operations::DeviceLogin::new(&options, a))?;
        Ok(Self { srp_a: PyString::new(py, login.srp_a()).unbind(), login: Mutex::new(login) })
    }

    fn claim<'py>(
        &self,
        py: Python<'py>,
        challenge: &Bound<'py, PyDict>,
        now: &Bound<'py, PyInt>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (challenge, now) = (json::received("challenge", challenge)?, seconds(now)?);
        let claim = error::with(py, &self.login, |login| login.claim(&challenge, now))?;
        json::read(py, &claim)
    }
}

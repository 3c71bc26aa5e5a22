//! The conversation.

use std::sync::Mutex;

use cognito_srp_operations::{self as operations, Fallible, Step, StepKind};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyInt, PyString},
};

use crate::{
    error, json,
    text::{seconds, text},
};

/// What comes next: `send`, `ask` or `done`; the operation or the question; what is in it.
type Next<'py> = (&'static str, &'static str, Bound<'py, PyAny>);

/// A sign-in, with AWS's names for its options.
#[pyclass(frozen, module = "cognito_srp._native")]
pub(crate) struct SignIn(Mutex<operations::SignIn>);

#[pymethods]
impl SignIn {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let options = json::options(options)?;
        Ok(Self(Mutex::new(error::alone(py, || operations::SignIn::new(&options))?)))
    }

    #[staticmethod]
    fn restore(py: Python<'_>, state: &[u8], options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let options = json::options(options)?;
        Ok(Self(Mutex::new(error::alone(py, || operations::SignIn::restore(state, &options))?)))
    }

    fn start<'py>(&self, py: Python<'py>) -> PyResult<Next<'py>> {
        self.step(py, operations::SignIn::start)
    }

    fn handle<'py>(
        &self,
        py: Python<'py>,
        response: &Bound<'py, PyDict>,
        now: &Bound<'py, PyInt>,
    ) -> PyResult<Next<'py>> {
        let (reply, now) = (json::received("response", response)?, seconds(now)?);
        self.step(py, |sign_in| sign_in.handle(&reply, now))
    }

    fn refused<'py>(&self, py: Python<'py>, refusal: &Bound<'py, PyDict>) -> PyResult<Next<'py>> {
        let refusal = json::received("error", refusal)?;
        self.step(py, |sign_in| sign_in.refused(&refusal))
    }

    fn answer<'py>(
        &self,
        py: Python<'py>,
        answer: &Bound<'py, PyString>,
        user_attributes: Option<&Bound<'py, PyDict>>,
        now: &Bound<'py, PyInt>,
    ) -> PyResult<Next<'py>> {
        let (answer, now) = (text("answer", answer)?, seconds(now)?);
        let attributes = user_attributes.map(|given| json::written("UserAttributes", given)).transpose()?;
        let attributes = attributes.as_deref().map(String::as_str);
        self.step(py, |sign_in| sign_in.answer(answer, attributes, now))
    }

    fn question<'py>(&self, py: Python<'py>) -> PyResult<Option<Next<'py>>> {
        let step = error::with(py, &self.0, |sign_in| Ok(sign_in.question()))?;
        step.map(|step| next(py, &step)).transpose()
    }

    fn set_device(&self, py: Python<'_>, device: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let device = device.map(|given| json::written("Device", given)).transpose()?;
        error::with(py, &self.0, |sign_in| sign_in.set_device(device.as_deref().map(String::as_str)))
    }

    fn skip_device<'py>(&self, py: Python<'py>) -> PyResult<Option<Next<'py>>> {
        let step = error::with(py, &self.0, |sign_in| Ok(sign_in.skip_device()))?;
        step.map(|step| next(py, &step)).transpose()
    }

    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let state = error::with(py, &self.0, |sign_in| Ok(sign_in.save()))?;
        Ok(PyBytes::new(py, &state))
    }
}

impl SignIn {
    fn step<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&mut operations::SignIn) -> Fallible<Step> + Send,
    ) -> PyResult<Next<'py>> {
        next(py, &error::with(py, &self.0, work)?)
    }
}

fn next<'py>(py: Python<'py>, step: &Step) -> PyResult<Next<'py>> {
    let kind = match step.kind {
        StepKind::Send => "send",
        StepKind::Ask => "ask",
        StepKind::Done => "done",
    };
    Ok((kind, step.name, json::read(py, &step.json)?))
}

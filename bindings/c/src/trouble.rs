//! Why a call did nothing: what an error object holds.

use std::borrow::Cow;

use cognito_srp_operations::{Failure, Kind, Refused};

use crate::status::{Field, Status};

/// Never with a value that was passed in.
pub(crate) struct Trouble {
    pub(crate) status: Status,
    message: Cow<'static, str>,
    parameter: Cow<'static, str>,
    problem: &'static str,
    refused: Option<Box<Refused>>,
}

impl Trouble {
    /// Something is wrong with an argument, which is named as in the header.
    pub(crate) fn argument(parameter: &'static str, problem: &'static str, what: &str) -> Self {
        Self::of(Status::Argument, parameter, problem, format!("{parameter} {what}"))
    }

    /// Something is wrong with what the service said.
    pub(crate) fn reply(problem: &'static str, what: &str) -> Self {
        Self::of(Status::Reply, "body", problem, format!("body {what}"))
    }

    pub(crate) fn no_object() -> Self {
        Self::of(Status::Handle, "handle", "Unknown", "the handle names no object: it was freed, or never given out")
    }

    pub(crate) fn of_another_kind() -> Self {
        Self::of(Status::Handle, "handle", "Mismatch", "the handle names an object of another kind")
    }

    pub(crate) fn busy() -> Self {
        Self::of(Status::Busy, "handle", "Unexpected", "another thread is using the object")
    }

    pub(crate) fn broken() -> Self {
        Self::of(Status::Panic, "handle", "Damaged", "the object was in a call that ended in a bug of the library")
    }

    fn of(
        status: Status,
        parameter: &'static str,
        problem: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, message: message.into(), parameter: parameter.into(), problem, refused: None }
    }

    /// What C reads of it; `None` where an error has no such field.
    pub(crate) fn field(&self, field: Field) -> Option<&str> {
        let refused = |part: fn(&Refused) -> &str| self.refused.as_deref().map_or("", part);
        Some(match field {
            Field::Message => &self.message,
            Field::Parameter => &self.parameter,
            Field::Problem => self.problem,
            Field::Cause => refused(|refused| &refused.cause),
            Field::Retry => refused(|refused| &refused.retry),
            Field::ServiceError => refused(|refused| &refused.name),
            Field::ServiceMessage => refused(|refused| &refused.message),
            Field::Name | Field::Target | Field::Json | Field::Value => return None,
        })
    }
}

impl From<Box<Failure>> for Trouble {
    fn from(failure: Box<Failure>) -> Self {
        Self {
            status: match failure.kind {
                Kind::Argument => Status::Argument,
                Kind::Reply => Status::Reply,
                Kind::Refused => Status::Refused,
                Kind::DeviceRefused => Status::DeviceRefused,
                Kind::Machine => Status::Machine,
            },
            message: failure.to_string().into(),
            parameter: failure.parameter.unwrap_or_default(),
            problem: failure.problem.unwrap_or_default(),
            refused: failure.refused,
        }
    }
}

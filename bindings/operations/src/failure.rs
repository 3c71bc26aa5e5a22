//! What went wrong, in words that every language has.

use alloc::{
    borrow::Cow,
    boxed::Box,
    format,
    string::{String, ToString as _},
};
use core::fmt;

use cognito_srp_core::{EnrollError, Error, Fault, Problem, Refusal, SignInError};
use getrandom::Error as RngError;

/// Why an operation did nothing. It never holds a value that was passed in, but for the name of an unknown option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Whose fault it is.
    pub kind: Kind,
    /// The parameter at fault, by Cognito's name for it.
    pub parameter: Option<Cow<'static, str>>,
    /// What is wrong with it: the name of a [`Problem`], such as `TooLong`.
    pub problem: Option<&'static str>,
    /// What the service refused with.
    pub refused: Option<Box<Refused>>,
    message: String,
}

/// Whose fault a [`Failure`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "each language has its own error for each, and the compiler is to see to it"
)]
pub enum Kind {
    /// The caller's: an argument is wrong, or the call does not fit what the object is waiting for.
    Argument = 1,
    /// The service's: its reply cannot be understood, or must not be answered.
    Reply = 2,
    /// None: the service refused.
    Refused = 3,
    /// The service refused the remembered device, whose stored password is wrong. The person's own was right.
    DeviceRefused = 4,
    /// The machine's: it gave no random bytes, or miscalculated.
    Machine = 5,
}

/// A refusal of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The service's name for it, such as `NotAuthorizedException`.
    pub name: String,
    /// Its text.
    pub message: String,
    /// What the two mean: the name of a [`Cause`](cognito_srp_core::Cause), such as `WrongUserOrPassword`.
    pub cause: String,
    /// Whether trying again can help: the name of a [`Retry`](cognito_srp_core::Retry), such as `StartAgain`.
    pub retry: String,
}

/// What an operation comes to: its failure is in a box, because it goes through many hands that only hand it on.
pub type Fallible<T> = Result<T, Box<Failure>>;

impl Failure {
    #[cold]
    pub(crate) fn argument(parameter: &'static str, problem: &'static str, what: &str) -> Box<Self> {
        Self::argument_named(parameter.into(), problem, what)
    }

    /// The same where the name is the caller's.
    #[cold]
    pub(crate) fn argument_named(parameter: Cow<'static, str>, problem: &'static str, what: &str) -> Box<Self> {
        Box::new(Self {
            kind: Kind::Argument,
            message: [&parameter, " ", what].concat(),
            parameter: Some(parameter),
            problem: Some(problem),
            refused: None,
        })
    }

    /// The reply is not the one that the object is waiting for.
    #[cold]
    pub(crate) fn unexpected_reply(parameter: &'static str) -> Box<Self> {
        let mut failure = Self::argument(parameter, "Unexpected", "does not fit what the sign-in is waiting for");
        failure.kind = Kind::Reply;
        failure
    }

    #[cold]
    pub(crate) fn too_long(parameter: &'static str, limit: usize) -> Box<Self> {
        Self::argument(parameter, "TooLong", &format!("is longer than {limit} bytes"))
    }

    #[cold]
    pub(crate) fn out_of_range(parameter: &'static str) -> Box<Self> {
        Self::argument(parameter, "OutOfRange", "is out of range")
    }

    fn machine(error: impl fmt::Display) -> Box<Self> {
        Box::new(Self {
            kind: Kind::Machine,
            message: error.to_string(),
            parameter: None,
            problem: None,
            refused: None,
        })
    }

    fn refused(kind: Kind, message: String, refusal: &Refusal) -> Box<Self> {
        let cause = refusal.cause();
        let refused = Refused {
            name: refusal.name().into(),
            message: refusal.message().into(),
            cause: format!("{cause:?}"),
            retry: format!("{:?}", cause.retry()),
        };
        Box::new(Self { kind, message, parameter: None, problem: None, refused: Some(Box::new(refused)) })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Failure {}

impl From<Error> for Box<Failure> {
    #[cold]
    fn from(error: Error) -> Self {
        Self::new(Failure {
            kind: if error.fault() == Fault::Service { Kind::Reply } else { Kind::Argument },
            parameter: Some(error.parameter().into()),
            problem: Some(name(error.problem())),
            refused: None,
            message: error.to_string(),
        })
    }
}

impl From<RngError> for Box<Failure> {
    fn from(error: RngError) -> Self {
        Failure::machine(EnrollError::Rng(error))
    }
}

impl From<EnrollError<RngError>> for Box<Failure> {
    fn from(error: EnrollError<RngError>) -> Self {
        Failure::machine(error)
    }
}

impl From<SignInError<RngError>> for Box<Failure> {
    fn from(error: SignInError<RngError>) -> Self {
        let message = error.to_string();
        match error {
            SignInError::Parameter(error) => error.into(),
            SignInError::Refused(refusal) => Failure::refused(Kind::Refused, message, &refusal),
            SignInError::DeviceRefused(refusal) => Failure::refused(Kind::DeviceRefused, message, &refusal),
            _ => Failure::machine(message),
        }
    }
}

const fn name(problem: Problem) -> &'static str {
    match problem {
        Problem::Missing => "Missing",
        Problem::Empty => "Empty",
        Problem::TooLong { .. } => "TooLong",
        Problem::NotHex => "NotHex",
        Problem::NotBase64 => "NotBase64",
        Problem::Malformed => "Malformed",
        Problem::OutOfRange => "OutOfRange",
        Problem::NotJson => "NotJson",
        Problem::Unknown => "Unknown",
        Problem::Unexpected => "Unexpected",
        Problem::TooDeep => "TooDeep",
        Problem::Unsupported => "Unsupported",
        Problem::Damaged => "Damaged",
        Problem::Mismatch => "Mismatch",
        Problem::OtherVersion => "OtherVersion",
        _ => "Other",
    }
}

//! What can be wrong, with which parameter, and whose fault it is.

use core::fmt;

/// Why a value was refused. Small, and never holds the value itself.
///
/// ```
/// use cognito_srp_core::{Fault, Problem, UserPoolId};
///
/// let error = UserPoolId::parse("us-east-1").unwrap_err();
/// assert_eq!((error.parameter(), error.problem(), error.fault()), ("UserPoolId", Problem::Malformed, Fault::Caller));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    parameter: &'static str,
    problem: Problem,
    fault: Fault,
}

impl Error {
    pub(crate) const fn caller(parameter: &'static str, problem: Problem) -> Self {
        Self { parameter, problem, fault: Fault::Caller }
    }

    pub(crate) const fn service(parameter: &'static str, problem: Problem) -> Self {
        Self { parameter, problem, fault: Fault::Service }
    }

    /// The parameter at fault, by Cognito's name for it.
    #[must_use]
    pub const fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// Who supplied it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.fault {
            Fault::Caller => "given by the caller",
            Fault::Service => "in the service's reply",
        };
        write!(f, "{} {whose} {}", self.parameter, self.problem)
    }
}

impl core::error::Error for Error {}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It is not there.
    Missing,
    /// It is there and empty.
    Empty,
    /// It is longer than any honest value; found by its length alone, before it is read.
    TooLong {
        /// The longest that is accepted, in bytes of its text.
        limit: usize,
    },
    /// It has a character that is not a hexadecimal digit: a sign, white space and `0x` are among these.
    NotHex,
    /// It is not base64 as RFC 4648 section 4 writes it: padded, canonical, without white space.
    NotBase64,
    /// It does not have the form that AWS gives it: the pattern of an identifier, or the type of a member of JSON.
    Malformed,
    /// It is well formed, but outside the range that is safe to compute with: for `SRP_B`, not in 1..N-1, or such that u
    /// is 0; for `TIMESTAMP`, a year outside 1583 to 9999.
    OutOfRange,
    /// It is not a JSON object.
    NotJson,
    /// It is not a name that this version of the library knows.
    Unknown,
    /// It does not fit what the sign-in is waiting for. The sign-in goes on waiting.
    Unexpected,
    /// It is JSON that is nested deeper than any honest reply.
    TooDeep,
    /// It offers nothing that this library can do.
    Unsupported,
    /// It is not what [`SignIn::save`](crate::SignIn::save) wrote.
    Damaged,
    /// It is not the one that the state was saved with.
    Mismatch,
    /// It was written by a version of the library whose saved states this one does not read.
    OtherVersion,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Empty => f.write_str("is empty"),
            Self::TooLong { limit } => write!(f, "is longer than {limit} bytes"),
            Self::NotHex => f.write_str("is not hexadecimal"),
            Self::NotBase64 => f.write_str("is not canonical base64"),
            Self::Malformed => f.write_str("is not of the form that AWS defines"),
            Self::OutOfRange => f.write_str("is out of range"),
            Self::NotJson => f.write_str("is not a JSON object"),
            Self::Unknown => f.write_str("is not a name that this version knows"),
            Self::Unexpected => f.write_str("does not fit what the sign-in is waiting for"),
            Self::TooDeep => f.write_str("is nested too deeply"),
            Self::Unsupported => f.write_str("offers nothing that is supported"),
            Self::Damaged => f.write_str("is damaged"),
            Self::Mismatch => f.write_str("is not the one that the state was saved with"),
            Self::OtherVersion => f.write_str("was saved by another version"),
        }
    }
}

/// Whose fault an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The program that calls this library, or its configuration.
    Caller,
    /// The service, or whoever answers in its place. Trying again with the same reply cannot help.
    Service,
}

//! What the service refuses with: AWS's error names and texts.

use std::{error, fmt};

/// An error of the service, as its API words it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The API's name for it, for instance `NotAuthorizedException`.
    pub name: &'static str,
    /// The text beside it.
    pub message: String,
}

impl ServiceError {
    /// Returns the status the HTTP API answers with.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if self.name == "InternalErrorException" { 500 } else { 400 }
    }

    pub(crate) fn new(name: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { name, message }
    }

    pub(crate) fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub(crate) fn incorrect_username_or_password() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub(crate) fn invalid_session() -> Self {
        Self::not_authorized("Invalid session for the user.")
    }

    pub(crate) fn invalid_access_token() -> Self {
        Self::not_authorized("Invalid Access Token")
    }

    pub(crate) fn invalid_refresh_token() -> Self {
        Self::not_authorized("Invalid Refresh Token.")
    }

    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {name}"))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    pub(crate) fn no_such_device() -> Self {
        Self::not_found("Device does not exist.")
    }

    pub(crate) fn no_such_user() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    pub(crate) fn code_mismatch() -> Self {
        Self::new("CodeMismatchException", "Invalid code received for user")
    }

    pub(crate) fn invalid_password(complaint: &str) -> Self {
        let message = format!("Password did not conform with policy: {complaint}");
        Self::new("InvalidPasswordException", message)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl error::Error for ServiceError {}

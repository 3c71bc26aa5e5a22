//! What the service refused with: its name and text read as a cause, and whether trying again can help.
//!
//! The API has one name for many causes: `NotAuthorizedException` is said of a wrong password, of a wrong SECRET_HASH and of
//! an expired Session, and only the English text beside it tells them apart. AWS promises nothing about these texts. So one
//! that is not recognised gets a cause that claims no more than the name does.

use alloc::string::String;
use core::fmt;

/// An error of the service, as it came.
///
/// Its two parts are `__type` and `message` in the JSON, and `code()` and `message()` in AWS's SDK for Rust.
///
/// ```
/// use cognito_srp_core::{Cause, Refusal};
///
/// let refusal = Refusal::new("ResourceNotFoundException", "Device does not exist.");
/// assert_eq!(refusal.cause(), Cause::UnknownDevice);
/// assert_eq!(refusal.to_string(), "ResourceNotFoundException: Device does not exist.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    name: String,
    message: String,
}

impl Refusal {
    /// The name may be bare, or as it is in `__type` (behind a namespace and `#`) or in the header `x-amzn-ErrorType`
    /// (before a colon).
    #[must_use]
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into() }
    }

    /// The name as it came.
    #[must_use]
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The text as it came.
    #[must_use]
    pub const fn message(&self) -> &str {
        self.message.as_str()
    }

    /// What the two mean. Of a long text only the beginning is read.
    #[must_use]
    pub fn cause(&self) -> Cause {
        let name = bare(&self.name);
        let text = self.message.as_bytes();
        let text = &text[..text.len().min(READ)];
        let row = TABLE.iter().find(|&&(known, pattern, _)| known == name && fits(pattern, text));
        row.map_or(Cause::Unknown, |&(_, _, cause)| cause)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            "" => f.write_str(&self.name),
            message => write!(f, "{}: {message}", self.name),
        }
    }
}

impl core::error::Error for Refusal {}

/// Whether trying again can help. It never promises to.
///
/// ```
/// use cognito_srp_core::{Refusal, Retry};
///
/// let refusal = Refusal::new("CodeMismatchException", "Invalid code or auth state for the user.");
/// assert_eq!(refusal.cause().retry(), Retry::AnotherAnswer);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// No, as long as nobody changes something: the program, the user's account, the pool. Also where nothing is known.
    No,
    /// The question still stands: another answer, with the same Session.
    AnotherAnswer,
    /// A new sign-in, from its first request: over SRP with a new SRP_A.
    StartAgain,
    /// The same, after a wait that is longer each time.
    StartAgainLater,
    /// The very same request, after a wait that is longer each time. A Session may expire meanwhile.
    SameRequestLater,
}

macro_rules! causes {
    ($($(#[$doc:meta])* $Cause:ident, $Retry:ident, $text:literal;)*) => {
        /// Why the service refused, as far as it tells.
        ///
        /// ```
        /// use cognito_srp_core::{Cause, Refusal};
        ///
        /// let refusal = Refusal::new("NotAuthorizedException", "Password attempts exceeded");
        /// assert_eq!(refusal.cause(), Cause::AttemptsExceeded);
        /// assert_eq!(refusal.cause().to_string(), "there were too many wrong attempts");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cause {
            $(
                #[doc = concat!("Means: ", $text, ".")]
                #[doc = ""]
                $(#[$doc])*
                #[doc = ""]
                #[doc = concat!("Trying again: [`Retry::", stringify!($Retry), "`].")]
                $Cause,
            )*
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &[Self] = &[$(Self::$Cause),*];

            /// Whether trying again can help.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$Cause => Retry::$Retry,)* }
            }
        }

        impl fmt::Display for Cause {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$Cause => $text,)* })
            }
        }
    };
}

causes! {
    // The user
    /// The service says the same of any other signature that it cannot verify, of a custom challenge that was failed, and
    /// of an unknown user, where the app client has PreventUserExistenceErrors.
    WrongUserOrPassword, StartAgain, "the user name or the password is wrong";
    UnknownUser, StartAgain, "there is no such user";
    UserDisabled, No, "an administrator has disabled the user";
    /// ConfirmSignUp comes first.
    UserNotConfirmed, No, "the user has not confirmed the account";
    /// ForgotPassword comes first.
    PasswordResetRequired, No, "the password has to be reset first";
    /// An administrator has to set another (AdminCreateUser with RESEND, or AdminSetUserPassword).
    TemporaryPasswordExpired, No, "the temporary password has expired";
    /// Until the wait is over the right password is refused as well. After five wrong ones AWS makes it a second, and twice
    /// as long with each further attempt, up to about 15 minutes.
    AttemptsExceeded, StartAgainLater, "there were too many wrong attempts";
    /// The pool's threat protection took it for an attack.
    Blocked, No, "the attempt is blocked for security reasons";
    AliasExists, No, "another user has this name, e-mail address or phone number";

    // The challenge
    WrongCode, AnotherAnswer, "the code is wrong";
    /// An authenticator app has the next one within 30 seconds.
    UsedCode, AnotherAnswer, "the code was used before";
    ExpiredCode, StartAgain, "the code has expired";
    CodeNotSent, StartAgainLater, "the code could not be sent";
    InvalidSession, StartAgain, "the Session is expired, used or not of this challenge";
    PasswordPolicy, AnotherAnswer, "the new password does not satisfy the pool's policy";
    /// The message names it; the answer to NEW_PASSWORD_REQUIRED can bring it.
    MissingAttribute, AnotherAnswer, "the user lacks an attribute that the pool requires";
    MfaMethodNotFound, No, "the user has not set up this second factor";

    // The device
    /// It was forgotten, or enrolled under another name of the user. Forget it here too, and start without DEVICE_KEY.
    UnknownDevice, StartAgain, "the service does not know the device";
    DeviceExists, No, "the device is confirmed already";

    // The tokens
    /// In a pool that remembers devices the service also says so of a refresh without DEVICE_KEY.
    InvalidToken, StartAgain, "the access or refresh token is invalid, expired or revoked";

    // The app client and the pool
    /// It is not over the USERNAME of the same request, not with this client's secret, or the client has none.
    WrongSecretHash, No, "SECRET_HASH is wrong";
    MissingSecretHash, No, "SECRET_HASH is missing";
    FlowNotEnabled, No, "the app client or the pool does not allow this flow";
    UnknownPoolOrClient, No, "there is no such user pool or app client";
    PoolConfiguration, No, "the user pool is not set up for this";
    /// The message brings what it said.
    TriggerRefused, No, "a Lambda trigger of the pool refused";
    TriggerFailed, StartAgainLater, "a Lambda trigger of the pool failed";

    // The request
    TimestampNotUnderstood, No, "TIMESTAMP is not of the form that the service reads";
    /// The message names it.
    MissingParameter, No, "a parameter is missing";
    InvalidParameter, No, "a parameter is invalid";
    /// The pool has a web ACL (AWS WAF).
    Forbidden, No, "a firewall rule of the pool forbids the request";
    /// Only operations that want AWS credentials say so: the Admin ones.
    AwsCredentials, No, "the AWS credentials are wrong, or do not allow this";

    // The service
    TooManyRequests, SameRequestLater, "there were too many requests";
    Conflict, SameRequestLater, "another request changed the same thing at the same time";
    InternalError, SameRequestLater, "the service failed";

    // What the name says, where the text says no more
    LimitExceeded, No, "a limit is exceeded";
    NotAuthorized, No, "the service does not say why";
    NotFound, No, "something that the request names does not exist";
    /// The name is of no error that this version of the library knows.
    Unknown, No, "unknown";
}

/// The bare name: what is before a colon or a comma, and of that what is behind a `#`. AWS's own clients read it so.
fn bare(name: &str) -> &str {
    if name.len() > LONGEST_NAME {
        return "";
    }
    let shape = name.split([':', ',']).next().unwrap_or_default();
    shape.rsplit('#').next().unwrap_or_default()
}

/// Whether a text begins as a pattern does. Case does not count: emulators differ in it.
fn fits(pattern: &str, text: &[u8]) -> bool {
    let begins =
        |text: &[u8], start: &str| text.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start.as_bytes()));
    match pattern.split_once('*') {
        None => begins(text, pattern),
        Some((start, rest)) => begins(text, start) && (start.len()..text.len()).any(|i| begins(&text[i..], rest)),
    }
}

/// Longer than any namespace or header around a name, in bytes.
const LONGEST_NAME: usize = 256;

/// How much of a text is read, in bytes: the longest client id has 128, and the longest pattern 80.
const READ: usize = 256;

/// Name, beginning of the text, cause; the first row that fits is taken. A `*` stands for anything: ids, names.
///
/// The names are those of AWS's API model, and of errors that all its services have. The texts are AWS's, as the issue
/// trackers of its clients quote them; beside a row that only an emulator needs stands which. Where texts differ in their
/// ends, as with a full stop or without, the row has what they have in common.
const TABLE: &[(&str, &str, Cause)] = &[
    ("NotAuthorizedException", "Incorrect username or password", Cause::WrongUserOrPassword),
    ("NotAuthorizedException", "User is disabled", Cause::UserDisabled),
    ("NotAuthorizedException", "Temporary password has expired", Cause::TemporaryPasswordExpired),
    ("NotAuthorizedException", "User account has expired", Cause::TemporaryPasswordExpired), // before 2020
    ("NotAuthorizedException", "Password attempts exceeded", Cause::AttemptsExceeded),
    ("NotAuthorizedException", "Max authentication attempts exceeded", Cause::AttemptsExceeded), // ministack
    ("NotAuthorizedException", "Unable to login because of security reasons", Cause::Blocked),
    ("NotAuthorizedException", "Request not allowed due to security reasons", Cause::Blocked),
    // It goes on: "for the user.", "for the user, session is expired.", "for the user, session can only be used once.",
    // "provided for the user."
    ("NotAuthorizedException", "Invalid session", Cause::InvalidSession),
    ("NotAuthorizedException", "Session has expired", Cause::InvalidSession), // ministack
    ("NotAuthorizedException", "Unable to verify secret hash", Cause::WrongSecretHash),
    ("NotAuthorizedException", "SecretHash does not match", Cause::WrongSecretHash), // REFRESH_TOKEN_AUTH
    ("NotAuthorizedException", "Client * is configured with secret but SECRET_HASH was not", Cause::MissingSecretHash),
    ("NotAuthorizedException", "Client * is configured for secret but secret was not", Cause::MissingSecretHash),
    ("NotAuthorizedException", "Invalid Access Token", Cause::InvalidToken),
    ("NotAuthorizedException", "Access Token ", Cause::InvalidToken), // "has expired", "has been revoked"
    ("NotAuthorizedException", "Could not verify signature for Access Token", Cause::InvalidToken),
    ("NotAuthorizedException", "Missing access token", Cause::InvalidToken), // ministack
    ("NotAuthorizedException", "Invalid Refresh Token", Cause::InvalidToken),
    ("NotAuthorizedException", "Refresh Token ", Cause::InvalidToken), // "has expired", "has been revoked"
    ("NotAuthorizedException", "The user has been deleted for the associated", Cause::InvalidToken), // ministack
    ("NotAuthorizedException", "", Cause::NotAuthorized),
    ("UnauthorizedException", "", Cause::InvalidToken),
    ("RefreshTokenReuseException", "", Cause::InvalidToken),
    ("UserNotFoundException", "", Cause::UnknownUser),
    ("UserNotConfirmedException", "", Cause::UserNotConfirmed),
    ("PasswordResetRequiredException", "", Cause::PasswordResetRequired),
    ("AliasExistsException", "", Cause::AliasExists),
    ("UsernameExistsException", "", Cause::AliasExists),
    ("TooManyFailedAttemptsException", "", Cause::AttemptsExceeded),
    ("LimitExceededException", "Attempt limit exceeded", Cause::AttemptsExceeded),
    ("LimitExceededException", "", Cause::LimitExceeded),
    ("CodeMismatchException", "Invalid session", Cause::InvalidSession),
    ("CodeMismatchException", "", Cause::WrongCode),
    ("EnableSoftwareTokenMFAException", "No software token MFA", Cause::MfaMethodNotFound), // ministack
    ("EnableSoftwareTokenMFAException", "", Cause::WrongCode), // "Code mismatch and fail enable Software Token MFA"
    ("ExpiredCodeException", "Your software token has already been used", Cause::UsedCode),
    ("ExpiredCodeException", "", Cause::ExpiredCode),
    ("CodeDeliveryFailureException", "", Cause::CodeNotSent),
    ("InvalidPasswordException", "", Cause::PasswordPolicy),
    ("PasswordHistoryPolicyViolationException", "", Cause::PasswordPolicy),
    ("MFAMethodNotFoundException", "", Cause::MfaMethodNotFound),
    ("SoftwareTokenMFANotFoundException", "", Cause::MfaMethodNotFound),
    ("DeviceKeyExistsException", "", Cause::DeviceExists),
    ("ResourceNotFoundException", "Device ", Cause::UnknownDevice),
    ("ResourceNotFoundException", "User pool ", Cause::UnknownPoolOrClient), // of both: "User pool client ID ..."
    ("ResourceNotFoundException", "Client ", Cause::UnknownPoolOrClient),    // ministack
    ("ResourceNotFoundException", "Pool ", Cause::UnknownPoolOrClient),      // ministack
    ("ResourceNotFoundException", "", Cause::NotFound),
    ("InvalidParameterException", "TIMESTAMP format should be", Cause::TimestampNotUnderstood),
    ("InvalidParameterException", "Missing required parameter", Cause::MissingParameter),
    ("InvalidParameterException", "1 validation error detected: Value * must not be null", Cause::MissingParameter),
    // One that is not six digits, as in VerifySoftwareToken's model; a person can type another one.
    ("InvalidParameterException", "1 validation error detected: Value* at 'userCode' failed to", Cause::WrongCode),
    ("InvalidParameterException", "USERNAME is required", Cause::MissingParameter), // ministack
    ("InvalidParameterException", "Invalid attributes given, * is missing", Cause::MissingAttribute),
    ("InvalidParameterException", "Invalid device key given", Cause::UnknownDevice), // ConfirmDevice
    ("InvalidParameterException", "Session does not exist", Cause::InvalidSession),  // ministack
    ("InvalidParameterException", "App client * is not configured for secret", Cause::WrongSecretHash),
    ("InvalidParameterException", "* is not enabled for the client", Cause::FlowNotEnabled), // USER_SRP_AUTH
    ("InvalidParameterException", "* flow not enabled for this client", Cause::FlowNotEnabled), // USER_PASSWORD_AUTH
    ("InvalidParameterException", "Initiate Auth method not supported", Cause::FlowNotEnabled), // an Admin one
    ("InvalidParameterException", "Custom auth lambda trigger is not configured", Cause::FlowNotEnabled),
    ("InvalidParameterException", "Unsupported AuthFlow", Cause::FlowNotEnabled), // ministack
    ("InvalidParameterException", "", Cause::InvalidParameter),
    ("SerializationException", "", Cause::InvalidParameter),
    ("ValidationException", "", Cause::InvalidParameter),
    ("UnsupportedOperationException", "", Cause::FlowNotEnabled),
    ("OperationNotEnabledException", "", Cause::PoolConfiguration),
    ("FeatureUnavailableInTierException", "", Cause::PoolConfiguration),
    ("UserPoolAddOnNotEnabledException", "", Cause::PoolConfiguration),
    ("InvalidUserPoolConfigurationException", "", Cause::PoolConfiguration),
    ("InvalidSmsRoleAccessPolicyException", "", Cause::PoolConfiguration),
    ("InvalidSmsRoleTrustRelationshipException", "", Cause::PoolConfiguration),
    ("InvalidEmailRoleAccessPolicyException", "", Cause::PoolConfiguration),
    ("UserLambdaValidationException", "", Cause::TriggerRefused), // "PreAuthentication failed with error ..."
    ("UnexpectedLambdaException", "", Cause::TriggerFailed),
    ("InvalidLambdaResponseException", "", Cause::TriggerFailed),
    ("ForbiddenException", "", Cause::Forbidden), // "Request not allowed due to WAF block."
    ("AccessDeniedException", "", Cause::AwsCredentials),
    ("ExpiredTokenException", "", Cause::AwsCredentials),
    ("IncompleteSignatureException", "", Cause::AwsCredentials),
    ("InvalidSignatureException", "", Cause::AwsCredentials),
    ("MissingAuthenticationTokenException", "", Cause::AwsCredentials),
    ("UnrecognizedClientException", "", Cause::AwsCredentials),
    ("TooManyRequestsException", "", Cause::TooManyRequests),
    ("ThrottlingException", "", Cause::TooManyRequests),
    ("ConcurrentModificationException", "", Cause::Conflict),
    ("InternalErrorException", "", Cause::InternalError),
    ("InternalServerException", "", Cause::InternalError),
    ("InternalFailure", "", Cause::InternalError),
    ("ServiceUnavailableException", "", Cause::InternalError),
];

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn every_row_is_reached() {
        for &(name, pattern, cause) in TABLE {
            let message = pattern.replace('*', "1ps50nb7");
            assert_eq!(Refusal::new(name, message).cause(), cause, "{name}: {pattern}");
        }
    }

    #[test]
    fn every_row_is_reached_around_the_longest_id() {
        let id = "x".repeat(128);
        for &(name, pattern, cause) in TABLE {
            let message = format!("{} and so on", pattern.replace('*', &id)).to_uppercase();
            assert_eq!(Refusal::new(name, message).cause(), cause, "{name}: {pattern}");
        }
    }
}

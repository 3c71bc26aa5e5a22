//! Any name and any text: a cause comes of it, always the same one, and of no more of them than is promised. A name that
//! nobody has is [`Cause::Unknown`].
//!
//! Fields: the name, the text.

use cognito_srp_core::{Cause, Refusal, Retry};

use crate::input::Fields;

/// The errors that have a cause: those of AWS's API model for a sign-in, and those that all its services have. A name that is
/// added to the library is added here.
pub const KNOWN: &[&str] = &[
    "AccessDeniedException",
    "AliasExistsException",
    "CodeDeliveryFailureException",
    "CodeMismatchException",
    "ConcurrentModificationException",
    "DeviceKeyExistsException",
    "EnableSoftwareTokenMFAException",
    "ExpiredCodeException",
    "ExpiredTokenException",
    "FeatureUnavailableInTierException",
    "ForbiddenException",
    "IncompleteSignatureException",
    "InternalErrorException",
    "InternalFailure",
    "InternalServerException",
    "InvalidEmailRoleAccessPolicyException",
    "InvalidLambdaResponseException",
    "InvalidParameterException",
    "InvalidPasswordException",
    "InvalidSignatureException",
    "InvalidSmsRoleAccessPolicyException",
    "InvalidSmsRoleTrustRelationshipException",
    "InvalidUserPoolConfigurationException",
    "LimitExceededException",
    "MFAMethodNotFoundException",
    "MissingAuthenticationTokenException",
    "NotAuthorizedException",
    "OperationNotEnabledException",
    "PasswordHistoryPolicyViolationException",
    "PasswordResetRequiredException",
    "RefreshTokenReuseException",
    "ResourceNotFoundException",
    "SerializationException",
    "ServiceUnavailableException",
    "SoftwareTokenMFANotFoundException",
    "ThrottlingException",
    "TooManyFailedAttemptsException",
    "TooManyRequestsException",
    "UnauthorizedException",
    "UnexpectedLambdaException",
    "UnrecognizedClientException",
    "UnsupportedOperationException",
    "UserLambdaValidationException",
    "UserNotConfirmedException",
    "UserNotFoundException",
    "UserPoolAddOnNotEnabledException",
    "UsernameExistsException",
    "ValidationException",
];

/// How much of a text counts, and how long a name may be, in bytes.
const READ: usize = 256;

pub fn check(data: &[u8]) {
    let mut fields = Fields::of(data);
    let (name, text) = (fields.text(), fields.text());
    let refusal = Refusal::new(name.as_str(), text.as_str());
    let cause = refusal.cause();

    assert_eq!((refusal.name(), refusal.message()), (&*name, &*text));
    let shown = if text.is_empty() { name.clone() } else { format!("{name}: {text}") };
    assert_eq!(refusal.to_string(), shown);

    // The name: bare, or behind a namespace, or before what a header adds.
    let bare = bare(&name).filter(|_| name.len() <= READ);
    let is_known = bare.is_some_and(|bare| KNOWN.contains(&bare));
    assert_eq!(cause != Cause::Unknown, is_known, "{name:?} is {cause:?}");
    assert!(Cause::ALL.contains(&cause));
    assert!(is_known || cause.retry() == Retry::No, "of what is not known nothing is promised");
    assert!(!cause.to_string().is_empty());
    if let Some(bare) = bare.filter(|_| is_known) {
        for dressed in [
            bare.to_owned(),
            format!("com.amazonaws.cognitoidentityprovider#{bare}"),
            format!("{bare}:http://internal.amazon.com/coral/com.amazonaws.cognito/"),
            format!("aws#{bare}, and more"),
        ] {
            assert_eq!(Refusal::new(dressed.as_str(), text.as_str()).cause(), cause, "{dressed:?}");
        }
    }

    // The text: neither its case nor what comes after its beginning.
    let same = |text: String| assert_eq!(Refusal::new(name.as_str(), text.as_str()).cause(), cause, "{text:?}");
    same(text.to_ascii_lowercase());
    same(text.to_ascii_uppercase());
    if text.len() >= READ {
        same(format!("{text}Invalid session: device, and more"));
        if text.is_char_boundary(READ) {
            same(text[..READ].into());
        }
    }
    // What tells causes apart is in the text only where the name leaves it open, and the name alone claims less.
    let of_name = Refusal::new(name.as_str(), "").cause();
    assert_eq!(of_name == Cause::Unknown, cause == Cause::Unknown);
}

/// What is behind the last `#` of what is before the first colon or comma.
fn bare(name: &str) -> Option<&str> {
    let before = name.find([':', ',']).map_or(name, |end| &name[..end]);
    before.split('#').next_back()
}

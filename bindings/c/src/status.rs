//! The numbers that C gets to know.

/// What came of a call. Where it is not OK, `*result` is an error object, which says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[expect(clippy::exhaustive_enums, reason = "C sees numbers")]
pub enum Status {
    /// It was done.
    Ok = 0,
    /// The caller's fault: an argument is wrong, or the call does not fit what the object is waiting for.
    Argument = 1,
    /// The service's fault: its reply cannot be understood, or must not be answered.
    Reply = 2,
    /// The service refused. CAUSE says why, and RETRY whether trying again can help.
    Refused = 3,
    /// The service refused the remembered device, whose stored password is wrong. The person's own was right.
    DeviceRefused = 4,
    /// The machine gave no random bytes, or miscalculated.
    Machine = 5,
    /// The handle names no object: it was freed, was never given out, or is one of another kind.
    Handle = 6,
    /// Another thread is using the object. Nothing was done.
    Busy = 7,
    /// The library has a bug. The result may be 0, and the object that the call was about is of no further use: free it.
    Panic = 8,
    /// The buffer is too small. Nothing was copied, and the length is the one needed.
    Capacity = 9,
}

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[expect(clippy::exhaustive_enums, reason = "C sees numbers")]
pub enum Kind {
    /// The handle names no step.
    None = 0,
    /// Send the request JSON to the operation NAME, and pass on what comes of it: to `cognito_srp_sign_in_handle` the body of a
    /// reply, to `cognito_srp_sign_in_refused` that of a refusal. Keep the step until then: a request that got no reply at all, or one
    /// that is not the service's JSON, may be sent again as it is, and the sign-in waits.
    Send = 1,
    /// Ask the person for what NAME says (below), and pass it on to `cognito_srp_sign_in_answer`.
    Ask = 2,
    /// The person is signed in. JSON has `AuthenticationResult`, `Username` (by which the service knows the user), `Device` (a
    /// new one, to be stored as a secret), `UserConfirmationNecessary`, `DeviceProblem` and `DeviceForgotten`.
    Done = 3,
}

/// What can be read of an object. All of it is UTF-8, but for a VALUE that is bytes. What is not there is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
#[expect(clippy::exhaustive_enums, reason = "C sees numbers")]
pub enum Field {
    /// Of a step: the operation, such as `InitiateAuth`, or the question, such as `PASSWORD`; empty when it is done.
    Name = 1,
    /// Of a step to send: the value of the header `X-Amz-Target`.
    Target = 2,
    /// Of a step. A secret: a proof, codes, tokens.
    Json = 3,
    /// Of any other result: the text or the bytes.
    Value = 4,
    /// Of an error, as all that follow: a sentence. No error holds a secret; it may hold the name of an option that is not known, and
    /// what the service said.
    Message = 5,
    /// The argument or the service's parameter at fault: by its name in this header where it is NULL or no text at all, otherwise by
    /// Cognito's, such as `UserAttributes`; a reply, refusal or challenge is the `body`, and b_public is `B`.
    Parameter = 6,
    /// What is wrong with it: `Missing`, `Empty`, `TooLong`, `NotHex`, `NotBase64`, `NotJson`, `NotUtf8`, `Malformed`,
    /// `OutOfRange`, `Unknown`, `Unexpected`, `TooDeep`, `Unsupported`, `Damaged`, `Mismatch`, `OtherVersion`, `Other`.
    Problem = 7,
    /// Why the service refused: `WrongUserOrPassword`, `UnknownUser`, `UserDisabled`, `UserNotConfirmed`,
    /// `PasswordResetRequired`, `TemporaryPasswordExpired`, `AttemptsExceeded`, `Blocked`, `AliasExists`, `WrongCode`,
    /// `UsedCode`, `ExpiredCode`, `CodeNotSent`, `InvalidSession`, `PasswordPolicy`, `MissingAttribute`, `MfaMethodNotFound`,
    /// `UnknownDevice`, `DeviceExists`, `InvalidToken`, `WrongSecretHash`, `MissingSecretHash`, `FlowNotEnabled`,
    /// `UnknownPoolOrClient`, `PoolConfiguration`, `TriggerRefused`, `TriggerFailed`, `TimestampNotUnderstood`,
    /// `MissingParameter`, `InvalidParameter`, `Forbidden`, `AwsCredentials`, `TooManyRequests`, `Conflict`, `InternalError`,
    /// `LimitExceeded`, `NotAuthorized`, `NotFound`, `Unknown`. A later version may know more.
    Cause = 8,
    /// Whether trying again can help: `No`; `AnotherAnswer` to `cognito_srp_sign_in_question`; `StartAgain`, with
    /// `cognito_srp_sign_in_start`; `StartAgainLater`, the same after a wait; `SameRequestLater`, the very same JSON after a wait.
    Retry = 9,
    /// The service's own name for it, such as `NotAuthorizedException`.
    ServiceError = 10,
    /// The service's own text.
    ServiceMessage = 11,
}

impl Field {
    const ALL: [Self; 11] = [
        Self::Name,
        Self::Target,
        Self::Json,
        Self::Value,
        Self::Message,
        Self::Parameter,
        Self::Problem,
        Self::Cause,
        Self::Retry,
        Self::ServiceError,
        Self::ServiceMessage,
    ];

    /// C may pass any number.
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|&field| field as i32 == number)
    }
}

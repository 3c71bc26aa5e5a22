//! The keys of AuthParameters, ChallengeResponses and ChallengeParameters.

macro_rules! keys {
    ($($key:ident)*) => {
        $(pub(crate) const $key: &str = stringify!($key);)*

        /// Every key, for the test that holds them against AWS's API model.
        #[cfg(feature = "hazmat")]
        pub(crate) const ALL: &[&str] = &[$($key),*];
    };
}

keys! {
    ANSWER
    CHALLENGE_NAME
    CREDENTIAL
    DEVICE_KEY
    EMAIL_OTP_CODE
    NEW_PASSWORD
    PASSWORD
    PASSWORD_CLAIM_SECRET_BLOCK
    PASSWORD_CLAIM_SIGNATURE
    PREFERRED_CHALLENGE
    REFRESH_TOKEN
    SALT
    SECRET_BLOCK
    SECRET_HASH
    SMS_MFA_CODE
    SMS_OTP_CODE
    SOFTWARE_TOKEN_MFA_CODE
    SRP_A
    SRP_B
    TIMESTAMP
    USERNAME
    USER_ID_FOR_SRP
}

/// What each attribute's name begins with in an answer to NEW_PASSWORD_REQUIRED.
pub(crate) const USER_ATTRIBUTES: &str = "userAttributes.";

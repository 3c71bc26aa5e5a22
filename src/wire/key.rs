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
    CODE_DELIVERY_DELIVERY_MEDIUM
    CODE_DELIVERY_DESTINATION
    CREDENTIAL
    CREDENTIAL_REQUEST_OPTIONS
    DEVICE_KEY
    EMAIL_OTP_CODE
    MFAS_CAN_CHOOSE
    MFAS_CAN_SETUP
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

/// The parameters of NEW_PASSWORD_REQUIRED that are lower case: the attributes that it requires, and those that there are.
pub(crate) const REQUIRED_ATTRIBUTES: &str = "requiredAttributes";
pub(crate) const USER_ATTRIBUTES_NOW: &str = "userAttributes";

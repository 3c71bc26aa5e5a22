//! The values of AWS's enumerations.

use core::{fmt, str::FromStr};

/// A name that this version of the library does not know.
///
/// ```
/// use cognito_srp_core::{ChallengeName, UnknownName};
///
/// assert_eq!("SOME_LATER_CHALLENGE".parse::<ChallengeName>(), Err(UnknownName));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it says nothing beyond its name")]
pub struct UnknownName;

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name that AWS's API model had when this library was built")
    }
}

impl core::error::Error for UnknownName {}

macro_rules! names {
    ($($(#[$doc:meta])* enum $Name:ident { $($(#[$variant_doc:meta])* $Variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[$variant_doc])* #[doc = concat!("\n\nOn the wire: `", $text, "`.")] $Variant,)*
        }

        impl $Name {
            /// Every value, in the order of AWS's documentation.
            pub const ALL: &[Self] = &[$(Self::$Variant),*];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $text,)* }
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $Name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|name| name.as_str() == text).ok_or(UnknownName)
            }
        }
    )*};
}

names! {
    /// How a sign-in begins: AuthFlow of InitiateAuth and AdminInitiateAuth.
    ///
    /// ```
    /// assert_eq!(cognito_srp_core::AuthFlow::UserSrpAuth.as_str(), "USER_SRP_AUTH");
    /// ```
    enum AuthFlow {
        /// SRP with a password, and then whatever the pool asks.
        UserSrpAuth = "USER_SRP_AUTH",
        /// New tokens for a refresh token.
        RefreshTokenAuth = "REFRESH_TOKEN_AUTH",
        /// The older name of the same flow.
        RefreshToken = "REFRESH_TOKEN",
        /// Challenges of the pool's own Lambda triggers, with SRP before them if the client asks for it.
        CustomAuth = "CUSTOM_AUTH",
        /// The older name of [`AuthFlow::AdminUserPasswordAuth`].
        AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH",
        /// The password itself, in the request.
        UserPasswordAuth = "USER_PASSWORD_AUTH",
        /// The password itself, in a request that only AWS credentials may send.
        AdminUserPasswordAuth = "ADMIN_USER_PASSWORD_AUTH",
        /// The client chooses among the factors that the user has.
        UserAuth = "USER_AUTH",
    }

    /// What the service asks next: ChallengeName, and the members of AvailableChallenges.
    ///
    /// ```
    /// use cognito_srp_core::ChallengeName;
    ///
    /// assert_eq!("PASSWORD_VERIFIER".parse(), Ok(ChallengeName::PasswordVerifier));
    /// ```
    enum ChallengeName {
        /// A code sent by text message, as a second factor.
        SmsMfa = "SMS_MFA",
        /// A code sent by e-mail.
        EmailOtp = "EMAIL_OTP",
        /// A code of an authenticator app (RFC 6238).
        SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA",
        /// A choice among several second factors.
        SelectMfaType = "SELECT_MFA_TYPE",
        /// A second factor has to be set up before sign-in can go on.
        MfaSetup = "MFA_SETUP",
        /// SRP over the user's password.
        PasswordVerifier = "PASSWORD_VERIFIER",
        /// A question of the pool's own Lambda triggers.
        CustomChallenge = "CUSTOM_CHALLENGE",
        /// A choice among several first factors.
        SelectChallenge = "SELECT_CHALLENGE",
        /// The start of SRP over a remembered device's password.
        DeviceSrpAuth = "DEVICE_SRP_AUTH",
        /// SRP over a remembered device's password.
        DevicePasswordVerifier = "DEVICE_PASSWORD_VERIFIER",
        /// The password itself, in a request that only AWS credentials may send.
        AdminNoSrpAuth = "ADMIN_NO_SRP_AUTH",
        /// The password was temporary: a new one has to be set.
        NewPasswordRequired = "NEW_PASSWORD_REQUIRED",
        /// A code sent by text message, as a first factor.
        SmsOtp = "SMS_OTP",
        /// The password itself.
        Password = "PASSWORD",
        /// A passkey.
        WebAuthn = "WEB_AUTHN",
        /// The start of SRP over the user's password, after a choice.
        PasswordSrp = "PASSWORD_SRP",
    }

    /// The operations of a sign-in.
    ///
    /// ```
    /// assert_eq!(cognito_srp_core::Operation::AdminInitiateAuth.as_str(), "AdminInitiateAuth");
    /// ```
    enum Operation {
        /// Begins.
        InitiateAuth = "InitiateAuth",
        /// Begins, with AWS credentials.
        AdminInitiateAuth = "AdminInitiateAuth",
        /// Answers a challenge.
        RespondToAuthChallenge = "RespondToAuthChallenge",
        /// Answers a challenge, with AWS credentials.
        AdminRespondToAuthChallenge = "AdminRespondToAuthChallenge",
        /// Asks for an authenticator app's secret.
        AssociateSoftwareToken = "AssociateSoftwareToken",
        /// Proves that the app has it.
        VerifySoftwareToken = "VerifySoftwareToken",
        /// Has a device remembered.
        ConfirmDevice = "ConfirmDevice",
    }

    /// The answers to SELECT_MFA_TYPE.
    ///
    /// ```
    /// assert_eq!(cognito_srp_core::MfaType::EmailMfa.as_str(), "EMAIL_MFA");
    /// ```
    enum MfaType {
        /// A code sent by text message.
        SmsMfa = "SMS_MFA",
        /// A code sent by e-mail, by the name that AWS documents.
        EmailMfa = "EMAIL_MFA",
        /// A code sent by e-mail, by the name that AWS's Amplify sends.
        EmailOtp = "EMAIL_OTP",
        /// A code of an authenticator app.
        SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA",
    }
}

impl ChallengeName {
    /// Whether it is among what SELECT_CHALLENGE can choose.
    pub(crate) const fn is_first_factor(self) -> bool {
        matches!(self, Self::Password | Self::PasswordSrp | Self::WebAuthn | Self::EmailOtp | Self::SmsOtp)
    }
}

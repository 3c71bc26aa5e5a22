//! One user of the pool, and what a new password must be like.

use std::collections::{BTreeMap, BTreeSet};

use crate::ServiceError;
use crate::settings::Factor;
use crate::srp::Verifier;

#[derive(Clone, Debug)]
pub(crate) struct User {
    /// The internal name: `USER_ID_FOR_SRP`.
    pub(crate) name: String,
    pub(crate) sub: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) password: Option<Password>,
    pub(crate) mfa: BTreeSet<Factor>,
    pub(crate) preferred_mfa: Option<Factor>,
    pub(crate) authenticator: Option<Authenticator>,
    pub(crate) fixed_code: Option<String>,
    pub(crate) last_code: Option<String>,
    pub(crate) credential: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Password {
    pub(crate) verifier: Verifier,
    pub(crate) temporary: bool,
}

/// An authenticator app: its secret counts once a code of it was seen.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    pub(crate) secret: Vec<u8>,
    pub(crate) verified: bool,
}

impl User {
    /// Tells whether one can sign in with this name: the internal one or an alias.
    pub(crate) fn goes_by(&self, name: &str) -> bool {
        let alias = |attribute| self.attributes.get(attribute).is_some_and(|value| value == name);
        self.name == name || ALIASES.into_iter().any(alias)
    }

    pub(crate) fn has_temporary_password(&self) -> bool {
        self.password.as_ref().is_some_and(|password| password.temporary)
    }

    /// Returns the second factors that can be asked for.
    pub(crate) fn usable_mfa(&self) -> Vec<Factor> {
        self.mfa.iter().copied().filter(|factor| self.can_use(*factor)).collect()
    }

    fn can_use(&self, factor: Factor) -> bool {
        match factor {
            Factor::SmsMfa => self.attributes.contains_key("phone_number"),
            Factor::EmailOtp => self.attributes.contains_key("email"),
            Factor::SoftwareTokenMfa => self.authenticator.as_ref().is_some_and(|app| app.verified),
        }
    }
}

/// Tells whether a name is an address, which a pool keeps as an alias of an internal name.
pub(crate) fn alias_attribute(username: &str) -> Option<&'static str> {
    if username.contains('@') {
        Some("email")
    } else if username.starts_with('+') {
        Some("phone_number")
    } else {
        None
    }
}

/// The password policy a new pool has: eight characters, of each of the four kinds.
pub(crate) fn check_policy(password: &str) -> Result<(), ServiceError> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let complaint = if password.chars().count() < 8 {
        "Password not long enough"
    } else if !has(|c| c.is_ascii_uppercase()) {
        "Password must have uppercase characters"
    } else if !has(|c| c.is_ascii_lowercase()) {
        "Password must have lowercase characters"
    } else if !has(|c| c.is_ascii_digit()) {
        "Password must have numeric characters"
    } else if !has(|c| !c.is_alphanumeric()) {
        "Password must have symbol characters"
    } else {
        return Ok(());
    };
    Err(ServiceError::invalid_password(complaint))
}

const ALIASES: [&str; 3] = ["email", "phone_number", "preferred_username"];

//! A map of parameters on its way to the service.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};
use core::fmt;

use zeroize::Zeroizing;

type Name = Cow<'static, str>;

/// AuthParameters or ChallengeResponses: names and values, ready for the request.
///
/// Iterate over it by value to move the pairs into whatever map the request has. Until then the values are wiped on drop;
/// after that they are the caller's. `Debug` shows the names and no value, since any of them may be a password or a code.
///
/// ```
/// use std::collections::HashMap;
/// use cognito_srp_core::{AppClient, InitiateAuth, UserPoolId};
///
/// let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// let request = InitiateAuth::user_password_auth(&client.user("alice"), "correct horse");
/// let map: HashMap<String, String> = request.auth_parameters.into_iter().collect();
/// assert_eq!(map["USERNAME"], "alice");
/// # Ok::<_, cognito_srp_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Parameters(Vec<(Name, Zeroizing<String>)>);

impl Parameters {
    pub(crate) fn with(mut self, name: impl Into<Name>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), Zeroizing::new(value.into())));
        self
    }

    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(candidate, value)| (candidate == name).then_some(value))
    }

    /// The names and values, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, _)| (name, format_args!("..")))).finish()
    }
}

impl IntoIterator for Parameters {
    type Item = (String, String);
    type IntoIter = vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        let take = |(name, mut value): (Name, Zeroizing<String>)| (name.into_owned(), core::mem::take(&mut *value));
        self.0.into_iter().map(take).collect::<Vec<_>>().into_iter()
    }
}

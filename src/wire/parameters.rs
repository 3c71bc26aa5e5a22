//! A map of parameters on its way to the service.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};
use core::fmt;

use zeroize::Zeroizing;

type Name = Cow<'static, str>;

/// AuthParameters, ChallengeResponses, ChallengeParameters or ClientMetadata: names and values.
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

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(candidate, _)| candidate != name);
        self
    }

    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The value of a parameter; the last one, where a name was given twice.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().filter(|(candidate, _)| *candidate == name).last().map(|(_, value)| value)
    }

    /// The names and values, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pair = |(name, value): (N, V)| (Name::Owned(name.into()), Zeroizing::new(value.into()));
        Self(pairs.into_iter().map(pair).collect())
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, _)| (name, format_args!("..")))).finish()
    }
}

impl IntoIterator for Parameters {
    type Item = (String, String);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter(self.0.into_iter())
    }
}

/// The pairs of [`Parameters`], by value. Those that are not taken are wiped.
pub struct IntoIter(vec::IntoIter<(Name, Zeroizing<String>)>);

impl Iterator for IntoIter {
    type Item = (String, String);

    fn next(&mut self) -> Option<(String, String)> {
        let (name, mut value) = self.0.next()?;
        Some((name.into_owned(), core::mem::take(&mut *value)))
    }
}

impl fmt::Debug for IntoIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").finish_non_exhaustive()
    }
}

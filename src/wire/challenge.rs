//! The map of parameters that comes with a challenge.

use alloc::{collections::BTreeMap, string::String};

use super::MAX_PARAMETER;
use crate::error::{Error, Problem};

/// ChallengeParameters, borrowed from the service's reply.
pub(crate) struct ChallengeParameters<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> ChallengeParameters<'a> {
    pub(crate) fn new<K, V>(parameters: impl IntoIterator<Item = (&'a K, &'a V)>) -> Self
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        Self(parameters.into_iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect())
    }

    /// A parameter that need not be there.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied()
    }

    /// A parameter that has to be there, read by `parse`; whatever is wrong with it is the service's fault.
    pub(crate) fn parse<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, Problem>,
    ) -> Result<T, Error> {
        self.get(name).ok_or(Problem::Missing).and_then(parse).map_err(|problem| Error::service(name, problem))
    }
}

/// Reads any text but none.
pub(crate) fn text(text: &str) -> Result<String, Problem> {
    match text.len() {
        0 => Err(Problem::Empty),
        1..=MAX_PARAMETER => Ok(text.into()),
        _ => Err(Problem::TooLong { limit: MAX_PARAMETER }),
    }
}

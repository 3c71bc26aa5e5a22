//! The map of parameters that comes with a challenge.

use alloc::string::String;

use zeroize::Zeroizing;

use super::{MAX_PARAMETER, key};
use crate::error::{Error, Problem};

/// What is read of ChallengeParameters, borrowed from the service's reply.
///
/// One pass over the map, whatever its size, and nothing of it is kept but these.
#[derive(Default)]
pub(crate) struct ChallengeParameters<'a> {
    values: [Option<&'a str>; READ.len()],
}

const READ: [&str; 5] = [key::SALT, key::SECRET_BLOCK, key::SRP_B, key::USERNAME, key::USER_ID_FOR_SRP];

impl<'a> ChallengeParameters<'a> {
    pub(crate) fn new<K, V>(parameters: impl IntoIterator<Item = (&'a K, &'a V)>) -> Self
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let mut read = Self::default();
        for (name, value) in parameters {
            if let Some(place) = place(name.as_ref()) {
                read.values[place] = Some(value.as_ref());
            }
        }
        read
    }

    /// A parameter that has to be there, read by `parse`; whatever is wrong with it is the service's fault.
    pub(crate) fn required<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, Problem>,
    ) -> Result<T, Error> {
        self.optional(name, parse)?.ok_or(Error::service(name, Problem::Missing))
    }

    /// The same for one that may be absent.
    pub(crate) fn optional<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, Problem>,
    ) -> Result<Option<T>, Error> {
        let value = place(name).and_then(|place| self.values[place]);
        value.map(parse).transpose().map_err(|problem| Error::service(name, problem))
    }
}

fn place(name: &str) -> Option<usize> {
    READ.iter().position(|read| *read == name)
}

/// Reads any text but none.
pub(crate) fn text(text: &str) -> Result<String, Problem> {
    match text.len() {
        0 => Err(Problem::Empty),
        1..=MAX_PARAMETER => Ok(text.into()),
        _ => Err(Problem::TooLong { limit: MAX_PARAMETER }),
    }
}

/// Reads the Session of a reply: absent where it is empty.
pub(crate) fn session(session: Option<&str>) -> Result<Option<Zeroizing<String>>, Error> {
    let Some(session) = session.filter(|session| !session.is_empty()) else { return Ok(None) };
    let session = text(session).map_err(|problem| Error::service("Session", problem))?;
    Ok(Some(Zeroizing::new(session)))
}

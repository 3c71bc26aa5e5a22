//! Replies, refusals, and the JSON that some parameters hold.

use alloc::{string::String, vec::Vec};

use super::value::{self, Flaw, Object, Text, Value};
use crate::{
    error::{Error, Problem},
    refusal::Refusal,
    wire::{AuthenticationResult, NewDeviceMetadata, Parameters, Reply},
};

/// The longest text of a reply that is read: far more than the service sends.
const MAX_REPLY: usize = 1 << 20;

/// The deepest nesting that is read. A reply of the service is four deep.
const MAX_DEPTH: u32 = 16;

impl Reply {
    /// Reads the body of a reply, of any operation; members that are not known are passed over, and `null` is as good as
    /// absent.
    ///
    /// # Errors
    ///
    /// The service's fault: [`Problem::TooLong`] over 1 MiB, [`Problem::TooDeep`] over 16 levels and [`Problem::NotJson`], found
    /// before anything is kept of it; and [`Problem::Malformed`], by name, where a member is of another type than in AWS's model.
    ///
    /// ```
    /// use cognito_srp_core::{Problem, Reply};
    ///
    /// let reply = Reply::from_json(r#"{"ChallengeName":"SMS_MFA","Session":"AYABeC1","ChallengeParameters":{}}"#)?;
    /// assert_eq!(reply.challenge_name.as_deref(), Some("SMS_MFA"));
    /// assert_eq!(Reply::from_json("<html>").unwrap_err().problem(), Problem::NotJson);
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let [challenge_name, session, parameters, available, result, secret_code, status, confirmation_necessary] =
            object(text)?.get_each([
                "ChallengeName",
                "Session",
                "ChallengeParameters",
                "AvailableChallenges",
                "AuthenticationResult",
                "SecretCode",
                "Status",
                "UserConfirmationNecessary",
            ]);
        let mut types = Types::default();
        let mut reply = Self::default();
        reply.challenge_name = types.text(challenge_name);
        reply.session = types.text(session);
        reply.challenge_parameters = types.map(parameters);
        reply.available_challenges = types.list(available);
        reply.authentication_result = types.object(result).map(|result| AuthenticationResult::read(result, &mut types));
        reply.secret_code = types.text(secret_code);
        reply.status = types.text(status);
        reply.user_confirmation_necessary = types.flag(confirmation_necessary);
        types.check()?;
        Ok(reply)
    }
}

impl AuthenticationResult {
    fn read(result: Object<'_>, types: &mut Types) -> Self {
        let [access_token, id_token, refresh_token, token_type, expires_in, new_device_metadata] =
            result.get_each(["AccessToken", "IdToken", "RefreshToken", "TokenType", "ExpiresIn", "NewDeviceMetadata"]);
        let mut read = Self::default();
        read.access_token = types.text(access_token);
        read.id_token = types.text(id_token);
        read.refresh_token = types.text(refresh_token);
        read.token_type = types.text(token_type);
        read.expires_in = types.integer(expires_in);
        read.new_device_metadata = types.object(new_device_metadata).map(|device| {
            let [device_key, device_group_key] = device.get_each(["DeviceKey", "DeviceGroupKey"]);
            NewDeviceMetadata { device_key: types.text(device_key), device_group_key: types.text(device_group_key) }
        });
        read
    }
}

impl Refusal {
    /// Reads the body of an HTTP reply whose status is not 200: `__type` and `message`.
    ///
    /// # Errors
    ///
    /// As for [`Reply::from_json`]; [`Problem::Missing`] where there is no `__type`.
    ///
    /// ```
    /// use cognito_srp_core::{Cause, Refusal};
    ///
    /// let body = r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#;
    /// assert_eq!(Refusal::from_json(body)?.cause(), Cause::WrongUserOrPassword);
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        // AWS's own services spell it both ways.
        let [name, message, capitalized] = object(text)?.get_each(["__type", "message", "Message"]);
        let mut types = Types::default();
        let name = types.text(name);
        types.check()?;
        let name = name.ok_or(Error::service("__type", Problem::Missing))?;
        let message = types.text(message).or_else(|| types.text(capitalized));
        types.check()?;
        Ok(Self::new(name, message.unwrap_or_default()))
    }
}

/// Reads a list that a parameter holds as text, such as requiredAttributes; absent or `null`, it is empty.
pub(crate) fn list(parameters: &Parameters, name: &'static str) -> Result<Vec<String>, Error> {
    let mut types = Types::default();
    let list = types.list((name, parameter(parameters, name)?));
    types.check().map(|()| list)
}

/// Reads a map that a parameter holds as text, such as userAttributes; absent or `null`, it is empty. A value that is no text
/// is taken as it is written.
pub(crate) fn map(parameters: &Parameters, name: &'static str) -> Result<Parameters, Error> {
    let value = parameter(parameters, name)?;
    if value.is_null() {
        return Ok(Parameters::default());
    }
    let map = value.object().ok_or(malformed(name))?;
    let read = |value: Value<'_>| value.text().map_or_else(|| value.as_written().into(), Text::read);
    Ok(map.last_of_each_name().into_iter().map(|(name, value)| (name, read(value))).collect())
}

/// The text of one member of an object; `None` where there is no such object, or no such text.
pub(crate) fn member(object: &[u8], name: &str) -> Option<String> {
    let object = parse(core::str::from_utf8(object).ok()?).ok()?.object()?;
    object.get(name).text().map(Text::read)
}

fn parameter<'p>(parameters: &'p Parameters, name: &'static str) -> Result<Value<'p>, Error> {
    parameters.get(name).map_or(Ok(Value::NULL), parse).map_err(|_| malformed(name))
}

fn object(text: &str) -> Result<Object<'_>, Error> {
    let object = parse(text).and_then(|value| value.object().ok_or(Problem::NotJson));
    object.map_err(|problem| Error::service("body", problem))
}

/// All JSON of other people is read here: no longer, and no deeper, than they have any reason to write.
fn parse(text: &str) -> Result<Value<'_>, Problem> {
    if text.len() > MAX_REPLY {
        return Err(Problem::TooLong { limit: MAX_REPLY });
    }
    value::parse(text, MAX_DEPTH).map_err(|flaw| match flaw {
        Flaw::Broken => Problem::NotJson,
        Flaw::TooDeep => Problem::TooDeep,
    })
}

const fn malformed(name: &'static str) -> Error {
    Error::service(name, Problem::Malformed)
}

/// A member that was looked for: its name, for an error, and its value.
type Member<'t> = (&'static str, Value<'t>);

/// Reads members as what they are in AWS's model, `null` as absent, and remembers the first that is something else.
#[derive(Default)]
struct Types {
    malformed: Option<&'static str>,
}

impl Types {
    fn check(&self) -> Result<(), Error> {
        self.malformed.map_or(Ok(()), |name| Err(malformed(name)))
    }

    /// A value of that type. Another one has [`check`](Self::check) refuse it.
    fn some<'t, T>(&mut self, (name, value): Member<'t>, read: impl FnOnce(Value<'t>) -> Option<T>) -> Option<T> {
        let read = read(value);
        if read.is_none() && !value.is_null() {
            self.malformed.get_or_insert(name);
        }
        read
    }

    fn text(&mut self, member: Member<'_>) -> Option<String> {
        self.some(member, |value| value.text().map(Text::read))
    }

    fn flag(&mut self, member: Member<'_>) -> bool {
        self.some(member, Value::flag).unwrap_or_default()
    }

    fn integer(&mut self, member: Member<'_>) -> i32 {
        self.some(member, |value| value.as_written().parse().ok()).unwrap_or_default()
    }

    fn object<'t>(&mut self, member: Member<'t>) -> Option<Object<'t>> {
        self.some(member, Value::object)
    }

    fn list(&mut self, member: Member<'_>) -> Vec<String> {
        let read = |value: Value<'_>| value.list()?.map(|item| item.text().map(Text::read)).collect();
        self.some(member, read).unwrap_or_default()
    }

    /// A map of text, without the members that are `null`.
    fn map(&mut self, member: Member<'_>) -> Parameters {
        let Some(map) = self.object(member) else { return Parameters::default() };
        let mut read = |value| self.text((member.0, value));
        map.last_of_each_name().into_iter().filter_map(|(name, value)| Some((name, read(value)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn informational_values_need_not_be_text() {
        let json = r#"{"email_verified":true,"email":"a@example.com","sub":{ "x" : [1.0] },"sub2":null}"#;
        let parameters: Parameters = [("userAttributes", json)].into_iter().collect();
        let read = map(&parameters, "userAttributes").unwrap_or_default();
        let pairs: Vec<_> = read.iter().collect();
        let expected =
            [("email", "a@example.com"), ("email_verified", "true"), ("sub", r#"{ "x" : [1.0] }"#), ("sub2", "null")];
        assert_eq!(pairs, expected);
    }
}

//! Whose sign-in it is, and how it is to go: one JSON object for all operations that begin something.

use alloc::{
    boxed::Box,
    string::{String, ToString as _},
    vec::Vec,
};

use cognito_srp_core::{
    AppClient, AuthFlow, ChallengeName, ClientSecret, Context, ContextData, Device, DevicePassword, Flow, SignIn, User,
    UserContextData, UserPoolId,
};
use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use crate::failure::{Failure, Fallible};

/// The longest text of options, in bytes: no request of the service can be as long.
const LIMIT: usize = 1 << 20;

/// The longest name of an unknown member that is repeated to the caller.
const NAME_LIMIT: usize = 64;

const MEMBERS: &[&str] = &[
    "UserPoolId",
    "ClientId",
    "ClientSecret",
    "Username",
    "AuthFlow",
    "PreferredChallenge",
    "WithoutSrp",
    "Admin",
    "Device",
    "RememberDevice",
    "DeviceName",
    "DeviceKey",
    "Session",
    "ClientMetadata",
    "AnalyticsMetadata",
    "UserContextData",
    "ContextData",
];

/// Options that have been read, whose members are known. What is left of them is wiped on drop.
pub(crate) struct Options(Object);

impl Options {
    pub(crate) fn parse(text: &str) -> Fallible<Self> {
        Object::parse("options", text)?.knowing(MEMBERS).map(Self)
    }

    pub(crate) fn client(&mut self) -> Fallible<AppClient> {
        let client =
            AppClient::new(UserPoolId::parse(&**self.0.required("UserPoolId")?)?, &**self.0.required("ClientId")?)?;
        Ok(match self.0.text("ClientSecret")? {
            Some(mut secret) => client.with_secret(ClientSecret::new(core::mem::take(&mut *secret))?),
            None => client,
        })
    }

    pub(crate) fn user(&mut self) -> Fallible<User> {
        let user = self.client()?.user(&**self.0.required("Username")?);
        Ok(match self.0.text("DeviceKey")? {
            Some(device_key) => user.with_device_key(&**device_key),
            None => user,
        })
    }

    pub(crate) fn device(&mut self) -> Fallible<Option<Device>> {
        let Some(device) = self.0.object("Device")? else { return Ok(None) };
        let mut device = device.knowing(&["DeviceKey", "DeviceGroupKey", "DevicePassword"])?;
        let password = DevicePassword::new(core::mem::take(&mut *device.required("DevicePassword")?));
        Ok(Some(Device::new(&**device.required("DeviceKey")?, &**device.required("DeviceGroupKey")?, password)?))
    }

    fn flow(&mut self) -> Fallible<Flow> {
        let auth_flow = match self.0.text("AuthFlow")? {
            Some(name) => name.parse().map_err(|_| unknown("AuthFlow"))?,
            None => AuthFlow::UserSrpAuth,
        };
        let without_srp = self.0.flag("WithoutSrp")?;
        let preferred_challenge: Option<ChallengeName> = self
            .0
            .text("PreferredChallenge")?
            .map(|name| name.parse())
            .transpose()
            .map_err(|_| unknown("PreferredChallenge"))?;
        let misfit = |member| Failure::argument(member, "Unexpected", "does not go with this AuthFlow");
        if without_srp && auth_flow != AuthFlow::CustomAuth {
            return Err(misfit("WithoutSrp"));
        }
        if preferred_challenge.is_some() && auth_flow != AuthFlow::UserAuth {
            return Err(misfit("PreferredChallenge"));
        }
        Ok(match auth_flow {
            AuthFlow::UserSrpAuth => Flow::UserSrpAuth,
            AuthFlow::UserAuth => Flow::UserAuth { preferred_challenge },
            AuthFlow::CustomAuth if without_srp => Flow::CustomAuth,
            AuthFlow::CustomAuth => Flow::CustomAuthWithSrp,
            AuthFlow::UserPasswordAuth => Flow::UserPasswordAuth,
            AuthFlow::AdminUserPasswordAuth => Flow::AdminUserPasswordAuth,
            AuthFlow::AdminNoSrpAuth => Flow::AdminNoSrpAuth,
            AuthFlow::RefreshTokenAuth => Flow::RefreshTokenAuth,
            AuthFlow::RefreshToken => Flow::RefreshToken,
            _ => return Err(unknown("AuthFlow")),
        })
    }

    pub(crate) fn sign_in(mut self) -> Fallible<SignIn> {
        let mut sign_in = SignIn::new(self.user()?, self.flow()?);
        if self.0.flag("Admin")? {
            sign_in = sign_in.as_admin();
        }
        if let Some(device) = self.device()? {
            sign_in = sign_in.with_device(device);
        }
        let device_name = self.0.text("DeviceName")?;
        if self.0.flag("RememberDevice")? {
            sign_in = sign_in.remembering_device(device_name.as_deref().map(String::as_str));
        } else if device_name.is_some() {
            return Err(Failure::argument("DeviceName", "Unexpected", "goes with RememberDevice only"));
        }
        if let Some(mut session) = self.0.text("Session")? {
            sign_in = sign_in.with_session(core::mem::take(&mut *session));
        }
        sign_in.set_context(self.context()?);
        Ok(sign_in)
    }

    /// What goes with every request.
    pub(crate) fn context(&mut self) -> Fallible<Context> {
        let mut context = Context::default();
        if let Some(metadata) = self.0.object("ClientMetadata")? {
            context.client_metadata =
                metadata.texts()?.into_iter().map(|(name, value)| (name, (*value).clone())).collect();
        }
        if let Some(metadata) = self.0.object("AnalyticsMetadata")? {
            let mut metadata = metadata.knowing(&["AnalyticsEndpointId"])?;
            context.analytics_endpoint_id = metadata.plain_text("AnalyticsEndpointId")?;
        }
        if let Some(data) = self.0.object("UserContextData")? {
            let mut data = data.knowing(&["IpAddress", "EncodedData"])?;
            context.user_context_data = Some(UserContextData {
                ip_address: data.plain_text("IpAddress")?,
                encoded_data: data.plain_text("EncodedData")?,
            });
        }
        if let Some(data) = self.0.object("ContextData")? {
            context.context_data = Some(context_data(data)?);
        }
        Ok(context)
    }
}

fn context_data(data: Object) -> Fallible<ContextData> {
    let mut data = data.knowing(&["IpAddress", "ServerName", "ServerPath", "HttpHeaders", "EncodedData"])?;
    Ok(ContextData {
        ip_address: data.required("IpAddress")?.to_string(),
        server_name: data.required("ServerName")?.to_string(),
        server_path: data.required("ServerPath")?.to_string(),
        http_headers: http_headers(data.take("HttpHeaders"))?,
        encoded_data: data.plain_text("EncodedData")?,
    })
}

fn http_headers(headers: Value) -> Fallible<Vec<(String, String)>> {
    let read = |header| {
        let Value::Object(members) = header else { return Err(malformed("HttpHeaders")) };
        let mut header = Object { name: "HttpHeaders", members }.knowing(&["headerName", "headerValue"])?;
        Ok((header.required("headerName")?.to_string(), header.required("headerValue")?.to_string()))
    };
    match headers {
        Value::Null => Ok(Vec::new()),
        Value::Array(headers) => headers.into_iter().map(read).collect(),
        _ => Err(malformed("HttpHeaders")),
    }
}

/// A JSON object of texts; none where there is no text at all.
pub(crate) fn texts(name: &'static str, text: Option<&str>) -> Fallible<Vec<(String, Zeroizing<String>)>> {
    text.map_or_else(|| Ok(Vec::new()), |text| Object::parse(name, text)?.texts())
}

/// A JSON object that is being read member by member. What is left of it is wiped on drop.
struct Object {
    name: &'static str,
    members: Map<String, Value>,
}

impl Object {
    fn parse(name: &'static str, text: &str) -> Fallible<Self> {
        if text.len() > LIMIT {
            return Err(Failure::too_long(name, LIMIT));
        }
        // The parser's own words would quote what it has read.
        match serde_json::from_slice(text.as_bytes()) {
            Ok(Value::Object(members)) => Ok(Self { name, members }),
            Ok(mut value) => {
                wipe(&mut value);
                Err(Failure::argument(name, "NotJson", "is not a JSON object"))
            }
            Err(_) => Err(Failure::argument(name, "NotJson", "is not a JSON object")),
        }
    }

    /// Refuses members of other names: a misspelt option would otherwise be none.
    fn knowing(self, known: &[&str]) -> Fallible<Self> {
        match self.members.keys().find(|member| !known.contains(&member.as_str())) {
            Some(member) if member.len() <= NAME_LIMIT => {
                let mut member: String = member.chars().flat_map(char::escape_default).collect();
                member.push_str(" in ");
                member.push_str(self.name);
                Err(Failure::argument_named(member.into(), "Unknown", "is not a name that this version knows"))
            }
            Some(_) => Err(Failure::argument(self.name, "Unknown", "has a member that this version does not know")),
            None => Ok(self),
        }
    }

    fn take(&mut self, member: &str) -> Value {
        self.members.get_mut(member).map(Value::take).unwrap_or_default()
    }

    fn text(&mut self, member: &'static str) -> Fallible<Option<Zeroizing<String>>> {
        match self.take(member) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(Zeroizing::new(text))),
            mut other => {
                wipe(&mut other);
                Err(malformed(member))
            }
        }
    }

    /// A text that is no secret.
    fn plain_text(&mut self, member: &'static str) -> Fallible<Option<String>> {
        Ok(self.text(member)?.map(|text| (*text).clone()))
    }

    fn required(&mut self, member: &'static str) -> Fallible<Zeroizing<String>> {
        self.text(member)?.ok_or_else(|| Failure::argument(member, "Missing", "is missing"))
    }

    fn flag(&mut self, member: &'static str) -> Fallible<bool> {
        match self.take(member) {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(flag),
            mut other => {
                wipe(&mut other);
                Err(malformed(member))
            }
        }
    }

    fn object(&mut self, member: &'static str) -> Fallible<Option<Self>> {
        match self.take(member) {
            Value::Null => Ok(None),
            Value::Object(members) => Ok(Some(Self { name: member, members })),
            mut other => {
                wipe(&mut other);
                Err(malformed(member))
            }
        }
    }

    fn texts(mut self) -> Fallible<Vec<(String, Zeroizing<String>)>> {
        let name = self.name;
        let mut texts = Vec::new();
        for (member, value) in core::mem::take(&mut self.members) {
            match value {
                Value::Null => {}
                Value::String(text) => texts.push((member, Zeroizing::new(text))),
                mut other => {
                    wipe(&mut other);
                    return Err(malformed(name));
                }
            }
        }
        Ok(texts)
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.members.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn malformed(member: &'static str) -> Box<Failure> {
    Failure::argument(member, "Malformed", "is not of the type that it has in this object")
}

fn unknown(member: &'static str) -> Box<Failure> {
    Failure::argument(member, "Unknown", "is not a name that this version knows")
}

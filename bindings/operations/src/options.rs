//! Whose sign-in it is, and how it is to go: one JSON object for all operations that begin something.

use alloc::{boxed::Box, string::String, vec::Vec};

use cognito_srp_core::json::{self, Flaw, Text, Value};
use cognito_srp_core::{
    AppClient, AuthFlow, ChallengeName, ClientSecret, Context, ContextData, Device, DevicePassword, Flow, SignIn, User,
    UserContextData, UserPoolId,
};
use zeroize::Zeroizing;

use crate::failure::{Failure, Fallible};

/// The longest text of options, in bytes: no request of the service can be as long.
const LIMIT: usize = 1 << 20;

/// The deepest nesting of options that is read: far more than the four levels of HttpHeaders.
const DEPTH: u32 = 16;

/// The longest name of an unknown member that is repeated to the caller, and that only where it is plain: visible ASCII.
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

/// Options whose members are known.
pub(crate) struct Options<'t>(Object<'t>);

impl<'t> Options<'t> {
    pub(crate) fn parse(text: &'t str) -> Fallible<Self> {
        Object::parse("options", text)?.knowing(MEMBERS).map(Self)
    }

    pub(crate) fn client(&self) -> Fallible<AppClient> {
        let client = AppClient::new(UserPoolId::parse(self.0.text("UserPoolId")?)?, self.0.text("ClientId")?)?;
        Ok(match self.0.some_secret("ClientSecret")? {
            Some(mut secret) => client.with_secret(ClientSecret::new(core::mem::take(&mut *secret))?),
            None => client,
        })
    }

    pub(crate) fn user(&self) -> Fallible<User> {
        let user = self.client()?.user(self.0.text("Username")?);
        Ok(match self.0.some_text("DeviceKey")? {
            Some(device_key) => user.with_device_key(device_key),
            None => user,
        })
    }

    pub(crate) fn device(&self) -> Fallible<Option<Device>> {
        let device = self.0.object("Device")?.map(remembered).transpose()?;
        if device.is_some() {
            self.refuse("DeviceKey")?;
        }
        Ok(device)
    }

    fn flow(&self) -> Fallible<Flow> {
        let auth_flow = match self.0.some_text("AuthFlow")? {
            Some(name) => name.parse().map_err(|_| unknown("AuthFlow"))?,
            None => AuthFlow::UserSrpAuth,
        };
        let without_srp = self.0.flag("WithoutSrp")?;
        let preferred_challenge: Option<ChallengeName> = self
            .0
            .some_text("PreferredChallenge")?
            .map(|name| name.parse())
            .transpose()
            .map_err(|_| unknown("PreferredChallenge"))?;
        if without_srp && auth_flow != AuthFlow::CustomAuth {
            return Err(unexpected("WithoutSrp"));
        }
        if preferred_challenge.is_some() && auth_flow != AuthFlow::UserAuth {
            return Err(unexpected("PreferredChallenge"));
        }
        Ok(match auth_flow {
            AuthFlow::UserAuth => Flow::UserAuth { preferred_challenge },
            AuthFlow::CustomAuth if without_srp => Flow::CustomAuth,
            auth_flow => auth_flow.into(),
        })
    }

    /// Whether the Admin twins of the operations are meant.
    pub(crate) fn admin(&self) -> Fallible<bool> {
        self.0.flag("Admin")
    }

    pub(crate) fn sign_in(&self) -> Fallible<SignIn> {
        let (user, flow) = (self.user()?, self.flow()?);
        if !matches!(flow, Flow::RefreshTokenAuth | Flow::RefreshToken) {
            self.refuse("DeviceKey")?;
        }
        let admin = self.admin()?;
        let mut sign_in = SignIn::new(user, flow);
        if admin {
            sign_in = sign_in.as_admin();
        }
        if let Some(device) = self.device()? {
            sign_in = sign_in.with_device(device);
        }
        // An input field that was left empty.
        let device_name = self.0.some_text("DeviceName")?.filter(|name| !name.is_empty());
        if self.0.flag("RememberDevice")? {
            sign_in = sign_in.remembering_device(device_name.as_deref());
        } else if device_name.is_some() {
            return Err(unexpected("DeviceName"));
        }
        if let Some(mut session) = self.0.some_secret("Session")?.filter(|session| !session.is_empty()) {
            if !matches!(flow, Flow::UserAuth { .. }) {
                return Err(unexpected("Session"));
            }
            sign_in = sign_in.with_session(core::mem::take(&mut *session));
        }
        let implied = matches!(flow, Flow::AdminUserPasswordAuth | Flow::AdminNoSrpAuth);
        sign_in.set_context(self.context_of(admin || implied)?);
        Ok(sign_in)
    }

    /// What goes with every request. The Admin twins take ContextData, the others UserContextData.
    pub(crate) fn context_of(&self, admin: bool) -> Fallible<Context> {
        self.refuse(if admin { "UserContextData" } else { "ContextData" })?;
        self.context()
    }

    /// Refuses a member that would go into no request.
    fn refuse(&self, member: &'static str) -> Fallible<()> {
        if self.0.object.get(member).is_null() { Ok(()) } else { Err(unexpected(member)) }
    }

    /// What goes with every request, where it is not known here whether they are an administrator's.
    pub(crate) fn context(&self) -> Fallible<Context> {
        let mut context = Context::default();
        if let Some(metadata) = self.0.object("ClientMetadata")? {
            context.client_metadata =
                metadata.texts()?.into_iter().map(|(name, mut value)| (name, core::mem::take(&mut *value))).collect();
        }
        if let Some(metadata) = self.0.object("AnalyticsMetadata")? {
            let metadata = metadata.knowing(&["AnalyticsEndpointId"])?;
            context.analytics_endpoint_id = metadata.some_text("AnalyticsEndpointId")?;
        }
        if let Some(data) = self.0.object("UserContextData")? {
            let data = data.knowing(&["IpAddress", "EncodedData"])?;
            context.user_context_data = Some(UserContextData {
                ip_address: data.some_text("IpAddress")?,
                encoded_data: data.some_text("EncodedData")?,
            });
        }
        if let Some(data) = self.0.object("ContextData")? {
            context.context_data = Some(context_data(data)?);
        }
        Ok(context)
    }
}

/// A device by itself, as the option `Device` has it.
pub(crate) fn device(text: &str) -> Fallible<Device> {
    remembered(Object::parse("Device", text)?)
}

fn remembered(device: Object<'_>) -> Fallible<Device> {
    let device = device.knowing(&["DeviceKey", "DeviceGroupKey", "DevicePassword"])?;
    let password = DevicePassword::new(core::mem::take(&mut *device.secret("DevicePassword")?));
    Ok(Device::new(device.text("DeviceKey")?, device.text("DeviceGroupKey")?, password)?)
}

fn context_data(data: Object<'_>) -> Fallible<ContextData> {
    let data = data.knowing(&["IpAddress", "ServerName", "ServerPath", "HttpHeaders", "EncodedData"])?;
    Ok(ContextData {
        ip_address: data.text("IpAddress")?,
        server_name: data.text("ServerName")?,
        server_path: data.text("ServerPath")?,
        http_headers: http_headers(data.object.get("HttpHeaders"))?,
        encoded_data: data.some_text("EncodedData")?,
    })
}

fn http_headers(headers: Value<'_>) -> Fallible<Vec<(String, String)>> {
    if headers.is_null() {
        return Ok(Vec::new());
    }
    let mut read = Vec::new();
    for header in headers.list().ok_or_else(|| malformed("HttpHeaders"))? {
        let object = header.object().ok_or_else(|| malformed("HttpHeaders"))?;
        let header = Object { name: "HttpHeaders", object }.knowing(&["headerName", "headerValue"])?;
        read.push((header.text("headerName")?, header.text("headerValue")?));
    }
    Ok(read)
}

/// A JSON object of texts; none where there is no text at all.
pub(crate) fn texts(name: &'static str, text: Option<&str>) -> Fallible<Vec<(String, Zeroizing<String>)>> {
    text.map_or_else(|| Ok(Vec::new()), |text| Object::parse(name, text)?.texts())
}

/// A JSON object in the caller's text, by its name for an error.
struct Object<'t> {
    name: &'static str,
    object: json::Object<'t>,
}

impl<'t> Object<'t> {
    fn parse(name: &'static str, text: &'t str) -> Fallible<Self> {
        if text.len() > LIMIT {
            return Err(Failure::too_long(name, LIMIT));
        }
        match json::parse(text, DEPTH).map(Value::object) {
            Ok(Some(object)) => Ok(Self { name, object }),
            Err(Flaw::TooDeep) => Err(Failure::argument(name, "TooDeep", "is nested too deeply")),
            _ => Err(Failure::argument(name, "NotJson", "is not a JSON object")),
        }
    }

    /// Refuses members of other names: a misspelt option would otherwise be none.
    fn knowing(self, known: &[&str]) -> Fallible<Self> {
        let is_unknown = |member: &Text<'_>| !known.iter().any(|name| member.is(name));
        match self.object.members().map(|(member, _)| member).find(is_unknown).map(Text::read) {
            Some(member) if member.len() <= NAME_LIMIT && member.bytes().all(|byte| byte.is_ascii_graphic()) => {
                let member = [&member, " in ", self.name].concat();
                Err(Failure::argument_named(member.into(), "Unknown", "is not a name that this version knows"))
            }
            Some(_) => Err(Failure::argument(self.name, "Unknown", "has a member that this version does not know")),
            None => Ok(self),
        }
    }

    /// A member of that type, if there is one that is not `null`.
    fn some<T>(&self, member: &'static str, read: impl FnOnce(Value<'t>) -> Option<T>) -> Fallible<Option<T>> {
        let value = self.object.get(member);
        if value.is_null() {
            return Ok(None);
        }
        read(value).map(Some).ok_or_else(|| malformed(member))
    }

    fn some_secret(&self, member: &'static str) -> Fallible<Option<Zeroizing<String>>> {
        Ok(self.some_text(member)?.map(Zeroizing::new))
    }

    /// A text that is no secret.
    fn some_text(&self, member: &'static str) -> Fallible<Option<String>> {
        self.some(member, |value| value.text().map(Text::read))
    }

    fn secret(&self, member: &'static str) -> Fallible<Zeroizing<String>> {
        self.text(member).map(Zeroizing::new)
    }

    fn text(&self, member: &'static str) -> Fallible<String> {
        self.some_text(member)?.ok_or_else(|| Failure::argument(member, "Missing", "is missing"))
    }

    fn flag(&self, member: &'static str) -> Fallible<bool> {
        Ok(self.some(member, Value::flag)?.unwrap_or_default())
    }

    fn object(&self, name: &'static str) -> Fallible<Option<Self>> {
        Ok(self.some(name, Value::object)?.map(|object| Self { name, object }))
    }

    /// Its texts; of members that have one name, the last.
    fn texts(&self) -> Fallible<Vec<(String, Zeroizing<String>)>> {
        let mut texts = Vec::new();
        for (member, value) in self.object.last_of_each_name() {
            if !value.is_null() {
                let text = value.text().ok_or_else(|| malformed(self.name))?;
                texts.push((member, Zeroizing::new(text.read())));
            }
        }
        Ok(texts)
    }
}

fn malformed(member: &'static str) -> Box<Failure> {
    Failure::argument(member, "Malformed", "is not of the type that it has in this object")
}

fn unexpected(member: &'static str) -> Box<Failure> {
    Failure::argument(member, "Unexpected", "does not go with the other options")
}

fn unknown(member: &'static str) -> Box<Failure> {
    Failure::argument(member, "Unknown", "is not a name that this version knows")
}

//! Whole sign-ins through the public interface: the first message, the challenge as it came, the answer.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeResponse, ClientSecret, Device, DeviceLogin, DevicePasswordVerifier, Error, InitiateAuth,
    Parameters, PasswordVerifier, Problem, User, UserLogin, UserPoolId, hazmat,
};
use serde_json::Value;

use super::{
    folder::Folder,
    steps::{self, Identity},
    vector::{Checked, Failure, Vector},
};

/// What stands in for values that a vector does not have, and that nothing it does have depends on.
mod stand_in {
    pub(super) const POOL_ID: &str = "us-east-1_Example1";
    pub(super) const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
    pub(super) const USERNAME: &str = "username";
    pub(super) const SECRET_BLOCK: &str = "QUJD";
    pub(super) const SESSION: &str = "AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB";
}

pub(super) fn check_user(vector: &Vector<'_>, _: &Folder) -> Checked {
    vector.compare("flow", "user_srp");
    steps::check_steps(vector)?;
    check_exchange(vector)
}

pub(super) fn check_device(vector: &Vector<'_>, _: &Folder) -> Checked {
    vector.compare("flow", "device_srp");
    vector.set_aside(&["pool_name"]);
    steps::check_steps(vector)?;
    check_exchange(vector)
}

/// a >= N: the values that follow from `a` as it is. Those of clients that reduce it first are not ours.
pub(super) fn check_unreduced_a(vector: &Vector<'_>, _: &Folder) -> Checked {
    let mut fields = vector.take_fields();
    fields.remove("a_reduced_mod_N");
    let Some(Value::Object(unreduced)) = fields.remove("a_unreduced") else {
        return Err(Failure::new("a_unreduced", "is missing"));
    };
    fields.extend(unreduced);
    vector.check_part("a_unreduced", &fields, |vector| {
        steps::check_steps(vector)?;
        check_exchange(vector)
    });
    Ok(())
}

/// What other projects published: each vector has a subset of the fields, and is checked as far as that goes.
pub(super) fn check_published(vector: &Vector<'_>, _: &Folder) -> Checked {
    if let Some(expected) = vector.optional_text("expect")? {
        vector.require("expect", expected.starts_with("reject"), "is nothing that is understood here");
        return check_published_refusal(vector);
    }
    steps::check_steps(vector)?;
    if vector.has("device_key") && (vector.has("verifier_b64") || vector.has("salt_b64")) {
        steps::check_verifier(vector)?;
    }
    if vector.has("secret_hash") {
        check_published_secret_hash(vector)?;
    }
    if ["a", "salt", "secret_block_b64", "signature_b64"].iter().all(|field| vector.has(field)) {
        check_exchange(vector)?;
    }
    // Names that a vector mentions and that nothing in it depends on.
    vector.set_aside(&["flow", "pool_id", "pool_name", "username", "client_id", "client_secret"]);
    Ok(())
}

/// A sign-in that has to be refused, or, where the vector has no more than A and B, their u.
fn check_published_refusal(vector: &Vector<'_>) -> Checked {
    if vector.has("a") {
        steps::check_steps(vector)?;
        return check_refused(vector);
    }
    let u = hazmat::u(&vector.integer("A")?.to_bytes_be(), &vector.integer("B")?.to_bytes_be());
    vector.require("u", u.is_none(), "was computed, where A and B have to be refused");
    Ok(())
}

fn check_published_secret_hash(vector: &Vector<'_>) -> Checked {
    let username = vector.optional_text("secret_hash_username")?;
    let username = username.map_or_else(|| vector.text("username"), Ok)?;
    let client = client(vector)?.map_err(|error| Failure::new("client", error.to_string()))?;
    vector.compare("secret_hash", client.secret_hash(username).as_deref().unwrap_or("none"));
    Ok(())
}

/// One sign-in, or its refusal where SRP_B is out of range.
fn check_exchange(vector: &Vector<'_>) -> Checked {
    let out_of_range = steps::b_public(vector)?.is_some_and(|b_public| steps::is_refused(&b_public));
    if vector.classes().contains(&"B_ge_N") {
        vector.require("classes", out_of_range, "say B_ge_N, but SRP_B is in range");
    }
    check_secret_hashes(vector)?;
    if out_of_range {
        return check_refused(vector);
    }
    let exchange = Exchange::read(vector)?;
    let messages = exchange.run().map_err(|error| Failure::new("sign-in", format!("was refused: {error}")))?;
    Expected::read(vector)?.compare(vector, &messages);
    Ok(())
}

/// SRP_B has to be refused as out of range; what comes before it is as in any sign-in.
fn check_refused(vector: &Vector<'_>) -> Checked {
    let exchange = Exchange::read(vector)?;
    vector.set_aside(&["timestamp"]);
    let login = exchange.login().map_err(|error| Failure::new("sign-in", error.to_string()))?;
    let first = login.first(exchange.session);
    vector.compare("A", first.parameters.get("SRP_A").unwrap_or("(absent)"));
    match exchange.challenge() {
        Ok(_) => vector.fail(Failure::new("SRP_B", "is out of range, and was accepted")),
        Err(error) => {
            let why = (error.parameter(), error.problem());
            vector.require("SRP_B", why == ("SRP_B", Problem::OutOfRange), &format!("was refused otherwise: {error}"));
        }
    }
    Ok(())
}

/// SECRET_HASH of both requests: over the typed name, and then over the one that the challenge gave.
fn check_secret_hashes(vector: &Vector<'_>) -> Checked {
    let client = client(vector)?.map_err(|error| Failure::new("client", error.to_string()))?;
    let typed = vector.optional_text("username")?.unwrap_or(stand_in::USERNAME);
    let internal = if vector.has("device_key") { typed } else { user_id_for_srp(vector)? };
    for (field, username) in [("secret_hash_initiate", typed), ("secret_hash_respond", internal)] {
        vector.compare(field, client.secret_hash(username).as_deref().unwrap_or("(absent)"));
    }
    Ok(())
}

/// What a sign-in is made of.
pub(super) struct Exchange<'a> {
    user: Result<User, Error>,
    party: Party<'a>,
    a: Vec<u8>,
    challenge: Vec<(&'static str, Cow<'a, str>)>,
    session: Option<&'a str>,
    now: DateTime<Utc>,
}

enum Party<'a> {
    User { password: &'a str },
    Device(Device),
}

impl<'a> Exchange<'a> {
    pub(super) fn read(vector: &Vector<'a>) -> Checked<Self> {
        let username = vector.optional_text("username")?.unwrap_or(stand_in::USERNAME);
        let mut challenge = Vec::new();
        let party = if vector.has("device_key") {
            Party::Device(steps::device(vector)?)
        } else {
            challenge.extend(user_id_parameter(vector)?.map(|text| ("USER_ID_FOR_SRP", text)));
            Party::User { password: vector.text("password")? }
        };
        challenge.extend(wire_integer(vector, "srp_b", "B")?.map(|text| ("SRP_B", text)));
        challenge.extend(wire_text(vector, "salt")?.map(|text| ("SALT", text)));
        challenge.extend(secret_block(vector)?.map(|text| ("SECRET_BLOCK", text)));
        Ok(Self {
            user: client(vector)?.map(|client| client.user(username)),
            party,
            a: vector.integer("a")?.to_bytes_be(),
            challenge,
            session: Some(stand_in::SESSION),
            now: clock(vector)?,
        })
    }

    /// The same, by a user with a remembered device.
    pub(super) fn with_remembered_device(mut self, device_key: Option<&str>) -> Self {
        if let Some(device_key) = device_key {
            self.user = self.user.map(|user| user.with_device_key(device_key));
        }
        self
    }

    /// The same, where the replies carry this Session.
    pub(super) const fn with_session(mut self, session: Option<&'a str>) -> Self {
        self.session = session;
        self
    }

    /// Both messages.
    pub(super) fn run(&self) -> Result<[Message; 2], Error> {
        let challenge = self.challenge()?;
        let login = self.login()?;
        Ok([login.first(self.session), login.finish(&challenge, self)?])
    }

    pub(super) fn login(&self) -> Result<Login, Error> {
        let user = self.user.as_ref().map_err(|&error| error)?;
        Ok(match &self.party {
            Party::User { .. } => Login::User(hazmat::user_login(user, &self.a)),
            Party::Device(device) => Login::Device(hazmat::device_login(user, device, &self.a)),
        })
    }

    /// The challenge, read.
    pub(super) fn challenge(&self) -> Result<Challenge, Error> {
        let parameters = self.challenge.iter().map(|(name, value)| (*name, &**value));
        Ok(match self.party {
            Party::User { .. } => Challenge::User(PasswordVerifier::from_reply(parameters, self.session)?),
            Party::Device(_) => Challenge::Device(DevicePasswordVerifier::from_reply(parameters, self.session)?),
        })
    }
}

pub(super) enum Login {
    User(UserLogin),
    Device(DeviceLogin),
}

pub(super) enum Challenge {
    User(PasswordVerifier),
    Device(DevicePasswordVerifier),
}

impl Login {
    pub(super) fn first(&self, session: Option<&str>) -> Message {
        match self {
            Self::User(login) => login.user_srp_auth().into(),
            Self::Device(login) => login.device_srp_auth(session).into(),
        }
    }

    fn finish(self, challenge: &Challenge, exchange: &Exchange<'_>) -> Result<Message, Error> {
        match (self, challenge, &exchange.party) {
            (Self::User(login), Challenge::User(challenge), Party::User { password }) => {
                login.finish(challenge, password, exchange.now).map(|proof| Message::from(proof.answer))
            }
            (Self::Device(login), Challenge::Device(challenge), Party::Device(device)) => {
                login.finish(challenge, device, exchange.now).map(Message::from)
            }
            _ => unreachable!("all three come from one exchange"),
        }
    }
}

/// A request of this library, whichever of the two.
pub(super) struct Message {
    /// AuthFlow or ChallengeName.
    pub(super) name: &'static str,
    pub(super) parameters: Parameters,
    pub(super) session: Option<String>,
}

impl From<InitiateAuth> for Message {
    fn from(request: InitiateAuth) -> Self {
        Self { name: request.auth_flow.as_str(), parameters: request.auth_parameters, session: None }
    }
}

impl From<ChallengeResponse> for Message {
    fn from(answer: ChallengeResponse) -> Self {
        let ChallengeResponse { challenge_name, challenge_responses, session, .. } = answer;
        Self { name: challenge_name.as_str(), parameters: challenge_responses, session }
    }
}

impl Message {
    /// Holds the parameters against expected ones: the same keys, and the same values.
    pub(super) fn compare(&self, vector: &Vector<'_>, expected: &[(&str, &str)]) {
        const ABSENT: &str = "(absent)";
        for (key, value) in expected {
            vector.equal(&format!("{}.{key}", self.name), value, self.parameters.get(key).unwrap_or(ABSENT));
        }
        for (key, value) in self.parameters.iter().filter(|(key, _)| !expected.iter().any(|(name, _)| name == key)) {
            vector.equal(&format!("{}.{key}", self.name), ABSENT, value);
        }
    }
}

/// The two messages that a vector's values make.
struct Expected<'a> {
    first: Vec<(&'static str, &'a str)>,
    answer: Vec<(&'static str, &'a str)>,
}

impl<'a> Expected<'a> {
    fn read(vector: &Vector<'a>) -> Checked<Self> {
        let typed = vector.optional_text("username")?.unwrap_or(stand_in::USERNAME);
        let mut first = vec![("USERNAME", typed), ("SRP_A", vector.text("A")?)];
        let mut answer = vec![
            ("PASSWORD_CLAIM_SIGNATURE", vector.text("signature_b64")?),
            ("PASSWORD_CLAIM_SECRET_BLOCK", vector.text("secret_block_b64")?),
            ("TIMESTAMP", vector.text("timestamp")?),
        ];
        if let Some(device_key) = vector.optional_text("device_key")? {
            answer.push(("USERNAME", typed));
            first.push(("DEVICE_KEY", device_key));
            answer.push(("DEVICE_KEY", device_key));
        } else {
            answer.push(("USERNAME", user_id_for_srp(vector)?));
        }
        first.extend(vector.optional_text("secret_hash_initiate")?.map(|hash| ("SECRET_HASH", hash)));
        answer.extend(vector.optional_text("secret_hash_respond")?.map(|hash| ("SECRET_HASH", hash)));
        Ok(Self { first, answer })
    }

    fn compare(&self, vector: &Vector<'_>, [first, answer]: &[Message; 2]) {
        // A vector of another project may have a client secret, and the hash of one request only: that one is checked apart.
        let both = vector.has("secret_hash_initiate") && vector.has("secret_hash_respond");
        if both || !vector.has("client_secret") {
            first.compare(vector, &self.first);
            answer.compare(vector, &self.answer);
        } else {
            for (key, value) in &self.answer {
                vector.equal(&format!("{}.{key}", answer.name), value, answer.parameters.get(key).unwrap_or_default());
            }
        }
        vector.require("Session", answer.session.as_deref() == Some(stand_in::SESSION), "was not echoed");
    }
}

/// The app client of a vector: the error is the library's, and may be what the vector is about.
pub(super) fn client(vector: &Vector<'_>) -> Checked<Result<AppClient, Error>> {
    let pool_id = match (vector.optional_text("pool_id")?, vector.optional_text("pool_name")?) {
        (Some(pool_id), _) => Cow::Borrowed(pool_id),
        (None, Some(name)) => format!("us-east-1_{name}").into(),
        (None, None) => match Identity::read(vector)? {
            Some(identity) if !vector.has("device_key") => format!("us-east-1_{}", identity.scope).into(),
            _ => stand_in::POOL_ID.into(),
        },
    };
    let client_id = vector.optional_text("client_id")?.unwrap_or(stand_in::CLIENT_ID);
    let secret = vector.optional_text("client_secret")?;
    Ok(UserPoolId::parse(pool_id).and_then(|pool_id| {
        let client = AppClient::new(pool_id, client_id)?;
        Ok(match secret {
            Some(secret) => client.with_secret(ClientSecret::new(secret)?),
            None => client,
        })
    }))
}

/// USER_ID_FOR_SRP of a challenge that is meant to be answered.
fn user_id_for_srp<'a>(vector: &Vector<'a>) -> Checked<&'a str> {
    match Identity::read(vector)? {
        Some(identity) => Ok(identity.name),
        None => Err(Failure::new("user_id_for_srp", "is missing")),
    }
}

/// USER_ID_FOR_SRP as it came.
fn user_id_parameter<'a>(vector: &Vector<'a>) -> Checked<Option<Cow<'a, str>>> {
    if vector.has("pool_name_and_user_concatenated") {
        return user_id_for_srp(vector).map(|name| Some(name.into()));
    }
    wire_text(vector, "user_id_for_srp")
}

/// SECRET_BLOCK as it came. Where a vector has no such field, as opposed to null, it is not about that.
fn secret_block<'a>(vector: &Vector<'a>) -> Checked<Option<Cow<'a, str>>> {
    if vector.mentions("secret_block_b64") {
        return wire_text(vector, "secret_block_b64");
    }
    Ok(Some(stand_in::SECRET_BLOCK.into()))
}

/// An integer as it came, or, where a vector has only its value, as its sender writes it.
fn wire_integer<'a>(vector: &Vector<'a>, field: &str, value: &str) -> Checked<Option<Cow<'a, str>>> {
    if vector.mentions(field) { wire_text(vector, field) } else { wire_text(vector, value) }
}

/// A parameter as it came: text, null where it is missing, or a long text as `{"repeat": "f", "times": 200000000}`.
fn wire_text<'a>(vector: &Vector<'a>, field: &str) -> Checked<Option<Cow<'a, str>>> {
    match vector.value(field) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.into())),
        Some(Value::Object(fields)) => repeated(&Vector::new(fields)).map(|text| Some(text.into())),
        Some(_) => Err(Failure::new(field, "is neither text nor a repetition")),
    }
}

fn repeated(repetition: &Vector<'_>) -> Checked<String> {
    let times =
        usize::try_from(repetition.number("times")?).map_err(|error| Failure::new("times", error.to_string()))?;
    Ok(repetition.text("repeat")?.repeat(times))
}

/// The client's clock; where a vector has only the text, it is read back.
fn clock(vector: &Vector<'_>) -> Checked<DateTime<Utc>> {
    let now = match (vector.optional_number("timestamp_unix_seconds")?, vector.optional_text("timestamp")?) {
        (Some(seconds), _) => DateTime::from_timestamp(seconds, 0),
        (None, Some(text)) => parse_timestamp(text),
        (None, None) => Some(DateTime::UNIX_EPOCH),
    };
    now.ok_or_else(|| Failure::new("timestamp", "is no time"))
}

pub(super) fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%a %b %d %H:%M:%S UTC %Y").ok().map(|now| now.and_utc())
}

//! Requests as a whole: what AWS's own clients sent, and every message of the protocol.

use cognito_srp_core::{
    AuthFlow, ChallengeAnswer, ChallengeName, FirstFactor, InitiateAuth, MfaType, PreferredChallenge, User, UserLogin,
    hazmat,
};
use serde_json::{Map, Value, json};

use super::{
    exchange::{self, Exchange, Message},
    folder::Folder,
    vector::{Checked, Failure, Vector},
};

/// The clients whose requests ours have to equal. The others in the files send less, or more, than AWS's.
const AWS_CLIENTS: [&str; 2] = ["amazon-cognito-identity-js", "amplify"];

/// request_shapes: each call of each of AWS's clients, next to ours from the same inputs.
pub(super) fn check_shape(vector: &Vector<'_>, folder: &Folder) -> Checked {
    let inputs = folder.find(vector.text("vector")?);
    let clients = vector.object("clients")?;
    for client in AWS_CLIENTS {
        for call in clients.get(client).and_then(Value::as_array).into_iter().flatten() {
            let call = call.as_object().ok_or_else(|| Failure::new(client, "has a call that is no object"))?;
            vector.check_part(client, call, |call| check_call(call, inputs));
        }
    }
    Ok(())
}

fn check_call(call: &Vector<'_>, inputs: Option<&Map<String, Value>>) -> Checked {
    let request = Request::read(call)?;
    let step = step(&request, inputs);
    let step = Vector::new(&step);
    let exchange = Exchange::read(&step)?
        .with_remembered_device(request.sent("DEVICE_KEY").filter(|_| !request.is_of_device()))
        .with_session(request.session);
    let messages = exchange.run().map_err(|error| Failure::new("sign-in", error.to_string()))?;
    let message = messages.into_iter().find(|message| message.name == request.name);
    let message = message.ok_or_else(|| Failure::new(request.name, "is no message of this sign-in"))?;

    // Without the vector that a shape refers to, the inputs are made up, and so are the values that follow from them.
    let values_follow = inputs.is_some();
    request.compare(call, &message, values_follow);
    Ok(())
}

/// What goes into the step of a sign-in that a request is part of.
fn step(request: &Request<'_>, inputs: Option<&Map<String, Value>>) -> Map<String, Value> {
    let mut step = inputs.cloned().unwrap_or_default();
    if inputs.is_none() {
        step.extend(made_up());
    }
    if !request.is_of_device() && step.contains_key("device_key") {
        step.extend(user_step_before_device(&step));
        step.remove("device_key");
    }
    if request.sent("SECRET_HASH").is_none() {
        // AWS's JavaScript clients have no client secret, even where the vector has one.
        step.remove("client_secret");
    }
    step
}

/// Inputs for a shape whose vector is not in the folder: enough for the keys to be right.
fn made_up() -> Map<String, Value> {
    let fields = json!({
        "username": "username", "a": "1", "srp_b": "2", "salt": "3", "secret_block_b64": "QUJD",
        "device_key": "key", "device_group_key": "group", "device_password": "password",
    });
    fields.as_object().cloned().unwrap_or_default()
}

/// The step with the user's password before the device's own: the same for every device, as the file's description says.
/// The password is not among its fields; AWS's clients are seen to have signed with this one.
fn user_step_before_device(device: &Map<String, Value>) -> Map<String, Value> {
    let fields = json!({
        "user_id_for_srp": device.get("username"), "password": "pw", "a": format!("1{}", "01".repeat(127)),
        "srp_b": "abcdef", "salt": "ab", "secret_block_b64": "QUJD",
    });
    fields.as_object().cloned().unwrap_or_default()
}

/// InitiateAuth or RespondToAuthChallenge, as a file has it.
struct Request<'a> {
    /// AuthFlow or ChallengeName.
    name: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
    session: Option<&'a str>,
}

impl<'a> Request<'a> {
    fn read(call: &Vector<'a>) -> Checked<Self> {
        let (name, parameters) = match call.text("operation")? {
            "InitiateAuth" | "AdminInitiateAuth" => ("AuthFlow", "AuthParameters"),
            "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => ("ChallengeName", "ChallengeResponses"),
            _ => return Err(Failure::new("operation", "is no request of a sign-in")),
        };
        let request = Vector::new(call.object("parameters")?);
        let read = Self {
            name: request.text(name)?,
            parameters: texts(request.object(parameters)?, parameters)?,
            session: request.optional_text("Session")?,
        };
        // ClientId and ClientMetadata (empty where a client sends it at all) are the caller's.
        request.set_aside(&["ClientId", "ClientMetadata"]);
        request.unread().into_iter().for_each(|failure| call.fail(failure));
        Ok(read)
    }

    fn sent(&self, key: &str) -> Option<&'a str> {
        self.parameters.iter().find_map(|&(name, value)| (name == key).then_some(value))
    }

    fn is_of_device(&self) -> bool {
        self.name.starts_with("DEVICE_")
    }

    /// The same keys; the same values, if they follow from known inputs; the same Session.
    fn compare(&self, vector: &Vector<'_>, message: &Message, values_follow: bool) {
        if values_follow {
            message.compare(vector, &self.parameters);
        } else {
            let mut ours: Vec<_> = message.parameters.iter().map(|(key, _)| key).collect();
            let mut theirs: Vec<_> = self.parameters.iter().map(|&(key, _)| key).collect();
            ours.sort_unstable();
            theirs.sort_unstable();
            vector.equal(&format!("{} keys", self.name), &theirs.join(" "), &ours.join(" "));
        }
        vector.equal(
            &format!("{}.Session", self.name),
            self.session.unwrap_or("(none)"),
            message.session.as_deref().unwrap_or("(none)"),
        );
    }
}

fn texts<'a>(map: &'a Map<String, Value>, field: &str) -> Checked<Vec<(&'a str, &'a str)>> {
    let text = |(name, value): (&'a String, &'a Value)| Some((name.as_str(), value.as_str()?));
    map.iter().map(text).collect::<Option<_>>().ok_or_else(|| Failure::new(field, "is not all text"))
}

/// messages: one request of the protocol, with all that goes into it.
pub(super) fn check_message(vector: &Vector<'_>, _: &Folder) -> Checked {
    let request = Request::read(vector)?;
    let message = match vector.text("operation")? {
        "InitiateAuth" | "AdminInitiateAuth" => initiate(parse(request.name)?, vector)?,
        _ => respond(parse(request.name)?, vector, request.session)?,
    };
    vector.equal("name", request.name, message.name);
    // Every vector has both names, and USERNAME shows which one was used.
    vector.set_aside(&["username", "user_id_for_srp"]);
    request.compare(vector, &message, true);
    Ok(())
}

fn parse<T: std::str::FromStr>(name: &str) -> Checked<T> {
    name.parse().map_err(|_| Failure::new(name, "is no name that this library knows"))
}

/// The library's request for an AuthFlow.
fn initiate(flow: AuthFlow, vector: &Vector<'_>) -> Checked<Message> {
    let names_no_user = matches!(flow, AuthFlow::RefreshTokenAuth | AuthFlow::RefreshToken);
    let user = user(vector, if names_no_user { "user_id_for_srp" } else { "username" })?;
    let password = || vector.text("password");
    let request = match flow {
        AuthFlow::UserSrpAuth => login(vector, &user)?.user_srp_auth(),
        AuthFlow::CustomAuth if vector.has("a") => login(vector, &user)?.custom_auth(),
        AuthFlow::CustomAuth => InitiateAuth::custom_auth(&user),
        AuthFlow::UserAuth if vector.has("a") => login(vector, &user)?.user_auth(),
        AuthFlow::UserAuth => InitiateAuth::user_auth(&user, preferred_challenge(vector)?),
        AuthFlow::UserPasswordAuth => InitiateAuth::user_password_auth(&user, password()?),
        AuthFlow::AdminUserPasswordAuth => InitiateAuth::admin_user_password_auth(&user, password()?),
        AuthFlow::AdminNoSrpAuth => InitiateAuth::admin_no_srp_auth(&user, password()?),
        AuthFlow::RefreshTokenAuth => InitiateAuth::refresh_token_auth(&user, vector.text("refresh_token")?),
        AuthFlow::RefreshToken => InitiateAuth::refresh_token(&user, vector.text("refresh_token")?),
        _ => return Err(Failure::new(flow.as_str(), "has no case here")),
    };
    vector.set_aside(&["preferred_challenge"]);
    Ok(request.into())
}

/// The library's answer to a challenge.
fn respond(challenge: ChallengeName, vector: &Vector<'_>, session: Option<&str>) -> Checked<Message> {
    if matches!(challenge, ChallengeName::PasswordVerifier | ChallengeName::DevicePasswordVerifier) {
        return exchange_message(vector, session, |[_, answer]| answer);
    }
    if challenge == ChallengeName::DeviceSrpAuth {
        return exchange_message(vector, session, |[first, _]| first);
    }
    let user = user(vector, "user_id_for_srp")?;
    let code = || vector.text("code");
    let attributes = match vector.optional_object("user_attributes")? {
        Some(attributes) => texts(attributes, "user_attributes")?,
        None => Vec::new(),
    };
    let answer = match challenge {
        ChallengeName::PasswordSrp => return Ok(login(vector, &user)?.password_srp(session).into()),
        ChallengeName::SelectChallenge if vector.has("a") => {
            return Ok(login(vector, &user)?.select_challenge(session).into());
        }
        ChallengeName::SelectChallenge => ChallengeAnswer::SelectChallenge(first_factor(vector)?),
        ChallengeName::SmsMfa => ChallengeAnswer::SmsMfa { code: code()? },
        ChallengeName::EmailOtp => ChallengeAnswer::EmailOtp { code: code()? },
        ChallengeName::SmsOtp => ChallengeAnswer::SmsOtp { code: code()? },
        ChallengeName::SoftwareTokenMfa => ChallengeAnswer::SoftwareTokenMfa { code: code()? },
        ChallengeName::SelectMfaType => {
            ChallengeAnswer::SelectMfaType { mfa_type: parse::<MfaType>(vector.text("answer")?)? }
        }
        ChallengeName::MfaSetup => ChallengeAnswer::MfaSetup,
        ChallengeName::NewPasswordRequired => ChallengeAnswer::NewPasswordRequired {
            new_password: vector.text("new_password")?,
            user_attributes: &attributes,
        },
        ChallengeName::CustomChallenge => ChallengeAnswer::CustomChallenge { answer: vector.text("answer")? },
        ChallengeName::Password => ChallengeAnswer::Password { password: vector.text("password")? },
        ChallengeName::WebAuthn => ChallengeAnswer::WebAuthn { credential: vector.text("credential")? },
        ChallengeName::AdminNoSrpAuth => ChallengeAnswer::AdminNoSrpAuth { password: vector.text("password")? },
        _ => return Err(Failure::new(challenge.as_str(), "has no case here")),
    };
    Ok(user.respond(session, &answer).into())
}

fn exchange_message(
    vector: &Vector<'_>,
    session: Option<&str>,
    pick: impl FnOnce([Message; 2]) -> Message,
) -> Checked<Message> {
    let exchange = Exchange::read(vector)?
        .with_remembered_device(vector.optional_text("remembered_device_key")?)
        .with_session(session);
    exchange.run().map(pick).map_err(|error| Failure::new("sign-in", error.to_string()))
}

fn preferred_challenge<'a>(vector: &Vector<'a>) -> Checked<Option<PreferredChallenge<'a>>> {
    let Some(name) = vector.optional_text("preferred_challenge")? else { return Ok(None) };
    Ok(Some(match parse(name)? {
        ChallengeName::Password => PreferredChallenge::Password { password: vector.text("password")? },
        ChallengeName::WebAuthn => PreferredChallenge::WebAuthn,
        ChallengeName::EmailOtp => PreferredChallenge::EmailOtp,
        ChallengeName::SmsOtp => PreferredChallenge::SmsOtp,
        _ => return Err(Failure::new("preferred_challenge", "is no first factor")),
    }))
}

fn first_factor<'a>(vector: &Vector<'a>) -> Checked<FirstFactor<'a>> {
    Ok(match parse(vector.text("answer")?)? {
        ChallengeName::Password => FirstFactor::Password { password: vector.text("password")? },
        ChallengeName::WebAuthn => FirstFactor::WebAuthn { credential: Some(vector.text("credential")?) },
        ChallengeName::EmailOtp => FirstFactor::EmailOtp,
        ChallengeName::SmsOtp => FirstFactor::SmsOtp,
        _ => return Err(Failure::new("answer", "is no first factor")),
    })
}

fn user(vector: &Vector<'_>, name: &str) -> Checked<User> {
    let client = exchange::client(vector)?.map_err(|error| Failure::new("client", error.to_string()))?;
    let user = client.user(vector.text(name)?);
    Ok(match vector.optional_text("remembered_device_key")? {
        Some(device_key) => user.with_device_key(device_key),
        None => user,
    })
}

fn login(vector: &Vector<'_>, user: &User) -> Checked<UserLogin> {
    Ok(hazmat::user_login(user, &vector.integer("a")?.to_bytes_be()))
}

//! How bytes become what is said in a conversation: in each field, what kind it is (a letter) and choices from the lists here,
//! a byte each. Bytes that are not there choose the first.

use arbitrary::Unstructured;
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeName, ClientSecret, Context, ContextData, Device, DevicePassword,
    Flow, MfaType, NewDeviceMetadata, Question, Refusal, Reply, UserContextData, UserPoolId,
};

use crate::{
    challenge::CLIENT_ID,
    input::{byte, choose, text},
};

/// In every secret, and in nothing else.
pub const MARK: &str = "s3cr3t";

/// With this begins the base64 of all that begins with [`MARK`].
const MARK_IN_BASE64: &str = "czNjcjN0";

pub const PASSWORD: &str = "s3cr3t-password";
pub const NEW_PASSWORD: &str = "s3cr3t-another-one";
pub const DEVICE_PASSWORD: &str = "s3cr3t-of-the-device";
const CLIENT_SECRET: &str = "s3cr3t-of-the-client";
const REFRESH_TOKEN: &str = "s3cr3t-refresh-token";
const CODE: &str = "s3cr3t-123456";
const SECRET_CODE: &str = "s3cr3tJBSWY3DP";

/// The claims are `{"sub":"1","username":"internal"}`.
const TOKEN_WITH_NAME: &str = "s3cr3t.eyJzdWIiOiIxIiwidXNlcm5hbWUiOiJpbnRlcm5hbCJ9.sig";

/// The claim `username` of a token, of those in this file.
pub fn username_of(token: &str) -> Option<&'static str> {
    (token == TOKEN_WITH_NAME).then_some("internal")
}

pub fn client(secret: Option<&str>) -> AppClient {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), CLIENT_ID).unwrap();
    match secret {
        Some(secret) => client.with_secret(ClientSecret::new(secret).unwrap()),
        None => client,
    }
}

#[must_use]
pub fn device() -> Device {
    Device::new("us-east-1_379df4ac", "-XTIoPyv7Z", DevicePassword::new(DEVICE_PASSWORD)).unwrap()
}

#[must_use]
pub fn other_device() -> Device {
    Device::new("us-east-1_other", "-other", DevicePassword::new("s3cr3t-of-another-device")).unwrap()
}

/// The flows, in the order in which a seed names them.
pub const FLOWS: [Flow; 15] = [
    Flow::UserSrpAuth,
    Flow::CustomAuth,
    Flow::CustomAuthWithSrp,
    Flow::UserPasswordAuth,
    Flow::AdminUserPasswordAuth,
    Flow::AdminNoSrpAuth,
    Flow::RefreshTokenAuth,
    Flow::RefreshToken,
    Flow::UserAuth { preferred_challenge: None },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::WebAuthn) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::EmailOtp) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::SmsOtp) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::SmsMfa) },
];

/// How a conversation begins. The flags of the second byte, from the lowest: admin, client's secret, device, DEVICE_KEY of the
/// user, to be remembered, under a name, Session of ConfirmSignUp.
pub struct Beginning {
    pub flow: Flow,
    pub admin: bool,
    pub secret: Option<&'static str>,
    pub typed: String,
    pub device_key: Option<&'static str>,
    pub device: Option<Device>,
    pub remember: Option<Option<&'static str>>,
    pub session: Option<String>,
}

pub fn beginning(field: &[u8]) -> Beginning {
    let mut bytes = Unstructured::new(field);
    let flow = *choose(&mut bytes, &FLOWS);
    let flags = byte(&mut bytes);
    let has = |flag: u8| flags >> flag & 1 != 0;
    let typed = match byte(&mut bytes) {
        0 => "alice@example.com".into(),
        _ => innocent(bytes.take_rest()),
    };
    Beginning {
        flow,
        admin: has(0),
        secret: has(1).then_some(CLIENT_SECRET),
        typed,
        device_key: has(3).then_some("us-east-1_of_the_user"),
        device: has(2).then(device),
        remember: has(4).then_some(has(5).then_some("a name")),
        session: has(6).then(|| "s3cr3t session of ConfirmSignUp".into()),
    }
}

/// What the sign-in waits for, as far as somebody of good will has to know.
pub enum Said {
    Nothing,
    Question(Question),
    Anything,
    PasswordVerifier,
    DevicePasswordVerifier,
    SecretCode,
    Verification,
    Confirmation,
}

/// One thing that is done to the sign-in.
#[derive(Debug)]
pub enum Action {
    Start,
    Reply(Reply),
    Refusal(Refusal),
    Answer(Given),
    Text(String),
    Restore,
    SkipDevice,
    SetDevice(Option<Device>),
    SetContext(Context),
    Clock(i64),
    RngFails(u32),
}

/// An [`Answer`] that owns its text. Not to be shown: it has secrets.
pub enum Given {
    Password(String),
    RefreshToken(String),
    FirstFactor(ChallengeName),
    Code(String),
    MfaType(MfaType),
    NewPassword(String, &'static [(&'static str, &'static str)]),
    Custom(String),
    Passkey(String),
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_answer().fmt(f)
    }
}

impl Given {
    pub fn as_answer(&self) -> Answer<'_> {
        match self {
            Self::Password(text) => Answer::Password(text),
            Self::RefreshToken(text) => Answer::RefreshToken(text),
            Self::FirstFactor(name) => Answer::FirstFactor(*name),
            Self::Code(text) => Answer::Code(text),
            Self::MfaType(name) => Answer::MfaType(*name),
            Self::NewPassword(text, user_attributes) => Answer::NewPassword { new_password: text, user_attributes },
            Self::Custom(text) => Answer::Custom(text),
            Self::Passkey(text) => Answer::Passkey(text),
        }
    }
}

/// The kinds of a step, by letter:
///
/// | letter | what, and the choices behind it |
/// |---|---|
/// | `s` | start |
/// | `o` | whatever somebody of good will would say now: which of it, Session |
/// | `r` | a reply: ChallengeName, Session, which members, and for each its choices |
/// | `p` | a reply with SRP: ChallengeName, Session, then `SALT\|SRP_B\|SECRET_BLOCK\|USER_ID_FOR_SRP` |
/// | `e` | a refusal: its name, its text |
/// | `a` | an answer: which kind, then its text |
/// | `t` | a text, as the answer to whatever was asked |
/// | `v` | save and restore |
/// | `k` | skip the device |
/// | `d` | set the device: none, the one, another |
/// | `c` | set the context |
/// | `n` | the clock |
/// | `f` | the random generator fails in the next step, after so many draws |
const KINDS: [u8; 13] = *b"sorpeatvkdcnf";

pub fn action(field: &[u8], said: &Said) -> Option<Action> {
    let mut bytes = Unstructured::new(field);
    let kind = byte(&mut bytes);
    let kind = if KINDS.contains(&kind) { kind } else { KINDS[usize::from(kind) % KINDS.len()] };
    Some(match kind {
        b's' => Action::Start,
        b'o' => return suited(&mut bytes, said),
        b'r' => Action::Reply(reply(&mut bytes)),
        b'p' => Action::Reply(srp(&mut bytes)),
        b'e' => {
            let (name, message) = (*choose(&mut bytes, &ERRORS), *choose(&mut bytes, &MESSAGES));
            Action::Refusal(Refusal::new(name, message))
        }
        b'a' => Action::Answer(answer(&mut bytes)),
        b't' => Action::Text(innocent(bytes.take_rest())),
        b'v' => Action::Restore,
        b'k' => Action::SkipDevice,
        b'd' => Action::SetDevice(choose(&mut bytes, &[None, Some(device()), Some(other_device())]).clone()),
        b'c' => Action::SetContext(context(byte(&mut bytes))),
        b'n' => Action::Clock(*choose(&mut bytes, &[0, 1_793_696_825, i64::MAX, -62_135_596_800, 253_402_300_799])),
        _ => Action::RngFails(u32::from(byte(&mut bytes) % 6)),
    })
}

/// Any text but a secret: what the service says is repeated to it, and no leak. The fuzzer learns the secrets from what they are compared with.
fn innocent(field: &[u8]) -> String {
    text(field).replace(MARK, "-").replace(MARK_IN_BASE64, "-")
}

const ERRORS: [&str; 5] =
    ["ResourceNotFoundException", "NotAuthorizedException", "CodeMismatchException", "UserNotFoundException", ""];

const MESSAGES: [&str; 4] = ["Device does not exist.", "Incorrect username or password.", "Invalid session", ""];

const NAMES: [Option<&str>; 19] = [
    None,
    Some("PASSWORD_VERIFIER"),
    Some("SMS_MFA"),
    Some("EMAIL_OTP"),
    Some("SOFTWARE_TOKEN_MFA"),
    Some("SELECT_MFA_TYPE"),
    Some("MFA_SETUP"),
    Some("CUSTOM_CHALLENGE"),
    Some("SELECT_CHALLENGE"),
    Some("DEVICE_SRP_AUTH"),
    Some("DEVICE_PASSWORD_VERIFIER"),
    Some("ADMIN_NO_SRP_AUTH"),
    Some("NEW_PASSWORD_REQUIRED"),
    Some("SMS_OTP"),
    Some("PASSWORD"),
    Some("WEB_AUTHN"),
    Some("PASSWORD_SRP"),
    Some(""),
    Some("SOME_LATER_CHALLENGE"),
];

fn session(bytes: &mut Unstructured<'_>) -> Option<String> {
    match byte(bytes) % 8 {
        0 => None,
        1 => Some(String::new()),
        6 => Some("s3cr3t".repeat(131_073 / 6 + 1)[..131_072].into()),
        7 => Some("s3cr3t".repeat(131_073 / 6 + 1)[..131_073].into()),
        number => Some(format!("s3cr3t session {number}")),
    }
}

const KEYS: [&str; 16] = [
    "USER_ID_FOR_SRP",
    "USERNAME",
    "SALT",
    "SRP_B",
    "SECRET_BLOCK",
    "MFAS_CAN_CHOOSE",
    "MFAS_CAN_SETUP",
    "requiredAttributes",
    "userAttributes",
    "CREDENTIAL_REQUEST_OPTIONS",
    "CODE_DELIVERY_DELIVERY_MEDIUM",
    "CODE_DELIVERY_DESTINATION",
    "DEVICE_KEY",
    "PASSWORD",
    "",
    "FURTHER",
];

const VALUES: [&str; 16] = [
    "internal",
    "cc090d95",
    "b6d22838cd4e",
    "QUJD",
    r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","LATER"]"#,
    r#"["SMS_MFA"]"#,
    r#"["userAttributes.email","name"]"#,
    r#"{"email":"alice@example.com","email_verified":true}"#,
    "null",
    "{",
    "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
    "0",
    "",
    "zz",
    "alice",
    "abc",
];

/// A reply in which anything may be.
fn reply(bytes: &mut Unstructured<'_>) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = choose(bytes, &NAMES).map(String::from);
    reply.session = session(bytes);
    let members = byte(bytes);
    let has = |member: u8| members >> member & 1 != 0;
    if has(0) {
        let count = byte(bytes) % 8;
        let pairs = (0..count).map(|_| (*choose(bytes, &KEYS), *choose(bytes, &VALUES)));
        reply.challenge_parameters = pairs.collect();
    }
    if has(1) {
        let count = byte(bytes) % 8;
        reply.available_challenges = (0..count).filter_map(|_| choose(bytes, &NAMES).map(String::from)).collect();
    }
    if has(2) {
        reply.authentication_result = Some(tokens(bytes));
    }
    if has(3) {
        reply.secret_code = Some((*choose(bytes, &[SECRET_CODE, "", "s3cr3t&issuer=Mallory"])).into());
    }
    if has(4) {
        reply.status = Some((*choose(bytes, &["SUCCESS", "ERROR", "", "success"])).into());
    }
    reply.user_confirmation_necessary = has(5);
    if has(6) {
        let name = *choose(bytes, &KEYS);
        let value = innocent(bytes.take_rest_of());
        reply.challenge_parameters = reply.challenge_parameters.iter().chain([(name, value.as_str())]).collect();
    }
    reply
}

fn tokens(bytes: &mut Unstructured<'_>) -> AuthenticationResult {
    let mut tokens = AuthenticationResult::default();
    let what = byte(bytes);
    tokens.access_token = match what % 8 {
        0 => None,
        1 => Some(TOKEN_WITH_NAME.into()),
        2 => Some(String::new()),
        3 => Some("s3cr3t".repeat(131_073 / 6 + 1)[..131_073].into()),
        number => Some(format!("s3cr3t.{number}.token")),
    };
    tokens.id_token = (what & 8 != 0).then(|| "s3cr3t-id".into());
    tokens.refresh_token = (what & 16 != 0).then(|| REFRESH_TOKEN.into());
    tokens.token_type = (what & 32 != 0).then(|| "Bearer".into());
    tokens.expires_in = if what & 64 != 0 { 3600 } else { i32::MIN };
    if what & 128 != 0 {
        let key = *choose(bytes, &[Some("us-east-1_offered"), None, Some(""), Some("not a key")]);
        let group_key = *choose(bytes, &[Some("-group"), None, Some("")]);
        tokens.new_device_metadata = Some(NewDeviceMetadata {
            device_key: key.map(String::from),
            device_group_key: group_key.map(String::from),
        });
    }
    tokens
}

/// A challenge of SRP with any text.
fn srp(bytes: &mut Unstructured<'_>) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = choose(bytes, &NAMES).map(String::from);
    reply.session = session(bytes);
    let rest = bytes.take_rest_of();
    let values = rest.split(|&byte| byte == b'|').map(innocent);
    reply.challenge_parameters =
        ["SALT", "SRP_B", "SECRET_BLOCK", "USER_ID_FOR_SRP", "USERNAME"].into_iter().zip(values).collect();
    reply
}

fn challenge(name: &str, parameters: &[(&str, &str)], session: Option<String>) -> Reply {
    let mut reply = Reply::default();
    reply.challenge_name = Some(name.into());
    reply.session = session;
    reply.challenge_parameters = parameters.iter().copied().collect();
    reply
}

const SRP: [(&str, &str); 4] =
    [("USER_ID_FOR_SRP", "internal"), ("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];

/// What fits.
fn suited(bytes: &mut Unstructured<'_>, said: &Said) -> Option<Action> {
    let which = usize::from(byte(bytes));
    Some(match said {
        Said::Nothing => Action::Start,
        Said::Question(question) => Action::Answer(match question {
            Question::Password { .. } => Given::Password(PASSWORD.into()),
            Question::RefreshToken => Given::RefreshToken(REFRESH_TOKEN.into()),
            Question::FirstFactor { available } => Given::FirstFactor(available[which % available.len()]),
            Question::MfaType { available } => Given::MfaType(*available.get(which % available.len().max(1))?),
            Question::NewPassword { .. } => Given::NewPassword(NEW_PASSWORD.into(), &[("email", "a@example.com")]),
            Question::Custom { .. } => Given::Custom("s3cr3t answer".into()),
            Question::Passkey { .. } => Given::Passkey("s3cr3t credential".into()),
            _ => Given::Code(CODE.into()),
        }),
        Said::PasswordVerifier => Action::Reply(challenge("PASSWORD_VERIFIER", &SRP, session(bytes))),
        Said::DevicePasswordVerifier => Action::Reply(challenge("DEVICE_PASSWORD_VERIFIER", &SRP[1..], session(bytes))),
        Said::SecretCode => {
            let mut reply = Reply::default();
            reply.session = session(bytes);
            reply.secret_code = Some(SECRET_CODE.into());
            Action::Reply(reply)
        }
        Said::Verification => {
            let mut reply = Reply::default();
            reply.session = session(bytes);
            reply.status = Some("SUCCESS".into());
            Action::Reply(reply)
        }
        Said::Confirmation => {
            let mut reply = Reply::default();
            reply.user_confirmation_necessary = which % 2 != 0;
            Action::Reply(reply)
        }
        Said::Anything => {
            let session = session(bytes);
            let put = |name, parameters| Action::Reply(challenge(name, parameters, session.clone()));
            match which % 17 {
                0 => put("SMS_MFA", &[("USER_ID_FOR_SRP", "internal"), ("CODE_DELIVERY_DESTINATION", "+*1234")]),
                1 => put("EMAIL_OTP", &[("USERNAME", "internal")]),
                2 => put("SMS_OTP", &[]),
                3 => put("SOFTWARE_TOKEN_MFA", &[("FRIENDLY_DEVICE_NAME", "phone")]),
                4 => put("SELECT_MFA_TYPE", &[("MFAS_CAN_CHOOSE", VALUES[4])]),
                5 => put("MFA_SETUP", &[("MFAS_CAN_SETUP", r#"["SOFTWARE_TOKEN_MFA"]"#)]),
                6 => put("NEW_PASSWORD_REQUIRED", &[("requiredAttributes", VALUES[6]), ("userAttributes", VALUES[7])]),
                7 => put("CUSTOM_CHALLENGE", &[("question", "which?")]),
                8 => put("WEB_AUTHN", &[("CREDENTIAL_REQUEST_OPTIONS", "{}")]),
                9 => put("PASSWORD", &[]),
                10 => put("PASSWORD_SRP", &[("USERNAME", "internal")]),
                11 => put("DEVICE_SRP_AUTH", &[("USERNAME", "internal")]),
                12 => put("ADMIN_NO_SRP_AUTH", &[]),
                13 => {
                    let mut reply = challenge("SELECT_CHALLENGE", &[], session.clone());
                    reply.available_challenges =
                        ["PASSWORD", "PASSWORD_SRP", "WEB_AUTHN", "EMAIL_OTP", "SMS_OTP"].map(String::from).into();
                    Action::Reply(reply)
                }
                which => {
                    let mut reply = Reply::default();
                    let mut tokens = AuthenticationResult::default();
                    tokens.access_token = Some(TOKEN_WITH_NAME.into());
                    tokens.new_device_metadata = (which != 14).then(|| NewDeviceMetadata {
                        device_key: Some("us-east-1_offered".into()),
                        device_group_key: (which == 15).then(|| "-group".into()),
                    });
                    reply.authentication_result = Some(tokens);
                    Action::Reply(reply)
                }
            }
        }
    })
}

/// Any answer, whatever was asked.
fn answer(bytes: &mut Unstructured<'_>) -> Given {
    let kind = byte(bytes);
    let which = byte(bytes);
    let rest = bytes.take_rest_of();
    let text = || innocent(rest);
    let secret = |secret: &str| if rest.is_empty() { secret.into() } else { text() };
    match kind % 8 {
        0 => Given::Password(secret(PASSWORD)),
        1 => Given::RefreshToken(secret(REFRESH_TOKEN)),
        2 => Given::FirstFactor(ChallengeName::ALL[usize::from(which) % ChallengeName::ALL.len()]),
        3 => Given::Code(secret(CODE)),
        4 => Given::MfaType(MfaType::ALL[usize::from(which) % MfaType::ALL.len()]),
        5 => Given::NewPassword(
            secret(NEW_PASSWORD),
            [&[][..], &[("email", "a")], &[("userAttributes.email", "b"), ("email", "c")], &[("", "")]]
                [usize::from(which) % 4],
        ),
        6 => Given::Custom(secret("s3cr3t answer")),
        _ => Given::Passkey(secret("s3cr3t credential")),
    }
}

fn context(what: u8) -> Context {
    let mut context = Context::default();
    if what & 1 != 0 {
        context.client_metadata =
            [("campaign", "s3cr3t autumn"), ("campaign", "s3cr3t \"spring\"")].into_iter().collect();
    }
    context.analytics_endpoint_id = (what & 2 != 0).then(|| "s3cr3t endpoint".into());
    context.user_context_data =
        (what & 4 != 0).then(|| UserContextData { ip_address: None, encoded_data: Some("s3cr3t \\ data".into()) });
    context.context_data = (what & 8 != 0).then(|| ContextData {
        ip_address: "s3cr3t".into(),
        http_headers: vec![("Cookie".into(), "s3cr3t".into())],
        ..ContextData::default()
    });
    context
}

/// What is left, without the bytes being spent.
trait TakeRest<'a> {
    fn take_rest_of(&mut self) -> &'a [u8];
}

impl<'a> TakeRest<'a> for Unstructured<'a> {
    fn take_rest_of(&mut self) -> &'a [u8] {
        self.bytes(self.len()).unwrap_or_default()
    }
}

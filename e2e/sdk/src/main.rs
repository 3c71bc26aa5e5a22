//! The core under the real AWS SDK, signing in to a local pool.
//!
//!     cognito-srp-e2e WORLD CASE...
//!
//! WORLD is the JSON file that ../run writes. One line per case is printed: its name, a tab, and the challenges and
//! outcome as they came over the wire. What they should have been is ../run's business.

use std::collections::BTreeMap;
use std::error::Error;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::types::{AuthenticationResultType, DeviceSecretVerifierConfigType};
use chrono::Utc;
use cognito_srp_core::{
    AppClient, AuthenticationResult, ChallengeName, ClientSecret, Device, DevicePassword, Done, Flow, Message,
    NewDeviceMetadata, Question, Refusal, Reply, Request, SignIn, SignInError, Step, UserPoolId,
};
use rand::rngs::SysRng;
use serde_json::Value;
use totp_rs::{Builder as Totp, Secret};

type Failure = Box<dyn Error>;

const SELECT: Flow = Flow::UserAuth { preferred_challenge: None };
const PREFER_SRP: Flow = Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) };

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: cognito-srp-e2e WORLD CASE...")?;
    let world = World::read(&file)?;
    for case in arguments {
        let mut attempt = Attempt { world: &world, trail: Vec::new() };
        if let Err(failure) = attempt.run(&case).await {
            attempt.trail.push(format!("client error: {failure}"));
        }
        println!("{case}\t{}", attempt.take_trail());
    }
    Ok(())
}

/// One case, and what the server said to it so far.
struct Attempt<'a> {
    world: &'a World,
    trail: Vec<String>,
}

impl Attempt<'_> {
    async fn run(&mut self, case: &str) -> Result<(), Failure> {
        let World { public, secret, plain, fresh, fresh_secret, totp, custom, .. } = self.world;
        let spoilt_secret = &secret.clone().with_secret(ClientSecret::new("wrong")?);
        match case {
            "user" => self.sign_in(public, plain, Flow::UserSrpAuth).await,
            "user-wrong-password" => self.sign_in(public, &plain.with_password("wrong"), Flow::UserSrpAuth).await,
            "alias" => self.sign_in(public, &plain.by_email(), Flow::UserSrpAuth).await,
            "user-100-times" => {
                let mut seen = Vec::new();
                for _ in 0..100 {
                    self.sign_in(public, plain, Flow::UserSrpAuth).await?;
                    seen.push(self.take_trail());
                }
                self.trail = tally(seen);
                Ok(())
            }
            "secret" => self.sign_in(secret, plain, Flow::UserSrpAuth).await,
            "secret-wrong-password" => self.sign_in(secret, &plain.with_password("wrong"), Flow::UserSrpAuth).await,
            "secret-wrong-secret" => self.sign_in(spoilt_secret, plain, Flow::UserSrpAuth).await,
            "alias-secret" => self.sign_in(secret, &plain.by_email(), Flow::UserSrpAuth).await,
            "new-password" => self.set_password(public, fresh).await,
            "new-password-secret" => self.set_password(secret, fresh_secret).await,
            "totp" => self.sign_in(public, totp, Flow::UserSrpAuth).await,
            "totp-secret" => self.sign_in(secret, &totp.by_email(), Flow::UserSrpAuth).await,
            "totp-wrong-code" => self.sign_in(public, &totp.with_totp_code("000000"), Flow::UserSrpAuth).await,
            "custom" => self.sign_in(public, custom, Flow::CustomAuthWithSrp).await,
            "custom-secret" => self.sign_in(secret, &custom.by_email(), Flow::CustomAuthWithSrp).await,
            "custom-wrong-password" => {
                self.sign_in(public, &custom.with_password("wrong"), Flow::CustomAuthWithSrp).await
            }
            "custom-wrong-answer" => self.sign_in(public, &custom.with_answer("wrong"), Flow::CustomAuthWithSrp).await,
            "refresh-secret" => self.refresh(secret, &plain.by_email()).await,
            "user-auth-select" => self.sign_in(public, plain, SELECT).await,
            "user-auth-select-secret" => self.sign_in(secret, &plain.by_email(), SELECT).await,
            "user-auth-preferred" => self.sign_in(public, plain, PREFER_SRP).await,
            "user-auth-wrong-password" => self.sign_in(public, &plain.with_password("wrong"), PREFER_SRP).await,
            "device" => self.use_device(public, plain).await,
            "device-20-times" => {
                let mut seen = Vec::new();
                for _ in 0..20 {
                    self.use_device(public, plain).await?;
                    seen.push(self.take_trail());
                }
                self.trail = tally(seen);
                Ok(())
            }
            "device-secret" => self.use_device(secret, plain).await,
            "device-alias-secret" => self.use_device(secret, &plain.by_email()).await,
            "device-instead-of-totp" => self.use_device(public, totp).await,
            "device-after-plain-password" => {
                let device = self.remember_device(secret, plain).await?;
                self.converse(secret, plain, Flow::UserPasswordAuth, Some(&device)).await.map(drop)
            }
            "device-wrong-password" => {
                let device = self.remember_device(public, plain).await?;
                let device = Device::new(device.key(), device.group_key(), DevicePassword::new("wrong"))?;
                self.converse(public, plain, Flow::UserSrpAuth, Some(&device)).await.map(drop)
            }
            "device-forgotten" => {
                let device = self.remember_device(public, plain).await?;
                let elsewhere = self.signed_in(public, plain, Flow::UserSrpAuth, None).await?;
                let access_token = elsewhere.tokens.access_token.clone();
                let forget = self.world.sdk.forget_device().set_access_token(access_token).device_key(device.key());
                forget.send().await?;
                self.trail.push("ForgetDevice".into());
                let done = self.signed_in(public, plain, Flow::UserSrpAuth, Some(&device)).await?;
                if done.device_forgotten { Ok(()) } else { Err("the device was not forgotten".into()) }
            }
            _ => Err("no such case".into()),
        }
    }

    fn take_trail(&mut self) -> String {
        std::mem::take(&mut self.trail).join(" > ")
    }

    async fn sign_in(&mut self, client: &AppClient, who: &Person, flow: Flow) -> Result<(), Failure> {
        self.converse(client, who, flow, None).await.map(drop)
    }

    /// Meets NEW_PASSWORD_REQUIRED, and then signs in with the new password.
    async fn set_password(&mut self, client: &AppClient, who: &Person) -> Result<(), Failure> {
        self.sign_in(client, who, Flow::UserSrpAuth).await?;
        self.sign_in(client, &who.with_password(&who.new_password), Flow::UserSrpAuth).await
    }

    /// Signs in, has the device remembered, and signs in with it.
    async fn use_device(&mut self, client: &AppClient, who: &Person) -> Result<(), Failure> {
        let device = self.remember_device(client, who).await?;
        self.converse(client, who, Flow::UserSrpAuth, Some(&device)).await.map(drop)
    }

    async fn remember_device(&mut self, client: &AppClient, who: &Person) -> Result<Device, Failure> {
        let sign_in = SignIn::new(client.user(&*who.username), Flow::UserSrpAuth).remembering_device(Some("e2e"));
        let done = self.drive(sign_in, who).await?.ok_or("not signed in")?;
        done.new_device.ok_or("no NewDeviceMetadata".into())
    }

    /// Signs in, and then again with the refresh token alone.
    async fn refresh(&mut self, client: &AppClient, who: &Person) -> Result<(), Failure> {
        let done = self.signed_in(client, who, Flow::UserSrpAuth, None).await?;
        let refresh_token = done.tokens.refresh_token.clone().ok_or("no RefreshToken")?;
        let sign_in = SignIn::new(done.user, Flow::RefreshTokenAuth);
        self.drive(sign_in, &Person { refresh_token, ..who.clone() }).await.map(drop)
    }

    async fn signed_in(
        &mut self,
        client: &AppClient,
        who: &Person,
        flow: Flow,
        device: Option<&Device>,
    ) -> Result<Done, Failure> {
        self.converse(client, who, flow, device).await?.ok_or("not signed in".into())
    }

    async fn converse(
        &mut self,
        client: &AppClient,
        who: &Person,
        flow: Flow,
        device: Option<&Device>,
    ) -> Result<Option<Done>, Failure> {
        let sign_in = SignIn::new(client.user(&*who.username), flow);
        let sign_in = match device {
            Some(device) => sign_in.with_device(device.clone()),
            None => sign_in,
        };
        self.drive(sign_in, who).await
    }

    /// One sign-in to its end, whatever the server asks; `None` where it refused.
    async fn drive(&mut self, mut sign_in: SignIn, who: &Person) -> Result<Option<Done>, Failure> {
        let mut step = sign_in.start(&mut SysRng)?;
        loop {
            step = match step {
                Step::Send(request) => match self.send(request).await? {
                    Ok(reply) => sign_in.handle(&reply, Utc::now(), &mut SysRng)?,
                    Err(refusal) => match sign_in.refused(refusal, &mut SysRng) {
                        Err(SignInError::Refused(_) | SignInError::DeviceRefused(_)) => return Ok(None),
                        step => step?,
                    },
                },
                Step::Ask(question) => {
                    let answer = who.answer(&question)?;
                    sign_in.answer(&question.answer(&answer)?, Utc::now(), &mut SysRng)?
                }
                Step::Done(done) => {
                    let access_token = done.tokens.access_token.clone();
                    let owner = self.world.sdk.get_user().set_access_token(access_token).send().await?;
                    if owner.username() != who.name || done.user.username() != who.name {
                        return Err(format!("the tokens are those of {}", owner.username()).into());
                    }
                    return Ok(Some(done));
                }
            };
        }
    }

    /// A refusal by the server is an outcome; anything else is a failure of this program or of the way to the server.
    async fn send(&mut self, request: Request) -> Result<Result<Reply, Refusal>, Failure> {
        let sdk = &self.world.sdk;
        let client_id = request.client_id;
        let sent = match request.message {
            Message::InitiateAuth(message) => {
                let sent = sdk
                    .initiate_auth()
                    .client_id(client_id)
                    .auth_flow(message.auth_flow.as_str().into())
                    .set_auth_parameters(Some(message.auth_parameters.into_iter().collect()))
                    .set_session(message.session)
                    .send();
                sent.await.map(|output| reply!(output)).map_err(refusal)
            }
            Message::RespondToAuthChallenge(message) => {
                let sent = sdk
                    .respond_to_auth_challenge()
                    .client_id(client_id)
                    .challenge_name(message.challenge_name.as_str().into())
                    .set_challenge_responses(Some(message.challenge_responses.into_iter().collect()))
                    .set_session(message.session)
                    .send();
                sent.await.map(|output| reply!(output)).map_err(refusal)
            }
            Message::ConfirmDevice(message) => {
                let verifier = &message.device_secret_verifier_config;
                let config = DeviceSecretVerifierConfigType::builder()
                    .password_verifier(&verifier.password_verifier)
                    .salt(&verifier.salt);
                let sent = sdk
                    .confirm_device()
                    .access_token(&message.access_token)
                    .device_key(&message.device_key)
                    .device_secret_verifier_config(config.build())
                    .set_device_name(message.device_name.clone())
                    .send();
                sent.await.map(|_| Reply::default()).map_err(refusal)
            }
            message => return Err(format!("no case needs {message:?}").into()),
        };
        self.trail.push(match &sent {
            Ok(reply) if reply.authentication_result.is_some() => "tokens".into(),
            Ok(reply) => reply.challenge_name.clone().unwrap_or("ConfirmDevice".into()),
            Err(Ok(refusal)) => refusal.to_string(),
            Err(Err(_)) => "no reply".into(),
        });
        match sent {
            Ok(reply) => Ok(Ok(reply)),
            Err(refusal) => Ok(Err(refusal?)),
        }
    }
}

/// What InitiateAuth and RespondToAuthChallenge both reply with; to the SDK these are two types.
macro_rules! reply {
    ($output:ident) => {{
        let mut reply = Reply::default();
        reply.challenge_name = $output.challenge_name.map(|name| name.as_str().into());
        reply.session = $output.session;
        reply.challenge_parameters = $output.challenge_parameters.unwrap_or_default().into_iter().collect();
        reply.available_challenges =
            $output.available_challenges.into_iter().flatten().map(|name| name.as_str().into()).collect();
        reply.authentication_result = $output.authentication_result.map(tokens);
        reply
    }};
}
use reply;

fn tokens(result: AuthenticationResultType) -> AuthenticationResult {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = result.access_token;
    tokens.id_token = result.id_token;
    tokens.refresh_token = result.refresh_token;
    tokens.token_type = result.token_type;
    tokens.expires_in = result.expires_in;
    tokens.new_device_metadata = result
        .new_device_metadata
        .map(|device| NewDeviceMetadata { device_key: device.device_key, device_group_key: device.device_group_key });
    tokens
}

fn refusal<E, R>(error: SdkError<E, R>) -> Result<Refusal, Failure>
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match error.as_service_error() {
        Some(refusal) => Ok(Refusal::new(refusal.code().unwrap_or("?"), refusal.message().unwrap_or("?"))),
        None => Err(error.into()),
    }
}

/// Each of the trails that there were, and how many times. One number in 16 or in 256 is written with a leading zero: a
/// single sign-in would not meet it.
fn tally(trails: Vec<String>) -> Vec<String> {
    let mut counts = BTreeMap::new();
    for trail in trails {
        *counts.entry(trail).or_insert(0) += 1;
    }
    counts.into_iter().map(|(trail, count)| format!("{count} x {trail}")).collect()
}

struct World {
    sdk: Client,
    public: AppClient,
    secret: AppClient,
    plain: Person,
    fresh: Person,
    fresh_secret: Person,
    totp: Person,
    custom: Person,
}

impl World {
    fn read(file: &str) -> Result<Self, Failure> {
        let world: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let pool = UserPoolId::parse(text(&world["pool"]))?;
        let clients = &world["clients"];
        let users = &world["users"];
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(text(&world["region"])))
            .endpoint_url(text(&world["endpoint"]))
            .credentials_provider(Credentials::new("test", "test", None, None, "e2e"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            // One request, one reply: a second try would hide what the first one got.
            .retry_config(RetryConfig::disabled())
            .build();
        Ok(Self {
            sdk: Client::from_conf(config),
            public: AppClient::new(pool.clone(), text(&clients["public"]["id"]))?,
            secret: AppClient::new(pool, text(&clients["secret"]["id"]))?
                .with_secret(ClientSecret::new(text(&clients["secret"]["secret"]))?),
            plain: Person::read(&users["plain"]),
            fresh: Person::read(&users["fresh"]),
            fresh_secret: Person::read(&users["freshSecret"]),
            totp: Person::read(&users["totp"]),
            custom: Person::read(&users["custom"]),
        })
    }
}

/// Who signs in, and what they say when they are asked.
#[derive(Clone)]
struct Person {
    /// What the server calls them.
    name: String,
    /// What they type.
    username: String,
    email: String,
    password: String,
    new_password: String,
    totp_secret: String,
    wrong_totp_code: Option<String>,
    answer: String,
    refresh_token: String,
}

impl Person {
    fn read(user: &Value) -> Self {
        Self {
            name: text(&user["username"]),
            username: text(&user["username"]),
            email: text(&user["email"]),
            password: text(&user["password"]),
            new_password: text(&user["newPassword"]),
            totp_secret: text(&user["totpSecret"]),
            wrong_totp_code: None,
            answer: text(&user["answer"]),
            refresh_token: String::new(),
        }
    }

    fn answer(&self, question: &Question) -> Result<String, Failure> {
        Ok(match question {
            Question::Password { .. } => self.password.clone(),
            Question::NewPassword { .. } => self.new_password.clone(),
            Question::Code { challenge_name: ChallengeName::SoftwareTokenMfa, .. } => self.totp_code()?,
            Question::Custom { .. } => self.answer.clone(),
            Question::FirstFactor { .. } => ChallengeName::PasswordSrp.as_str().into(),
            Question::RefreshToken => self.refresh_token.clone(),
            question => return Err(format!("nobody can answer {question:?}").into()),
        })
    }

    fn by_email(&self) -> Self {
        Self { username: self.email.clone(), ..self.clone() }
    }

    fn with_password(&self, password: &str) -> Self {
        Self { password: password.into(), ..self.clone() }
    }

    fn with_answer(&self, answer: &str) -> Self {
        Self { answer: answer.into(), ..self.clone() }
    }

    fn with_totp_code(&self, code: &str) -> Self {
        Self { wrong_totp_code: Some(code.into()), ..self.clone() }
    }

    fn totp_code(&self) -> Result<String, Failure> {
        if let Some(code) = &self.wrong_totp_code {
            return Ok(code.clone());
        }
        let secret = Secret::try_from_base32(&self.totp_secret)?;
        Ok(Totp::new().with_secret(secret).build()?.generate_current().to_string())
    }
}

/// The text of a JSON string; empty for what this user or client has not.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

//! The core under the real AWS SDK, signing in to a local pool.
//!
//!     cognito-srp-e2e WORLD CASE...
//!
//! WORLD is the JSON file that ../run writes. One line per case is printed: its name, a tab, and the challenges and
//! outcome as they came over the wire. What they should have been is ../run's business.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType, DeviceSecretVerifierConfigType,
};
use chrono::Utc;
use cognito_srp_core::{
    Answer, AppClient, ChallengeName, ClientSecret, Device, DeviceLogin, DevicePassword, DevicePasswordVerifier,
    InitiateAuth, NewDevice, PasswordVerifier, User, UserLogin, UserPoolId,
};
use rand::rngs::SysRng;
use serde_json::Value;
use totp_rs::{Builder as Totp, Secret};

type Failure = Box<dyn Error>;

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

/// Which request opens the sign-in.
#[derive(Clone, Copy)]
enum Flow {
    UserSrp,
    Custom,
    UserAuthSelect,
    UserAuthPreferred,
    UserPassword,
}

impl Attempt<'_> {
    async fn run(&mut self, case: &str) -> Result<(), Failure> {
        let World { public, secret, plain, fresh, fresh_secret, totp, custom, .. } = self.world;
        let spoilt_secret = &secret.clone().with_secret(ClientSecret::new("wrong")?);
        match case {
            "user" => self.sign_in(public, plain, Flow::UserSrp).await,
            "user-wrong-password" => self.sign_in(public, &plain.with_password("wrong"), Flow::UserSrp).await,
            "alias" => self.sign_in(public, &plain.by_email(), Flow::UserSrp).await,
            "user-100-times" => {
                let mut seen = Vec::new();
                for _ in 0..100 {
                    self.sign_in(public, plain, Flow::UserSrp).await?;
                    seen.push(self.take_trail());
                }
                self.trail = tally(seen);
                Ok(())
            }
            "secret" => self.sign_in(secret, plain, Flow::UserSrp).await,
            "secret-wrong-password" => self.sign_in(secret, &plain.with_password("wrong"), Flow::UserSrp).await,
            "secret-wrong-secret" => self.sign_in(spoilt_secret, plain, Flow::UserSrp).await,
            "alias-secret" => self.sign_in(secret, &plain.by_email(), Flow::UserSrp).await,
            "new-password" => self.set_password(public, fresh).await,
            "new-password-secret" => self.set_password(secret, fresh_secret).await,
            "totp" => self.sign_in(public, totp, Flow::UserSrp).await,
            "totp-secret" => self.sign_in(secret, &totp.by_email(), Flow::UserSrp).await,
            "totp-wrong-code" => self.sign_in(public, &totp.with_totp_code("000000"), Flow::UserSrp).await,
            "custom" => self.sign_in(public, custom, Flow::Custom).await,
            "custom-secret" => self.sign_in(secret, &custom.by_email(), Flow::Custom).await,
            "custom-wrong-password" => self.sign_in(public, &custom.with_password("wrong"), Flow::Custom).await,
            "custom-wrong-answer" => self.sign_in(public, &custom.with_answer("wrong"), Flow::Custom).await,
            "refresh-secret" => self.refresh(secret, &plain.by_email()).await,
            "user-auth-select" => self.sign_in(public, plain, Flow::UserAuthSelect).await,
            "user-auth-select-secret" => self.sign_in(secret, &plain.by_email(), Flow::UserAuthSelect).await,
            "user-auth-preferred" => self.sign_in(public, plain, Flow::UserAuthPreferred).await,
            "user-auth-wrong-password" => {
                self.sign_in(public, &plain.with_password("wrong"), Flow::UserAuthPreferred).await
            }
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
                self.converse(secret, plain, Flow::UserPassword, Some(&device)).await.map(drop)
            }
            "device-wrong-password" => {
                let device = self.remember_device(public, plain).await?;
                let device = Device::new(device.key(), device.group_key(), DevicePassword::new("wrong"))?;
                self.converse(public, plain, Flow::UserSrp, Some(&device)).await.map(drop)
            }
            "device-forgotten" => {
                let device = self.remember_device(public, plain).await?;
                let elsewhere = self.converse(public, plain, Flow::UserSrp, None).await?.ok_or("not signed in")?;
                let sdk = &self.world.sdk;
                sdk.forget_device()
                    .set_access_token(elsewhere.tokens.access_token)
                    .device_key(device.key())
                    .send()
                    .await?;
                self.trail.push("ForgetDevice".into());
                self.converse(public, plain, Flow::UserSrp, Some(&device)).await?;
                self.sign_in(public, plain, Flow::UserSrp).await
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
        self.sign_in(client, who, Flow::UserSrp).await?;
        self.sign_in(client, &who.with_password(&who.new_password), Flow::UserSrp).await
    }

    /// Signs in, has the device remembered, and signs in with it.
    async fn use_device(&mut self, client: &AppClient, who: &Person) -> Result<(), Failure> {
        let device = self.remember_device(client, who).await?;
        self.converse(client, who, Flow::UserSrp, Some(&device)).await.map(drop)
    }

    async fn remember_device(&mut self, client: &AppClient, who: &Person) -> Result<Device, Failure> {
        let tokens = self.converse(client, who, Flow::UserSrp, None).await?.ok_or("not signed in")?.tokens;
        let offered = tokens.new_device_metadata().ok_or("no NewDeviceMetadata")?;
        let enrollment =
            NewDevice::from_metadata(offered.device_key(), offered.device_group_key())?.enroll(&mut SysRng)?;
        let config = DeviceSecretVerifierConfigType::builder()
            .password_verifier(enrollment.verifier.password_verifier)
            .salt(enrollment.verifier.salt)
            .build();
        self.world
            .sdk
            .confirm_device()
            .set_access_token(tokens.access_token)
            .device_key(enrollment.device.key())
            .device_secret_verifier_config(config)
            .send()
            .await?;
        self.trail.push("ConfirmDevice".into());
        Ok(enrollment.device)
    }

    /// Signs in, and then again with the refresh token alone.
    async fn refresh(&mut self, client: &AppClient, who: &Person) -> Result<(), Failure> {
        let SignedIn { user, tokens } =
            self.converse(client, who, Flow::UserSrp, None).await?.ok_or("not signed in")?;
        let refresh_token = tokens.refresh_token().ok_or("no RefreshToken")?;
        let reply = self.initiate_auth(client, InitiateAuth::refresh_token_auth(&user, refresh_token)).await?;
        if reply.is_some_and(|reply| reply.tokens.is_some()) {
            self.trail.push("tokens".into());
        }
        Ok(())
    }

    /// One sign-in to its end, whatever the server asks; `None` where it refused.
    async fn converse(
        &mut self,
        client: &AppClient,
        who: &Person,
        flow: Flow,
        device: Option<&Device>,
    ) -> Result<Option<SignedIn>, Failure> {
        let mut user = client.user(&*who.username);
        if let Some(device) = device {
            user = user.with_device_key(device.key());
        }
        let login = UserLogin::start(&user, &mut SysRng)?;
        let request = match flow {
            Flow::UserSrp => login.user_srp_auth(),
            Flow::Custom => login.custom_auth(),
            Flow::UserAuthSelect => InitiateAuth::user_auth(&user, None),
            Flow::UserAuthPreferred => login.user_auth(),
            Flow::UserPassword => InitiateAuth::user_password_auth(&user, &who.password),
        };
        let mut login = Some(login);
        let mut device_login = None;

        let mut reply = self.initiate_auth(client, request).await?;
        while let Some(Reply { challenge, parameters, session, tokens }) = reply {
            if let Some(tokens) = tokens {
                self.trail.push("tokens".into());
                let owner = self.world.sdk.get_user().set_access_token(tokens.access_token.clone()).send().await?;
                if owner.username() != who.name {
                    return Err(format!("the tokens are those of {}", owner.username()).into());
                }
                return Ok(Some(SignedIn { user, tokens }));
            }
            let challenge: ChallengeName = challenge.ok_or("neither tokens nor a challenge")?.as_str().parse()?;
            self.trail.push(challenge.to_string());
            let session = session.as_deref();
            let answer = match challenge {
                ChallengeName::SelectChallenge => login.as_ref().ok_or("it is too late")?.select_challenge(session),
                ChallengeName::PasswordVerifier => {
                    let challenge = PasswordVerifier::from_reply(&parameters, session)?;
                    let proof = login.take().ok_or("asked twice")?.finish(&challenge, &who.password, Utc::now())?;
                    user = proof.user;
                    proof.answer
                }
                ChallengeName::NewPasswordRequired => {
                    let new_password = &who.new_password;
                    user.respond(session, &Answer::NewPasswordRequired { new_password, user_attributes: &[] })
                }
                ChallengeName::SoftwareTokenMfa => {
                    user.respond(session, &Answer::SoftwareTokenMfa { code: &who.totp_code()? })
                }
                ChallengeName::CustomChallenge => {
                    user.respond(session, &Answer::CustomChallenge { answer: &who.answer })
                }
                ChallengeName::DeviceSrpAuth => {
                    let device = device.ok_or("no device was named")?;
                    device_login.insert(DeviceLogin::start(&user, device, &mut SysRng)?).device_srp_auth(session)
                }
                ChallengeName::DevicePasswordVerifier => {
                    let device = device.ok_or("no device was named")?;
                    let challenge = DevicePasswordVerifier::from_reply(&parameters, session)?;
                    device_login.take().ok_or("asked twice")?.finish(&challenge, device, Utc::now())?
                }
                _ => return Err("no answer to this".into()),
            };
            let sent = self
                .world
                .sdk
                .respond_to_auth_challenge()
                .client_id(client.client_id())
                .challenge_name(ChallengeNameType::from(answer.challenge_name.as_str()))
                .set_challenge_responses(Some(answer.challenge_responses.into_iter().collect()))
                .set_session(answer.session)
                .send()
                .await;
            reply = match sent {
                Ok(reply) => Some(reply.into()),
                Err(error) => {
                    self.note_refusal(error)?;
                    None
                }
            };
        }
        Ok(None)
    }

    async fn initiate_auth(&mut self, client: &AppClient, request: InitiateAuth) -> Result<Option<Reply>, Failure> {
        let sent = self
            .world
            .sdk
            .initiate_auth()
            .client_id(client.client_id())
            .auth_flow(AuthFlowType::from(request.auth_flow.as_str()))
            .set_auth_parameters(Some(request.auth_parameters.into_iter().collect()))
            .send()
            .await;
        match sent {
            Ok(reply) => Ok(Some(reply.into())),
            Err(error) => {
                self.note_refusal(error)?;
                Ok(None)
            }
        }
    }

    /// A refusal by the server is an outcome; anything else is a failure of this program or of the way to the server.
    fn note_refusal<E, R>(&mut self, error: SdkError<E, R>) -> Result<(), Failure>
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match error.as_service_error() {
            Some(refusal) => {
                let (code, message) = (refusal.code().unwrap_or("?"), refusal.message().unwrap_or("?"));
                self.trail.push(format!("{code}: {message}"));
                Ok(())
            }
            None => Err(error.into()),
        }
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

/// What a sign-in ends with: the tokens, and the user by the name that the server gave.
struct SignedIn {
    user: User,
    tokens: AuthenticationResultType,
}

/// What InitiateAuth and RespondToAuthChallenge both reply with; to the SDK these are two types.
struct Reply {
    challenge: Option<ChallengeNameType>,
    parameters: HashMap<String, String>,
    session: Option<String>,
    tokens: Option<AuthenticationResultType>,
}

impl From<InitiateAuthOutput> for Reply {
    fn from(reply: InitiateAuthOutput) -> Self {
        Self {
            challenge: reply.challenge_name,
            parameters: reply.challenge_parameters.unwrap_or_default(),
            session: reply.session,
            tokens: reply.authentication_result,
        }
    }
}

impl From<RespondToAuthChallengeOutput> for Reply {
    fn from(reply: RespondToAuthChallengeOutput) -> Self {
        Self {
            challenge: reply.challenge_name,
            parameters: reply.challenge_parameters.unwrap_or_default(),
            session: reply.session,
            tokens: reply.authentication_result,
        }
    }
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
        }
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

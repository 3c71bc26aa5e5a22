//! Whole sign-ins against `testpool`, which verifies: what gets tokens has proved what it had to, and what is wrong is
//! refused by the pool and not by us.

#![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test may panic")]

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeAnswer, ChallengeName, ChallengeResponse, ClientSecret, Device, DeviceLogin, DevicePassword,
    DevicePasswordVerifier, FirstFactor, InitiateAuth, MfaType, NewDevice, Parameters, PasswordVerifier,
    PreferredChallenge, User, UserLogin, UserPoolId,
};
use rand::rngs::SysRng;
use serde_json::{Map, Value, json};
use testpool::{DeviceTracking, Factor, MfaConfiguration, NewUser, Pool, Seed, ServiceError, Settings};

const POOL_ID: &str = "us-east-1_TestPool1";
const PASSWORD: &str = "Correct-horse-1 \u{1f40e}";
const EMAIL: &str = "alice@example.com";
const SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";

type Reply = Result<Value, ServiceError>;

/// A pool with one user, and one client with or without a secret.
struct World {
    pool: Pool,
    client: AppClient,
}

impl World {
    /// The pool refuses a SECRET_HASH that is not over the USERNAME of the same request: every test runs with a secret and
    /// without one.
    fn each(settings: &Settings, user: &NewUser, test: impl Fn(&mut World)) {
        for secret in [None, Some(SECRET.to_owned())] {
            test(&mut Self::new(settings.clone(), user.clone(), secret));
        }
    }

    fn new(settings: Settings, user: NewUser, secret: Option<String>) -> Self {
        let client = testpool::Client { id: "testclient".into(), secret: secret.clone() };
        let mut pool = Seed { pool: settings, clients: vec![client], users: vec![user] }.into_pool([3; 32]).unwrap();
        pool.set_now(now().timestamp());
        let client = AppClient::new(UserPoolId::parse(POOL_ID).unwrap(), "testclient").unwrap();
        let client = match secret {
            Some(secret) => client.with_secret(ClientSecret::new(secret).unwrap()),
            None => client,
        };
        Self { pool, client }
    }

    /// By the alias: the pool makes up another internal name.
    fn alice(&self) -> User {
        self.client.user(EMAIL)
    }

    fn start(&mut self, request: InitiateAuth) -> Reply {
        let admin = matches!(request.auth_flow.as_str(), "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH");
        let body = json!({
            "ClientId": "testclient",
            "UserPoolId": POOL_ID,
            "AuthFlow": request.auth_flow.as_str(),
            "AuthParameters": object(request.auth_parameters),
        });
        self.pool.handle(if admin { "AdminInitiateAuth" } else { "InitiateAuth" }, &body)
    }

    fn respond(&mut self, answer: ChallengeResponse) -> Reply {
        let body = json!({
            "ClientId": "testclient",
            "ChallengeName": answer.challenge_name.as_str(),
            "ChallengeResponses": object(answer.challenge_responses),
            "Session": answer.session,
        });
        self.pool.handle("RespondToAuthChallenge", &body)
    }

    /// Answers PASSWORD_VERIFIER; returns the user by the name that the service gave.
    fn prove(&mut self, login: UserLogin, reply: &Value, password: &str) -> (User, Reply) {
        assert_eq!(challenge_name(reply), Some(ChallengeName::PasswordVerifier));
        let challenge = PasswordVerifier::from_reply(parameters(reply), session(reply)).unwrap();
        let proof = login.finish(&challenge, password, now()).unwrap();
        assert_eq!(proof.answer.challenge_responses.get("USERNAME"), Some(proof.user.username()));
        (proof.user, self.respond(proof.answer))
    }

    fn srp(&mut self, user: &User, password: &str) -> (User, Reply) {
        let login = UserLogin::start(user, &mut SysRng).unwrap();
        let reply = self.start(login.user_srp_auth()).unwrap();
        self.prove(login, &reply, password)
    }

    fn device_srp(&mut self, user: &User, device: &Device, reply: &Value) -> Reply {
        assert_eq!(challenge_name(reply), Some(ChallengeName::DeviceSrpAuth));
        let login = DeviceLogin::start(user, device, &mut SysRng).unwrap();
        let reply = self.respond(login.device_srp_auth(session(reply))).unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::DevicePasswordVerifier));
        let challenge = DevicePasswordVerifier::from_reply(parameters(&reply), session(&reply)).unwrap();
        self.respond(login.finish(&challenge, device, now()).unwrap())
    }

    fn enroll(&mut self, tokens: &Value) -> Device {
        let result = &tokens["AuthenticationResult"];
        let metadata = &result["NewDeviceMetadata"];
        let offered = NewDevice::from_metadata(metadata["DeviceKey"].as_str(), metadata["DeviceGroupKey"].as_str());
        let enrollment = offered.unwrap().enroll(&mut SysRng).unwrap();
        let verifier = enrollment.verifier;
        let body = json!({
            "AccessToken": result["AccessToken"],
            "DeviceKey": enrollment.device.key(),
            "DeviceSecretVerifierConfig": { "PasswordVerifier": verifier.password_verifier, "Salt": verifier.salt },
        });
        self.pool.handle("ConfirmDevice", &body).unwrap();
        enrollment.device
    }

    /// The sign-in of a user with an authenticator app that ends with a remembered device.
    fn enroll_after_totp(&mut self) -> (User, Device) {
        let (user, reply) = self.srp(&self.alice(), PASSWORD);
        let code = testpool::totp::code(TOTP_SECRET, now().timestamp()).unwrap();
        let answer = user.respond(session(&reply.unwrap()), &ChallengeAnswer::SoftwareTokenMfa { code: &code });
        let tokens = self.respond(answer).unwrap();
        let device = self.enroll(&tokens);
        (user, device)
    }

    fn code(&self) -> String {
        self.pool.last_code(EMAIL).unwrap().to_owned()
    }
}

const fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_793_696_825, 0).unwrap()
}

fn settings() -> Settings {
    Settings { pool_id: POOL_ID.into(), ..Settings::default() }
}

fn with_devices() -> Settings {
    Settings { devices: DeviceTracking::Always, ..settings() }
}

fn alice() -> NewUser {
    NewUser { username: EMAIL.into(), password: PASSWORD.into(), ..NewUser::default() }
}

fn with_factors(factors: impl IntoIterator<Item = Factor>) -> NewUser {
    let attributes = [("email", EMAIL), ("phone_number", "+15555550100")];
    NewUser {
        mfa: factors.into_iter().collect(),
        totp_secret: Some(TOTP_SECRET.into()),
        attributes: attributes.map(|(name, value)| (name.into(), value.into())).into(),
        ..alice()
    }
}

fn object(parameters: Parameters) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| (name, value.into())).collect()
}

fn parameters(reply: &Value) -> impl Iterator<Item = (&String, &str)> {
    let parameters = reply["ChallengeParameters"].as_object();
    parameters.into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)))
}

fn session(reply: &Value) -> Option<&str> {
    reply["Session"].as_str()
}

fn challenge_name(reply: &Value) -> Option<ChallengeName> {
    reply["ChallengeName"].as_str().and_then(|name| name.parse().ok())
}

fn has_tokens(reply: &Value) -> bool {
    reply["AuthenticationResult"]["AccessToken"].is_string()
}

#[track_caller]
fn refused(reply: Reply, name: &str, message: &str) {
    let error = reply.unwrap_err();
    assert_eq!((error.name, &*error.message), (name, message));
}

const WRONG_PASSWORD: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

#[test]
fn the_right_password_gets_tokens_and_a_wrong_one_does_not() {
    for session_always in [false, true] {
        World::each(&Settings { session_always, ..settings() }, &alice(), |world| {
            let (user, reply) = world.srp(&world.alice(), PASSWORD);
            assert!(has_tokens(&reply.unwrap()));
            assert_ne!(user.username(), EMAIL, "the alias is not the internal name");
            let (_, reply) = world.srp(&world.alice(), "Correct-horse-2");
            refused(reply, WRONG_PASSWORD.0, WRONG_PASSWORD.1);
        });
    }
}

#[test]
fn the_secret_is_needed_and_has_to_be_right() {
    let mut world = World::new(settings(), alice(), Some(SECRET.into()));
    for client in [
        AppClient::new(UserPoolId::parse(POOL_ID).unwrap(), "testclient").unwrap(),
        world.client.clone().with_secret(ClientSecret::new("another").unwrap()),
    ] {
        let login = UserLogin::start(&client.user(EMAIL), &mut SysRng).unwrap();
        assert_eq!(world.start(login.user_srp_auth()).unwrap_err().name, "NotAuthorizedException");
    }
}

#[test]
fn custom_authentication_with_srp_first() {
    World::each(&Settings { custom_answer: Some("blue".into()), ..settings() }, &alice(), |world| {
        let user = world.alice();
        let login = UserLogin::start(&user, &mut SysRng).unwrap();
        let reply = world.start(login.custom_auth()).unwrap();
        assert!(session(&reply).is_some(), "CUSTOM_AUTH gives a session, which has to be echoed");
        let (user, reply) = world.prove(login, &reply, PASSWORD);
        let reply = reply.unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::CustomChallenge));
        let answer = user.respond(session(&reply), &ChallengeAnswer::CustomChallenge { answer: "blue" });
        assert!(has_tokens(&world.respond(answer).unwrap()));
    });
}

#[test]
fn custom_authentication_without_srp() {
    World::each(&Settings { custom_answer: Some("blue".into()), ..settings() }, &alice(), |world| {
        let reply = world.start(InitiateAuth::custom_auth(&world.alice())).unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::CustomChallenge));
        let answer = world.alice().respond(session(&reply), &ChallengeAnswer::CustomChallenge { answer: "blue" });
        assert!(has_tokens(&world.respond(answer).unwrap()));
    });
}

#[test]
fn srp_preferred_and_srp_chosen_from_a_list() {
    World::each(&settings(), &alice(), |world| {
        let user = world.alice();
        let login = UserLogin::start(&user, &mut SysRng).unwrap();
        let reply = world.start(login.user_auth()).unwrap();
        assert!(has_tokens(&world.prove(login, &reply, PASSWORD).1.unwrap()));

        let reply = world.start(InitiateAuth::user_auth(&user, None)).unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::SelectChallenge));
        let login = UserLogin::start(&user, &mut SysRng).unwrap();
        let reply = world.respond(login.select_challenge(session(&reply))).unwrap();
        assert!(has_tokens(&world.prove(login, &reply, PASSWORD).1.unwrap()));
    });
}

#[test]
fn the_other_first_factors() {
    let user = NewUser { credential: Some("{\"id\":\"passkey\"}".into()), ..with_factors([]) };
    World::each(&settings(), &user, |world| {
        let user = world.alice();
        let preferred = PreferredChallenge::Password { password: PASSWORD };
        assert!(has_tokens(&world.start(InitiateAuth::user_auth(&user, Some(preferred))).unwrap()));
        let chosen = |world: &mut World, factor| {
            let reply = world.start(InitiateAuth::user_auth(&user, None)).unwrap();
            world.respond(user.respond(session(&reply), &ChallengeAnswer::SelectChallenge(factor))).unwrap()
        };
        assert!(has_tokens(&chosen(world, FirstFactor::Password { password: PASSWORD })));
        assert!(has_tokens(&chosen(world, FirstFactor::WebAuthn { credential: Some("{\"id\":\"passkey\"}") })));
        let reply = chosen(world, FirstFactor::EmailOtp);
        assert_eq!(challenge_name(&reply), Some(ChallengeName::EmailOtp));
        let code = world.code();
        let answer = user.respond(session(&reply), &ChallengeAnswer::EmailOtp { code: &code });
        assert!(has_tokens(&world.respond(answer).unwrap()));
        let reply = chosen(world, FirstFactor::SmsOtp);
        assert_eq!(challenge_name(&reply), Some(ChallengeName::SmsOtp));
        let code = world.code();
        assert!(has_tokens(
            &world.respond(user.respond(session(&reply), &ChallengeAnswer::SmsOtp { code: &code })).unwrap()
        ));

        let reply = world.start(InitiateAuth::user_auth(&user, Some(PreferredChallenge::WebAuthn))).unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::WebAuthn));
        let answer = ChallengeAnswer::WebAuthn { credential: "{\"id\":\"passkey\"}" };
        assert!(has_tokens(&world.respond(user.respond(session(&reply), &answer)).unwrap()));
    });
}

#[test]
fn the_password_itself_and_a_refresh_token() {
    World::each(&settings(), &alice(), |world| {
        let user = world.alice();
        assert!(has_tokens(&world.start(InitiateAuth::admin_user_password_auth(&user, PASSWORD)).unwrap()));
        assert!(has_tokens(&world.start(InitiateAuth::admin_no_srp_auth(&user, PASSWORD)).unwrap()));
        let tokens = world.start(InitiateAuth::user_password_auth(&user, PASSWORD)).unwrap();
        let refresh_token = tokens["AuthenticationResult"]["RefreshToken"].as_str().unwrap();
        let (user, _) = world.srp(&user, PASSWORD);
        assert!(has_tokens(&world.start(InitiateAuth::refresh_token_auth(&user, refresh_token)).unwrap()));
        assert!(has_tokens(&world.start(InitiateAuth::refresh_token(&user, refresh_token)).unwrap()));
    });
}

#[test]
fn each_second_factor() {
    World::each(&settings(), &with_factors([Factor::SoftwareTokenMfa]), |world| {
        let (user, reply) = world.srp(&world.alice(), PASSWORD);
        let reply = reply.unwrap();
        let wrong = user.respond(session(&reply), &ChallengeAnswer::SoftwareTokenMfa { code: "000000" });
        assert_eq!(world.respond(wrong).unwrap_err().name, "CodeMismatchException");
        let code = testpool::totp::code(TOTP_SECRET, now().timestamp()).unwrap();
        let answer = user.respond(session(&reply), &ChallengeAnswer::SoftwareTokenMfa { code: &code });
        assert!(has_tokens(&world.respond(answer).unwrap()));
    });
    World::each(&settings(), &with_factors([Factor::SmsMfa]), |world| {
        let (user, reply) = world.srp(&world.alice(), PASSWORD);
        let reply = reply.unwrap();
        let code = world.code();
        assert!(has_tokens(
            &world.respond(user.respond(session(&reply), &ChallengeAnswer::SmsMfa { code: &code })).unwrap()
        ));
    });
    World::each(&settings(), &with_factors([Factor::SmsMfa, Factor::EmailOtp]), |world| {
        for (mfa_type, expected) in [
            (MfaType::SmsMfa, ChallengeName::SmsMfa),
            (MfaType::EmailMfa, ChallengeName::EmailOtp),
            (MfaType::EmailOtp, ChallengeName::EmailOtp),
        ] {
            let (user, reply) = world.srp(&world.alice(), PASSWORD);
            let reply = reply.unwrap();
            assert_eq!(challenge_name(&reply), Some(ChallengeName::SelectMfaType));
            let answer = user.respond(session(&reply), &ChallengeAnswer::SelectMfaType { mfa_type });
            assert_eq!(challenge_name(&world.respond(answer).unwrap()), Some(expected));
        }
    });
}

#[test]
fn a_new_password_with_its_attributes_and_the_setup_of_a_factor() {
    let settings = Settings { mfa: MfaConfiguration::On, required_attributes: ["name".into()].into(), ..settings() };
    World::each(&settings, &NewUser { temporary: true, ..alice() }, |world| {
        let (user, reply) = world.srp(&world.alice(), PASSWORD);
        let reply = reply.unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::NewPasswordRequired));
        let required = parameters(&reply).find(|(name, _)| *name == "requiredAttributes").unwrap().1;
        assert_eq!(required, "[\"userAttributes.name\"]", "listed with the prefix: either form is taken");
        let user_attributes: &[_] = &[("userAttributes.name", "Alice"), ("nickname", "Al")];
        let answer = ChallengeAnswer::NewPasswordRequired { new_password: "Permanent-passphrase-1", user_attributes };
        let reply = world.respond(user.respond(session(&reply), &answer)).unwrap();
        assert_eq!(challenge_name(&reply), Some(ChallengeName::MfaSetup));

        let secret = world.pool.handle("AssociateSoftwareToken", &json!({ "Session": session(&reply) })).unwrap();
        let code = testpool::totp::code(secret["SecretCode"].as_str().unwrap(), now().timestamp()).unwrap();
        let body = json!({ "Session": session(&secret), "UserCode": code });
        let verified = world.pool.handle("VerifySoftwareToken", &body).unwrap();
        assert!(has_tokens(&world.respond(user.respond(session(&verified), &ChallengeAnswer::MfaSetup)).unwrap()));
        assert!(world.srp(&world.alice(), "Permanent-passphrase-1").1.is_ok());
        refused(world.srp(&world.alice(), PASSWORD).1, WRONG_PASSWORD.0, WRONG_PASSWORD.1);
    });
}

#[test]
fn a_remembered_device_signs_in_instead_of_a_second_factor() {
    World::each(&with_devices(), &with_factors([Factor::SoftwareTokenMfa]), |world| {
        let (_, device) = world.enroll_after_totp();

        // After SRP, and after the password itself: the device step follows either.
        let remembering = world.alice().with_device_key(device.key());
        let (user, reply) = world.srp(&remembering, PASSWORD);
        assert!(has_tokens(&world.device_srp(&user, &device, &reply.unwrap()).unwrap()));
        let reply = world.start(InitiateAuth::user_password_auth(&remembering, PASSWORD)).unwrap();
        let user = remembering.named_by(parameters(&reply)).unwrap();
        assert!(has_tokens(&world.device_srp(&user, &device, &reply).unwrap()));

        let (user, reply) = world.srp(&remembering, PASSWORD);
        let password = DevicePassword::new("P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==");
        let wrong = Device::new(device.key(), device.group_key(), password).unwrap();
        refused(world.device_srp(&user, &wrong, &reply.unwrap()), WRONG_PASSWORD.0, WRONG_PASSWORD.1);
    });
}

/// As AWS's JavaScript client does: the device is kept under the internal name, which only the challenge gives.
#[test]
fn a_device_is_looked_up_under_the_name_that_the_challenge_gives() {
    World::each(&with_devices(), &with_factors([Factor::SoftwareTokenMfa]), |world| {
        let (user, device) = world.enroll_after_totp();
        let store = HashMap::from([(user.username().to_owned(), device)]);

        let login = UserLogin::start(&world.alice(), &mut SysRng).unwrap();
        let reply = world.start(login.user_srp_auth()).unwrap();
        let challenge = PasswordVerifier::from_reply(parameters(&reply), session(&reply)).unwrap();
        let device = &store[challenge.username()];
        let proof = login.with_device_key(device.key()).finish(&challenge, PASSWORD, now()).unwrap();
        let reply = world.respond(proof.answer).unwrap();
        assert!(has_tokens(&world.device_srp(&proof.user, device, &reply).unwrap()));
    });
}

/// The answer may be given again, and without the device: nobody is asked for the password twice.
#[test]
fn an_answer_is_sent_again_without_a_forgotten_device() {
    World::each(&with_devices(), &alice(), |world| {
        let login = UserLogin::start(&world.alice(), &mut SysRng).unwrap();
        let reply = world.start(login.user_srp_auth()).unwrap();
        let challenge = PasswordVerifier::from_reply(parameters(&reply), session(&reply)).unwrap();
        let proof = login.with_device_key("us-east-1_0000").finish(&challenge, PASSWORD, now()).unwrap();
        refused(world.respond(proof.answer.clone()), "ResourceNotFoundException", "Device does not exist.");
        assert!(has_tokens(&world.respond(proof.answer.without_device_key()).unwrap()));
        assert!(has_tokens(&world.srp(&proof.user.without_device_key(), PASSWORD).1.unwrap()));
    });
}

#[test]
fn a_forgotten_device_is_refused_and_a_sign_in_without_it_is_not() {
    World::each(&with_devices(), &alice(), |world| {
        let (_, tokens) = world.srp(&world.alice(), PASSWORD);
        let tokens = tokens.unwrap();
        let device = world.enroll(&tokens);
        let access_token = &tokens["AuthenticationResult"]["AccessToken"];
        world.pool.handle("ForgetDevice", &json!({ "AccessToken": access_token, "DeviceKey": device.key() })).unwrap();

        let remembering = world.alice().with_device_key(device.key());
        let login = UserLogin::start(&remembering, &mut SysRng).unwrap();
        let reply = match world.start(login.user_srp_auth()) {
            Ok(reply) => world.prove(login, &reply, PASSWORD).1,
            refusal => refusal,
        };
        refused(reply, "ResourceNotFoundException", "Device does not exist.");
        assert!(has_tokens(&world.srp(&world.alice(), PASSWORD).1.unwrap()));
    });
}

//! Signs in to a pool in this process, in every way that takes more than one step, and prints each message with the
//! time it took to compute: `cargo run --release --example sign_in`.
//!
//! The pool is `testpool`, which verifies as the service does: what succeeds here has been checked, and what is refused
//! has been refused by the arithmetic.

#![expect(clippy::print_stdout, reason = "that is what an example is for")]

use std::{
    error::Error,
    fmt::Display,
    time::{Duration, Instant},
};

use chrono::Utc;
use cognito_srp_core::{
    Answer, AppClient, ChallengeResponse, ClientSecret, Device, DeviceLogin, DevicePasswordVerifier, InitiateAuth,
    NewDevice, Parameters, PasswordVerifier, User, UserLogin, UserPoolId, kernel,
};
use rand::rngs::SysRng;
use serde_json::{Map, Value, json};
use testpool::{DeviceTracking, Factor, NewUser, Pool, Seed, ServiceError, Settings};

const POOL_ID: &str = "eu-west-1_Example1";
const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";

fn main() -> Result<(), Box<dyn Error>> {
    let mut service = Service { pool: pool()? };
    let client = AppClient::new(UserPoolId::parse(POOL_ID)?, CLIENT_ID)?.with_secret(ClientSecret::new(CLIENT_SECRET)?);
    println!(
        "Pool {POOL_ID}, a client with a secret; values that are secret or long are elided; computing on the {:?} kernel.",
        kernel()
    );

    title("A wrong password");
    match sign_in(&mut service, &client.user("alice@example.com"), "not her password") {
        Err(refusal) => println!("  <- refused: {refusal}"),
        Ok(_) => return Err("the pool accepted a wrong password".into()),
    }

    title("The right password, and a device to remember");
    let (user, tokens) = sign_in(&mut service, &client.user("alice@example.com"), "correct horse battery")?;
    let device = confirm_device(&mut service, &tokens)?;

    title("The password and the remembered device");
    sign_in_with_device(&mut service, &client.user("alice@example.com"), "correct horse battery", &device)?;
    println!("  (the device is kept under {}, the name that the service gave)", user.username());

    title("A temporary password, then an authenticator app");
    first_sign_in(&mut service, &client.user("bob"))?;
    Ok(())
}

/// A pool that remembers devices, with two users.
fn pool() -> Result<Pool, ServiceError> {
    let settings = Settings { pool_id: POOL_ID.into(), devices: DeviceTracking::Always, ..Settings::default() };
    let alice = NewUser {
        username: "alice@example.com".into(),
        password: "correct horse battery".into(),
        ..NewUser::default()
    };
    let bob = NewUser {
        username: "bob".into(),
        password: "Temporary-1".into(),
        temporary: true,
        mfa: [Factor::SoftwareTokenMfa].into(),
        totp_secret: Some(TOTP_SECRET.into()),
        ..NewUser::default()
    };
    let client = testpool::Client { id: CLIENT_ID.into(), secret: Some(CLIENT_SECRET.into()) };
    Seed { pool: settings, clients: vec![client], users: vec![alice, bob] }.into_pool([1; 32])
}

/// Two requests: SRP_A, and the claim. Returns the user by the name that the service gave.
fn sign_in(service: &mut Service, user: &User, password: &str) -> Result<(User, Value), Box<dyn Error>> {
    let login = timed("SRP_A", || UserLogin::start(user, &mut SysRng))?;
    let reply = service.initiate_auth(login.user_srp_auth())?;

    let challenge = PasswordVerifier::from_reply(parameters(&reply), session(&reply))?;
    let proof = timed("PASSWORD_CLAIM_SIGNATURE", || login.finish(&challenge, password, Utc::now()))?;
    Ok((proof.user, service.respond(proof.answer)?))
}

/// Makes a password for the device that the service offers to remember.
fn confirm_device(service: &mut Service, tokens: &Value) -> Result<Device, Box<dyn Error>> {
    let result = &tokens["AuthenticationResult"];
    let metadata = &result["NewDeviceMetadata"];
    let offered = NewDevice::from_metadata(metadata["DeviceKey"].as_str(), metadata["DeviceGroupKey"].as_str())?;
    let enrollment = timed("the device's verifier, and a test sign-in with it,", || offered.enroll(&mut SysRng))?;
    let verifier = json!({
        "PasswordVerifier": enrollment.verifier.password_verifier,
        "Salt": enrollment.verifier.salt,
    });
    let request = json!({
        "AccessToken": result["AccessToken"],
        "DeviceKey": enrollment.device.key(),
        "DeviceSecretVerifierConfig": verifier,
    });
    service.send("ConfirmDevice", &request)?;
    Ok(enrollment.device)
}

/// Four requests: the password over SRP, then the device over SRP.
fn sign_in_with_device(
    service: &mut Service,
    user: &User,
    password: &str,
    device: &Device,
) -> Result<(), Box<dyn Error>> {
    let user = user.clone().with_device_key(device.key());
    let (user, reply) = sign_in(service, &user, password)?;
    expect_challenge(&reply, "DEVICE_SRP_AUTH")?;

    let login = timed("SRP_A", || DeviceLogin::start(&user, device, &mut SysRng))?;
    let reply = service.respond(login.device_srp_auth(session(&reply)))?;

    let challenge = DevicePasswordVerifier::from_reply(parameters(&reply), session(&reply))?;
    let answer = timed("PASSWORD_CLAIM_SIGNATURE", || login.finish(&challenge, device, Utc::now()))?;
    service.respond(answer)?;
    Ok(())
}

/// The password over SRP, then NEW_PASSWORD_REQUIRED, then SOFTWARE_TOKEN_MFA.
fn first_sign_in(service: &mut Service, user: &User) -> Result<(), Box<dyn Error>> {
    let (user, reply) = sign_in(service, user, "Temporary-1")?;
    expect_challenge(&reply, "NEW_PASSWORD_REQUIRED")?;
    let new_password = Answer::NewPasswordRequired {
        new_password: "Permanent-passphrase-1",
        user_attributes: &[("email", "bob@example.com")],
    };
    let reply = service.respond(user.respond(session(&reply), &new_password))?;
    expect_challenge(&reply, "SOFTWARE_TOKEN_MFA")?;

    let code = testpool::totp::code(TOTP_SECRET, Utc::now().timestamp()).ok_or("not base32")?;
    service.respond(user.respond(session(&reply), &Answer::SoftwareTokenMfa { code: &code }))?;
    Ok(())
}

/// The service, spoken to in the JSON that goes over the wire.
struct Service {
    pool: Pool,
}

impl Service {
    fn initiate_auth(&mut self, request: InitiateAuth) -> Result<Value, ServiceError> {
        let body = json!({
            "ClientId": CLIENT_ID,
            "AuthFlow": request.auth_flow.as_str(),
            "AuthParameters": object(request.auth_parameters),
        });
        self.send("InitiateAuth", &body)
    }

    fn respond(&mut self, answer: ChallengeResponse) -> Result<Value, ServiceError> {
        let mut body = json!({
            "ClientId": CLIENT_ID,
            "ChallengeName": answer.challenge_name.as_str(),
            "ChallengeResponses": object(answer.challenge_responses),
        });
        if let Some(session) = answer.session {
            body["Session"] = session.into();
        }
        self.send("RespondToAuthChallenge", &body)
    }

    fn send(&mut self, operation: &str, body: &Value) -> Result<Value, ServiceError> {
        println!("  -> {operation}");
        show(body);
        self.pool.set_now(Utc::now().timestamp());
        let reply = self.pool.handle(operation, body)?;
        let tokens = if reply["AuthenticationResult"].is_object() { "tokens" } else { "ok" };
        println!("  <- {}", reply["ChallengeName"].as_str().unwrap_or(tokens));
        show(&reply);
        Ok(reply)
    }
}

/// Parameters go straight into whatever map the request has.
fn object(parameters: Parameters) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| (name, value.into())).collect()
}

/// ChallengeParameters of a reply, whatever map they are in.
fn parameters(reply: &Value) -> impl Iterator<Item = (&String, &str)> {
    let parameters = reply["ChallengeParameters"].as_object();
    parameters.into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_str()?)))
}

fn session(reply: &Value) -> Option<&str> {
    reply["Session"].as_str()
}

fn expect_challenge(reply: &Value, name: &str) -> Result<(), String> {
    match reply["ChallengeName"].as_str() {
        Some(challenge) if challenge == name => Ok(()),
        other => Err(format!("expected {name}, not {other:?}")),
    }
}

fn title(text: impl Display) {
    println!("\n{text}");
}

fn timed<T>(what: &str, compute: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = compute();
    println!("     computed {what} in {}", Milliseconds(begun.elapsed()));
    result
}

struct Milliseconds(Duration);

impl Display for Milliseconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ms", self.0.as_secs_f64() * 1e3)
    }
}

/// A JSON object, one member a line, one level deep.
fn show(body: &Value) {
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::Object(members) if members.is_empty() => {}
            Value::Object(members) => {
                println!("     {name}");
                for (name, value) in members {
                    println!("       {name:<28} {}", elided(name, value));
                }
            }
            value => println!("     {name:<30} {}", elided(name, value)),
        }
    }
}

fn elided(name: &str, value: &Value) -> String {
    const SECRET: [&str; 4] = ["NEW_PASSWORD", "PASSWORD", "SOFTWARE_TOKEN_MFA_CODE", "Session"];
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(64) {
        _ if SECRET.contains(&name) || name.ends_with("Token") => "(elided)".into(),
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}

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
    Answer, AppClient, ClientSecret, Done, Flow, Question, Refusal, Reply, Request, SignIn, Step, UserPoolId, kernel,
};
use rand::rngs::SysRng;
use serde_json::Value;
use testpool::{DeviceTracking, Factor, NewUser, Pool, Seed, ServiceError, Settings};

const POOL_ID: &str = "eu-west-1_Example1";
const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";

fn main() -> Result<(), Box<dyn Error>> {
    let mut service = Service { pool: pool()? };
    let client = AppClient::new(UserPoolId::parse(POOL_ID)?, CLIENT_ID)?.with_secret(ClientSecret::new(CLIENT_SECRET)?);
    let sign_in = |username| SignIn::new(client.user(username), Flow::UserSrpAuth);
    let alice = Person { password: "correct horse battery", new_password: "" };
    let bob = Person { password: "Temporary-1", new_password: "Permanent-passphrase-1" };
    println!(
        "Pool {POOL_ID}, a client with a secret; values that are secret or long are elided; computing on the {:?} kernel.",
        kernel()
    );

    title("A wrong password");
    let mallory = Person { password: "not her password", ..alice };
    match drive(sign_in("alice@example.com"), &mut service, &mallory) {
        Err(refusal) => println!("  refused: {refusal}"),
        Ok(_) => return Err("the pool accepted a wrong password".into()),
    }

    title("The right password, and a device to remember");
    let done = drive(sign_in("alice@example.com").remembering_device(Some("example")), &mut service, &alice)?;
    let device = done.new_device.ok_or("the pool offered no device")?;
    println!("  (the device is kept under {}, the name that the service gave)", done.user.username());

    title("The password and the remembered device");
    drive(sign_in("alice@example.com").with_device(device), &mut service, &alice)?;

    title("A temporary password, then an authenticator app");
    drive(sign_in("bob"), &mut service, &bob)?;
    Ok(())
}

/// All that a program has to do itself: send, ask, and pass on what comes of it.
fn drive(mut sign_in: SignIn, service: &mut Service, person: &Person) -> Result<Done, Box<dyn Error>> {
    let mut step = timed(|| sign_in.start(&mut SysRng))?;
    loop {
        step = match step {
            Step::Send(request) => match service.send(&request)? {
                Ok(reply) => timed(|| sign_in.handle(&reply, Utc::now(), &mut SysRng))?,
                Err(refusal) => sign_in.refused(refusal, &mut SysRng)?,
            },
            Step::Ask(question) => {
                let text = person.answer(&question)?;
                let user_attributes = &[("email", "bob@example.com")];
                let answer = match question.answer(&text)? {
                    Answer::NewPassword { new_password, .. } => Answer::NewPassword { new_password, user_attributes },
                    answer => answer,
                };
                timed(|| sign_in.answer(&answer, Utc::now(), &mut SysRng))?
            }
            Step::Done(done) => return Ok(done),
        };
    }
}

/// A pool that remembers devices, with two users.
fn pool() -> Result<Pool, ServiceError> {
    let settings = Settings {
        pool_id: POOL_ID.into(),
        devices: DeviceTracking::Always,
        required_attributes: ["email".into()].into(),
        ..Settings::default()
    };
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

/// Who would be at the keyboard.
#[derive(Clone, Copy)]
struct Person {
    password: &'static str,
    new_password: &'static str,
}

impl Person {
    fn answer(&self, question: &Question) -> Result<String, Box<dyn Error>> {
        match question {
            Question::Password { .. } => Ok(self.password.into()),
            Question::NewPassword { required_attributes, .. } => {
                println!("  ?  a new password, and {}", required_attributes.join(", "));
                Ok(self.new_password.into())
            }
            Question::Code { challenge_name, .. } => {
                println!("  ?  the code for {challenge_name}");
                Ok(testpool::totp::code(TOTP_SECRET, Utc::now().timestamp()).ok_or("not base32")?)
            }
            question => Err(format!("nobody here can answer {question:?}").into()),
        }
    }
}

/// The service, spoken to in the JSON that goes over the wire.
struct Service {
    pool: Pool,
}

impl Service {
    fn send(&mut self, request: &Request) -> Result<Result<Reply, Refusal>, Box<dyn Error>> {
        let body: Value = serde_json::from_str(&request.to_json())?;
        println!("  -> {}", request.operation());
        show(&body);
        self.pool.set_now(Utc::now().timestamp());
        match self.pool.handle(request.operation().as_str(), &body) {
            Ok(reply) => {
                let tokens = if reply["AuthenticationResult"].is_object() { "tokens" } else { "ok" };
                println!("  <- {}", reply["ChallengeName"].as_str().unwrap_or(tokens));
                show(&reply);
                Ok(Ok(Reply::from_json(&reply.to_string())?))
            }
            Err(ServiceError { name, message, .. }) => {
                println!("  <- {name}");
                Ok(Err(Refusal::new(name, message)))
            }
        }
    }
}

fn title(text: impl Display) {
    println!("\n{text}");
}

/// Says how long something took, if there was anything to compute.
fn timed<T>(compute: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = compute();
    let elapsed = begun.elapsed();
    if elapsed > Duration::from_micros(20) {
        println!("     computed in {}", Milliseconds(elapsed));
    }
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

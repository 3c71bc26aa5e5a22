//! Whole sign-ins at full speed, on one thread and then on two: `cargo run --release --example soak -- 60` takes a minute for
//! each. `ci/soak` runs it.
//!
//! Every other login is `UserLogin` from SRP_A to the answer, every other a `SignIn` with requests and replies as JSON, and
//! one in 32 a `SignIn` with a remembered device that has another one remembered, saved and restored at each step. The
//! service is a list of accounts made beforehand; each challenge has a SECRET_BLOCK and a time of its own, and each login
//! an `a` of the system's generator. One login in 201 is verified by `reference`, as the service would.
//!
//! Exits with 1 where a login fails, where the process grows after its warm-up, or where two threads do less than 1.9 times
//! the work of one. Time spent waiting for a processor that other programs have (Linux counts it) is left out; time spent
//! waiting for another thread of this program is not.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what is made beforehand is valid")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]
#![expect(clippy::integer_division_remainder_used, reason = "of counters, which are no secret")]

use std::{
    env,
    error::Error,
    fs,
    process::ExitCode,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeName, ChallengeResponse, ClientSecret, ConfirmDevice, Device, DevicePassword, Flow, Message,
    Parameters, PasswordVerifier, Reply, Request, SignIn, Step, UserLogin, UserPoolId, kernel,
};
use cognito_srp_reference as reference;
use num_bigint::BigUint;
use rand::rngs::SysRng;

const POOL_NAME: &str = "Example1";
const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";

const ACCOUNTS: u64 = 64;
/// Of so many logins one is verified. It is odd, so that each way to log in has its turn.
const VERIFIED: u64 = 201;
/// Of so many logins one is with devices.
const DEVICES: u64 = 32;

const LEAST_RATIO: f64 = 1.9;
const MOST_GROWTH: u64 = 1024; // KiB
/// The part of the time spent waiting for a processor above which the machine is not called quiet.
const MOST_WAITING: f64 = 0.1;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let seconds = env::args().nth(1).map_or(Ok(60), |seconds| seconds.parse());
    let Ok(seconds @ 1..) = seconds else {
        eprintln!("usage: soak [SECONDS]");
        return ExitCode::FAILURE;
    };
    let service = Service::new();
    println!("kernel {:?}, {seconds} s on one thread and {seconds} s on two", kernel());
    let [one, two] = [1, 2].map(|threads| soak(&service, threads, Duration::from_secs(seconds)));
    let (ratio, by_the_wall) = (two.rate / one.rate, two.rate_by_the_wall / one.rate_by_the_wall);
    println!("by the clock on the wall: {by_the_wall:.2} times on two");
    if one.waiting.max(two.waiting) > MOST_WAITING {
        println!("NOTE: other programs had the processors for much of the time; the rates are of what was left");
    }
    let mut passed = true;
    let mut require = |holds: bool, what: &str| {
        if !holds {
            println!("FAILED: {what}");
            passed = false;
        }
    };
    let errors = one.errors + two.errors;
    require(errors == 0, "a login failed");
    require(one.verified > 0 && two.verified > 0, "no login was verified");
    let growth = one.growth.max(two.growth);
    require(growth <= MOST_GROWTH, "the process has grown");
    require(ratio >= LEAST_RATIO, "two threads do too little");
    if !passed {
        return ExitCode::FAILURE;
    }
    println!(
        "soak: {:.0} and {:.0} logins/s on 1 and 2 threads, {ratio:.2} times ({by_the_wall:.2} by the wall), {} logins, {} verified, {errors} errors, \
         {growth} KiB of growth",
        one.rate,
        two.rate,
        one.logins + two.logins,
        one.verified + two.verified
    );
    ExitCode::SUCCESS
}

/// What came of one soak.
struct Soak {
    /// Logins in a second, if each thread had a processor to itself.
    rate: f64,
    rate_by_the_wall: f64,
    /// The part of the time that was spent waiting for a processor.
    waiting: f64,
    logins: u64,
    verified: u64,
    errors: u64,
    /// KiB after the warm-up.
    growth: u64,
}

#[expect(clippy::cast_precision_loss, reason = "counts of logins")]
fn soak(service: &Service, threads: u64, duration: Duration) -> Soak {
    let warm_up = duration.min(Duration::from_secs(50)) / 10;
    let [counting, ended] = [AtomicBool::new(false), AtomicBool::new(false)];
    let [verified, errors] = [AtomicU32::new(0), AtomicU32::new(0)];
    let still = Barrier::new(usize::try_from(threads).unwrap() + 1);
    let run = |thread: u64| {
        let mut logins = 0;
        let mut login = thread << 48;
        let mut started = None;
        while !ended.load(Ordering::Relaxed) {
            if started.is_none() && counting.load(Ordering::Relaxed) {
                started = Some((Instant::now(), waited(), logins));
            }
            let verify = login.is_multiple_of(VERIFIED);
            if let Err(error) = service.login(login, verify) {
                if errors.fetch_add(1, Ordering::Relaxed) < 10 {
                    println!("login {login}: {error}");
                }
            } else if verify {
                verified.fetch_add(1, Ordering::Relaxed);
            }
            login += 1;
            logins += 1;
        }
        let (start, waited_before, warm_up) = started.expect("the warm-up is over");
        let (elapsed, waited) = (start.elapsed(), waited().saturating_sub(waited_before));
        still.wait(); // until the memory has been looked at
        (logins, logins - warm_up, elapsed, waited)
    };
    let (before, after, results) = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        thread::sleep(warm_up);
        counting.store(true, Ordering::Relaxed);
        let before = resident();
        thread::sleep(duration);
        let after = resident();
        ended.store(true, Ordering::Relaxed);
        still.wait();
        (before, after, workers.into_iter().map(|worker| worker.join().unwrap()).collect::<Vec<_>>())
    });
    let rate = |seconds: fn(Duration, Duration) -> Duration| -> f64 {
        results
            .iter()
            .map(|&(_, counted, elapsed, waited)| counted as f64 / seconds(elapsed, waited).as_secs_f64())
            .sum()
    };
    let waiting = results.iter().map(|(_, _, elapsed, waited)| waited.as_secs_f64() / elapsed.as_secs_f64());
    let soak = Soak {
        waiting: waiting.sum::<f64>() / threads as f64,
        rate: rate(Duration::saturating_sub),
        rate_by_the_wall: rate(|elapsed, _| elapsed),
        logins: results.iter().map(|(logins, ..)| logins).sum(),
        verified: verified.into_inner().into(),
        errors: errors.into_inner().into(),
        growth: after.saturating_sub(before),
    };
    println!(
        "{threads} thread{}: {:.0} logins/s ({:.0} by the wall, {:.1} % of it waiting for a processor), {} logins, {} \
         verified, {} errors, {before} KiB resident after the warm-up and {after} KiB at the end",
        if threads == 1 { "" } else { "s" },
        soak.rate,
        soak.rate_by_the_wall,
        100.0 * soak.waiting,
        soak.logins,
        soak.verified,
        soak.errors,
    );
    soak
}

/// Memory of this process that is in use, in KiB. From `smaps`, which is exact: `status` and `statm` lag behind.
fn resident() -> u64 {
    let counts = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux");
    let kilobytes = counts.lines().find_map(|line| line.strip_prefix("Rss:")?.trim().strip_suffix(" kB"));
    kilobytes.and_then(|count| count.parse().ok()).expect("a number")
}

/// For how long this thread could have run and another program had the processor; nothing where the kernel does not count it.
fn waited() -> Duration {
    let counts = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(counts.split(' ').nth(1).and_then(|count| count.parse().ok()).unwrap_or_default())
}

/// The service's side of one password: it knows v, and has drawn a b.
struct Account {
    scope: String,
    name: String,
    password: String,
    salt: String,
    v: BigUint,
    b: BigUint,
    srp_b: String,
}

impl Account {
    fn new(scope: &str, number: u64) -> Self {
        let drawn = |label: &str| reference::sha256(&[label.as_bytes(), &number.to_be_bytes()]);
        let (name, password) = (format!("us-east-1_{number}"), STANDARD.encode(drawn("password")));
        let salt = BigUint::from_bytes_be(&drawn("salt")[..16]) >> (number % 9);
        let b = BigUint::from_bytes_be(&drawn("b"));
        let v = reference::verifier(&reference::x(&salt, &reference::Identity { scope, name: &name }, &password));
        let srp_b = reference::to_hex(&reference::public_b(&b, &v));
        Self { scope: scope.into(), name, password, salt: reference::to_hex(&salt), v, b, srp_b }
    }

    /// Whether the answer to a challenge proves the password.
    fn verify(&self, srp_a: &str, answer: &Parameters, secret_block: &str, now: DateTime<Utc>) -> Outcome {
        let integer = |hex: &str| reference::from_hex(hex).ok_or("no hex");
        let (a_public, b_public) = (integer(srp_a)?, integer(&self.srp_b)?);
        let u = reference::u(&a_public, &b_public);
        let key = reference::claim_key(&reference::prk(&u, &reference::server_s(&a_public, &self.v, &u, &self.b)));
        let identity = reference::Identity { scope: &self.scope, name: &self.name };
        let timestamp = reference::timestamp(now.timestamp());
        let signature = reference::signature(&key, &identity, &decode(secret_block)?, &timestamp);
        same(answer, "PASSWORD_CLAIM_SIGNATURE", &STANDARD.encode(signature))?;
        same(answer, "PASSWORD_CLAIM_SECRET_BLOCK", secret_block)?;
        same(answer, "TIMESTAMP", &timestamp)
    }
}

fn same(parameters: &Parameters, name: &str, expected: &str) -> Outcome {
    if parameters.get(name) == Some(expected) { Ok(()) } else { Err(format!("{name} is wrong").into()) }
}

fn decode(base64: &str) -> Result<Vec<u8>, &'static str> {
    STANDARD.decode(base64).map_err(|_| "no base64")
}

struct Service {
    client: AppClient,
    users: Vec<Account>,
    devices: Vec<Account>,
}

impl Service {
    fn new() -> Self {
        let client = AppClient::new(UserPoolId::parse(format!("us-east-1_{POOL_NAME}")).unwrap(), CLIENT_ID).unwrap();
        Self {
            client: client.with_secret(ClientSecret::new(CLIENT_SECRET).unwrap()),
            users: (0..ACCOUNTS).map(|number| Account::new(POOL_NAME, number)).collect(),
            devices: (0..ACCOUNTS).map(|number| Account::new("-XTIoPyv7Z", ACCOUNTS + number)).collect(),
        }
    }

    /// One login, whose number makes its challenges unlike all others.
    fn login(&self, number: u64, verify: bool) -> Outcome {
        let account = usize::try_from(number / 2 % ACCOUNTS)?;
        let conversation = Conversation {
            service: self,
            user: &self.users[account],
            device: number.is_multiple_of(DEVICES).then(|| &self.devices[account]),
            secret_block: STANDARD.encode(reference::sha256(&[&number.to_be_bytes()]).repeat(20)),
            now: DateTime::from_timestamp(i64::try_from(number % 4_000_000_000)?, 0).ok_or("no such time")?,
            verify,
        };
        if number % 2 == 1 { conversation.step_by_step() } else { conversation.as_a_whole() }
    }
}

struct Conversation<'a> {
    service: &'a Service,
    user: &'a Account,
    device: Option<&'a Account>,
    secret_block: String,
    now: DateTime<Utc>,
    verify: bool,
}

impl Conversation<'_> {
    fn step_by_step(&self) -> Outcome {
        let Self { user, secret_block, .. } = self;
        let login = UserLogin::start(&self.service.client.user("alice@example.com"), &mut SysRng)?;
        let request = login.user_srp_auth();
        let challenge = [
            ("USER_ID_FOR_SRP", &user.name),
            ("SALT", &user.salt),
            ("SRP_B", &user.srp_b),
            ("SECRET_BLOCK", secret_block),
        ];
        let challenge = PasswordVerifier::from_reply(challenge, None)?;
        let proof = login.finish(&challenge, &user.password, self.now)?;
        let srp_a = request.auth_parameters.get("SRP_A").ok_or("no SRP_A")?;
        self.check(user, srp_a, &proof.answer.challenge_responses)
    }

    /// With a device: that one signs in and another is remembered, and each step is another process's.
    fn as_a_whole(&self) -> Outcome {
        let client = &self.service.client;
        let mut sign_in = SignIn::new(client.user("alice@example.com"), Flow::UserSrpAuth);
        let device =
            |device: &Account| Device::new(&*device.name, &*device.scope, DevicePassword::new(&*device.password));
        let device = self.device.map(device).transpose()?;
        if let Some(device) = &device {
            sign_in = sign_in.with_device(device.clone()).remembering_device(Some("a soaked one"));
        }
        let mut srp_a = String::new();
        let mut confirmed = None;
        let mut step = sign_in.start(&mut SysRng)?;
        loop {
            if device.is_some() {
                sign_in = SignIn::restore(&sign_in.save(), client, device.clone())?;
            }
            step = match step {
                Step::Send(request) => {
                    let body = request.to_json();
                    let reply = Reply::from_json(&self.reply(&request, &mut srp_a, &mut confirmed)?)?;
                    if body.contains(&self.user.password) {
                        return Err("a password is in a request".into());
                    }
                    sign_in.handle(&reply, self.now, &mut SysRng)?
                }
                Step::Ask(question) => sign_in.answer(&question.answer(&self.user.password)?, self.now, &mut SysRng)?,
                Step::Done(done) => {
                    return match (done.tokens.access_token.as_deref(), done.new_device, confirmed, device) {
                        (Some("eyJ"), None, None, None) => Ok(()),
                        (Some("eyJ"), Some(new), Some(confirmed), Some(_)) => self.check_enrolment(&new, &confirmed),
                        _ => Err("it ended before its end".into()),
                    };
                }
            };
        }
    }

    /// What the service replies.
    fn reply(
        &self,
        request: &Request,
        srp_a: &mut String,
        confirmed: &mut Option<ConfirmDevice>,
    ) -> Result<String, Box<dyn Error>> {
        let began = |parameters: &Parameters| parameters.get("SRP_A").map(String::from).ok_or("no SRP_A");
        match &request.message {
            Message::InitiateAuth(message) => {
                *srp_a = began(&message.auth_parameters)?;
                Ok(self.challenge("PASSWORD_VERIFIER", self.user))
            }
            Message::RespondToAuthChallenge(ChallengeResponse { challenge_name, challenge_responses, .. }) => {
                match (*challenge_name, self.device) {
                    (ChallengeName::PasswordVerifier, None) => {
                        self.check(self.user, srp_a, challenge_responses)?;
                        Ok(r#"{"AuthenticationResult":{"AccessToken":"eyJ"},"ChallengeParameters":{}}"#.into())
                    }
                    (ChallengeName::PasswordVerifier, Some(_)) => {
                        self.check(self.user, srp_a, challenge_responses)?;
                        Ok(r#"{"ChallengeName":"DEVICE_SRP_AUTH","ChallengeParameters":{}}"#.into())
                    }
                    (ChallengeName::DeviceSrpAuth, Some(device)) => {
                        *srp_a = began(challenge_responses)?;
                        Ok(self.challenge("DEVICE_PASSWORD_VERIFIER", device))
                    }
                    (ChallengeName::DevicePasswordVerifier, Some(device)) => {
                        self.check(device, srp_a, challenge_responses)?;
                        let new = r#"{"DeviceKey":"us-east-1_new","DeviceGroupKey":"-new"}"#;
                        Ok(format!(r#"{{"AuthenticationResult":{{"AccessToken":"eyJ","NewDeviceMetadata":{new}}}}}"#))
                    }
                    _ => Err("an answer to nothing".into()),
                }
            }
            Message::ConfirmDevice(message) => {
                *confirmed = Some(message.clone());
                Ok("{}".into())
            }
            _ => Err("a request that nobody expects".into()),
        }
    }

    fn challenge(&self, name: &str, account: &Account) -> String {
        let Account { name: user, salt, srp_b, .. } = account;
        format!(
            r#"{{"ChallengeName":"{name}","ChallengeParameters":{{"USER_ID_FOR_SRP":"{user}","SALT":"{salt}","SRP_B":"{srp_b}","SECRET_BLOCK":"{}"}}}}"#,
            self.secret_block
        )
    }

    fn check(&self, account: &Account, srp_a: &str, answer: &Parameters) -> Outcome {
        if self.verify { account.verify(srp_a, answer, &self.secret_block, self.now) } else { Ok(()) }
    }

    fn check_enrolment(&self, new: &Device, confirmed: &ConfirmDevice) -> Outcome {
        if !self.verify {
            return Ok(());
        }
        let identity = reference::Identity { scope: new.group_key(), name: new.key() };
        let sent = &confirmed.device_secret_verifier_config;
        let salt = BigUint::from_bytes_be(&decode(&sent.salt)?);
        let expected = reference::device_verifier(&identity, new.password().expose_secret(), &salt);
        let is_right = (&sent.salt, &sent.password_verifier) == (&expected.salt, &expected.password_verifier);
        if is_right { Ok(()) } else { Err("the new device's verifier is wrong".into()) }
    }
}

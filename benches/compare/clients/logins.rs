//! The Rust clients for `compare`, and the server that judges all of them: one JSON object per line in, one per line out.
//!
//! | in | out |
//! |---|---|
//! | `{"do": "clients"}` | the names of the clients here |
//! | `{"do": "world", "seed"}` | a user, a challenge, and an `a` and a time to try on it |
//! | `{"do": "login", "client", "seed", "a"?, "now"?}` | SRP_A, TIMESTAMP, the signature, nanoseconds of the processor |
//! | `{"do": "judge", "seed", "srp_a", "timestamp"}` | the signature that the server expects |
//!
//! Without `a` and `now` a client draws its own secret and reads its own clock. The two other crates can do nothing else.

use std::{
    error::Error,
    io::{self, Write as _},
};

use chrono::{DateTime, Utc};
use cognito_srp_compare::{
    kernels::{self, Kernel},
    logins::{self, Proof, World},
};
use cognito_srp_core::hazmat;
use cpu_time::ThreadTime;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

/// As many as AWS's clients draw.
const A_BYTES: usize = 128;

fn main() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lines() {
        let answer = answer(&serde_json::from_str(&line?)?)?;
        println!("{answer}");
        io::stdout().flush()?;
    }
    Ok(())
}

fn answer(request: &Value) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let seed = request["seed"].as_u64().unwrap_or_default();
    match text("do") {
        "clients" => Ok(clients()),
        "world" => Ok(world(seed)),
        "judge" => Ok(json!(World::new(seed).expected_signature(text("srp_a"), text("timestamp")))),
        "login" => login(request, &World::new(seed)),
        other => Err(format!("unknown: {other}").into()),
    }
}

/// Each client, and whether its secret and its clock can be chosen.
fn clients() -> Value {
    let ours = kernels::available().map(|kernel| json!({ "name": kernel.label(), "can_be_given": true }));
    let others = [logins::name::AWS_COGNITO_SRP, logins::name::COGNITO_SRP];
    ours.chain(others.map(|name| json!({ "name": name, "can_be_given": false }))).collect()
}

fn world(seed: u64) -> Value {
    let mut rng = StdRng::seed_from_u64(!seed);
    let mut a = [0; A_BYTES];
    rng.fill_bytes(&mut a);
    json!({
        "seed": seed,
        "pool_id": logins::pool_id(),
        "client_id": logins::CLIENT_ID,
        "username": logins::USERNAME,
        "password": logins::PASSWORD,
        "challenge": World::new(seed).challenge,
        "a": hazmat::hex(&a),
        "now": rng.next_u32(),
    })
}

fn login(request: &Value, world: &World) -> Result<Value, Box<dyn Error>> {
    let user = logins::user();
    let pool_id = logins::pool_id();
    let client = request["client"].as_str().unwrap_or_default();
    let (proof, nanoseconds) = match (client, request["a"].as_str()) {
        (logins::name::AWS_COGNITO_SRP, None) => timed(|| logins::aws_cognito_srp(world, &pool_id)),
        (logins::name::COGNITO_SRP, None) => timed(|| logins::cognito_srp(world, &pool_id)),
        (ours, a) => {
            kernel(ours)?.force();
            match a {
                None => timed(|| logins::ours(world, &user)),
                Some(a) => {
                    let a = cognito_srp_reference::from_hex(a).ok_or("a is not hex")?.to_bytes_be();
                    let now = now(request)?;
                    timed(|| logins::finish(world, hazmat::user_login(&user, &a), now))
                }
            }
        }
    };
    let Proof { srp_a, timestamp, signature } = proof;
    Ok(json!({ "srp_a": srp_a, "timestamp": timestamp, "signature": signature, "nanoseconds": nanoseconds }))
}

fn kernel(label: &str) -> Result<Kernel, String> {
    let kernel = kernels::available().find(|kernel| kernel.label() == label);
    kernel.ok_or(format!("{label} cannot do that"))
}

fn now(request: &Value) -> Result<DateTime<Utc>, Box<dyn Error>> {
    let seconds = request["now"].as_i64().ok_or("now is not a number of seconds")?;
    Ok(DateTime::from_timestamp(seconds, 0).ok_or("now is no date")?)
}

/// The second run, so that the first one warms up.
fn timed(mut sign_in: impl FnMut() -> Proof) -> (Proof, u64) {
    drop(sign_in());
    let start = ThreadTime::now();
    let proof = sign_in();
    (proof, u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

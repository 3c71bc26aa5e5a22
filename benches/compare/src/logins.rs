//! Who can sign in: SRP_A and, over one challenge, the signed claim. Each client is used as its documentation says, from
//! names and a password to the two messages; it draws its own secret and reads its own clock.

use std::{collections::HashMap, hint::black_box, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{AppClient, Parameters, PasswordVerifier, User, UserLogin, UserPoolId};
use cognito_srp_reference as reference;
use num_bigint::BigUint;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, rngs::SysRng};

use crate::{
    kernels::{self, Kernel},
    measure::{Candidate, Task},
};

pub const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
pub const PASSWORD: &str = "correct horse battery staple";
pub const USERNAME: &str = "alice@example.com";
const POOL_NAME: &str = "Example1";
const POOL_REGION: &str = "us-east-1";
const USER_ID: &str = "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8";

/// A user, a challenge to that user, and what only the server knows of it.
pub struct World {
    pub challenge: HashMap<String, String>,
    secret_block: [u8; SECRET_BLOCK_BYTES],
    b: BigUint,
    b_public: BigUint,
    verifier: BigUint,
}

/// What a client sent.
pub struct Proof {
    pub srp_a: String,
    pub timestamp: String,
    pub signature: String,
}

impl World {
    /// Everything random in it comes from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut secret_block = [0; SECRET_BLOCK_BYTES];
        rng.fill_bytes(&mut secret_block);
        let [salt, b] = [SALT_BYTES, B_BYTES].map(|count| {
            let mut bytes = vec![0; count];
            rng.fill_bytes(&mut bytes);
            BigUint::from_bytes_be(&bytes)
        });
        let verifier = reference::verifier(&reference::x(&salt, &IDENTITY, PASSWORD));
        let b_public = reference::public_b(&b, &verifier);
        let challenge = [
            ("USER_ID_FOR_SRP", USER_ID.to_owned()),
            ("SALT", reference::to_hex(&salt)),
            ("SRP_B", reference::to_hex(&b_public)),
            ("SECRET_BLOCK", STANDARD.encode(secret_block)),
        ];
        let challenge = challenge.map(|(name, value)| (name.to_owned(), value)).into();
        Self { challenge, secret_block, b, b_public, verifier }
    }

    /// The signature that the server expects from whoever sent this SRP_A and this TIMESTAMP.
    ///
    /// # Panics
    ///
    /// If SRP_A is not hex.
    #[must_use]
    pub fn expected_signature(&self, srp_a: &str, timestamp: &str) -> String {
        let a_public = reference::from_hex(srp_a).expect("SRP_A is hex");
        let u = reference::u(&a_public, &self.b_public);
        let key =
            reference::claim_key(&reference::prk(&u, &reference::server_s(&a_public, &self.verifier, &u, &self.b)));
        STANDARD.encode(reference::signature(&key, &IDENTITY, &self.secret_block, timestamp))
    }

    fn parameter(&self, name: &str) -> &str {
        black_box(&self.challenge[name])
    }
}

#[must_use]
pub fn pool_id() -> String {
    format!("{POOL_REGION}_{POOL_NAME}")
}

/// The user of this library.
///
/// # Panics
///
/// Never: the pool's id is well-formed.
#[must_use]
pub fn user() -> User {
    let pool = UserPoolId::parse(pool_id()).expect("a pool id");
    AppClient::new(pool, CLIENT_ID).expect("a client id").user(USERNAME)
}

/// This library.
///
/// # Panics
///
/// If it refuses an honest challenge.
#[must_use]
pub fn ours(world: &World, user: &User) -> Proof {
    let login = UserLogin::start(user, &mut SysRng).expect("the system has a random generator");
    finish(world, login, Utc::now())
}

/// This library, from SRP_A on.
///
/// # Panics
///
/// If it refuses an honest challenge.
#[must_use]
pub fn finish(world: &World, login: UserLogin, now: DateTime<Utc>) -> Proof {
    let request = login.user_srp_auth();
    let challenge = PasswordVerifier::from_reply(black_box(&world.challenge), None).expect("an honest challenge");
    let proof = login.finish(&challenge, black_box(PASSWORD), now).expect("an honest challenge");
    let of = |parameters: &Parameters, name| parameters.get(name).unwrap_or_default().to_owned();
    Proof {
        srp_a: of(&request.auth_parameters, "SRP_A"),
        timestamp: of(&proof.answer.challenge_responses, "TIMESTAMP"),
        signature: of(&proof.answer.challenge_responses, "PASSWORD_CLAIM_SIGNATURE"),
    }
}

/// The crate `aws-cognito-srp`.
///
/// # Panics
///
/// If it refuses an honest challenge.
#[must_use]
pub fn aws_cognito_srp(world: &World, pool_id: &str) -> Proof {
    let user = aws_cognito_srp::User::new(pool_id, USERNAME, black_box(PASSWORD));
    let client = aws_cognito_srp::SrpClient::new(user, CLIENT_ID, None);
    let request = client.get_auth_parameters();
    let [secret_block, user_id, salt, srp_b] =
        ["SECRET_BLOCK", "USER_ID_FOR_SRP", "SALT", "SRP_B"].map(|name| world.parameter(name));
    let answer = client.verify(secret_block, user_id, salt, srp_b).expect("an honest challenge");
    Proof { srp_a: request.a, timestamp: answer.timestamp, signature: answer.password_claim_signature }
}

/// The crate `cognito_srp`. It takes the challenge by value, so the copy of four short strings is inside the time.
///
/// # Panics
///
/// If it refuses an honest challenge.
#[must_use]
pub fn cognito_srp(world: &World, pool_id: &str) -> Proof {
    let client = cognito_srp::SrpClient::new(USERNAME, black_box(PASSWORD), pool_id, CLIENT_ID, None);
    let mut request = client.get_auth_params().expect("no secret hash");
    let mut answer = client.process_challenge(black_box(&world.challenge).clone()).expect("an honest challenge");
    let mut take = |name| answer.remove(name).unwrap_or_default();
    Proof {
        srp_a: request.remove("SRP_A").unwrap_or_default(),
        timestamp: take("TIMESTAMP"),
        signature: take("PASSWORD_CLAIM_SIGNATURE"),
    }
}

/// The names in the tables.
pub mod name {
    pub const AWS_COGNITO_SRP: &str = "aws-cognito-srp";
    pub const COGNITO_SRP: &str = "cognito_srp";
}

/// Everybody, this library's kernels first.
#[must_use]
pub fn all(world: World) -> Vec<Candidate> {
    let world = Rc::new(world);
    let ours_on = |kernel: Kernel| {
        let user = user();
        let sign_in = move |world: &World| ours(world, &user);
        candidate(&kernel.label(), move || kernel.force(), sign_in, &world)
    };
    let rival = |name, sign_in: fn(&World, &str) -> Proof| {
        let pool_id = pool_id();
        candidate(name, || (), move |world: &World| sign_in(world, &pool_id), &world)
    };
    let rivals = [rival(name::AWS_COGNITO_SRP, aws_cognito_srp), rival(name::COGNITO_SRP, cognito_srp)];
    kernels::available().map(ours_on).chain(rivals).collect()
}

struct Login<R, S> {
    name: String,
    ready: R,
    sign_in: S,
    world: Rc<World>,
    proof: Option<Proof>,
}

impl<R: FnMut(), S: FnMut(&World) -> Proof> Task for Login<R, S> {
    fn ready(&mut self) {
        (self.ready)();
    }

    fn run(&mut self) {
        self.proof = Some((self.sign_in)(&self.world));
    }

    fn check(&self) {
        let Some(Proof { srp_a, timestamp, signature }) = &self.proof else { return };
        let expected = self.world.expected_signature(srp_a, timestamp);
        assert!(*signature == expected, "{} does not sign as the server expects", self.name);
    }
}

fn candidate<R, S>(name: &str, ready: R, sign_in: S, world: &Rc<World>) -> Candidate
where
    R: FnMut() + 'static,
    S: FnMut(&World) -> Proof + 'static,
{
    let task = Login { name: name.to_owned(), ready, sign_in, world: Rc::clone(world), proof: None };
    Candidate { name: name.to_owned(), task: Box::new(task) }
}

const IDENTITY: reference::Identity<'_> = reference::Identity { scope: POOL_NAME, name: USER_ID };

const SECRET_BLOCK_BYTES: usize = 1024;
const SALT_BYTES: usize = 16;
const B_BYTES: usize = 32;

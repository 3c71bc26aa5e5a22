//! Random handshakes: the core as the client, `reference` as both sides.
//!
//! A hundred thousand of them, on all processors:
//! `HANDSHAKES=100000 cargo test --release --test differential -- --nocapture`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and names what it hit")]
#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

use std::thread;

use chrono::DateTime;
use cognito_srp_core::{
    AppClient, ClientSecret, Device, DevicePassword, DevicePasswordVerifier, PasswordVerifier, UserPoolId, hazmat,
};
use cognito_srp_reference as reference;
use num_bigint::BigUint;

/// Chosen so that even the smallest run hits every one of [`KINDS`].
const SEED: u64 = 6;
const POOL_NAME: &str = "Example1";
const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";

/// The kinds of handshake that some client gets wrong.
const KINDS: [&str; 7] = [
    "a SALT of odd length",
    "an SRP_B of odd length",
    "an A with a leading zero byte",
    "a B with a leading zero byte",
    "a u with a leading zero byte",
    "an S with a leading zero byte",
    "an S with its top bit clear",
];

#[test]
fn core_and_reference_agree_in_every_handshake() {
    let handshakes: u64 = std::env::var("HANDSHAKES").map_or(400, |count| count.parse().unwrap());
    let workers = thread::available_parallelism().unwrap().get();
    let hits = thread::scope(|scope| {
        let share = |worker| (0..handshakes).skip(worker).step_by(workers);
        let workers: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || share(worker).map(handshake).fold([0; KINDS.len()], count)))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold([0; KINDS.len()], sum)
    });
    println!("{handshakes} handshakes agree; of these");
    for (kind, hits) in KINDS.iter().zip(hits) {
        println!("{hits:7} had {kind}");
        assert!(hits > 0, "no handshake had {kind}");
    }
}

fn count(hits: [u64; KINDS.len()], hit: [bool; KINDS.len()]) -> [u64; KINDS.len()] {
    sum(hits, hit.map(u64::from))
}

fn sum(a: [u64; KINDS.len()], b: [u64; KINDS.len()]) -> [u64; KINDS.len()] {
    std::array::from_fn(|kind| a[kind] + b[kind])
}

/// One sign-in, of a user or of a device in turn, from random values; panics where the two sides or the two
/// implementations part; returns which of [`KINDS`] it was.
fn handshake(number: u64) -> [bool; KINDS.len()] {
    let mut random = Random::new(number);
    let a = random.bytes(64);
    let salt = random.integer(16);
    let b = random.integer(32);
    let password = random.password();
    let length = 1 + usize::from(random.bytes(1)[0]);
    let secret_block = random.bytes(length);
    let seconds = i64::from(u32::from_be_bytes(random.bytes(4).try_into().unwrap()));
    let is_device = number & 1 == 1;
    let (scope, name) =
        if is_device { ("-XTIoPyv7Z", "us-east-1_379df4ac-8be2") } else { (POOL_NAME, "6ec2f461-6364") };

    // The service, and the reference's client.
    let identity = reference::Identity { scope, name };
    let x = reference::x(&salt, &identity, &password);
    let v = reference::verifier(&x);
    let B = reference::public_b(&b, &v);
    let A = reference::public_a(&BigUint::from_bytes_be(&a));
    let u = reference::u(&A, &B);
    let S = reference::server_s(&A, &v, &u, &b);
    assert_eq!(S, reference::client_s(&BigUint::from_bytes_be(&a), &B, &u, &x), "{number}: the reference with itself");
    let prk = reference::prk(&u, &S);
    let key = reference::claim_key(&prk);
    let timestamp = reference::timestamp(seconds);
    let signature = reference::signature(&key, &identity, &secret_block, &timestamp);

    // The core, step by step.
    let B_bytes = B.to_bytes_be();
    let core_u = hazmat::u(&A.to_bytes_be(), &B_bytes).unwrap();
    let core_x = hazmat::x(&salt.to_bytes_be(), &hazmat::identity_hash(scope, name, &password));
    let core_s = hazmat::s(&a, &B_bytes, core_u, &core_x).unwrap();
    assert_eq!(BigUint::from_bytes_be(&core_s), S, "{number}: S");
    assert_eq!(hazmat::prk(core_u, &core_s).unwrap(), prk, "{number}: the pseudo-random key");
    let core_prk = hazmat::prk_of_bytes(core_u, core_s.first_chunk().unwrap()).unwrap();
    assert_eq!(core_prk, prk, "{number}: the pseudo-random key, without the parser");
    assert_eq!(hazmat::claim_key(&prk), key, "{number}: the claim key");

    // The core, as it is used.
    let client = AppClient::new(UserPoolId::parse(format!("us-east-1_{POOL_NAME}")).unwrap(), CLIENT_ID).unwrap();
    let client = client.with_secret(ClientSecret::new(CLIENT_SECRET).unwrap());
    let user = client.user("6ec2f461-6364");
    let now = DateTime::from_timestamp(seconds, 0).unwrap();
    let secret_block = base64(&secret_block);
    let (salt_hex, srp_b) = (reference::to_hex(&salt), reference::to_hex(&B));
    let challenge =
        [("USER_ID_FOR_SRP", name), ("SALT", &salt_hex), ("SRP_B", &srp_b), ("SECRET_BLOCK", &secret_block)];
    let (srp_a, answer) = if is_device {
        let device = Device::new(name, scope, DevicePassword::new(&*password)).unwrap();
        let login = hazmat::device_login(&user, &device, &a);
        let srp_a = login.device_srp_auth(None).challenge_responses;
        let challenge = DevicePasswordVerifier::from_reply(challenge, None).unwrap();
        (srp_a, login.finish(&challenge, &device, now).unwrap())
    } else {
        let login = hazmat::user_login(&user, &a);
        let srp_a = login.user_srp_auth().auth_parameters;
        let challenge = PasswordVerifier::from_reply(challenge, None).unwrap();
        (srp_a, login.finish(&challenge, &password, now).unwrap().answer)
    };
    assert_eq!(srp_a.get("SRP_A"), Some(&*reference::to_hex(&A)), "{number}: SRP_A");
    let answer = answer.challenge_responses;
    assert_eq!(answer.get("PASSWORD_CLAIM_SIGNATURE"), Some(&*base64(&signature)), "{number}: the signature");
    assert_eq!(answer.get("PASSWORD_CLAIM_SECRET_BLOCK"), Some(&*secret_block), "{number}: the secret block");
    assert_eq!(answer.get("TIMESTAMP"), Some(&*timestamp), "{number}: the timestamp");
    let secret_hash = reference::secret_hash(CLIENT_SECRET, "6ec2f461-6364", CLIENT_ID);
    assert_eq!(answer.get("SECRET_HASH"), Some(&*secret_hash), "{number}: the secret hash");

    [
        salt_hex.len() & 1 == 1,
        srp_b.len() & 1 == 1,
        A.bits() <= 3064,
        B.bits() <= 3064,
        u.bits() <= 248,
        S.bits() <= 3064,
        S.bits() < 3072,
    ]
}

/// SHA-256 in counter mode: the same handshakes on every machine and with every version of every generator.
struct Random {
    handshake: u64,
    block: u64,
}

impl Random {
    const fn new(handshake: u64) -> Self {
        Self { handshake, block: 0 }
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let counters = [SEED, self.handshake, self.block].map(u64::to_be_bytes);
            bytes.extend(reference::sha256(&[&counters.concat()]));
            self.block += 1;
        }
        bytes.truncate(count);
        bytes
    }

    fn integer(&mut self, bytes: usize) -> BigUint {
        BigUint::from_bytes_be(&self.bytes(bytes))
    }

    /// Text of any characters, from none to 64 of them.
    fn password(&mut self) -> String {
        let length = usize::from(self.bytes(1)[0] >> 2);
        let characters = self.bytes(3 * length);
        characters.chunks(3).filter_map(|c| char::from_u32(u32::from_be_bytes([0, c[0] & 0x0f, c[1], c[2]]))).collect()
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

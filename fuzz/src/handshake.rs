//! Both sides of a handshake, with integers of any length and texts of any kind.
//!
//! With an honest service: every value of the core is the reference's, and the service, which has seen nothing but the
//! verifier and the messages, accepts the right password and no other. With any B and any u: the same S, key and signature.
//! With a device that is enrolled: the verifier is the reference's, and the device signs in with it.
//!
//! Fields: `u`, `d`, `x` (any B and u) or `e` (an enrolment); a; b, or B; SALT, or u; scope; name; password; SECRET_BLOCK as
//! bytes; the clock in seconds.

#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeResponse, Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, NewDevice,
    PasswordVerifier, UserPoolId, hazmat,
};
use cognito_srp_reference as reference;
use num_bigint::BigUint;

use crate::{
    challenge::CLIENT_ID,
    input::{Fields, Rng},
};

struct Input<'a> {
    kind: u8,
    a: Vec<u8>,
    b: Vec<u8>,
    salt: Vec<u8>,
    scope: String,
    name: String,
    password: String,
    secret_block: &'a [u8],
    now: DateTime<Utc>,
}

pub fn check(data: &[u8]) {
    let mut fields = Fields::of(data);
    let mut input = Input {
        kind: fields.choice(),
        a: fields.integer(),
        b: fields.integer(),
        salt: fields.integer(),
        scope: fields.text(),
        name: fields.text(),
        password: fields.text(),
        secret_block: fields.bytes(),
        now: DateTime::from_timestamp(fields.text().parse().unwrap_or_default(), 0).unwrap_or_default(),
    };
    // What the door does not let in is for the target `challenge`.
    input.salt.truncate(512);
    for text in [&mut input.scope, &mut input.name, &mut input.password] {
        text.truncate(text.floor_char_boundary(2000));
    }
    input.secret_block = &input.secret_block[..input.secret_block.len().min(4000)];
    if input.secret_block.is_empty() {
        input.secret_block = b"secret block";
    }
    if input.name.is_empty() {
        input.name = "alice".into();
    }
    if hazmat::timestamp(input.now).is_none() {
        input.now = DateTime::UNIX_EPOCH;
    }
    match input.kind {
        b'x' => any_b_and_u(&input),
        b'e' => enrolment(&input),
        _ => handshake(input),
    }
}

fn int(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

/// The fixed width of the core's integers.
fn wide<const WIDTH: usize>(integer: &BigUint) -> [u8; WIDTH] {
    let bytes = integer.to_bytes_be();
    let mut wide = [0; WIDTH];
    wide[WIDTH - bytes.len()..].copy_from_slice(&bytes);
    wide
}

/// The service of one user or device: what it stores, and what it has drawn for this exchange.
struct Service<'a> {
    v: BigUint,
    b: BigUint,
    B: BigUint,
    identity: reference::Identity<'a>,
    secret_block: &'a [u8],
}

impl<'a> Service<'a> {
    fn new(v: BigUint, b: &[u8], identity: reference::Identity<'a>, secret_block: &'a [u8]) -> Self {
        let b = int(b);
        let B = reference::public_b(&b, &v);
        Self { v, b, B, identity, secret_block }
    }

    /// ChallengeParameters.
    fn challenge(&self, salt: &str) -> [(&'static str, String); 4] {
        [
            ("USER_ID_FOR_SRP", self.identity.name.into()),
            ("SALT", salt.into()),
            ("SRP_B", reference::to_hex(&self.B)),
            ("SECRET_BLOCK", STANDARD.encode(self.secret_block)),
        ]
    }

    fn secret(&self, A: &BigUint) -> BigUint {
        reference::server_s(A, &self.v, &reference::u(A, &self.B), &self.b)
    }

    /// Whether this SRP_A and this answer prove the password, with this S of the service.
    fn accepts(&self, A: &BigUint, S: &BigUint, answer: &ChallengeResponse) -> bool {
        let given = |name| answer.challenge_responses.get(name).unwrap();
        let key = reference::claim_key(&reference::prk(&reference::u(A, &self.B), S));
        let secret_block = STANDARD.decode(given("PASSWORD_CLAIM_SECRET_BLOCK")).unwrap();
        assert_eq!(secret_block, self.secret_block);
        let expected = reference::signature(&key, &self.identity, &secret_block, given("TIMESTAMP"));
        given("PASSWORD_CLAIM_SIGNATURE") == STANDARD.encode(expected)
    }
}

fn handshake(mut input: Input<'_>) {
    let for_device = input.kind == b'd';
    if for_device {
        input.scope.push_str(if input.scope.is_empty() { "-group" } else { "" });
    } else if UserPoolId::parse(format!("us-east-1_{}", input.scope)).is_err() {
        input.scope = "Example1".into();
    }
    let Input { a, b, salt, scope, name, password, .. } = &input;
    let identity = reference::Identity { scope, name };
    let x = reference::x(&int(salt), &identity, password);
    let service = Service::new(reference::verifier(&x), b, identity, input.secret_block);
    let A = reference::public_a(&int(a));
    if service.B == BigUint::ZERO {
        return; // and g^b = -k v, which nobody finds
    }

    // Step by step
    assert_eq!(hazmat::k().to_vec(), wide::<32>(&reference::k()));
    assert_eq!(hazmat::identity_hash(scope, name, password), reference::identity_hash(&identity, password));
    let x_bytes = hazmat::x(salt, &hazmat::identity_hash(scope, name, password));
    assert_eq!(x_bytes, wide(&x), "x");
    assert_eq!(hazmat::v(&x_bytes), wide::<384>(&service.v), "v");
    let u = reference::u(&A, &service.B);
    let u_bytes = hazmat::u(&wide::<384>(&A), &service.B.to_bytes_be()).unwrap();
    assert_eq!(u_bytes, wide(&u), "u");
    let S = service.secret(&A);
    let s_bytes = hazmat::s(a, &service.B.to_bytes_be(), u_bytes, &x_bytes).unwrap();
    assert_eq!(s_bytes, wide::<384>(&S), "S of both sides");
    let prk = hazmat::prk(u_bytes, &s_bytes).unwrap();
    assert_eq!(prk, reference::prk(&u, &S), "PRK");
    assert_eq!(hazmat::claim_key(&prk), reference::claim_key(&prk), "K");

    // And by messages
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), CLIENT_ID).unwrap();
    let challenge = service.challenge(&reference::to_hex(&int(salt)));
    let pairs = || challenge.iter().map(|(name, value)| (*name, value));
    let answer = |password: &str| {
        if for_device {
            let device = Device::new(name.as_str(), scope.as_str(), DevicePassword::new(password)).unwrap();
            let login = hazmat::device_login(&client.user("alice"), &device, a);
            let first = login.device_srp_auth(None);
            assert_eq!(first.challenge_responses.get("SRP_A"), Some(&*reference::to_hex(&A)));
            login.finish(&DevicePasswordVerifier::from_reply(pairs(), None).unwrap(), &device, input.now).unwrap()
        } else {
            let pool = UserPoolId::parse(format!("us-east-1_{scope}")).unwrap();
            let client = AppClient::new(pool, CLIENT_ID).unwrap();
            let login = hazmat::user_login(&client.user("alice"), a);
            assert_eq!(login.user_srp_auth().auth_parameters.get("SRP_A"), Some(&*reference::to_hex(&A)));
            login.finish(&PasswordVerifier::from_reply(pairs(), None).unwrap(), password, input.now).unwrap().answer
        }
    };
    assert!(service.accepts(&A, &S, &answer(password)), "the service accepts the password");
    assert!(!service.accepts(&A, &S, &answer(&format!("{password}."))), "and no other");
}

/// Whatever B is, in range, and whatever u is: S is the reference's, 0 included.
fn any_b_and_u(input: &Input<'_>) {
    let identity = reference::Identity { scope: &input.scope, name: &input.name };
    let x = reference::x(&int(&input.salt), &identity, &input.password);
    let x_bytes = wide::<32>(&x);
    let mut u_bytes = [0; 32];
    for (to, from) in u_bytes.iter_mut().rev().zip(input.salt.iter().rev()) {
        *to = *from;
    }
    // With no digits, B is k * g^x: S is 0.
    let B = if input.b.is_empty() { reference::k() * reference::verifier(&x) % reference::n() } else { int(&input.b) };
    let s = hazmat::s(&input.a, &B.to_bytes_be(), u_bytes, &x_bytes);
    let u = int(&u_bytes);
    if B == BigUint::ZERO || B >= reference::n() || u == BigUint::ZERO {
        assert_eq!(s, None, "B is in 1..N-1, and u is not 0");
        return;
    }
    let S = reference::client_s(&int(&input.a), &B, &u, &x);
    let s = s.unwrap();
    assert_eq!(s, wide::<384>(&S), "S");
    let prk = hazmat::prk(u_bytes, &s).unwrap();
    assert_eq!(prk, reference::prk(&u, &S), "PRK");
    let key = hazmat::claim_key(&prk);
    assert_eq!(key, reference::claim_key(&prk), "K");
    let timestamp = reference::timestamp(input.now.timestamp());
    let signature = hazmat::signature(&key, &input.scope, &input.name, input.secret_block, &timestamp);
    assert_eq!(signature, reference::signature(&key, &identity, input.secret_block, &timestamp));
}

/// A device is enrolled with whatever the generator draws, and signs in at a service that has its verifier.
fn enrolment(input: &Input<'_>) {
    let name: String = input.name.chars().filter(|c| c.is_ascii_alphanumeric()).take(55).collect();
    let (key, group_key) = (format!("k{name}"), format!("-{}", input.scope));
    let offered = NewDevice::from_metadata(Some(&key[..key.len().min(55)]), Some(&group_key)).unwrap();
    let mut rng = Rng::from_seed(int(&input.salt).iter_u64_digits().next().unwrap_or_default());
    let enrollment = offered.enroll(&mut rng).unwrap();
    let device = enrollment.device;
    let identity = reference::Identity { scope: device.group_key(), name: device.key() };
    let password = device.password().expose_secret();
    assert_eq!(STANDARD.decode(password).as_deref(), Ok(&*rng.draws[0]), "the password is what was drawn first");
    let salt = STANDARD.decode(&enrollment.verifier.salt).unwrap();
    assert!(salt.len() == 16 && salt[0] >> 6 == 1, "one integer, however it is read");
    let expected = reference::device_verifier(&identity, password, &int(&salt));
    assert_eq!(enrollment.verifier.salt, expected.salt);
    assert_eq!(enrollment.verifier.password_verifier, expected.password_verifier);
    assert_eq!(hazmat::device_verifier(&device, &salt), enrollment.verifier);

    let v = int(&STANDARD.decode(&enrollment.verifier.password_verifier).unwrap());
    let service = Service::new(v, &input.b, identity, input.secret_block);
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), CLIENT_ID).unwrap();
    let login = DeviceLogin::start(&client.user("alice"), &device, &mut rng).unwrap();
    let first = login.device_srp_auth(None);
    let A = reference::from_hex(first.challenge_responses.get("SRP_A").unwrap()).unwrap();
    let challenge = service.challenge(&reference::to_hex(&int(&salt)));
    let challenge = DevicePasswordVerifier::from_reply(challenge.iter().map(|(name, value)| (*name, value)), None);
    let answer = login.finish(&challenge.unwrap(), &device, input.now).unwrap();
    assert!(service.accepts(&A, &service.secret(&A), &answer), "the service accepts the device");
}

//! What a sign-in costs, step by step: `cargo bench --bench login`.
//!
//! Each result is held against the reference before it is timed.

#![expect(missing_docs, reason = "what criterion_group! makes has none")]
#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::DateTime;
use cognito_srp_core::{AppClient, Enrollment, NewDevice, PasswordVerifier, UserLogin, UserPoolId, hazmat};
use cognito_srp_reference as reference;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use num_bigint::BigUint;
use rand::rngs::SysRng;

const A: [u8; 64] = [0xa5; 64];
const NAME: &str = "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8";
const PASSWORD: &str = "correct horse battery staple";

fn login(criterion: &mut Criterion) {
    let client =
        AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "4l9rvl4mv5es1eep1qe97cautn").unwrap();
    let user = client.user("alice@example.com");
    let now = DateTime::UNIX_EPOCH;

    let identity = reference::Identity { scope: "Example1", name: NAME };
    let (a, b, salt) = (BigUint::from_bytes_be(&A), BigUint::from(7u8).pow(90), BigUint::from(5u8).pow(55));
    let x = reference::x(&salt, &identity, PASSWORD);
    let b_public = reference::public_b(&b, &reference::verifier(&x));
    let u = reference::u(&reference::public_a(&a), &b_public);
    let key = reference::claim_key(&reference::prk(&u, &reference::client_s(&a, &b_public, &u, &x)));
    let signature = STANDARD.encode(reference::signature(&key, &identity, b"secret block", &reference::timestamp(0)));

    let (salt, srp_b, secret_block) =
        (reference::to_hex(&salt), reference::to_hex(&b_public), STANDARD.encode("secret block"));
    let reply = [("USER_ID_FOR_SRP", NAME), ("SALT", &*salt), ("SRP_B", &*srp_b), ("SECRET_BLOCK", &*secret_block)];
    let read = || PasswordVerifier::from_reply(black_box(reply), None).unwrap();
    let finish = |login: UserLogin| login.finish(&read(), black_box(PASSWORD), now).unwrap();
    let login = hazmat::user_login(&user, &A);
    let srp_a = reference::to_hex(&reference::public_a(&a));
    assert_eq!(login.user_srp_auth().auth_parameters.get("SRP_A"), Some(&*srp_a));
    let proof = finish(login);
    assert_eq!(proof.answer.challenge_responses.get("PASSWORD_CLAIM_SIGNATURE"), Some(&*signature));

    let offered = NewDevice::from_metadata(Some("us-east-1_379df4ac"), Some("-XTIoPyv7Z")).unwrap();
    let Enrollment { device, verifier, .. } = offered.enroll(&mut SysRng).unwrap();
    let identity = reference::Identity { scope: device.group_key(), name: device.key() };
    let salt = BigUint::from_bytes_be(&STANDARD.decode(&verifier.salt).unwrap());
    let expected = reference::device_verifier(&identity, device.password().expose_secret(), &salt);
    assert_eq!((verifier.salt, verifier.password_verifier), (expected.salt, expected.password_verifier));

    let mut group = criterion.benchmark_group("login");
    group.bench_function("start", |bencher| bencher.iter(|| UserLogin::start(&user, &mut SysRng).unwrap()));
    group.bench_function("finish", |bencher| {
        bencher.iter_batched(|| hazmat::user_login(&user, &A), finish, BatchSize::SmallInput);
    });
    group.bench_function("whole login", |bencher| {
        bencher.iter(|| finish(UserLogin::start(&user, &mut SysRng).unwrap()));
    });
    group.bench_function("device enrolment", |bencher| bencher.iter(|| offered.enroll(&mut SysRng).unwrap()));
    group.finish();
}

criterion_group!(benches, login);
criterion_main!(benches);

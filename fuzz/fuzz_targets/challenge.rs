//! Whatever a challenge says: it is refused by the name of one of its parameters, or the answer is the reference's.

#![no_main]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cognito_srp_core::{AppClient, Fault, PasswordVerifier, UserPoolId, hazmat};
use cognito_srp_reference as reference;
use libfuzzer_sys::fuzz_target;
use num_bigint::BigUint;

const A: [u8; 64] = [0x5a; 64];

fuzz_target!(|parameters: (String, String, String, String)| {
    let (user_id, salt, srp_b, secret_block) = &parameters;
    let names = ["USER_ID_FOR_SRP", "SALT", "SRP_B", "SECRET_BLOCK"];
    let challenge = [(names[0], user_id), (names[1], salt), (names[2], srp_b), (names[3], secret_block)];
    let challenge = match PasswordVerifier::from_reply(challenge, None) {
        Ok(challenge) => challenge,
        Err(error) => {
            assert!(names.contains(&error.parameter()) && error.fault() == Fault::Service);
            return;
        }
    };

    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let now = chrono::DateTime::UNIX_EPOCH;
    let answer = hazmat::user_login(&client.user("alice"), &A).finish(&challenge, "password", now).unwrap();
    let answer = answer.answer.challenge_responses;
    assert_eq!(answer.get("USERNAME"), Some(user_id.as_str()));
    assert_eq!(answer.get("PASSWORD_CLAIM_SECRET_BLOCK"), Some(secret_block.as_str()));

    let [salt, b_public] = [salt, srp_b].map(|text| reference::from_hex(text).unwrap());
    assert!(b_public > BigUint::ZERO && b_public < reference::n());
    let a = BigUint::from_bytes_be(&A);
    let identity = reference::Identity { scope: "Example1", name: user_id };
    let u = reference::u(&reference::public_a(&a), &b_public);
    let s = reference::client_s(&a, &b_public, &u, &reference::x(&salt, &identity, "password"));
    let key = reference::claim_key(&reference::prk(&u, &s));
    let secret_block = STANDARD.decode(secret_block).unwrap();
    let signature = reference::signature(&key, &identity, &secret_block, &reference::timestamp(0));
    assert_eq!(answer.get("PASSWORD_CLAIM_SIGNATURE"), Some(STANDARD.encode(signature).as_str()));
});

//! The handshake as the core computes it: the messages as they are used, and what lies between them step by step.
//!
//! The core is a client, and has no B = k * v + g^b: of that, the powers are the core's, the sum is num-bigint's.

#![expect(clippy::unwrap_used, reason = "what is drawn is valid")]
#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

use chrono::DateTime;
use cognito_srp_core::{
    AppClient, ClientSecret, Device, DevicePassword, DevicePasswordVerifier, PasswordVerifier, UserPoolId, hazmat,
    kernel,
};
use cognito_srp_reference::DeviceVerifier;
use num_bigint::BigUint;

use super::{inputs::Inputs, transcript::Handshake};

pub(super) fn handshake(inputs: &Inputs) -> Handshake {
    let a = inputs.a.to_bytes_be();
    let salt = inputs.salt.to_bytes_be();
    let power_of_g = |exponent: &BigUint| integer(&hazmat::power_of_g_by(kernel(), &exponent.to_bytes_be()).unwrap());
    let x = hazmat::x(&salt, &hazmat::identity_hash(&inputs.scope, &inputs.name, &inputs.password));
    let v = integer(&hazmat::v(&x));
    let B = (integer(&hazmat::k()) * &v + power_of_g(&inputs.b)) % integer(&hazmat::n());

    let pool = UserPoolId::parse(format!("us-east-1_{}", inputs.pool_name)).unwrap();
    let mut client = AppClient::new(pool, &*inputs.client_id).unwrap();
    if let Some(secret) = &inputs.client_secret {
        client = client.with_secret(ClientSecret::new(&**secret).unwrap());
    }
    let user = client.user(&*inputs.username);
    let now = DateTime::from_timestamp(inputs.unix_seconds, 0).unwrap();
    let (salt_hex, srp_b, block) =
        (hazmat::hex(&salt), hazmat::hex(&B.to_bytes_be()), super::base64(&inputs.secret_block));
    let challenge =
        [("USER_ID_FOR_SRP", &inputs.name), ("SALT", &salt_hex), ("SRP_B", &srp_b), ("SECRET_BLOCK", &block)];
    let (first, answer, device_verifier) = if inputs.is_device {
        let device = Device::new(&*inputs.name, &*inputs.scope, DevicePassword::new(&*inputs.password)).unwrap();
        let login = hazmat::device_login(&user, &device, &a);
        let first = login.device_srp_auth(None).challenge_responses;
        let challenge = DevicePasswordVerifier::from_reply(challenge, None).unwrap();
        let verifier = hazmat::device_verifier(&device, &salt);
        let verifier =
            DeviceVerifier { salt: verifier.salt.clone(), password_verifier: verifier.password_verifier.clone() };
        (first, login.finish(&challenge, &device, now).unwrap(), Some(verifier))
    } else {
        let login = hazmat::user_login(&user, &a);
        let first = login.user_srp_auth().auth_parameters;
        let challenge = PasswordVerifier::from_reply(challenge, None).unwrap();
        (first, login.finish(&challenge, &inputs.password, now).unwrap().answer, None)
    };
    let answer = |name: &str| answer.challenge_responses.get(name).map(String::from);
    let A = BigUint::parse_bytes(first.get("SRP_A").unwrap().as_bytes(), 16).unwrap();

    let u = hazmat::u(&A.to_bytes_be(), &B.to_bytes_be()).unwrap();
    let S = hazmat::s(&a, &B.to_bytes_be(), u, &x).unwrap();
    let prk = hazmat::prk(u, &S).unwrap();
    Handshake {
        number: inputs.number,
        integers: [A, B, inputs.salt.clone(), integer(&u), integer(&x), v, integer(&S)],
        prk,
        key: hazmat::claim_key(&prk),
        username: answer("USERNAME").unwrap(),
        secret_hash: answer("SECRET_HASH"),
        secret_block: answer("PASSWORD_CLAIM_SECRET_BLOCK").unwrap(),
        signature: answer("PASSWORD_CLAIM_SIGNATURE").unwrap(),
        timestamp: answer("TIMESTAMP").unwrap(),
        device_verifier,
    }
}

fn integer(big_endian: &[u8]) -> BigUint {
    BigUint::from_bytes_be(big_endian)
}

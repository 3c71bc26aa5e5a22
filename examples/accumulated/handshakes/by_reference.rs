//! The handshake as `reference` computes it, of some both sides.

#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

use cognito_srp_reference as srp;

use super::{inputs::Inputs, transcript::Handshake};

/// How often the two sides of a handshake are held against each other: what the server computes takes a third as long again.
const BOTH_SIDES: u64 = 100;

/// Panics where the two sides differ.
pub(super) fn handshake(inputs: &Inputs) -> Handshake {
    let Inputs { a, b, salt, password, .. } = inputs;
    let identity = srp::Identity { scope: &inputs.scope, name: &inputs.name };
    let x = srp::x(salt, &identity, password);
    let v = srp::verifier(&x);
    let B = srp::public_b(b, &v);
    let A = srp::public_a(a);
    let u = srp::u(&A, &B);
    let S = srp::client_s(a, &B, &u, &x);
    if inputs.number.is_multiple_of(BOTH_SIDES) {
        assert_eq!(S, srp::server_s(&A, &v, &u, b), "handshake {}: the two sides differ", inputs.number);
    }
    let prk = srp::prk(&u, &S);
    let key = srp::claim_key(&prk);
    let timestamp = srp::timestamp(inputs.unix_seconds);
    let signature = srp::signature(&key, &identity, &inputs.secret_block, &timestamp);
    let secret_hash = |secret: &String| srp::secret_hash(secret, &inputs.username, &inputs.client_id);
    Handshake {
        number: inputs.number,
        integers: [A, B, salt.clone(), u, x, v, S],
        prk,
        key,
        username: inputs.username.clone(),
        secret_hash: inputs.client_secret.as_ref().map(secret_hash),
        secret_block: super::base64(&inputs.secret_block),
        signature: super::base64(&signature),
        timestamp,
        device_verifier: inputs.is_device.then(|| srp::device_verifier(&identity, password, salt)),
    }
}

//! Many handshakes from one seed, folded into one hash: little data, and much arithmetic.

use num_bigint::BigUint;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    exchange::Exchange,
    folder::Folder,
    vector::{Checked, Failure, Vector, hex_bytes},
};

pub(super) fn check(vector: &Vector<'_>, _: &Folder) -> Checked {
    let flow = vector.text("flow")?;
    let seed = vector.text("seed")?;
    let mut hash = Sha256::new();
    for case in 0..vector.number("cases")? {
        hash.update(handshake(flow, &Draw { seed, case })?);
    }
    vector.compare("digest", &hex_bytes(&hash.finalize()));
    Ok(())
}

/// What the client sends in one handshake: SRP_A, PASSWORD_CLAIM_SIGNATURE and TIMESTAMP, each with a newline behind.
fn handshake(flow: &str, draw: &Draw<'_>) -> Checked<String> {
    let fields = inputs(flow, draw)?;
    let exchange = Exchange::read(&Vector::new(&fields))?;
    let failed = |error: &dyn std::fmt::Display| Failure::new("sign-in", format!("case {}: {error}", draw.case));
    let [first, answer] = exchange.run().map_err(|error| failed(&error))?;
    let sent = [
        first.parameters.get("SRP_A"),
        answer.parameters.get("PASSWORD_CLAIM_SIGNATURE"),
        answer.parameters.get("TIMESTAMP"),
    ];
    sent.into_iter()
        .map(|value| value.map(|value| format!("{value}\n")))
        .collect::<Option<_>>()
        .ok_or_else(|| failed(&"incomplete"))
}

fn inputs(flow: &str, draw: &Draw<'_>) -> Checked<Map<String, Value>> {
    let mut fields = json!({
        "pool_id": format!("us-east-1_{}", draw.text("pool_name", 5)),
        "a": format!("{:x}", draw.integer("a", 64)),
        "srp_b": format!("{:x}", draw.residue("B")),
        "salt": format!("{:x}", draw.integer("salt", 16)),
        "secret_block_b64": draw.base64("secret_block", 200),
        "timestamp_unix_seconds": draw.seconds("timestamp"),
    });
    let identity = match flow {
        "user_srp" => json!({
            "user_id_for_srp": draw.text("user_id_for_srp", 16),
            "password": draw.text("password", 8),
        }),
        "device_srp" => json!({
            "device_group_key": draw.text("device_group_key", 5),
            "device_key": draw.text("device_key", 16),
            "device_password": draw.base64("device_password", 40),
        }),
        _ => return Err(Failure::new("flow", "is neither user_srp nor device_srp")),
    };
    let fields = fields.as_object_mut().map(std::mem::take).unwrap_or_default();
    Ok(fields.into_iter().chain(identity.as_object().cloned().unwrap_or_default()).collect())
}

/// The inputs of one case: SHA-256(`seed/case/label/block`), as many blocks as it takes.
struct Draw<'a> {
    seed: &'a str,
    case: i64,
}

impl Draw<'_> {
    fn bytes(&self, label: &str, length: usize) -> Vec<u8> {
        let block = |block: usize| Sha256::digest(format!("{}/{}/{label}/{block}", self.seed, self.case));
        (0..).flat_map(block).take(length).collect()
    }

    fn integer(&self, label: &str, length: usize) -> BigUint {
        BigUint::from_bytes_be(&self.bytes(label, length))
    }

    /// An integer below N. It is no B that a server with this password would send, which makes no difference to a client.
    fn residue(&self, label: &str) -> BigUint {
        let n = BigUint::from_bytes_be(&cognito_srp_core::hazmat::n());
        self.integer(label, 384).modpow(&BigUint::from(1_u8), &n)
    }

    fn text(&self, label: &str, length: usize) -> String {
        hex_bytes(&self.bytes(label, length))
    }

    fn base64(&self, label: &str, length: usize) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.encode(self.bytes(label, length))
    }

    /// A time before 2106.
    fn seconds(&self, label: &str) -> i64 {
        self.bytes(label, 4).iter().fold(0, |seconds, &byte| seconds << 8 | i64::from(byte))
    }
}

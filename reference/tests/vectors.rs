//! Every handshake and every single step of `test-vectors/`, with each intermediate value it gives.
//!
//! One test per file. A failure names the vector and the intermediate value, and all of them are
//! shown together.
#![expect(clippy::expect_used, reason = "a vector file that cannot be read is a failed test")]
#![expect(clippy::panic, reason = "and so is a vector that does not hold")]
#![expect(non_snake_case, reason = "SRP's A, B and S are other values than its a, b and s")]

use std::{fmt, fs};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp_reference as srp;
use num_bigint::{BigInt, BigUint};
use serde_json::Value;

#[test]
fn constants() {
    for_each_vector("constants", |vector, is| {
        is("n", vector.integer("n") == srp::n());
        is("g", vector.integer("g") == srp::g());
        is("k", vector.integer("k") == srp::k());
    });
}

#[test]
fn user_srp() {
    for_each_vector("user_srp", user_handshake_holds);
}

#[test]
fn user_srp_512() {
    for_each_vector("user_srp_512", user_handshake_holds);
}

#[test]
fn device_srp() {
    for_each_vector("device_srp", device_handshake_holds);
}

#[test]
fn device_srp_512() {
    for_each_vector("device_srp_512", device_handshake_holds);
}

#[test]
fn confirm_device() {
    for_each_vector("confirm_device", |vector, is| {
        let identity = srp::Identity { scope: vector.text("device_group_key"), name: vector.text("device_key") };
        let password = BASE64_STANDARD.encode(vector.bytes("device_password_random_bytes"));
        let salt = BigUint::from_bytes_be(&vector.bytes("salt_random_bytes"));
        let x = srp::x(&salt, &identity, &password);
        let registered = srp::device_verifier(&identity, &password, &salt);

        is("device_password", vector.text("device_password") == password);
        is("salt", vector.integer("salt") == salt);
        is("salt_padded", vector.bytes("salt_padded") == srp::enc(&salt));
        is("identity_hash", vector.bytes("identity_hash") == srp::identity_hash(&identity, &password));
        is("x", vector.integer("x") == x);
        is("v", vector.integer("v") == srp::verifier(&x));
        is("verifier_padded", vector.bytes("verifier_padded") == srp::enc(&srp::verifier(&x)));
        is("salt_b64", vector.text("salt_b64") == registered.salt);
        is("verifier_b64", vector.text("verifier_b64") == registered.password_verifier);
    });
}

#[test]
fn a_at_or_above_n() {
    for_each_vector("a_ge_N", |vector, is| {
        let identity = srp::Identity { scope: vector.text("pool_name"), name: vector.text("user_id_for_srp") };
        let unreduced = vector.object("a_unreduced");
        let B = vector.integer("srp_b");
        let a = vector.integer("a");
        let A = srp::public_a(&a);
        let u = srp::u(&A, &B);
        let x = srp::x(&vector.integer("salt"), &identity, vector.text("password"));
        let S = srp::client_s(&a, &B, &u, &x);

        is("A", unreduced.integer("A") == A);
        is("u", unreduced.integer("u") == u);
        is("x", unreduced.integer("x") == x);
        is("S", unreduced.integer("S") == S);
        is("hkdf_key", unreduced.bytes("hkdf_key") == srp::claim_key(&srp::prk(&u, &S)));
        is("server S", S == srp::server_s(&A, &srp::verifier(&x), &u, &vector.integer("b")));
        claim_holds(&unreduced, vector, &identity, is);
    });
}

#[test]
fn secret_hash() {
    for_each_vector("secret_hash", |vector, is| {
        let hash = srp::secret_hash(vector.text("client_secret"), vector.text("username"), vector.text("client_id"));
        is("secret_hash", vector.text("secret_hash") == hash);
    });
}

#[test]
fn timestamps() {
    for_each_vector("timestamps", |vector, is| {
        is("timestamp", vector.text("timestamp") == srp::timestamp(vector.seconds("unix_seconds")));
    });
}

#[test]
fn pad_hex() {
    for_each_vector("pad_hex", |vector, is| {
        is("padded", vector.bytes("padded") == srp::enc(&vector.integer("value")));
    });
}

#[test]
fn hkdf_key() {
    for_each_vector("hkdf_key", |vector, is| key_derivation_holds(vector, is));
}

#[test]
fn modexp_n3072() {
    for_each_vector("modexp_n3072", |vector, is| {
        let base = signed(vector.text("base"));
        is("modulus", vector.integer("modulus") == srp::n());
        is("result", vector.integer("result") == srp::pow(base, &vector.integer("exponent")));
    });
}

/// These come from tests of other projects, each of which published the values of its own choice.
#[test]
fn published_cognito() {
    for_each_vector("published_cognito", |vector, is| {
        let had: Vec<bool> = [
            published_public_values_hold(vector, is),
            published_password_hash_holds(vector, is),
            published_claim_holds(vector, is),
            published_single_values_hold(vector, is),
        ]
        .into();
        is("any value at all", had.contains(&true));
    });
}

// ---- what a vector of one kind says -------------------------------------------------------------

type Is<'a> = dyn FnMut(&str, bool) + 'a;

fn user_handshake_holds(vector: &Vector, is: &mut Is<'_>) {
    let identity = srp::Identity { scope: vector.text("pool_name"), name: vector.text("user_id_for_srp") };
    handshake_holds(vector, &identity, vector.text("password"), is);
    secret_hashes_hold(vector, vector.text("username"), vector.text("user_id_for_srp"), is);
}

fn device_handshake_holds(vector: &Vector, is: &mut Is<'_>) {
    let identity = srp::Identity { scope: vector.text("device_group_key"), name: vector.text("device_key") };
    handshake_holds(vector, &identity, vector.text("device_password"), is);
    secret_hashes_hold(vector, vector.text("username"), vector.text("username"), is);
}

fn handshake_holds(vector: &Vector, identity: &srp::Identity<'_>, password: &str, is: &mut Is<'_>) {
    let a = vector.integer("a");
    let A = srp::public_a(&a);
    let B = vector.integer("srp_b");
    let salt = vector.integer("salt");
    let x = srp::x(&salt, identity, password);
    let v = srp::verifier(&x);
    let u = srp::u(&A, &B);
    let S = srp::client_s(&a, &B, &u, &x);

    is("A", vector.integer("A") == A);
    is("srp_a", vector.text("srp_a") == srp::to_hex(&A));
    is("B", vector.integer("B") == B);
    is("salt_padded", vector.bytes("salt_padded") == srp::enc(&salt));
    is("identity_hash", vector.bytes("identity_hash") == srp::identity_hash(identity, password));
    is("x", vector.integer("x") == x);
    is("v", vector.integer("v") == v);
    is("u", vector.integer("u") == u);
    is("S", vector.integer("S") == S);
    key_derivation_holds(vector, is);
    claim_holds(vector, vector, identity, is);

    if let Some(b) = vector.integer_if_any("b") {
        // One vector writes an honest B as B + N.
        is("B = k*v + g^b", srp::public_b(&b, &v) == &B % srp::n());
        is("server S", S == srp::server_s(&A, &v, &u, &b));
    }
}

fn key_derivation_holds(vector: &Vector, is: &mut Is<'_>) {
    let (u, S) = (vector.integer("u"), vector.integer("S"));
    let prk = srp::prk(&u, &S);
    is("hkdf_ikm", vector.bytes("hkdf_ikm") == srp::enc(&S));
    is("hkdf_salt", vector.bytes("hkdf_salt") == srp::enc(&u));
    is("hkdf_prk", vector.bytes("hkdf_prk") == prk);
    is("hkdf_key", vector.bytes("hkdf_key") == srp::claim_key(&prk));
}

/// `proof` holds the key and the signature, `question` what was signed.
fn claim_holds(proof: &Vector, question: &Vector, identity: &srp::Identity<'_>, is: &mut Is<'_>) {
    let timestamp = srp::timestamp(question.seconds("timestamp_unix_seconds"));
    let secret_block = base64(question.text("secret_block_b64"));
    let key = proof.bytes("hkdf_key").try_into().expect("a claim key has 16 bytes");
    let signature = srp::signature(&key, identity, &secret_block, &timestamp);
    is("signature_b64", base64(proof.text("signature_b64")) == signature);
    if let Some(expected) = question.text_if_any("timestamp") {
        is("timestamp", expected == timestamp);
    }
}

fn secret_hashes_hold(vector: &Vector, initiate: &str, respond: &str, is: &mut Is<'_>) {
    let Some(client_secret) = vector.text_if_any("client_secret") else {
        return;
    };
    let hash = |username| srp::secret_hash(client_secret, username, vector.text("client_id"));
    is("secret_hash_initiate", vector.text("secret_hash_initiate") == hash(initiate));
    is("secret_hash_respond", vector.text("secret_hash_respond") == hash(respond));
}

// ---- published vectors: each check answers whether the vector has the values for it -------------

fn published_public_values_hold(vector: &Vector, is: &mut Is<'_>) -> bool {
    let Some(A) = vector.integer_if_any("A") else {
        return false;
    };
    if let Some(a) = vector.integer_if_any("a") {
        is("A", A == srp::public_a(&a));
    }
    if let (Some(B), Some(u)) = (vector.integer_if_any("B"), vector.integer_if_any("u")) {
        is("u", u == srp::u(&A, &B));
    }
    if vector.text_if_any("expect") == Some("reject: B mod N == 0") {
        is("B mod N == 0", vector.integer("B") % srp::n() == BigUint::ZERO);
    }
    true
}

fn published_password_hash_holds(vector: &Vector, is: &mut Is<'_>) -> bool {
    let (Some(x), Some(identity)) = (vector.integer_if_any("x"), published_identity(vector)) else {
        return false;
    };
    let password = vector.text_if_any("password").unwrap_or_else(|| vector.text("device_password"));
    is("x", x == srp::x(&vector.integer("salt"), &identity, password));
    if vector.has("identity_hash") {
        is("identity_hash", vector.bytes("identity_hash") == srp::identity_hash(&identity, password));
    }
    let (u, S) = (vector.integer("u"), vector.integer("S"));
    is("S", S == srp::client_s(&vector.integer("a"), &vector.integer("B"), &u, &x));
    if vector.has("hkdf_key") {
        is("hkdf_key", vector.bytes("hkdf_key") == srp::claim_key(&srp::prk(&u, &S)));
    }
    true
}

fn published_claim_holds(vector: &Vector, is: &mut Is<'_>) -> bool {
    let (true, Some(identity)) = (vector.has("signature_b64"), published_identity(vector)) else {
        return false;
    };
    let key = vector.bytes("hkdf_key").try_into().expect("a claim key has 16 bytes");
    let secret_block = base64(vector.text("secret_block_b64"));
    let signature = srp::signature(&key, &identity, &secret_block, vector.text("timestamp"));
    is("signature_b64", base64(vector.text("signature_b64")) == signature);
    true
}

fn published_single_values_hold(vector: &Vector, is: &mut Is<'_>) -> bool {
    let mut any = false;
    let mut holds = |what: &str, equal: bool| {
        any = true;
        is(what, equal);
    };
    if let Some(k) = vector.integer_if_any("k") {
        holds("k", k == srp::k());
    }
    if vector.has("timestamp_unix_seconds") {
        let timestamp = srp::timestamp(vector.seconds("timestamp_unix_seconds"));
        holds("timestamp", vector.text("timestamp") == timestamp);
    }
    if let Some(hash) = vector.text_if_any("secret_hash") {
        let username = vector.text_if_any("secret_hash_username").unwrap_or_else(|| vector.text("username"));
        let expected = srp::secret_hash(vector.text("client_secret"), username, vector.text("client_id"));
        holds("secret_hash", hash == expected);
    }
    if vector.has("hkdf_ikm") {
        let prk = srp::hkdf_extract(&vector.bytes("hkdf_salt"), &vector.bytes("hkdf_ikm"));
        holds("hkdf_key", vector.bytes("hkdf_key") == srp::claim_key(&prk));
    }
    if vector.has("salt_hashed_bytes") {
        // That project hashes the salt's hexadecimal text; as a salt of its own it is as good as
        // another.
        let salt = BigUint::from_bytes_be(&vector.bytes("salt_hashed_bytes"));
        let identity = published_identity(vector).expect("a device has its two keys");
        let registered = srp::device_verifier(&identity, vector.text("device_password"), &salt);
        holds("salt_b64", vector.text("salt_b64") == registered.salt);
        holds("verifier_b64", vector.text("verifier_b64") == registered.password_verifier);
    }
    any
}

fn published_identity(vector: &Vector) -> Option<srp::Identity<'_>> {
    let pair = |scope, name| Some(srp::Identity { scope: vector.text_if_any(scope)?, name: vector.text_if_any(name)? });
    pair("pool_name", "user_id_for_srp").or_else(|| pair("device_group_key", "device_key")).or_else(|| {
        // The hash does not see where the pool's name ends and the user's begins.
        Some(srp::Identity { scope: vector.text_if_any("pool_name_and_user_concatenated")?, name: "" })
    })
}

// ---- reading the files --------------------------------------------------------------------------

/// One vector: its fields, by the types they are written in.
struct Vector(Value);

impl Vector {
    fn has(&self, field: &str) -> bool {
        self.0.get(field).is_some_and(|value| !value.is_null())
    }

    fn text_if_any(&self, field: &str) -> Option<&str> {
        self.0.get(field).and_then(Value::as_str)
    }

    fn text(&self, field: &str) -> &str {
        self.text_if_any(field).unwrap_or_else(|| panic!("{self} has no text {field}"))
    }

    fn integer_if_any(&self, field: &str) -> Option<BigUint> {
        let text = self.text_if_any(field)?;
        Some(srp::from_hex(text).unwrap_or_else(|| panic!("{self}: {field} is not hexadecimal")))
    }

    fn integer(&self, field: &str) -> BigUint {
        self.integer_if_any(field).unwrap_or_else(|| panic!("{self} has no integer {field}"))
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        let (pairs, rest) = self.text(field).as_bytes().as_chunks::<2>();
        assert!(rest.is_empty(), "{self}: {field} has half a byte");
        let byte = |pair| str::from_utf8(pair).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        pairs.iter().map(|pair| byte(pair).unwrap_or_else(|| panic!("{self}: {field} is not hexadecimal"))).collect()
    }

    fn seconds(&self, field: &str) -> i64 {
        self.0[field].as_i64().unwrap_or_else(|| panic!("{self} has no number {field}"))
    }

    fn object(&self, field: &str) -> Self {
        Self(self.0[field].clone())
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text_if_any("id").unwrap_or("part of a vector"))
    }
}

/// Runs `check` on every vector of a file, then reports all that did not hold.
fn for_each_vector(file: &str, check: impl Fn(&Vector, &mut Is<'_>)) {
    let document = read(file);
    let vectors = document["vectors"].as_array().expect("a vector file has vectors");
    let mut failures = Vec::new();
    let mut checked = 0;
    for vector in vectors {
        let vector = Vector(vector.clone());
        check(&vector, &mut |what, equal| {
            if !equal {
                failures.push(format!("{vector}: {what}"));
            }
        });
        checked += 1;
    }
    assert!(failures.is_empty(), "{file}: {} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(checked > 0, "{file} holds no vector");
    if let Some(count) = document.get("count") {
        assert_eq!(count.as_u64(), Some(checked), "{file} does not hold as many vectors as it says");
    }
}

fn read(file: &str) -> Value {
    let path = format!("{}/../test-vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn base64(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).expect("a vector's base64 is canonical")
}

fn signed(text: &str) -> BigInt {
    BigInt::parse_bytes(text.as_bytes(), 16).expect("a vector's integer is hexadecimal")
}

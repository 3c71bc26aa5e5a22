//! Every intermediate value of a handshake, one step at a time, from whichever values a vector has.
//!
//! Where a vector gives what a step needs, the step is computed and compared, and the next one goes on from there. Where it
//! begins further down (with u and S, say), so does this.

use cognito_srp_core::{Device, DevicePassword, UserPoolId, hazmat};
use hmac::{Hmac, KeyInit as _, Mac as _};
use num_bigint::BigUint;
use sha2::Sha256;

use super::{
    folder::Folder,
    vector::{Checked, Failure, Vector, hex_bytes, parse_hex},
};

/// What depends on SRP_B, and cannot be computed where SRP_B has to be refused.
const AFTER_B: &[&str] =
    &["b", "u", "S", "hkdf_salt", "hkdf_ikm", "hkdf_prk", "hkdf_key", "signature_b64", "secret_block_b64"];

pub(super) fn check(vector: &Vector<'_>, _: &Folder) -> Checked {
    check_steps(vector)
}

/// k, A, u, identity_hash, salt_padded, x, v, S, PRK, K, TIMESTAMP and the signature.
pub(super) fn check_steps(vector: &Vector<'_>) -> Checked {
    vector.compare("k", &hazmat::hex(&hazmat::k()));
    let identity = Identity::read(vector)?;
    let x = check_x(vector, identity.as_ref())?;
    let a_public = check_a_public(vector)?;
    let b_public = b_public(vector)?;
    if b_public.as_ref().is_some_and(is_refused) {
        vector.set_aside(AFTER_B);
        return Ok(());
    }
    let u = check_u(vector, a_public.as_ref(), b_public.as_ref())?;
    let s = check_s(vector, b_public.as_ref(), u, x.as_ref())?;
    if let (Some(u), Some(s)) = (u, &s) {
        check_server_side(vector, u, s)?;
    }
    let key = check_key(vector, u, s.as_ref())?;
    check_signature(vector, identity.as_ref(), key)
}

/// confirm_device: the random bytes, and what ConfirmDevice is told of them.
pub(super) fn check_confirm_device(vector: &Vector<'_>, _: &Folder) -> Checked {
    vector.set_aside(&["pool_id"]);
    vector.compare("flow", "confirm_device");
    check_steps(vector)?;
    check_verifier(vector)
}

/// The random bytes of a new device, and DeviceSecretVerifierConfig.
pub(super) fn check_verifier(vector: &Vector<'_>) -> Checked {
    if let Some(random) = vector.optional_bytes("device_password_random_bytes")? {
        let random = random.try_into().map_err(|_| Failure::new("device_password_random_bytes", "are not 40 bytes"))?;
        vector.compare("device_password", &hazmat::device_password(&random));
    }
    if let Some(salt) = vector.optional_bytes("salt_random_bytes")?
        && vector.has("salt")
    {
        vector.compare("salt", &hazmat::hex(&salt));
    }
    let salt = salt(vector)?.ok_or_else(|| Failure::new("salt", "is missing"))?;
    let verifier = hazmat::device_verifier(&device(vector)?, &salt);
    vector.compare("salt_b64", &verifier.salt);
    vector.compare("verifier_b64", &verifier.password_verifier);
    Ok(())
}

/// The device of a vector that has one.
pub(super) fn device(vector: &Vector<'_>) -> Checked<Device> {
    let password = DevicePassword::new(vector.text("device_password")?);
    Device::new(vector.text("device_key")?, vector.text("device_group_key")?, password)
        .map_err(|error| Failure::new(error.parameter(), error.problem().to_string()))
}

/// Whose password it is, and the password.
pub(super) struct Identity<'a> {
    pub(super) scope: &'a str,
    pub(super) name: &'a str,
    pub(super) password: &'a str,
}

impl<'a> Identity<'a> {
    /// `None` where the vector has no names.
    pub(super) fn read(vector: &Vector<'a>) -> Checked<Option<Self>> {
        let (scope, name, password) = if vector.has("device_key") {
            (vector.text("device_group_key")?, vector.text("device_key")?, "device_password")
        } else if let Some(joined) = vector.optional_text("pool_name_and_user_concatenated")? {
            // Where the one ends and the other begins makes no difference to any hash.
            let (scope, name) = joined
                .split_at_checked(1)
                .ok_or_else(|| Failure::new("pool_name_and_user_concatenated", "does not begin with a letter"))?;
            (scope, name, "password")
        } else if vector.has("password") && (vector.has("pool_id") || vector.has("pool_name")) {
            let name = vector.optional_text("user_id_for_srp")?;
            (pool_name(vector)?, name.map_or_else(|| vector.text("username"), Ok)?, "password")
        } else {
            return Ok(None);
        };
        Ok(Some(Self { scope, name, password: vector.text(password)? }))
    }
}

/// The pool's name: as given, or from its id, or both, which then have to agree.
fn pool_name<'a>(vector: &Vector<'a>) -> Checked<&'a str> {
    let Some(id) = vector.optional_text("pool_id")? else { return vector.text("pool_name") };
    match UserPoolId::parse(id) {
        Ok(id) => vector.compare("pool_name", id.name()),
        Err(error) => vector.fail(Failure::new("pool_id", error.to_string())),
    }
    Ok(id.split_once('_').map_or(id, |(_, name)| name))
}

/// SALT as an integer. One crate hashes something else in its place, which its published vectors give.
fn salt(vector: &Vector<'_>) -> Checked<Option<Vec<u8>>> {
    let random = vector.optional_bytes("salt_random_bytes")?;
    if let Some(hashed) = vector.optional_bytes("salt_hashed_bytes")?.or(random) {
        vector.set_aside(&["salt"]);
        return Ok(Some(hashed));
    }
    let Some(text) = vector.optional_text("salt")? else { return Ok(None) };
    let salt = parse_hex(text).ok_or_else(|| Failure::new("salt", "is not in hex digits"))?;
    Ok(Some(salt.to_bytes_be()))
}

/// identity_hash, salt_padded, x and v.
fn check_x(vector: &Vector<'_>, identity: Option<&Identity<'_>>) -> Checked<Option<[u8; 32]>> {
    let identity_hash = match identity {
        Some(Identity { scope, name, password }) => Some(hazmat::identity_hash(scope, name, password)),
        None => given_identity_hash(vector)?,
    };
    if let Some(hash) = &identity_hash {
        vector.compare("identity_hash", &hex_bytes(hash));
        vector.compare("identity_hash_b64", &base64(hash));
    }
    let salt = salt(vector)?;
    if let Some(salt) = &salt {
        vector.compare("salt_padded", &hex_bytes(&hazmat::enc(salt)));
    }
    let computed = salt.zip(identity_hash).map(|(salt, hash)| hazmat::x(&salt, &hash));
    let x = match computed {
        Some(x) => Some(x),
        None => vector.optional_integer("x")?.as_ref().map(|x| array(x, "x")).transpose()?,
    };
    if let Some(x) = &x {
        vector.compare("x", &hazmat::hex(x));
        let v = hazmat::v(x);
        vector.compare("v", &hazmat::hex(&v));
        vector.compare("verifier", &hazmat::hex(&v));
        vector.compare("verifier_padded", &hex_bytes(&hazmat::enc(&v)));
    }
    Ok(x)
}

fn given_identity_hash(vector: &Vector<'_>) -> Checked<Option<[u8; 32]>> {
    let bytes = match vector.optional_text("identity_hash_b64")? {
        Some(text) => decode_base64(text),
        None => vector.optional_bytes("identity_hash")?,
    };
    Ok(bytes.and_then(|hash| hash.try_into().ok()))
}

/// A, computed where `a` is given.
fn check_a_public(vector: &Vector<'_>) -> Checked<Option<BigUint>> {
    let Some(a) = vector.optional_integer("a")? else { return vector.optional_integer("A") };
    let a_public = hazmat::modpow(&[2], &a.to_bytes_be()).ok_or_else(|| Failure::new("A", "could not be computed"))?;
    vector.compare("A", &hazmat::hex(&a_public));
    vector.compare("srp_a", &hazmat::hex(&a_public));
    Ok(Some(BigUint::from_bytes_be(&a_public)))
}

/// B, as the integer or as SRP_B came, or both, which then have to agree.
pub(super) fn b_public(vector: &Vector<'_>) -> Checked<Option<BigUint>> {
    let Some(text) = vector.optional_text("srp_b")? else { return vector.optional_integer("B") };
    let b_public = parse_hex(text).ok_or_else(|| Failure::new("srp_b", "is not in hex digits"))?;
    vector.compare("B", &format!("{b_public:x}"));
    Ok(Some(b_public))
}

/// Whether this library refuses a B, by the policy for `B_ge_N` and by SRP's own rule for 0.
pub(super) fn is_refused(b_public: &BigUint) -> bool {
    *b_public == BigUint::ZERO || *b_public >= n()
}

fn check_u(vector: &Vector<'_>, a_public: Option<&BigUint>, b_public: Option<&BigUint>) -> Checked<Option<[u8; 32]>> {
    let u = match a_public.zip(b_public) {
        Some((a_public, b_public)) => {
            let u = hazmat::u(&a_public.to_bytes_be(), &b_public.to_bytes_be());
            Some(u.ok_or_else(|| Failure::new("u", "was refused"))?)
        }
        None => vector.optional_integer("u")?.as_ref().map(|u| array(u, "u")).transpose()?,
    };
    if let Some(u) = &u {
        vector.compare("u", &hazmat::hex(u));
        vector.compare("hkdf_salt", &hex_bytes(&hazmat::enc(u)));
    }
    Ok(u)
}

fn check_s(
    vector: &Vector<'_>,
    b_public: Option<&BigUint>,
    u: Option<[u8; 32]>,
    x: Option<&[u8; 32]>,
) -> Checked<Option<BigUint>> {
    let s = match (vector.optional_integer("a")?, b_public, u, x) {
        (Some(a), Some(b_public), Some(u), Some(x)) => {
            let s = hazmat::s(&a.to_bytes_be(), &b_public.to_bytes_be(), u, x);
            Some(BigUint::from_bytes_be(&s.ok_or_else(|| Failure::new("S", "was refused"))?))
        }
        _ => vector.optional_integer("S")?,
    };
    if let Some(s) = &s {
        vector.compare("S", &format!("{s:x}"));
        vector.compare("hkdf_ikm", &hex_bytes(&hazmat::enc(&s.to_bytes_be())));
    }
    Ok(s)
}

/// Where `b` is known: B = k * v + g^b and S = (A * v^u)^b, with another library's arithmetic.
fn check_server_side(vector: &Vector<'_>, u: [u8; 32], s: &BigUint) -> Checked {
    let (Some(b), Some(v), Some(a_public), Some(b_public)) = (
        vector.optional_integer("b")?,
        vector.optional_integer("v")?,
        vector.optional_integer("A")?,
        b_public(vector)?,
    ) else {
        vector.set_aside(&["b"]);
        return Ok(());
    };
    let n = n();
    let computed = BigUint::from_bytes_be(&hazmat::k()) * &v + BigUint::from(2_u8).modpow(&b, &n);
    vector.equal("b", &format!("{b_public:x}"), &format!("{:x}", reduce(&computed, &n)));

    let server = (a_public * v.modpow(&BigUint::from_bytes_be(&u), &n)).modpow(&b, &n);
    vector.equal("b", &format!("{server:x}"), &format!("{s:x}"));
    Ok(())
}

/// The pseudo-random key and K.
fn check_key(vector: &Vector<'_>, u: Option<[u8; 32]>, s: Option<&BigUint>) -> Checked<Option<[u8; 16]>> {
    let prk = match u.zip(s) {
        Some((u, s)) => hazmat::prk(u, &s.to_bytes_be()),
        None => extract(vector)?,
    };
    let prk = match prk {
        Some(prk) => {
            vector.compare("hkdf_prk", &hex_bytes(&prk));
            Some(prk)
        }
        None => vector.optional_bytes("hkdf_prk")?.and_then(|prk| prk.try_into().ok()),
    };
    let Some(prk) = prk else {
        return Ok(vector.optional_bytes("hkdf_key")?.and_then(|key| key.try_into().ok()));
    };
    let key = hazmat::claim_key(&prk);
    vector.compare("hkdf_key", &hex_bytes(&key));
    Ok(Some(key))
}

/// HKDF-Extract alone, of bytes that a vector gives without the integers that they encode.
///
/// They may be the encoding of none, so it is not the library that extracts here: it only goes on with the result.
fn extract(vector: &Vector<'_>) -> Checked<Option<[u8; 32]>> {
    let (Some(salt), Some(input)) = (vector.optional_bytes("hkdf_salt")?, vector.optional_bytes("hkdf_ikm")?) else {
        return Ok(None);
    };
    let mut hmac =
        Hmac::<Sha256>::new_from_slice(&salt).map_err(|error| Failure::new("hkdf_salt", error.to_string()))?;
    hmac.update(&input);
    Ok(Some(hmac.finalize().into_bytes().into()))
}

/// PASSWORD_CLAIM_SIGNATURE, where the vector has all that it signs.
fn check_signature(vector: &Vector<'_>, identity: Option<&Identity<'_>>, key: Option<[u8; 16]>) -> Checked {
    let timestamp = timestamp(vector)?;
    let secret_block = vector.optional_text("secret_block_b64")?;
    if let (Some(identity), Some(key), Some(timestamp), Some(secret_block)) = (identity, key, timestamp, secret_block) {
        let secret_block = decode_base64(secret_block)
            .ok_or_else(|| Failure::new("secret_block_b64", "is not base64, and not in negative.json"))?;
        let signature = hazmat::signature(&key, identity.scope, identity.name, &secret_block, &timestamp);
        vector.compare("signature_b64", &base64(&signature));
    }
    Ok(())
}

/// TIMESTAMP, computed where the clock is given.
fn timestamp(vector: &Vector<'_>) -> Checked<Option<String>> {
    if !vector.has("timestamp_unix_seconds") {
        return Ok(vector.optional_text("timestamp")?.map(String::from));
    }
    let now = chrono::DateTime::from_timestamp(vector.number("timestamp_unix_seconds")?, 0);
    let timestamp = now
        .and_then(hazmat::timestamp)
        .ok_or_else(|| Failure::new("timestamp_unix_seconds", "is no time that TIMESTAMP can write"))?;
    vector.compare("timestamp", &timestamp);
    Ok(Some(timestamp))
}

fn n() -> BigUint {
    BigUint::from_bytes_be(&hazmat::n())
}

fn reduce(integer: &BigUint, n: &BigUint) -> BigUint {
    integer.modpow(&BigUint::from(1_u8), n)
}

/// An integer of at most 256 bits.
fn array(integer: &BigUint, field: &str) -> Checked<[u8; 32]> {
    let bytes = integer.to_bytes_be();
    let mut array = [0; 32];
    let place = 32_usize.checked_sub(bytes.len()).ok_or_else(|| Failure::new(field, "has more than 256 bits"))?;
    array[place..].copy_from_slice(&bytes);
    Ok(array)
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(text).ok()
}

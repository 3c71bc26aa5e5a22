//! HMAC and HKDF, by the formulas of their RFCs. It knows nothing of SRP.

use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 of the parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// Returns `HMAC-SHA-256(key, parts)` (RFC 2104 section 2): `H(K ^ opad, H(K ^ ipad, text))`.
///
/// ```
/// // RFC 4231 section 4.3.
/// let tag = cognito_srp_reference::hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
/// assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
/// ```
#[must_use]
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = block(key);
    let ipad = key.map(|byte| byte ^ 0x36);
    let opad = key.map(|byte| byte ^ 0x5c);
    let inner = sha256(&[&[&ipad[..]], parts].concat());
    sha256(&[&opad, &inner])
}

/// Returns `HKDF-Extract(salt, ikm)` (RFC 5869 section 2.2).
#[must_use]
pub fn hkdf_extract(salt: &[u8], ikm: &[u8]) -> [u8; 32] {
    hmac_sha256(salt, &[ikm])
}

/// Returns the first 16 bytes of `HKDF-Expand(prk, info)` (RFC 5869 section 2.3), which lie in its
/// first block `T(1)`.
#[must_use]
pub fn hkdf_expand(prk: &[u8; 32], info: &[u8]) -> [u8; 16] {
    let t1 = hmac_sha256(prk, &[info, &[0x01]]);
    std::array::from_fn(|i| t1[i])
}

/// Makes the key one block long (RFC 2104 section 2, steps 1 and 2): a longer one is hashed, a
/// shorter one filled up.
fn block(key: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&sha256(&[key]));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    block
}

//! Files of one step each: constants, enc, g^x, SECRET_HASH, TIMESTAMP.

use chrono::DateTime;
use cognito_srp_core::hazmat;
use num_bigint::{BigInt, BigUint};

use super::{
    exchange,
    folder::{self, Folder},
    vector::{Checked, Failure, Vector, hex_bytes, parse_hex},
};

pub(super) fn check_constants(vector: &Vector<'_>, _: &Folder) -> Checked {
    folder::check_constants(vector)
}

/// enc, and the same with zeros in front, which make no difference to an integer.
pub(super) fn check_enc(vector: &Vector<'_>, _: &Folder) -> Checked {
    let value = vector.integer("value")?.to_bytes_be();
    vector.compare("padded", &hex_bytes(&hazmat::enc(&value)));
    vector.compare("padded", &hex_bytes(&hazmat::enc(&[&[0, 0], value.as_slice()].concat())));
    vector.compare("value", &hazmat::hex(&value));
    Ok(())
}

/// base^exponent. The library takes residues only: it has to refuse any other base, which is then reduced here.
pub(super) fn check_modexp(vector: &Vector<'_>, _: &Folder) -> Checked {
    vector.compare("modulus", &hazmat::hex(&hazmat::n()));
    let n = BigInt::from(BigUint::from_bytes_be(&hazmat::n()));
    let base = signed(vector, "base")?;
    let exponent = vector.integer("exponent")?.to_bytes_be();

    if base >= n {
        let taken = hazmat::modpow(&base.magnitude().to_bytes_be(), &exponent);
        vector.require("base", taken.is_none(), "is at or above N, and was accepted");
    }
    let reduced = base.modpow(&BigInt::from(1), &n);
    match hazmat::modpow(&reduced.magnitude().to_bytes_be(), &exponent) {
        Some(result) => vector.compare("result", &hazmat::hex(&result)),
        None => vector.fail(Failure::new("base", "is a residue, and was refused")),
    }
    Ok(())
}

/// An integer that may have a minus in front.
fn signed(vector: &Vector<'_>, field: &str) -> Checked<BigInt> {
    let text = vector.text(field)?;
    let magnitude = parse_hex(text.strip_prefix('-').unwrap_or(text)).map(BigInt::from);
    let value = magnitude.map(|magnitude| if text.starts_with('-') { -magnitude } else { magnitude });
    value.ok_or_else(|| Failure::new(field, "is not an integer in hex digits"))
}

pub(super) fn check_secret_hash(vector: &Vector<'_>, _: &Folder) -> Checked {
    let client = exchange::client(vector)?;
    let client = client.map_err(|error| Failure::new("client_id", error.to_string()))?;
    vector.compare("secret_hash", client.secret_hash(vector.text("username")?).as_deref().unwrap_or("none"));
    Ok(())
}

pub(super) fn check_timestamp(vector: &Vector<'_>, _: &Folder) -> Checked {
    let milliseconds = vector.optional_number("milliseconds")?.unwrap_or(0);
    let now = u32::try_from(milliseconds)
        .ok()
        .and_then(|milliseconds| {
            DateTime::from_timestamp(vector.number("unix_seconds").ok()?, milliseconds * 1_000_000)
        })
        .ok_or_else(|| Failure::new("unix_seconds", "is no time"))?;
    vector.compare("timestamp", hazmat::timestamp(now).as_deref().unwrap_or("none"));
    Ok(())
}

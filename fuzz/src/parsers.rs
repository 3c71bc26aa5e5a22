//! Texts at the door, each against an implementation that shares nothing with the library's: hex against `num-bigint`, base64
//! against the crate and a second reading of RFC 4648, TIMESTAMP against `chrono` and the reference's calendar, ids and names
//! against AWS's patterns. What is written is read back.
//!
//! Fields: which of them, and what it takes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, Utc};
use cognito_srp_core::{
    AppClient, AuthFlow, ChallengeName, ClientSecret, Device, DevicePassword, Error, Fault, MfaType, NewDevice,
    Operation, PasswordVerifier, Problem, UserPoolId, hazmat,
};
use cognito_srp_reference as reference;
use num_bigint::{BigInt, BigUint, Sign};

use crate::input::Fields;

const LONGEST: usize = 131_072;

pub fn check(data: &[u8]) {
    let mut fields = Fields::of(data);
    match fields.choice() {
        b'h' => hex_is_read(&fields.text()),
        b'H' => hex_is_written(&fields.integer()),
        b'b' => base64_is_read(&fields.text()),
        b'B' => base64_is_written(fields.bytes()),
        b't' => timestamp(&fields.text(), &fields.text()),
        b'p' => pool_id(&fields.text()),
        b'c' => client_id(&fields.text()),
        b's' => secret(&fields.text(), &fields.text()),
        b'd' => new_device(fields.bytes(), fields.bytes()),
        b'D' => device(&fields.text(), &fields.text(), &fields.text()),
        _ => names(&fields.text()),
    }
}

type Said = (&'static str, Problem, Fault);

fn said(error: &Error) -> Said {
    assert!(!error.to_string().is_empty());
    (error.parameter(), error.problem(), error.fault())
}

/// A challenge that is honest but for one parameter.
fn challenge_with(name: &str, value: &str) -> Result<(), Said> {
    let honest = [("USER_ID_FOR_SRP", "alice"), ("SALT", "1"), ("SRP_B", "1"), ("SECRET_BLOCK", "QUJD")];
    let pairs = honest.into_iter().chain([(name, value)]);
    PasswordVerifier::from_reply(pairs, None).map(drop).map_err(|error| said(&error))
}

fn hex_is_read(text: &str) {
    let integer = reference::from_hex(text);
    for (name, limit) in [("SALT", 1024), ("SRP_B", 2048)] {
        let in_range = |integer: &BigUint| name == "SALT" || (*integer > BigUint::ZERO && *integer < reference::n());
        let expected = match &integer {
            _ if text.is_empty() => Err(Problem::Empty),
            _ if text.len() > limit => Err(Problem::TooLong { limit }),
            None => Err(Problem::NotHex),
            Some(integer) if in_range(integer) => Ok(()),
            Some(_) => Err(Problem::OutOfRange),
        };
        assert_eq!(challenge_with(name, text), expected.map_err(|problem| (name, problem, Fault::Service)));
    }
    if let Some(integer) = integer {
        hex_is_written(&integer.to_bytes_be());
    }
}

fn hex_is_written(bytes: &[u8]) {
    if bytes.is_empty() {
        return; // the library writes integers of 384 bytes; of none it makes no digit
    }
    let integer = BigUint::from_bytes_be(bytes);
    let text = hazmat::hex(bytes);
    assert_eq!(text, integer.to_str_radix(16));
    assert_eq!(reference::from_hex(&text).as_ref(), Some(&integer), "what is written is read back");
    let signed = BigInt::from_biguint(if integer == BigUint::ZERO { Sign::NoSign } else { Sign::Plus }, integer);
    assert_eq!(hazmat::enc(bytes), signed.to_signed_bytes_be(), "enc is Java's BigInteger.toByteArray");
    assert_eq!(hazmat::enc(&hazmat::enc(bytes)), hazmat::enc(bytes), "and of what is so encoded it is the same");
}

/// RFC 4648 section 4 and its sections 3.2, 3.3 and 3.5: padded, nothing but the alphabet, no bits left over.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0 && held == 2 * padding).then_some(bytes)
}

fn base64_is_read(text: &str) {
    let bytes = base64(text);
    assert_eq!(STANDARD.decode(text).ok(), bytes, "the two oracles agree");
    let expected = match &bytes {
        _ if text.is_empty() => Err(Problem::Empty),
        _ if text.len() > LONGEST => Err(Problem::TooLong { limit: LONGEST }),
        None => Err(Problem::NotBase64),
        Some(_) => Ok(()),
    };
    let expected = expected.map_err(|problem| ("SECRET_BLOCK", problem, Fault::Service));
    assert_eq!(challenge_with("SECRET_BLOCK", text), expected);
    if let Some(bytes) = bytes {
        assert_eq!(STANDARD.encode(bytes), text, "canonical: there is no second text of the same bytes");
    }
}

/// The encoder of secrets, which has no table.
fn base64_is_written(bytes: &[u8]) {
    let mut random = [0; 40];
    for (to, from) in random.iter_mut().zip(bytes) {
        *to = *from;
    }
    let text = hazmat::device_password(&random);
    assert_eq!(base64(&text).as_deref(), Some(&random[..]));
    assert_eq!(*text, STANDARD.encode(random));
}

fn timestamp(seconds: &str, nanoseconds: &str) {
    let (seconds, nanoseconds) = (seconds.parse().unwrap_or(0_i64), nanoseconds.parse().unwrap_or(0_u32));
    let now = DateTime::from_timestamp(seconds, nanoseconds);
    let now: DateTime<Utc> =
        now.unwrap_or(if seconds < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC });
    let text = hazmat::timestamp(now);
    assert_eq!(text.is_some(), (1583..=9999).contains(&now.year()), "{now:?}");
    let Some(text) = text else { return };
    assert_eq!(text, reference::timestamp(now.timestamp()));
    // A leap second is the one before it, of which the service knows.
    let second = DateTime::<Utc>::from_timestamp(now.timestamp(), 0).unwrap();
    assert_eq!(text, second.format("%a %b %-d %H:%M:%S UTC %Y").to_string());
    let read = chrono::NaiveDateTime::parse_from_str(&text, "%a %b %d %H:%M:%S UTC %Y").unwrap();
    assert_eq!(read.and_utc(), second, "what is written is read back");
}

fn pool_id(id: &str) {
    let expected = match id.split('_').collect::<Vec<_>>()[..] {
        _ if id.len() > 55 => Err(Problem::TooLong { limit: 55 }),
        [region, name]
            if !region.is_empty()
                && !name.is_empty()
                && region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && name.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            Ok((region, name))
        }
        _ => Err(Problem::Malformed),
    };
    match (UserPoolId::parse(id), expected) {
        (Ok(pool), Ok((region, name))) => {
            assert_eq!((pool.region(), pool.name()), (region, name));
            assert_eq!((pool.as_str(), &*pool.to_string()), (id, id));
            assert_eq!(id.parse(), Ok(pool));
        }
        (Err(error), Err(problem)) => assert_eq!(said(&error), ("UserPoolId", problem, Fault::Caller)),
        (pool, expected) => panic!("{id:?} is {pool:?}, and {expected:?} was expected"),
    }
}

fn client_id(id: &str) {
    let expected = match id {
        "" => Err(Problem::Empty),
        _ if id.len() > 128 => Err(Problem::TooLong { limit: 128 }),
        _ if id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '+') => Ok(()),
        _ => Err(Problem::Malformed),
    };
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), id);
    if let Ok(client) = &client {
        assert_eq!(client.client_id(), id);
        assert_eq!(client.secret_hash("alice"), None, "a client without a secret");
    }
    let problem = client.map(drop).map_err(|error| said(&error));
    assert_eq!(problem, expected.map_err(|problem| ("ClientId", problem, Fault::Caller)));
}

fn secret(secret: &str, username: &str) {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "age").unwrap();
    match ClientSecret::new(secret) {
        Ok(read) => {
            assert_eq!(format!("{read:?}"), "ClientSecret(..)");
            let hash = client.with_secret(read).secret_hash(username);
            assert_eq!(hash, Some(reference::secret_hash(secret, username, "age")));
        }
        Err(error) => {
            assert_eq!(said(&error), ("ClientSecret", Problem::Empty, Fault::Caller));
            assert_eq!(secret, "");
        }
    }
}

/// NewDeviceMetadata; a field of `none` is a member that is absent.
fn new_device(key: &[u8], group_key: &[u8]) {
    let [key, group_key] = [key, group_key].map(|field| (field != b"none").then(|| crate::input::text(field)));
    let key_is = |key: &str| match key {
        _ if key.len() > 55 => Err(Problem::TooLong { limit: 55 }),
        "" => Err(Problem::Empty),
        _ if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') => Ok(()),
        _ => Err(Problem::Malformed),
    };
    let group_key_is = |key: &str| match key.len() {
        0 => Err(Problem::Empty),
        1..=LONGEST => Ok(()),
        _ => Err(Problem::TooLong { limit: LONGEST }),
    };
    let expected = key
        .as_deref()
        .map_or(Err(Problem::Missing), key_is)
        .map_err(|problem| ("DeviceKey", problem, Fault::Service))
        .and_then(|()| {
            let is = group_key.as_deref().map_or(Err(Problem::Missing), group_key_is);
            is.map_err(|problem| ("DeviceGroupKey", problem, Fault::Service))
        });
    let offered = NewDevice::from_metadata(key.as_deref(), group_key.as_deref());
    assert_eq!(offered.map(drop).map_err(|error| said(&error)), expected);
}

fn device(key: &str, group_key: &str, password: &str) {
    let expected = match (key, group_key) {
        ("", _) => Err(("DeviceKey", Problem::Empty, Fault::Caller)),
        (_, "") => Err(("DeviceGroupKey", Problem::Empty, Fault::Caller)),
        _ => Ok((key, group_key, password)),
    };
    let device = Device::new(key, group_key, DevicePassword::new(password));
    let read = device.as_ref().map(|device| (device.key(), device.group_key(), device.password().expose_secret()));
    assert_eq!(read.map_err(said), expected);
}

fn names(text: &str) {
    fn round<T: std::str::FromStr + std::fmt::Display>(all: &[T], text: &str, as_str: impl Fn(&T) -> &'static str) {
        let known = all.iter().any(|name| as_str(name) == text);
        match text.parse::<T>() {
            Ok(name) => assert!(known && as_str(&name) == text && name.to_string() == text),
            Err(_) => assert!(!known, "{text} is not read back"),
        }
    }
    round(AuthFlow::ALL, text, |name| name.as_str());
    round(ChallengeName::ALL, text, |name| name.as_str());
    round(MfaType::ALL, text, |name| name.as_str());
    round(Operation::ALL, text, |name| name.as_str());
}

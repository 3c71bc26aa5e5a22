//! A hundred handshakes from one seed, folded into one hash, by the core and by `reference`; Python has computed it too.
//!
//! `ci/accumulated` does the same for 10,000 and 1,000,000.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[path = "../examples/accumulated/handshakes/mod.rs"]
mod handshakes;

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::Value;

use crate::handshakes::{Implementation, accumulate};

const HASHES: &str = include_str!("../test-vectors/accumulated/hashes.json");
const HANDSHAKES: u64 = 100;

fn expected(handshakes: u64) -> Value {
    let hashes: Value = serde_json::from_str(HASHES).unwrap();
    let mut rows = hashes["hashes"].as_array().unwrap().iter();
    rows.find(|row| row["handshakes"] == handshakes).unwrap().clone()
}

#[test]
fn a_hundred_handshakes_have_the_hash_that_is_written_down() {
    let expected = expected(HANDSHAKES);
    for implementation in Implementation::ALL {
        let (hash, kinds) = accumulate(HANDSHAKES, implementation, |_| ());
        assert_eq!(expected["sha256"], *hash, "{}", implementation.name());
        let kinds: BTreeMap<_, _> = kinds.named().collect();
        assert_eq!(expected["kinds"], serde_json::to_value(&kinds).unwrap(), "{}", implementation.name());
        assert!(kinds.values().all(|&count| count > 0), "a kind of handshake is missing: {kinds:?}");
    }
}

/// A hash that only the core has computed would say nothing but that the core is as it was.
#[test]
fn somebody_else_has_computed_each_hash() {
    let hashes: Value = serde_json::from_str(HASHES).unwrap();
    for row in hashes["hashes"].as_array().unwrap() {
        let computed_by = row["computed_by"].as_array().unwrap();
        assert!(computed_by.iter().any(|name| name != "core"), "{}: only the core", row["handshakes"]);
    }
}

#[test]
fn what_is_hashed_is_the_transcript_of_every_handshake_in_order() {
    let numbers = RefCell::new(Vec::<u64>::new());
    let (hash, _) = accumulate(130, Implementation::Core, |transcript| {
        let number = |line: &str| line.strip_prefix("handshake ").map(|number| number.parse::<u64>().unwrap());
        numbers.borrow_mut().extend(transcript.lines().filter_map(number));
    });
    assert_eq!(numbers.into_inner(), (0..130_u64).collect::<Vec<_>>());
    assert_ne!(hash, accumulate(129, Implementation::Core, |_| ()).0);
}

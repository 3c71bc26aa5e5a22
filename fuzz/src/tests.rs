//! The seeds and the corpora, without libFuzzer: every property, on any toolchain; and that they reach what they are for.

use std::{fs, path::Path};

use crate::{challenge, handshake, json, modpow, parsers, refusal, saved_state, seeds, sign_in};

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 8] = [
    ("challenge", challenge::check),
    ("handshake", handshake::check),
    ("json", json::check),
    ("modpow", modpow::check),
    ("parsers", parsers::check),
    ("refusal", refusal::check),
    ("saved_state", saved_state::check),
    ("sign_in", sign_in::check),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_seed_passes() {
    let seeds = seeds::all(&root().join("../test-vectors"));
    assert!(seeds.keys().eq(TARGETS.iter().map(|(name, _)| name)));
    for (name, check) in TARGETS {
        for (seed, input) in &seeds[name] {
            eprintln!("{name} {seed}");
            check(input);
        }
    }
}

#[test]
fn every_input_of_the_corpora_passes() {
    for (name, check) in TARGETS {
        // A target whose seeds reach everything has no corpus besides.
        let Ok(folder) = fs::read_dir(root().join("corpus").join(name)) else { continue };
        let mut inputs: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        inputs.sort();
        for path in inputs {
            eprintln!("{}", path.display());
            check(&fs::read(path).unwrap());
        }
    }
}

/// What a mutation starts from is accepted where the vector is, and refused where it is not.
#[test]
fn seeds_reach_what_they_are_for() {
    let seeds = seeds::all(&root().join("../test-vectors"));
    let (mut answered, mut refused) = (0, 0);
    for (name, input) in &seeds["challenge"] {
        let outcome = challenge::outcome(input);
        if name.starts_with("user-") || name.starts_with("device-") {
            answered += u32::from(outcome == challenge::Outcome::Answered);
        } else if name.starts_with("neg-") && !name.contains("pool") {
            assert_eq!(outcome, challenge::Outcome::Refused, "{name}");
            refused += 1;
        }
    }
    assert!(answered > 300 && refused > 50, "{answered} were answered, {refused} refused");
    for (name, input) in &seeds["saved_state"] {
        // One has no checksum, and some are of a device that the target does not have.
        if name.as_str() != "without-checksum" && !name.contains("-other-") {
            assert!(saved_state::is_read(input), "{name} is a state that was saved");
        }
    }
}

#[test]
fn every_target_is_built() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let built: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
        .collect();
    assert!(built.into_iter().eq(TARGETS.iter().map(|(name, _)| *name)));
}

//! What it ran on, and in which versions.

use std::{fs, thread};

use chrono::Utc;

use crate::engines;

/// The facts that a table of times needs beside it, by name.
#[must_use]
pub fn facts() -> Vec<(&'static str, String)> {
    vec![
        ("processor", processor()),
        ("cores", cores().to_string()),
        ("instruction sets", instruction_sets()),
        ("rustc", env!("RUSTC_VERSION").to_owned()),
        ("date", Utc::now().format("%Y-%m-%d").to_string()),
    ]
}

/// As many threads as can run at a time.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn processor() -> String {
    let [vendor, model_name, family, model] =
        ["vendor_id", "model name", "cpu family", "model"].map(|name| cpuinfo(name).unwrap_or("?".to_owned()));
    format!("{model_name} ({vendor}, family {family}, model {model})")
}

/// A line of Linux's description of the first processor.
fn cpuinfo(name: &str) -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let value =
        |line: &str| line.split_once(':').filter(|(key, _)| key.trim() == name).map(|(_, v)| v.trim().to_owned());
    text.lines().find_map(value)
}

/// Of those that an exponentiation can use, the ones the machine has.
#[cfg(target_arch = "x86_64")]
fn instruction_sets() -> String {
    let sets = [
        ("BMI2", is_x86_feature_detected!("bmi2")),
        ("ADX", is_x86_feature_detected!("adx")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("AVX-512 IFMA", is_x86_feature_detected!("avx512ifma")),
    ];
    sets.into_iter().filter(|&(_, has)| has).map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// Of those that an exponentiation can use, the ones the machine has.
#[cfg(not(target_arch = "x86_64"))]
fn instruction_sets() -> String {
    std::env::consts::ARCH.to_owned()
}

/// The crates of the comparison as the lock file has them, and what the C libraries say of themselves.
#[must_use]
pub fn versions() -> Vec<(String, String)> {
    let crates = ["aws-cognito-srp", "cognito_srp", "cognito-srp-core", "crypto-bigint", "num-bigint"];
    let locked = crates.into_iter().filter_map(|name| Some((name.to_owned(), locked(name)?)));
    locked.chain(engines::versions().into_iter().map(|(name, version)| (name.to_owned(), version))).collect()
}

/// The version of a crate in the lock file; of several, the newest, which stands last.
fn locked(name: &str) -> Option<String> {
    let entry = LOCK.split("[[package]]").filter(|entry| entry.contains(&format!("name = \"{name}\"\n"))).last()?;
    let line = entry.lines().find_map(|line| line.strip_prefix("version = "))?;
    Some(line.trim_matches('"').to_owned())
}

const LOCK: &str = include_str!("../Cargo.lock");

//! Puts the tables of a run into BENCHMARKS.md.

use std::{error::Error, fs, path::PathBuf};

/// What stands between these is a run's.
const BEGIN: &str = "<!-- begin: cargo run -->";
const END: &str = "<!-- end: cargo run -->";

/// Replaces the tables that are there.
///
/// # Errors
///
/// If the file or its marks are missing.
pub fn record(tables: &str) -> Result<(), Box<dyn Error>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "BENCHMARKS.md"].iter().collect();
    let text = fs::read_to_string(&path)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("BENCHMARKS.md has no place that begins")?;
    let (_, after) = rest.split_once(END).ok_or("BENCHMARKS.md has no place that ends")?;
    Ok(fs::write(path, format!("{before}{BEGIN}\n{}\n{END}{after}", tables.trim()))?)
}

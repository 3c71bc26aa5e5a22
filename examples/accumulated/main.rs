//! The hash of many handshakes from one seed, as the core computes them or as `reference` does:
//!
//! ```sh
//! cargo run --release --example accumulated -- core 10000
//! cargo run --release --example accumulated -- reference 3 --transcript   # what is hashed, as text
//! ```
//!
//! `test-vectors/accumulated/README.md` says what is drawn and what is hashed; `ci/accumulated` runs everybody and compares.

#![expect(clippy::expect_used, reason = "a handshake that fails ends the program")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

mod handshakes;

use std::{env, process::ExitCode, time::Instant};

use self::handshakes::{Implementation, accumulate};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (name, count, transcript) = match *arguments {
        [name, count] => (name, count, false),
        [name, count, "--transcript"] => (name, count, true),
        _ => return usage(),
    };
    let Some(implementation) = Implementation::ALL.into_iter().find(|implementation| implementation.name() == name)
    else {
        return usage();
    };
    let Ok(count @ 1..) = count.parse() else { return usage() };
    if transcript {
        accumulate(count, implementation, |transcript| print!("{transcript}"));
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let (hash, kinds) = accumulate(count, implementation, |_| ());
    let kernel = cognito_srp_core::kernel();
    let by = if matches!(implementation, Implementation::Core) { format!("core, {kernel:?}") } else { name.to_owned() };
    println!("computed by {by} in {} s", start.elapsed().as_secs());
    for (kind, count) in kinds.named() {
        println!("{kind}: {count}");
    }
    println!("{count} handshakes: {hash}");
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: accumulated core|reference HANDSHAKES [--transcript]");
    ExitCode::FAILURE
}

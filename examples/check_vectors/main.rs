//! Runs known-answer vectors through this library:
//!
//! ```sh
//! cargo run --release --example check_vectors -- test-vectors
//! ```
//!
//! The folder may hold any selection of files of the format that `test-vectors/README.md` describes. Exits with 1 on any
//! failure, on a file that it does not understand, and where there is nothing to check.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

mod checker;

use std::{env, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        eprintln!("usage: check_vectors DIR");
        return ExitCode::FAILURE;
    };
    let report = checker::check_folder(Path::new(folder));
    println!("{report}");
    if report.succeeded() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! What is printed where: on stdout what a program reads, on stderr what a person reads.

use std::io::{self, Write as _};

use crate::exit::{Exit, Failure};

/// Prints to stdout. Only what another program is to read.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| {
        Failure::new(Exit::Other, format!("stdout cannot be written to: {error}"))
            .help("look at what the program says that reads it")
    })
}

/// Says something to the person. Where stderr is closed, nobody listens.
pub(crate) fn say(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// The same text without control characters, for what the service says: a terminal would obey them.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

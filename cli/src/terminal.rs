//! Prompts.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _},
};

use zeroize::Zeroizing;

/// The terminal that can be asked although stdin may be a pipe.
#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";
#[cfg(not(unix))]
const TERMINAL: &str = "CONIN$";

/// Where a person types. A trait, so that tests need no terminal.
pub(crate) trait Terminal {
    /// Asks for something that is not to be seen.
    fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>>;

    /// Asks for something that may be seen: a code, a choice.
    fn line(&mut self, prompt: &str) -> io::Result<Zeroizing<String>>;
}

/// The terminal that the program was started from.
struct Controlling;

/// A terminal, if stdin is one: for commands whose stdin is free.
pub(crate) fn of_stdin() -> Option<Box<dyn Terminal>> {
    if io::stdin().is_terminal() { Some(Box::new(Controlling)) } else { None }
}

/// A terminal, if there is one to be had: for commands whose stdin is a reply.
pub(crate) fn beside_stdin() -> Option<Box<dyn Terminal>> {
    File::open(TERMINAL).ok().map(|_| Box::new(Controlling) as Box<dyn Terminal>)
}

impl Terminal for Controlling {
    fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
        write_prompt(prompt);
        whole(Zeroizing::new(rpassword::read_password()?))
    }

    fn line(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
        write_prompt(prompt);
        let mut line = Zeroizing::new(String::with_capacity(4096));
        BufReader::new(File::open(TERMINAL)?).read_line(&mut line)?;
        Ok(Zeroizing::new(line.trim().to_owned()))
    }
}

/// `rpassword` puts U+FFFD in the place of what is not UTF-8, and what was typed can no longer be told.
fn whole(typed: Zeroizing<String>) -> io::Result<Zeroizing<String>> {
    if typed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "what was typed is not UTF-8"));
    }
    Ok(typed)
}

fn write_prompt(prompt: &str) {
    let mut stderr = io::stderr();
    drop(write!(stderr, "{prompt}: ").and_then(|()| stderr.flush()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_no_password() {
        let typed = |bytes: &[u8]| whole(Zeroizing::new(String::from_utf8_lossy(bytes).into_owned()));
        assert_eq!(typed(b"Wonderland1!").ok().as_deref().map(String::as_str), Some("Wonderland1!"));
        assert_eq!(
            typed("Wonderl\u{e4}nd1!".as_bytes()).ok().as_deref().map(String::as_str),
            Some("Wonderl\u{e4}nd1!")
        );
        assert_eq!(typed(b"Wonderl\xe4nd1!").map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
    }
}

//! Who answers: the environment, the lines of stdin, or the person at the terminal, in this order.
//!
//! What was given in advance is used once, so that nothing is sent for ever to a service that asks for ever. Only the
//! password may be wanted again: a sign-in whose device is forgotten starts from the beginning.

use std::io::{BufRead, Read as _};

use chrono::Utc;
use cognito_srp_core::{Answer, ChallengeName, Question, Refusal, Retry};
use totp_rs::Builder as Totp;
use zeroize::Zeroizing;

use crate::{
    exit::{Exit, Failure},
    stdio::{printable, say},
    terminal::Terminal,
};

pub(crate) type Secret = Zeroizing<String>;

/// How often a person may correct an answer, in one sign-in; and how often one prompt is repeated.
const CORRECTIONS: u8 = 3;

/// How often one password is given away: to begin, and to begin again without the device.
const USES_OF_A_PASSWORD: u8 = 2;

/// The longest line of stdin.
const MAX_LINE: u64 = 1 << 20;

/// What was given in advance.
#[derive(Default)]
pub(crate) struct Prepared {
    pub(crate) password: Option<Secret>,
    /// Why there is no password although there should be one.
    pub(crate) unusable_password: Option<Failure>,
    pub(crate) new_password: Option<Secret>,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) custom_answer: Option<Secret>,
    pub(crate) authenticator: Authenticator,
    /// An answer to whatever is asked first and has no answer of its own.
    pub(crate) answer: Option<Secret>,
    /// NAME=VALUE of `--user-attribute`.
    pub(crate) user_attributes: Vec<(String, String)>,
}

/// What takes the place of an authenticator app.
#[derive(Default)]
pub(crate) enum Authenticator {
    /// The person has one.
    #[default]
    Theirs,
    /// This program computes the codes, with this secret. None: it is still to be set up.
    Ours(Option<Secret>),
}

/// Who answers.
pub(crate) struct Person {
    prepared: Prepared,
    lines: Option<Box<dyn BufRead>>,
    terminal: Option<Box<dyn Terminal>>,
    uses_of_password: u8,
    password_was_typed: bool,
    /// Whether the last answer was typed: then another can be.
    typed: bool,
    corrections_left: u8,
}

/// One question to a person.
struct Prompt<'a> {
    /// What is asked for, such as `Password`.
    label: &'a str,
    hidden: bool,
    /// What could have answered.
    option: &'a str,
}

/// A whole answer.
struct Given {
    text: Secret,
    user_attributes: Vec<(String, Secret)>,
}

impl Person {
    pub(crate) fn new(
        prepared: Prepared,
        lines: Option<Box<dyn BufRead>>,
        terminal: Option<Box<dyn Terminal>>,
    ) -> Self {
        Self {
            prepared,
            lines,
            terminal,
            uses_of_password: 0,
            password_was_typed: false,
            typed: false,
            corrections_left: CORRECTIONS,
        }
    }

    /// Gets the password now, so that no challenge has to wait while it is typed.
    pub(crate) fn think_of_password(&mut self) -> Result<(), Failure> {
        if let Some(failure) = self.prepared.unusable_password.take() {
            return Err(failure);
        }
        if self.prepared.password.is_none() {
            let option = "--password-env VAR or the environment variable COGNITO_PASSWORD";
            let password = self.put(&Prompt { label: "Password", hidden: true, option })?;
            if password.is_empty() {
                return Err(empty_password());
            }
            self.prepared.password = Some(password);
            self.password_was_typed = self.typed;
            self.uses_of_password = 0;
        }
        Ok(())
    }

    /// Has a question answered, and the answer passed on.
    pub(crate) fn answer<T>(
        &mut self,
        question: &Question,
        pass_on: impl FnOnce(&Answer<'_>) -> T,
    ) -> Result<T, Failure> {
        let Given { text, user_attributes } = self.think(question)?;
        let user_attributes: Vec<_> = user_attributes.iter().map(|(name, value)| (&**name, value.as_str())).collect();
        let answer = match question {
            Question::NewPassword { .. } => {
                Answer::NewPassword { new_password: &text, user_attributes: &user_attributes }
            }
            question => question.answer(&text)?,
        };
        Ok(pass_on(&answer))
    }

    /// Whether an answer that was refused can be corrected: the service would take another, and the person can type it.
    pub(crate) fn corrects(&mut self, refusal: &Refusal, question: &Question) -> bool {
        if refusal.cause().retry() != Retry::AnotherAnswer || !self.typed || self.corrections_left == 0 {
            return false;
        }
        self.corrections_left -= 1;
        if matches!(question, Question::Password { .. }) {
            self.prepared.password = None;
        }
        say(&format!("{} ({})", refusal.cause(), printable(&refusal.to_string())));
        true
    }

    fn think(&mut self, question: &Question) -> Result<Given, Failure> {
        let text = match question {
            Question::Password { .. } => self.password()?,
            Question::RefreshToken => {
                let token = self.prepared.refresh_token.take();
                let option = "--refresh-token-env VAR";
                self.ask(&Prompt { label: "Refresh token", hidden: true, option }, token)?
            }
            Question::FirstFactor { available } => {
                self.choose("How to sign in", &available.iter().map(|name| name.as_str()).collect::<Vec<_>>())?
            }
            Question::MfaType { available } => {
                self.choose("Which second factor", &available.iter().map(|name| name.as_str()).collect::<Vec<_>>())?
            }
            Question::Code { challenge_name, medium, destination } => {
                self.code(*challenge_name, medium.as_deref(), destination.as_deref())?
            }
            Question::AuthenticatorSetup { secret_code } => self.first_code(secret_code.expose_secret())?,
            Question::NewPassword { required_attributes, .. } => return self.new_password(required_attributes),
            Question::Custom { parameters } => {
                for (name, value) in parameters.iter() {
                    say(&format!("{}: {}", printable(name), printable(value)));
                }
                let answer = self.prepared.custom_answer.take();
                self.ask(&Prompt { label: "Answer", hidden: true, option: "--custom-answer-env VAR" }, answer)?
            }
            Question::Passkey { credential_request_options } => {
                say("The options for navigator.credentials.get:");
                say(&printable(credential_request_options));
                self.ask(&Prompt { label: "The assertion, as one line of JSON", hidden: true, option: LINES }, None)?
            }
            _ => {
                return Err(Failure::new(
                    Exit::BadReply,
                    "the pool asks for something that this version cannot answer",
                ));
            }
        };
        Ok(Given { text, user_attributes: Vec::new() })
    }

    fn password(&mut self) -> Result<Secret, Failure> {
        self.think_of_password()?;
        if self.uses_of_password == USES_OF_A_PASSWORD {
            return Err(Failure::new(Exit::BadReply, "the service asks for the password over and over"));
        }
        self.uses_of_password += 1;
        self.typed = self.password_was_typed;
        Ok(self.prepared.password.clone().unwrap_or_default())
    }

    fn code(
        &mut self,
        challenge_name: ChallengeName,
        medium: Option<&str>,
        destination: Option<&str>,
    ) -> Result<Secret, Failure> {
        if challenge_name == ChallengeName::SoftwareTokenMfa {
            let code = match &mut self.prepared.authenticator {
                Authenticator::Ours(secret) => secret.take().map(|secret| code_of(&secret)).transpose()?,
                Authenticator::Theirs => None,
            };
            let prompt =
                Prompt { label: "Code of the authenticator app", hidden: false, option: "--totp-secret-env VAR" };
            return self.ask(&prompt, code);
        }
        let medium = match (medium, challenge_name) {
            (Some("EMAIL"), _) | (None, ChallengeName::EmailOtp) => "e-mail",
            _ => "text message",
        };
        let label = format!("Code sent by {medium} to {}", printable(destination.unwrap_or("the user")));
        self.ask(&Prompt { label: &label, hidden: false, option: LINES }, None)
    }

    /// The first code of an authenticator app that is set up with this secret.
    fn first_code(&mut self, secret: &str) -> Result<Secret, Failure> {
        say(&format!("Set up an authenticator app with the secret {}", printable(secret)));
        say(&format!("or with the link otpauth://totp/Cognito?secret={}", printable(secret)));
        let code = match &mut self.prepared.authenticator {
            // Whatever secret was given in advance is not the one that counts from now on.
            Authenticator::Ours(old) => {
                *old = None;
                say("and keep it: it is what --totp-secret-env needs from now on");
                Some(code_of(secret)?)
            }
            Authenticator::Theirs => None,
        };
        self.ask(&Prompt { label: "The app's first code", hidden: false, option: "--totp-secret-env VAR" }, code)
    }

    fn new_password(&mut self, required_attributes: &[String]) -> Result<Given, Failure> {
        let new_password = self.chosen_password()?;
        let given = self.prepared.user_attributes.iter();
        let mut user_attributes: Vec<_> =
            given.map(|(name, value)| (name.clone(), Secret::new(value.clone()))).collect();
        for name in required_attributes {
            if !user_attributes.iter().any(|(given, _)| given == name) {
                let label = format!("Attribute {}", printable(name));
                let option = "--user-attribute NAME=VALUE";
                let value = self.ask(&Prompt { label: &label, hidden: false, option }, None)?;
                user_attributes.push((name.clone(), value));
            }
        }
        // From now on this is the password.
        self.prepared.password = Some(new_password.clone());
        self.uses_of_password = 0;
        Ok(Given { text: new_password, user_attributes })
    }

    /// A new password; one that is typed unseen is typed twice.
    fn chosen_password(&mut self) -> Result<Secret, Failure> {
        let mut prepared = self.prepared.new_password.take();
        let prompt = Prompt { label: "New password", hidden: true, option: "--new-password-env VAR" };
        for _ in 0..CORRECTIONS {
            let new_password = self.ask(&prompt, prepared.take())?;
            if new_password.is_empty() {
                return Err(empty_password());
            }
            if !self.typed || self.put(&Prompt { label: "The same again", ..prompt })? == new_password {
                return Ok(new_password);
            }
            say("the two are not the same");
        }
        Err(Failure::usage("the new password was not typed the same twice").help("sign in again"))
    }

    /// One of several names, as AWS writes them. Where none of them is known, any may be right.
    fn choose(&mut self, label: &str, available: &[&str]) -> Result<Secret, Failure> {
        let names = available.join(", ");
        for _ in 0..CORRECTIONS {
            say(&format!("{label}: {names}"));
            let choice = self.ask(&Prompt { label: "Choice", hidden: false, option: LINES }, None)?;
            if available.is_empty() || available.contains(&choice.as_str()) {
                return Ok(choice);
            }
            if !self.typed {
                break;
            }
        }
        Err(Failure::usage(format!("the choice is none of {names}")).help("answer with one of these names"))
    }

    /// What was given in advance for this, or for anything; otherwise what somebody says.
    fn ask(&mut self, prompt: &Prompt<'_>, prepared: Option<Secret>) -> Result<Secret, Failure> {
        self.typed = false;
        match prepared.or_else(|| self.prepared.answer.take()) {
            Some(answer) => Ok(answer),
            None => self.put(prompt),
        }
    }

    /// What somebody says: the next line of stdin, or the person at the terminal.
    fn put(&mut self, prompt: &Prompt<'_>) -> Result<Secret, Failure> {
        let Prompt { label, hidden, option } = *prompt;
        self.typed = false;
        if let Some(lines) = &mut self.lines {
            // A program that writes the lines may wait for this.
            if !hidden {
                say(&format!("{label}: (from stdin)"));
            }
            if let Some(line) = next_line(lines)? {
                return Ok(line);
            }
        }
        if let Some(terminal) = &mut self.terminal {
            for _ in 0..CORRECTIONS {
                let typed = if hidden { terminal.secret(label) } else { terminal.line(label) };
                let typed = typed
                    .map_err(|error| Failure::new(Exit::Unanswered, format!("the terminal cannot be read: {error}")))?;
                if !typed.is_empty() {
                    self.typed = true;
                    return Ok(typed);
                }
            }
        }
        let mut help = format!("answer with {option}");
        if option != LINES {
            help.push_str("; with ");
            help.push_str(LINES);
        }
        help.push_str("; or at a terminal");
        Err(Failure::new(Exit::Unanswered, format!("something is asked, and nobody answers: {label}")).help(help))
    }
}

/// What answers anything.
const LINES: &str = "a line of stdin (--answer-stdin or --password-stdin)";

/// The first line, which is the password.
pub(crate) fn first_line(lines: &mut dyn BufRead) -> Result<Secret, Failure> {
    match next_line(lines)? {
        Some(password) if password.is_empty() => Err(empty_password()),
        Some(password) => Ok(password),
        None => Err(Failure::new(Exit::Unanswered, "the password is to come from stdin, and stdin is empty")
            .help("pass it on as the first line")),
    }
}

/// The next line without its end.
fn next_line(lines: &mut dyn BufRead) -> Result<Option<Secret>, Failure> {
    let unreadable = |error| Failure::usage(format!("stdin cannot be read: {error}")).help("pass on lines of UTF-8");
    // A buffer that grew would leave what it held behind.
    let mut line = Secret::new(String::with_capacity(4096));
    let read = lines.take(MAX_LINE).read_line(&mut line).map_err(unreadable)?;
    if read == 0 {
        return Ok(None);
    }
    if line.ends_with('\n') {
        line.pop();
        if line.ends_with('\r') {
            line.pop();
        }
    } else if read as u64 == MAX_LINE {
        // The rest may follow, and a part is no answer.
        return Err(Failure::usage(format!("a line of stdin is longer than {} MiB", MAX_LINE >> 20))
            .help("end each answer with a line feed"));
    }
    Ok(Some(line))
}

fn empty_password() -> Failure {
    Failure::usage("the password is empty").help("check where it comes from: no pool has empty passwords")
}

/// The code of this moment (RFC 6238), as an authenticator app computes it.
fn code_of(secret: &str) -> Result<Secret, Failure> {
    // People copy secrets with the spaces that apps show. A buffer that grew would leave the secret behind.
    let mut base32 = Secret::new(String::with_capacity(secret.len()));
    base32.extend(secret.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()));
    let secret = totp_rs::Secret::try_from_base32(&*base32)
        .map_err(|_| Failure::usage("the authenticator's secret is not base32").help("check --totp-secret-env"))?;
    let now = u64::try_from(Utc::now().timestamp()).unwrap_or_default();
    Ok(Zeroizing::new(Totp::new().with_secret(secret).build_noncompliant().generate(now).to_string()))
}

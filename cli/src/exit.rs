//! How the program fails: a line that says why, one that says what to do, and a number for scripts.

use std::{borrow::Cow, fmt, process::ExitCode};

use cognito_srp_core::{Cause, Error, Fault, Problem, Refusal, SignInError};

use crate::stdio::{printable, say};

/// The exit codes, for the end of `--help`. A macro, so that they can stand behind a command's examples.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
   0  signed in, or the next request is on stdout
   1  refused for a reason that is not known, or a failure of this program
   2  the arguments or an environment variable are wrong
   3  the user, the password or the refresh token is wrong
   4  another answer is wrong or too late: a code, a new password, the Session
   5  the user cannot sign in until somebody acts: disabled, not confirmed, reset, blocked
   6  the app client, the pool or the AWS credentials are not set up for this
   7  too many attempts or requests: wait
   8  the service or the way to it failed: try again later
   9  the service's reply was refused by this program
  10  something is asked, and there is nobody to answer
  11  nothing is left to send: the reply already has the tokens
  12  a state file or device file cannot be used"
    };
}
pub(crate) use exit_codes;

/// What went wrong, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Other = 1,
    Usage = 2,
    WrongPassword = 3,
    WrongAnswer = 4,
    Account = 5,
    Setup = 6,
    TooMany = 7,
    Unavailable = 8,
    BadReply = 9,
    Unanswered = 10,
    NothingLeft = 11,
    File = 12,
}

/// Why the program ends without having done what it was asked to. Never holds a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    help: Cow<'static, str>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), help: Cow::Borrowed("") }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// What to do about it.
    pub(crate) fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) fn report(&self) {
        // An end that is a good one is no error.
        self.say_as(if self.exit == Exit::NothingLeft { "done" } else { "error" });
    }

    /// Says what did not come to pass, and why, where the command goes on all the same.
    pub(crate) fn warn(&self, what: &str) {
        self.say_as(&format!("warning: {what}"));
    }

    fn say_as(&self, kind: &str) {
        say(&format!("{kind}: {}", printable(&self.message)));
        if !self.help.is_empty() {
            say(&format!("help: {}", printable(&self.help)));
        }
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }

    #[cfg(test)]
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (parameter, problem) = (error.parameter(), error.problem());
        if error.fault() == Fault::Service {
            let help = match problem {
                Problem::Unexpected => "give each reply once and in order, to the sign-in that it belongs to",
                Problem::Unknown => "the pool asks for something that this version does not know: look for a newer one",
                Problem::NotJson => "pass on the reply as the service sent it: from the AWS CLI, with --output json",
                _ => "the service, or whoever answers at --endpoint-url, does not keep to the protocol",
            };
            return Self::new(Exit::BadReply, format!("{parameter} in the service's reply {problem}")).help(help);
        }
        let help = match parameter {
            "UserPoolId" => "a pool's id is such as us-east-1_Example1: see the user pool's overview in the console",
            "ClientId" => "see the app client's page in the console",
            "DeviceKey" => "give the same --device as to initiate-auth",
            _ => "see cognito-srp help",
        };
        Self::usage(format!("{parameter} {problem}")).help(help)
    }
}

impl<E: fmt::Display> From<SignInError<E>> for Failure {
    fn from(error: SignInError<E>) -> Self {
        match error {
            SignInError::Parameter(error) => error.into(),
            SignInError::Refused(refusal) => refusal.into(),
            SignInError::DeviceRefused(_) => Self::new(Exit::File, error.to_string())
                .help("what the device file holds is wrong, and the password was right: delete the file"),
            error => Self::new(Exit::Other, error.to_string()).help("try again: this is no fault of yours"),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let cause = refusal.cause();
        let (exit, help) = advice(cause);
        let message = match cause {
            Cause::Unknown | Cause::NotAuthorized => format!("the service refused: {refusal}"),
            cause => format!("{cause} ({refusal})"),
        };
        Self::new(exit, message).help(help)
    }
}

/// The exit code of a cause, and what to do about it.
const fn advice(cause: Cause) -> (Exit, &'static str) {
    match cause {
        Cause::WrongUserOrPassword => (
            Exit::WrongPassword,
            "check the user name and the password; check that --pool-id is the client's pool: over SRP the password is mixed with it",
        ),
        Cause::UnknownUser => (Exit::WrongPassword, "check --username and --pool-id"),
        Cause::InvalidToken => (
            Exit::WrongPassword,
            "sign in anew; where devices are remembered, a refresh needs the device too: --remember-device or --device",
        ),

        Cause::WrongCode => (Exit::WrongAnswer, "check the code, and the clock of the authenticator app"),
        Cause::UsedCode => (Exit::WrongAnswer, "wait for the app's next code: it has one every 30 seconds"),
        Cause::ExpiredCode | Cause::InvalidSession => (
            Exit::WrongAnswer,
            "begin again, and answer sooner: a Session is good for one answer and for three minutes",
        ),
        Cause::PasswordPolicy => (Exit::WrongAnswer, "choose a password of the kind that the message asks for"),
        Cause::MissingAttribute => (Exit::WrongAnswer, "add it: --user-attribute NAME=VALUE"),

        Cause::UserDisabled => (Exit::Account, "an administrator can enable the user: AdminEnableUser"),
        Cause::UserNotConfirmed => (Exit::Account, "confirm the account first: ConfirmSignUp, or AdminConfirmSignUp"),
        Cause::PasswordResetRequired => {
            (Exit::Account, "set a new password first: ForgotPassword, then ConfirmForgotPassword")
        }
        Cause::TemporaryPasswordExpired => {
            (Exit::Account, "an administrator can send another: AdminCreateUser with RESEND, or AdminSetUserPassword")
        }
        Cause::Blocked => (Exit::Account, "the pool's threat protection decided so: ask its administrator"),
        Cause::AliasExists => (Exit::Account, "sign in by the user name, or have the other user's alias changed"),
        Cause::MfaMethodNotFound => (Exit::Account, "choose a factor that the user has set up"),
        Cause::UnknownDevice | Cause::DeviceExists => {
            (Exit::Account, "delete the device file and have a new one remembered")
        }
        Cause::TriggerRefused => (Exit::Account, "what the pool's trigger wants is in the message"),

        Cause::WrongSecretHash => (
            Exit::Setup,
            "check the client's secret in --client-secret-env, and leave the option out if the client has none; to refresh tokens, --username is the name that the service gave, and no alias",
        ),
        Cause::MissingSecretHash => (
            Exit::Setup,
            "the app client has a secret: put it into an environment variable and name that with --client-secret-env",
        ),
        Cause::FlowNotEnabled => {
            (Exit::Setup, "enable the flow for the app client (ExplicitAuthFlows), or choose another with --auth-flow")
        }
        Cause::UnknownPoolOrClient | Cause::NotFound => {
            (Exit::Setup, "check --client-id, --pool-id and --region: the client and the pool belong together")
        }
        Cause::PoolConfiguration => (Exit::Setup, "the pool's administrator has to set this up"),
        Cause::TimestampNotUnderstood => (Exit::Setup, "check the clock of this machine"),
        Cause::MissingParameter | Cause::InvalidParameter => {
            (Exit::Setup, "the message says which: check the arguments")
        }
        Cause::Forbidden => (Exit::Setup, "the pool's web ACL (AWS WAF) decided so: ask its administrator"),
        Cause::AwsCredentials => {
            (Exit::Setup, "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and what they allow")
        }

        Cause::AttemptsExceeded => {
            (Exit::TooMany, "wait, up to 15 minutes: until then the right password is refused as well")
        }
        Cause::TooManyRequests | Cause::LimitExceeded => (Exit::TooMany, "wait, and try again more slowly"),

        Cause::InternalError | Cause::Conflict | Cause::TriggerFailed | Cause::CodeNotSent => {
            (Exit::Unavailable, "try again later")
        }
        _ => (Exit::Other, "the service says no more than this; the pool's logs may"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_its_exit_code() {
        for &cause in Cause::ALL {
            let (exit, help) = advice(cause);
            let known = !matches!(cause, Cause::Unknown | Cause::NotAuthorized);
            assert_eq!(exit != Exit::Other, known, "{cause:?}");
            assert!(!help.is_empty(), "{cause:?}");
        }
    }

    #[test]
    fn the_table_has_every_exit_code() {
        let codes = exit_codes!().lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok());
        assert_eq!(codes.collect::<Vec<_>>(), (0..=Exit::File as u8).collect::<Vec<_>>());
    }

    #[test]
    fn the_documentation_has_the_same_table() {
        let documentation = include_str!("../../docs/command-line.md");
        for line in exit_codes!().lines().skip(1) {
            let (code, meaning) = line.trim().split_once("  ").unwrap_or_default();
            assert!(documentation.contains(&format!("| {code} | {meaning} |")), "{line}");
        }
    }

    #[test]
    fn what_the_service_says_cannot_command_a_terminal() {
        let failure = Failure::from(Refusal::new("NotAuthorizedException", "\u{1b}[2J"));
        assert_eq!(printable(&failure.message), "the service refused: NotAuthorizedException: \u{fffd}[2J");
    }
}

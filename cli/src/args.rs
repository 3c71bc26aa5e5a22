//! What is typed. No secret is: those come from the environment, from stdin or from the terminal.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use clap_complete::Shell;
use cognito_srp_core::{AuthFlow, ChallengeName};
use http::{Uri, uri::Authority};

use crate::exit::exit_codes;

/// Signs in to AWS Cognito user pools: over SRP, so that the password is proved and never sent.
///
/// `sign-in` does all of it. The other commands send nothing: they compute what the AWS CLI, or anything else, is to send,
/// and read what came back.
///
/// Secrets are never arguments: options name the environment variable that holds one.
#[derive(Parser)]
#[command(name = "cognito-srp", version, after_long_help = exit_codes!())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    SignIn(SignIn),
    InitiateAuth(InitiateAuth),
    RespondToAuthChallenge(RespondToAuthChallenge),
    ConfirmDevice(ConfirmDevice),
    SecretHash(SecretHash),
    /// Write the completions of a shell to stdout
    #[command(after_long_help = r"Examples:
  cognito-srp completions bash > ~/.local/share/bash-completion/completions/cognito-srp
  cognito-srp completions zsh > ~/.zfunc/_cognito-srp")]
    Completions {
        shell: Shell,
    },
}

/// Sign in, and print the tokens as JSON
///
/// Asks for what the pool asks for: codes, choices, a new password. The tokens go to stdout, everything else to stderr.
///
/// The password comes from --password-stdin, --password-env, the environment variable COGNITO_PASSWORD, or the terminal.
/// With --password-stdin or --answer-stdin nothing is asked at the terminal: each further line of stdin answers the next question. A
/// new password takes one line, and one more for each attribute that the pool requires.
#[derive(Args)]
#[command(after_long_help = concat!(r#"Examples:
  cognito-srp sign-in --pool-id us-east-1_Example1 --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice

  # in a script: the password, then the code of a text message
  printf '%s\n' "$PASSWORD" "$CODE" |
    cognito-srp sign-in --pool-id us-east-1_Example1 --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice \
      --password-stdin

  # an app client with a secret, an authenticator app that nobody has to hold, and a device that is remembered
  cognito-srp sign-in --pool-id us-east-1_Example1 --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice \
    --client-secret-env CLIENT_SECRET --password-env ALICES_PASSWORD --totp-secret-env ALICES_TOTP \
    --remember-device ~/.config/alices-device.json

  # new tokens for a refresh token
  cognito-srp sign-in --pool-id us-east-1_Example1 --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice \
    --auth-flow REFRESH_TOKEN_AUTH --refresh-token-env REFRESH_TOKEN

"#, exit_codes!()))]
pub(crate) struct SignIn {
    #[command(flatten)]
    pub(crate) client: ClientArgs,
    #[command(flatten)]
    pub(crate) user: UserArgs,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    pub(crate) refresh: RefreshTokenArgs,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,

    /// Remember this device: use the one in this file, and write a new one to it where the service offers one
    #[arg(long, value_name = "FILE")]
    pub(crate) remember_device: Option<PathBuf>,
    /// What a new device is called in the user's list of devices
    #[arg(long, value_name = "NAME", requires = "remember_device")]
    pub(crate) device_name: Option<String>,

    /// The service's address, for another than AWS's own
    #[arg(long, value_name = "URL", value_parser = url)]
    pub(crate) endpoint_url: Option<String>,
    /// The region; by default the one in the pool's id
    #[arg(long, value_parser = region)]
    pub(crate) region: Option<String>,
}

/// Write the first request of a sign-in
///
/// The request goes to stdout as one line of JSON, which `aws cognito-idp ... --cli-input-json` takes and which is also the
/// body of the HTTP request; stderr says which operation it is for. What the next step needs is kept in the state file,
/// which only its owner can read. Whoever has that file can go on with the sign-in.
#[derive(Args)]
#[command(after_long_help = concat!(r#"Examples:
  # the AWS CLI reads the file of --cli-input-json twice, so that a pipe cannot be one
  send() (
    request=$(mktemp) && trap 'rm -f "$request"' EXIT && cat > "$request" &&
      aws cognito-idp "$1" --region us-east-1 --output json --cli-input-json "file://$request"
  )

  export COGNITO_PASSWORD
  cognito-srp initiate-auth --pool-id us-east-1_Example1 --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice \
      --state alice.state | send initiate-auth |
    cognito-srp respond-to-auth-challenge --state alice.state | send respond-to-auth-challenge

"#, exit_codes!()))]
pub(crate) struct InitiateAuth {
    #[command(flatten)]
    pub(crate) client: ClientArgs,
    #[command(flatten)]
    pub(crate) user: UserArgs,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    pub(crate) refresh: RefreshTokenArgs,
    /// The remembered device to sign in with, from an earlier --remember-device
    #[arg(long, value_name = "FILE")]
    pub(crate) device: Option<PathBuf>,
    /// Where the sign-in is kept until the reply has come
    #[arg(long, value_name = "FILE")]
    pub(crate) state: PathBuf,
}

/// Read the service's reply, and write the next request
///
/// The reply is read from stdin, or from --reply; the next request goes to stdout as one line of JSON, and stderr says which
/// operation it is for: respond-to-auth-challenge, but associate-software-token and verify-software-token where the pool
/// wants an authenticator app set up.
///
/// Where the reply has the tokens, nothing is left to send: the state file is removed, stdout stays empty, and the exit code
/// is 11. To have the device remembered, pass that reply to `cognito-srp confirm-device` instead.
///
/// The password comes from --password-env, the environment variable COGNITO_PASSWORD, --password-stdin, or the terminal.
#[derive(Args)]
#[command(after_long_help = concat!(r"Examples:
  (umask 077; cognito-srp respond-to-auth-challenge --state alice.state --reply reply.json > request.json)
  aws cognito-idp respond-to-auth-challenge --region us-east-1 --output json --cli-input-json file://request.json

  # the code of a text message
  CODE=123456 cognito-srp respond-to-auth-challenge --state alice.state --reply reply.json --answer-env CODE

", exit_codes!()))]
pub(crate) struct RespondToAuthChallenge {
    #[command(flatten)]
    pub(crate) reply: ReplyArgs,
    #[command(flatten)]
    pub(crate) secret: ClientSecretArgs,
    #[command(flatten)]
    pub(crate) metadata: MetadataArgs,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    /// The environment variable with the answer to whatever is asked but the password: a code, a choice, a new password
    #[arg(long, value_name = "VAR")]
    pub(crate) answer_env: Option<String>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// The remembered device, if initiate-auth was given one: the state file does not hold its password
    #[arg(long, value_name = "FILE")]
    pub(crate) device: Option<PathBuf>,
}

/// Read the reply with the tokens, and write the request that has the device remembered
///
/// The device file is written, too, although only the service's reply to this request tells whether the device is remembered:
/// if it is refused, delete the file. If the reply says "UserConfirmationNecessary": true, the device counts only after
/// `aws cognito-idp update-device-status --device-remembered-status remembered`. The state file is removed.
#[derive(Args)]
#[command(after_long_help = concat!(r"Examples:
  (umask 077; cognito-srp confirm-device --state alice.state --reply tokens.json \
    --remember-device alices-device.json > request.json)
  aws cognito-idp confirm-device --region us-east-1 --cli-input-json file://request.json

", exit_codes!()))]
pub(crate) struct ConfirmDevice {
    #[command(flatten)]
    pub(crate) reply: ReplyArgs,
    /// Where the device is kept
    #[arg(long, value_name = "FILE")]
    pub(crate) remember_device: PathBuf,
    /// What the device is called in the user's list of devices
    #[arg(long, value_name = "NAME")]
    pub(crate) device_name: Option<String>,
    /// The remembered device, if initiate-auth was given one
    #[arg(long, value_name = "FILE")]
    pub(crate) device: Option<PathBuf>,
}

/// Print SECRET_HASH, for operations outside sign-in
#[derive(Args)]
#[command(after_long_help = r#"Examples:
  aws cognito-idp forgot-password --client-id 4l9rvl4mv5es1eep1qe97cautn --username alice --secret-hash \
    "$(cognito-srp secret-hash --client-id 4l9rvl4mv5es1eep1qe97cautn --client-secret-env CLIENT_SECRET --username alice)""#)]
pub(crate) struct SecretHash {
    /// The app client's id
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    /// The environment variable with the app client's secret
    #[arg(long, value_name = "VAR")]
    pub(crate) client_secret_env: String,
    /// The user by the very name that the request has
    #[arg(long, value_name = "NAME")]
    pub(crate) username: String,
}

#[derive(Args)]
pub(crate) struct ClientArgs {
    /// The user pool's id, such as us-east-1_Example1
    #[arg(long, value_name = "ID")]
    pub(crate) pool_id: String,
    /// The app client's id
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    #[command(flatten)]
    pub(crate) secret: ClientSecretArgs,
    #[command(flatten)]
    pub(crate) metadata: MetadataArgs,
    /// Use the Admin operations, which want AWS credentials; the ADMIN flows always do
    #[arg(long)]
    pub(crate) admin: bool,
}

#[derive(Args)]
pub(crate) struct ClientSecretArgs {
    /// The environment variable with the app client's secret, if it has one
    #[arg(long, value_name = "VAR")]
    pub(crate) client_secret_env: Option<String>,
}

#[derive(Args)]
pub(crate) struct MetadataArgs {
    /// ClientMetadata, for the pool's Lambda triggers; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) client_metadata: Vec<(String, String)>,
}

#[derive(Args)]
pub(crate) struct UserArgs {
    /// Who signs in: user name, e-mail address or phone number
    ///
    /// With the REFRESH_TOKEN flows, and an app client that has a secret: the user name that the service gave. Where a device
    /// file has it, that one is taken.
    #[arg(long, value_name = "NAME")]
    pub(crate) username: String,
    /// How the sign-in begins
    #[arg(long, value_name = "FLOW", default_value = "USER_SRP_AUTH", value_parser = auth_flow())]
    pub(crate) auth_flow: AuthFlow,
    /// With CUSTOM_AUTH: go straight to the pool's own challenges, without the password
    #[arg(long)]
    pub(crate) without_srp: bool,
    /// With USER_AUTH: the factor to begin with; by default the service offers a choice
    #[arg(long, value_name = "CHALLENGE", value_parser = first_factor())]
    pub(crate) preferred_challenge: Option<ChallengeName>,
}

#[derive(Args)]
pub(crate) struct PasswordArgs {
    /// The first line of stdin is the password, and the others answer the other questions in order
    #[arg(long, conflicts_with_all = ["answer_stdin", "password_env"])]
    pub(crate) password_stdin: bool,
    /// The lines of stdin answer the questions in order; the password is one of them unless the environment has it
    #[arg(long)]
    pub(crate) answer_stdin: bool,
    /// The environment variable with the password; by default COGNITO_PASSWORD, if that is set
    #[arg(long, value_name = "VAR")]
    pub(crate) password_env: Option<String>,
}

#[derive(Args)]
pub(crate) struct RefreshTokenArgs {
    /// The environment variable with the refresh token, for the REFRESH_TOKEN flows
    #[arg(long, value_name = "VAR")]
    pub(crate) refresh_token_env: Option<String>,
}

#[derive(Args)]
pub(crate) struct AnswerArgs {
    /// The environment variable with the new password, where the old one was temporary
    #[arg(long, value_name = "VAR")]
    pub(crate) new_password_env: Option<String>,
    /// The environment variable with an authenticator's secret (base32): its codes are computed, and the first one, too, where
    /// an authenticator has to be set up; then the variable need not be set yet
    #[arg(long, value_name = "VAR")]
    pub(crate) totp_secret_env: Option<String>,
    /// The environment variable with the answer to a challenge of the pool's own
    #[arg(long, value_name = "VAR")]
    pub(crate) custom_answer_env: Option<String>,
    /// An attribute to set along with a new password; may be given several times
    #[arg(long = "user-attribute", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) user_attributes: Vec<(String, String)>,
}

#[derive(Args)]
pub(crate) struct ReplyArgs {
    /// The state file of the step before
    #[arg(long, value_name = "FILE")]
    pub(crate) state: PathBuf,
    /// The service's reply; by default stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) reply: Option<PathBuf>,
}

fn auth_flow() -> impl clap::builder::IntoResettable<clap::builder::ValueParser> {
    PossibleValuesParser::new(AuthFlow::ALL.iter().map(|flow| flow.as_str())).try_map(|name| name.parse::<AuthFlow>())
}

fn first_factor() -> impl clap::builder::IntoResettable<clap::builder::ValueParser> {
    const FACTORS: [ChallengeName; 5] = [
        ChallengeName::PasswordSrp,
        ChallengeName::Password,
        ChallengeName::EmailOtp,
        ChallengeName::SmsOtp,
        ChallengeName::WebAuthn,
    ];
    PossibleValuesParser::new(FACTORS.map(ChallengeName::as_str)).try_map(|name| name.parse::<ChallengeName>())
}

fn url(text: &str) -> Result<String, &'static str> {
    let fits = |url: Uri| {
        let scheme = matches!(url.scheme_str(), Some("http" | "https"));
        scheme && url.authority().is_some_and(names_a_host)
    };
    if text.parse().is_ok_and(fits) {
        Ok(text.into())
    } else {
        Err("write https://HOST, or http://HOST:PORT for a service on this machine")
    }
}

/// Whether an authority is HOST or HOST:PORT. The parser takes any digits for a port, and none.
fn names_a_host(authority: &Authority) -> bool {
    let host = authority.host();
    let port = authority.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    !host.is_empty() && authority.as_str() == format!("{host}{port}")
}

fn region(text: &str) -> Result<String, &'static str> {
    let fits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if text.split('-').all(fits) { Ok(text.into()) } else { Err("write a region such as us-east-1") }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or("write NAME=VALUE")?;
    Ok((name.into(), value.into()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_address_may_have_a_port_and_a_path() {
        for text in ["https://idp.example", "HTTPS://IDP.EXAMPLE:443/", "http://[::1]:4566", "http://127.0.0.1:1/a/b"] {
            assert_eq!(url(text).as_deref(), Ok(text));
        }
        assert_eq!(region("us-gov-west-1").as_deref(), Ok("us-gov-west-1"));
    }

    #[test]
    fn no_argument_is_a_secret() {
        for command in Arguments::command().get_subcommands() {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let takes_text = argument.get_action().takes_values() && !id.ends_with("_env");
                let secret = ["password", "secret", "token", "answer", "code"].iter().any(|word| id.contains(word));
                assert!(!(takes_text && secret), "{} {id}", command.get_name());
            }
        }
    }
}

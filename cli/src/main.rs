//! `cognito-srp`: signs in to Cognito user pools from the command line.
//!
//! `sign-in` does all of it over AWS's SDK; the other commands are the steps between requests that something else sends.
//! What is said and in which order is [`cognito_srp_core::SignIn`]'s alone.

mod args; // what is typed
mod client; // pool, app client, user and flow, as they were typed
mod device_file; // a remembered device
mod drive; // one sign-in, step by step
mod exit; // how the program fails
mod offline; // the commands that send nothing
mod person; // who answers
mod private_file; // files that nobody else may read
mod service; // the SDK
mod sign_in; // the command that does it all
mod state_file; // a sign-in between two steps
mod stdio; // what is printed where
mod terminal; // prompts
mod tokens; // what a sign-in is for

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use self::{
    args::{Arguments, Command},
    exit::Failure,
};

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            failure.code()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::SignIn(args) => sign_in::run(&args),
        Command::InitiateAuth(args) => offline::initiate_auth(&args),
        Command::RespondToAuthChallenge(args) => offline::respond_to_auth_challenge(&args),
        Command::ConfirmDevice(args) => offline::confirm_device(&args),
        Command::SecretHash(args) => offline::secret_hash(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "cognito-srp", &mut script);
            stdio::print(&script)
        }
    }
}

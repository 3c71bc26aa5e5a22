//! The commands that send nothing: they read what came and write what is to be sent.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _},
    ops::ControlFlow::{Break, Continue},
    path::Path,
};

use cognito_srp_core::{Device, Done, Operation, Refusal, Reply, Request, SignIn, Step};
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::{
    args,
    client::{app_client, client_secret, context, flow, person, user, with_secret},
    device_file::DeviceFile,
    drive::{MAX_REPLY, advance, receive},
    exit::{Exit, Failure},
    private_file,
    state_file::StateFile,
    stdio::{print, say},
    terminal,
};

pub(crate) fn initiate_auth(args: &args::InitiateAuth) -> Result<(), Failure> {
    let client = app_client(&args.client)?;
    let flow = flow(&args.user)?;
    let pool_id = client.user_pool_id().as_str();
    let stored = args.device.as_deref().map(|path| DeviceFile::read_existing(path, pool_id)).transpose()?;
    StateFile::check_replaceable(&args.state)?;
    let mut sign_in = SignIn::new(user(&client, &args.user.username, flow, stored.as_ref()), flow);
    sign_in.set_context(context(&args.client.metadata));
    if args.client.admin {
        sign_in = sign_in.as_admin();
    }
    if let Some(stored) = &stored {
        sign_in = sign_in.with_device(stored.device()?);
    }
    let mut person = person(&args.password, Some(&args.refresh), None, None, terminal::of_stdin)?;
    let first = sign_in.start(&mut SysRng);
    let Continue(request) = advance(&mut sign_in, &mut person, first)? else {
        return Err(Failure::new(Exit::Other, "the sign-in was over before it began"));
    };
    write_request(&request)?;
    StateFile::new(&sign_in, args.client.secret.client_secret_env.is_some()).write(&args.state)
}

pub(crate) fn respond_to_auth_challenge(args: &args::RespondToAuthChallenge) -> Result<(), Failure> {
    if (args.password.password_stdin || args.password.answer_stdin) && args.reply.reply.is_none() {
        let message = "stdin cannot be both the service's reply and the answers";
        return Err(Failure::usage(message).help("give the reply with --reply FILE"));
    }
    let came = read_reply(args.reply.reply.as_deref())?;
    let path = &args.reply.state;
    let state = StateFile::read(path)?;
    private_file::check_writable(path)?;
    if state.has_client_secret && args.secret.client_secret_env.is_none() {
        let message = "the app client has a secret, which the state file does not hold";
        return Err(Failure::usage(message).help("name its environment variable again: --client-secret-env VAR"));
    }
    let client = with_secret(state.client()?, &args.secret)?;
    let mut sign_in = state.restore(path, &client, device_of(&state, args.device.as_deref())?)?;
    sign_in.set_context(context(&args.metadata));
    let answer_env = args.answer_env.as_deref();
    let mut person = person(&args.password, None, Some(&args.answers), answer_env, terminal::beside_stdin)?;

    let next = receive(&mut sign_in, came);
    match advance(&mut sign_in, &mut person, next)? {
        Continue(request) => {
            write_request(&request)?;
            StateFile::new(&sign_in, state.has_client_secret).write(path)
        }
        Break(done) => {
            private_file::remove(path)?;
            let failure = Failure::new(Exit::NothingLeft, signed_in(&done));
            Err(match done.tokens.new_device_metadata {
                Some(_) => failure.help(
                    "the service offers to remember a device; for that, pass such a reply to cognito-srp confirm-device instead",
                ),
                None => failure,
            })
        }
    }
}

pub(crate) fn confirm_device(args: &args::ConfirmDevice) -> Result<(), Failure> {
    let came = read_reply(args.reply.reply.as_deref())?;
    let path = &args.reply.state;
    let state = StateFile::read(path)?;
    let stored = DeviceFile::read(&args.remember_device, state.user_pool_id())?;
    private_file::check_writable(&args.remember_device)?;
    let device = device_of(&state, args.device.as_deref())?;
    let mut sign_in = state.restore(path, &state.client()?, device)?.remembering_device(args.device_name.as_deref());

    match receive(&mut sign_in, came)? {
        Step::Send(request) if request.operation() == Operation::ConfirmDevice => {
            // The sign-in hands the device out once it hears that ConfirmDevice went well. Nobody will tell it here.
            let confirmed = receive(&mut sign_in, Ok(Reply::default()))?;
            let Step::Done(Done { new_device: Some(device), user, .. }) = confirmed else {
                return Err(Failure::new(Exit::Other, "the sign-in has no device to confirm"));
            };
            if let Some(stored) = stored {
                stored.check_owner(&args.remember_device, user.username())?;
            }
            write_request(&request)?;
            DeviceFile::write(&args.remember_device, &user, &device)?;
            say(&format!("the device, once that request went well: {}", args.remember_device.display()));
            private_file::remove(path)
        }
        Step::Done(done) => {
            private_file::remove(path)?;
            Err(Failure::new(Exit::NothingLeft, format!("{}, and no device is offered", signed_in(&done)))
                .help("where the pool remembers devices, it offers none to a sign-in with a device that it knows"))
        }
        _ => Err(Failure::new(Exit::BadReply, "the reply has no tokens yet")
            .help("answer it with cognito-srp respond-to-auth-challenge")),
    }
}

pub(crate) fn secret_hash(args: &args::SecretHash) -> Result<(), Failure> {
    let hash = client_secret(&args.client_secret_env)?.secret_hash(&args.username, &args.client_id);
    print(format!("{hash}\n").as_bytes())
}

/// The reply, or the refusal that came in its place, from a file or from stdin.
///
/// In a pipe this program runs beside the step before it. That one has written the state file by the time its output ends,
/// so the reply is read to its end before the state is.
fn read_reply(path: Option<&Path>) -> Result<Result<Reply, Refusal>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(64 << 10));
    let name = path.map_or("stdin".into(), |path| path.display().to_string());
    let limit = MAX_REPLY as u64;
    let read = if let Some(path) = path {
        File::open(path).and_then(|file| file.take(limit).read_to_string(&mut text))
    } else {
        if io::stdin().is_terminal() {
            say("the service's reply is expected on stdin");
        }
        io::stdin().take(limit).read_to_string(&mut text)
    };
    read.map_err(|error| {
        Failure::usage(format!("the reply cannot be read from {name}: {error}"))
            .help("give it with --reply, or on stdin")
    })?;
    if text.trim().is_empty() {
        return Err(Failure::new(Exit::BadReply, format!("there is no reply: {name} is empty"))
            .help("see what the command said that should have got it; the state is as it was"));
    }
    Ok(match Refusal::from_json(&text) {
        Ok(refusal) => Err(refusal),
        Err(_) => Ok(Reply::from_json(&text)?),
    })
}

/// The device that a saved sign-in was given, from its file.
fn device_of(state: &StateFile, path: Option<&Path>) -> Result<Option<Device>, Failure> {
    match (&state.device_key, path) {
        (Some(_), Some(path)) => Ok(Some(DeviceFile::read_existing(path, state.user_pool_id())?.device()?)),
        (Some(_), None) => {
            let message = "the sign-in was begun with a device, whose password the state file does not hold";
            Err(Failure::usage(message).help("name its file again: --device FILE"))
        }
        // The service has forgotten it, and the sign-in has begun again without.
        (None, _) => Ok(None),
    }
}

fn write_request(request: &Request) -> Result<(), Failure> {
    print(request.to_json().as_bytes())?;
    print(b"\n")?;
    let operation = kebab_case(request.operation().as_str());
    say(&format!("send this with: aws cognito-idp {operation}"));
    Ok(())
}

fn signed_in(done: &Done) -> String {
    format!("{} is signed in: the reply has the tokens, and nothing is left to send", done.user.username())
}

/// An operation as the AWS CLI calls it.
fn kebab_case(operation: &str) -> String {
    let mut name = String::new();
    for c in operation.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_called_as_the_aws_cli_calls_them() {
        let names: Vec<_> = Operation::ALL.iter().map(|operation| kebab_case(operation.as_str())).collect();
        assert_eq!(
            names,
            [
                "initiate-auth",
                "admin-initiate-auth",
                "respond-to-auth-challenge",
                "admin-respond-to-auth-challenge",
                "associate-software-token",
                "verify-software-token",
                "confirm-device"
            ]
        );
    }
}

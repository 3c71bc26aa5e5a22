//! Pool, app client, user and flow, as they were typed; and the secrets whose variables were named.

use std::{
    env::{self, VarError},
    io::{self, BufRead, BufReader},
};

use cognito_srp_core::{AppClient, AuthFlow, ClientSecret, Context, Flow, User, UserPoolId};

use crate::{
    args,
    device_file::DeviceFile,
    exit::Failure,
    person::{self, Authenticator, Person, Prepared, Secret},
    terminal::Terminal,
};

/// Where the password is if nothing else says so.
const PASSWORD: &str = "COGNITO_PASSWORD";

pub(crate) fn app_client(args: &args::ClientArgs) -> Result<AppClient, Failure> {
    let client = AppClient::new(UserPoolId::parse(&*args.pool_id)?, &*args.client_id)?;
    with_secret(client, &args.secret)
}

pub(crate) fn with_secret(client: AppClient, args: &args::ClientSecretArgs) -> Result<AppClient, Failure> {
    Ok(match &args.client_secret_env {
        Some(variable) => client.with_secret(client_secret(variable)?),
        None => client,
    })
}

pub(crate) fn client_secret(variable: &str) -> Result<ClientSecret, Failure> {
    Ok(ClientSecret::new(secret(variable)?.as_str())?)
}

pub(crate) fn context(args: &args::MetadataArgs) -> Context {
    let mut context = Context::default();
    context.client_metadata = args.client_metadata.iter().map(|(name, value)| (&**name, &**value)).collect();
    context
}

pub(crate) fn flow(args: &args::UserArgs) -> Result<Flow, Failure> {
    if args.without_srp && args.auth_flow != AuthFlow::CustomAuth {
        return Err(Failure::usage("--without-srp does not go with this flow").help("add --auth-flow CUSTOM_AUTH"));
    }
    if args.preferred_challenge.is_some() && args.auth_flow != AuthFlow::UserAuth {
        let message = "--preferred-challenge does not go with this flow";
        return Err(Failure::usage(message).help("add --auth-flow USER_AUTH"));
    }
    Ok(match args.auth_flow {
        AuthFlow::UserAuth => Flow::UserAuth { preferred_challenge: args.preferred_challenge },
        AuthFlow::CustomAuth if args.without_srp => Flow::CustomAuth,
        auth_flow => auth_flow.into(),
    })
}

/// The user as they were typed; where tokens are refreshed, as the device file knows them, if there is one.
///
/// SECRET_HASH of a refresh is over the name that the service gave, and no challenge comes before it to say which that is.
pub(crate) fn user(client: &AppClient, typed: &str, flow: Flow, stored: Option<&DeviceFile>) -> User {
    let refreshes = matches!(flow, Flow::RefreshTokenAuth | Flow::RefreshToken);
    client.user(stored.filter(|_| refreshes).map_or(typed, DeviceFile::username))
}

/// Who answers in a command: what its arguments say, and whoever is at the terminal unless stdin answers.
pub(crate) fn person(
    password: &args::PasswordArgs,
    refresh: Option<&args::RefreshTokenArgs>,
    answers: Option<&args::AnswerArgs>,
    answer_env: Option<&str>,
    terminal: fn() -> Option<Box<dyn Terminal>>,
) -> Result<Person, Failure> {
    let mut prepared = Prepared::default();
    let from_stdin = password.password_stdin || password.answer_stdin;
    let mut lines = from_stdin.then(|| Box::new(BufReader::new(io::stdin())) as Box<dyn BufRead>);
    prepared.password = match (&mut lines, &password.password_env) {
        (Some(lines), _) if password.password_stdin => Some(person::first_line(lines)?),
        (_, Some(variable)) => Some(secret(variable)?),
        // Nobody named it, and it matters only to whoever is asked for the password.
        (_, None) => optional_secret(PASSWORD).unwrap_or_else(|failure| {
            prepared.unusable_password = Some(failure);
            None
        }),
    };
    if let Some(variable) = refresh.and_then(|refresh| refresh.refresh_token_env.as_deref()) {
        prepared.refresh_token = Some(secret(variable)?);
    }
    prepared.answer = answer_env.map(secret).transpose()?;
    if let Some(answers) = answers {
        prepared.new_password = answers.new_password_env.as_deref().map(secret).transpose()?;
        prepared.custom_answer = answers.custom_answer_env.as_deref().map(secret).transpose()?;
        if let Some(variable) = &answers.totp_secret_env {
            prepared.authenticator = Authenticator::Ours(optional_secret(variable)?);
        }
        prepared.user_attributes.clone_from(&answers.user_attributes);
    }
    Ok(Person::new(prepared, lines, if from_stdin { None } else { terminal() }))
}

/// The content of an environment variable, which has to be there.
pub(crate) fn secret(variable: &str) -> Result<Secret, Failure> {
    optional_secret(variable)?.ok_or_else(|| {
        Failure::usage(format!("{} is not set", named(variable)))
            .help("an option names the variable that holds a secret, and not the secret: set it, and export it")
    })
}

fn optional_secret(variable: &str) -> Result<Option<Secret>, Failure> {
    match env::var(variable).map(Secret::new) {
        Ok(secret) if secret.is_empty() => {
            let message = format!("{} is empty", named(variable));
            Err(Failure::usage(message).help("set it, or unset it altogether"))
        }
        Ok(secret) => Ok(Some(secret)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            let message = format!("{} is not UTF-8", named(variable));
            Err(Failure::usage(message).help("the service knows no other text"))
        }
    }
}

/// A variable by its name, unless that looks like no name: it may be the secret itself, given by mistake.
fn named(variable: &str) -> String {
    if variable.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
        format!("the environment variable {variable}")
    } else {
        "an environment variable that an option names".into()
    }
}

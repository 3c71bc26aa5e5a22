//! `sign-in`: the whole of it.

use std::path::Path;

use cognito_srp_core::{ChallengeName, Done, Flow, Message, SignIn};

use crate::{
    args,
    client::{app_client, context, flow, person, user},
    device_file::DeviceFile,
    drive::drive,
    exit::Failure,
    private_file,
    service::Service,
    stdio::{printable, say},
    terminal, tokens,
};

pub(crate) fn run(args: &args::SignIn) -> Result<(), Failure> {
    let client = app_client(&args.client)?;
    let pool_id = client.user_pool_id().as_str();
    let flow = flow(&args.user)?;
    let file = args.remember_device.as_deref();
    let stored = file.map(|path| DeviceFile::read(path, pool_id)).transpose()?.flatten();
    let mut sign_in = SignIn::new(user(&client, &args.user.username, flow, stored.as_ref()), flow);
    sign_in.set_context(context(&args.client.metadata));
    let admin = args.client.admin || matches!(flow, Flow::AdminUserPasswordAuth | Flow::AdminNoSrpAuth);
    if admin {
        sign_in = sign_in.as_admin();
    }
    if let Some(path) = file {
        private_file::check_writable(path)?;
        sign_in = sign_in.remembering_device(args.device_name.as_deref());
    }
    if let Some(stored) = &stored {
        sign_in = sign_in.with_device(stored.device()?);
    }
    let region = args.region.as_deref().unwrap_or_else(|| client.user_pool_id().region());
    let service = Service::new(region, args.endpoint_url.as_deref(), admin)?;
    let mut person = person(&args.password, Some(&args.refresh), Some(&args.answers), None, terminal::of_stdin)?;
    if takes_password(flow) {
        person.think_of_password()?;
    }

    let done = drive(&mut sign_in, &mut person, |user, request| {
        // A device that will not be kept is not confirmed either.
        if let (Message::ConfirmDevice(_), Some((path, stored))) = (&request.message, file.zip(stored.as_ref())) {
            stored.check_owner(path, user.username())?;
        }
        service.send(request)
    })?;

    // Whichever of the two fails, the other is of use.
    let printed = tokens::print(&done.tokens);
    let kept = match file {
        Some(path) => keep_device(path, stored.as_ref(), &done, &service),
        None => Ok(()),
    };
    printed.and(kept)
}

/// Whether a flow asks for the password whatever the service says.
pub(crate) const fn takes_password(flow: Flow) -> bool {
    matches!(
        flow,
        Flow::UserSrpAuth
            | Flow::CustomAuthWithSrp
            | Flow::UserPasswordAuth
            | Flow::AdminUserPasswordAuth
            | Flow::AdminNoSrpAuth
            | Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp | ChallengeName::Password) }
    )
}

/// Puts a new device into its file, and says what became of the old one.
fn keep_device(path: &Path, stored: Option<&DeviceFile>, done: &Done, service: &Service) -> Result<(), Failure> {
    let file = path.display();
    let offered = done.new_device.is_some() || done.device_problem.is_some();
    if offered && let Some(Err(failure)) = stored.map(|stored| stored.check_owner(path, done.user.username())) {
        failure.warn("the device is not remembered");
        return Ok(());
    }
    if let Some(problem) = &done.device_problem {
        say(&format!("warning: the device is not remembered: {}", printable(&problem.to_string())));
        return Ok(());
    }
    let Some(device) = &done.new_device else {
        match stored {
            None => say("warning: no device is remembered: the pool offers none"),
            Some(_) if done.device_forgotten => {
                say(&format!(
                    "warning: the service has forgotten the device in {file}, and offers no new one: delete the file"
                ));
            }
            Some(_) => {}
        }
        return Ok(());
    };
    DeviceFile::write(path, &done.user, device)?;
    if done.user_confirmation_necessary {
        let access_token = done.tokens.access_token.as_deref().unwrap_or_default();
        if let Err(refusal) = service.remember(access_token, device.key())? {
            say(&format!("warning: the device does not count as remembered: {}", printable(&refusal.to_string())));
            return Ok(());
        }
    }
    say(&format!("this device is remembered: {file}"));
    Ok(())
}

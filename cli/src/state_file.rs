//! A sign-in between two commands, in a file.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cognito_srp_core::{AppClient, Device, SignIn, UserPoolId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    exit::{Exit, Failure},
    private_file,
};

/// What the file holds: the saved sign-in, and what it takes to restore it.
///
/// The secrets that a sign-in is restored with are not in it: the client's and the device's.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StateFile {
    user_pool_id: String,
    client_id: String,
    /// Whether the app client has a secret, which is wanted again.
    pub(crate) has_client_secret: bool,
    /// The remembered device, which is wanted again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) device_key: Option<String>,
    /// What [`SignIn::save`] wrote, in base64.
    sign_in: Zeroizing<String>,
}

impl StateFile {
    pub(crate) fn new(sign_in: &SignIn, has_client_secret: bool) -> Self {
        let client = sign_in.user().client();
        Self {
            user_pool_id: client.user_pool_id().as_str().into(),
            client_id: client.client_id().into(),
            has_client_secret,
            device_key: sign_in.user().device_key().map(String::from),
            sign_in: Zeroizing::new(STANDARD.encode(&*sign_in.save())),
        }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = private_file::read(path)?.ok_or_else(|| {
            Failure::new(Exit::File, format!("{} is not there", path.display()))
                .help("begin with cognito-srp initiate-auth; a sign-in that has come to its end has no state any more")
        })?;
        // The error of serde_json may quote what it read.
        serde_json::from_str(&text).map_err(|_| damaged(path))
    }

    /// Finds out whether a new state can be put at this path. What is there and is something else is not replaced.
    pub(crate) fn check_replaceable(path: &Path) -> Result<(), Failure> {
        private_file::check_writable(path)?;
        let text = private_file::read(path)?.unwrap_or_default();
        if text.is_empty() || serde_json::from_str::<Self>(&text).is_ok() {
            return Ok(());
        }
        Err(Failure::new(Exit::File, format!("{} is there and is no state of cognito-srp", path.display()))
            .help("name another file, or delete it"))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        // A buffer that grew would leave what it held behind.
        let mut text = Zeroizing::new(Vec::with_capacity(self.sign_in.len() + 1024));
        serde_json::to_writer(&mut *text, self)
            .map_err(|error| Failure::new(Exit::Other, format!("the state cannot be written as JSON: {error}")))?;
        text.push(b'\n');
        private_file::write(path, &text)
    }

    pub(crate) fn user_pool_id(&self) -> &str {
        &self.user_pool_id
    }

    /// The app client, without its secret.
    pub(crate) fn client(&self) -> Result<AppClient, Failure> {
        Ok(AppClient::new(UserPoolId::parse(&*self.user_pool_id)?, &*self.client_id)?)
    }

    pub(crate) fn restore(&self, path: &Path, client: &AppClient, device: Option<Device>) -> Result<SignIn, Failure> {
        let saved = STANDARD.decode(&*self.sign_in).map(Zeroizing::new).map_err(|_| damaged(path))?;
        SignIn::restore(&saved, client, device).map_err(|error| match error.parameter() {
            "DeviceKey" => error.into(),
            // The state itself, or the ids that stand beside it.
            _ => damaged(path),
        })
    }
}

fn damaged(path: &Path) -> Failure {
    Failure::new(Exit::File, format!("{} is no state of this version of cognito-srp, or is damaged", path.display()))
        .help("begin again with cognito-srp initiate-auth")
}

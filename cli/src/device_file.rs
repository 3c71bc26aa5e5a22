//! A remembered device, in a file.

use std::path::Path;

use cognito_srp_core::{Device, DevicePassword, User};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    exit::{Exit, Failure},
    private_file,
};

/// What the file holds, by AWS's names where there are any.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeviceFile {
    user_pool_id: String,
    /// The user by the name that the service gave.
    username: String,
    device_key: String,
    device_group_key: String,
    device_password: Zeroizing<String>,
}

impl DeviceFile {
    /// The file at this path, if there is one; it has to be of this pool.
    pub(crate) fn read(path: &Path, user_pool_id: &str) -> Result<Option<Self>, Failure> {
        let Some(text) = private_file::read(path)? else { return Ok(None) };
        let damaged = || {
            Failure::new(Exit::File, format!("{} is no device file, or is damaged", path.display()))
                .help("delete it, or name another file: the next sign-in with --remember-device writes a new one")
        };
        // The error of serde_json may quote what it read.
        let file: Self = serde_json::from_str(&text).map_err(|_| damaged())?;
        if file.user_pool_id == user_pool_id {
            return Ok(Some(file));
        }
        let message = format!("{} holds a device of the pool {}", path.display(), file.user_pool_id);
        Err(Failure::new(Exit::File, message).help("name another file: each pool and user needs one of its own"))
    }

    /// The file at this path, which has to be there.
    pub(crate) fn read_existing(path: &Path, user_pool_id: &str) -> Result<Self, Failure> {
        Self::read(path, user_pool_id)?.ok_or_else(|| {
            Failure::new(Exit::File, format!("{} is not there", path.display()))
                .help("name the file that --remember-device wrote")
        })
    }

    /// Puts a new device in place.
    pub(crate) fn write(path: &Path, user: &User, device: &Device) -> Result<(), Failure> {
        let file = Self {
            user_pool_id: user.client().user_pool_id().as_str().into(),
            username: user.username().into(),
            device_key: device.key().into(),
            device_group_key: device.group_key().into(),
            device_password: Zeroizing::new(device.password().expose_secret().into()),
        };
        // A buffer that grew would leave the password behind.
        let mut text = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer_pretty(&mut *text, &file)
            .map_err(|error| Failure::new(Exit::Other, format!("the device cannot be written as JSON: {error}")))?;
        text.push(b'\n');
        private_file::write(path, &text)
    }

    pub(crate) fn username(&self) -> &str {
        &self.username
    }

    /// Refuses to be replaced by a device of another user.
    pub(crate) fn check_owner(&self, path: &Path, username: &str) -> Result<(), Failure> {
        if username == &*self.username {
            return Ok(());
        }
        let message = format!("{} holds a device of the user {}", path.display(), self.username);
        Err(Failure::new(Exit::File, message).help("name another file: each pool and user needs one of its own"))
    }

    pub(crate) fn device(&self) -> Result<Device, Failure> {
        let password = DevicePassword::new(self.device_password.as_str());
        Ok(Device::new(&*self.device_key, &*self.device_group_key, password)?)
    }
}

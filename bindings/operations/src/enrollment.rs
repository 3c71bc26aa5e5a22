//! A new device, for those who send ConfirmDevice themselves.

use alloc::string::String;

use cognito_srp_core::{DeviceSecretVerifierConfig, NewDevice};
use getrandom::SysRng;
use zeroize::Zeroizing;

use crate::{
    failure::Fallible,
    json::{self, Object},
    step,
};

/// A password for a device that the service offers to remember, and the verifier that ConfirmDevice takes: a JSON object with
/// `Device`, to be stored once ConfirmDevice has succeeded, and `DeviceSecretVerifierConfig`, to be sent with it.
///
/// # Errors
///
/// [`Kind::Reply`](crate::Kind::Reply) where the names are not such as the service gives;
/// [`Kind::Machine`](crate::Kind::Machine).
pub fn enroll_device(device_key: &str, device_group_key: &str) -> Fallible<Zeroizing<String>> {
    let enrollment = NewDevice::from_metadata(Some(device_key), Some(device_group_key))?.enroll(&mut SysRng)?;
    Ok(json::object(&|object| {
        object.object("Device", &|object| step::write_device(object, &enrollment.device));
        object.object("DeviceSecretVerifierConfig", &|object| write(object, &enrollment.verifier));
    }))
}

/// The members of DeviceSecretVerifierConfig.
pub(crate) fn write(object: &mut Object<'_>, verifier: &DeviceSecretVerifierConfig) {
    object.text("PasswordVerifier", &verifier.password_verifier);
    object.text("Salt", &verifier.salt);
}

//! What a sign-in needs of the stack, the wiping of it included: 64 KiB, unoptimised 128.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::thread;

use chrono::DateTime;
use cognito_srp_core::{AppClient, NewDevice, PasswordVerifier, UserLogin, UserPoolId};
use rand::rngs::SysRng;

const STACK: usize = if cfg!(debug_assertions) { 128 * 1024 } else { 64 * 1024 };

/// More would not be an assertion that fails but a process that dies.
#[test]
fn a_sign_in_and_an_enrollment_fit() {
    let work = || {
        let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
        let challenge =
            [("USER_ID_FOR_SRP", "alice"), ("SALT", "cc090d95"), ("SRP_B", "b6d22838cd4e"), ("SECRET_BLOCK", "QUJD")];
        let challenge = PasswordVerifier::from_reply(challenge, None).unwrap();
        let login = UserLogin::start(&client.user("alice"), &mut SysRng).unwrap();
        let proof = login.finish(&challenge, "password", DateTime::UNIX_EPOCH).unwrap();
        let device = NewDevice::from_metadata(Some("key"), Some("-group")).unwrap().enroll(&mut SysRng).unwrap();
        (proof, device)
    };
    let (proof, _device) = thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
    assert_eq!(proof.user.username(), "alice");
}

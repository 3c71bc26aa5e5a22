//! A random generator that fails is reported, and nothing is computed from what it left behind.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{error::Error, fmt};

use cognito_srp_core::{AppClient, Device, DeviceLogin, DevicePassword, EnrollError, NewDevice, UserLogin, UserPoolId};
use rand::{TryCryptoRng, TryRng, rngs::SysRng};

#[derive(Debug, PartialEq, Eq)]
struct Exhausted;

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more")
    }
}

impl Error for Exhausted {}

/// Answers so many times, and then no more; and remembers how many bytes it gave each time.
struct Draws {
    left: usize,
    lengths: Vec<usize>,
}

impl Draws {
    const fn of(left: usize) -> Self {
        Self { left, lengths: Vec::new() }
    }
}

impl TryRng for Draws {
    type Error = Exhausted;

    fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
        Err(Exhausted)
    }

    fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
        Err(Exhausted)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
        self.lengths.push(bytes.len());
        SysRng.try_fill_bytes(bytes).map_err(|_| Exhausted)
    }
}

impl TryCryptoRng for Draws {}

#[test]
fn its_own_error_comes_back() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let user = client.user("alice");
    assert_eq!(UserLogin::start(&user, &mut Draws::of(0)).unwrap_err(), Exhausted);
    let device = Device::new("key", "-group", DevicePassword::new("password")).unwrap();
    assert_eq!(DeviceLogin::start(&user, &device, &mut Draws::of(0)).unwrap_err(), Exhausted);

    let offered = NewDevice::from_metadata(Some("key"), Some("-group")).unwrap();
    for draws in 0..4 {
        let error = offered.enroll(&mut Draws::of(draws)).unwrap_err();
        assert_eq!(error, EnrollError::Rng(Exhausted), "{draws} draws");
        assert_eq!(error.to_string(), "the random generator failed: no more");
        assert_eq!(error.source().unwrap().to_string(), "no more");
    }
    let mut draws = Draws::of(4);
    assert!(offered.enroll(&mut draws).is_ok());
    assert_eq!(draws.lengths, [40, 16, 64, 32], "the password, the salt, a and b");
}

#[test]
fn a_has_512_bits() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let user = client.user("alice");
    let mut draws = Draws::of(1);
    assert!(UserLogin::start(&user, &mut draws).is_ok());
    assert_eq!(draws.lengths, [64]);
    let device = Device::new("key", "-group", DevicePassword::new("password")).unwrap();
    let mut draws = Draws::of(1);
    assert!(DeviceLogin::start(&user, &device, &mut draws).is_ok());
    assert_eq!(draws.lengths, [64]);
}

#[test]
fn two_logins_do_not_share_a_secret() {
    let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "abc").unwrap();
    let srp_a = || {
        let login = UserLogin::start(&client.user("alice"), &mut SysRng).unwrap();
        login.user_srp_auth().auth_parameters.get("SRP_A").unwrap().to_owned()
    };
    assert_ne!(srp_a(), srp_a());
}

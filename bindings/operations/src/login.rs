//! Single steps over SRP, for those who keep the order of the messages themselves.

use alloc::{boxed::Box, string::String};

use chrono::{DateTime, Utc};
use cognito_srp_core::{
    ChallengeName, ChallengeResponse, Context, Device, DeviceLogin as CoreDeviceLogin, DevicePasswordVerifier, Message,
    PasswordVerifier, Reply, User, UserLogin, hazmat,
};
use getrandom::SysRng;
use zeroize::Zeroizing;

use crate::{
    arithmetic,
    failure::{Failure, Fallible},
    options::Options,
    sign_in::time,
    step,
};

/// A sign-in with a password that has begun: SRP_A first, then one claim.
pub struct PasswordLogin {
    envelope: Envelope,
    login: Option<UserLogin>,
    srp_a: String,
}

impl PasswordLogin {
    /// Draws `a` and computes SRP_A. `options` are those of [`SignIn::new`](crate::SignIn::new) that name the user, and what goes with
    /// every request: `Admin`, `ClientMetadata` and the like. The others say how a sign-in goes, and are not looked at.
    ///
    /// An `a` that is given, in big-endian bytes, is for test vectors and for clients that draw their own: one that is not
    /// fresh and random gives the password away.
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument), [`Kind::Machine`](crate::Kind::Machine).
    pub fn new(options: &str, a: Option<&[u8]>) -> Fallible<Self> {
        let options = Options::parse(options)?;
        let envelope = Envelope::new(&options, options.device()?.as_ref())?;
        let login = match a.map(arithmetic::a).transpose()? {
            Some(a) => hazmat::wiping_stack(|| hazmat::user_login(&envelope.user, a)),
            None => UserLogin::start(&envelope.user, &mut SysRng)?,
        };
        let srp_a = login.user_srp_auth().auth_parameters.get("SRP_A").unwrap_or_default().into();
        Ok(Self { envelope, login: Some(login), srp_a })
    }

    /// SRP_A, for any request that carries it.
    pub fn srp_a(&self) -> &str {
        &self.srp_a
    }

    /// The answer to PASSWORD_VERIFIER, as the body of RespondToAuthChallenge. `challenge` is the reply that has it.
    ///
    /// A login makes one claim: afterwards it is spent. A challenge that cannot be read, or has another ChallengeName, spends
    /// nothing; one without a name is taken for the right one.
    ///
    /// # Errors
    ///
    /// [`Kind::Reply`](crate::Kind::Reply); [`Kind::Argument`](crate::Kind::Argument) where the login is spent, or the time
    /// cannot be written.
    pub fn claim(&mut self, challenge: &str, password: &str, now: i64) -> Fallible<Zeroizing<String>> {
        let now = writable(now)?;
        let password = arithmetic::password(password)?;
        let reply = reply_with(ChallengeName::PasswordVerifier, challenge)?;
        let challenge = PasswordVerifier::from_reply(reply.challenge_parameters.iter(), reply.session.as_deref())?;
        let login = self.login.take().ok_or_else(spent)?;
        Ok(self.envelope.body(login.finish(&challenge, password, now)?.answer))
    }
}

/// A remembered device's sign-in that has begun: SRP_A first, then one claim.
pub struct DeviceLogin {
    envelope: Envelope,
    device: Device,
    login: Option<CoreDeviceLogin>,
    srp_a: String,
}

impl DeviceLogin {
    /// Draws `a` and computes SRP_A. `Username` is the one that the service gave, and `Device` is required. For `a` see
    /// [`PasswordLogin::new`].
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument), [`Kind::Machine`](crate::Kind::Machine).
    pub fn new(options: &str, a: Option<&[u8]>) -> Fallible<Self> {
        let options = Options::parse(options)?;
        let device = options.device()?.ok_or_else(|| Failure::argument("Device", "Missing", "is missing"))?;
        let envelope = Envelope::new(&options, Some(&device))?;
        let login = match a.map(arithmetic::a).transpose()? {
            Some(a) => hazmat::wiping_stack(|| hazmat::device_login(&envelope.user, &device, a)),
            None => CoreDeviceLogin::start(&envelope.user, &device, &mut SysRng)?,
        };
        let srp_a = login.device_srp_auth(None).challenge_responses.get("SRP_A").unwrap_or_default().into();
        Ok(Self { envelope, device, login: Some(login), srp_a })
    }

    /// SRP_A, for the answer to DEVICE_SRP_AUTH.
    pub fn srp_a(&self) -> &str {
        &self.srp_a
    }

    /// The answer to DEVICE_PASSWORD_VERIFIER, as the body of RespondToAuthChallenge. It is as [`PasswordLogin::claim`].
    ///
    /// # Errors
    ///
    /// Those of [`PasswordLogin::claim`].
    pub fn claim(&mut self, challenge: &str, now: i64) -> Fallible<Zeroizing<String>> {
        let now = writable(now)?;
        let reply = reply_with(ChallengeName::DevicePasswordVerifier, challenge)?;
        let challenge =
            DevicePasswordVerifier::from_reply(reply.challenge_parameters.iter(), reply.session.as_deref())?;
        let login = self.login.take().ok_or_else(spent)?;
        Ok(self.envelope.body(login.finish(&challenge, &self.device, now)?))
    }
}

/// What goes around a claim: whose it is, and what every request carries.
struct Envelope {
    user: User,
    admin: bool,
    context: Context,
}

impl Envelope {
    fn new(options: &Options<'_>, device: Option<&Device>) -> Fallible<Self> {
        let user = options.user()?;
        let user = match device {
            Some(device) => user.with_device_key(device.key()),
            None => user,
        };
        let admin = options.admin()?;
        Ok(Self { user, admin, context: options.context_of(admin)? })
    }

    /// The body of RespondToAuthChallenge, or of its Admin twin.
    fn body(&self, answer: ChallengeResponse) -> Zeroizing<String> {
        let mut request = self.user.request(Message::RespondToAuthChallenge(answer));
        request.admin = self.admin;
        request.context = self.context.clone();
        step::body(request)
    }
}

/// The reply that has this challenge. Its name need not have been kept by those who hand it on.
fn reply_with(name: ChallengeName, challenge: &str) -> Fallible<Reply> {
    let reply = Reply::from_json(challenge)?;
    match reply.challenge_name.as_deref() {
        Some(other) if other != name.as_str() => Err(Failure::unexpected_reply("ChallengeName")),
        _ => Ok(reply),
    }
}

/// A time that TIMESTAMP can write: known before anything is spent.
fn writable(now: i64) -> Fallible<DateTime<Utc>> {
    let now = time(now)?;
    hazmat::timestamp(now).map(|_| now).ok_or_else(|| Failure::out_of_range("TIMESTAMP"))
}

fn spent() -> Box<Failure> {
    Failure::argument("login", "Unexpected", "has made its claim: another one takes a new SRP_A")
}

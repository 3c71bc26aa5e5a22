//! Everything that computes with a secret, once through.

use std::{cell::Cell, collections::BTreeMap, convert::Infallible};

use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, AuthenticationResult, ChallengeName, ClientSecret, Device, DeviceLogin, DevicePassword,
    DevicePasswordVerifier, DeviceSecretVerifierConfig, Done, Flow, InitiateAuth, Kernel, NewDevice, NewDeviceMetadata,
    Parameters, PasswordVerifier, Question, Refusal, Reply, SignIn, Step, UserLogin, UserPoolId, hazmat,
};
use rand_core::{TryCryptoRng, TryRng};

use crate::{memcheck, observer};

const PASSWORD: &str = "correct horse battery staple";
const USER: &str = "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8";
const SALT: &str = "cc090d9560fb9cb95c4cf8ca3417f544";
const DEVICE_KEY: &str = "us-east-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3";
const DEVICE_GROUP_KEY: &str = "-XTIoPyv7Z";
const SESSION: Option<&str> = Some("AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB");

/// What `a` is drawn from: S has a sign byte with one, none with another, and a zero byte in front with the third.
const SEEDS: [u64; 3] = [1, 2, 1084];

/// What proving a password declassifies, whatever of it is secret.
const SRP: &[&str] = &["claim_signature", "length_of_s", "sign_of_s"];

/// What sending a password as it is declassifies. A state that is saved before or after has no secret in it, or its checksum
/// would be among these.
const IN_CLEAR: &[&str] = &["secret_hash", "json_escapes"];

type Outcome = Result<(), String>;

/// A part of the walk: its name, what it declassifies, and the work.
pub struct Part {
    pub name: &'static str,
    pub declassifies: Vec<&'static str>,
    work: fn(&Walk) -> Outcome,
}

/// All parts; together they declassify everything that has a name.
pub fn parts() -> Vec<Part> {
    let part = |name, names: &[&[&'static str]], work| Part { name, declassifies: names.concat(), work };
    vec![
        part("SECRET_HASH", &[&["secret_hash"]], Walk::secret_hash),
        part("user login", &[SRP, &["srp_a", "secret_hash"]], |walk| walk.user_logins(&Hidden::ALL)),
        part("user login, a alone secret", &[SRP, &["srp_a"]], |walk| {
            walk.user_login(&Hidden { a: true, ..Hidden::NONE }, 1)
        }),
        part("user login, the password alone secret", &[SRP], |walk| {
            walk.user_login(&Hidden { password: true, ..Hidden::NONE }, 1)
        }),
        part("device login", &[SRP, &["srp_a", "secret_hash"]], |walk| walk.device_login(&Hidden::ALL)),
        part("device login, the device's password alone secret", &[SRP], |walk| {
            walk.device_login(&Hidden { device_password: true, ..Hidden::NONE })
        }),
        part(
            "enrolment",
            &[
                &["device_salt", "device_verifier", "srp_a", "self_check_b", "length_of_s", "sign_of_s"],
                &["self_check_passed"],
            ],
            Walk::enrolment,
        ),
        part(
            "SignIn: password over SRP, device, new device, saved and restored at every step",
            &[
                SRP,
                &["srp_a", "secret_hash", "saved_state_is_whole", "saved_text"],
                &["device_salt", "device_verifier", "self_check_b", "self_check_passed"],
            ],
            Walk::sign_in_over_srp,
        ),
        part("SignIn: SRP as one factor of several", &[SRP, &["srp_a", "secret_hash"]], Walk::sign_in_by_choice),
        part(
            "SignIn: custom challenges after SRP, a forgotten device, saved and restored at every step",
            &[SRP, &["srp_a", "secret_hash", "saved_state_is_whole"]],
            Walk::sign_in_with_forgotten_device,
        ),
        part(
            "SignIn: password over SRP and a new one, as an administrator",
            &[SRP, &["srp_a", "secret_hash", "json_escapes"]],
            Walk::sign_in_as_admin,
        ),
        part(
            "SignIn: passwords that are sent as they are, saved and restored at every step",
            &[IN_CLEAR],
            Walk::sign_in_in_clear,
        ),
        part(
            "SignIn: a password as one factor of several, saved and restored at every step",
            &[IN_CLEAR],
            Walk::sign_in_in_clear_by_choice,
        ),
        part("SignIn: a refresh token, saved and restored at every step", &[IN_CLEAR], Walk::refresh),
    ]
}

/// Which secrets memcheck is told of.
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on one another")]
struct Hidden {
    a: bool,
    password: bool,
    device_password: bool,
    client_secret: bool,
}

impl Hidden {
    const ALL: Self = Self { a: true, password: true, device_password: true, client_secret: true };
    const NONE: Self = Self { a: false, password: false, device_password: false, client_secret: false };
}

fn secret(text: &str, hide: bool) -> String {
    if hide { memcheck::hidden(text) } else { text.to_owned() }
}

/// Draws the same bytes again, and hides them or not.
struct Rng {
    state: u64,
    hide: bool,
}

impl Rng {
    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("the core draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("the core draws bytes")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes()[..chunk.len()]);
        }
        if self.hide {
            memcheck::hide(bytes);
        }
        Ok(())
    }
}

impl TryCryptoRng for Rng {}

/// What all parts have in common.
pub struct Walk {
    srp_b: String,
    now: DateTime<Utc>,
    messages: Cell<usize>,
}

impl Walk {
    pub fn new() -> Self {
        let b_public = hazmat::power_of_g_by(Kernel::Portable, &[0xb5; 64]).expect("the kernel that runs everywhere");
        Self { srp_b: hazmat::hex(&b_public), now: DateTime::UNIX_EPOCH, messages: Cell::new(0) }
    }

    /// How many messages have been looked at.
    pub fn messages(&self) -> usize {
        self.messages.get()
    }

    /// Walks through a part, and says what is wrong: declassified by other names than expected, or secret in a message.
    pub fn through(&self, part: &Part) -> (BTreeMap<&'static str, u64>, Outcome) {
        observer::take();
        let outcome = (part.work)(self);
        let declassified = observer::take();
        let mut expected = part.declassifies.clone();
        expected.sort_unstable();
        let names: Vec<_> = declassified.keys().copied().collect();
        let outcome = outcome.and_then(|()| {
            if names == expected { Ok(()) } else { Err(format!("declassified {names:?} in place of {expected:?}")) }
        });
        (declassified, outcome)
    }

    fn secret_hash(&self) -> Outcome {
        let client = client(&Hidden::ALL);
        self.look("SecretHash", [("SECRET_HASH", client.secret_hash("alice").ok_or("no SECRET_HASH")?)])?;
        let secret = ClientSecret::new(memcheck::hidden("1ps50nb7hd1umdnm")).map_err(text)?;
        self.look("SecretHash", [("SECRET_HASH", secret.secret_hash("alice", "4l9rvl4mv5es1eep1qe97cautn"))])
    }

    /// Several, because the length of S is different with each `a`.
    fn user_logins(&self, hidden: &Hidden) -> Outcome {
        SEEDS.iter().try_for_each(|&seed| self.user_login(hidden, seed))?;
        if observer::saw_every_form_of_s() { Ok(()) } else { Err("the seeds do not give every form of S".into()) }
    }

    fn user_login(&self, hidden: &Hidden, seed: u64) -> Outcome {
        let user = client(hidden).user("alice@example.com").with_device_key(DEVICE_KEY);
        let password = secret(PASSWORD, hidden.password);
        let rng = &mut Rng { state: seed, hide: hidden.a };
        let Ok(login) = UserLogin::start(&user, rng);
        if seed == 1 {
            for request in [login.user_srp_auth(), login.custom_auth(), login.user_auth()] {
                self.look("InitiateAuth", request.auth_parameters)?;
            }
            for answer in [login.select_challenge(SESSION), login.password_srp(SESSION)] {
                self.look("RespondToAuthChallenge", answer.challenge_responses)?;
            }
        }
        let challenge = PasswordVerifier::from_reply(self.challenge().iter(), SESSION).map_err(text)?;
        let proof = login.finish(&challenge, &password, self.now).map_err(text)?;
        self.look("PASSWORD_VERIFIER", proof.answer.challenge_responses)
    }

    fn device_login(&self, hidden: &Hidden) -> Outcome {
        let user = client(hidden).user(USER);
        let device = device(hidden)?;
        let rng = &mut Rng { state: 2, hide: hidden.a };
        let Ok(login) = DeviceLogin::start(&user, &device, rng);
        self.look("DEVICE_SRP_AUTH", login.device_srp_auth(SESSION).challenge_responses)?;
        let challenge = DevicePasswordVerifier::from_reply(self.challenge().iter(), SESSION).map_err(text)?;
        let answer = login.finish(&challenge, &device, self.now).map_err(text)?;
        self.look("DEVICE_PASSWORD_VERIFIER", answer.challenge_responses)
    }

    fn enrolment(&self) -> Outcome {
        let offered = NewDevice::from_metadata(Some(DEVICE_KEY), Some(DEVICE_GROUP_KEY)).map_err(text)?;
        let enrollment = offered.enroll(&mut Rng { state: 3, hide: true }).map_err(text)?;
        self.look_at_verifier(&enrollment.verifier)?;
        still_secret(&enrollment.device)
    }

    fn sign_in_over_srp(&self) -> Outcome {
        let device = device(&Hidden::ALL)?;
        let sign_in = SignIn::new(client(&Hidden::ALL).user("alice@example.com"), Flow::UserSrpAuth)
            .with_device(device.clone())
            .remembering_device(Some("Alice's laptop"));
        let mut tokens = tokens();
        tokens.authentication_result.as_mut().ok_or("no tokens")?.new_device_metadata = Some(NewDeviceMetadata {
            device_key: Some(DEVICE_KEY.into()),
            device_group_key: Some(DEVICE_GROUP_KEY.into()),
        });
        let replies = [
            self.reply("PASSWORD_VERIFIER"),
            self.reply("DEVICE_SRP_AUTH"),
            self.reply("DEVICE_PASSWORD_VERIFIER"),
            tokens,
            Reply::default(),
        ];
        let done = self.drive(sign_in, replies.map(Ok), restored_with(Some(&device)))?;
        still_secret(&done.new_device.ok_or("no new device")?)
    }

    fn sign_in_by_choice(&self) -> Outcome {
        let flow = Flow::UserAuth { preferred_challenge: None };
        for first in [self.choice_of("PASSWORD_SRP"), self.reply("PASSWORD_SRP")] {
            let replies = [first, self.reply("PASSWORD_VERIFIER"), tokens()];
            let sign_in = SignIn::new(client(&Hidden::ALL).user("alice@example.com"), flow);
            self.drive(sign_in, replies.map(Ok), Ok)?;
        }
        Ok(())
    }

    /// The device has begun to prove itself when the service refuses it, and everything starts again without.
    fn sign_in_with_forgotten_device(&self) -> Outcome {
        let device = device(&Hidden::ALL)?;
        let sign_in = SignIn::new(client(&Hidden::ALL).user("alice@example.com"), Flow::CustomAuthWithSrp)
            .with_device(device.clone());
        let replies = [
            Ok(self.reply("PASSWORD_VERIFIER")),
            Ok(self.reply("SMS_MFA")),
            Ok(self.reply("DEVICE_SRP_AUTH")),
            Err(Refusal::new("ResourceNotFoundException", "Device does not exist.")),
            Ok(self.reply("PASSWORD_VERIFIER")),
            Ok(self.reply("CUSTOM_CHALLENGE")),
            Ok(self.reply("SMS_MFA")),
            Ok(tokens()),
        ];
        let done = self.drive(sign_in, replies, restored_with(Some(&device)))?;
        if done.device_forgotten { Ok(()) } else { Err("the device is not forgotten".into()) }
    }

    fn sign_in_as_admin(&self) -> Outcome {
        let sign_in = SignIn::new(client(&Hidden::ALL).user("alice@example.com"), Flow::UserSrpAuth).as_admin();
        let replies = [self.reply("PASSWORD_VERIFIER"), self.reply("NEW_PASSWORD_REQUIRED"), tokens()];
        self.drive(sign_in, replies.map(Ok), Ok).map(drop)
    }

    fn sign_in_in_clear(&self) -> Outcome {
        for flow in [Flow::UserPasswordAuth, Flow::AdminUserPasswordAuth, Flow::AdminNoSrpAuth] {
            let sign_in = SignIn::new(client(&Hidden::ALL).user("alice@example.com"), flow);
            let replies = [self.reply("NEW_PASSWORD_REQUIRED"), tokens()];
            self.drive(sign_in, replies.map(Ok), restored_with(None))?;
        }
        let user = client(&Hidden::NONE).user("alice");
        let request = InitiateAuth::user_password_auth(&user, &memcheck::hidden(PASSWORD));
        match request.auth_parameters.get("PASSWORD") {
            Some(password) if memcheck::is_secret(password.as_bytes()) => Ok(()),
            _ => Err("a password that nobody has looked at is no secret any more".into()),
        }
    }

    /// Of the person's choice, of the flow's, and of the service's once the flow has chosen it.
    fn sign_in_in_clear_by_choice(&self) -> Outcome {
        let password = Some(ChallengeName::Password);
        for (preferred_challenge, replies) in [
            (None, vec![self.choice_of("PASSWORD"), tokens()]),
            (password, vec![tokens()]),
            (password, vec![self.reply("PASSWORD"), tokens()]),
        ] {
            let user = client(&Hidden::ALL).user("alice@example.com");
            let sign_in = SignIn::new(user, Flow::UserAuth { preferred_challenge });
            self.drive(sign_in, replies.into_iter().map(Ok), restored_with(None))?;
        }
        Ok(())
    }

    fn refresh(&self) -> Outcome {
        for flow in [Flow::RefreshTokenAuth, Flow::RefreshToken] {
            let sign_in = SignIn::new(client(&Hidden::ALL).user(USER).with_device_key(DEVICE_KEY), flow);
            self.drive(sign_in, [Ok(tokens())], restored_with(None))?;
        }
        Ok(())
    }

    /// Plays the service and the person. What `between` gives is another sign-in, to go on with in the place of this one.
    fn drive(
        &self,
        mut sign_in: SignIn,
        replies: impl IntoIterator<Item = Result<Reply, Refusal>>,
        between: impl Fn(SignIn) -> Result<SignIn, String>,
    ) -> Result<Done, String> {
        let rng = &mut Rng { state: 4, hide: true };
        let mut replies = replies.into_iter();
        let mut step = sign_in.start(rng).map_err(text)?;
        loop {
            sign_in = between(sign_in)?;
            step = match step {
                Step::Send(request) => {
                    self.look(request.operation().as_str(), [("the body", request.to_json().as_str())])?;
                    match replies.next().ok_or("one request too many")? {
                        Ok(reply) => sign_in.handle(&reply, self.now, rng),
                        Err(refusal) => sign_in.refused(refusal, rng),
                    }
                    .map_err(text)?
                }
                Step::Ask(question) => {
                    let said = match &question {
                        Question::FirstFactor { available } => available.first().ok_or("no choice")?.as_str().into(),
                        // Not hidden: where JSON has nothing to escape, no password has come into a message.
                        Question::Code { .. } | Question::Custom { .. } => "123456".into(),
                        _ => memcheck::hidden(PASSWORD),
                    };
                    let answer = question.answer(&said).map_err(text)?;
                    sign_in.answer(&answer, self.now, rng).map_err(text)?
                }
                Step::Done(_) if replies.next().is_some() => return Err("one reply too many".into()),
                Step::Done(done) => return Ok(done),
            };
        }
    }

    fn challenge(&self) -> Parameters {
        [("USER_ID_FOR_SRP", USER), ("SALT", SALT), ("SRP_B", &self.srp_b), ("SECRET_BLOCK", "c2VjcmV0IGJsb2Nr")]
            .into_iter()
            .collect()
    }

    fn reply(&self, challenge_name: &str) -> Reply {
        let mut reply = Reply::default();
        reply.challenge_name = Some(challenge_name.into());
        reply.session = SESSION.map(String::from);
        reply.challenge_parameters = self.challenge();
        reply
    }

    /// SELECT_CHALLENGE: the person takes the first.
    fn choice_of(&self, factor: &str) -> Reply {
        let mut reply = self.reply("SELECT_CHALLENGE");
        reply.available_challenges = vec![factor.into(), "EMAIL_OTP".into()];
        reply
    }

    fn look_at_verifier(&self, verifier: &DeviceSecretVerifierConfig) -> Outcome {
        self.look("ConfirmDevice", [("PasswordVerifier", &verifier.password_verifier), ("Salt", &verifier.salt)])
    }

    /// Nothing in a message may be undefined: it would have left without having been declassified.
    fn look<N: AsRef<str>, V: AsRef<str>>(&self, message: &str, pairs: impl IntoIterator<Item = (N, V)>) -> Outcome {
        self.messages.set(self.messages.get() + 1);
        for (name, value) in pairs {
            if memcheck::is_secret(value.as_ref().as_bytes()) {
                return Err(format!(
                    "{} of {message} depends on a secret, and nobody has declassified it",
                    name.as_ref()
                ));
            }
        }
        Ok(())
    }
}

fn client(hidden: &Hidden) -> AppClient {
    let pool = UserPoolId::parse("us-east-1_Example1").expect("it has the form of one");
    let client = AppClient::new(pool, "4l9rvl4mv5es1eep1qe97cautn").expect("it has the form of one");
    client.with_secret(ClientSecret::new(secret("1ps50nb7hd1umdnm", hidden.client_secret)).expect("it is not empty"))
}

fn device(hidden: &Hidden) -> Result<Device, String> {
    let password = secret("P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==", hidden.device_password);
    Device::new(DEVICE_KEY, DEVICE_GROUP_KEY, DevicePassword::new(password)).map_err(text)
}

/// Saves a sign-in, and restores it with the device that it was saved with.
fn restored_with(device: Option<&Device>) -> impl Fn(SignIn) -> Result<SignIn, String> {
    move |sign_in| SignIn::restore(&sign_in.save(), sign_in.user().client(), device.cloned()).map_err(text)
}

/// What was hidden from memcheck, and is not to be known by now.
fn still_secret(device: &Device) -> Outcome {
    if memcheck::is_secret(device.password().expose_secret().as_bytes()) {
        Ok(())
    } else {
        Err("the new device's password is no secret any more".into())
    }
}

fn tokens() -> Reply {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJ".into());
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    reply
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

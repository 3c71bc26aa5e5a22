//! A service that is none: well-formed replies in any order, over and over. Nobody is kept busy, nothing panics, and a
//! password that was to be proved is not given away.

use std::{collections::BTreeMap, convert::Infallible};

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, AuthenticationResult, ChallengeName, ClientSecret, Device, DevicePassword, Flow, Message,
    MfaType, NewDeviceMetadata, Parameters, Question, Refusal, Reply, SignIn, SignInError, Step, UserPoolId,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

pub(crate) const PASSWORD: &str = "Correct-horse-1";

/// As many requests as a service can get without a word from the person: InitiateAuth (or MFA_SETUP, after a code), two for the
/// device, PASSWORD_SRP, InitiateAuth again without the device, and one of PASSWORD_SRP, AssociateSoftwareToken and ConfirmDevice.
/// One that carries the person's own answer is not counted.
pub(crate) const BUSY: usize = 6;

pub(crate) const FLOWS: [Flow; 9] = [
    Flow::UserSrpAuth,
    Flow::UserAuth { preferred_challenge: None },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) },
    Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) },
    Flow::CustomAuth,
    Flow::CustomAuthWithSrp,
    Flow::UserPasswordAuth,
    Flow::AdminNoSrpAuth,
    Flow::RefreshToken,
];

fn any<T: Clone>(rng: &mut StdRng, of: &[T]) -> T {
    of[rng.random_range(0..of.len())].clone()
}

/// A challenge with all that any challenge has.
pub(crate) fn challenge(name: ChallengeName) -> Reply {
    let parameters = BTreeMap::from([
        ("USER_ID_FOR_SRP", "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8"),
        ("USERNAME", "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8"),
        ("SALT", "cc090d9560fb9cb95c4cf8ca3417f544"),
        ("SRP_B", "b6d22838cd4e"),
        ("SECRET_BLOCK", "QUJD"),
        ("CREDENTIAL_REQUEST_OPTIONS", "{}"),
        ("MFAS_CAN_CHOOSE", "[\"SMS_MFA\"]"),
        ("MFAS_CAN_SETUP", "[\"SOFTWARE_TOKEN_MFA\"]"),
        ("requiredAttributes", "[\"email\"]"),
        ("userAttributes", "{\"name\":\"Alice\"}"),
    ]);
    let mut reply = Reply::default();
    reply.challenge_name = Some(name.as_str().into());
    reply.session = Some("AYABeC1".into());
    reply.challenge_parameters = parameters.into_iter().collect::<Parameters>();
    reply.available_challenges = vec!["PASSWORD".into(), "PASSWORD_SRP".into(), "EMAIL_OTP".into()];
    reply
}

fn tokens() -> Reply {
    let mut tokens = AuthenticationResult::default();
    tokens.access_token = Some("eyJh.eyJh.eyJh".into());
    tokens.new_device_metadata =
        Some(NewDeviceMetadata { device_key: Some("us-east-1_0000".into()), device_group_key: Some("-group".into()) });
    let mut reply = Reply::default();
    reply.authentication_result = Some(tokens);
    reply
}

pub(crate) fn other_replies() -> [Reply; 4] {
    let [mut secret_code, mut verified] = [Reply::default(), Reply::default()];
    secret_code.secret_code = Some("JBSWY3DPEHPK3PXP".into());
    verified.status = Some("SUCCESS".into());
    [secret_code, verified, Reply::default(), tokens()]
}

/// What the person says to a question; never the password itself, unless that is what is asked for.
fn says(question: &Question, rng: &mut StdRng) -> Answer<'static> {
    match question {
        Question::Password { .. } => Answer::Password(PASSWORD),
        Question::RefreshToken => Answer::RefreshToken("a token"),
        Question::FirstFactor { .. } => {
            Answer::FirstFactor(any(rng, &[ChallengeName::PasswordSrp, ChallengeName::EmailOtp]))
        }
        Question::MfaType { .. } => Answer::MfaType(MfaType::SmsMfa),
        Question::NewPassword { .. } => Answer::NewPassword { new_password: "Another-2", user_attributes: &[] },
        Question::Custom { .. } => Answer::Custom("blue"),
        Question::Passkey { .. } => Answer::Passkey("{}"),
        _ => Answer::Code("123456"),
    }
}

/// A machine among people and services of any kind.
struct Siege {
    seed: u64,
    rng: StdRng,
    flow: Flow,
    client: AppClient,
    device: Option<Device>,
    sign_in: SignIn,
    /// Requests since the person said something last, or the sign-in began.
    busy: usize,
}

/// What came of a siege.
#[derive(Debug, Default)]
struct Losses {
    busiest: usize,
    errors: usize,
    done: usize,
}

impl Siege {
    fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let flow = any(&mut rng, &FLOWS);
        let client = AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "testclient").unwrap();
        let client = client.with_secret(ClientSecret::new("secret").unwrap());
        let mut sign_in = SignIn::new(client.user("alice"), flow);
        let device = rng.random_bool(0.6).then(|| {
            let password = DevicePassword::new("device password");
            Device::new("us-east-1_1111", "-group", password).unwrap()
        });
        if let Some(device) = &device {
            sign_in = sign_in.with_device(device.clone());
        }
        if rng.random_bool(0.5) {
            sign_in = sign_in.remembering_device(None);
        }
        Self { seed, rng, flow, client, device, sign_in, busy: 0 }
    }

    fn rages(&mut self, losses: &mut Losses) {
        let mut step = self.begins();
        for _ in 0..100 {
            self.look(&step);
            let before = self.sign_in.save();
            if let Ok(next) = self.next(&step) {
                step = next;
            } else {
                losses.errors += 1;
                assert_eq!(self.sign_in.save(), before, "an error leaves the sign-in as it was: seed {}", self.seed);
            }
            self.busy = if matches!(step, Step::Send(_)) { self.busy } else { 0 };
            losses.busiest = losses.busiest.max(self.busy);
            if matches!(step, Step::Done(_)) {
                losses.done += 1;
                step = self.begins();
            }
        }
    }

    fn begins(&mut self) -> Step {
        let step = self.sign_in.start(&mut self.rng).unwrap();
        self.busy = usize::from(matches!(step, Step::Send(_)));
        step
    }

    fn look(&mut self, step: &Step) {
        let Self { seed, flow, .. } = *self;
        assert!(self.busy <= BUSY, "{flow:?} of seed {seed}");
        if let Step::Send(request) = step {
            let is_shown = request.to_json().contains(PASSWORD);
            assert!(!is_shown || flow_sends_password(flow), "{flow:?} of seed {seed}: {request:?}");
        }
        let shown = format!("{step:?} {:?}", self.sign_in);
        assert!(!shown.contains(PASSWORD) && !shown.contains("123456"), "{shown}");
        if self.rng.random_bool(0.05) {
            let saved = self.sign_in.save();
            let restored = SignIn::restore(&saved, &self.client, self.device.clone()).unwrap();
            assert_eq!(restored.save(), saved, "{flow:?} of seed {seed}");
        }
    }

    fn next(&mut self, step: &Step) -> Result<Step, SignInError<Infallible>> {
        let Self { sign_in, rng, .. } = self;
        let question = match step {
            Step::Ask(question) => Some(question.clone()),
            // Not every answer waits for what comes of the last.
            _ => sign_in.question().filter(|_| rng.random_bool(0.1)),
        };
        if let Some(question) = question {
            let next = sign_in.answer(&says(&question, rng), DateTime::UNIX_EPOCH, rng);
            self.busy = if next.is_ok() { 0 } else { self.busy };
            return next;
        }
        let next = reply_to(sign_in, rng);
        self.busy += usize::from(matches!(next, Ok(Step::Send(_))));
        next
    }

    /// However it was treated, it signs in at a service that is one.
    fn ends(&mut self) {
        let Self { sign_in, rng, .. } = self;
        let mut step = sign_in.start(rng).unwrap();
        loop {
            step = match step {
                Step::Done(_) => return,
                Step::Ask(question) => sign_in.answer(&says(&question, rng), DateTime::UNIX_EPOCH, rng).unwrap(),
                Step::Send(request) => {
                    let reply = match &request.message {
                        Message::InitiateAuth(message) if message.auth_parameters.get("SRP_A").is_some() => {
                            challenge(ChallengeName::PasswordVerifier)
                        }
                        Message::ConfirmDevice(_) => Reply::default(),
                        _ => tokens(),
                    };
                    sign_in.handle(&reply, DateTime::UNIX_EPOCH, rng).unwrap()
                }
            }
        }
    }
}

const fn flow_sends_password(flow: Flow) -> bool {
    matches!(
        flow,
        Flow::UserPasswordAuth
            | Flow::AdminNoSrpAuth
            | Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) }
    )
}

/// Whatever the service makes of a request.
fn reply_to(sign_in: &mut SignIn, rng: &mut StdRng) -> Result<Step, SignInError<Infallible>> {
    // Half of them such as the machine answers without the person.
    let reply = match rng.random_range(0..20) {
        0 | 1 => return sign_in.refused(Refusal::new("ResourceNotFoundException", "Device does not exist."), rng),
        2 | 3 => any(rng, &other_replies()),
        4..14 => challenge(any(
            rng,
            &[
                ChallengeName::PasswordSrp,
                ChallengeName::PasswordVerifier,
                ChallengeName::DeviceSrpAuth,
                ChallengeName::DevicePasswordVerifier,
                ChallengeName::MfaSetup,
            ],
        )),
        _ => challenge(any(rng, ChallengeName::ALL)),
    };
    sign_in.handle(&reply, DateTime::UNIX_EPOCH, rng)
}

#[test]
fn no_service_keeps_the_machine_busy_or_gets_the_password() {
    let mut losses = Losses::default();
    for seed in 0..1000 {
        let mut siege = Siege::new(seed);
        siege.rages(&mut losses);
        siege.ends();
    }
    println!("{losses:?}");
    assert!(losses.busiest > 3 && losses.errors > 1000 && losses.done > 100, "{losses:?}");
}

//! A conversation in which the fuzzer is the service, the person, the program around them and the machine's luck.
//!
//! What holds, whatever is said:
//!
//! - nothing panics, and an error leaves what `save` gives unchanged;
//! - every request names the client, the user by the last name that was given, the device, SECRET_HASH over that very name, and
//!   the Session of the reply that it answers, or none where there was none;
//! - SRP that has begun is finished before anything else; between two starts the password is proved at most once, and the
//!   device's; each proof is the one that `a`, the password and the challenge make, and each SRP_A is new;
//! - the password is in no request, unless the flow or the person has chosen that, and the question said so;
//! - `Debug` shows no secret;
//! - without the person, no more than [`AUTOMATIC`] requests come one after another;
//! - a sign-in that is saved and restored, with the same client and device, is the same.
//!
//! Fields: the beginning (see [`script::beginning`]), then one for each step.

mod script;

use std::{collections::BTreeMap, fmt::Debug};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use cognito_srp_core::{
    Answer, AppClient, AuthFlow, Cause, ChallengeName, Device, Done, Fault, Flow, Message, MfaType, Operation,
    Parameters, Problem, Question, Refusal, Reply, Request, SignIn, SignInError, Step, hazmat,
};
use cognito_srp_reference as reference;

pub use self::script::{
    Action, Beginning, DEVICE_PASSWORD, FLOWS, MARK, NEW_PASSWORD, PASSWORD, Said, client, device, other_device,
};
use crate::{
    challenge::CLIENT_ID,
    input::{Exhausted, Fields, Rng},
};

/// The most requests that a service can have sent without the person, one after another: the first one, or the end of MFA_SETUP
/// (1), a device proves itself (2), SRP begins (1), the device turns out to be forgotten (1), and SRP begins again, or a new device
/// is confirmed, or an authenticator set up (1). One that carries the person's own answer is not counted.
const AUTOMATIC: u32 = 6;

/// More steps are not taken of one input.
const LONGEST: usize = 48;

pub fn check(data: &[u8]) {
    run(data, |_| ());
}

/// Runs a conversation, and shows every state that was saved on the way.
pub fn run(data: &[u8], mut saved: impl FnMut(&[u8])) {
    let mut fields = Fields::of(data);
    let beginning = script::beginning(fields.bytes());
    let mut conversation = Conversation::new(beginning);
    for field in fields.take(LONGEST) {
        let said = conversation.suited();
        if let Some(action) = script::action(field, &said) {
            conversation.act(&action);
        }
        saved(&conversation.sign_in.save());
    }
}

/// What a request is one to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Out {
    Nothing,
    Authentication,
    SecretCode,
    Verification,
    Confirmation,
}

/// SRP that has begun: what the challenge's answer is checked with.
#[derive(Clone)]
struct Srp {
    a: Vec<u8>,
}

/// The sign-in, and what whoever has listened knows about it.
struct Conversation {
    sign_in: SignIn,
    client: AppClient,
    secret: Option<&'static str>,
    flow: Flow,
    admin: bool,
    typed: String,
    rng: Rng,
    now: DateTime<Utc>,
    /// What requests have to carry.
    name: String,
    session: Option<String>,
    first_session: Option<String>,
    device: Option<Device>,
    device_key: Option<String>,
    /// Whether it has begun again by itself, without a device that was forgotten: it does so once in a sign-in.
    restarted: bool,
    /// Whether that device is the one that was given last.
    forgotten: bool,
    /// The challenge that was put last, and what it said.
    challenge: Option<ChallengeName>,
    parameters: BTreeMap<String, String>,
    out: Out,
    question: Option<Question>,
    srp: Option<Srp>,
    device_srp: Option<Srp>,
    every_srp_a: Vec<String>,
    proofs: u32,
    device_proofs: u32,
    /// Whether the password may be sent as it is.
    plain: bool,
    automatic: u32,
    tokens: Option<String>,
}

impl Conversation {
    fn new(beginning: Beginning) -> Self {
        let Beginning { flow, admin, secret, typed, device_key, device, remember, session } = beginning;
        let client = client(secret);
        let mut user = client.user(typed.as_str());
        if let Some(key) = device_key {
            user = user.with_device_key(key);
        }
        let mut sign_in = SignIn::new(user, flow);
        if admin {
            sign_in = sign_in.as_admin();
        }
        if let Some(device) = device.clone() {
            sign_in = sign_in.with_device(device);
        }
        if let Some(name) = remember {
            sign_in = sign_in.remembering_device(name);
        }
        if let Some(session) = &session {
            sign_in = sign_in.with_session(session.as_str());
        }
        let refreshes = matches!(flow, Flow::RefreshTokenAuth | Flow::RefreshToken);
        Self {
            sign_in,
            client,
            secret,
            flow,
            admin: admin || matches!(flow, Flow::AdminUserPasswordAuth | Flow::AdminNoSrpAuth),
            name: typed.clone(),
            typed,
            rng: Rng::default(),
            now: DateTime::UNIX_EPOCH,
            session: None,
            first_session: session,
            device_key: device
                .as_ref()
                .map(|device| device.key().into())
                .or(device_key.filter(|_| refreshes).map(String::from)),
            device,
            restarted: false,
            forgotten: false,
            challenge: None,
            parameters: BTreeMap::new(),
            out: Out::Nothing,
            question: None,
            srp: None,
            device_srp: None,
            every_srp_a: Vec::new(),
            proofs: 0,
            device_proofs: 0,
            plain: false,
            automatic: 0,
            tokens: None,
        }
    }

    /// What an honest service, and a person of good will, would say now.
    fn suited(&self) -> Said {
        match self.out {
            Out::Nothing => self.question.clone().map_or(Said::Nothing, Said::Question),
            Out::SecretCode => Said::SecretCode,
            Out::Verification => Said::Verification,
            Out::Confirmation => Said::Confirmation,
            Out::Authentication if self.srp.is_some() => Said::PasswordVerifier,
            Out::Authentication if self.device_srp.is_some() => Said::DevicePasswordVerifier,
            Out::Authentication => Said::Anything,
        }
    }

    fn act(&mut self, action: &Action) {
        let before = self.sign_in.save();
        let question_before = format!("{:?}", self.sign_in.question());
        let failed = match action {
            Action::Start => self.start(),
            Action::Reply(reply) => self.reply(reply),
            Action::Refusal(refusal) => self.refusal(refusal),
            Action::Answer(answer) => self.answer(&answer.as_answer()),
            Action::Text(text) => self.text(text),
            Action::Restore => self.restore(&before),
            Action::SkipDevice => self.skip_device(),
            Action::SetDevice(device) => self.set_device(device.clone()),
            Action::SetContext(context) => {
                self.sign_in.set_context(context.clone());
                false
            }
            Action::Clock(seconds) => {
                self.now = DateTime::from_timestamp(*seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
                false
            }
            Action::RngFails(after) => {
                self.rng.left = Some(*after);
                false
            }
        };
        if !matches!(action, Action::RngFails(_)) {
            self.rng.left = None;
        }
        if failed {
            assert!(*self.sign_in.save() == *before, "an error has changed the state: {action:?}");
            assert_eq!(format!("{:?}", self.sign_in.question()), question_before);
        }
        assert_eq!(
            format!("{:?}", self.sign_in.question()),
            format!("{:?}", self.question),
            "the question that can be answered, after {action:?}"
        );
        assert_eq!(self.sign_in.user().username(), self.name, "the user's name, after {action:?}");
        assert_eq!(self.sign_in.user().device_key(), self.device_key.as_deref(), "DEVICE_KEY, after {action:?}");
        assert_eq!(self.sign_in.device_forgotten(), self.forgotten);
        is_discreet(&self.sign_in);
    }

    // What is said to the sign-in

    fn start(&mut self) -> bool {
        let step = self.sign_in.start(&mut self.rng);
        is_discreet(&step);
        let Ok(step) = step else {
            self.is_excused(&step.unwrap_err(), &[("PREFERRED_CHALLENGE", Fault::Caller)]);
            return true;
        };
        self.automatic = 0;
        self.restarted = false;
        self.begin(step);
        false
    }

    /// What every beginning brings, the one after a forgotten device included.
    fn begin(&mut self, step: Step) {
        self.name.clone_from(&self.typed);
        self.session = None;
        self.challenge = None;
        self.srp = None;
        self.device_srp = None;
        self.proofs = 0;
        self.device_proofs = 0;
        self.question = None;
        self.plain = matches!(
            self.flow,
            Flow::UserPasswordAuth
                | Flow::AdminUserPasswordAuth
                | Flow::AdminNoSrpAuth
                | Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) }
        );
        match step {
            Step::Send(request) => {
                let over_srp = matches!(
                    self.flow,
                    Flow::UserSrpAuth
                        | Flow::CustomAuthWithSrp
                        | Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) }
                );
                assert_eq!(parameter(&request, "SRP_A").is_some(), over_srp);
                assert_eq!(request.operation(), self.operation(Operation::InitiateAuth, Operation::AdminInitiateAuth));
                self.automatic(&request);
            }
            Step::Ask(question) => {
                assert!(self.plain || matches!(question, Question::RefreshToken));
                self.asked(question);
            }
            Step::Done(done) => panic!("{done:?} at the start"),
        }
    }

    fn reply(&mut self, reply: &Reply) -> bool {
        is_discreet(reply);
        let step = self.sign_in.handle(reply, self.now, &mut self.rng);
        is_discreet(&step);
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                let excuses: &[_] = match self.out {
                    Out::Nothing => &[("reply", Fault::Caller)],
                    Out::Authentication => &[
                        ("ChallengeName", Fault::Service),
                        ("USER_ID_FOR_SRP", Fault::Service),
                        ("USERNAME", Fault::Service),
                        ("SALT", Fault::Service),
                        ("SRP_B", Fault::Service),
                        ("SECRET_BLOCK", Fault::Service),
                        ("Session", Fault::Service),
                        ("ChallengeParameters", Fault::Service),
                        ("AvailableChallenges", Fault::Service),
                        ("MFAS_CAN_CHOOSE", Fault::Service),
                        ("MFAS_CAN_SETUP", Fault::Service),
                        ("requiredAttributes", Fault::Service),
                        ("userAttributes", Fault::Service),
                        ("CREDENTIAL_REQUEST_OPTIONS", Fault::Service),
                        ("AuthenticationResult", Fault::Service),
                        ("AccessToken", Fault::Service),
                        ("IdToken", Fault::Service),
                        ("RefreshToken", Fault::Service),
                        ("TokenType", Fault::Service),
                        ("DeviceKey", Fault::Service),
                        ("DeviceGroupKey", Fault::Service),
                        ("TIMESTAMP", Fault::Caller),
                    ],
                    Out::SecretCode => &[("SecretCode", Fault::Service), ("Session", Fault::Service)],
                    Out::Verification => &[("Status", Fault::Service), ("Session", Fault::Service)],
                    Out::Confirmation => &[("ConfirmDevice", Fault::Service)],
                };
                self.is_excused(&error, excuses);
                return true;
            }
        };
        match self.out {
            Out::Nothing => panic!("{step:?}, though nothing was sent"),
            Out::Authentication => {
                let ends = match &step {
                    Step::Done(_) => true,
                    Step::Send(request) => matches!(request.message, Message::ConfirmDevice(_)),
                    Step::Ask(_) => false,
                };
                if ends { self.take_tokens(reply, step) } else { self.take_challenge(reply, step) }
            }
            Out::SecretCode | Out::Verification => {
                if let Some(session) = reply.session.as_ref().filter(|session| !session.is_empty()) {
                    self.session = Some(session.clone());
                }
                match (self.out, step) {
                    (Out::SecretCode, Step::Ask(question @ Question::AuthenticatorSetup { .. })) => {
                        let Question::AuthenticatorSetup { secret_code } = &question else { unreachable!() };
                        assert_eq!(Some(secret_code.expose_secret()), reply.secret_code.as_deref());
                        self.asked(question);
                    }
                    (Out::Verification, Step::Ask(question @ Question::AuthenticatorSetup { .. })) => {
                        assert_eq!(reply.status.as_deref(), Some("ERROR"));
                        assert_eq!(format!("{:?}", Some(&question)), format!("{:?}", self.question));
                        self.asked(question);
                    }
                    (Out::Verification, Step::Send(request)) => {
                        assert_eq!(reply.status.as_deref(), Some("SUCCESS"));
                        self.question = None;
                        self.automatic(&request);
                    }
                    (_, step) => panic!("{step:?} while an authenticator is set up"),
                }
            }
            Out::Confirmation => match step {
                Step::Done(done) => {
                    assert!(reply.challenge_name.is_none() && reply.authentication_result.is_none());
                    assert!(done.new_device.is_some() && done.device_problem.is_none());
                    assert_eq!(done.user_confirmation_necessary, reply.user_confirmation_necessary);
                    self.ended(&done);
                }
                step => panic!("{step:?} after ConfirmDevice"),
            },
        }
        false
    }

    fn take_challenge(&mut self, reply: &Reply, step: Step) {
        let name: ChallengeName = reply.challenge_name.as_deref().unwrap().parse().unwrap();
        let allowed = match (&self.srp, self.flow) {
            (None, _) => true,
            (Some(_), Flow::CustomAuthWithSrp) => true,
            (Some(_), Flow::UserAuth { .. }) => {
                matches!(name, ChallengeName::PasswordVerifier | ChallengeName::SelectChallenge)
            }
            (Some(_), _) => name == ChallengeName::PasswordVerifier,
        };
        assert!(allowed, "{name} while SRP waits for its end");
        match name {
            ChallengeName::SelectChallenge => assert!(matches!(self.flow, Flow::UserAuth { .. }), "{:?}", self.flow),
            ChallengeName::NewPasswordRequired => {
                let replaces_one = self.proofs > 0 || self.plain || self.flow == Flow::CustomAuth;
                assert!(replaces_one, "a new password before the old one");
            }
            _ => {}
        }
        let said: BTreeMap<_, _> =
            reply.challenge_parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.challenge = Some(name);
        self.session = reply.session.clone().filter(|session| !session.is_empty());
        if let Some(named) = said.get("USER_ID_FOR_SRP").or(said.get("USERNAME")) {
            self.name.clone_from(named);
        }
        self.parameters = said;
        match (name, step) {
            (ChallengeName::PasswordSrp | ChallengeName::DeviceSrpAuth, Step::Send(request)) => {
                self.question = None;
                assert!(parameter(&request, "SRP_A").is_some());
                self.automatic(&request);
            }
            (ChallengeName::DevicePasswordVerifier, Step::Send(request)) => {
                self.question = None;
                self.automatic(&request);
            }
            (ChallengeName::MfaSetup, Step::Send(request)) => {
                self.question = None;
                assert!(matches!(request.message, Message::AssociateSoftwareToken(_)));
                self.automatic(&request);
            }
            (name, Step::Ask(question)) => {
                let fits = match name {
                    ChallengeName::PasswordVerifier => {
                        assert!(self.srp.is_some());
                        matches!(question, Question::Password { over_srp: true })
                    }
                    ChallengeName::Password | ChallengeName::AdminNoSrpAuth => {
                        assert!(self.plain, "a service that only has to ask");
                        matches!(question, Question::Password { over_srp: false })
                    }
                    ChallengeName::SelectChallenge => matches!(question, Question::FirstFactor { .. }),
                    ChallengeName::SmsMfa
                    | ChallengeName::EmailOtp
                    | ChallengeName::SmsOtp
                    | ChallengeName::SoftwareTokenMfa => {
                        matches!(question, Question::Code { challenge_name, .. } if challenge_name == name)
                    }
                    ChallengeName::SelectMfaType => matches!(question, Question::MfaType { .. }),
                    ChallengeName::NewPasswordRequired => matches!(question, Question::NewPassword { .. }),
                    ChallengeName::CustomChallenge => matches!(question, Question::Custom { .. }),
                    ChallengeName::WebAuthn => matches!(question, Question::Passkey { .. }),
                    _ => false,
                };
                assert!(fits, "{question:?} for {name}");
                self.asked(question);
            }
            (name, step) => panic!("{step:?} for {name}"),
        }
    }

    fn take_tokens(&mut self, reply: &Reply, step: Step) {
        assert!(self.srp.is_none() || self.flow == Flow::CustomAuthWithSrp, "tokens, and the proof was skipped");
        let tokens = reply.authentication_result.as_ref().unwrap();
        self.tokens.clone_from(&tokens.access_token);
        assert!(self.tokens.is_some());
        match step {
            Step::Send(request) => {
                let Message::ConfirmDevice(message) = &request.message else { unreachable!() };
                assert_eq!(Some(&message.access_token), self.tokens.as_ref());
                let offered = tokens.new_device_metadata.as_ref().unwrap();
                assert_eq!(Some(&message.device_key), offered.device_key.as_ref());
                self.question = None;
                self.automatic(&request);
            }
            Step::Done(done) => {
                assert!(done.new_device.is_none());
                self.ended(&done);
            }
            Step::Ask(_) => unreachable!(),
        }
    }

    fn refusal(&mut self, refusal: &Refusal) -> bool {
        let step = self.sign_in.refused(refusal.clone(), &mut self.rng);
        is_discreet(&step);
        let step = match step {
            Ok(step) => step,
            Err(SignInError::Refused(back)) => {
                assert!(back == *refusal && self.out != Out::Nothing);
                return true;
            }
            Err(SignInError::DeviceRefused(back)) => {
                assert!(back == *refusal && self.device_proofs == 1);
                return true;
            }
            Err(error) => {
                let excuse = if self.out == Out::Nothing { "refusal" } else { "PREFERRED_CHALLENGE" };
                self.is_excused(&error, &[(excuse, Fault::Caller)]);
                return true;
            }
        };
        match (self.out, step) {
            (Out::Confirmation, Step::Done(done)) => {
                // Confirmed already, by a request that got no reply: what that would have said is not known.
                let confirmed = refusal.cause() == Cause::DeviceExists;
                assert_eq!((done.new_device.is_some(), done.device_problem.is_none()), (confirmed, confirmed));
                assert_eq!(done.user_confirmation_necessary, confirmed);
                self.ended(&done);
            }
            (Out::Authentication, step) => {
                assert!(self.device.is_some() && !self.restarted, "once, and where there is one to forget");
                self.restarted = true;
                self.forgotten = true;
                self.device = None;
                self.device_key = None;
                self.begin(step);
            }
            (out, step) => panic!("{step:?} after a refusal of {out:?}"),
        }
        false
    }

    fn text(&mut self, text: &str) -> bool {
        let Some(question) = self.sign_in.question() else { return false };
        match question.answer(text) {
            Ok(answer) => self.answer(&answer),
            Err(error) => {
                assert_eq!((error.parameter(), error.problem()), ("ANSWER", Problem::Unknown));
                true
            }
        }
    }

    fn answer(&mut self, answer: &Answer<'_>) -> bool {
        is_discreet(answer);
        let asked = self.question.clone();
        let before = self.sign_in.save();
        let step = self.sign_in.answer(answer, self.now, &mut self.rng);
        is_discreet(&step);
        let step = match step {
            Ok(step) => step,
            Err(error) => {
                assert!(*before == *self.sign_in.save());
                self.is_excused(&error, &[("answer", Fault::Caller), ("TIMESTAMP", Fault::Caller)]);
                return true;
            }
        };
        let asked = asked.expect("something was asked");
        self.automatic = 0;
        match (&asked, answer, step) {
            // The first request carries what was asked, under the name that was typed.
            (Question::Password { over_srp: false } | Question::RefreshToken, _, Step::Send(request))
                if self.challenge.is_none() =>
            {
                self.name.clone_from(&self.typed);
                assert!(matches!(request.message, Message::InitiateAuth(_)));
                self.sent(&request, Some(answer));
            }
            (Question::FirstFactor { .. }, Answer::FirstFactor(ChallengeName::Password), Step::Ask(question)) => {
                assert!(matches!(question, Question::Password { over_srp: false }));
                self.srp = None;
                self.plain = true;
                self.asked(question);
            }
            (Question::FirstFactor { .. }, Answer::FirstFactor(factor), Step::Send(request)) => {
                self.srp = None;
                assert_eq!(parameter(&request, "ANSWER"), Some(factor.as_str()));
                assert_eq!(parameter(&request, "SRP_A").is_some(), *factor == ChallengeName::PasswordSrp);
                self.sent(&request, Some(answer));
            }
            (Question::AuthenticatorSetup { .. }, Answer::Code(code), Step::Send(request)) => {
                let Message::VerifySoftwareToken(message) = &request.message else { panic!("{request:?}") };
                assert_eq!(message.user_code, *code);
                self.sent(&request, Some(answer));
            }
            (asked, answer, Step::Send(request)) => {
                let fits = matches!(
                    (asked, answer),
                    (Question::Password { .. }, Answer::Password(_))
                        | (Question::Code { .. }, Answer::Code(_))
                        | (Question::MfaType { .. }, Answer::MfaType(_))
                        | (Question::NewPassword { .. }, Answer::NewPassword { .. })
                        | (Question::Custom { .. }, Answer::Custom(_))
                        | (Question::Passkey { .. }, Answer::Passkey(_))
                );
                assert!(fits, "{answer:?} to {asked:?}");
                self.carries(&request, answer);
                if matches!(asked, Question::Password { over_srp: true }) {
                    self.question = None;
                }
                self.sent(&request, Some(answer));
            }
            (asked, answer, step) => panic!("{step:?} comes of {answer:?} to {asked:?}"),
        }
        false
    }

    /// The answer is in the request, under the key of its challenge.
    fn carries(&self, request: &Request, answer: &Answer<'_>) {
        let expected = match (self.challenge, *answer) {
            (Some(ChallengeName::SmsMfa), Answer::Code(code)) => ("SMS_MFA_CODE", code),
            (Some(ChallengeName::EmailOtp), Answer::Code(code)) => ("EMAIL_OTP_CODE", code),
            (Some(ChallengeName::SmsOtp), Answer::Code(code)) => ("SMS_OTP_CODE", code),
            (Some(ChallengeName::SoftwareTokenMfa), Answer::Code(code)) => ("SOFTWARE_TOKEN_MFA_CODE", code),
            (_, Answer::MfaType(mfa_type)) => ("ANSWER", MfaType::as_str(mfa_type)),
            (_, Answer::NewPassword { new_password, user_attributes }) => {
                for (name, _) in user_attributes {
                    let name = format!("userAttributes.{}", name.strip_prefix("userAttributes.").unwrap_or(name));
                    assert!(parameter(request, &name).is_some(), "{name}");
                }
                ("NEW_PASSWORD", new_password)
            }
            (_, Answer::Custom(text)) => ("ANSWER", text),
            (_, Answer::Passkey(credential)) => ("CREDENTIAL", credential),
            _ => return,
        };
        assert_eq!(parameter(request, expected.0), Some(expected.1));
    }

    fn restore(&mut self, saved: &[u8]) -> bool {
        let restored = SignIn::restore(saved, &self.client, self.device.clone()).unwrap();
        assert!(*restored.save() == *saved, "what is restored is what was saved");
        assert_eq!(format!("{restored:?}"), format!("{:?}", self.sign_in));
        self.sign_in = restored;
        // Whoever does not know yet that it was forgotten brings it again.
        if !self.forgotten {
            let other = if self.device.is_some() { None } else { Some(other_device()) };
            let error = SignIn::restore(saved, &self.client, other).unwrap_err();
            assert_eq!((error.parameter(), error.problem()), ("DeviceKey", Problem::Mismatch));
        }
        false
    }

    fn skip_device(&mut self) -> bool {
        match self.sign_in.skip_device() {
            Some(done) => {
                assert_eq!(self.out, Out::Confirmation);
                assert!(done.new_device.is_none() && done.device_problem.is_some());
                self.ended(&done);
                false
            }
            None => {
                assert_ne!(self.out, Out::Confirmation);
                true
            }
        }
    }

    fn set_device(&mut self, device: Option<Device>) -> bool {
        self.sign_in.set_device(device.clone());
        self.device_key = device.as_ref().map(|device| device.key().into());
        self.device = device;
        self.forgotten = false;
        self.device_srp = None;
        self.automatic = 0;
        false
    }

    // What the sign-in says

    fn asked(&mut self, question: Question) {
        is_discreet(&question);
        self.question = Some(question);
        self.out = Out::Nothing;
        self.automatic = 0;
    }

    /// A request that nobody was asked about.
    fn automatic(&mut self, request: &Request) {
        self.automatic += 1;
        assert!(self.automatic <= AUTOMATIC, "{} requests without the person", self.automatic);
        self.sent(request, None);
    }

    fn sent(&mut self, request: &Request, answer: Option<&Answer<'_>>) {
        is_discreet(request);
        let json = request.to_json();
        assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap().is_object());

        // Whose it is
        let user_pool_id = self.client.user_pool_id().as_str();
        assert_eq!((request.admin, &*request.client_id), (self.admin, CLIENT_ID));
        assert_eq!(request.user_pool_id, user_pool_id);
        let mut session = self.session.clone();
        match &request.message {
            Message::InitiateAuth(message) => {
                session = self.first_session.take_if(|_| matches!(self.flow, Flow::UserAuth { .. }));
                assert_eq!(message.session, session, "Session of ConfirmSignUp, once");
                self.names_user(
                    &message.auth_parameters,
                    !matches!(message.auth_flow, AuthFlow::RefreshTokenAuth | AuthFlow::RefreshToken),
                );
                self.out = Out::Authentication;
            }
            Message::RespondToAuthChallenge(message) => {
                assert_eq!(Some(message.challenge_name), self.challenge);
                assert_eq!(message.session, session, "Session of the reply that is answered");
                self.names_user(&message.challenge_responses, true);
                self.out = Out::Authentication;
            }
            Message::AssociateSoftwareToken(message) => {
                assert_eq!(message.session, session, "Session of MFA_SETUP");
                self.out = Out::SecretCode;
            }
            Message::VerifySoftwareToken(message) => {
                assert_eq!(message.session, session, "Session of AssociateSoftwareToken");
                self.out = Out::Verification;
            }
            Message::ConfirmDevice(_) => {
                self.named_by_the_token();
                self.out = Out::Confirmation;
            }
            message => panic!("{message:?} is new"),
        }
        self.proves(request, answer);

        // What is not in it
        if json.contains(PASSWORD) {
            let was_asked = matches!(self.question, Some(Question::Password { over_srp: false }));
            let was_given = matches!(answer, Some(Answer::Password(_)));
            assert!(self.plain && was_asked && was_given, "the password itself, in {request:?}");
        } else if let (Some(Answer::Password(password)), Some(Question::Password { over_srp: false })) =
            (answer, &self.question)
        {
            assert_eq!(parameter(request, "PASSWORD"), Some(*password));
        }
        assert!(!json.contains(&STANDARD.encode(PASSWORD)) && !json.contains(DEVICE_PASSWORD));
        if json.contains(NEW_PASSWORD) {
            assert_eq!(self.challenge, Some(ChallengeName::NewPasswordRequired));
        }
        for draw in self.rng.draws.iter().rev().take(4) {
            // `a`, or a new device's password; of its salt the beginning is changed.
            let secret = if draw.len() == 16 { continue } else { draw };
            assert!(!json.contains(&hazmat::hex(secret)) && !json.contains(&STANDARD.encode(secret)));
        }
    }

    fn operation(&self, plain: Operation, admin: Operation) -> Operation {
        if self.admin { admin } else { plain }
    }

    /// USERNAME, SECRET_HASH and DEVICE_KEY.
    fn names_user(&self, parameters: &Parameters, by_name: bool) {
        assert_eq!(parameters.get("USERNAME"), by_name.then_some(&*self.name));
        let hash = self.secret.map(|secret| reference::secret_hash(secret, &self.name, CLIENT_ID));
        assert_eq!(parameters.get("SECRET_HASH"), hash.as_deref(), "SECRET_HASH over the very USERNAME");
        assert_eq!(parameters.get("DEVICE_KEY"), self.device_key.as_deref());
    }

    /// SRP: its beginning is new each time, its end comes once, and is right.
    fn proves(&mut self, request: &Request, answer: Option<&Answer<'_>>) {
        let is = |name| matches!(&request.message, Message::RespondToAuthChallenge(m) if m.challenge_name == name);
        if let Some(srp_a) = parameter(request, "SRP_A") {
            let a = self.rng.draws.last().unwrap().clone();
            assert_eq!(a.len(), 64);
            let public = hazmat::power_of_g_by(cognito_srp_core::kernel(), &a).unwrap();
            assert_eq!(srp_a, hazmat::hex(&public));
            assert!(!self.every_srp_a.contains(&srp_a.to_owned()), "an SRP_A comes once");
            self.every_srp_a.push(srp_a.into());
            if is(ChallengeName::DeviceSrpAuth) {
                self.device_srp = Some(Srp { a });
            } else {
                self.srp = Some(Srp { a });
            }
        }
        let Some(signature) = parameter(request, "PASSWORD_CLAIM_SIGNATURE") else { return };
        let expected = if is(ChallengeName::DevicePasswordVerifier) {
            self.device_proofs += 1;
            assert_eq!(self.device_proofs, 1, "the device is proved once");
            let device = self.device.as_ref().unwrap();
            let srp = self.device_srp.take().expect("SRP that has begun");
            self.signature(&srp, device.group_key(), device.key(), device.password().expose_secret())
        } else {
            assert!(is(ChallengeName::PasswordVerifier));
            self.proofs += 1;
            assert_eq!(self.proofs, 1, "the password is proved once");
            let Some(Answer::Password(password)) = answer else { panic!("{answer:?} is no password") };
            let srp = self.srp.take().expect("SRP that has begun");
            let name = &self.parameters["USER_ID_FOR_SRP"];
            self.signature(&srp, self.client.user_pool_id().name(), name, password)
        };
        assert_eq!(signature, expected);
        assert_eq!(parameter(request, "PASSWORD_CLAIM_SECRET_BLOCK"), Some(&*self.parameters["SECRET_BLOCK"]));
        assert_eq!(parameter(request, "TIMESTAMP"), Some(&*reference::timestamp(self.now.timestamp())));
    }

    /// The arithmetic is for other targets; here it is about which values go in.
    fn signature(&self, srp: &Srp, scope: &str, name: &str, password: &str) -> String {
        let [salt, b_public] =
            ["SALT", "SRP_B"].map(|name| reference::from_hex(&self.parameters[name]).unwrap().to_bytes_be());
        let a_public = hazmat::power_of_g_by(cognito_srp_core::kernel(), &srp.a).unwrap();
        let u = hazmat::u(&a_public, &b_public).unwrap();
        let x = hazmat::x(&salt, &hazmat::identity_hash(scope, name, password));
        let key = hazmat::claim_key(&hazmat::prk(u, &hazmat::s(&srp.a, &b_public, u, &x).unwrap()).unwrap());
        let secret_block = STANDARD.decode(&self.parameters["SECRET_BLOCK"]).unwrap();
        let timestamp = reference::timestamp(self.now.timestamp());
        STANDARD.encode(hazmat::signature(&key, scope, name, &secret_block, &timestamp))
    }

    fn ended(&mut self, done: &Done) {
        is_discreet(done);
        assert_eq!(done.tokens.access_token, self.tokens, "the tokens that came");
        assert_eq!(done.device_forgotten, self.forgotten);
        self.named_by_the_token();
        assert_eq!(done.user.username(), self.name);
        let device_key = done.new_device.as_ref().map(|device| device.key().to_owned());
        assert_eq!(done.user.device_key(), device_key.or(self.device_key.clone()).as_deref());
        self.srp = None;
        self.device_srp = None;
        self.question = None;
        self.out = Out::Nothing;
        self.automatic = 0;
    }

    /// Where a challenge has named the user, it has the last word.
    fn named_by_the_token(&mut self) {
        let named = self.proofs > 0 || self.name != self.typed;
        if let Some(name) = script::username_of(self.tokens.as_deref().unwrap_or_default()).filter(|_| !named) {
            self.name = name.into();
        }
    }

    /// An error is one of these, or the generator's where it was told to fail.
    fn is_excused(&self, error: &SignInError<Exhausted>, excuses: &[(&str, Fault)]) {
        match error {
            SignInError::Parameter(error) => {
                assert!(excuses.contains(&(error.parameter(), error.fault())), "{error} while {:?} is out", self.out);
            }
            SignInError::Rng(Exhausted) => assert_eq!(self.rng.left, Some(0)),
            error => panic!("{error:?}"),
        }
        drop(error.to_string());
    }
}

fn parameter<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    match &request.message {
        Message::InitiateAuth(message) => message.auth_parameters.get(name),
        Message::RespondToAuthChallenge(message) => message.challenge_responses.get(name),
        _ => None,
    }
}

fn is_discreet(value: &impl Debug) {
    let shown = format!("{value:?}");
    assert!(!shown.contains(MARK), "a secret in {shown}");
}

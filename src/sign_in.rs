//! The whole conversation: requests out, replies in, and what to ask the person in between.
//!
//! The arithmetic and the messages are those of the rooms below; what is decided here is which comes next.

mod flow;
mod pending;
mod question;
mod saved;
mod step;

use alloc::string::String;
use core::fmt;

use chrono::{DateTime, Utc};
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use self::{flow::Beginning, pending::Pending};
pub use self::{
    flow::Flow,
    question::{Answer, Question, SecretCode},
    step::{DeviceProblem, Done, SignInError, Step},
};
use crate::{
    challenge::{ChallengeAnswer, FirstFactor},
    device::{Device, DeviceLogin, DevicePasswordVerifier, EnrollError, Enrollment, NewDevice},
    error::{Error, Problem},
    pool::User,
    refusal::{Cause, Refusal},
    user::{PasswordVerifier, Proof, UserLogin},
    wire::{
        AssociateSoftwareToken, AuthenticationResult, ChallengeName, ChallengeResponse, ConfirmDevice, Context,
        InitiateAuth, Message, MfaType, Reply, VerifySoftwareToken, json, key,
    },
};

/// A sign-in from its first request to its tokens, without IO: it says what to send and what to ask, and is told what came.
///
/// Each [`Step`] says what is next. Send a [`Step::Send`] and pass what comes to [`handle`](Self::handle), or what the
/// service refuses with to [`refused`](Self::refused); ask the person a [`Step::Ask`] and pass what they say to
/// [`answer`](Self::answer); [`Step::Done`] has the tokens. That is all a driver does:
///
/// ```
/// # use cognito_srp_core::{Answer, AppClient, Done, Flow, Question, Refusal, Reply, Request, SignIn, Step, UserPoolId};
/// # use std::error::Error;
/// fn drive(
///     sign_in: &mut SignIn,
///     mut send: impl FnMut(Request) -> Result<Reply, Refusal>,
///     mut ask: impl FnMut(&Question) -> String,
/// ) -> Result<Done, Box<dyn Error>> {
///     let rng = &mut rand::rngs::SysRng;
///     let mut step = sign_in.start(rng)?;
///     loop {
///         step = match step {
///             Step::Send(request) => match send(request) {
///                 Ok(reply) => sign_in.handle(&reply, chrono::Utc::now(), rng)?,
///                 Err(refusal) => sign_in.refused(refusal, rng)?,
///             },
///             Step::Ask(question) => sign_in.answer(&question.answer(&ask(&question))?, chrono::Utc::now(), rng)?,
///             Step::Done(done) => return Ok(done),
///         }
///     }
/// }
/// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// # let mut sign_in = SignIn::new(client.user("alice"), Flow::UserPasswordAuth);
/// # let tokens = || Ok(Reply::from_json(r#"{"AuthenticationResult":{"AccessToken":"eyJ"}}"#).unwrap());
/// # let done = drive(&mut sign_in, |_| tokens(), |_| "correct horse".into())?;
/// # assert_eq!(done.tokens.access_token.as_deref(), Some("eyJ"));
/// # Ok::<_, Box<dyn Error>>(())
/// ```
///
/// It sees to what lies between the requests: SRP of the password and of a remembered device; the name that the service
/// gives the user, with SECRET_HASH over that very name; Session, echoed whenever one came; a device that the service has
/// forgotten, without which it starts again; an authenticator app that has to be set up first; a new device.
///
/// A password is sent as it is only where the flow says so or the person has chosen PASSWORD, and
/// [`Question::Password`] tells. A service that asks for it elsewhere, or for a new one before the old one, that skips the proof
/// which SRP has begun, or asks for a second one, gets an error. Two things are the service's to say: in CUSTOM_AUTH its
/// trigger decides whether there is a proof at all; and where a device was given, once, that it has forgotten it, after which
/// the password is proved anew.
///
/// # What goes wrong
///
/// Every error leaves the sign-in as it was: a reply that does not fit can be followed by one that does. After a refusal,
/// [`Cause::retry`] says whether trying again can help, and there are two ways to: [`question`](Self::question) is what can
/// be answered again, such as a code that was mistyped; and [`start`](Self::start) starts over, which a wrong password
/// needs, since SRP proves one password with one SRP_A. A request that got no reply may be sent again as it was.
///
/// # What it holds
///
/// The ephemeral secrets, Session, the device's password, for a while the secret of an authenticator app and the tokens; never
/// the person's password, which goes through [`answer`](Self::answer) into one request. All of it is wiped on drop, and
/// `Debug` shows none. Time and randomness are arguments; it is `Send`, and can wait in memory or, [saved](Self::save), outside
/// of it.
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on one another")]
pub struct SignIn {
    /// As the requests name the user now: at first as typed, then as the service did. DEVICE_KEY is in here.
    user: User,
    typed: String,
    flow: Flow,
    admin: bool,
    context: Context,
    /// Session of ConfirmSignUp, until it has gone into a request.
    session: Option<Zeroizing<String>>,
    /// The remembered device, until the service says that it has forgotten it.
    device: Option<Device>,
    /// Whether it has said so of the device that was given last.
    device_forgotten: bool,
    /// Whether the sign-in has started again by itself for that reason: it does so once.
    started_again: bool,
    /// Whether a new device is to be remembered.
    remember: Option<Remember>,
    /// SRP that has begun and is not finished.
    login: Option<UserLogin>,
    device_login: Option<DeviceLogin>,
    /// Whether the person, or the flow, has chosen to send the password as it is. Otherwise a service that asks for it is not
    /// given it: whoever stands in for the service would only have to ask.
    plain_password: bool,
    /// Whether the password has been proved, or the device's. Each proof lets whoever chose SRP_B try one password; the
    /// service asks for one.
    proved: bool,
    device_proved: bool,
    /// What a reply would be one to.
    awaited: Awaited,
    /// What can be answered now: a question that was asked, also while a request with its answer is out.
    asked: Option<Asked>,
}

/// How a new device is to be remembered.
#[derive(Clone)]
struct Remember {
    device_name: Option<String>,
}

/// The request that is out.
#[derive(Clone)]
enum Awaited {
    /// None is.
    Nothing,
    /// InitiateAuth or RespondToAuthChallenge.
    Authentication,
    /// RespondToAuthChallenge with the proof of the device.
    DeviceProof,
    /// AssociateSoftwareToken, for MFA_SETUP.
    SecretCode(Pending),
    /// VerifySoftwareToken, for MFA_SETUP.
    Verification(Pending),
    /// ConfirmDevice, after the tokens have come.
    Confirmation { tokens: AuthenticationResult, device: Device },
}

/// What the person was asked.
#[derive(Clone)]
enum Asked {
    /// The password or the refresh token that the first request carries.
    ToBegin,
    /// What a challenge asks.
    Challenge(Pending),
    /// The password, after SELECT_CHALLENGE was answered with PASSWORD.
    ChosenPassword(Pending),
    /// The first code of the authenticator app, for MFA_SETUP.
    AuthenticatorSetup { pending: Pending, secret_code: SecretCode },
}

type Next<E> = Result<Step, SignInError<E>>;

/// The answer is not one to what was asked.
const MISFIT: Error = Error::caller("answer", Problem::Unexpected);

/// The reply has a challenge that it cannot have now.
const UNEXPECTED: Error = Error::service("ChallengeName", Problem::Unexpected);

impl SignIn {
    /// A sign-in that is about to begin. The user is named as typed.
    ///
    /// A DEVICE_KEY that the user has is kept for the flows with a refresh token, which need no more of a device. For the
    /// others there is [`with_device`](Self::with_device).
    #[must_use]
    pub fn new(user: User, flow: Flow) -> Self {
        let refreshes = matches!(flow.beginning(), Beginning::Ask(Question::RefreshToken));
        Self {
            typed: user.username().into(),
            user: if refreshes { user } else { user.without_device_key() },
            flow,
            admin: flow.is_admin(),
            context: Context::default(),
            session: None,
            device: None,
            device_forgotten: false,
            started_again: false,
            remember: None,
            login: None,
            device_login: None,
            plain_password: false,
            proved: false,
            device_proved: false,
            awaited: Awaited::Nothing,
            asked: None,
        }
    }

    /// Has the requests be those of the Admin twins, which only AWS credentials may send. The two ADMIN flows imply it.
    #[must_use]
    pub const fn as_admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Signs in with a remembered device, which then takes the place of a second factor.
    #[must_use]
    pub fn with_device(mut self, device: Device) -> Self {
        self.set_device(Some(device));
        self
    }

    /// Has a device that the service offers be remembered, under this DeviceName if there is one: it is enrolled, and a
    /// ConfirmDevice comes before [`Step::Done`]. An empty DeviceName is none.
    #[must_use]
    pub fn remembering_device(mut self, device_name: Option<&str>) -> Self {
        let device_name = device_name.filter(|name| !name.is_empty());
        self.remember = Some(Remember { device_name: device_name.map(String::from) });
        self
    }

    /// Goes on from ConfirmSignUp: its Session is sent with the first request, once. For [`Flow::UserAuth`]. An empty one is none.
    #[must_use]
    pub fn with_session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(Zeroizing::new(session.into())).filter(|session| !session.is_empty());
        self
    }

    /// What requests carry from now on for triggers and threat protection. It is not part of a saved state.
    pub fn set_context(&mut self, context: Context) {
        self.context = context;
    }

    /// The remembered device that requests name from now on, or none.
    ///
    /// For those who keep devices under the name that the service gives: while the password is asked, [`user`](Self::user)
    /// has it. A device that is already proving itself is not to be changed. One that the service has
    /// [forgotten](Self::device_forgotten) is of no use here either: it would be refused again, as an error.
    pub fn set_device(&mut self, device: Option<Device>) {
        let user = self.user.clone();
        self.user = match &device {
            Some(device) => user.with_device_key(device.key()),
            None => user.without_device_key(),
        };
        self.device = device;
        self.device_forgotten = false;
        self.device_login = None;
    }

    /// Whether the service has forgotten the device that was given last: what is stored of it is of no more use.
    #[must_use]
    pub const fn device_forgotten(&self) -> bool {
        self.device_forgotten
    }

    /// The user, by the name that the requests carry now; once the tokens are there, by the name that [`Done::user`] has.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// Begins, or begins again under the name that was typed.
    ///
    /// With SRP, `a` is drawn and SRP_A computed: one exponentiation.
    ///
    /// # Errors
    ///
    /// [`SignInError::Rng`], or [`Problem::Malformed`] for PREFERRED_CHALLENGE where it is no first factor.
    pub fn start<R: TryCryptoRng + ?Sized>(&mut self, rng: &mut R) -> Next<R::Error> {
        let step = self.start_as(self.user.known_as(&*self.typed), rng)?;
        self.started_again = false;
        Ok(step)
    }

    fn start_as<R: TryCryptoRng + ?Sized>(&mut self, user: User, rng: &mut R) -> Next<R::Error> {
        let (request, login) = match self.flow.beginning() {
            Beginning::Ask(question) => {
                self.reset(user, None);
                self.plain_password = matches!(question, Question::Password { .. });
                return Ok(self.ask(Asked::ToBegin, question));
            }
            Beginning::OverSrp(request) => {
                let login = UserLogin::start(&user, rng).map_err(SignInError::Rng)?;
                (request(&login), Some(login))
            }
            Beginning::Send => (self.flow.request(&user, None)?, None),
        };
        self.reset(user, login);
        Ok(self.begin(request))
    }

    /// What every beginning begins with.
    fn reset(&mut self, user: User, login: Option<UserLogin>) {
        self.user = user;
        self.login = login;
        self.device_login = None;
        self.plain_password = false;
        self.proved = false;
        self.device_proved = false;
        self.asked = None;
    }

    /// Takes the reply to the last request.
    ///
    /// DEVICE_PASSWORD_VERIFIER is answered at the time `now`; random bytes are drawn for a device's SRP_A and for a new
    /// device. Whatever is wrong with a challenge is found before any exponentiation.
    ///
    /// # Errors
    ///
    /// [`SignInError::Parameter`]: the service's fault, by parameter, where a challenge cannot be answered, is not known
    /// ([`Problem::Unknown`]) or does not fit ([`Problem::Unexpected`]); the caller's, where no request is out.
    /// [`SignInError::Rng`]: the same reply can be passed in again.
    pub fn handle<R: TryCryptoRng + ?Sized>(
        &mut self,
        reply: &Reply,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        match &self.awaited {
            Awaited::Nothing => Err(Error::caller("reply", Problem::Unexpected).into()),
            Awaited::Authentication | Awaited::DeviceProof => match &reply.authentication_result {
                // There are languages in which what is absent is empty.
                Some(tokens) if tokens.has_access_token() || reply.challenge_name.is_none() => {
                    self.signed_in(tokens, rng)
                }
                _ => self.challenged(reply, now, rng),
            },
            Awaited::SecretCode(pending) => {
                let pending = pending.with_session_of(reply)?;
                let error = |problem| Error::service("SecretCode", problem);
                let secret_code = reply.secret_code.as_deref().ok_or(error(Problem::Missing))?;
                let secret_code = SecretCode::parse(secret_code).map_err(error)?;
                Ok(self.ask_for_first_code(pending, secret_code))
            }
            Awaited::Verification(pending) => {
                let pending = pending.with_session_of(reply)?;
                match (reply.status.as_deref(), &self.asked) {
                    (Some("SUCCESS"), _) => {
                        self.asked = None;
                        Ok(self.respond(&pending, &ChallengeAnswer::MfaSetup))
                    }
                    // A wrong code, of which the service is known to say EnableSoftwareTokenMFAException instead.
                    (Some("ERROR"), Some(Asked::AuthenticatorSetup { secret_code, .. })) => {
                        let secret_code = secret_code.clone();
                        Ok(self.ask_for_first_code(pending, secret_code))
                    }
                    _ => Err(Error::service("Status", Problem::Unexpected).into()),
                }
            }
            Awaited::Confirmation { tokens, device } => {
                if reply.challenge_name.is_some() || reply.authentication_result.is_some() {
                    return Err(Error::service("ConfirmDevice", Problem::Unexpected).into());
                }
                let necessary = reply.user_confirmation_necessary;
                Ok(Step::Done(self.done_with_device(tokens.clone(), device.clone(), necessary)))
            }
        }
    }

    /// Takes the service's refusal of the last request.
    ///
    /// A device that the service has forgotten is left out, and the sign-in starts again, which may ask for the password once
    /// more; it does so once. What else can be done is said [above](Self#what-goes-wrong).
    ///
    /// A ConfirmDevice that is refused does not undo the sign-in, which ends here without the device. To send the same request
    /// again where [`Cause::retry`] recommends that, do it before this is told. With DeviceKeyExistsException the device is
    /// confirmed already, by a copy of the same request; whether UpdateDeviceStatus is still due was in a reply that is lost, so
    /// that [`Done::user_confirmation_necessary`] says it is.
    ///
    /// # Errors
    ///
    /// [`SignInError::Refused`] or [`SignInError::DeviceRefused`] with every other refusal; [`SignInError::Rng`].
    /// [`SignInError::Parameter`] where no request is out.
    pub fn refused<R: TryCryptoRng + ?Sized>(&mut self, refusal: Refusal, rng: &mut R) -> Next<R::Error> {
        match (&self.awaited, refusal.cause()) {
            (Awaited::Nothing, _) => Err(Error::caller("refusal", Problem::Unexpected).into()),
            (Awaited::Authentication | Awaited::DeviceProof, Cause::UnknownDevice)
                if self.device.is_some() && !self.started_again =>
            {
                let step = self.start_as(self.user.known_as(&*self.typed).without_device_key(), rng)?;
                self.device = None;
                self.device_forgotten = true;
                self.started_again = true;
                Ok(step)
            }
            (Awaited::DeviceProof, Cause::WrongUserOrPassword) => Err(SignInError::DeviceRefused(refusal)),
            // The key was given to this sign-in alone: a request that was sent twice has got through once.
            (Awaited::Confirmation { tokens, device }, Cause::DeviceExists) => {
                Ok(Step::Done(self.done_with_device(tokens.clone(), device.clone(), true)))
            }
            (Awaited::Confirmation { tokens, .. }, _) => {
                let tokens = tokens.clone();
                Ok(Step::Done(self.done_without_device(tokens, DeviceProblem::Refused(refusal))))
            }
            _ => Err(SignInError::Refused(refusal)),
        }
    }

    /// Ends the sign-in without the new device, where ConfirmDevice got no reply, or one that is not the service's; `None` where it
    /// is not out.
    pub fn skip_device(&mut self) -> Option<Done> {
        let Awaited::Confirmation { tokens, .. } = &self.awaited else { return None };
        let tokens = tokens.clone();
        Some(self.done_without_device(tokens, DeviceProblem::Skipped))
    }

    /// Takes what the person answers to [`question`](Self::question).
    ///
    /// The password over SRP is proved here: two exponentiations, and what
    /// [`UserLogin::finish`](crate::UserLogin::finish) says about time.
    ///
    /// # Errors
    ///
    /// [`SignInError::Parameter`]: the caller's fault, where the answer does not fit the question or none was asked; and
    /// where [`UserLogin::finish`](crate::UserLogin::finish) fails. [`SignInError::Rng`].
    pub fn answer<R: TryCryptoRng + ?Sized>(
        &mut self,
        answer: &Answer<'_>,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        match (self.asked.clone(), *answer) {
            (Some(Asked::ToBegin), answer) => {
                let user = self.user.known_as(&*self.typed);
                let request = self.flow.request(&user, Some(answer))?;
                self.user = user;
                Ok(self.begin(request))
            }
            (Some(Asked::Challenge(pending)), answer) => self.answer_challenge(&pending, answer, now, rng),
            (Some(Asked::ChosenPassword(pending)), Answer::Password(password)) => {
                let chosen = ChallengeAnswer::SelectChallenge(FirstFactor::Password { password });
                Ok(self.respond(&pending, &chosen))
            }
            (Some(Asked::AuthenticatorSetup { pending, .. }), Answer::Code(code)) => {
                let session = pending.session().map(String::from);
                let message = VerifySoftwareToken { user_code: code.into(), session };
                Ok(self.send(Message::VerifySoftwareToken(message), Awaited::Verification(pending)))
            }
            _ => Err(MISFIT.into()),
        }
    }

    /// What can be answered now; also what was answered last, for as long as its answer can be given again.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        match self.asked.as_ref()? {
            Asked::ToBegin => match self.flow.beginning() {
                Beginning::Ask(question) => Some(question),
                Beginning::OverSrp(_) | Beginning::Send => None,
            },
            Asked::Challenge(pending) => Question::of(pending).ok(),
            Asked::ChosenPassword(_) => Some(Question::Password { over_srp: false }),
            Asked::AuthenticatorSetup { secret_code, .. } => {
                Some(Question::AuthenticatorSetup { secret_code: secret_code.clone() })
            }
        }
    }
}

/// Challenges.
impl SignIn {
    /// Answers a challenge at once where that takes nobody's help, and otherwise puts it to the person.
    fn challenged<R: TryCryptoRng + ?Sized>(
        &mut self,
        reply: &Reply,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        let name = reply.challenge_name.as_deref().and_then(|name| name.parse().ok());
        if name.is_some_and(|name| self.is_out_of_place(name)) {
            return Err(UNEXPECTED.into());
        }
        match name {
            Some(ChallengeName::PasswordVerifier) => {
                PasswordVerifier::from_reply(reply.challenge_parameters.iter(), reply.session.as_deref())?;
                self.put(reply)
            }
            Some(ChallengeName::PasswordSrp) => self.begin_srp(reply, rng),
            Some(ChallengeName::DeviceSrpAuth) => self.begin_device_srp(reply, rng),
            Some(ChallengeName::DevicePasswordVerifier) => self.prove_device(reply, now),
            Some(ChallengeName::MfaSetup) => self.set_up_authenticator(reply),
            _ => self.put(reply),
        }
    }

    /// Whether the service would not ask this now.
    fn is_out_of_place(&self, name: ChallengeName) -> bool {
        if self.login.is_some() && !self.flow.allows_before_proof(Some(name)) {
            return true;
        }
        let chooses_factors = matches!(self.flow, Flow::UserAuth { .. });
        match name {
            ChallengeName::PasswordVerifier => self.login.is_none(),
            ChallengeName::PasswordSrp => self.proved || self.login.is_some() || !chooses_factors,
            ChallengeName::SelectChallenge => self.proved || !chooses_factors,
            // What it replaces is a password that the service has been shown; but for the pool's own challenges alone.
            ChallengeName::NewPasswordRequired => !self.proved && !self.plain_password && self.flow != Flow::CustomAuth,
            ChallengeName::Password | ChallengeName::AdminNoSrpAuth => self.proved || !self.plain_password,
            ChallengeName::DeviceSrpAuth => self.device_login.is_some() || self.device_proved,
            _ => false,
        }
    }

    /// PASSWORD_SRP.
    fn begin_srp<R: TryCryptoRng + ?Sized>(&mut self, reply: &Reply, rng: &mut R) -> Next<R::Error> {
        let (pending, user) = self.read(reply)?;
        let login = UserLogin::start(&user, rng).map_err(SignInError::Rng)?;
        let answer = login.password_srp(pending.session());
        self.login = Some(login);
        Ok(self.answer_at_once(user, answer))
    }

    /// DEVICE_SRP_AUTH.
    fn begin_device_srp<R: TryCryptoRng + ?Sized>(&mut self, reply: &Reply, rng: &mut R) -> Next<R::Error> {
        let device = self.device.as_ref().ok_or(UNEXPECTED)?;
        let (pending, user) = self.read(reply)?;
        let login = DeviceLogin::start(&user, device, rng).map_err(SignInError::Rng)?;
        let answer = login.device_srp_auth(pending.session());
        self.device_login = Some(login);
        Ok(self.answer_at_once(user, answer))
    }

    /// DEVICE_PASSWORD_VERIFIER.
    fn prove_device<E>(&mut self, reply: &Reply, now: DateTime<Utc>) -> Next<E> {
        let (device, login) = self.device.as_ref().zip(self.device_login.as_ref()).ok_or(UNEXPECTED)?;
        let session = reply.session.as_deref();
        let challenge = DevicePasswordVerifier::from_reply(reply.challenge_parameters.iter(), session)?;
        let user = self.user.named_by(reply.challenge_parameters.iter())?;
        let answer = login.prove(&challenge, &user, device, now)?;
        self.device_login = None;
        self.device_proved = true;
        let step = self.answer_at_once(user, answer);
        self.awaited = Awaited::DeviceProof;
        Ok(step)
    }

    /// MFA_SETUP. Other factors are set up outside of a sign-in: AWS's documentation has the client set the attribute and
    /// begin again.
    fn set_up_authenticator<E>(&mut self, reply: &Reply) -> Next<E> {
        let (pending, user) = self.read(reply)?;
        // Where nothing is said, it is for AssociateSoftwareToken to say.
        let factors = json::list(pending.parameters(), key::MFAS_CAN_SETUP)?;
        let is_said = pending.parameters().get(key::MFAS_CAN_SETUP).is_some();
        if is_said && !factors.iter().any(|factor| factor == MfaType::SoftwareTokenMfa.as_str()) {
            return Err(Error::service(key::MFAS_CAN_SETUP, Problem::Unsupported).into());
        }
        let session = pending.session().map(String::from);
        self.user = user;
        self.asked = None;
        let message = Message::AssociateSoftwareToken(AssociateSoftwareToken { session });
        Ok(self.send(message, Awaited::SecretCode(pending)))
    }

    fn ask_for_first_code(&mut self, pending: Pending, secret_code: SecretCode) -> Step {
        let question = Question::AuthenticatorSetup { secret_code: secret_code.clone() };
        self.ask(Asked::AuthenticatorSetup { pending, secret_code }, question)
    }

    /// Puts a challenge to the person.
    fn put<E>(&mut self, reply: &Reply) -> Next<E> {
        let (pending, user) = self.read(reply)?;
        let question = Question::of(&pending)?;
        self.user = user;
        Ok(self.ask(Asked::Challenge(pending), question))
    }

    /// The challenge of a reply, and the user as it names them.
    fn read(&self, reply: &Reply) -> Result<(Pending, User), Error> {
        let pending = Pending::from_reply(reply)?;
        let user = self.user.named_by(pending.parameters().iter())?;
        Ok((pending, user))
    }

    fn answer_challenge<R: TryCryptoRng + ?Sized>(
        &mut self,
        pending: &Pending,
        answer: Answer<'_>,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        let answer = match (pending.challenge_name(), answer) {
            (ChallengeName::PasswordVerifier, Answer::Password(password)) => return self.prove(pending, password, now),
            (ChallengeName::SelectChallenge, Answer::FirstFactor(factor)) => return self.choose(pending, factor, rng),
            (ChallengeName::Password, Answer::Password(password)) => ChallengeAnswer::Password { password },
            (ChallengeName::AdminNoSrpAuth, Answer::Password(password)) => ChallengeAnswer::AdminNoSrpAuth { password },
            (ChallengeName::SmsMfa, Answer::Code(code)) => ChallengeAnswer::SmsMfa { code },
            (ChallengeName::EmailOtp, Answer::Code(code)) => ChallengeAnswer::EmailOtp { code },
            (ChallengeName::SmsOtp, Answer::Code(code)) => ChallengeAnswer::SmsOtp { code },
            (ChallengeName::SoftwareTokenMfa, Answer::Code(code)) => ChallengeAnswer::SoftwareTokenMfa { code },
            (ChallengeName::SelectMfaType, Answer::MfaType(mfa_type)) => ChallengeAnswer::SelectMfaType { mfa_type },
            (ChallengeName::NewPasswordRequired, Answer::NewPassword { new_password, user_attributes }) => {
                ChallengeAnswer::NewPasswordRequired { new_password, user_attributes }
            }
            (ChallengeName::CustomChallenge, Answer::Custom(answer)) => ChallengeAnswer::CustomChallenge { answer },
            (ChallengeName::WebAuthn, Answer::Passkey(credential)) => ChallengeAnswer::WebAuthn { credential },
            _ => return Err(MISFIT.into()),
        };
        Ok(self.respond(pending, &answer))
    }

    /// PASSWORD_VERIFIER. It cannot be answered again: SRP is spent.
    fn prove<E>(&mut self, pending: &Pending, password: &str, now: DateTime<Utc>) -> Next<E> {
        let challenge = PasswordVerifier::from_reply(pending.parameters().iter(), pending.session())?;
        let login = self.login.as_ref().ok_or(MISFIT)?;
        let Proof { answer, user } = login.prove(&challenge, &self.user, password, now)?;
        self.login = None;
        self.proved = true;
        Ok(self.answer_at_once(user, answer))
    }

    /// SELECT_CHALLENGE.
    fn choose<R: TryCryptoRng + ?Sized>(
        &mut self,
        pending: &Pending,
        factor: ChallengeName,
        rng: &mut R,
    ) -> Next<R::Error> {
        let factor = match factor {
            ChallengeName::PasswordSrp => {
                let login = UserLogin::start(&self.user, rng).map_err(SignInError::Rng)?;
                let answer = login.select_challenge(pending.session());
                self.login = Some(login);
                return Ok(self.send_answer(self.user.clone(), answer));
            }
            ChallengeName::Password => {
                self.login = None;
                self.plain_password = true;
                let question = Question::Password { over_srp: false };
                return Ok(self.ask(Asked::ChosenPassword(pending.clone()), question));
            }
            ChallengeName::WebAuthn => FirstFactor::WebAuthn { credential: None },
            ChallengeName::EmailOtp => FirstFactor::EmailOtp,
            ChallengeName::SmsOtp => FirstFactor::SmsOtp,
            _ => return Err(MISFIT.into()),
        };
        self.login = None;
        Ok(self.respond(pending, &ChallengeAnswer::SelectChallenge(factor)))
    }
}

/// The end.
impl SignIn {
    /// The tokens: with a new device, if one is offered and wanted, still to be confirmed.
    fn signed_in<R: TryCryptoRng + ?Sized>(&mut self, tokens: &AuthenticationResult, rng: &mut R) -> Next<R::Error> {
        if self.login.is_some() && !self.flow.allows_before_proof(None) {
            return Err(Error::service("AuthenticationResult", Problem::Unexpected).into());
        }
        tokens.check()?;
        let offered = tokens.new_device_metadata.as_ref().filter(|device| device.names_a_device());
        let Some((remember, offered)) = self.remember.clone().zip(offered) else {
            return Ok(Step::Done(self.done(tokens.clone())));
        };
        let not_remembered =
            |sign_in: &mut Self, problem| Ok(Step::Done(sign_in.done_without_device(tokens.clone(), problem)));
        let names = (offered.device_key.as_deref(), offered.device_group_key.as_deref());
        let offered = match NewDevice::from_metadata(names.0, names.1) {
            Ok(offered) => offered,
            Err(error) => return not_remembered(self, DeviceProblem::Parameter(error)),
        };
        let Enrollment { device, verifier } = match offered.enroll(rng) {
            Ok(enrollment) => enrollment,
            Err(EnrollError::Rng(error)) => return Err(SignInError::Rng(error)),
            Err(EnrollError::SelfCheck) => return not_remembered(self, DeviceProblem::SelfCheck),
        };
        let message = ConfirmDevice {
            access_token: tokens.access_token.clone().unwrap_or_default(),
            device_key: device.key().into(),
            device_secret_verifier_config: verifier,
            device_name: remember.device_name,
        };
        self.asked = None;
        self.name_by(tokens);
        let awaited = Awaited::Confirmation { tokens: tokens.clone(), device };
        Ok(self.send(Message::ConfirmDevice(message), awaited))
    }

    fn done(&mut self, tokens: AuthenticationResult) -> Done {
        self.login = None;
        self.device_login = None;
        self.awaited = Awaited::Nothing;
        self.asked = None;
        self.name_by(&tokens);
        Done {
            tokens,
            user: self.user.clone(),
            new_device: None,
            user_confirmation_necessary: false,
            device_problem: None,
            device_forgotten: self.device_forgotten(),
        }
    }

    /// Where no challenge has, nobody has said yet what the service calls the user, but for the token itself.
    fn name_by(&mut self, tokens: &AuthenticationResult) {
        if !self.is_named_by_a_challenge()
            && let Some(username) = tokens.username()
        {
            self.user = self.user.known_as(username);
        }
    }

    /// Whether a challenge has named the user: PASSWORD_VERIFIER always does. One of the others that names them as they were
    /// typed is not noticed.
    fn is_named_by_a_challenge(&self) -> bool {
        self.proved || self.user.username() != self.typed
    }

    fn done_with_device(&mut self, tokens: AuthenticationResult, device: Device, confirmation_necessary: bool) -> Done {
        let mut done = self.done(tokens);
        done.user = done.user.with_device_key(device.key());
        done.new_device = Some(device);
        done.user_confirmation_necessary = confirmation_necessary;
        done
    }

    fn done_without_device(&mut self, tokens: AuthenticationResult, problem: DeviceProblem) -> Done {
        let mut done = self.done(tokens);
        done.device_problem = Some(problem);
        done
    }
}

/// Steps.
impl SignIn {
    fn ask(&mut self, asked: Asked, question: Question) -> Step {
        self.awaited = Awaited::Nothing;
        self.asked = Some(asked);
        Step::Ask(question)
    }

    fn begin(&mut self, mut request: InitiateAuth) -> Step {
        if matches!(self.flow, Flow::UserAuth { .. }) {
            request.session = self.session.take().map(|mut session| core::mem::take(&mut *session));
        }
        self.send(Message::InitiateAuth(request), Awaited::Authentication)
    }

    fn respond(&mut self, pending: &Pending, answer: &ChallengeAnswer<'_>) -> Step {
        let answer = self.user.respond(pending.session(), answer);
        self.send_answer(self.user.clone(), answer)
    }

    /// Answers a challenge that takes nobody's help, or that cannot be answered again.
    fn answer_at_once(&mut self, user: User, answer: ChallengeResponse) -> Step {
        self.asked = None;
        self.send_answer(user, answer)
    }

    fn send_answer(&mut self, user: User, answer: ChallengeResponse) -> Step {
        self.user = user;
        self.send(Message::RespondToAuthChallenge(answer), Awaited::Authentication)
    }

    fn send(&mut self, message: Message, awaited: Awaited) -> Step {
        self.awaited = awaited;
        let mut request = self.user.request(message);
        request.admin = self.admin;
        request.context = self.context.clone();
        Step::Send(request)
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.user)
            .field("flow", &self.flow)
            .field("question", &self.question())
            .finish_non_exhaustive()
    }
}

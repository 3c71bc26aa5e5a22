//! The whole conversation: requests out, replies in, and what to ask the person in between.
//!
//! The arithmetic and the messages are those of the rooms below; what is decided here is which comes next.

mod pending;
mod question;
mod saved;

use alloc::string::String;
use core::fmt;

use chrono::{DateTime, Utc};
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use self::pending::Pending;
pub use self::question::{Answer, Question, SecretCode};
use crate::{
    challenge::{ChallengeAnswer, FirstFactor, PreferredChallenge},
    device::{Device, DeviceLogin, DevicePasswordVerifier, EnrollError, NewDevice},
    error::{Error, Problem},
    pool::User,
    refusal::{Cause, Refusal},
    user::{PasswordVerifier, UserLogin},
    wire::{
        AssociateSoftwareToken, AuthenticationResult, ChallengeName, ChallengeResponse, ConfirmDevice, Context,
        InitiateAuth, Message, Reply, Request, VerifySoftwareToken, json, key,
    },
};

/// How a sign-in begins: AuthFlow, and what it leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flow {
    /// USER_SRP_AUTH: the password, over SRP.
    UserSrpAuth,
    /// USER_AUTH: a factor of the person's choice.
    UserAuth {
        /// PREFERRED_CHALLENGE: PASSWORD, PASSWORD_SRP, WEB_AUTHN, EMAIL_OTP or SMS_OTP. Without it, the person is asked.
        preferred_challenge: Option<ChallengeName>,
    },
    /// CUSTOM_AUTH: the pool's own challenges, and nothing before them.
    CustomAuth,
    /// CUSTOM_AUTH with CHALLENGE_NAME = SRP_A: the password, over SRP, and then the pool's own challenges.
    CustomAuthWithSrp,
    /// USER_PASSWORD_AUTH: the password itself.
    UserPasswordAuth,
    /// ADMIN_USER_PASSWORD_AUTH: the password itself, with AWS credentials.
    AdminUserPasswordAuth,
    /// ADMIN_NO_SRP_AUTH, the older name of the same.
    AdminNoSrpAuth,
    /// REFRESH_TOKEN_AUTH: new tokens for a refresh token.
    RefreshTokenAuth,
    /// REFRESH_TOKEN, the older name of the same.
    RefreshToken,
}

impl Flow {
    /// The first request; none where it takes the person's password or a token, and they have to be asked first.
    fn first_request(self, user: &User, login: Option<&UserLogin>) -> Result<Option<InitiateAuth>, Error> {
        let preferred = match self {
            Self::UserSrpAuth => return Ok(login.map(UserLogin::user_srp_auth)),
            Self::CustomAuthWithSrp => return Ok(login.map(UserLogin::custom_auth)),
            Self::CustomAuth => return Ok(Some(InitiateAuth::custom_auth(user))),
            Self::UserPasswordAuth
            | Self::AdminUserPasswordAuth
            | Self::AdminNoSrpAuth
            | Self::RefreshTokenAuth
            | Self::RefreshToken
            | Self::UserAuth { preferred_challenge: Some(ChallengeName::Password) } => return Ok(None),
            Self::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) } => {
                return Ok(login.map(UserLogin::user_auth));
            }
            Self::UserAuth { preferred_challenge: None } => None,
            Self::UserAuth { preferred_challenge: Some(ChallengeName::WebAuthn) } => Some(PreferredChallenge::WebAuthn),
            Self::UserAuth { preferred_challenge: Some(ChallengeName::EmailOtp) } => Some(PreferredChallenge::EmailOtp),
            Self::UserAuth { preferred_challenge: Some(ChallengeName::SmsOtp) } => Some(PreferredChallenge::SmsOtp),
            Self::UserAuth { preferred_challenge: Some(_) } => {
                return Err(Error::caller(key::PREFERRED_CHALLENGE, Problem::Unexpected));
            }
        };
        Ok(Some(InitiateAuth::user_auth(user, preferred)))
    }
}

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
/// # What goes wrong
///
/// Every error leaves the sign-in as it was: a reply that does not fit can be followed by one that does. After a refusal,
/// [`Cause::retry`] says whether trying again can help, and there are two ways to: [`question`](Self::question) is what can
/// be answered again, such as a code that was mistyped; and [`start`](Self::start) starts over, which a wrong password
/// needs, since SRP proves one password with one SRP_A. A request that got no reply may be sent again as it was.
///
/// # What it holds
///
/// The ephemeral secrets, Session, the device's password; never the person's password, which goes through
/// [`answer`](Self::answer) into one request. All of it is wiped on drop, and `Debug` shows none. Time and randomness are
/// arguments; it is `Send`, and can wait in memory or, [saved](Self::save), outside of it.
pub struct SignIn {
    /// As the requests name the user now: at first as typed, then as the service did.
    user: User,
    typed: String,
    flow: Flow,
    admin: bool,
    context: Context,
    /// Session of ConfirmSignUp, for the first request.
    session: Option<Zeroizing<String>>,
    /// The remembered device, until the service says that it has forgotten it.
    device: Option<Device>,
    device_forgotten: bool,
    /// Whether a new device is to be remembered.
    remember: Option<Remember>,
    /// SRP that has begun and is not finished.
    login: Option<UserLogin>,
    device_login: Option<DeviceLogin>,
    /// Whether the device has answered already. The service asks it once, and who asks for ever is not the service.
    device_answered: bool,
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

/// What comes next.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a driver does all three, and the compiler is to see to it")]
pub enum Step {
    /// Send this, and pass on what comes of it: [`SignIn::handle`] or [`SignIn::refused`].
    Send(Request),
    /// Ask the person this, and pass on what they say: [`SignIn::answer`].
    Ask(Question),
    /// The person is signed in.
    Done(Done),
}

/// How a sign-in ended well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Done {
    /// The tokens. NewDeviceMetadata is there if the service offers to remember a device.
    pub tokens: AuthenticationResult,
    /// The user by the name that the service gave: to keep a device under, and for SECRET_HASH with a refresh token.
    pub user: User,
    /// A new device, which ConfirmDevice has confirmed: to be stored, in place of any older one.
    pub new_device: Option<Device>,
    /// Whether the new device is remembered only once UpdateDeviceStatus says so.
    pub user_confirmation_necessary: bool,
    /// Why ConfirmDevice was refused. The person is signed in all the same.
    pub device_refusal: Option<Refusal>,
    /// Whether the service has forgotten the device that was given: what is stored of it is of no more use.
    pub device_forgotten: bool,
}

/// Why a step could not be taken. The sign-in is as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInError<E> {
    /// Something that was passed in is not right, or does not fit what the sign-in waits for.
    Parameter(Error),
    /// The service refused, and it is not for the sign-in to try again.
    Refused(Refusal),
    /// The random generator failed.
    Rng(E),
    /// A new device's verifier does not sign in: see [`EnrollError::SelfCheck`].
    SelfCheck,
}

type Next<E> = Result<Step, SignInError<E>>;

impl SignIn {
    /// A sign-in that is about to begin. The user is named as typed, and has no device: [`with_device`](Self::with_device)
    /// adds one.
    #[must_use]
    pub fn new(user: User, flow: Flow) -> Self {
        Self {
            typed: user.username().into(),
            user: user.without_device_key(),
            flow,
            admin: matches!(flow, Flow::AdminUserPasswordAuth | Flow::AdminNoSrpAuth),
            context: Context::default(),
            session: None,
            device: None,
            device_forgotten: false,
            remember: None,
            login: None,
            device_login: None,
            device_answered: false,
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
        self.user = self.user.with_device_key(device.key());
        self.device = Some(device);
        self
    }

    /// Has a device that the service offers be remembered, under this DeviceName if there is one: it is enrolled, and a
    /// ConfirmDevice comes before [`Step::Done`].
    #[must_use]
    pub fn remembering_device(mut self, device_name: Option<&str>) -> Self {
        self.remember = Some(Remember { device_name: device_name.map(String::from) });
        self
    }

    /// Goes on from ConfirmSignUp: its Session is sent with the first request, of [`Flow::UserAuth`].
    #[must_use]
    pub fn with_session(mut self, session: impl Into<String>) -> Self {
        self.session = Some(Zeroizing::new(session.into()));
        self
    }

    /// What requests carry from now on for triggers and threat protection. It is not part of a saved state.
    pub fn set_context(&mut self, context: Context) {
        self.context = context;
    }

    /// The user, by the name that the requests carry now.
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
    /// [`SignInError::Rng`], or [`Problem::Unexpected`] for PREFERRED_CHALLENGE where it is no first factor.
    pub fn start<R: TryCryptoRng + ?Sized>(&mut self, rng: &mut R) -> Next<R::Error> {
        self.start_as(self.user.known_as(&*self.typed), rng)
    }

    fn start_as<R: TryCryptoRng + ?Sized>(&mut self, user: User, rng: &mut R) -> Next<R::Error> {
        let login = match self.flow {
            Flow::UserSrpAuth
            | Flow::CustomAuthWithSrp
            | Flow::UserAuth { preferred_challenge: Some(ChallengeName::PasswordSrp) } => {
                Some(UserLogin::start(&user, rng).map_err(SignInError::Rng)?)
            }
            _ => None,
        };
        let request = self.flow.first_request(&user, login.as_ref())?;
        self.user = user;
        self.login = login;
        self.device_login = None;
        self.device_answered = false;
        Ok(match request {
            Some(request) => {
                self.asked = None;
                self.begin(request)
            }
            None => self.ask(Asked::ToBegin, self.question_to_begin()),
        })
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
    /// [`SignInError::Rng`], [`SignInError::SelfCheck`]: the same reply can be passed in again.
    pub fn handle<R: TryCryptoRng + ?Sized>(
        &mut self,
        reply: &Reply,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        match &self.awaited {
            Awaited::Nothing => Err(Error::caller("reply", Problem::Unexpected).into()),
            Awaited::Authentication => match &reply.authentication_result {
                Some(tokens) => self.signed_in(tokens, rng),
                None => self.challenged(reply, now, rng),
            },
            Awaited::SecretCode(pending) => {
                let pending = pending.with_session_of(reply)?;
                let secret_code = reply.secret_code.as_deref().ok_or(Error::service("SecretCode", Problem::Missing))?;
                let secret_code = SecretCode::new(secret_code);
                let question = Question::AuthenticatorSetup { secret_code: secret_code.clone() };
                Ok(self.ask(Asked::AuthenticatorSetup { pending, secret_code }, question))
            }
            Awaited::Verification(pending) => {
                if reply.status.as_deref() != Some("SUCCESS") {
                    return Err(Error::service("Status", Problem::Unexpected).into());
                }
                let pending = pending.with_session_of(reply)?;
                self.asked = None;
                Ok(self.respond(&pending, &ChallengeAnswer::MfaSetup))
            }
            Awaited::Confirmation { tokens, device } => {
                if reply.challenge_name.is_some() || reply.authentication_result.is_some() {
                    return Err(Error::service("ConfirmDevice", Problem::Unexpected).into());
                }
                let (tokens, device) = (tokens.clone(), device.clone());
                let mut done = self.done(tokens);
                done.new_device = Some(device);
                done.user_confirmation_necessary = reply.user_confirmation_necessary;
                Ok(Step::Done(done))
            }
        }
    }

    /// Takes the service's refusal of the last request.
    ///
    /// A device that the service has forgotten is left out, and the sign-in starts again; a ConfirmDevice that is refused
    /// does not undo the sign-in. What else can be done is said [above](Self#what-goes-wrong).
    ///
    /// # Errors
    ///
    /// [`SignInError::Refused`] with every other refusal. [`SignInError::Parameter`] where no request is out.
    pub fn refused<R: TryCryptoRng + ?Sized>(&mut self, refusal: Refusal, rng: &mut R) -> Next<R::Error> {
        match &self.awaited {
            Awaited::Nothing => Err(Error::caller("refusal", Problem::Unexpected).into()),
            Awaited::Authentication if self.device.is_some() && refusal.cause() == Cause::UnknownDevice => {
                let step = self.start_as(self.user.known_as(&*self.typed).without_device_key(), rng)?;
                self.device = None;
                self.device_forgotten = true;
                Ok(step)
            }
            Awaited::Confirmation { tokens, .. } => {
                let mut done = self.done(tokens.clone());
                done.device_refusal = Some(refusal);
                Ok(Step::Done(done))
            }
            _ => Err(SignInError::Refused(refusal)),
        }
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
                let request = self.request_to_begin(answer).ok_or(MISFIT)?;
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
            Asked::ToBegin => Some(self.question_to_begin()),
            Asked::Challenge(pending) => Question::of(pending).ok(),
            Asked::ChosenPassword(_) => Some(Question::Password),
            Asked::AuthenticatorSetup { secret_code, .. } => {
                Some(Question::AuthenticatorSetup { secret_code: secret_code.clone() })
            }
        }
    }

    const fn question_to_begin(&self) -> Question {
        match self.flow {
            Flow::RefreshTokenAuth | Flow::RefreshToken => Question::RefreshToken,
            _ => Question::Password,
        }
    }

    /// The first request of the flows that begin with a password or a token.
    fn request_to_begin(&self, answer: Answer<'_>) -> Option<InitiateAuth> {
        let user = &self.user.known_as(&*self.typed);
        Some(match (self.flow, answer) {
            (Flow::UserPasswordAuth, Answer::Password(password)) => InitiateAuth::user_password_auth(user, password),
            (Flow::AdminUserPasswordAuth, Answer::Password(password)) => {
                InitiateAuth::admin_user_password_auth(user, password)
            }
            (Flow::AdminNoSrpAuth, Answer::Password(password)) => InitiateAuth::admin_no_srp_auth(user, password),
            (Flow::UserAuth { .. }, Answer::Password(password)) => {
                InitiateAuth::user_auth(user, Some(PreferredChallenge::Password { password }))
            }
            (Flow::RefreshTokenAuth, Answer::RefreshToken(token)) => InitiateAuth::refresh_token_auth(user, token),
            (Flow::RefreshToken, Answer::RefreshToken(token)) => InitiateAuth::refresh_token(user, token),
            _ => return None,
        })
    }

    /// A challenge: answered at once where that takes nobody's help, and otherwise put to the person.
    fn challenged<R: TryCryptoRng + ?Sized>(
        &mut self,
        reply: &Reply,
        now: DateTime<Utc>,
        rng: &mut R,
    ) -> Next<R::Error> {
        let unexpected = Error::service("ChallengeName", Problem::Unexpected);
        let session = reply.session.as_deref();
        match reply.challenge_name.as_deref().and_then(|name| name.parse().ok()) {
            Some(ChallengeName::PasswordVerifier) => {
                self.login.as_ref().ok_or(unexpected)?;
                PasswordVerifier::from_reply(reply.challenge_parameters.iter(), session)?;
                self.put(reply)
            }
            Some(ChallengeName::PasswordSrp) => {
                // Whoever asks for SRP_A while one is unanswered would ask for ever.
                if self.login.is_some() {
                    return Err(unexpected.into());
                }
                let (pending, user) = self.read(reply)?;
                let login = UserLogin::start(&user, rng).map_err(SignInError::Rng)?;
                let answer = login.password_srp(pending.session());
                self.login = Some(login);
                Ok(self.answer_at_once(user, answer))
            }
            Some(ChallengeName::DeviceSrpAuth) => {
                let device = self.device.as_ref().ok_or(unexpected)?;
                if self.device_login.is_some() || self.device_answered {
                    return Err(unexpected.into());
                }
                let (pending, user) = self.read(reply)?;
                let login = DeviceLogin::start(&user, device, rng).map_err(SignInError::Rng)?;
                let answer = login.device_srp_auth(pending.session());
                self.device_login = Some(login);
                Ok(self.answer_at_once(user, answer))
            }
            Some(ChallengeName::DevicePasswordVerifier) => {
                let (device, login) = self.device.as_ref().zip(self.device_login.as_ref()).ok_or(unexpected)?;
                let challenge = DevicePasswordVerifier::from_reply(reply.challenge_parameters.iter(), session)?;
                let answer = login.prove(&challenge, device, now)?;
                self.device_login = None;
                self.device_answered = true;
                Ok(self.answer_at_once(self.user.clone(), answer))
            }
            Some(ChallengeName::MfaSetup) => {
                let (pending, user) = self.read(reply)?;
                let factors = json::list(pending.parameters(), key::MFAS_CAN_SETUP)?;
                if !factors.is_empty() && !factors.iter().any(|factor| factor == "SOFTWARE_TOKEN_MFA") {
                    return Err(Error::service(key::MFAS_CAN_SETUP, Problem::Unknown).into());
                }
                let session = pending.session().map(String::from);
                self.user = user;
                self.asked = None;
                let message = Message::AssociateSoftwareToken(AssociateSoftwareToken { session });
                Ok(self.send(message, Awaited::SecretCode(pending)))
            }
            _ => self.put(reply),
        }
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
        let proof = self.login.as_ref().ok_or(MISFIT)?.prove(&challenge, password, now)?;
        self.login = None;
        self.asked = None;
        Ok(self.send_answer(proof.user.clone(), proof.answer))
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
            ChallengeName::Password => return Ok(self.ask(Asked::ChosenPassword(pending.clone()), Question::Password)),
            ChallengeName::WebAuthn => FirstFactor::WebAuthn { credential: None },
            ChallengeName::EmailOtp => FirstFactor::EmailOtp,
            ChallengeName::SmsOtp => FirstFactor::SmsOtp,
            _ => return Err(MISFIT.into()),
        };
        Ok(self.respond(pending, &ChallengeAnswer::SelectChallenge(factor)))
    }

    /// The tokens: with a new device, if one is offered and wanted, still to be confirmed.
    fn signed_in<R: TryCryptoRng + ?Sized>(&mut self, tokens: &AuthenticationResult, rng: &mut R) -> Next<R::Error> {
        tokens.check()?;
        let Some((remember, offered)) = self.remember.clone().zip(tokens.new_device_metadata.as_ref()) else {
            return Ok(Step::Done(self.done(tokens.clone())));
        };
        let offered = NewDevice::from_metadata(offered.device_key.as_deref(), offered.device_group_key.as_deref())?;
        let access_token = tokens.access_token.clone().ok_or(Error::service("AccessToken", Problem::Missing))?;
        let enrollment = offered.enroll(rng)?;
        let message = ConfirmDevice {
            access_token,
            device_key: enrollment.device.key().into(),
            device_secret_verifier_config: enrollment.verifier,
            device_name: remember.device_name,
        };
        let awaited = Awaited::Confirmation { tokens: tokens.clone(), device: enrollment.device };
        self.asked = None;
        Ok(self.send(Message::ConfirmDevice(message), awaited))
    }

    fn done(&mut self, tokens: AuthenticationResult) -> Done {
        self.login = None;
        self.device_login = None;
        self.awaited = Awaited::Nothing;
        self.asked = None;
        // Where no challenge came, nobody has said yet what the service calls the user, but for the token itself.
        if let Some(username) = tokens.username() {
            self.user = self.user.known_as(username);
        }
        Done {
            tokens,
            user: self.user.clone(),
            new_device: None,
            user_confirmation_necessary: false,
            device_refusal: None,
            device_forgotten: self.device_forgotten,
        }
    }

    fn ask(&mut self, asked: Asked, question: Question) -> Step {
        self.awaited = Awaited::Nothing;
        self.asked = Some(asked);
        Step::Ask(question)
    }

    fn begin(&mut self, mut request: InitiateAuth) -> Step {
        self.user = self.user.known_as(&*self.typed);
        request.session = self.session.as_deref().cloned();
        self.send(Message::InitiateAuth(request), Awaited::Authentication)
    }

    fn respond(&mut self, pending: &Pending, answer: &ChallengeAnswer<'_>) -> Step {
        let answer = self.user.respond(pending.session(), answer);
        self.send_answer(self.user.clone(), answer)
    }

    /// Answers a challenge that takes nobody's help; what was asked before it cannot be answered again.
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
        let client = self.user.client();
        Step::Send(Request {
            message,
            admin: self.admin,
            client_id: client.client_id().into(),
            user_pool_id: client.user_pool_id().as_str().into(),
            context: self.context.clone(),
        })
    }
}

/// The answer is not one to what was asked.
const MISFIT: Error = Error::caller("answer", Problem::Unexpected);

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("user", &self.user)
            .field("flow", &self.flow)
            .field("question", &self.question())
            .finish_non_exhaustive()
    }
}

impl<E> From<Error> for SignInError<E> {
    fn from(error: Error) -> Self {
        Self::Parameter(error)
    }
}

impl<E> From<EnrollError<E>> for SignInError<E> {
    fn from(error: EnrollError<E>) -> Self {
        match error {
            EnrollError::Rng(error) => Self::Rng(error),
            EnrollError::SelfCheck => Self::SelfCheck,
        }
    }
}

impl<E: fmt::Display> fmt::Display for SignInError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Rng(error) => EnrollError::Rng(error).fmt(f),
            Self::SelfCheck => EnrollError::<E>::SelfCheck.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for SignInError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Parameter(error) => Some(error),
            Self::Refused(refusal) => Some(refusal),
            Self::Rng(error) => Some(error),
            Self::SelfCheck => None,
        }
    }
}

//! One sign-in: who carries requests to the pool and replies back, and looks at the machine after each step.

use chrono::{DateTime, Utc};
use cognito_srp_core::{
    AppClient, ChallengeName, Device, Done, Fault, Flow, Message, Problem, Question, Refusal, Reply, Request, SignIn,
    SignInError, Step,
};
use rand::RngExt;
use serde_json::{Value, json};
use testpool::ServiceError;

use crate::{
    bodies::{by_fields, by_hand, context, noisy},
    driver::Driver,
    known::{Awaited, By, Known, starts_with_srp},
    misfits,
    person::Said,
    randomness::{Exhausted, Randomness},
    rules::Rules,
    saved::Saved,
    trail::{Trail, ask_line, kind, reply_line},
    world::{Brings, Confirmation, Name, Remembering, Visit},
};

/// More requests than any sign-in takes.
const MANY: usize = 24;

const NEW_DEVICE: &str = "/AuthenticationResult/NewDeviceMetadata";

/// A sign-in under way.
pub(crate) struct Walk<'d, 'w> {
    pub(crate) driver: &'d mut Driver<'w>,
    pub(crate) visit: &'d Visit,
    pub(crate) sign_in: SignIn,
    pub(crate) client: AppClient,
    /// The name that the person has typed.
    pub(crate) typed: String,
    /// The device, until the service has forgotten it.
    pub(crate) device: Option<Device>,
    /// The same, for ever.
    pub(crate) brought: Option<Device>,
    /// DEVICE_KEY of the user that a refresh token is used as.
    pub(crate) device_key: Option<String>,
    pub(crate) device_forgotten: bool,
    pub(crate) known: Known,
    pub(crate) trail: Trail,
    pub(crate) requests: usize,
    /// What nobody may see.
    pub(crate) secrets: Vec<String>,
}

/// How a walk ends.
pub(crate) enum Ends {
    Well(Box<Done>),
    Refused(String),
    Fault(String),
}

impl Walk<'_, '_> {
    pub(crate) fn walk(&mut self) -> Ends {
        self.look();
        self.try_misfits();
        let mut step = self.start();
        loop {
            step = match step {
                Step::Ask(question) => self.ask(&question),
                Step::Send(request) => {
                    if self.loses(&request) {
                        return Ends::Well(Box::new(self.sign_in.skip_device().unwrap()));
                    }
                    match self.send(&request) {
                        Ok(step) => step,
                        Err(end) => return end,
                    }
                }
                Step::Done(done) => {
                    self.try_misfits();
                    return Ends::Well(Box::new(done));
                }
            };
        }
    }

    /// Begins, or begins again.
    fn start(&mut self) -> Step {
        self.known = Known::at_the_beginning(self.visit);
        let draws = usize::from(starts_with_srp(self.visit.flow));
        let step = self.step(draws, |sign_in, _, rng| sign_in.start(rng)).unwrap();
        self.took(&step, By::Itself);
        step
    }

    // Questions

    fn ask(&mut self, question: &Question) -> Step {
        self.trail.push(ask_line(question));
        if matches!(question, Question::Password { over_srp: true }) {
            self.bring_device();
        }
        self.try_misfits();
        let said = self.driver.person_answers(question);
        self.secrets.extend(said.code().map(String::from));
        if self.visit.misfits && self.known.proves() {
            self.refuses_year_10000(|sign_in, then, rng| said.to(|answer| sign_in.answer(answer, then, rng)));
        }
        let step = self.say(&said);
        if self.visit.stutters { self.say_again(&said, step) } else { step }
    }

    fn say(&mut self, said: &Said) -> Step {
        let draws = usize::from(said.first_factor() == Some(ChallengeName::PasswordSrp));
        let step = self.step(draws, |sign_in, now, rng| said.to(|answer| sign_in.answer(answer, now, rng))).unwrap();
        if let Some(factor) = said.first_factor() {
            self.known.chose(factor);
        }
        self.took(&step, By::Answer);
        step
    }

    /// Gives the same answer once more, where that is possible: the same request comes of it, but for a new SRP_A.
    fn say_again(&mut self, said: &Said, step: Step) -> Step {
        // The Session of ConfirmSignUp goes into one request only.
        let (Step::Send(request), Some(_), false) = (&step, &self.known.question, self.visit.session_of_sign_up) else {
            return step;
        };
        let again = self.say(said);
        let Step::Send(sent_again) = &again else { panic!("{again:?} for the same answer") };
        let is_drawn = said.first_factor() == Some(ChallengeName::PasswordSrp);
        assert!(is_drawn || sent_again.to_json() == request.to_json(), "the same answer is the same request");
        again
    }

    /// Looks a device up under the name that the service gave.
    fn bring_device(&mut self) {
        if self.visit.brings != Brings::WithPassword || self.brought.is_some() {
            return;
        }
        let Some(device) = self.driver.held.clone() else { return };
        self.secrets.push(device.password().expose_secret().into());
        self.brought = Some(device.clone());
        self.device = Some(device.clone());
        self.sign_in.set_device(Some(device));
        self.look();
    }

    // Requests, and what comes of them

    fn send(&mut self, request: &Request) -> Result<Step, Ends> {
        self.requests += 1;
        assert!(self.requests < MANY, "it does not end: {:?}", self.trail);
        self.assert_discreet(&format!("{request:?}"));
        self.rules().check(request);
        let mut body = by_hand(request);
        let json: Value = serde_json::from_str(&request.to_json()).unwrap();
        assert_eq!(json, body, "the fields of the request and its text say the same");
        if self.visit.as_json {
            body = json;
        }
        self.service_picks(&mut body);
        self.world_changes(request);
        if self.visit.stutters {
            self.stutter(request, &body);
        }
        let reply = self.driver.pool.handle(request.operation().as_str(), &body);
        self.driver.pool.set_now(self.driver.world.unix_seconds);
        self.driver.person.hears();
        match reply {
            Ok(reply) => self.receive(reply),
            Err(refusal) => self.refused(&refusal),
        }
    }

    fn rules(&self) -> Rules<'_> {
        Rules {
            visit: self.visit,
            known: &self.known,
            pool_id: &self.driver.world.settings.pool_id,
            client_secret: self.driver.client_secret(self.visit),
            typed: &self.typed,
            device_key: self.device_key(),
            is_first: self.requests == 1,
        }
    }

    /// The service has too much to do, and then its reply is lost. The request is sent again.
    fn stutter(&mut self, request: &Request, body: &Value) {
        if self.known.awaited != Awaited::Confirmation {
            misfits::passes_on(self, &Refusal::new("TooManyRequestsException", "Rate exceeded"));
        }
        drop(self.driver.pool.handle(request.operation().as_str(), body));
    }

    fn receive(&mut self, mut reply: Value) -> Result<Step, Ends> {
        self.trail.push(reply_line(self.known.awaited, &reply));
        self.learn_secrets(&reply);
        self.try_misfits();
        let malformed = self.visit.confirmation == Confirmation::Malformed;
        if let Some(device) = reply.pointer_mut(NEW_DEVICE).filter(|_| malformed) {
            device["DeviceKey"] = json!("no key");
        }
        let enrolls = reply.pointer(NEW_DEVICE).is_some() && self.visit.remembering != Remembering::No && !malformed;
        let draws = match reply["ChallengeName"].as_str() {
            _ if enrolls => 4, // a password, a salt, and both sides of a sign-in
            Some("PASSWORD_SRP" | "DEVICE_SRP_AUTH") => 1,
            _ => 0,
        };
        let told = if self.visit.noisy { self.reply(&noisy(&reply)) } else { self.reply(&reply) };
        if self.visit.misfits && reply["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER" {
            self.refuses_year_10000(|sign_in, then, rng| sign_in.handle(&told, then, rng));
        }
        let before = self.sign_in.save();
        match self.step(draws, |sign_in, now, rng| sign_in.handle(&told, now, rng)) {
            Ok(step) => {
                self.known.learn(&reply);
                let named = self.known.named.as_deref();
                assert!(self.visit.name == Name::Unknown || named.is_none_or(|name| name == self.driver.internal));
                self.took(&step, By::Itself);
                Ok(step)
            }
            Err(SignInError::Parameter(error)) => {
                assert_eq!(self.sign_in.save(), before, "an error leaves the sign-in as it was");
                Err(Ends::Fault(error.to_string()))
            }
            Err(other) => panic!("{other:?} for {reply}"),
        }
    }

    fn refused(&mut self, error: &ServiceError) -> Result<Step, Ends> {
        self.trail.push(format!("refused {error}"));
        self.try_misfits();
        let refusal = Refusal::new(error.name, &*error.message);
        let confirms = self.known.awaited == Awaited::Confirmation;
        let starts_again = !confirms && error.message == "Device does not exist." && self.device.is_some();
        let before = self.sign_in.save();
        let draws = usize::from(starts_again && starts_with_srp(self.visit.flow));
        let (same, answers_device) = match self.step(draws, |sign_in, _, rng| sign_in.refused(refusal.clone(), rng)) {
            Ok(step) => {
                assert!(confirms || starts_again, "{error} was passed over");
                if starts_again {
                    self.device = None;
                    self.device_forgotten = true;
                    self.known = Known::at_the_beginning(self.visit);
                }
                self.took(&step, By::Itself);
                return Ok(step);
            }
            Err(SignInError::Refused(same)) => (same, false),
            Err(SignInError::DeviceRefused(same)) => (same, true),
            Err(other) => panic!("{other:?} for {error}"),
        };
        assert_eq!(same, refusal);
        assert_eq!(answers_device, self.known.challenge.as_deref() == Some("DEVICE_PASSWORD_VERIFIER"));
        assert_eq!(self.sign_in.save(), before, "a refusal leaves the sign-in as it was");
        self.look();
        self.tries_again(answers_device).ok_or_else(|| Ends::Refused(error.to_string()))
    }

    /// What the person does about a refusal, of their own answer or of their device's.
    fn tries_again(&mut self, answers_device: bool) -> Option<Step> {
        if !self.visit.persistent {
            None
        } else if answers_device {
            self.driver.coverage.met("refusal", "of the device's proof");
            self.device = None;
            self.sign_in.set_device(None);
            Some(self.start())
        } else if self.driver.person.knows_better() {
            let question = self.sign_in.question().filter(|_| !self.visit.starts_over);
            Some(question.map_or_else(|| self.start(), Step::Ask))
        } else {
            None
        }
    }

    // Steps

    /// Takes a step that draws so many times. Where misfits are tried, a generator that fails before that is an error that
    /// changes nothing, and one that fails after it does not matter.
    fn step(
        &mut self,
        draws: usize,
        take: impl Fn(&mut SignIn, DateTime<Utc>, &mut Randomness) -> Result<Step, SignInError<Exhausted>>,
    ) -> Result<Step, SignInError<Exhausted>> {
        let now = self.now();
        if self.visit.misfits {
            for enough in 0..draws {
                self.driver.rng.draws_left = Some(enough);
                self.unmoved(|sign_in, _, rng| {
                    assert_eq!(take(sign_in, now, rng).unwrap_err(), SignInError::Rng(Exhausted));
                });
            }
            self.driver.rng.draws_left = Some(draws);
        }
        let step = take(&mut self.sign_in, now, &mut self.driver.rng);
        self.driver.rng.draws_left = None;
        step
    }

    /// Takes a step at a time that TIMESTAMP cannot write.
    fn refuses_year_10000(
        &mut self,
        take: impl Fn(&mut SignIn, DateTime<Utc>, &mut Randomness) -> Result<Step, SignInError<Exhausted>>,
    ) {
        let then = DateTime::from_timestamp(253_402_300_800, 0).unwrap();
        self.unmoved(|sign_in, _, rng| {
            let error = take(sign_in, then, rng).unwrap_err();
            misfits::assert_is(&error, "TIMESTAMP", Problem::OutOfRange, Fault::Caller);
        });
    }

    /// Does what must not change anything.
    pub(crate) fn unmoved(&mut self, misfit: impl Fn(&mut SignIn, DateTime<Utc>, &mut Randomness)) {
        let (now, before, shown) = (self.now(), self.sign_in.save(), format!("{:?}", self.sign_in));
        misfit(&mut self.sign_in, now, &mut self.driver.rng);
        assert_eq!(self.sign_in.save(), before, "an error leaves the sign-in as it was");
        assert_eq!(format!("{:?}", self.sign_in), shown);
        self.driver.coverage.met("misfit", format!("{:?}", self.known.awaited));
    }

    fn try_misfits(&mut self) {
        if self.visit.misfits {
            misfits::try_all(self);
        }
    }

    fn took(&mut self, step: &Step, by: By) {
        if let Step::Ask(Question::AuthenticatorSetup { secret_code }) = step {
            self.secrets.push(secret_code.expose_secret().into());
        }
        if let Step::Done(Done { new_device: Some(device), .. }) = step {
            self.secrets.push(device.password().expose_secret().into());
        }
        self.known.took(step, by);
        self.assert_discreet(&format!("{step:?}"));
        self.look();
    }

    /// Looks at the machine after a step: what it shows, what it asks, and that saving it changes nothing.
    fn look(&mut self) {
        self.assert_discreet(&format!("{:?}", self.sign_in));
        assert_eq!(self.sign_in.question().as_ref().map(ask_line), self.known.question);
        assert_eq!(self.sign_in.device_forgotten(), self.device_forgotten);
        assert_eq!(self.sign_in.user().device_key(), self.device_key());
        self.driver.coverage.met("awaited", format!("{:?}", self.known.awaited));
        if self.visit.interrupted && self.driver.rng.rng.random_bool(0.5) {
            self.interrupt();
        }
    }

    /// Saves the machine, and goes on with another.
    fn interrupt(&mut self) {
        let bytes = self.sign_in.save();
        // Whoever does not know yet that the device was forgotten brings it again.
        let brings_it = self.device_forgotten && self.driver.rng.rng.random_bool(0.5);
        let device = self.device.clone().or(self.brought.clone().filter(|_| brings_it));
        let restored = SignIn::restore(&bytes, &self.client, device).unwrap();
        assert_eq!(restored.save(), bytes);
        assert_eq!(format!("{restored:?}"), format!("{:?}", self.sign_in));
        assert_eq!(restored.user().username(), self.sign_in.user().username());
        self.sign_in = restored;
        if self.visit.context {
            self.sign_in.set_context(context());
        }
        let question = self.known.question.as_deref().unwrap_or("nothing asked");
        let kind = format!("{:?}, {}", self.known.awaited, kind(question));
        self.driver.coverage.met("saved", &kind);
        self.driver.saved.push(Saved {
            kind,
            bytes: bytes.to_vec(),
            client: self.client.clone(),
            device: self.device.clone(),
            device_forgotten: self.device_forgotten,
        });
    }

    /// No password, code, token, Session or secret is in what `Debug` shows.
    pub(crate) fn assert_discreet(&self, seen: &str) {
        // Names may have anything in them, and are no secret.
        let mut seen = seen.replace(&self.driver.internal, "..");
        if let Some(device_key) = self.device_key() {
            seen = seen.replace(device_key, "..");
        }
        for secret in &self.secrets {
            assert!(!seen.contains(secret), "{secret} is in {seen}");
        }
    }

    fn learn_secrets(&mut self, reply: &Value) {
        let result = &reply["AuthenticationResult"];
        let tokens = ["AccessToken", "IdToken", "RefreshToken"].map(|name| &result[name]);
        let secrets = tokens.into_iter().chain([&reply["Session"], &reply["SecretCode"]]);
        self.secrets.extend(secrets.filter_map(Value::as_str).map(String::from));
    }

    // What the world does meanwhile

    /// A service that picks the first factor itself, or asks for the password that has come along with a choice.
    fn service_picks(&self, body: &mut Value) {
        let parameters = match (body["AuthFlow"].as_str(), body["ChallengeName"].as_str()) {
            (Some("USER_AUTH"), _) => &mut body["AuthParameters"],
            (_, Some("SELECT_CHALLENGE")) => return self.service_asks_again(&mut body["ChallengeResponses"]),
            _ => return,
        };
        if let Some(picked) = self.visit.picked {
            parameters["PREFERRED_CHALLENGE"] = picked.as_str().into();
        }
        self.service_asks_again(parameters);
    }

    fn service_asks_again(&self, parameters: &mut Value) {
        if self.visit.asks_again {
            parameters.as_object_mut().unwrap().remove("PASSWORD");
        }
    }

    fn world_changes(&mut self, request: &Request) {
        if self.visit.forget_before == Some(self.requests)
            && let Some(device_key) = self.device_key().map(String::from)
        {
            // The pool refuses where it has none to forget.
            drop(self.driver.forget(&device_key));
        }
        let Message::ConfirmDevice(message) = &request.message else { return };
        match self.visit.confirmation {
            // A device is forgotten for whom it belongs to: it was bound to the internal name.
            Confirmation::Gone => drop(self.driver.forget(&message.device_key).unwrap()),
            Confirmation::Late => self.driver.pool.set_now(self.driver.world.unix_seconds + 3600),
            Confirmation::Accepted | Confirmation::Malformed | Confirmation::Lost => {}
        }
    }

    /// Whether the request never reaches the service.
    fn loses(&self, request: &Request) -> bool {
        matches!(request.message, Message::ConfirmDevice(_)) && self.visit.confirmation == Confirmation::Lost
    }

    // Small things

    fn device_key(&self) -> Option<&str> {
        self.device.as_ref().map(Device::key).or(self.device_key.as_deref())
    }

    const fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.driver.world.unix_seconds, 999_999_999).unwrap()
    }

    pub(crate) fn now_and_then(&mut self) -> bool {
        self.driver.rng.rng.random_bool(0.1)
    }

    /// Whether a new password can be asked: the service has been shown one, or the pool's own challenges are all there is.
    pub(crate) fn replaces_a_password(&self) -> bool {
        self.known.proved || self.known.plain_password || self.visit.flow == Flow::CustomAuth
    }

    /// A reply, on one of the two ways to one.
    pub(crate) fn reply(&self, reply: &Value) -> Reply {
        if self.visit.as_json { Reply::from_json(&reply.to_string()).unwrap() } else { by_fields(reply) }
    }
}

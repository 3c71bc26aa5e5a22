//! What has to come of a world, by the rules of the service as the README of `testpool` lists them: each question that the
//! person is asked, each reply and refusal, and the end.
//!
//! No SRP here, no machine and no pool: who knows what, and who remembers whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use cognito_srp_core::{ChallengeName, Flow};
use testpool::{DeviceTracking, Factor, MfaConfiguration};

use crate::{
    trail::Trail,
    world::{Account, Brings, CLIENT_ID, Confirmation, Keeps, Name, Remembering, Secret, Slips, Visit, World, slip},
};

/// What has to be seen of one sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) trail: Trail,
    pub(crate) end: End,
}

/// How a sign-in ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Tokens(Tokens),
    /// By the name and the text of the error.
    Refused(String),
    /// With a reply that the machine has to find fault with.
    Fault(String),
}

/// What comes with the tokens. Whose they are is no question: there is one user who can get any.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself")]
pub(crate) struct Tokens {
    pub(crate) offered_device: bool,
    pub(crate) new_device: bool,
    pub(crate) confirmation_necessary: bool,
    pub(crate) device_problem: Option<String>,
    pub(crate) device_forgotten: bool,
}

/// The state of the world as it goes from one sign-in to the next.
pub(crate) struct Oracle<'w> {
    world: &'w World,
    user: Account,
    /// What the pool knows of devices, by the order in which they came.
    devices: BTreeMap<usize, Known>,
    /// The device that the person has.
    held: Option<usize>,
    /// What the last refresh token stands for.
    grant: Option<Grant>,
    /// The device of the user that came with the last tokens.
    done: Option<usize>,
    /// How many devices there have been.
    made: usize,
}

/// What a refresh token stands for, beside the user: the device that it is bound to.
#[derive(Clone, Copy)]
struct Grant {
    device: Option<usize>,
}

#[derive(Clone, Copy)]
struct Known {
    confirmed: bool,
    remembered: bool,
    /// Whether it has the password that the person's device has.
    same_password: bool,
}

impl<'w> Oracle<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let keeps = world.user.device;
        let known = |same_password| Known { confirmed: true, remembered: true, same_password };
        let devices = match keeps {
            // Somebody else's is nobody's to this user.
            Keeps::Nothing | Keeps::Forgotten | Keeps::Foreign => BTreeMap::new(),
            Keeps::Remembered => BTreeMap::from([(0, known(true))]),
            Keeps::WithAnotherPassword => BTreeMap::from([(0, known(false))]),
        };
        Self {
            world,
            user: world.user.clone(),
            devices,
            held: (keeps != Keeps::Nothing).then_some(0),
            grant: None,
            done: None,
            made: 1,
        }
    }

    pub(crate) fn expected(&mut self, visit: &Visit) -> Outcome {
        let mut walk = Walk {
            presented: match visit.brings {
                _ if visit.as_done && self.grant.is_some() => self.done,
                Brings::AtOnce => self.held,
                Brings::Nothing | Brings::WithPassword => None,
            },
            brings: visit.brings == Brings::WithPassword,
            oracle: self,
            visit,
            slips: visit.slips.clone(),
            slipped: false,
            requests: 0,
            forgotten: false,
            trail: Trail::new(),
        };
        let end = loop {
            match walk.sign_in() {
                Ok(tokens) => break End::Tokens(tokens),
                Err(Halt::StartOver) => {}
                Err(Halt::Refused(refusal)) => break End::Refused(refusal),
                Err(Halt::Fault(error)) => break End::Fault(error.into()),
            }
        };
        Outcome { trail: walk.trail, end }
    }
}

/// Why a sign-in does not go on as it went.
enum Halt {
    StartOver,
    Refused(String),
    Fault(&'static str),
}

type Goes<T> = Result<T, Halt>;

/// Whether a question can be answered again after its answer was refused. A proof cannot: SRP is spent.
#[derive(Clone, Copy, PartialEq)]
enum Again {
    Yes,
    No,
}

struct Walk<'o, 'w> {
    oracle: &'o mut Oracle<'w>,
    visit: &'o Visit,
    slips: Slips,
    /// Whether the person's last answer was wrong.
    slipped: bool,
    requests: usize,
    /// The device that the requests name.
    presented: Option<usize>,
    /// Whether it comes with the proof of the password.
    brings: bool,
    forgotten: bool,
    trail: Trail,
}

impl Walk<'_, '_> {
    fn sign_in(&mut self) -> Goes<Tokens> {
        match self.visit.flow {
            Flow::RefreshTokenAuth | Flow::RefreshToken => self.refresh(),
            Flow::UserSrpAuth => {
                self.send();
                self.begin()?;
                self.prove()?;
                self.after_password()
            }
            Flow::CustomAuth => {
                self.send();
                self.begin()?;
                self.custom_is_configured()?;
                self.custom()
            }
            Flow::CustomAuthWithSrp => {
                self.send();
                self.begin()?;
                self.custom_is_configured()?;
                self.prove()?;
                self.custom()
            }
            Flow::UserAuth { .. } => self.user_auth(),
            _ => {
                self.answered(
                    "ask Password",
                    Again::Yes,
                    |slips| slip(&mut slips.password),
                    |walk, wrong| {
                        walk.knows_user()?;
                        walk.check_password(wrong)
                    },
                )?;
                self.after_password()
            }
        }
    }

    // What the person and the driver do

    fn line(&mut self, line: impl Into<String>) {
        self.trail.push(line.into());
    }

    /// A request goes out; a device may have been forgotten before it does.
    fn send(&mut self) {
        self.requests += 1;
        if self.visit.forget_before == Some(self.requests)
            && let Some(device) = self.presented
        {
            self.oracle.devices.remove(&device);
        }
    }

    /// A question is put, answered, sent and judged, again and again while the person knows better.
    fn answered<T>(
        &mut self,
        question: &str,
        again: Again,
        slips: impl Fn(&mut Slips) -> bool,
        verdict: impl Fn(&mut Self, bool) -> Result<T, String>,
    ) -> Goes<T> {
        loop {
            self.line(question);
            self.slipped = slips(&mut self.slips);
            self.send();
            match verdict(self, self.slipped) {
                Ok(goes) => return Ok(goes),
                Err(refusal) => self.tries_again(refusal, again)?,
            }
        }
    }

    /// After a refusal: whether the same question is answered again.
    fn tries_again(&mut self, refusal: String, again: Again) -> Goes<()> {
        self.line(format!("refused {refusal}"));
        if !(self.slipped && self.visit.persistent) {
            Err(Halt::Refused(refusal))
        } else if again == Again::No || self.visit.starts_over {
            Err(Halt::StartOver)
        } else {
            Ok(())
        }
    }

    /// A refusal of what nobody was asked.
    fn refused<T>(&mut self, refusal: impl Into<String>) -> Goes<T> {
        match self.tries_again(refusal.into(), Again::No) {
            Ok(()) => Err(Halt::StartOver),
            Err(halt) => Err(halt),
        }
    }

    fn verdict<T>(&mut self, verdict: Result<T, String>) -> Goes<T> {
        verdict.or_else(|refusal| self.refused(refusal))
    }

    // How the pool begins

    fn is_known(&self) -> bool {
        self.visit.name != Name::Unknown
    }

    /// Checks the first request: the client's secret, and whether there is such a user.
    fn knows_user(&self) -> Result<(), String> {
        self.check_secret_hash(true)?;
        if self.is_known() || self.oracle.world.settings.prevent_user_existence_errors {
            Ok(())
        } else {
            Err("UserNotFoundException: User does not exist.".into())
        }
    }

    fn begin(&mut self) -> Goes<()> {
        let verdict = self.knows_user();
        self.verdict(verdict)
    }

    fn check_secret_hash(&self, over_the_right_name: bool) -> Result<(), String> {
        match self.visit.secret {
            _ if !self.oracle.world.client_has_secret => Ok(()),
            Secret::Right if over_the_right_name => Ok(()),
            Secret::Right | Secret::Wrong => {
                Err(format!("NotAuthorizedException: Unable to verify secret hash for client {CLIENT_ID}"))
            }
            Secret::Missing => Err(format!(
                "NotAuthorizedException: Client {CLIENT_ID} is configured with secret but SECRET_HASH was not received"
            )),
        }
    }

    fn check_password(&self, wrong: bool) -> Result<(), String> {
        if wrong || !self.is_known() || !self.oracle.user.has_password { Err(WRONG_PASSWORD.into()) } else { Ok(()) }
    }

    fn custom_is_configured(&mut self) -> Goes<()> {
        match self.oracle.world.settings.custom_answer {
            Some(_) => Ok(()),
            None => self
                .refused("InvalidParameterException: Custom auth lambda trigger is not configured for the user pool."),
        }
    }

    /// PASSWORD_VERIFIER.
    fn prove(&mut self) -> Goes<()> {
        self.line("PASSWORD_VERIFIER");
        if mem::take(&mut self.brings) {
            self.presented = self.oracle.held;
        }
        self.answered(
            "ask Password over SRP",
            Again::No,
            |slips| slip(&mut slips.password),
            |walk, wrong| walk.check_password(wrong),
        )
    }

    fn refresh(&mut self) -> Goes<Tokens> {
        self.answered(
            "ask RefreshToken",
            Again::Yes,
            |slips| slip(&mut slips.refresh_token),
            |walk, wrong| {
                let invalid = || String::from("NotAuthorizedException: Invalid Refresh Token.");
                let bound = walk.oracle.grant.filter(|_| !wrong).ok_or_else(invalid)?.device;
                walk.check_secret_hash(walk.names_internally())?;
                let confirmed =
                    bound.and_then(|device| walk.oracle.devices.get(&device)).is_some_and(|device| device.confirmed);
                let allowed = walk.presented == bound || (walk.presented.is_none() && !confirmed);
                if allowed || !walk.tracks_devices() { Ok(()) } else { Err(invalid()) }
            },
        )?;
        self.line("tokens");
        self.oracle.done = self.presented;
        Ok(self.tokens(false))
    }

    fn names_internally(&self) -> bool {
        let name = self.visit.name;
        self.visit.as_done
            || name == Name::Internal
            || (name == Name::Plain && self.oracle.user.registered == Name::Plain)
    }

    // USER_AUTH

    fn user_auth(&mut self) -> Goes<Tokens> {
        use ChallengeName::Password;

        let visit = self.visit;
        if visit.flow == (Flow::UserAuth { preferred_challenge: Some(Password) }) {
            let signs_in = self.answered(
                "ask Password",
                Again::Yes,
                |slips| slip(&mut slips.password),
                |walk, wrong| {
                    walk.knows_user()?;
                    match (walk.first_factors().contains(&Password), visit.asks_again) {
                        (true, false) => walk.check_password(wrong).map(|()| Some(true)),
                        (true, true) => Ok(Some(false)),
                        (false, _) => Ok(None),
                    }
                },
            )?;
            return match signs_in {
                Some(true) => self.after_password(),
                Some(false) => self.password_challenge(),
                None => self.select(),
            };
        }
        self.send();
        self.begin()?;
        match visit.preferred().filter(|preferred| self.first_factors().contains(preferred)) {
            // A password is sent as it is only where the flow says so or the person has chosen it.
            Some(Password) => {
                self.line("PASSWORD");
                Err(Halt::Fault("ChallengeName in the service's reply does not fit what the sign-in is waiting for"))
            }
            Some(ChallengeName::PasswordSrp) => {
                if visit.picked.is_some() {
                    self.line("PASSWORD_SRP");
                    self.send();
                }
                self.prove()?;
                self.after_password()
            }
            Some(factor) => self.first_factor(factor),
            None => self.select(),
        }
    }

    fn password_challenge(&mut self) -> Goes<Tokens> {
        self.line("PASSWORD");
        self.password()
    }

    fn password(&mut self) -> Goes<Tokens> {
        self.answered(
            "ask Password",
            Again::Yes,
            |slips| slip(&mut slips.password),
            |walk, wrong| walk.check_password(wrong),
        )?;
        self.after_password()
    }

    /// Those that the user can choose from, in the pool's order.
    fn first_factors(&self) -> Vec<ChallengeName> {
        use ChallengeName::{EmailOtp, Password, PasswordSrp, SmsOtp, WebAuthn};

        if !self.is_known() {
            return vec![Password, PasswordSrp];
        }
        let user = &self.oracle.user;
        let has = |attribute| user.attributes.contains_key(attribute);
        let factors = [
            (Password, user.has_password),
            (PasswordSrp, user.has_password),
            (EmailOtp, has("email")),
            (SmsOtp, has("phone_number")),
            (WebAuthn, user.has_passkey),
        ];
        factors.into_iter().filter(|(_, available)| *available).map(|(name, _)| name).collect()
    }

    fn select(&mut self) -> Goes<Tokens> {
        self.line("SELECT_CHALLENGE");
        let available = self.first_factors();
        if available.is_empty() {
            return Err(Halt::Fault("AvailableChallenges in the service's reply is missing"));
        }
        let others = UNAVAILABLE.iter().any(|name| !available.contains(name));
        let question = format!("ask FirstFactor {available:?}");
        let visit = self.visit;
        let chosen = available[visit.pick.rem_euclid(available.len())];
        loop {
            self.line(&question);
            self.slipped = others && slip(&mut self.slips.first_factor);
            if self.slipped {
                self.send();
                self.tries_again("InvalidParameterException: Selected challenge is not available".into(), Again::Yes)?;
                continue;
            }
            return match chosen {
                ChallengeName::Password if visit.asks_again => {
                    self.answered("ask Password", Again::Yes, |slips| slip(&mut slips.password), |_, _| Ok(()))?;
                    self.password_challenge()
                }
                ChallengeName::Password => self.password(),
                ChallengeName::PasswordSrp => {
                    self.send();
                    self.prove()?;
                    self.after_password()
                }
                factor => {
                    self.send();
                    self.first_factor(factor)
                }
            };
        }
    }

    /// A first factor that is no password.
    fn first_factor(&mut self, factor: ChallengeName) -> Goes<Tokens> {
        if factor == ChallengeName::WebAuthn {
            self.line("WEB_AUTHN");
            self.answered(
                "ask Passkey",
                Again::Yes,
                |slips| slip(&mut slips.passkey),
                |_, wrong| {
                    if wrong { Err(WRONG_PASSWORD.into()) } else { Ok(()) }
                },
            )?;
            self.device()
        } else {
            self.code(factor)
        }
    }

    // After the first factor

    fn custom(&mut self) -> Goes<Tokens> {
        for _ in 0..2 {
            self.line("CUSTOM_CHALLENGE");
            let answered =
                self.answered("ask Custom", Again::Yes, |slips| slip(&mut slips.custom), |_, wrong| Ok(!wrong))?;
            if answered {
                return self.device();
            }
        }
        self.line("CUSTOM_CHALLENGE");
        self.answered(
            "ask Custom",
            Again::Yes,
            |slips| slip(&mut slips.custom),
            |_, wrong| {
                if wrong { Err(WRONG_PASSWORD.into()) } else { Ok(()) }
            },
        )?;
        self.device()
    }

    fn after_password(&mut self) -> Goes<Tokens> {
        if self.oracle.user.temporary { self.new_password() } else { self.second_factor() }
    }

    fn new_password(&mut self) -> Goes<Tokens> {
        self.line("NEW_PASSWORD_REQUIRED");
        let attributes = self.oracle.user.attributes.clone();
        let required = &self.oracle.world.settings.required_attributes;
        let lacking: Vec<String> = required.iter().filter(|name| !attributes.contains_key(*name)).cloned().collect();
        let question = format!("ask NewPassword lacking {lacking:?} beside {attributes:?}");
        loop {
            self.line(&question);
            let weak = slip(&mut self.slips.weak_password);
            let silent = !weak && !lacking.is_empty() && slip(&mut self.slips.lacking_attributes);
            self.slipped = weak || silent;
            self.send();
            let refusal = if weak {
                String::from("InvalidPasswordException: Password did not conform with policy: Password not long enough")
            } else if silent {
                format!("InvalidParameterException: Invalid attributes given, {} is missing", lacking[0])
            } else {
                break;
            };
            self.tries_again(refusal, Again::Yes)?;
        }
        self.oracle.user.temporary = false;
        self.oracle.user.attributes.extend(lacking.into_iter().map(|name| {
            let value = value_of(&name);
            (name, value)
        }));
        self.second_factor()
    }

    fn second_factor(&mut self) -> Goes<Tokens> {
        let spared = self.presented_device()?.is_some_and(|device| device.remembered);
        let mfa = self.oracle.world.settings.mfa;
        if spared || mfa == MfaConfiguration::Off {
            return self.device();
        }
        let usable = self.usable_factors();
        let preferred = self.oracle.user.preferred.filter(|factor| usable.contains(factor));
        match (preferred, &*usable) {
            (Some(factor), _) | (None, &[factor]) => self.code(challenge_of(factor)),
            (None, []) if mfa == MfaConfiguration::On => self.set_up(),
            (None, []) => self.device(),
            (None, _) => self.choose_factor(&usable),
        }
    }

    fn usable_factors(&self) -> Vec<Factor> {
        let user = &self.oracle.user;
        let usable = |factor: &Factor| match factor {
            Factor::SmsMfa => user.attributes.contains_key("phone_number"),
            Factor::EmailOtp => user.attributes.contains_key("email"),
            Factor::SoftwareTokenMfa => user.has_app,
        };
        user.factors.iter().copied().filter(usable).collect()
    }

    fn choose_factor(&mut self, usable: &[Factor]) -> Goes<Tokens> {
        self.line("SELECT_MFA_TYPE");
        let all = BTreeSet::from([Factor::SmsMfa, Factor::EmailOtp, Factor::SoftwareTokenMfa]);
        let others = usable.len() < all.len();
        let names: Vec<_> = usable.iter().map(|factor| challenge_of(*factor)).collect();
        let question = format!("ask MfaType {names:?}");
        self.answered(
            &question,
            Again::Yes,
            |slips| others && slip(&mut slips.mfa_type),
            |_, wrong| {
                if wrong {
                    Err("MFAMethodNotFoundException: No MFA mechanism registered in the account.".into())
                } else {
                    Ok(())
                }
            },
        )?;
        self.code(names[self.visit.pick.rem_euclid(names.len())])
    }

    fn code(&mut self, name: ChallengeName) -> Goes<Tokens> {
        let by = match name {
            ChallengeName::SmsMfa | ChallengeName::SmsOtp => "SMS",
            ChallengeName::EmailOtp => "EMAIL",
            _ => "app",
        };
        self.line(name.as_str());
        let question = format!("ask Code {name} by {by}");
        self.answered(
            &question,
            Again::Yes,
            |slips| slip(&mut slips.code),
            |_, wrong| {
                if wrong { Err("CodeMismatchException: Invalid code received for user".into()) } else { Ok(()) }
            },
        )?;
        self.device()
    }

    fn set_up(&mut self) -> Goes<Tokens> {
        self.line("MFA_SETUP");
        self.send();
        self.line("SecretCode");
        // From here on the app that the user had, if any, is replaced by one that is not verified.
        self.oracle.user.has_app = false;
        self.answered(
            "ask AuthenticatorSetup",
            Again::Yes,
            |slips| slip(&mut slips.setup),
            |_, wrong| {
                if wrong { Err("EnableSoftwareTokenMFAException: Code mismatch".into()) } else { Ok(()) }
            },
        )?;
        self.line("SUCCESS");
        self.oracle.user.factors.insert(Factor::SoftwareTokenMfa);
        self.oracle.user.has_app = true;
        self.send();
        self.device()
    }

    // The device, and the end

    fn tracks_devices(&self) -> bool {
        self.oracle.world.settings.devices != DeviceTracking::Off
    }

    /// The device that the requests name, where the pool looks; one that it does not know has the sign-in start again.
    fn presented_device(&mut self) -> Goes<Option<Known>> {
        match self.presented {
            Some(device) if self.tracks_devices() => self.known_device(device).map(Some),
            _ => Ok(None),
        }
    }

    fn known_device(&mut self, device: usize) -> Goes<Known> {
        let known = self.oracle.devices.get(&device).copied();
        known.filter(|device| device.confirmed && self.is_known()).ok_or_else(|| {
            self.line(format!("refused {UNKNOWN_DEVICE}"));
            self.presented = None;
            self.oracle.held = None;
            self.forgotten = true;
            Halt::StartOver
        })
    }

    fn device(&mut self) -> Goes<Tokens> {
        let Some(device) = self.presented.filter(|_| self.tracks_devices()) else { return self.complete() };
        self.known_device(device)?;
        self.line("DEVICE_SRP_AUTH");
        self.send();
        let known = self.known_device(device)?;
        self.line("DEVICE_PASSWORD_VERIFIER");
        self.send();
        if !known.same_password {
            // The same words as for the person's password, but the machine knows whose was proved.
            self.line(format!("refused {WRONG_PASSWORD}"));
            if !self.visit.persistent {
                return Err(Halt::Refused(WRONG_PASSWORD.into()));
            }
            self.presented = None;
            self.oracle.held = None;
            return Err(Halt::StartOver);
        }
        self.complete()
    }

    fn complete(&mut self) -> Goes<Tokens> {
        if !self.is_known() {
            return self.refused(WRONG_PASSWORD);
        }
        self.line("tokens");
        let offered = self.tracks_devices() && self.presented.is_none();
        self.oracle.grant = Some(Grant { device: self.presented });
        self.oracle.done = self.presented;
        let mut tokens = self.tokens(offered);
        if offered {
            let device = self.oracle.made;
            self.oracle.made += 1;
            self.oracle.grant = Some(Grant { device: Some(device) });
            let known = Known { confirmed: false, remembered: false, same_password: true };
            self.oracle.devices.insert(device, known);
            if self.visit.remembering != Remembering::No {
                self.confirm(device, &mut tokens);
            }
        }
        Ok(tokens)
    }

    fn confirm(&mut self, device: usize, tokens: &mut Tokens) {
        let refusal = match self.visit.confirmation {
            Confirmation::Malformed => {
                let problem = "DeviceKey in the service's reply is not of the form that AWS defines";
                tokens.device_problem = Some(problem.into());
                return;
            }
            Confirmation::Lost => {
                tokens.device_problem = Some("the device was not confirmed".into());
                return;
            }
            Confirmation::Accepted => {
                self.send();
                let remembered = self.oracle.world.settings.devices == DeviceTracking::Always;
                let known = Known { confirmed: true, remembered, same_password: true };
                self.oracle.devices.insert(device, known);
                self.oracle.held = Some(device);
                self.oracle.done = Some(device);
                tokens.new_device = true;
                tokens.confirmation_necessary = !remembered;
                return self.line("confirmed");
            }
            Confirmation::Gone => {
                self.oracle.devices.remove(&device);
                UNKNOWN_DEVICE
            }
            Confirmation::Late => "NotAuthorizedException: Access Token has expired",
        };
        self.send();
        self.line(format!("refused {refusal}"));
        tokens.device_problem = Some(refusal.into());
    }

    const fn tokens(&self, offered_device: bool) -> Tokens {
        Tokens {
            offered_device,
            new_device: false,
            confirmation_necessary: false,
            device_problem: None,
            device_forgotten: self.forgotten,
        }
    }
}

/// What the person says a required attribute is.
pub(crate) fn value_of(attribute: &str) -> String {
    format!("the {attribute} of Alice")
}

/// What a person who slips chooses from the list of first factors: the first of these that is not there.
pub(crate) const UNAVAILABLE: [ChallengeName; 4] =
    [ChallengeName::PasswordSrp, ChallengeName::EmailOtp, ChallengeName::SmsOtp, ChallengeName::WebAuthn];

const fn challenge_of(factor: Factor) -> ChallengeName {
    match factor {
        Factor::SmsMfa => ChallengeName::SmsMfa,
        Factor::EmailOtp => ChallengeName::EmailOtp,
        Factor::SoftwareTokenMfa => ChallengeName::SoftwareTokenMfa,
    }
}

const WRONG_PASSWORD: &str = "NotAuthorizedException: Incorrect username or password.";
const UNKNOWN_DEVICE: &str = "ResourceNotFoundException: Device does not exist.";

//! What is drawn: a pool, a user of it, and what one person does there, once or twice.

use std::collections::{BTreeMap, BTreeSet};

use cognito_srp_core::{ChallengeName, Flow};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use testpool::{DeviceTracking, Factor, MfaConfiguration, Settings};

pub(crate) const CLIENT_ID: &str = "4l9rvl4mv5es1eep1qe97cautn";
pub(crate) const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
pub(crate) const OTHER_CLIENT_SECRET: &str = "another secret";
pub(crate) const SESSION_OF_SIGN_UP: &str = "AYABeC1-y8qooiuysEv0uM4wAqQAHQABAAdTZXJ2aWNlAB";
pub(crate) const EMAIL: &str = "alice@example.com";
pub(crate) const PHONE: &str = "+15555550100";
pub(crate) const PASSWORD: &str = "Correct-horse-1 \u{1f40e}";
pub(crate) const CUSTOM_ANSWER: &str = "a \"blue\" one\n";
pub(crate) const DEVICE_KEY: &str = "us-east-1_379df4ac-8be2-4f81-b7d1-d6091178ebf3";
pub(crate) const DEVICE_GROUP_KEY: &str = "-XTIoPyv7Z";
pub(crate) const DEVICE_PASSWORD: &str = "P7nyQYKQbWqBzG8ToYJfxwgw4i0/W1oKGARJueuuXeoiLtkYydpOaw==";

/// Everything that decides how it ends. The oracle and the person read it, and neither reads the machine.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) client_has_secret: bool,
    pub(crate) user: Account,
    pub(crate) unix_seconds: i64,
    pub(crate) visits: Vec<Visit>,
}

/// The user as the pool has them.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(crate) struct Account {
    pub(crate) registered: Name,
    /// With the name that was registered, where that is an address.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) has_password: bool,
    pub(crate) temporary: bool,
    pub(crate) factors: BTreeSet<Factor>,
    pub(crate) preferred: Option<Factor>,
    pub(crate) has_app: bool,
    pub(crate) has_passkey: bool,
    pub(crate) device: Keeps,
}

/// What the person can type as the name of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// `alice`.
    Plain,
    Email,
    Phone,
    /// What the pool calls the user.
    Internal,
    /// Nobody's.
    Unknown,
}

/// The device that the person has from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    Nothing,
    /// One that the pool remembers.
    Remembered,
    /// One that the pool has forgotten.
    Forgotten,
    /// One that the pool remembers, of another user.
    Foreign,
    /// One that the pool remembers, with another password.
    WithAnotherPassword,
}

/// One sign-in, over and above what the pool decides.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(crate) struct Visit {
    pub(crate) name: Name,
    pub(crate) flow: Flow,
    pub(crate) admin: bool,
    pub(crate) secret: Secret,
    pub(crate) brings: Brings,
    /// Whether a refresh token is used as the user that came with it.
    pub(crate) as_done: bool,
    pub(crate) remembering: Remembering,
    pub(crate) session_of_sign_up: bool,
    /// The first factor that the service picks for a client that names none.
    pub(crate) picked: Option<ChallengeName>,
    /// Whether the service asks for a password that has come along with a choice, as if it had not: PASSWORD is a challenge
    /// then.
    pub(crate) asks_again: bool,
    pub(crate) slips: Slips,
    /// Whether the person tries again after a refusal that was their own fault, or their device's.
    pub(crate) persistent: bool,
    /// Whether they then start over although the question could be answered again.
    pub(crate) starts_over: bool,
    /// Which of several choices the person takes.
    pub(crate) pick: usize,
    /// Before which request the pool forgets the device that the person brought, counted from 1.
    pub(crate) forget_before: Option<usize>,
    pub(crate) confirmation: Confirmation,
    /// Whether requests and replies go as JSON text, or as the fields of their types.
    pub(crate) as_json: bool,
    /// Whether the machine is saved and restored at random points.
    pub(crate) interrupted: bool,
    /// Whether everything that does not fit is tried before what does.
    pub(crate) misfits: bool,
    /// Whether requests are throttled, sent again because no reply came, and answers given twice.
    pub(crate) stutters: bool,
    /// Whether replies come with what a client has to pass over.
    pub(crate) noisy: bool,
    pub(crate) context: bool,
}

/// The secret that the person's app client is configured with, where the pool's has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    Right,
    Wrong,
    Missing,
}

/// Whether the device that the person has is part of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brings {
    Nothing,
    AtOnce,
    /// When the password is to be proved: it was looked up under the name that the service gave.
    WithPassword,
}

/// Whether a new device is to be remembered, and with a DeviceName.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remembering {
    No,
    Unnamed,
    Named,
}

/// What becomes of a new device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Accepted,
    /// The service offers one that cannot be.
    Malformed,
    /// ConfirmDevice gets no reply at all.
    Lost,
    /// The pool has forgotten the device before it was confirmed.
    Gone,
    /// The access token has expired.
    Late,
}

/// How the person answers each question: a bit for each time, the lowest first, and 1 for a wrong answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slips {
    pub(crate) password: u8,
    pub(crate) refresh_token: u8,
    pub(crate) first_factor: u8,
    pub(crate) code: u8,
    pub(crate) mfa_type: u8,
    pub(crate) setup: u8,
    pub(crate) weak_password: u8,
    pub(crate) lacking_attributes: u8,
    pub(crate) custom: u8,
    pub(crate) passkey: u8,
}

/// Whether the person slips this time.
pub(crate) const fn slip(times: &mut u8) -> bool {
    let slips = *times & 1 == 1;
    *times >>= 1;
    slips
}

impl World {
    pub(crate) fn drawn(seed: u64) -> Self {
        let mut draw = Draw(StdRng::seed_from_u64(seed));
        let settings = draw.settings();
        let user = draw.account();
        let mut visits = vec![draw.visit(&user)];
        if draw.percent(60) {
            let again = draw.another_visit(&user, &visits[0]);
            visits.push(again);
        }
        Self {
            seed,
            settings,
            client_has_secret: draw.percent(50),
            user,
            // Up to the last day of the year 9999, with room for a token to expire.
            unix_seconds: draw.0.random_range(0..253_402_200_000),
            visits,
        }
    }
}

impl Visit {
    /// PREFERRED_CHALLENGE as the pool sees it.
    pub(crate) const fn preferred(&self) -> Option<ChallengeName> {
        match self.flow {
            Flow::UserAuth { preferred_challenge: Some(preferred) } => Some(preferred),
            _ => self.picked,
        }
    }

    pub(crate) const fn is_custom(&self) -> bool {
        matches!(self.flow, Flow::CustomAuth | Flow::CustomAuthWithSrp)
    }

    pub(crate) const fn is_user_auth(&self) -> bool {
        matches!(self.flow, Flow::UserAuth { .. })
    }

    pub(crate) const fn is_refresh(&self) -> bool {
        matches!(self.flow, Flow::RefreshTokenAuth | Flow::RefreshToken)
    }
}

impl Remembering {
    pub(crate) fn device_name(self) -> Option<&'static str> {
        (self == Self::Named).then_some("Alice's \"own\" telephone")
    }
}

impl Account {
    /// Whether the pool knows the user by this name.
    fn goes_by(&self, name: Name) -> bool {
        match name {
            Name::Plain => self.registered == Name::Plain,
            Name::Email => self.attributes.contains_key("email"),
            Name::Phone => self.attributes.contains_key("phone_number"),
            Name::Internal => true,
            Name::Unknown => false,
        }
    }
}

struct Draw(StdRng);

impl Draw {
    fn percent(&mut self, of_hundred: u32) -> bool {
        self.0.random_range(0..100) < of_hundred
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())].clone()
    }

    fn some<T>(&mut self, of_hundred: u32, value: T) -> Option<T> {
        self.percent(of_hundred).then_some(value)
    }

    fn subset<T: Clone + Ord>(&mut self, of_hundred: u32, all: &[T]) -> BTreeSet<T> {
        all.iter().filter(|_| self.percent(of_hundred)).cloned().collect()
    }

    fn settings(&mut self) -> Settings {
        Settings {
            pool_id: self.of(&["us-east-1_TestPool1", "eu-central-1_0aB"]).into(),
            mfa: self.of(&[MfaConfiguration::Off, MfaConfiguration::Optional, MfaConfiguration::On]),
            devices: self.of(&[
                DeviceTracking::Off,
                DeviceTracking::OptIn,
                DeviceTracking::Always,
                DeviceTracking::Always,
            ]),
            prevent_user_existence_errors: self.percent(50),
            session_always: self.percent(30),
            sessionless_devices: self.percent(30),
            custom_answer: self.some(85, CUSTOM_ANSWER.into()),
            required_attributes: self.subset(35, &["email".into(), "name".into(), "phone_number".into()]),
        }
    }

    fn account(&mut self) -> Account {
        let registered = self.of(&[Name::Plain, Name::Plain, Name::Email, Name::Phone]);
        let mut attributes = BTreeMap::new();
        for (attribute, value, name) in [("email", EMAIL, Name::Email), ("phone_number", PHONE, Name::Phone)] {
            if registered == name || self.percent(55) {
                attributes.insert(attribute.into(), value.into());
            }
        }
        let factors = [Factor::SmsMfa, Factor::EmailOtp, Factor::SoftwareTokenMfa];
        let has_password = self.percent(94);
        Account {
            registered,
            attributes,
            has_password,
            temporary: has_password && self.percent(20),
            factors: self.subset(40, &factors),
            preferred: self.percent(35).then(|| self.of(&factors)),
            has_app: self.percent(85),
            has_passkey: self.percent(50),
            device: match self.0.random_range(0..100) {
                0..38 => Keeps::Nothing,
                38..78 => Keeps::Remembered,
                78..87 => Keeps::Forgotten,
                87..92 => Keeps::Foreign,
                _ => Keeps::WithAnotherPassword,
            },
        }
    }

    fn visit(&mut self, user: &Account) -> Visit {
        let flow = self.flow();
        let names = [Name::Plain, Name::Email, Name::Phone, Name::Internal];
        let names: Vec<Name> = names.into_iter().filter(|name| user.goes_by(*name)).collect();
        Visit {
            name: if self.percent(6) { Name::Unknown } else { self.of(&names) },
            flow,
            admin: self.percent(30),
            secret: if self.percent(93) { Secret::Right } else { self.of(&[Secret::Wrong, Secret::Missing]) },
            brings: match self.0.random_range(0..100) {
                0..15 => Brings::Nothing,
                15..75 => Brings::AtOnce,
                _ => Brings::WithPassword,
            },
            as_done: false,
            remembering: self.of(&[Remembering::No, Remembering::Unnamed, Remembering::Named]),
            session_of_sign_up: matches!(flow, Flow::UserAuth { .. }) && self.percent(20),
            picked: self.picked(flow),
            asks_again: self.percent(30),
            slips: self.slips(),
            persistent: self.percent(75),
            starts_over: self.percent(25),
            pick: self.0.random_range(0..5),
            forget_before: self.percent(20).then(|| self.0.random_range(1..7)),
            confirmation: if self.percent(70) {
                Confirmation::Accepted
            } else {
                self.of(&[Confirmation::Gone, Confirmation::Late, Confirmation::Malformed, Confirmation::Lost])
            },
            as_json: self.percent(50),
            interrupted: self.percent(40),
            misfits: self.percent(25),
            stutters: self.percent(25),
            noisy: self.percent(50),
            context: self.percent(25),
        }
    }

    /// A second sign-in: often one with the refresh token of the first.
    fn another_visit(&mut self, user: &Account, first: &Visit) -> Visit {
        let mut visit = self.visit(user);
        if self.percent(45) {
            visit.flow = self.of(&[Flow::RefreshTokenAuth, Flow::RefreshToken]);
            visit.picked = None;
            visit.session_of_sign_up = false;
            visit.as_done = self.percent(40);
            visit.name = self.of(&[Name::Internal, Name::Internal, Name::Internal, first.name]);
        }
        visit
    }

    fn flow(&mut self) -> Flow {
        match self.0.random_range(0..100) {
            0..20 => Flow::UserSrpAuth,
            20..65 => Flow::UserAuth {
                preferred_challenge: self.of(&[
                    None,
                    None,
                    None,
                    Some(ChallengeName::Password),
                    Some(ChallengeName::PasswordSrp),
                    Some(ChallengeName::WebAuthn),
                    Some(ChallengeName::EmailOtp),
                    Some(ChallengeName::SmsOtp),
                ]),
            },
            65..72 => Flow::CustomAuth,
            72..81 => Flow::CustomAuthWithSrp,
            81..87 => Flow::UserPasswordAuth,
            87..91 => Flow::AdminUserPasswordAuth,
            91..96 => Flow::AdminNoSrpAuth,
            96..98 => Flow::RefreshTokenAuth,
            _ => Flow::RefreshToken,
        }
    }

    fn picked(&mut self, flow: Flow) -> Option<ChallengeName> {
        match flow {
            Flow::UserAuth { preferred_challenge: None } if self.percent(40) => Some(self.of(&[
                ChallengeName::Password,
                ChallengeName::PasswordSrp,
                ChallengeName::PasswordSrp,
                ChallengeName::WebAuthn,
                ChallengeName::EmailOtp,
                ChallengeName::SmsOtp,
            ])),
            _ => None,
        }
    }

    /// At most two kinds, so that a walk ends.
    fn slips(&mut self) -> Slips {
        let mut slips = Slips::default();
        for _ in 0..2 {
            match self.0.random_range(0..26) {
                0..3 => slips.password = self.of(&[0b1, 0b1, 0b10]),
                3 => slips.refresh_token = 0b1,
                4 => slips.first_factor = self.of(&[0b1, 0b10]),
                5..7 => slips.code = self.of(&[0b1, 0b1, 0b10]),
                7 => slips.mfa_type = 0b1,
                8..10 => slips.setup = 0b1,
                10 => slips.weak_password = 0b1,
                11 => slips.lacking_attributes = 0b1,
                12..14 => slips.custom = self.of(&[0b1, 0b11, 0b111, 0b1111]),
                14 => slips.passkey = self.of(&[0b1, 0b10]),
                _ => {}
            }
        }
        slips
    }
}

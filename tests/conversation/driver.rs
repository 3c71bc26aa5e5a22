//! A world that has come to be: the pool with the user in it, and the person with what they keep from visit to visit.

use cognito_srp_core::{AppClient, ClientSecret, Device, DevicePassword, Done, Question, SignIn, User, UserPoolId};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use testpool::{Client, NewDevice, NewUser, Pool, ServiceError};

use crate::{
    bodies::context,
    coverage::Coverage,
    known::Known,
    oracle::{End, Outcome, Tokens},
    person::{CODE, PASSKEY, Person, SECRETS, Said, TOTP_SECRET},
    randomness::Randomness,
    saved::Saved,
    trail::{Trail, kind},
    walk::{Ends, Walk},
    world::{
        Brings, CLIENT_ID, CLIENT_SECRET, DEVICE_GROUP_KEY, DEVICE_KEY, DEVICE_PASSWORD, EMAIL, Keeps, Name,
        OTHER_CLIENT_SECRET, PASSWORD, PHONE, Remembering, SESSION_OF_SIGN_UP, Secret, Visit, World,
    },
};

/// A world that has come to be.
pub(crate) struct Driver<'w> {
    pub(crate) world: &'w World,
    pub(crate) pool: Pool,
    /// What the pool calls the user.
    pub(crate) internal: String,
    pub(crate) person: Person,
    /// The device that the person has.
    pub(crate) held: Option<Device>,
    /// The user that came with the last tokens.
    done: Option<User>,
    pub(crate) rng: Randomness,
    pub(crate) coverage: Coverage,
    /// States that were saved on the way.
    pub(crate) saved: Vec<Saved>,
}

impl<'w> Driver<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut rng = StdRng::seed_from_u64(!world.seed);
        let mut pool = Pool::new(world.settings.clone(), rng.random());
        pool.set_now(world.unix_seconds);
        pool.add_client(Client { id: CLIENT_ID.into(), secret: world.client_has_secret.then(|| CLIENT_SECRET.into()) });
        let internal = pool.add_user(user(world)).unwrap();
        add_device(&mut pool, world.user.device, &internal);
        let keeps = || Device::new(DEVICE_KEY, DEVICE_GROUP_KEY, DevicePassword::new(DEVICE_PASSWORD)).unwrap();
        Self {
            world,
            pool,
            internal,
            person: Person::new(world),
            held: (world.user.device != Keeps::Nothing).then(keeps),
            done: None,
            rng: Randomness { rng, draws_left: None },
            coverage: Coverage::default(),
            saved: Vec::new(),
        }
    }

    /// Has the person sign in, and says what was seen of it.
    pub(crate) fn visit(&mut self, visit: &Visit) -> Outcome {
        self.person.comes(visit);
        let mut walk = self.sets_out(visit);
        let end = walk.walk();
        let Walk { device, device_key, brought, trail, requests, .. } = walk;
        if brought.is_some() && device.is_none() {
            self.held = None;
        }
        let end = match end {
            Ends::Well(done) => {
                let device = done.new_device.as_ref().or(device.as_ref()).map(Device::key);
                assert_eq!(done.user.device_key(), device_key.as_deref().or(device));
                End::Tokens(self.keeps(visit, &done))
            }
            Ends::Refused(refusal) => End::Refused(refusal),
            Ends::Fault(error) => End::Fault(error),
        };
        self.covers(visit, &trail, &end, requests);
        Outcome { trail, end }
    }

    fn sets_out<'d>(&'d mut self, visit: &'d Visit) -> Walk<'d, 'w> {
        let client = self.client(visit);
        let done = self.done.clone().filter(|_| visit.as_done);
        let device = self.held.clone().filter(|_| visit.brings == Brings::AtOnce && done.is_none());
        let typed = done.as_ref().map_or_else(|| self.typed(visit), |done| done.username().into());
        let device_key = done.and_then(|done| done.device_key().map(String::from));
        let mut user = client.user(&*typed);
        if let Some(device_key) = &device_key {
            user = user.with_device_key(device_key);
        }
        Walk {
            secrets: secrets(device.as_ref()),
            driver: self,
            visit,
            sign_in: sign_in(visit, user, device.clone()),
            client,
            typed,
            brought: device.clone(),
            device,
            device_key,
            device_forgotten: false,
            known: Known::default(),
            trail: Trail::new(),
            requests: 0,
        }
    }

    fn client(&self, visit: &Visit) -> AppClient {
        let client = AppClient::new(UserPoolId::parse(&*self.world.settings.pool_id).unwrap(), CLIENT_ID).unwrap();
        match self.client_secret(visit) {
            Some(secret) => client.with_secret(ClientSecret::new(secret).unwrap()),
            None => client,
        }
    }

    pub(crate) fn client_secret(&self, visit: &Visit) -> Option<&'static str> {
        match visit.secret {
            Secret::Right => Some(CLIENT_SECRET).filter(|_| self.world.client_has_secret),
            Secret::Wrong => Some(OTHER_CLIENT_SECRET),
            Secret::Missing => None,
        }
    }

    fn typed(&self, &Visit { name, pick, .. }: &Visit) -> String {
        match name {
            Name::Plain => "alice",
            Name::Email => EMAIL,
            Name::Phone => PHONE,
            Name::Internal => &self.internal,
            // The pool makes up an internal name for an address, and takes any other for one.
            Name::Unknown if pick > 2 => "mallory@example.com",
            Name::Unknown => "Mallory \"\\\u{1}\u{1f40e}",
        }
        .into()
    }

    pub(crate) fn person_answers(&mut self, question: &Question) -> Said {
        self.person.answers(question, (&self.pool, &self.internal), self.world.unix_seconds)
    }

    /// Has the pool forget one of the user's devices.
    pub(crate) fn forget(&mut self, device_key: &str) -> Result<Value, ServiceError> {
        let pool_id = &self.world.settings.pool_id;
        let body = json!({ "UserPoolId": pool_id, "Username": self.internal, "DeviceKey": device_key });
        self.pool.handle("AdminForgetDevice", &body)
    }

    /// Looks at what came with the tokens: they are the user's.
    fn keeps(&mut self, visit: &Visit, done: &Done) -> Tokens {
        let access_token = done.tokens.access_token.as_deref().unwrap();
        let user = self.pool.handle("GetUser", &json!({ "AccessToken": access_token })).unwrap();
        assert_eq!(user["Username"], self.internal);
        assert_eq!(done.user.username(), self.internal);
        assert!(done.tokens.id_token.is_some());
        assert_eq!((done.tokens.token_type.as_deref(), done.tokens.expires_in), (Some("Bearer"), 3600));
        assert_eq!(done.tokens.refresh_token.is_some(), !visit.is_refresh());
        if let Some(refresh_token) = &done.tokens.refresh_token {
            self.person.refresh_token = Some(refresh_token.clone());
        }
        if let Some(device) = &done.new_device {
            let offered = done.tokens.new_device_metadata.as_ref().unwrap();
            assert_eq!(offered.device_key.as_deref(), Some(device.key()));
            assert_eq!(offered.device_group_key.as_deref(), Some(device.group_key()));
            self.held = Some(device.clone());
        }
        self.done = Some(done.user.clone());
        Tokens {
            offered_device: done.tokens.new_device_metadata.is_some(),
            new_device: done.new_device.is_some(),
            confirmation_necessary: done.user_confirmation_necessary,
            device_problem: done.device_problem.as_ref().map(ToString::to_string),
            device_forgotten: done.device_forgotten,
        }
    }

    fn covers(&mut self, visit: &Visit, trail: &Trail, end: &End, requests: usize) {
        let coverage = &mut self.coverage;
        coverage.met("flow", format!("{:?}{}", visit.flow, if visit.admin { " as admin" } else { "" }));
        let mut before = "nothing";
        for line in trail {
            if line.starts_with("refused ResourceNotFoundException") {
                coverage.met("forgotten after", kind(before));
            }
            before = line;
            match line.split_once(' ') {
                Some(("ask", question)) => coverage.met("question", kind(question)),
                Some(("refused", refusal)) => coverage.met("refusal", refusal),
                _ => coverage.met("reply", line),
            }
        }
        match end {
            End::Tokens(tokens) => {
                let ends = [
                    ("tokens", true),
                    ("tokens for a refresh token", visit.is_refresh()),
                    ("new device", tokens.new_device),
                    ("new device, confirmation necessary", tokens.confirmation_necessary),
                    ("new device not remembered", tokens.device_problem.is_some()),
                    ("device forgotten", tokens.device_forgotten),
                ];
                ends.iter().filter(|(_, is_so)| *is_so).for_each(|(name, _)| coverage.met("end", name));
            }
            End::Refused(refusal) => coverage.met("end refused", refusal),
            End::Fault(error) => coverage.met("end fault", error),
        }
        coverage.reached("requests", requests);
    }
}

fn sign_in(visit: &Visit, user: User, device: Option<Device>) -> SignIn {
    let mut sign_in = SignIn::new(user, visit.flow);
    if visit.admin {
        sign_in = sign_in.as_admin();
    }
    if let Some(device) = device {
        sign_in = sign_in.with_device(device);
    }
    if visit.remembering != Remembering::No {
        sign_in = sign_in.remembering_device(visit.remembering.device_name());
    }
    if visit.session_of_sign_up {
        sign_in = sign_in.with_session(SESSION_OF_SIGN_UP);
    }
    if visit.context {
        sign_in.set_context(context());
    }
    sign_in
}

fn user(world: &World) -> NewUser {
    let user = &world.user;
    let username = match user.registered {
        Name::Email => EMAIL,
        Name::Phone => PHONE,
        _ => "alice",
    };
    NewUser {
        username: username.into(),
        password: if user.has_password { PASSWORD.into() } else { String::new() },
        temporary: user.temporary,
        attributes: user.attributes.clone(),
        mfa: user.factors.clone(),
        preferred_mfa: user.preferred,
        totp_secret: user.has_app.then(|| TOTP_SECRET.into()),
        code: Some(CODE.into()),
        credential: user.has_passkey.then(|| PASSKEY.into()),
        devices: Vec::new(),
    }
}

/// Has the pool remember the device that the person keeps, or something like it.
fn add_device(pool: &mut Pool, keeps: Keeps, internal: &str) {
    let (owner, password) = match keeps {
        Keeps::Nothing | Keeps::Forgotten => return,
        Keeps::Remembered => (internal, DEVICE_PASSWORD),
        Keeps::WithAnotherPassword => (internal, "another"),
        Keeps::Foreign => {
            pool.add_user(NewUser { username: "bob".into(), ..NewUser::default() }).unwrap();
            ("bob", DEVICE_PASSWORD)
        }
    };
    let device = NewDevice { key: DEVICE_KEY.into(), group_key: DEVICE_GROUP_KEY.into(), password: password.into() };
    pool.add_device(owner, device).unwrap();
}

fn secrets(device: Option<&Device>) -> Vec<String> {
    let known = SECRETS.into_iter().chain([CLIENT_SECRET, OTHER_CLIENT_SECRET, SESSION_OF_SIGN_UP]);
    known.chain(device.map(|device| device.password().expose_secret())).map(String::from).collect()
}

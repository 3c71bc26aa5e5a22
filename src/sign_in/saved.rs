//! A sign-in as bytes, for whoever begins in one process and goes on in another.
//!
//! The layout: `CSRP`, a version, the fields in the order in which [`write`] has them, and SHA-256 over all of it. Integers are
//! big-endian; a text or a list of bytes has its length in front, in four bytes; what may be absent has a 0 or a 1.

use alloc::{string::String, vec::Vec};

use ctutils::CtEq;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Asked, Awaited, Flow, Question, Remember, SecretCode, SignIn, pending::Pending};
use crate::{
    declassify,
    device::{Device, DeviceLogin, DevicePassword},
    error::{Error, Problem},
    pool::AppClient,
    srp,
    user::UserLogin,
    wire::{AuthenticationResult, ChallengeName, NewDeviceMetadata, Parameters},
};

const MAGIC: &[u8] = b"CSRP";

/// To be raised with every change of the layout.
const VERSION: u8 = 2;

const DIGEST: usize = 32;

/// The longest that is read: two challenges of the longest kind, and the rest.
const MAX_SAVED: usize = 4 << 20;

const DAMAGED: Error = Error::caller("state", Problem::Damaged);

/// SHA-256. The words of what is hashed, `a` among them, do not stay on the stack.
fn checksum(content: &[u8]) -> [u8; DIGEST] {
    #[inline(never)] // for the sake of `wipe_stack`
    fn sha256(content: &[u8]) -> [u8; DIGEST] {
        Sha256::digest(content).into()
    }
    let digest = sha256(content);
    srp::wipe_stack();
    digest
}

impl SignIn {
    /// The sign-in as bytes, wiped on drop as far as nobody copies them, for [`restore`](Self::restore).
    ///
    /// **These bytes are a secret, and a capability.** In them are: `a` of the exchange that has begun, the Session, the names of
    /// client, user and device, and all ChallengeParameters of a challenge that waits, the person's attributes among them; while
    /// an authenticator app is set up also its secret, which outlives the sign-in; between the tokens and ConfirmDevice also
    /// the tokens and the new device's password. Whoever reads
    /// them can try passwords against an answer that was overheard and can take the sign-in over; whoever can change them can
    /// have the sign-in go on as somebody else. A checksum finds accidents, not malice. So seal them: encrypt and
    /// authenticate, with the person's own cookie or record as associated data, and let them expire with the Session (three
    /// minutes unless the app client says otherwise). Use a saved state once: one `a` goes into one answer.
    ///
    /// Not in them are the password, the client's secret, the remembered device's password and the
    /// [`Context`](crate::Context): whoever restores has these, or gets them again.
    ///
    /// No reply makes them longer than the 4 MiB that are read again. A user name, DeviceName or Session of the caller's own
    /// that is longer does, and is of no use in any request either.
    ///
    /// ```
    /// use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::{Aead, Payload}};
    /// use cognito_srp_core::{AppClient, Flow, SignIn, UserPoolId};
    /// use rand::Rng;
    ///
    /// let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
    /// let mut sign_in = SignIn::new(client.user("alice"), Flow::UserSrpAuth);
    /// let request = sign_in.start(&mut rand::rngs::SysRng)?; // in one invocation
    ///
    /// let cipher = XChaCha20Poly1305::new(&rand::random::<[u8; 32]>().into()); // a key of the back end's own
    /// let browser_id: &[u8] = b"whose sign-in this is";
    /// let nonce: XNonce = rand::random::<[u8; 24]>().into();
    /// let sealed = cipher.encrypt(&nonce, Payload { msg: &sign_in.save(), aad: browser_id }).expect("room for a tag");
    ///
    /// let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: browser_id }).expect("sealed by us, for this browser");
    /// let sign_in = SignIn::restore(&opened, &client, None)?; // and in the next
    /// assert_eq!(sign_in.user().username(), "alice");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn save(&self) -> Zeroizing<Vec<u8>> {
        let mut length = 0;
        self.write(&mut Sink(&mut |bytes| length += bytes.len()));
        // A vector that grew would leave what it held behind.
        let mut saved = Zeroizing::new(Vec::with_capacity(length + DIGEST));
        self.write(&mut Sink(&mut |bytes| saved.extend_from_slice(bytes)));
        let digest = checksum(&saved);
        saved.extend_from_slice(&digest);
        saved
    }

    /// The sign-in that was saved, with the client and the device that it was saved with.
    ///
    /// # Errors
    ///
    /// The caller's fault: for `state`, [`Problem::TooLong`] over 4 MiB, [`Problem::Damaged`], or [`Problem::OtherVersion`];
    /// for `UserPoolId`, `ClientId` or `DeviceKey`, [`Problem::Mismatch`] where they are not those that it was saved with. A
    /// device that the service had forgotten by then is left out: see [`device_forgotten`](Self::device_forgotten).
    ///
    /// ```
    /// # use cognito_srp_core::{AppClient, Flow, Problem, SignIn, UserPoolId};
    /// # let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
    /// let mut saved = SignIn::new(client.user("alice"), Flow::CustomAuth).save();
    /// assert!(SignIn::restore(&saved, &client, None).is_ok());
    /// saved[20] ^= 1;
    /// assert_eq!(SignIn::restore(&saved, &client, None).unwrap_err().problem(), Problem::Damaged);
    /// # Ok::<_, cognito_srp_core::Error>(())
    /// ```
    pub fn restore(bytes: &[u8], client: &AppClient, device: Option<Device>) -> Result<Self, Error> {
        let mismatch = |parameter| Err(Error::caller(parameter, Problem::Mismatch));
        let mut fields = Fields::verified(bytes)?;
        if fields.text().ok_or(DAMAGED)? != client.user_pool_id().as_str() {
            return mismatch("UserPoolId");
        }
        if fields.text().ok_or(DAMAGED)? != client.client_id() {
            return mismatch("ClientId");
        }
        let device_forgotten = fields.flag().ok_or(DAMAGED)?;
        let device = match (fields.option(Fields::text).ok_or(DAMAGED)?, device) {
            // The caller may not know yet that it was forgotten.
            (None, Some(_)) if device_forgotten => None,
            (expected, device) if expected == device.as_ref().map(Device::key) => device,
            _ => return mismatch("DeviceKey"),
        };
        Self::read_rest(fields, client, device, device_forgotten).ok_or(DAMAGED)
    }

    /// What comes behind that which the caller has as well.
    fn read_rest(
        mut fields: Fields<'_>,
        client: &AppClient,
        device: Option<Device>,
        device_forgotten: bool,
    ) -> Option<Self> {
        let device_key = fields.option(Fields::text)?;
        let typed = fields.text()?;
        let mut sign_in = Self::new(client.user(fields.text()?), fields.flow()?);
        if let Some(device_key) = device_key {
            sign_in.user = sign_in.user.with_device_key(device_key);
        }
        sign_in.typed = typed.into();
        sign_in.admin = fields.flag()?;
        sign_in.session = fields.option(Fields::text)?.map(|session| Zeroizing::new(session.into()));
        sign_in.device = device;
        sign_in.device_forgotten = device_forgotten;
        sign_in.remember = fields.option(|fields| {
            let device_name = fields.option(Fields::text)?.map(String::from);
            Some(Remember { device_name })
        })?;
        sign_in.plain_password = fields.flag()?;
        sign_in.proved = fields.flag()?;
        sign_in.device_proved = fields.flag()?;
        sign_in.awaited = fields.awaited()?;
        sign_in.asked = fields.option(Fields::asked)?;
        let (login, device_login) = (fields.option(Fields::bytes)?, fields.option(Fields::bytes)?);
        sign_in.started_again = fields.flag()?;
        fields.end()?;
        // What costs an exponentiation comes last.
        if let Some(a) = login {
            sign_in.login = Some(UserLogin::restore(&sign_in.user, a)?);
        }
        if let Some(a) = device_login {
            sign_in.device_login = Some(DeviceLogin::restore(&sign_in.user, sign_in.device.as_ref()?, a)?);
        }
        Some(sign_in)
    }

    fn write(&self, out: &mut Sink<'_>) {
        out.raw(MAGIC);
        out.raw(&[VERSION]);
        let client = self.user.client();
        out.text(client.user_pool_id().as_str());
        out.text(client.client_id());
        out.flag(self.device_forgotten);
        out.option(self.device.as_ref(), |out, device| out.text(device.key()));
        out.option(self.user.device_key(), Sink::text);
        out.text(&self.typed);
        out.text(self.user.username());
        self.flow.write(out);
        out.flag(self.admin);
        out.option(self.session.as_ref(), |out, session| out.text(session));
        out.option(self.remember.as_ref(), |out, remember| out.option(remember.device_name.as_deref(), Sink::text));
        out.flag(self.plain_password);
        out.flag(self.proved);
        out.flag(self.device_proved);
        self.awaited.write(out);
        out.option(self.asked.as_ref(), |out, asked| asked.write(out));
        out.option(self.login.as_ref(), |out, login| out.bytes(login.ephemeral_secret()));
        out.option(self.device_login.as_ref(), |out, login| out.bytes(login.ephemeral_secret()));
        out.flag(self.started_again);
    }
}

impl Flow {
    fn write(self, out: &mut Sink<'_>) {
        out.raw(&[match self {
            Self::UserSrpAuth => 0,
            Self::UserAuth { .. } => 1,
            Self::CustomAuth => 2,
            Self::CustomAuthWithSrp => 3,
            Self::UserPasswordAuth => 4,
            Self::AdminUserPasswordAuth => 5,
            Self::AdminNoSrpAuth => 6,
            Self::RefreshTokenAuth => 7,
            Self::RefreshToken => 8,
        }]);
        if let Self::UserAuth { preferred_challenge } = self {
            out.option(preferred_challenge, |out, name| out.text(name.as_str()));
        }
    }
}

impl Awaited {
    fn write(&self, out: &mut Sink<'_>) {
        match self {
            Self::Nothing => out.raw(&[0]),
            Self::Authentication => out.raw(&[1]),
            Self::SecretCode(pending) => {
                out.raw(&[2]);
                pending.write(out);
            }
            Self::Verification(pending) => {
                out.raw(&[3]);
                pending.write(out);
            }
            Self::Confirmation { tokens, device } => {
                out.raw(&[4]);
                tokens.write(out);
                out.text(device.key());
                out.text(device.group_key());
                out.text(device.password().expose_secret());
            }
            Self::DeviceProof => out.raw(&[5]),
        }
    }
}

impl Asked {
    fn write(&self, out: &mut Sink<'_>) {
        match self {
            Self::ToBegin => out.raw(&[0]),
            Self::Challenge(pending) => {
                out.raw(&[1]);
                pending.write(out);
            }
            Self::ChosenPassword(pending) => {
                out.raw(&[2]);
                pending.write(out);
            }
            Self::AuthenticatorSetup { pending, secret_code } => {
                out.raw(&[3]);
                pending.write(out);
                out.text(secret_code.expose_secret());
            }
        }
    }
}

impl Pending {
    fn write(&self, out: &mut Sink<'_>) {
        out.text(self.challenge_name().as_str());
        out.option(self.session(), Sink::text);
        out.count(self.parameters().iter().count());
        for (name, value) in self.parameters().iter() {
            out.text(name);
            out.text(value);
        }
        out.count(self.available().len());
        for name in self.available() {
            out.text(name.as_str());
        }
    }
}

impl AuthenticationResult {
    fn write(&self, out: &mut Sink<'_>) {
        for token in [&self.access_token, &self.id_token, &self.refresh_token, &self.token_type] {
            out.option(token.as_deref(), Sink::text);
        }
        out.raw(&self.expires_in.to_be_bytes());
        out.option(self.new_device_metadata.as_ref(), |out, device| {
            out.option(device.device_key.as_deref(), Sink::text);
            out.option(device.device_group_key.as_deref(), Sink::text);
        });
    }
}

/// Where a state is written to: once to be measured, once for good.
struct Sink<'a>(&'a mut dyn FnMut(&[u8]));

impl Sink<'_> {
    fn raw(&mut self, bytes: &[u8]) {
        (self.0)(bytes);
    }

    fn count(&mut self, count: usize) {
        // What is longer than 4 GiB is not read again: it is longer than `MAX_SAVED`.
        self.raw(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.raw(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.raw(&[u8::from(flag)]);
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }
}

/// What is still to be read of a state whose checksum was right. Each method takes the next field; `None` where it is damaged.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn verified(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_SAVED {
            return Err(Error::caller("state", Problem::TooLong { limit: MAX_SAVED }));
        }
        let (content, digest) = bytes.split_last_chunk::<DIGEST>().ok_or(DAMAGED)?;
        if !declassify::saved_state_is_whole(checksum(content).ct_eq(digest).to_bool()) {
            return Err(DAMAGED);
        }
        let mut fields = Self(content.strip_prefix(MAGIC).ok_or(DAMAGED)?);
        match fields.byte().ok_or(DAMAGED)? {
            VERSION => Ok(fields),
            _ => Err(Error::caller("state", Problem::OtherVersion)),
        }
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    fn raw(&mut self, length: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(field)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.raw(1)?[0])
    }

    fn word(&mut self) -> Option<[u8; 4]> {
        self.raw(4)?.try_into().ok()
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_be_bytes(self.word()?)).ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        self.raw(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(declassify::saved_text(self.bytes()?)).ok()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    #[expect(clippy::option_option, reason = "the outer one is for what is damaged, the inner one for what is absent")]
    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    fn challenge_name(&mut self) -> Option<ChallengeName> {
        self.text()?.parse().ok()
    }

    fn flow(&mut self) -> Option<Flow> {
        Some(match self.byte()? {
            0 => Flow::UserSrpAuth,
            1 => Flow::UserAuth { preferred_challenge: self.option(Self::challenge_name)? },
            2 => Flow::CustomAuth,
            3 => Flow::CustomAuthWithSrp,
            4 => Flow::UserPasswordAuth,
            5 => Flow::AdminUserPasswordAuth,
            6 => Flow::AdminNoSrpAuth,
            7 => Flow::RefreshTokenAuth,
            8 => Flow::RefreshToken,
            _ => return None,
        })
    }

    fn awaited(&mut self) -> Option<Awaited> {
        Some(match self.byte()? {
            0 => Awaited::Nothing,
            1 => Awaited::Authentication,
            2 => Awaited::SecretCode(self.pending()?),
            3 => Awaited::Verification(self.pending()?),
            4 => {
                let tokens = self.tokens()?;
                let (key, group_key, password) = (self.text()?, self.text()?, self.text()?);
                let device = Device::new(key, group_key, DevicePassword::new(password)).ok()?;
                Awaited::Confirmation { tokens, device }
            }
            5 => Awaited::DeviceProof,
            _ => return None,
        })
    }

    fn asked(&mut self) -> Option<Asked> {
        Some(match self.byte()? {
            0 => Asked::ToBegin,
            1 => {
                let pending = self.pending()?;
                Question::of(&pending).ok()?;
                Asked::Challenge(pending)
            }
            2 => Asked::ChosenPassword(self.pending()?),
            3 => {
                let pending = self.pending()?;
                Asked::AuthenticatorSetup { pending, secret_code: SecretCode::parse(self.text()?).ok()? }
            }
            _ => return None,
        })
    }

    fn pending(&mut self) -> Option<Pending> {
        let challenge_name = self.challenge_name()?;
        let session = self.option(Self::text)?;
        if session == Some("") {
            return None; // it is never written: an empty Session is none
        }
        let parameters =
            (0..self.count()?).map(|_| Some((self.text()?, self.text()?))).collect::<Option<Parameters>>()?;
        let available = (0..self.count()?).map(|_| self.challenge_name()).collect::<Option<Vec<_>>>()?;
        if !available.iter().all(|name| name.is_first_factor()) {
            return None; // they are left out before a state is written
        }
        Pending::new(challenge_name, session, &parameters, available).ok()
    }

    fn tokens(&mut self) -> Option<AuthenticationResult> {
        let mut token = || Some(self.option(Self::text)?.map(String::from));
        let mut tokens = AuthenticationResult::default();
        tokens.access_token = token()?;
        tokens.id_token = token()?;
        tokens.refresh_token = token()?;
        tokens.token_type = token()?;
        tokens.expires_in = i32::from_be_bytes(self.word()?);
        tokens.new_device_metadata = self.option(|fields| {
            let mut name = || Some(fields.option(Self::text)?.map(String::from));
            Some(NewDeviceMetadata { device_key: name()?, device_group_key: name()? })
        })?;
        Some(tokens)
    }
}

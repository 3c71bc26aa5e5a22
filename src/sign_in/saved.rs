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
    wire::{AuthenticationResult, ChallengeName, Context, NewDeviceMetadata, Parameters},
};

const MAGIC: &[u8] = b"CSRP";

/// To be raised with every change of the layout.
const VERSION: u8 = 1;

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
    /// client and user; between the tokens and ConfirmDevice also the tokens and the new device's password. Whoever reads
    /// them can try passwords against an answer that was overheard and can take the sign-in over; whoever can change them can
    /// have the sign-in go on as somebody else. A checksum finds accidents, not malice. So seal them: encrypt and
    /// authenticate, with the person's own cookie or record as associated data, and let them expire with the Session (three
    /// minutes unless the app client says otherwise). Use a saved state once: one `a` goes into one answer.
    ///
    /// Not in them are the password, the client's secret, the remembered device's password and the [`Context`]: whoever
    /// restores has these, or gets them again.
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
        let mut length = Length(0);
        self.write(&mut length);
        // A vector that grew would leave what it held behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.0 + DIGEST));
        self.write(&mut *bytes);
        let digest = checksum(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
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
        if fields.text()? != client.user_pool_id().as_str() {
            return mismatch("UserPoolId");
        }
        if fields.text()? != client.client_id() {
            return mismatch("ClientId");
        }
        let device_forgotten = fields.flag()?;
        let device = match (fields.option(Fields::text)?, device) {
            // The caller may not know yet that it was forgotten.
            (None, Some(_)) if device_forgotten => None,
            (expected, device) if expected == device.as_ref().map(Device::key) => device,
            _ => return mismatch("DeviceKey"),
        };
        let device_key = fields.option(Fields::text)?;
        let typed = fields.text()?;
        let user = client.user(fields.text()?);
        let user = match device_key {
            Some(device_key) => user.with_device_key(device_key),
            None => user,
        };
        let mut sign_in = Self {
            typed: typed.into(),
            flow: fields.flow()?,
            admin: fields.flag()?,
            context: Context::default(),
            session: fields.option(Fields::text)?.map(|session| Zeroizing::new(session.into())),
            device_forgotten,
            remember: fields.option(|fields| {
                let device_name = fields.option(Fields::text)?.map(String::from);
                Ok(Remember { device_name })
            })?,
            plain_password: fields.flag()?,
            proved: fields.flag()?,
            device_proved: fields.flag()?,
            awaited: fields.awaited()?,
            asked: fields.option(Fields::asked)?,
            login: None,
            device_login: None,
            device,
            user,
        };
        let (login, device_login) = (fields.option(Fields::bytes)?, fields.option(Fields::bytes)?);
        fields.end()?;
        // What costs an exponentiation comes last.
        if let Some(a) = login {
            sign_in.login = Some(UserLogin::restore(&sign_in.user, a).ok_or(DAMAGED)?);
        }
        if let Some(a) = device_login {
            let device = sign_in.device.as_ref().ok_or(DAMAGED)?;
            sign_in.device_login = Some(DeviceLogin::restore(&sign_in.user, device, a).ok_or(DAMAGED)?);
        }
        Ok(sign_in)
    }

    fn write(&self, out: &mut impl Sink) {
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
    }
}

impl Flow {
    fn write(self, out: &mut impl Sink) {
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
    fn write(&self, out: &mut impl Sink) {
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
    fn write(&self, out: &mut impl Sink) {
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
    fn write(&self, out: &mut impl Sink) {
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
    fn write(&self, out: &mut impl Sink) {
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
trait Sink: Sized {
    fn raw(&mut self, bytes: &[u8]);

    fn count(&mut self, count: usize) {
        // Only a caller's own text could be longer than 4 GiB, and no machine has room for two of those.
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

struct Length(usize);

impl Sink for Length {
    fn raw(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

impl Sink for Vec<u8> {
    fn raw(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// What is still to be read of a state whose checksum was right. Each method takes the next field.
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
        match fields.byte()? {
            VERSION => Ok(fields),
            _ => Err(Error::caller("state", Problem::OtherVersion)),
        }
    }

    const fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(DAMAGED) }
    }

    fn raw(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (field, rest) = self.0.split_at_checked(length).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(field)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.raw(1)?[0])
    }

    fn word(&mut self) -> Result<[u8; 4], Error> {
        self.raw(4)?.try_into().map_err(|_| DAMAGED)
    }

    fn count(&mut self) -> Result<usize, Error> {
        usize::try_from(u32::from_be_bytes(self.word()?)).map_err(|_| DAMAGED)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let length = self.count()?;
        self.raw(length)
    }

    fn text(&mut self) -> Result<&'a str, Error> {
        core::str::from_utf8(declassify::saved_text(self.bytes()?)).map_err(|_| DAMAGED)
    }

    fn flag(&mut self) -> Result<bool, Error> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DAMAGED),
        }
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<Option<T>, Error> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    fn challenge_name(&mut self) -> Result<ChallengeName, Error> {
        self.text()?.parse().map_err(|_| DAMAGED)
    }

    fn flow(&mut self) -> Result<Flow, Error> {
        Ok(match self.byte()? {
            0 => Flow::UserSrpAuth,
            1 => Flow::UserAuth { preferred_challenge: self.option(Self::challenge_name)? },
            2 => Flow::CustomAuth,
            3 => Flow::CustomAuthWithSrp,
            4 => Flow::UserPasswordAuth,
            5 => Flow::AdminUserPasswordAuth,
            6 => Flow::AdminNoSrpAuth,
            7 => Flow::RefreshTokenAuth,
            8 => Flow::RefreshToken,
            _ => return Err(DAMAGED),
        })
    }

    fn awaited(&mut self) -> Result<Awaited, Error> {
        Ok(match self.byte()? {
            0 => Awaited::Nothing,
            1 => Awaited::Authentication,
            2 => Awaited::SecretCode(self.pending()?),
            3 => Awaited::Verification(self.pending()?),
            4 => {
                let tokens = self.tokens()?;
                let (key, group_key, password) = (self.text()?, self.text()?, self.text()?);
                let device = Device::new(key, group_key, DevicePassword::new(password)).map_err(|_| DAMAGED)?;
                Awaited::Confirmation { tokens, device }
            }
            5 => Awaited::DeviceProof,
            _ => return Err(DAMAGED),
        })
    }

    fn asked(&mut self) -> Result<Asked, Error> {
        Ok(match self.byte()? {
            0 => Asked::ToBegin,
            1 => {
                let pending = self.pending()?;
                Question::of(&pending).map_err(|_| DAMAGED)?;
                Asked::Challenge(pending)
            }
            2 => Asked::ChosenPassword(self.pending()?),
            3 => {
                let pending = self.pending()?;
                Asked::AuthenticatorSetup {
                    pending,
                    secret_code: SecretCode::parse(self.text()?).map_err(|_| DAMAGED)?,
                }
            }
            _ => return Err(DAMAGED),
        })
    }

    fn pending(&mut self) -> Result<Pending, Error> {
        let challenge_name = self.challenge_name()?;
        let session = self.option(Self::text)?;
        if session == Some("") {
            return Err(DAMAGED); // it is never written: an empty Session is none
        }
        let parameters =
            (0..self.count()?).map(|_| Ok((self.text()?, self.text()?))).collect::<Result<Parameters, _>>()?;
        let available = (0..self.count()?).map(|_| self.challenge_name()).collect::<Result<_, _>>()?;
        Pending::new(challenge_name, session, &parameters, available).map_err(|_| DAMAGED)
    }

    fn tokens(&mut self) -> Result<AuthenticationResult, Error> {
        let mut token = || Ok(self.option(Self::text)?.map(String::from));
        let mut tokens = AuthenticationResult::default();
        tokens.access_token = token()?;
        tokens.id_token = token()?;
        tokens.refresh_token = token()?;
        tokens.token_type = token()?;
        tokens.expires_in = i32::from_be_bytes(self.word()?);
        tokens.new_device_metadata = self.option(|fields| {
            let mut name = || Ok(fields.option(Self::text)?.map(String::from));
            Ok(NewDeviceMetadata { device_key: name()?, device_group_key: name()? })
        })?;
        Ok(tokens)
    }
}

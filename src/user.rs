//! Sign-in with a password over SRP: from SRP_A to the answer to PASSWORD_VERIFIER.

use alloc::string::String;
use core::fmt;

use chrono::{DateTime, Utc};
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use crate::{
    claim::Claim,
    error::Error,
    pool::User,
    srp::{Ephemeral, Identity},
    wire::{
        self, AuthFlow, ChallengeName, ChallengeParameters, ChallengeResponse, InitiateAuth, Parameters, hex, key, text,
    },
};

/// A sign-in with a password that has begun and waits for PASSWORD_VERIFIER.
///
/// It holds the ephemeral secret `a`, which is wiped on drop and goes into one answer only: [`finish`](Self::finish) spends
/// the value. It never holds the password. It is `Send` and can wait for as long as the service does.
///
/// One SRP_A serves every request that may carry it; send whichever fits the flow:
///
/// | AuthFlow | first request | before [`finish`](Self::finish) |
/// |---|---|---|
/// | USER_SRP_AUTH | [`user_srp_auth`](Self::user_srp_auth) | |
/// | CUSTOM_AUTH, SRP first | [`custom_auth`](Self::custom_auth) | |
/// | USER_AUTH, SRP preferred | [`user_auth`](Self::user_auth) | |
/// | USER_AUTH, SRP chosen from a list | [`InitiateAuth::user_auth`] | [`select_challenge`](Self::select_challenge) |
/// | USER_AUTH, SRP asked for | [`InitiateAuth::user_auth`] | [`password_srp`](Self::password_srp) |
///
/// ```
/// # use std::collections::HashMap;
/// # use cognito_srp_core::{AppClient, PasswordVerifier, UserLogin, UserPoolId};
/// # let now = chrono::DateTime::UNIX_EPOCH;
/// # let reply = HashMap::from([
/// #     ("USER_ID_FOR_SRP", "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8"),
/// #     ("SALT", "cc090d9560fb9cb95c4cf8ca3417f544"),
/// #     ("SRP_B", "b6d22838cd4e"),
/// #     ("SECRET_BLOCK", "QUJD"),
/// # ].map(|(name, value)| (name.to_string(), value.to_string())));
/// let client = AppClient::new(UserPoolId::parse("us-east-1_Example1")?, "4l9rvl4mv5es1eep1qe97cautn")?;
/// let login = UserLogin::start(&client.user("alice@example.com"), &mut rand::rngs::SysRng)?;
///
/// let request = login.user_srp_auth(); // to the service, which replies with PASSWORD_VERIFIER
/// assert!(request.auth_parameters.get("SRP_A").is_some());
///
/// let challenge = PasswordVerifier::from_reply(&reply, None)?;
/// let proof = login.finish(&challenge, "correct horse", now)?; // proof.answer to the service
/// assert_eq!(proof.user.username(), "6ec2f461-6364-44c4-aa42-2f0acaaaf6e8"); // for every later step
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// One answer from an `a` compiles, a second does not:
///
/// ```
/// # use cognito_srp_core::{PasswordVerifier, UserLogin};
/// # fn twice(login: UserLogin, challenge: PasswordVerifier, now: chrono::DateTime<chrono::Utc>) {
/// let first = login.finish(&challenge, "a guess", now);
/// # }
/// ```
///
/// ```compile_fail,E0382
/// # use cognito_srp_core::{PasswordVerifier, UserLogin};
/// # fn twice(login: UserLogin, challenge: PasswordVerifier, now: chrono::DateTime<chrono::Utc>) {
/// let first = login.finish(&challenge, "a guess", now);
/// let second = login.finish(&challenge, "another", now);
/// # }
/// ```
pub struct UserLogin {
    user: User,
    ephemeral: Ephemeral,
}

impl UserLogin {
    /// Draws `a`, 512 bits, and computes SRP_A: one exponentiation. Leaks nothing but that it is done.
    ///
    /// # Errors
    ///
    /// What the generator reports; nothing else can fail.
    pub fn start<R: TryCryptoRng + ?Sized>(user: &User, rng: &mut R) -> Result<Self, R::Error> {
        Ok(Self::from_ephemeral(user, Ephemeral::generate(rng)?))
    }

    pub(crate) fn from_ephemeral(user: &User, ephemeral: Ephemeral) -> Self {
        Self { user: user.clone(), ephemeral }
    }

    /// The same login with a remembered device, for those who look it up under the name that the challenge gave
    /// ([`PasswordVerifier::username`]): DEVICE_KEY is in every message from here on, and the service asks for the device in
    /// place of a second factor.
    #[must_use]
    pub fn with_device_key(mut self, device_key: impl Into<String>) -> Self {
        self.user = self.user.with_device_key(device_key);
        self
    }

    /// InitiateAuth with USER_SRP_AUTH.
    #[must_use]
    pub fn user_srp_auth(&self) -> InitiateAuth {
        InitiateAuth::new(AuthFlow::UserSrpAuth, self.parameters_with_srp_a())
    }

    /// InitiateAuth with CUSTOM_AUTH, with SRP before the pool's own challenges. Without SRP it is
    /// [`InitiateAuth::custom_auth`].
    #[must_use]
    pub fn custom_auth(&self) -> InitiateAuth {
        // The value is `SRP_A` itself: it names a challenge of the Lambda trigger, and no ChallengeName.
        InitiateAuth::new(AuthFlow::CustomAuth, self.parameters_with_srp_a().with(key::CHALLENGE_NAME, key::SRP_A))
    }

    /// InitiateAuth with USER_AUTH and PREFERRED_CHALLENGE = PASSWORD_SRP.
    #[must_use]
    pub fn user_auth(&self) -> InitiateAuth {
        let preferred = ChallengeName::PasswordSrp.as_str();
        InitiateAuth::new(AuthFlow::UserAuth, self.parameters_with_srp_a().with(key::PREFERRED_CHALLENGE, preferred))
    }

    /// The answer to SELECT_CHALLENGE that chooses PASSWORD_SRP; `session` is that of the reply.
    #[must_use]
    pub fn select_challenge(&self, session: Option<&str>) -> ChallengeResponse {
        let chosen = ChallengeName::PasswordSrp.as_str();
        let answer = self.parameters_with_srp_a().with(key::ANSWER, chosen);
        ChallengeResponse::new(ChallengeName::SelectChallenge, session, answer)
    }

    /// The answer to PASSWORD_SRP; `session` is that of the reply.
    #[must_use]
    pub fn password_srp(&self, session: Option<&str>) -> ChallengeResponse {
        ChallengeResponse::new(ChallengeName::PasswordSrp, session, self.parameters_with_srp_a())
    }

    /// Proves the password: PASSWORD_CLAIM_SIGNATURE over the challenge, at the time `now`. Two exponentiations.
    ///
    /// The password is used as its UTF-8 bytes: nobody normalises Unicode. Whether it is right, only the service knows.
    ///
    /// Leaks by timing: the lengths of the password and of the names, and how many zero bits the session's S begins with
    /// (up to whole bytes and the sign byte; the service hashes it without them).
    ///
    /// # Errors
    ///
    /// [`Problem::OutOfRange`](crate::Problem::OutOfRange) for `SRP_B` where u is 0, the service's fault, and for
    /// `TIMESTAMP` where the year of `now` is not in 1583 to 9999, the caller's.
    pub fn finish(self, challenge: &PasswordVerifier, password: &str, now: DateTime<Utc>) -> Result<Proof, Error> {
        self.prove(challenge, &self.user, password, now)
    }

    /// [`finish`](Self::finish) for an owner who drops the login once it has succeeded, and who may have learnt of a device
    /// since.
    pub(crate) fn prove(
        &self,
        challenge: &PasswordVerifier,
        user: &User,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<Proof, Error> {
        let identity = Identity { scope: user.client().user_pool_id().name(), name: &challenge.user_id_for_srp };
        let user = user.known_as(challenge.username());
        let answer = challenge.claim.sign(&self.ephemeral, identity, password.as_bytes(), now, user.parameters())?;
        let session = challenge.session.as_deref().map(String::as_str);
        Ok(Proof { answer: ChallengeResponse::new(ChallengeName::PasswordVerifier, session, answer), user })
    }

    /// The login that [`ephemeral_secret`](Self::ephemeral_secret) was taken of; `None` where the length is not that of a
    /// generated `a`. A is computed again: what is not stored cannot disagree with `a`.
    pub(crate) fn restore(user: &User, a: &[u8]) -> Option<Self> {
        Some(Self::from_ephemeral(user, Ephemeral::restore(a)?))
    }

    /// `a`, to be saved with a sign-in that is interrupted.
    pub(crate) fn ephemeral_secret(&self) -> &[u8] {
        self.ephemeral.secret()
    }

    fn parameters_with_srp_a(&self) -> Parameters {
        self.user.parameters().with(key::SRP_A, hex::write(&self.ephemeral.public_be_bytes()))
    }
}

impl fmt::Debug for UserLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserLogin").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The answer to PASSWORD_VERIFIER, and who gave it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proof {
    /// To be sent to the service.
    pub answer: ChallengeResponse,
    /// The user by the name that the service gave: for every later step, and to keep a remembered device under.
    pub user: User,
}

/// The challenge PASSWORD_VERIFIER, read and found safe to answer.
pub struct PasswordVerifier {
    user_id_for_srp: String,
    session: Option<Zeroizing<String>>,
    claim: Claim,
}

impl PasswordVerifier {
    /// Reads ChallengeParameters and Session of a reply: any map of strings, by reference.
    ///
    /// Read are USER_ID_FOR_SRP, SALT, SRP_B and SECRET_BLOCK. With AWS's SDK for Rust, whose map is optional:
    /// `PasswordVerifier::from_reply(reply.challenge_parameters().into_iter().flatten(), reply.session())`.
    ///
    /// # Errors
    ///
    /// All the service's fault, by parameter, and all found before any exponentiation; what is too long is found by its
    /// length alone.
    ///
    /// | parameter | refused unless |
    /// |---|---|
    /// | USER_ID_FOR_SRP | 1 to 131072 bytes |
    /// | SALT | 1 to 1024 hex digits; it is the integer that they write, whatever zeros it begins with |
    /// | SRP_B | 1 to 2048 hex digits, and an integer in 1..N-1 |
    /// | SECRET_BLOCK | 1 to 131072 characters of canonical base64 |
    /// | Session | absent, or at most 131072 bytes; an empty one is as good as none |
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use cognito_srp_core::{PasswordVerifier, Problem};
    ///
    /// let reply = HashMap::from([("USER_ID_FOR_SRP", "alice"), ("SALT", "0x1f"), ("SRP_B", "0")]);
    /// let error = PasswordVerifier::from_reply(reply.iter().map(|(name, value)| (*name, *value)), None).unwrap_err();
    /// assert_eq!((error.parameter(), error.problem()), ("SALT", Problem::NotHex));
    /// ```
    pub fn from_reply<'a, K, V>(
        challenge_parameters: impl IntoIterator<Item = (&'a K, &'a V)>,
        session: Option<&str>,
    ) -> Result<Self, Error>
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let parameters = ChallengeParameters::new(challenge_parameters);
        Ok(Self {
            user_id_for_srp: parameters.required(key::USER_ID_FOR_SRP, text)?,
            claim: Claim::from_parameters(&parameters)?,
            session: wire::session(session)?,
        })
    }

    /// The user's internal name (USER_ID_FOR_SRP), whatever was typed: USERNAME of this answer and of every later one, and
    /// the name that a remembered device is kept under.
    ///
    /// USERNAME of the challenge is not read: it is sometimes absent, and where it is there AWS's own clients answer with
    /// USER_ID_FOR_SRP as well (amazon-cognito-identity-js, `CognitoUser.js`; Amplify, `handlePasswordVerifierChallenge`).
    #[must_use]
    pub fn username(&self) -> &str {
        &self.user_id_for_srp
    }
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordVerifier").field("user_id_for_srp", &self.user_id_for_srp).finish_non_exhaustive()
    }
}

//! The conversation.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use cognito_srp_core::{Answer, Refusal, Reply, SignIn as CoreSignIn, SignInError, Step as CoreStep};
use getrandom::{Error as RngError, SysRng};
use zeroize::Zeroizing;

use crate::{
    arithmetic::MAX_PARAMETER,
    failure::{Failure, Fallible},
    options::{self, Options},
    step::Step,
};

/// A sign-in: [`cognito_srp_core::SignIn`], over text.
///
/// A failure leaves it as it was.
#[derive(Debug)]
pub struct SignIn(CoreSignIn);

impl SignIn {
    /// A sign-in that is about to begin. `options` are a JSON object:
    ///
    /// | member | what |
    /// |---|---|
    /// | `UserPoolId`, `ClientId`, `Username` | required |
    /// | `ClientSecret` | of an app client that has one |
    /// | `AuthFlow` | default `USER_SRP_AUTH` |
    /// | `PreferredChallenge` | for `USER_AUTH` |
    /// | `WithoutSrp` | for `CUSTOM_AUTH`, which otherwise begins with SRP |
    /// | `Admin` | the Admin twins of the operations |
    /// | `Device` | a remembered one: `DeviceKey`, `DeviceGroupKey`, `DevicePassword` |
    /// | `RememberDevice`, `DeviceName` | whether to have a device remembered that the service offers, and as what |
    /// | `DeviceKey` | for a refresh token that belongs to a device, without `Device` |
    /// | `Session` | of ConfirmSignUp, for `USER_AUTH` |
    /// | `ClientMetadata`, `AnalyticsMetadata` | as in AWS's requests |
    /// | `UserContextData`, or `ContextData` for the Admin twins | as in AWS's requests |
    ///
    /// A member that is not listed here is refused, and so is one that does not fit the others; `null` is as good as none.
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument), by member.
    pub fn new(options: &str) -> Fallible<Self> {
        Ok(Self(Options::parse(options)?.sign_in()?))
    }

    /// The sign-in that was [saved](Self::save). Of `options` the client, its secret, the device and what goes with every
    /// request are read; the rest is in the state, also which of `UserContextData` and `ContextData` it takes: the other is passed
    /// over. The device is the one that it had then, also by [`set_device`](Self::set_device).
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument).
    pub fn restore(state: &[u8], options: &str) -> Fallible<Self> {
        let options = Options::parse(options)?;
        let (client, device) = (options.client()?, options.device()?);
        let mut sign_in = CoreSignIn::restore(state, &client, device)?;
        sign_in.set_context(options.context()?);
        Ok(Self(sign_in))
    }

    /// The first step; also to start over.
    ///
    /// # Errors
    ///
    /// [`Kind::Machine`](crate::Kind::Machine).
    pub fn start(&mut self) -> Fallible<Step> {
        let next = self.0.start(&mut SysRng);
        self.next(next)
    }

    /// Takes the body of a reply to the last request, at a time in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`Kind::Reply`](crate::Kind::Reply); [`Kind::Argument`](crate::Kind::Argument) where no request is out or the time
    /// cannot be written.
    pub fn handle(&mut self, reply: &str, now: i64) -> Fallible<Step> {
        let next = self.0.handle(&Reply::from_json(reply)?, time(now)?, &mut SysRng);
        self.next(next)
    }

    /// Takes the service's refusal of the last request: a JSON object with `__type` and `message`.
    ///
    /// # Errors
    ///
    /// [`Kind::Refused`](crate::Kind::Refused), where the sign-in itself has no way on.
    pub fn refused(&mut self, refusal: &str) -> Fallible<Step> {
        let next = self.0.refused(Refusal::from_json(refusal)?, &mut SysRng);
        self.next(next)
    }

    /// Takes the answer to the question that was asked. `user_attributes` are a JSON object, for `NEW_PASSWORD` only.
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument).
    pub fn answer(&mut self, answer: &str, user_attributes: Option<&str>, now: i64) -> Fallible<Step> {
        let now = time(now)?;
        let unexpected = |what| Failure::argument(what, "Unexpected", "does not fit what the sign-in is waiting for");
        if answer.len() > MAX_PARAMETER {
            return Err(Failure::too_long("answer", MAX_PARAMETER));
        }
        let question = self.0.question().ok_or_else(|| unexpected("answer"))?;
        let attributes = options::texts("UserAttributes", user_attributes)?;
        let attributes: Vec<_> = attributes.iter().map(|(name, value)| (&**name, &***value)).collect();
        let answer = match question.answer(answer)? {
            Answer::NewPassword { new_password, .. } => {
                Answer::NewPassword { new_password, user_attributes: &attributes }
            }
            _ if !attributes.is_empty() => return Err(unexpected("UserAttributes")),
            answer => answer,
        };
        let next = self.0.answer(&answer, now, &mut SysRng);
        self.next(next)
    }

    /// The question that can be answered now, or once more after a refusal.
    pub fn question(&self) -> Option<Step> {
        self.0.question().as_ref().map(|question| Step::ask(question, &self.0))
    }

    /// The remembered device that requests name from now on, as the option `Device` has it, or none.
    ///
    /// For those who keep devices under the name that the service gives: while the password is asked, the question has it as
    /// `Username`. With `DeviceForgotten`, the device that was kept is of no more use. One that is already proving itself is not to be
    /// changed.
    ///
    /// # Errors
    ///
    /// [`Kind::Argument`](crate::Kind::Argument), by member.
    pub fn set_device(&mut self, device: Option<&str>) -> Fallible<()> {
        self.0.set_device(device.map(options::device).transpose()?);
        Ok(())
    }

    /// Ends the sign-in without the new device, where ConfirmDevice got no reply, or one that is not the service's; `None` where it
    /// is not out.
    pub fn skip_device(&mut self) -> Option<Step> {
        self.0.skip_device().as_ref().map(Step::done)
    }

    /// The state as bytes, which are a secret: to be encrypted by whoever stores them.
    pub fn save(&self) -> Zeroizing<Vec<u8>> {
        self.0.save()
    }

    fn next(&self, next: Result<CoreStep, SignInError<RngError>>) -> Fallible<Step> {
        Ok(Step::new(next?, &self.0))
    }
}

/// A time in seconds since 1970.
pub(crate) fn time(seconds: i64) -> Fallible<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| Failure::out_of_range("now"))
}

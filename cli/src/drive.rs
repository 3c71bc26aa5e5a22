//! One sign-in, step by step: what to send and what to ask is the sign-in's to say.

use std::ops::ControlFlow::{self, Break, Continue};

use chrono::Utc;
use cognito_srp_core::{Done, Refusal, Reply, Request, SignIn, SignInError, Step, User};
use rand::rngs::{SysError, SysRng};

use crate::{exit::Failure, person::Person};

/// The longest reply that is read: the core takes half of it.
pub(crate) const MAX_REPLY: usize = 2 << 20;

/// What the sign-in made of what it was told.
pub(crate) type Next = Result<Step, SignInError<SysError>>;

/// Signs in: sends what there is to send, with the user whose it is, until there are tokens.
pub(crate) fn drive(
    sign_in: &mut SignIn,
    person: &mut Person,
    mut send: impl FnMut(&User, Request) -> Result<Result<Reply, Refusal>, Failure>,
) -> Result<Done, Failure> {
    let mut next = sign_in.start(&mut SysRng);
    loop {
        next = match advance(sign_in, person, next)? {
            Continue(request) => match send(sign_in.user(), request) {
                Ok(came) => receive(sign_in, came),
                // The tokens are there already where it was ConfirmDevice that did not get through.
                Err(failure) => return sign_in.skip_device().ok_or(failure),
            },
            Break(done) => return Ok(done),
        }
    }
}

/// Passes on what came of a request.
pub(crate) fn receive(sign_in: &mut SignIn, came: Result<Reply, Refusal>) -> Next {
    match came {
        Ok(reply) => sign_in.handle(&reply, Utc::now(), &mut SysRng),
        Err(refusal) => sign_in.refused(refusal, &mut SysRng),
    }
}

/// Has the person answer, and correct an answer that was refused, until there is something to send or nothing left to do.
pub(crate) fn advance(
    sign_in: &mut SignIn,
    person: &mut Person,
    mut next: Next,
) -> Result<ControlFlow<Done, Request>, Failure> {
    loop {
        let question = match (next, sign_in.question()) {
            (Ok(Step::Send(request)), _) => return Ok(Continue(request)),
            (Ok(Step::Done(done)), _) => return Ok(Break(done)),
            (Ok(Step::Ask(question)), _) => question,
            (Err(SignInError::Refused(refusal)), Some(question)) if person.corrects(&refusal, &question) => question,
            (Err(error), _) => return Err(error.into()),
        };
        next = person.answer(&question, |answer| sign_in.answer(answer, Utc::now(), &mut SysRng))?;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test may panic")]

    use std::{collections::VecDeque, io};

    use cognito_srp_core::{AppClient, ChallengeName, Flow, Operation, UserPoolId};
    use testpool::{DeviceTracking, Factor, NewUser, Pool, Seed, Settings};
    use zeroize::Zeroizing;

    use super::*;
    use crate::{exit::Exit, person::Prepared, terminal::Terminal};

    const POOL_ID: &str = "us-east-1_TestPool1";
    const PASSWORD: &str = "Wonderland1!";

    /// Types what it was told to, and fails the test where it is asked more.
    struct Typist(VecDeque<&'static str>);

    impl Terminal for Typist {
        fn secret(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
            self.line(prompt)
        }

        fn line(&mut self, prompt: &str) -> io::Result<Zeroizing<String>> {
            let typed = self.0.pop_front().ok_or_else(|| io::Error::other(format!("nothing to answer to {prompt}")))?;
            Ok(Zeroizing::new(typed.to_owned()))
        }
    }

    fn typist<const N: usize>(lines: [&'static str; N]) -> Box<dyn Terminal> {
        Box::new(Typist(lines.into()))
    }

    /// A pool with challenges of its own, a user who gets codes by text message, and one whose password is temporary.
    fn pool() -> Pool {
        let seed = Seed {
            pool: Settings { devices: DeviceTracking::Always, custom_answer: Some("42".into()), ..Settings::default() },
            clients: vec![testpool::Client { id: "testclient".into(), secret: None }],
            users: vec![
                NewUser {
                    username: "alice".into(),
                    password: PASSWORD.into(),
                    attributes: [("phone_number".to_owned(), "+15550001234".to_owned())].into(),
                    mfa: [Factor::SmsMfa].into(),
                    code: Some("123456".into()),
                    ..NewUser::default()
                },
                NewUser { username: "erin".into(), password: PASSWORD.into(), temporary: true, ..NewUser::default() },
            ],
        };
        let mut pool = seed.into_pool([7; 32]).unwrap();
        pool.set_now(Utc::now().timestamp());
        pool
    }

    fn sign_in(flow: Flow) -> SignIn {
        sign_in_of("alice", flow)
    }

    fn sign_in_of(username: &str, flow: Flow) -> SignIn {
        SignIn::new(AppClient::new(UserPoolId::parse(POOL_ID).unwrap(), "testclient").unwrap().user(username), flow)
    }

    fn ask(pool: &mut Pool, request: &Request) -> Result<Reply, Refusal> {
        let body = serde_json::from_str(&request.to_json()).unwrap();
        match pool.handle(request.operation().as_str(), &body) {
            Ok(reply) => Ok(Reply::from_json(&reply.to_string()).unwrap()),
            Err(error) => Err(Refusal::new(error.name, error.message)),
        }
    }

    /// Drives a sign-in to that pool, and counts the requests.
    fn run(flow: Flow, prepared: Prepared, terminal: Option<Box<dyn Terminal>>) -> (Result<Done, Failure>, usize) {
        let (mut pool, mut requests) = (pool(), 0);
        let mut person = Person::new(prepared, None, terminal);
        let done = drive(&mut sign_in(flow), &mut person, |_, request| {
            requests += 1;
            Ok(ask(&mut pool, &request))
        });
        (done, requests)
    }

    fn password() -> Prepared {
        Prepared { password: Some(Zeroizing::new(PASSWORD.into())), ..Prepared::default() }
    }

    #[test]
    fn a_code_that_was_mistyped_is_asked_for_again() {
        let (done, requests) =
            run(Flow::UserSrpAuth, Prepared::default(), Some(typist([PASSWORD, "123457", "123456"])));
        assert!(done.unwrap().tokens.access_token.is_some());
        assert_eq!(requests, 4, "InitiateAuth, the password, two codes");
    }

    #[test]
    fn a_new_password_is_typed_twice_and_corrected() {
        let typed = [PASSWORD, "short", "short", "New-passw0rd", "New-passw1rd", "New-passw0rd", "New-passw0rd"];
        let mut pool = pool();
        let mut person = Person::new(Prepared::default(), None, Some(typist(typed)));
        let mut sign_in = sign_in_of("erin", Flow::UserSrpAuth);
        let done = drive(&mut sign_in, &mut person, |_, request| Ok(ask(&mut pool, &request)));
        assert!(done.unwrap().tokens.access_token.is_some());
    }

    #[test]
    fn nobody_may_guess_codes_for_ever() {
        let (done, requests) = run(Flow::UserSrpAuth, password(), Some(typist(["1", "2", "3", "4", "123456"])));
        assert_eq!(done.unwrap_err().exit(), Exit::WrongAnswer);
        assert_eq!(requests, 6, "InitiateAuth, the password, a code and three corrections");
    }

    #[test]
    fn a_code_that_was_given_in_advance_is_not_sent_again() {
        let prepared = Prepared { answer: Some(Zeroizing::new("123457".into())), ..password() };
        let (done, requests) = run(Flow::UserSrpAuth, prepared, Some(typist(["123456"])));
        assert_eq!(done.unwrap_err().exit(), Exit::WrongAnswer);
        assert_eq!(requests, 3);
    }

    #[test]
    fn a_wrong_password_is_not_sent_again() {
        let prepared = Prepared { password: Some(Zeroizing::new("wrong".into())), ..Prepared::default() };
        let (done, requests) = run(Flow::UserSrpAuth, prepared, Some(typist([PASSWORD])));
        assert_eq!(done.unwrap_err().exit(), Exit::WrongPassword);
        assert_eq!(requests, 2);
    }

    #[test]
    fn an_answer_to_the_pool_s_own_challenge_is_given_once() {
        let prepared = Prepared { custom_answer: Some(Zeroizing::new("41".into())), ..Prepared::default() };
        let (done, requests) = run(Flow::CustomAuth, prepared, None);
        assert_eq!(done.unwrap_err().exit(), Exit::Unanswered, "the pool asks again, and there is no other answer");
        assert_eq!(requests, 2);
    }

    #[test]
    fn a_choice_that_is_not_offered_is_asked_for_again() {
        let flow = Flow::UserAuth { preferred_challenge: None };
        let (done, _) = run(flow, password(), Some(typist(["PIGEON", "SMS_OTP", "123456"])));
        assert!(done.unwrap().tokens.access_token.is_some());
    }

    #[test]
    fn a_service_that_asks_for_ever_is_left() {
        let mut requests = 0;
        let mut person = Person::new(password(), None, None);
        let flow = Flow::UserAuth { preferred_challenge: Some(ChallengeName::Password) };
        let done = drive(&mut sign_in(flow), &mut person, |_, _| {
            requests += 1;
            let mut reply = Reply::default();
            reply.challenge_name = Some("PASSWORD".into());
            Ok(Ok(reply))
        });
        assert_eq!(done.unwrap_err().exit(), Exit::BadReply);
        assert_eq!(requests, 2, "the password is given away twice at most");
    }

    #[test]
    fn a_device_that_could_not_be_confirmed_costs_no_tokens() {
        let mut pool = pool();
        let mut person =
            Person::new(Prepared { answer: Some(Zeroizing::new("123456".into())), ..password() }, None, None);
        let mut sign_in = sign_in(Flow::UserSrpAuth).remembering_device(None);
        let done = drive(&mut sign_in, &mut person, |_, request| match request.operation() {
            Operation::ConfirmDevice => Err(Failure::new(Exit::Unavailable, "no network")),
            _ => Ok(ask(&mut pool, &request)),
        });
        let done = done.unwrap();
        assert!(done.tokens.access_token.is_some() && done.new_device.is_none() && done.device_problem.is_some());
    }

    #[test]
    fn a_failure_on_the_way_ends_the_sign_in() {
        let mut person = Person::new(password(), None, None);
        let done = drive(&mut sign_in(Flow::UserSrpAuth), &mut person, |_, _| {
            Err(Failure::new(Exit::Unavailable, "no network"))
        });
        assert_eq!(done.unwrap_err().exit(), Exit::Unavailable);
    }
}

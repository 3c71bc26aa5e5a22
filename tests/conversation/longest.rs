//! Every state that a sign-in can get into, and every reply to it: how many requests a service can get without the person.
//!
//! The random generator gives the same bytes each time and the service names the user as it always does, so that there are
//! finitely many states.

use std::{collections::BTreeMap, convert::Infallible};

use chrono::DateTime;
use cognito_srp_core::{
    Answer, AppClient, ChallengeName, Device, DevicePassword, Flow, MfaType, Question, Refusal, SignIn, SignInError,
    Step, UserPoolId,
};
use rand::{SeedableRng, rngs::StdRng};

use crate::adversary::{BUSY, FLOWS, PASSWORD, challenge, other_replies};

const NOW: DateTime<chrono::Utc> = DateTime::UNIX_EPOCH;

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

fn client() -> AppClient {
    AppClient::new(UserPoolId::parse("us-east-1_Example1").unwrap(), "testclient").unwrap()
}

fn device() -> Device {
    Device::new("us-east-1_1111", "-group", DevicePassword::new("device password")).unwrap()
}

/// Each answer that makes a difference to what is sent.
fn answers(question: &Question) -> Vec<Answer<'static>> {
    match question {
        Question::Password { .. } => vec![Answer::Password(PASSWORD)],
        Question::RefreshToken => vec![Answer::RefreshToken("a token")],
        Question::FirstFactor { .. } => [ChallengeName::PasswordSrp, ChallengeName::Password, ChallengeName::EmailOtp]
            .map(Answer::FirstFactor)
            .into(),
        Question::MfaType { .. } => vec![Answer::MfaType(MfaType::SmsMfa)],
        Question::NewPassword { .. } => {
            vec![Answer::NewPassword { new_password: "Another-2", user_attributes: &[] }]
        }
        Question::Custom { .. } => vec![Answer::Custom("blue")],
        Question::Passkey { .. } => vec![Answer::Passkey("{}")],
        _ => vec![Answer::Code("123456")],
    }
}

type Next = Result<Step, SignInError<Infallible>>;

/// A state.
type Saved = Vec<u8>;

/// What has been reached and what is still to be looked at: states, and how many requests have gone out since the person said
/// something last, or the sign-in began.
struct Search {
    device: Option<Device>,
    reached: BTreeMap<Saved, usize>,
    ahead: Vec<(Saved, usize)>,
    longest: usize,
}

impl Search {
    fn of(flow: Flow, device: Option<Device>) -> Self {
        let mut sign_in = SignIn::new(client().user("alice"), flow).remembering_device(None);
        if let Some(device) = &device {
            sign_in = sign_in.with_device(device.clone());
        }
        let mut search = Self { device, reached: BTreeMap::new(), ahead: Vec::new(), longest: 0 };
        let begun = sign_in.start(&mut rng()).unwrap();
        search.reach(&sign_in, &begun, 1);
        while let Some((saved, requests)) = search.ahead.pop() {
            search.look_at(&saved, requests);
        }
        search
    }

    /// Everything that the service can do next, and that the person can, where there is a question.
    fn look_at(&mut self, saved: &[u8], requests: usize) {
        let mut sign_in = self.restored(saved);
        for reply in ChallengeName::ALL.iter().map(|name| challenge(*name)).chain(other_replies()) {
            self.then(&mut sign_in, requests + 1, |sign_in| sign_in.handle(&reply, NOW, &mut rng()));
        }
        let forgotten = Refusal::new("ResourceNotFoundException", "Device does not exist.");
        self.then(&mut sign_in, requests + 1, |sign_in| sign_in.refused(forgotten, &mut rng()));
        for answer in sign_in.question().iter().flat_map(answers) {
            self.then(&mut sign_in, 0, |sign_in| sign_in.answer(&answer, NOW, &mut rng()));
        }
    }

    /// Where that leads, of a sign-in that is then as it was: an error leaves it so.
    fn then(&mut self, sign_in: &mut SignIn, requests: usize, act: impl FnOnce(&mut SignIn) -> Next) {
        let saved = sign_in.save();
        if let Ok(step) = act(sign_in) {
            self.reach(sign_in, &step, requests);
            *sign_in = self.restored(&saved);
        }
    }

    fn restored(&self, saved: &[u8]) -> SignIn {
        SignIn::restore(saved, &client(), self.device.clone()).unwrap()
    }

    /// `requests` have gone out without the person if the step is one.
    fn reach(&mut self, sign_in: &SignIn, step: &Step, requests: usize) {
        let requests = match step {
            Step::Send(_) => requests,
            Step::Ask(_) => 0,
            Step::Done(_) => return,
        };
        assert!(requests <= BUSY, "{requests} requests without the person: {sign_in:?}");
        self.longest = self.longest.max(requests);
        let saved = sign_in.save().to_vec();
        // With fewer requests behind it, it leads to no more.
        if self.reached.get(&saved).is_none_or(|most| *most < requests) {
            self.reached.insert(saved.clone(), requests);
            self.ahead.push((saved, requests));
        }
    }
}

#[test]
fn no_service_gets_more_requests_than_the_most() {
    let mut longest = 0;
    for flow in FLOWS {
        for device in [None, Some(device())] {
            let search = Search::of(flow, device);
            println!("{flow:?}: {} of {} states", search.longest, search.reached.len());
            longest = longest.max(search.longest);
        }
    }
    assert_eq!(longest, BUSY, "as many can be had");
}

//! Saved states that are not what was saved: cut off, changed, of another version, or brought by somebody else. Each is
//! refused by name, and none does more.

use std::{collections::BTreeMap, sync::OnceLock};

use cognito_srp_core::{AppClient, Device, DevicePassword, Error, Fault, Problem, SignIn, UserPoolId};
use cognito_srp_reference::sha256;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::walk_through;

/// A saved state, with what it takes to restore it.
pub(crate) struct Saved {
    /// What was awaited and asked.
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) client: AppClient,
    pub(crate) device: Option<Device>,
    pub(crate) device_forgotten: bool,
}

const DIGEST: usize = 32;

/// One state of each kind that walks meet, with a device and without.
fn states() -> &'static [Saved] {
    static STATES: OnceLock<Vec<Saved>> = OnceLock::new();
    STATES.get_or_init(drawn)
}

fn drawn() -> Vec<Saved> {
    let mut states = BTreeMap::new();
    for seed in 0..300 {
        for saved in walk_through(seed).1 {
            let states_of_a_kind: &mut Vec<Saved> =
                states.entry((saved.kind.clone(), saved.device.is_some(), saved.device_forgotten)).or_default();
            states_of_a_kind.push(saved);
        }
    }
    // The shortest: a cut at every byte takes its square.
    let shortest = |states: Vec<Saved>| states.into_iter().min_by_key(|saved| saved.bytes.len()).unwrap();
    let states: Vec<Saved> = states.into_values().map(shortest).collect();
    assert!(states.len() > 30, "only {} kinds of states", states.len());
    states
}

impl Saved {
    fn restore(&self, bytes: &[u8]) -> Result<SignIn, Error> {
        SignIn::restore(bytes, &self.client, self.device.clone())
    }

    #[track_caller]
    fn refuses(&self, bytes: &[u8], problem: Problem) {
        assert_eq!(said(&self.restore(bytes).unwrap_err()), ("state", problem, Fault::Caller), "{}", self.kind);
    }

    /// Whether a state that somebody made up can be read. If so, it can be saved; if not, it is refused as one.
    fn reads_or_refuses(&self, content: &[u8]) -> bool {
        match self.restore(&sealed(content)) {
            Ok(sign_in) => {
                let bytes = sign_in.save();
                assert!(self.restore(&bytes).unwrap().save() == bytes, "what was read once is read again");
                drop(format!("{sign_in:?}"));
                true
            }
            Err(error) => {
                let problems = [
                    ("state", Problem::Damaged),
                    ("state", Problem::OtherVersion),
                    ("UserPoolId", Problem::Mismatch),
                    ("ClientId", Problem::Mismatch),
                    ("DeviceKey", Problem::Mismatch),
                ];
                assert!(problems.contains(&(error.parameter(), error.problem())), "{error}, of {}", self.kind);
                assert_eq!(error.fault(), Fault::Caller);
                false
            }
        }
    }

    fn content(&self) -> &[u8] {
        &self.bytes[..self.bytes.len() - DIGEST]
    }
}

const fn said(error: &Error) -> (&'static str, Problem, Fault) {
    (error.parameter(), error.problem(), error.fault())
}

/// What whoever can change a state can do as well: make its checksum right.
fn sealed(content: &[u8]) -> Vec<u8> {
    [content, &sha256(&[content])].concat()
}

#[test]
fn a_state_that_is_cut_off_or_longer_is_damaged() {
    for saved in states() {
        let bytes = &saved.bytes;
        for length in 0..bytes.len() {
            saved.refuses(&bytes[..length], Problem::Damaged);
        }
        for end in [&[0][..], &[1], &bytes[..], &bytes[bytes.len() - DIGEST..]] {
            saved.refuses(&[bytes, end].concat(), Problem::Damaged);
            saved.refuses(&sealed(&[saved.content(), end].concat()), Problem::Damaged);
        }
        saved.refuses(&[&[0][..], bytes].concat(), Problem::Damaged);
        saved.refuses(&vec![0; (4 << 20) + 1], Problem::TooLong { limit: 4 << 20 });
        saved.refuses(&vec![0; 4 << 20], Problem::Damaged);
        saved.restore(bytes).unwrap();
    }
}

#[test]
fn a_state_with_another_byte_anywhere_is_damaged() {
    let mut rng = StdRng::seed_from_u64(1);
    for saved in states() {
        for at in 0..saved.bytes.len() {
            let mut changed = saved.bytes.clone();
            changed[at] ^= 1 << rng.random_range(0..8);
            saved.refuses(&changed, Problem::Damaged);
        }
    }
}

/// The checksum finds accidents, not malice; what is left to malice is a state that can be read or one that cannot.
#[test]
fn a_state_that_somebody_made_up_does_no_more_than_be_refused() {
    let mut rng = StdRng::seed_from_u64(2);
    let mut read = Vec::new();
    for saved in states() {
        let content = saved.content();
        for length in 0..content.len() {
            saved.refuses(&sealed(&content[..length]), Problem::Damaged);
        }
        // Where the lengths and names of a state are; a token is long, and one place in it as good as another.
        for at in (0..content.len()).filter(|at| *at < 200 || at.rem_euclid(7) == 0) {
            let mut changed = content.to_vec();
            changed[at] = if rng.random_bool(0.5) { rng.random() } else { changed[at] ^ 1 };
            read.push(saved.reads_or_refuses(&changed));
        }
    }
    let refused = read.iter().filter(|read| !**read).count();
    assert!(read.len() > refused + 100 && refused > 100, "{refused} of {} were refused", read.len());
}

#[test]
fn a_state_with_an_empty_name_does_no_more_than_be_refused() {
    for saved in states() {
        for content in emptied(saved.content()) {
            saved.reads_or_refuses(&content);
        }
    }
}

/// A state with each of its texts empty in turn.
fn emptied(content: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..content.len()).filter_map(|at| {
        let (before, rest) = content.split_at(at);
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let rest = rest.get(length..).filter(|_| length > 0)?;
        Some([before, &[0; 4], rest].concat())
    })
}

#[test]
fn a_state_of_another_version_is_known_as_that() {
    const VERSION: usize = 4; // behind `CSRP`
    for saved in states() {
        for version in (0..=u8::MAX).filter(|version| *version != saved.bytes[VERSION]) {
            let mut content = saved.content().to_vec();
            content[VERSION] = version;
            saved.refuses(&sealed(&content), Problem::OtherVersion);
        }
    }
}

#[test]
fn a_state_belongs_to_its_client_and_device() {
    let other_device = |key: &str| Device::new(key, "-group", DevicePassword::new("password")).unwrap();
    for saved in states() {
        let (pool_id, client_id) = (saved.client.user_pool_id(), saved.client.client_id());
        let other_pool = UserPoolId::parse("us-east-1_Another1").unwrap();
        let clients = [
            ("UserPoolId", AppClient::new(other_pool, client_id).unwrap()),
            ("ClientId", AppClient::new(pool_id.clone(), "another").unwrap()),
        ];
        for (parameter, client) in clients {
            let error = SignIn::restore(&saved.bytes, &client, saved.device.clone()).unwrap_err();
            assert_eq!(said(&error), (parameter, Problem::Mismatch, Fault::Caller), "{}", saved.kind);
        }
        if saved.device_forgotten {
            // Whoever does not know yet that it was forgotten brings it again, and it is left out.
            let sign_in = SignIn::restore(&saved.bytes, &saved.client, Some(other_device("us-east-1_0000"))).unwrap();
            assert!(sign_in.device_forgotten() && sign_in.user().device_key().is_none());
            assert_eq!(*sign_in.save(), saved.bytes);
            continue;
        }
        let mut devices = vec![Some(other_device("us-east-1_0000"))];
        devices.extend(saved.device.is_some().then_some(None));
        for device in devices {
            let error = SignIn::restore(&saved.bytes, &saved.client, device).unwrap_err();
            assert_eq!(said(&error), ("DeviceKey", Problem::Mismatch, Fault::Caller), "{}", saved.kind);
        }
    }
}

//! What is hashed of a handshake, and the accumulation of many.

use std::{fmt::Write as _, thread};

use cognito_srp_reference as reference;
use num_bigint::BigUint;
use sha2::{Digest as _, Sha256};

use super::{Implementation, inputs::Inputs};

/// Handshakes that a thread computes between two visits of the one that hashes.
const SHARE: u16 = 50;

/// The integers of a handshake, and their digits where they have no leading zero.
const DIGITS: [(&str, usize); 7] = [("A", 768), ("B", 768), ("salt", 32), ("u", 64), ("x", 64), ("v", 768), ("S", 768)];

/// Everything that one implementation computes in one handshake.
pub(super) struct Handshake {
    pub(super) number: u64,
    /// A, B, salt, u, x, v, S.
    pub(super) integers: [BigUint; 7],
    pub(super) prk: [u8; 32],
    pub(super) key: [u8; 16],
    pub(super) username: String,
    pub(super) secret_hash: Option<String>,
    pub(super) secret_block: String,
    pub(super) signature: String,
    pub(super) timestamp: String,
    pub(super) device_verifier: Option<reference::DeviceVerifier>,
}

/// How many handshakes have one of their integers with an odd number of digits, and how many with a leading zero byte.
pub(crate) struct Kinds([[u64; 2]; DIGITS.len()]);

/// The transcripts of some handshakes in a row.
struct Share {
    transcript: String,
    kinds: Kinds,
}

/// The hash over so many handshakes, their kinds, and, if `show` wants them, their transcripts.
pub(crate) fn accumulate(handshakes: u64, implementation: Implementation, show: impl Fn(&str)) -> (String, Kinds) {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut hash = Sha256::new();
    let mut kinds = Kinds([[0; 2]; DIGITS.len()]);
    let mut starts = (0..handshakes).step_by(usize::from(SHARE));
    loop {
        let round: Vec<_> = starts.by_ref().take(workers).collect();
        if round.is_empty() {
            return (hex(&hash.finalize()), kinds);
        }
        let shares: Vec<Share> = thread::scope(|scope| {
            let share =
                |start: u64| move || Share::compute(start..handshakes.min(start + u64::from(SHARE)), implementation);
            let workers: Vec<_> = round.into_iter().map(|start| scope.spawn(share(start))).collect();
            workers.into_iter().map(|worker| worker.join().expect("a handshake has failed")).collect()
        });
        for share in shares {
            show(&share.transcript);
            hash.update(share.transcript);
            kinds.add(&share.kinds);
        }
    }
}

impl Share {
    fn compute(numbers: std::ops::Range<u64>, implementation: Implementation) -> Self {
        let mut share = Self { transcript: String::new(), kinds: Kinds([[0; 2]; DIGITS.len()]) };
        for number in numbers {
            implementation.compute(&Inputs::draw(number)).write(&mut share);
        }
        share
    }
}

impl Handshake {
    fn write(&self, share: &mut Share) {
        let mut line = |name: &str, value: &str| {
            writeln!(share.transcript, "{name} {value}").expect("a string takes everything");
        };
        line("handshake", &self.number.to_string());
        for (i, ((name, digits), integer)) in DIGITS.into_iter().zip(&self.integers).enumerate() {
            let text = reference::to_hex(integer);
            line(name, &text);
            share.kinds.0[i][0] += u64::from(text.len() & 1 == 1);
            share.kinds.0[i][1] += u64::from(text.len() <= digits - 2);
        }
        line("PRK", &hex(&self.prk));
        line("K", &hex(&self.key));
        line("USERNAME", &hex(self.username.as_bytes()));
        line("SECRET_HASH", self.secret_hash.as_deref().unwrap_or("-"));
        line("PASSWORD_CLAIM_SECRET_BLOCK", &self.secret_block);
        line("PASSWORD_CLAIM_SIGNATURE", &self.signature);
        line("TIMESTAMP", &self.timestamp);
        if let Some(verifier) = &self.device_verifier {
            line("Salt", &verifier.salt);
            line("PasswordVerifier", &verifier.password_verifier);
        }
    }
}

impl Kinds {
    fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.as_flattened_mut().iter_mut().zip(other.0.as_flattened()) {
            *sum += more;
        }
    }

    /// Each kind by its name, such as `A short`, with how many handshakes are of it.
    pub(crate) fn named(&self) -> impl Iterator<Item = (String, u64)> {
        let names = DIGITS.into_iter().flat_map(|(name, _)| ["odd", "short"].map(|kind| format!("{name} {kind}")));
        names.zip(self.0.as_flattened().iter().copied())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

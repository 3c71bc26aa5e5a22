//! Who is told of every declassification, and lets memcheck know.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use crate::memcheck;

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    withheld: None,
    secrets: BTreeMap::new(),
    lengths_of_s: BTreeSet::new(),
    signs_of_s: BTreeSet::new(),
});

struct Seen {
    /// The name that is treated as if it were not there.
    withheld: Option<String>,
    /// How often something secret was declassified, by name.
    secrets: BTreeMap<&'static str, u64>,
    lengths_of_s: BTreeSet<usize>,
    signs_of_s: BTreeSet<u8>,
}

/// From now on what is declassified becomes known to memcheck; but for the withheld name.
pub fn install(withheld: Option<String>) {
    SEEN.lock().expect("one thread").withheld = withheld;
    cognito_srp_core::observe_declassified(observe);
}

fn observe(name: &'static str, start: *const u8, length: usize) {
    let mut seen = SEEN.lock().expect("one thread");
    if memcheck::undefined_bits(start, length).iter().all(|&bits| bits == 0) {
        return;
    }
    *seen.secrets.entry(name).or_default() += 1;
    if seen.withheld.as_deref() == Some(name) {
        return;
    }
    // A check for ASCII looks at nothing else.
    let mask = if name == "saved_text" { 0x80 } else { 0xff };
    memcheck::reveal(start, length, mask);
    // SAFETY: the observer is shown memory that is there for as long as it looks.
    let value = unsafe { std::slice::from_raw_parts(start, length) };
    match name {
        "length_of_s" => {
            let length = usize::from_ne_bytes(value.try_into().expect("a usize"));
            seen.lengths_of_s.insert(length);
        }
        "sign_of_s" => {
            seen.signs_of_s.insert(value[0]);
        }
        _ => {}
    }
}

/// What was declassified since the last call, by name.
pub fn take() -> BTreeMap<&'static str, u64> {
    std::mem::take(&mut SEEN.lock().expect("one thread").secrets)
}

/// Whether there was an S with zeros in front and one without, and one with a sign byte and one without.
pub fn saw_every_form_of_s() -> bool {
    let seen = SEEN.lock().expect("one thread");
    seen.lengths_of_s.contains(&0) && seen.lengths_of_s.len() > 1 && seen.signs_of_s.len() == 2
}

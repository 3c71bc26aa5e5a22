//! Whole conversations of `SignIn` with `testpool`, drawn at random: whatever the pool is set to and whatever the person
//! answers, a sign-in ends as the service's rules have it, in tokens or in the right refusal; and what does not fit is an
//! error by name, which leaves the sign-in as it was.
//!
//! A *world* is drawn from a seed: a pool, a user, a device, and what a person does there, once or twice. The *oracle* says
//! what has to be seen of it, from the world alone; a *walk* carries requests and replies, looks at each, and tries what does
//! not fit; the *person* answers. A failure prints its seed and its world. `CONVERSATIONS=100000` draws as many,
//! `CONVERSATION_SEED=17` runs that one.

#![expect(clippy::panic, clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test may panic")]
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "the figures of a run, and the world of a failure")]

#[path = "conversation/adversary.rs"]
mod adversary;
#[path = "conversation/bodies.rs"]
mod bodies;
#[path = "conversation/coverage.rs"]
mod coverage;
#[path = "conversation/driver.rs"]
mod driver;
#[path = "conversation/edges.rs"]
mod edges;
#[path = "conversation/known.rs"]
mod known;
#[path = "conversation/longest.rs"]
mod longest;
#[path = "conversation/misfits.rs"]
mod misfits;
#[path = "conversation/oracle.rs"]
mod oracle;
#[path = "conversation/person.rs"]
mod person;
#[path = "conversation/randomness.rs"]
mod randomness;
#[path = "conversation/rules.rs"]
mod rules;
#[path = "conversation/saved.rs"]
mod saved;
#[path = "conversation/trail.rs"]
mod trail;
#[path = "conversation/walk.rs"]
mod walk;
#[path = "conversation/world.rs"]
mod world;

use std::{env, num::NonZero, ops::Range, panic::resume_unwind, sync::Mutex, thread};

use crate::{coverage::Coverage, driver::Driver, oracle::Oracle, saved::Saved, world::World};

/// How many worlds are drawn where nobody says.
const CONVERSATIONS: u64 = 1200;

fn variable(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Prints the world of a walk that panics.
struct Report<'w>(&'w World);

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("CONVERSATION_SEED={} runs it again: {:#?}", self.0.seed, self.0);
        }
    }
}

/// Walks through a world, and returns what was met and what was saved.
fn walk_through(seed: u64) -> (Coverage, Vec<Saved>) {
    let world = World::drawn(seed);
    let _report = Report(&world);
    let mut oracle = Oracle::new(&world);
    let mut driver = Driver::new(&world);
    for visit in &world.visits {
        let expected = oracle.expected(visit);
        let outcome = driver.visit(visit);
        assert_eq!(outcome, expected, "left is what was seen, right is what had to be, of {visit:#?}");
    }
    (driver.coverage, driver.saved)
}

/// Walks through all of these worlds, with all processors.
fn walk_all(worlds: &Range<u64>) -> Coverage {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let seeds = Mutex::new(worlds.clone());
    let work = || {
        let mut coverage = Coverage::default();
        loop {
            let next = seeds.lock().unwrap().next();
            let Some(seed) = next else { return coverage };
            coverage.add(walk_through(seed).0);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut coverage = Coverage::default();
        for worker in workers {
            coverage.add(worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        coverage
    })
}

#[test]
fn every_conversation_ends_as_the_rules_have_it() {
    if let Some(seed) = variable("CONVERSATION_SEED") {
        walk_through(seed);
        return;
    }
    let drawn = variable("CONVERSATIONS").unwrap_or(CONVERSATIONS);
    assert!(drawn > 0, "CONVERSATIONS=0 draws nothing, and would pass whatever a sign-in did");
    let coverage = walk_all(&(0..drawn));
    println!("{drawn} worlds");
    for line in coverage.lines() {
        println!("{line}");
    }
    if drawn >= CONVERSATIONS {
        coverage.assert_whole();
    }
}

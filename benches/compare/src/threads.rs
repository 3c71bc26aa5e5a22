//! The same work on more than one thread: exponentiations and logins share nothing, so that only the machine limits them.
//!
//! Each thread divides what it did by its own time, which stands still while another program has the processor. So this shows
//! what threads take from each other, and not how many processors were free.

use std::{
    iter,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use cognito_srp_core::hazmat;
use cpu_time::ThreadTime;
use indicatif::ProgressBar;

use crate::{
    engines::Problem,
    kernels::{self, Kernel},
    logins::{self, World},
    machine,
    measure::Spread,
};

/// How long the threads work in each round.
const SAMPLE: Duration = Duration::from_millis(20);

/// What a number of threads do in a second in which they have a processor each.
pub struct Throughput {
    pub name: String,
    pub threads: usize,
    pub per_second: Spread,
    /// Against one thread in the same round.
    pub over_one: Spread,
}

/// Exponentiations with 1024 bits and logins, on 1, 2, 4, ... threads and on all cores; all of these take turns.
#[must_use]
pub fn all(rounds: usize, progress: &ProgressBar) -> Vec<Throughput> {
    let (problem, world, user) = (Problem::variable_base(1024), World::new(0), logins::user());
    let exponentiate = || drop(hazmat::modpow(&problem.base, &problem.exponent));
    let sign_in = || drop(logins::ours(&world, &user));
    let works: [(&str, &(dyn Fn() + Sync)); 2] =
        [("exponentiation, 1024 bits", &exponentiate), ("whole login", &sign_in)];
    let mut plan: Vec<_> = works
        .into_iter()
        .flat_map(|(name, work)| kernels::available().map(move |kernel| Plan::new(name, kernel, work)))
        .collect();
    for _ in 0..rounds {
        plan.iter_mut().for_each(Plan::sample);
        progress.inc(1);
    }
    plan.iter().flat_map(Plan::rows).collect()
}

/// One work on one kernel.
struct Plan<'a> {
    name: String,
    kernel: Kernel,
    work: &'a (dyn Fn() + Sync),
    /// Numbers of threads, and the rates of each, round by round.
    rates: Vec<(usize, Vec<f64>)>,
}

impl<'a> Plan<'a> {
    fn new(name: &str, kernel: Kernel, work: &'a (dyn Fn() + Sync)) -> Self {
        let rates = counts().into_iter().map(|threads| (threads, Vec::new())).collect();
        Self { name: format!("{name}: {}", kernel.label()), kernel, work, rates }
    }

    fn sample(&mut self) {
        for (threads, rates) in &mut self.rates {
            rates.push(rate(self.kernel, *threads, self.work));
        }
    }

    fn rows(&self) -> impl Iterator<Item = Throughput> {
        let one = &self.rates[0].1; // `counts` begins with one thread
        self.rates.iter().map(move |(threads, rates)| Throughput {
            name: self.name.clone(),
            threads: *threads,
            per_second: Spread::new(rates.clone()),
            over_one: Spread::new(rates.iter().zip(one).map(|(rate, one)| rate / one).collect()),
        })
    }
}

/// 1, 2, 4, ... and all cores.
fn counts() -> Vec<usize> {
    let cores = machine::cores();
    let mut counts: Vec<_> =
        iter::successors(Some(1), |count| Some(2 * count)).take_while(|&count| count < cores).collect();
    counts.push(cores);
    counts
}

/// How often so many threads together do the work in a second of each.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn rate(kernel: Kernel, threads: usize, work: &(dyn Fn() + Sync)) -> f64 {
    let (start, stop) = (Barrier::new(threads + 1), AtomicBool::new(false));
    let one_thread = || {
        kernel.force();
        work(); // warms up
        start.wait();
        let (began, mut done) = (ThreadTime::now(), 0_u64);
        while !stop.load(Ordering::Relaxed) {
            work();
            done += 1;
        }
        done as f64 / began.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one_thread)).collect();
        start.wait();
        thread::sleep(SAMPLE);
        stop.store(true, Ordering::Relaxed);
        running.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    })
}

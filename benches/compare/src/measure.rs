//! Candidates take turns, so that what disturbs one disturbs all; what counts is the ratio within a round.
//!
//! The clock is that of the thread: it stands still while something else has the processor. The clock on the wall would
//! charge that to whoever runs longest, and flatter the fast.

use std::time::Duration;

use cpu_time::ThreadTime;
use indicatif::ProgressBar;

/// A sample lasts at least this long, so that reading the clock costs nothing beside it.
const SAMPLE: Duration = Duration::from_millis(1);

/// Something that can be done again and again.
pub trait Task {
    /// What must be set before, outside the time.
    fn ready(&mut self) {}

    /// The work, once. Its result stays in the task, so that the compiler cannot leave it out.
    fn run(&mut self);

    /// Whether the last result was right.
    ///
    /// # Panics
    ///
    /// If it was not: then no time counts.
    fn check(&self);
}

/// A task in the table.
pub struct Candidate {
    pub name: String,
    pub task: Box<dyn Task>,
}

/// The time of one run in nanoseconds, round by round.
pub struct Samples {
    pub name: String,
    pub nanoseconds: Vec<f64>,
}

/// A median, and the quartiles about it.
#[derive(Clone, Copy)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Spread {
    /// Of at least one value.
    #[must_use]
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self { low: quantile(&values, 0.25), median: quantile(&values, 0.5), high: quantile(&values, 0.75) }
    }
}

impl Samples {
    #[must_use]
    pub fn time(&self) -> Spread {
        Spread::new(self.nanoseconds.clone())
    }

    /// How many times as long as `other` this took, within each round.
    #[must_use]
    pub fn over(&self, other: &Self) -> Spread {
        Spread::new(self.nanoseconds.iter().zip(&other.nanoseconds).map(|(mine, theirs)| mine / theirs).collect())
    }
}

/// The one whose median is the lowest.
pub fn fastest<'a>(samples: impl IntoIterator<Item = &'a Samples>) -> Option<&'a Samples> {
    samples.into_iter().min_by(|a, b| a.time().median.total_cmp(&b.time().median))
}

/// Lets the candidates take turns for so many rounds. Each result is checked before the first round and after the last.
#[must_use]
pub fn interleave(candidates: Vec<Candidate>, rounds: usize, progress: &ProgressBar) -> Vec<Samples> {
    let (names, mut tasks): (Vec<_>, Vec<_>) =
        candidates.into_iter().map(|candidate| (candidate.name, candidate.task)).unzip();
    let repetitions: Vec<u32> = tasks.iter_mut().map(|task| repetitions(&mut **task)).collect();
    let mut times = vec![Vec::with_capacity(rounds); tasks.len()];
    for round in 0..rounds {
        for i in turns(tasks.len(), round) {
            times[i].push(sample(&mut *tasks[i], repetitions[i]));
        }
        progress.inc(1);
    }
    for task in &tasks {
        task.check();
    }
    names.into_iter().zip(times).map(|(name, nanoseconds)| Samples { name, nanoseconds }).collect()
}

/// The order of a round: each begins with another candidate, and every second one goes backwards, so that nobody always
/// runs in the wake of the same neighbour.
fn turns(count: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |i| {
        let place = (i + round) % count;
        if round.is_multiple_of(2) { place } else { count - 1 - place }
    })
}

/// Runs the task for the first time, checks it, and finds how often it fits into a sample.
fn repetitions(task: &mut dyn Task) -> u32 {
    task.ready();
    task.run();
    task.check();
    let took = time(task, 1);
    let repetitions = SAMPLE.as_nanos().div_ceil(took.as_nanos().max(1));
    u32::try_from(repetitions).unwrap_or(u32::MAX)
}

/// Nanoseconds of one run. A first sample is thrown away: it warms caches and the processor's clock up after the neighbour's
/// turn.
fn sample(task: &mut dyn Task, repetitions: u32) -> f64 {
    task.ready();
    time(task, repetitions);
    time(task, repetitions).as_secs_f64() * 1e9 / f64::from(repetitions)
}

fn time(task: &mut dyn Task, repetitions: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..repetitions {
        task.run();
    }
    start.elapsed()
}

/// Of sorted values, between neighbours where it falls between them.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small counts"
)]
fn quantile(sorted: &[f64], fraction: f64) -> f64 {
    let place = fraction * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_turn_in_a_round() {
        for round in 0..8 {
            let mut places: Vec<_> = turns(3, round).collect();
            places.sort_unstable();
            assert_eq!(places, [0, 1, 2], "round {round}");
        }
    }

    #[test]
    fn a_ratio_is_within_a_round() {
        let samples = |nanoseconds: &[f64]| Samples { name: String::new(), nanoseconds: nanoseconds.to_vec() };
        // Twice as long in every round, although the machine was ten times slower in the last two.
        let ratio = samples(&[20.0, 22.0, 24.0, 200.0, 240.0]).over(&samples(&[10.0, 11.0, 12.0, 100.0, 120.0]));
        assert_eq!([ratio.low, ratio.median, ratio.high].map(f64::to_bits), [2.0; 3].map(f64::to_bits));
    }

    #[test]
    fn quartiles_lie_between_neighbours() {
        let spread = Spread::new(vec![4.0, 1.0, 3.0, 2.0]);
        assert_eq!([spread.low, spread.median, spread.high].map(f64::to_bits), [1.75, 2.5, 3.25].map(f64::to_bits));
    }
}

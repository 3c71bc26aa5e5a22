//! `cargo run --release` prints tables, `cargo run --release -- --json` one JSON object; both draw docs/modpow.svg.
//! A goal that was measured and not reached is an error.

use std::{error::Error, io::IsTerminal as _, time::Duration};

use cognito_srp_compare::{
    engines::{self, EXPONENTS, Problem},
    logins::{self, World},
    measure, plot, record,
    report::{Exponent, Goal, Results},
    threads,
};
use indicatif::{ProgressBar, ProgressStyle};

const HELP: &str = "\
cargo run --release [-- OPTION ...]

    --json        one JSON object on the standard output instead of tables
    --record      put the tables into BENCHMARKS.md as well
    --rounds N    how many turns each candidate gets (default: 200)
    --help        this text";

struct Options {
    json: bool,
    record: bool,
    rounds: usize,
}

impl Options {
    /// `None` if help was wanted.
    fn parse() -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Self { json: false, record: false, rounds: 200 };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("json") => options.json = true,
                Long("record") => options.record = true,
                Long("rounds") => options.rounds = arguments.value()?.parse()?,
                Long("help") | Short('h') => return Ok(None),
                _ => return Err(argument.unexpected()),
            }
        }
        if options.rounds == 0 {
            return Err("--rounds must be at least 1".into());
        }
        Ok(Some(options))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(options) = Options::parse()? else {
        println!("{HELP}");
        return Ok(());
    };
    let results = compare(options.rounds);
    plot::draw(&results.variable_base, &results.fixed_base)?;
    if options.record {
        record::record(&results.to_string())?;
    }
    if options.json {
        println!("{:#}", results.json());
    } else {
        println!("{results}");
    }
    let missed: Vec<_> = results.goals().iter().filter_map(Goal::missed).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("not reached: {}", missed.join("; ")).into()) }
}

fn compare(rounds: usize) -> Results {
    let progress = progress(rounds * PARTS);
    let engines = |base: &str, problem: fn(usize) -> Problem| {
        let one = |bits| {
            say(&progress, &format!("engines, {base}, {bits} bits"));
            Exponent { bits, engines: measure::interleave(engines::all(problem(bits)), rounds, &progress) }
        };
        EXPONENTS.map(one).into()
    };
    let variable_base = engines("variable base", Problem::variable_base);
    let fixed_base = engines("g = 2", Problem::fixed_base);
    say(&progress, "whole logins");
    let logins = measure::interleave(logins::all(World::new(0)), rounds, &progress);
    say(&progress, "threads");
    let threads = threads::all(rounds, &progress);
    progress.finish_and_clear();
    Results { rounds, variable_base, fixed_base, logins, threads }
}

/// Two bases at every length, the logins, the threads.
const PARTS: usize = 2 * EXPONENTS.len() + 2;

fn progress(rounds: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rounds, {eta} left: {msg}");
    let progress = ProgressBar::new(rounds as u64).with_style(style.unwrap_or(ProgressStyle::default_bar()));
    progress.enable_steady_tick(Duration::from_millis(200));
    progress
}

/// What is being done: in the bar, or as a line where there is no terminal to draw a bar on.
fn say(progress: &ProgressBar, what: &str) {
    progress.set_message(what.to_owned());
    if !std::io::stderr().is_terminal() {
        eprintln!("{what}");
    }
}

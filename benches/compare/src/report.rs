//! What was measured, as tables and as JSON.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value, json};

use crate::{
    engines::{self, name},
    kernels::{self, Kernel},
    logins, machine,
    measure::{Samples, Spread, fastest},
    threads::Throughput,
};

/// Everything that one run measured.
pub struct Results {
    pub rounds: usize,
    pub variable_base: Vec<Exponent>,
    pub fixed_base: Vec<Exponent>,
    pub logins: Vec<Samples>,
    pub threads: Vec<Throughput>,
}

/// All engines at one length of the exponent.
pub struct Exponent {
    pub bits: usize,
    pub engines: Vec<Samples>,
}

/// A ratio that the project wants to reach.
pub struct Goal {
    name: &'static str,
    meaning: &'static str,
    at_least: f64,
    ratio: Option<Spread>,
}

const TLS_LIBRARIES: &[&str] = &[name::AWS_LC, name::OPENSSL];
const RUST_ENGINES: &[&str] = &[name::CRYPTO_BIGINT, name::CRYPTO_BIGINT_AMM, name::NUM_BIGINT];
const RUST_CLIENTS: &[&str] = &[logins::name::AWS_COGNITO_SRP, logins::name::COGNITO_SRP];

impl Goal {
    /// In words, if it was measured and is not reached.
    #[must_use]
    pub fn missed(&self) -> Option<String> {
        let ratio = self.ratio.filter(|ratio| ratio.median < self.at_least)?;
        Some(format!("{}: {}: {} and not {}", self.name, self.meaning, digits(ratio.median), self.at_least))
    }
}

impl Results {
    #[must_use]
    pub fn goals(&self) -> [Goal; 6] {
        let (variable, fixed) = (of(&self.variable_base, 1024), of(&self.fixed_base, 512));
        let goal = |name, meaning, at_least, ratio| Goal { name, meaning, at_least, ratio };
        [
            goal(
                "modpow_1024_ifma",
                "1024-bit exponent, IFMA, against the faster of OpenSSL and AWS-LC",
                4.0,
                ratio(variable, TLS_LIBRARIES, Kernel::Ifma),
            ),
            goal(
                "modpow_1024_adx",
                "1024-bit exponent, BMI2 + ADX, against the same",
                1.0,
                ratio(variable, TLS_LIBRARIES, Kernel::Adx),
            ),
            goal(
                "modpow_1024_portable",
                "1024-bit exponent, portable, against the faster of crypto-bigint and num-bigint",
                1.3,
                ratio(variable, RUST_ENGINES, Kernel::Portable),
            ),
            goal(
                "fixed_base_512_ifma",
                "g^a, 512 bits, IFMA, against the faster of OpenSSL and AWS-LC",
                15.0,
                ratio(fixed, TLS_LIBRARIES, Kernel::Ifma),
            ),
            goal(
                "login_ifma",
                "whole login, IFMA, against the faster Rust client",
                35.0,
                ratio(&self.logins, RUST_CLIENTS, Kernel::Ifma),
            ),
            goal(
                "login_portable",
                "whole login, portable, against the faster Rust client",
                6.0,
                ratio(&self.logins, RUST_CLIENTS, Kernel::Portable),
            ),
        ]
    }
}

fn of(exponents: &[Exponent], bits: usize) -> &[Samples] {
    exponents.iter().find(|exponent| exponent.bits == bits).map_or(&[], |exponent| &exponent.engines)
}

/// How many times as long as `kernel` the faster of the rivals took; `None` where the machine or the build lacks one of them.
fn ratio(samples: &[Samples], rivals: &[&str], kernel: Kernel) -> Option<Spread> {
    let find = |name: &str| samples.iter().find(|samples| samples.name == name);
    let rivals: Option<Vec<_>> = rivals.iter().map(|name| find(name)).collect();
    Some(fastest(rivals?)?.over(find(&kernel.label())?))
}

/// Whether this is one of this library's kernels.
#[must_use]
pub fn is_ours(samples: &Samples) -> bool {
    kernels::available().any(|kernel| samples.name == kernel.label())
}

/// In words, what was not measured.
fn missing() -> Vec<String> {
    kernels::missing().into_iter().chain(engines::missing()).collect()
}

// ---- tables, in Markdown ------------------------------------------------------------------------

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, fact) in machine::facts() {
            writeln!(f, "- {name}: {fact}")?;
        }
        let versions: Vec<_> =
            machine::versions().into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        writeln!(f, "- versions: {}", versions.join(", "))?;
        writeln!(f, "- rounds: {}; each figure is a median, with the quartiles in brackets", self.rounds)?;
        for what in missing() {
            writeln!(f, "- NOT MEASURED: {what}")?;
        }
        writeln!(f, "\n### Engines, variable base\n\n{}", engines_table(&self.variable_base)?)?;
        writeln!(f, "### Engines, g = 2\n\n{}", engines_table(&self.fixed_base)?)?;
        writeln!(f, "### Growth with the exponent\n\n{}", growth_table(&self.variable_base)?)?;
        writeln!(f, "### Whole logins\n\n{}", logins_table(&self.logins)?)?;
        writeln!(f, "### Threads\n\n{}", threads_table(&self.threads)?)?;
        writeln!(f, "### What has to be reached\n\n{}", goals_table(&self.goals())?)
    }
}

fn engines_table(exponents: &[Exponent]) -> Result<String, fmt::Error> {
    let mut table = header("time of one exponentiation", exponents)?;
    for (i, engine) in exponents.first().map_or(&[][..], |first| &first.engines).iter().enumerate() {
        let times: Vec<_> = exponents.iter().map(|exponent| time(exponent.engines[i].time().median)).collect();
        writeln!(table, "| {} | {} |", engine.name, times.join(" | "))?;
    }
    writeln!(table, "\n{}", header("times as long as our fastest", exponents)?.trim_end())?;
    for (i, engine) in exponents.first().map_or(&[][..], |first| &first.engines).iter().enumerate() {
        let ratios: Vec<_> =
            exponents.iter().map(|exponent| over_best(&exponent.engines[i], &exponent.engines)).collect();
        writeln!(table, "| {} | {} |", engine.name, ratios.join(" | "))?;
    }
    Ok(table)
}

/// A straight line through the origin would be the same figure in each column.
#[expect(clippy::cast_precision_loss, reason = "small numbers of bits")]
fn growth_table(exponents: &[Exponent]) -> Result<String, fmt::Error> {
    let mut table = header("nanoseconds for each bit of the exponent, variable base", exponents)?;
    for (i, engine) in exponents.first().map_or(&[][..], |first| &first.engines).iter().enumerate() {
        let per_bit = |exponent: &Exponent| digits(exponent.engines[i].time().median / exponent.bits as f64);
        writeln!(table, "| {} | {} |", engine.name, exponents.iter().map(per_bit).collect::<Vec<_>>().join(" | "))?;
    }
    Ok(table)
}

fn header(title: &str, exponents: &[Exponent]) -> Result<String, fmt::Error> {
    let mut header = format!("| {title} |");
    for exponent in exponents {
        write!(header, " {} bits |", exponent.bits)?;
    }
    writeln!(header, "\n|---|{}", "---|".repeat(exponents.len()))?;
    Ok(header)
}

fn logins_table(logins: &[Samples]) -> Result<String, fmt::Error> {
    let mut table = "| client | time of one login | times as long as our fastest |\n|---|---|---|\n".to_owned();
    for login in logins {
        writeln!(table, "| {} | {} | {} |", login.name, time(login.time().median), over_best(login, logins))?;
    }
    Ok(table)
}

fn threads_table(rows: &[Throughput]) -> Result<String, fmt::Error> {
    let mut table =
        "| work | threads | per second, each on a processor | against one thread |\n|---|---|---|---|\n".to_owned();
    for Throughput { name, threads, per_second, over_one } in rows {
        writeln!(table, "| {name} | {threads} | {:.0} | {} |", per_second.median, spread(*over_one))?;
    }
    Ok(table)
}

fn goals_table(goals: &[Goal]) -> Result<String, fmt::Error> {
    let mut table = "| name | what | at least | measured |\n|---|---|---|---|\n".to_owned();
    for Goal { name, meaning, at_least, ratio } in goals {
        let measured = ratio.map_or("not measured".to_owned(), spread);
        writeln!(table, "| `{name}` | {meaning} | {at_least} | {measured} |")?;
    }
    Ok(table)
}

/// Against the fastest of this library's kernels.
fn over_best(samples: &Samples, all: &[Samples]) -> String {
    match fastest(all.iter().filter(|samples| is_ours(samples))) {
        Some(best) if best.name == samples.name => "1".to_owned(),
        Some(best) => spread(samples.over(best)),
        None => String::new(),
    }
}

fn spread(Spread { low, median, high }: Spread) -> String {
    format!("{} ({} to {})", digits(median), digits(low), digits(high))
}

fn time(nanoseconds: f64) -> String {
    let microseconds = nanoseconds / 1e3;
    if microseconds < 1e3 {
        format!("{} µs", digits(microseconds))
    } else {
        format!("{} ms", digits(microseconds / 1e3))
    }
}

/// Three significant digits.
fn digits(value: f64) -> String {
    let decimals = [10.0, 100.0].into_iter().filter(|&limit| value < limit).count();
    format!("{value:.decimals$}")
}

// ---- JSON ---------------------------------------------------------------------------------------

impl Results {
    #[must_use]
    pub fn json(&self) -> Value {
        let goals = self.goals();
        let medians = goals.iter().map(|goal| (goal.name.to_owned(), json!(goal.ratio.map(|ratio| ratio.median))));
        let spreads = goals.iter().map(|goal| (goal.name.to_owned(), json!(goal.ratio.map(spread_json))));
        let facts = machine::facts().into_iter().map(|(name, fact)| (name.to_owned(), json!(fact)));
        let versions = machine::versions().into_iter().map(|(name, version)| (name, json!(version)));
        json!({
            "ratios": medians.collect::<Map<_, _>>(),
            "quartiles": spreads.collect::<Map<_, _>>(),
            "machine": facts.collect::<Map<_, _>>(),
            "versions": versions.collect::<Map<_, _>>(),
            "rounds": self.rounds,
            "not_measured": missing(),
            "nanoseconds": {
                "variable_base": exponents_json(&self.variable_base),
                "fixed_base": exponents_json(&self.fixed_base),
                "logins": samples_json(&self.logins),
            },
            "threads": self.threads.iter().map(throughput_json).collect::<Vec<_>>(),
        })
    }
}

fn exponents_json(exponents: &[Exponent]) -> Value {
    let by_bits = exponents.iter().map(|exponent| (exponent.bits.to_string(), samples_json(&exponent.engines)));
    Value::Object(by_bits.collect())
}

fn samples_json(samples: &[Samples]) -> Value {
    Value::Object(samples.iter().map(|samples| (samples.name.clone(), json!(samples.time().median))).collect())
}

fn throughput_json(throughput: &Throughput) -> Value {
    let Throughput { name, threads, per_second, over_one } = throughput;
    json!({ "work": name, "threads": threads, "per_second": per_second.median, "over_one": spread_json(*over_one) })
}

fn spread_json(Spread { low, median, high }: Spread) -> Value {
    json!({ "low": low, "median": median, "high": high })
}

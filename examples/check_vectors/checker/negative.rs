//! What has to be refused, and for which parameter.

use std::{iter, time::Duration, time::Instant};

use cognito_srp_core::{Error, Fault, Problem};
use serde_json::Value;

use super::{
    exchange::Exchange,
    folder::Folder,
    vector::{Checked, Vector},
};

/// The policy refuses what has to be refused, what had better be, and what other clients differ about.
const VERDICTS: [&str; 3] = ["must_reject", "reject_recommended", "unspecified"];

/// How long reading a challenge may take that is far too long. Looking at its length takes a microsecond, and reading
/// 200 MB takes longer than this on any machine.
const AT_ONCE: Duration = Duration::from_millis(20);

pub(super) fn check(vector: &Vector<'_>, _: &Folder) -> Checked {
    let verdict = vector.text("expected")?;
    vector.require("expected", VERDICTS.contains(&verdict), "is no verdict that is understood here");
    vector.compare("flow", if vector.has("device_key") { "device_srp" } else { "user_srp" });

    let exchange = Exchange::read(vector)?;
    let outcome = exchange.run();
    vector.require("sign-in", outcome.is_err(), "was answered, where it has to be refused");
    if let Err(error) = outcome {
        check_reason(vector, error);
    }
    if has_repetition(vector) {
        vector.require("sign-in", fastest_refusal(&exchange) < AT_ONCE, "was not refused by length alone: too slow");
    }
    Ok(())
}

/// An accidental refusal of something else would hide that the defect itself is accepted.
fn check_reason(vector: &Vector<'_>, error: Error) {
    // Of all parameters here, only the pool's id does not come from the service.
    let fault = if error.parameter() == "UserPoolId" { Fault::Caller } else { Fault::Service };
    vector.require("fault", error.fault() == fault, "is put on the other side");
    for class in vector.classes() {
        if let Some(parameter) = parameter_at_fault(class) {
            vector.equal("parameter at fault", parameter, error.parameter());
        }
        if let Some(is_right) = problem(class) {
            vector.require("problem", is_right(error.problem()), &format!("is another: {error}"));
        }
    }
}

fn parameter_at_fault(class: &str) -> Option<&'static str> {
    const PREFIXES: [(&str, &str); 5] = [
        ("B_", "SRP_B"),
        ("salt_", "SALT"),
        ("secret_block_", "SECRET_BLOCK"),
        ("user_id_for_srp_", "USER_ID_FOR_SRP"),
        ("pool_id_", "UserPoolId"),
    ];
    PREFIXES.iter().find_map(|(prefix, parameter)| class.starts_with(prefix).then_some(*parameter))
}

/// What is wrong, for the classes that say it exactly.
fn problem(class: &str) -> Option<fn(Problem) -> bool> {
    if class.ends_with("_missing_or_empty") {
        Some(|problem| matches!(problem, Problem::Missing | Problem::Empty))
    } else if class.ends_with("_too_long") {
        Some(|problem| matches!(problem, Problem::TooLong { .. }))
    } else if class == "B_zero_mod_N" || class == "B_ge_N" {
        Some(|problem| problem == Problem::OutOfRange)
    } else {
        None
    }
}

/// Whether a parameter is given as a repetition: such vectors are about length.
fn has_repetition(vector: &Vector<'_>) -> bool {
    ["srp_b", "salt", "secret_block_b64", "user_id_for_srp"]
        .iter()
        .any(|field| vector.value(field).is_some_and(Value::is_object))
}

/// The fastest of a few, because the machine may be busy with something else.
fn fastest_refusal(exchange: &Exchange<'_>) -> Duration {
    let time = || {
        let start = Instant::now();
        drop(exchange.challenge());
        start.elapsed()
    };
    iter::repeat_with(time).take(3).min().unwrap_or(Duration::MAX)
}

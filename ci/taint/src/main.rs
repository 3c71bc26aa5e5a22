//! Constant time, by taint: everything that computes with a secret runs under memcheck, which is told that the secrets are
//! undefined memory. Memcheck reports each branch and each address that depends on undefined bits, however far they have come.

mod memcheck;
mod observer;
mod plant;
mod walk;

use std::{collections::BTreeMap, error::Error, process::ExitCode};

use cognito_srp_core::{DECLASSIFIED, Kernel, kernel, override_kernel};

use crate::walk::Walk;

const HELP: &str = "\
valgrind cognito-srp-taint [OPTION ...]

    --kernel NAME    portable or adx; valgrind runs no other (default: portable)
    --plant LEAK     leaks on purpose: branch, index, message
    --withhold NAME  does without a declassification, as if the value were still a secret
    --names          prints the names of what is declassified, and of the leaks that can be planted
    --help           this text

Ends with 0 if nothing depends on a secret, with 3 if something does, and with another code if it could not find out.";

/// What ends the process where something depends on a secret: nothing else ends it with this.
const LEAKED: u8 = 3;

struct Options {
    kernel: Kernel,
    plant: Option<String>,
    withhold: Option<String>,
}

impl Options {
    /// `None` if there is nothing to do.
    fn parse() -> Result<Option<Self>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Self { kernel: Kernel::Portable, plant: None, withhold: None };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("kernel") => {
                    options.kernel = match &*arguments.value()?.string()? {
                        "portable" => Kernel::Portable,
                        "adx" => Kernel::Adx,
                        other => return Err(format!("no kernel that valgrind runs: {other}").into()),
                    }
                }
                Long("plant") => options.plant = Some(arguments.value()?.string()?),
                Long("withhold") => options.withhold = Some(arguments.value()?.string()?),
                Long("names") => {
                    println!("{}", DECLASSIFIED.join(" "));
                    println!("{}", plant::LEAKS.map(|(name, _)| name).join(" "));
                    return Ok(None);
                }
                Long("help") | Short('h') => {
                    println!("{HELP}");
                    return Ok(None);
                }
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let Some(options) = Options::parse()? else {
        return Ok(ExitCode::SUCCESS);
    };
    if !memcheck::is_running() {
        return Err("this finds out nothing unless it runs under valgrind's memcheck".into());
    }
    override_kernel(Some(options.kernel));
    if kernel() != options.kernel {
        return Err(format!("asked for the {:?} kernel, and got {:?}", options.kernel, kernel()).into());
    }
    if options.withhold.as_deref().is_some_and(|name| !DECLASSIFIED.contains(&name)) {
        return Err("nothing of that name is declassified".into());
    }
    let mut problems = Vec::new();
    if let Some(name) = &options.plant {
        let (_, leak) = plant::LEAKS.iter().find(|(leak, _)| leak == name).ok_or("no leak of that name")?;
        problems.extend(leak(&mut [7; 32]).err());
    }

    observer::install(options.withhold);
    let walk = Walk::new();
    let mut declassified: BTreeMap<&str, u64> = BTreeMap::new();
    for part in walk::parts() {
        let errors = memcheck::errors();
        let (names, outcome) = walk.through(&part);
        let errors = memcheck::errors() - errors;
        println!("{:?}: {}: {errors} branches or addresses", options.kernel, part.name);
        problems.extend(outcome.err().map(|problem| format!("{}: {problem}", part.name)));
        for (name, times) in names {
            *declassified.entry(name).or_default() += times;
        }
    }
    for name in DECLASSIFIED.iter().filter(|&name| !declassified.contains_key(name)) {
        problems.push(format!("nothing secret has been declassified as {name}"));
    }

    let errors = memcheck::errors();
    for problem in &problems {
        println!("{:?}: PROBLEM: {problem}", options.kernel);
    }
    for (name, times) in &declassified {
        println!("{:?}: declassified: {name} ({times} times)", options.kernel);
    }
    println!(
        "{:?}: {} messages, {} declassifications by name, {errors} branches or addresses that depend on a secret, {} other problems",
        options.kernel,
        walk.messages(),
        declassified.len(),
        problems.len()
    );
    Ok(if errors == 0 && problems.is_empty() { ExitCode::SUCCESS } else { LEAKED.into() })
}

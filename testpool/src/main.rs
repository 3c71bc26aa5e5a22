//! `testpool --seed FILE --listen 127.0.0.1:0`: a test pool for clients in any language.
//!
//! It prints `listening on ADDRESS` when it is ready, and runs until it is stopped.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::{env, fs, io};

use rand::TryRng as _;
use rand::rngs::SysRng;
use testpool::Seed;
use testpool::http::Server;

const USAGE: &str = "usage: testpool --seed FILE --listen LOOPBACK_ADDRESS:PORT";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "testpool: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Arguments { seed, listen } = Arguments::read(env::args().skip(1)).ok_or(USAGE)?;
    let seed: Seed = serde_json::from_str(&fs::read_to_string(seed)?)?;
    let mut random_seed = [0; 32];
    SysRng.try_fill_bytes(&mut random_seed)?;
    let server = Server::bind(seed.into_pool(random_seed)?, listen)?;
    writeln!(io::stdout(), "listening on {}", server.address())?;
    Ok(server.run()?)
}

struct Arguments {
    seed: String,
    listen: SocketAddr,
}

impl Arguments {
    fn read(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let (mut seed, mut listen) = (None, None);
        while let Some(name) = arguments.next() {
            match name.as_str() {
                "--seed" => seed = arguments.next(),
                "--listen" => listen = arguments.next(),
                _ => return None,
            }
        }
        Some(Self { seed: seed?, listen: listen?.parse().ok()? })
    }
}

//! What whole logins cost without a language around them: the baseline of `bindings/compare`.
//!
//!     login N FILE
//!
//! FILE is `bindings/login.json`. The nanoseconds of each of N logins are printed as a JSON array.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::{env, error::Error, fs, time::Instant};

use chrono::DateTime;
use cognito_srp_core::{AppClient, Flow, Question, Reply, SignIn, Step, UserPoolId};
use getrandom::SysRng;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().collect();
    let (count, file): (u32, _) = (arguments[1].parse()?, fs::read_to_string(&arguments[2])?);
    let login: Value = serde_json::from_str(&file)?;
    let (challenge, tokens) = (login["challenge"].to_string(), login["tokens"].to_string());
    let text = |value: &Value| value.as_str().map(String::from).ok_or("no text");
    let (options, password) = (&login["options"], text(&login["password"])?);
    let (pool_id, client_id, username) =
        (text(&options["UserPoolId"])?, text(&options["ClientId"])?, text(&options["Username"])?);
    let now = DateTime::from_timestamp(login["now"].as_i64().ok_or("no time")?, 0).ok_or("no time")?;

    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        let client = AppClient::new(UserPoolId::parse(&*pool_id)?, &*client_id)?;
        let mut sign_in = SignIn::new(client.user(&*username), Flow::UserSrpAuth);
        let Step::Send(first) = sign_in.start(&mut SysRng)? else { return Err("no request".into()) };
        let first = first.to_json();
        let Step::Ask(question @ Question::Password { .. }) =
            sign_in.handle(&Reply::from_json(&challenge)?, now, &mut SysRng)?
        else {
            return Err("no question".into());
        };
        let Step::Send(second) = sign_in.answer(&question.answer(&password)?, now, &mut SysRng)? else {
            return Err("no answer".into());
        };
        let second = second.to_json();
        let Step::Done(done) = sign_in.handle(&Reply::from_json(&tokens)?, now, &mut SysRng)? else {
            return Err("no tokens".into());
        };
        times.push(began.elapsed().as_nanos());
        if !first.contains("SRP_A")
            || !second.contains("PASSWORD_CLAIM_SIGNATURE")
            || done.tokens.access_token.is_none()
        {
            return Err("this was no login".into());
        }
    }
    println!("{times:?}");
    Ok(())
}

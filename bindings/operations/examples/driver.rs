//! The vector driver of the operations themselves, without a language around them: see `bindings/README.md`.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::io::{self, BufRead as _};

use cognito_srp_operations::{
    DeviceLogin, Fallible, PasswordLogin, SignIn, Step, StepKind,
    arithmetic::{claim_key, compute_s, device_verifier, modpow},
    secret_hash,
};
use serde_json::Value;

type Answer = Fallible<Vec<u8>>;

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        match answer(&line.split('\t').collect::<Vec<_>>()) {
            Ok(result) => println!("ok\t{}", hex(&result)),
            Err(failure) => {
                println!("error\t{:?}\t{}", failure.kind, failure.parameter.as_deref().unwrap_or("-"));
            }
        }
    }
    Ok(())
}

fn answer(line: &[&str]) -> Answer {
    match *line {
        ["password_claim", options, a, challenge, password, now] => {
            let mut login = PasswordLogin::new(&text(options), Some(&bytes(a)))?;
            let claim = login.claim(&text(challenge), &text(password), number(now))?;
            Ok(format!("{}\n{}", login.srp_a(), *claim).into())
        }
        ["device_claim", options, a, challenge, now] => {
            let mut login = DeviceLogin::new(&text(options), Some(&bytes(a)))?;
            let claim = login.claim(&text(challenge), number(now))?;
            Ok(format!("{}\n{}", login.srp_a(), *claim).into())
        }
        ["device_verifier", key, group_key, password, salt] => {
            Ok(device_verifier(&text(key), &text(group_key), &text(password), &bytes(salt))?.as_bytes().into())
        }
        ["secret_hash", username, client_id, client_secret] => {
            Ok(secret_hash(&text(username), &text(client_id), &text(client_secret))?.into())
        }
        ["modpow", base, exponent] => Ok(modpow(&bytes(base), &bytes(exponent))?.to_vec()),
        ["compute_s", a, b, u, x] => Ok(compute_s(&bytes(a), &bytes(b), &bytes(u), &bytes(x))?.to_vec()),
        ["claim_key", a, b, salt, scope, name, password] => {
            Ok(claim_key(&bytes(a), &bytes(b), &bytes(salt), &text(scope), &text(name), &text(password))?.to_vec())
        }
        ["conversation", options, replies] => conversation(&text(options), &text(replies)),
        _ => Ok(b"no such operation".into()),
    }
}

fn conversation(options: &str, replies: &str) -> Answer {
    let mut sign_in = SignIn::new(options)?;
    let mut steps = vec![sign_in.start()?];
    let replies: Vec<Vec<Value>> = serde_json::from_str(replies).unwrap_or_default();
    for reply in &replies {
        let now = reply.last().and_then(Value::as_i64).unwrap_or_default();
        if reply[0] == "device" {
            sign_in.set_device(Some(&reply[1]).filter(|device| !device.is_null()).map(Value::to_string).as_deref())?;
            continue;
        }
        steps.push(match (reply[0].as_str().unwrap_or_default(), &reply[1]) {
            ("handle", body) => sign_in.handle(&body.to_string(), now)?,
            ("refused", body) => sign_in.refused(&body.to_string())?,
            (_, answer) => {
                let attributes = reply.get(2).filter(|attributes| attributes.is_object()).map(Value::to_string);
                sign_in.answer(answer.as_str().unwrap_or_default(), attributes.as_deref(), now)?
            }
        });
    }
    Ok(steps.iter().map(line).collect::<String>().into())
}

fn line(step: &Step) -> String {
    let kind = match step.kind {
        StepKind::Send => "send",
        StepKind::Ask => "ask",
        StepKind::Done => "done",
    };
    format!("{kind}\t{}\t{}\n", step.name, *step.json)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

fn bytes(field: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&field[at..at + 2], 16).unwrap_or_default();
    (0..field.len()).step_by(2).map(digit).collect()
}

fn text(field: &str) -> String {
    String::from_utf8(bytes(field)).unwrap_or_default()
}

fn number(field: &str) -> i64 {
    field.parse().unwrap_or_default()
}

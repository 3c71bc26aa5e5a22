//! The program, run as a person or a script runs it.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use testpool::{Client, DeviceTracking, Factor, NewUser, Pool, Seed, Settings};

pub(crate) const POOL_ID: &str = "us-east-1_TestPool1";
pub(crate) const PASSWORD: &str = "Wonderland1! \u{1f407}";
pub(crate) const CLIENT_SECRET: &str = "1ps50nb7hd1umdnmlt1xa9nwiscqvdvzy5ijw63vcacd09yihc2b";
pub(crate) const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// One call of the program: nothing of the caller's environment reaches it.
pub(crate) struct Call {
    command: Command,
    secrets: Vec<String>,
    stdin: String,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Call {
    pub(crate) fn new<I: AsRef<str>>(arguments: impl IntoIterator<Item = I>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-srp"));
        command.env_clear();
        for argument in arguments {
            command.arg(argument.as_ref());
        }
        Self { command, secrets: Vec::new(), stdin: String::new() }
    }

    /// More arguments, separated by blanks.
    pub(crate) fn args(mut self, arguments: &str) -> Self {
        self.command.args(arguments.split_whitespace());
        self
    }

    pub(crate) fn path(mut self, option: &str, path: &Path) -> Self {
        self.command.arg(option).arg(path);
        self
    }

    pub(crate) fn env(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    /// A secret, in the environment: it must not come up again on stderr.
    pub(crate) fn secret(mut self, variable: &str, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self.env(variable, secret)
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    pub(crate) fn run(mut self) -> Ended {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // A program that does not read its stdin closes it.
        drop(child.stdin.take().unwrap().write_all(self.stdin.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ended =
            Ended { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) };
        for secret in self.secrets {
            assert!(!ended.stderr.contains(&secret), "a secret is on stderr: {}", ended.stderr);
        }
        ended
    }
}

impl Ended {
    /// What it printed, where it ended well.
    pub(crate) fn output(self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self.stdout
    }

    /// What it complained of, where it ended with this code and printed nothing.
    pub(crate) fn complaint(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert_eq!(self.stdout, "");
        self.stderr
    }
}

/// A pool with a user for everything.
pub(crate) fn pool(devices: DeviceTracking) -> Pool {
    let user = |username: &str| NewUser { username: username.into(), password: PASSWORD.into(), ..NewUser::default() };
    let seed = Seed {
        pool: Settings {
            devices,
            custom_answer: Some("42".into()),
            required_attributes: ["name".to_owned()].into(),
            ..Settings::default()
        },
        clients: vec![
            Client { id: "testclient".into(), secret: None },
            Client { id: "secretclient".into(), secret: Some(CLIENT_SECRET.into()) },
        ],
        users: vec![
            user("alice"),
            user("bob@example.com"),
            NewUser {
                attributes: [("phone_number".to_owned(), "+15550001234".to_owned())].into(),
                mfa: [Factor::SmsMfa].into(),
                code: Some("123456".into()),
                ..user("carol")
            },
            NewUser { mfa: [Factor::SoftwareTokenMfa].into(), totp_secret: Some(TOTP_SECRET.into()), ..user("dave") },
            NewUser { temporary: true, ..user("erin") },
        ],
    };
    seed.into_pool([7; 32]).unwrap()
}

/// What only the owner may read.
#[cfg(unix)]
pub(crate) fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o7777, 0o600);
}

#[cfg(not(unix))]
pub(crate) fn assert_private(path: &Path) {
    assert!(fs::exists(path).unwrap());
}

/// Lets everybody read a file.
#[cfg(unix)]
pub(crate) fn publish(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

/// No file but these is in a folder.
pub(crate) fn assert_files(folder: &Path, expected: &[&str]) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.collect();
    names.sort();
    assert_eq!(names, expected);
}

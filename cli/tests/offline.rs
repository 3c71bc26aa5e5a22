//! The commands that send nothing, against a pool in the same process: what gets tokens has proved what it had to.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

#[cfg(unix)]
use self::common::publish;
use self::common::{CLIENT_SECRET, Call, Ended, PASSWORD, POOL_ID, TOTP_SECRET, assert_files, assert_private, pool};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;
use testpool::{DeviceTracking, MfaConfiguration, Pool, Seed, Settings};

/// A sign-in, its files, and the pool that it talks to.
struct Talk {
    pool: Pool,
    folder: TempDir,
}

impl Talk {
    fn new() -> Self {
        Self::with(pool(DeviceTracking::Off))
    }

    fn with(mut pool: Pool) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        pool.set_now(now.try_into().unwrap());
        Self { pool, folder: TempDir::new().unwrap() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn initiate(&self, client_id: &str, username: &str) -> Call {
        let ids = ["initiate-auth", "--pool-id", POOL_ID, "--client-id", client_id, "--username", username];
        Call::new(ids).path("--state", &self.file("state"))
    }

    /// The next step, with a reply of the service on stdin.
    fn respond(&self, reply: &Value) -> Call {
        Call::new(["respond-to-auth-challenge"]).path("--state", &self.file("state")).stdin(&reply.to_string())
    }

    /// The same, with the reply in a file and stdin free.
    fn respond_with_file(&self, reply: &Value) -> Call {
        fs::write(self.file("reply"), reply.to_string()).unwrap();
        Call::new(["respond-to-auth-challenge"])
            .path("--state", &self.file("state"))
            .path("--reply", &self.file("reply"))
    }

    /// Sends a request with the operation that stderr names. A refusal is as it is in the body of an HTTP reply.
    fn send(&mut self, ended: &Ended, operation: &str) -> Value {
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let name = ended.stderr.lines().find_map(|line| line.strip_prefix("send this with: aws cognito-idp "));
        assert_eq!(name, Some(operation), "{}", ended.stderr);
        assert_eq!(ended.stdout.matches('\n').count(), 1, "one line of JSON: {}", ended.stdout);
        let operation: String = operation.split('-').map(capitalised).collect();
        let request = serde_json::from_str(&ended.stdout).unwrap();
        match self.pool.handle(&operation, &request) {
            Ok(reply) => reply,
            Err(error) => json!({ "__type": error.name, "message": error.message }),
        }
    }

    fn begin(&mut self, call: Call) -> Value {
        self.send(&call.run(), "initiate-auth")
    }

    fn go_on(&mut self, call: Call) -> Value {
        self.send(&call.run(), "respond-to-auth-challenge")
    }

    /// A sign-in of `alice`, up to the tokens.
    fn tokens_of_alice(&mut self) -> Value {
        let challenge = self.begin(self.initiate("testclient", "alice"));
        let tokens = self.go_on(self.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
        assert_tokens(&tokens);
        tokens
    }

    /// The same, with a device that is confirmed and kept in the file `device`.
    fn device_of_alice(&mut self) -> Value {
        let tokens = self.tokens_of_alice();
        let call = Call::new(["confirm-device"])
            .path("--state", &self.file("state"))
            .path("--remember-device", &self.file("device"))
            .args("--device-name laptop")
            .stdin(&tokens.to_string());
        let confirmed = self.send(&call.run(), "confirm-device");
        assert_eq!(confirmed["UserConfirmationNecessary"], false, "{confirmed}");
        tokens
    }
}

/// The beginning of a sign-in with its state at this path.
fn initiate_at(state: &Path) -> Call {
    let ids = ["initiate-auth", "--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"];
    Call::new(ids).path("--state", state)
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn assert_tokens(reply: &Value) {
    assert_eq!(reply["AuthenticationResult"]["TokenType"], "Bearer", "{reply}");
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_user_signs_in() {
    let mut talk = Talk::new();
    let tokens = talk.tokens_of_alice();

    let ended = talk.respond(&tokens).run();
    assert!(ended.complaint(11).contains("nothing is left to send"));
    assert_files(talk.folder.path(), &[]);
}

#[test]
fn a_client_with_a_secret_signs_in_under_the_name_that_the_service_gives() {
    let mut talk = Talk::new();
    let call =
        talk.initiate("secretclient", "bob@example.com").args("--client-secret-env S").secret("S", CLIENT_SECRET);
    let challenge = talk.begin(call);
    let call = talk.respond(&challenge).args("--client-secret-env S --password-env P");
    let tokens = talk.go_on(call.secret("S", CLIENT_SECRET).secret("P", PASSWORD));
    assert_tokens(&tokens);
}

#[test]
fn the_secret_is_wanted_again() {
    let mut talk = Talk::new();
    let call = talk.initiate("secretclient", "alice").args("--client-secret-env S").secret("S", CLIENT_SECRET);
    let challenge = talk.begin(call);
    let ended = talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD).run();
    assert!(ended.complaint(2).contains("--client-secret-env"));
}

#[test]
fn a_variable_that_is_not_set_is_named_unless_it_looks_like_a_secret() {
    let talk = Talk::new();
    let ended = talk.initiate("secretclient", "alice").args("--client-secret-env CLIENT_SECRET").run();
    assert!(ended.complaint(2).contains("CLIENT_SECRET is not set"));
    let ended = talk.initiate("secretclient", "alice").args("--client-secret-env").args(CLIENT_SECRET).run();
    assert!(!ended.complaint(2).contains(CLIENT_SECRET));
}

#[test]
fn the_state_is_private_and_holds_no_password() {
    let mut talk = Talk::new();
    let call = talk.initiate("secretclient", "carol").args("--client-secret-env S").secret("S", CLIENT_SECRET);
    let challenge = talk.begin(call);
    assert_private(&talk.file("state"));
    let call = talk.respond(&challenge).args("--client-secret-env S").secret("S", CLIENT_SECRET);
    let challenge = talk.go_on(call.secret("COGNITO_PASSWORD", PASSWORD));
    assert_eq!(challenge["ChallengeName"], "SMS_MFA");
    assert_private(&talk.file("state"));
    assert_files(talk.folder.path(), &["state"]);

    let state = read(&talk.file("state"));
    let saved = STANDARD.decode(state["SignIn"].as_str().unwrap()).unwrap();
    for secret in [PASSWORD, CLIENT_SECRET] {
        assert!(!state.to_string().contains(secret));
        assert!(!saved.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
}

#[test]
fn a_wrong_password_is_refused_by_the_pool_and_said_so() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let refusal = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", "wrong"));
    assert_eq!(refusal["__type"], "NotAuthorizedException");

    // As curl passes it on. The AWS CLI says it on stderr, and nothing comes.
    let complaint = talk.respond(&refusal).run().complaint(3);
    assert!(complaint.contains("Incorrect username or password"), "{complaint}");
    assert!(complaint.contains("\nhelp: "), "{complaint}");
    let ended = Call::new(["respond-to-auth-challenge"]).path("--state", &talk.file("state")).run();
    assert!(ended.complaint(9).contains("there is no reply"));
}

#[test]
fn the_password_comes_from_stdin_where_the_reply_does_not() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let ended = talk.respond(&challenge).args("--password-stdin").run();
    assert!(ended.complaint(2).contains("--reply"));
    let call = talk.respond_with_file(&challenge).args("--password-stdin").stdin(&format!("{PASSWORD}\r\n"));
    assert_tokens(&talk.go_on(call));
}

#[test]
fn an_empty_password_is_refused() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let respond = |stdin: &str| talk.respond_with_file(&challenge).args("--password-stdin").stdin(stdin).run();
    assert!(respond("\n").complaint(2).contains("the password is empty"));
    assert!(respond("").complaint(10).contains("stdin is empty"));
    let ended = talk.respond(&challenge).env("COGNITO_PASSWORD", "").run();
    assert!(ended.complaint(2).contains("COGNITO_PASSWORD is empty"));
}

#[test]
fn an_empty_password_matters_only_where_it_is_asked_for() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "carol").env("COGNITO_PASSWORD", ""));
    let challenge = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
    let call = talk.respond(&challenge).args("--answer-env CODE").env("CODE", "123456").env("COGNITO_PASSWORD", "");
    assert_tokens(&talk.go_on(call));
}

#[test]
fn codes_come_from_the_environment_or_from_stdin() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "carol"));
    let challenge = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
    assert_eq!(challenge["ChallengeName"], "SMS_MFA");

    let unanswered = talk.respond_with_file(&challenge).args("--answer-stdin").run().complaint(10);
    assert!(unanswered.contains("+***1234"), "{unanswered}");
    let refusal = talk.go_on(talk.respond(&challenge).args("--answer-env CODE").secret("CODE", "123457"));
    assert_eq!(refusal["__type"], "CodeMismatchException");
    talk.respond(&refusal).args("--answer-env CODE").secret("CODE", "123457").run().complaint(4);

    // The challenge still stands: its reply can be given again.
    let tokens = talk.go_on(talk.respond_with_file(&challenge).args("--answer-stdin").stdin("123456\n"));
    assert_tokens(&tokens);
}

#[test]
fn codes_of_an_authenticator_app_are_computed() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "dave"));
    let challenge = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
    assert_eq!(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let tokens = talk.go_on(talk.respond(&challenge).args("--totp-secret-env TOTP").secret("TOTP", TOTP_SECRET));
    assert_tokens(&tokens);
}

#[test]
fn an_authenticator_app_is_set_up_by_operations_of_its_own() {
    let seed = Seed {
        pool: Settings { mfa: MfaConfiguration::On, ..Settings::default() },
        clients: vec![testpool::Client { id: "testclient".into(), secret: None }],
        users: vec![testpool::NewUser {
            username: "alice".into(),
            password: PASSWORD.into(),
            ..testpool::NewUser::default()
        }],
    };
    let mut talk = Talk::with(seed.into_pool([7; 32]).unwrap());
    let challenge = talk.send(&talk.initiate("testclient", "alice").args("--admin").run(), "admin-initiate-auth");
    let call = talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD);
    let challenge = talk.send(&call.run(), "admin-respond-to-auth-challenge");
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");

    let secret = talk.send(&talk.respond(&challenge).run(), "associate-software-token");
    // The variable is not set: only the service knows the secret yet.
    let ended = talk.respond(&secret).args("--totp-secret-env TOTP").run();
    assert!(ended.stderr.contains(secret["SecretCode"].as_str().unwrap()), "{}", ended.stderr);
    let verified = talk.send(&ended, "verify-software-token");
    assert_eq!(verified["Status"], "SUCCESS");
    let tokens = talk.send(&talk.respond(&verified).run(), "admin-respond-to-auth-challenge");
    assert_tokens(&tokens);
}

#[test]
fn a_new_password_and_its_attributes_come_from_wherever_they_are_given() {
    for from_stdin in [true, false] {
        let mut talk = Talk::new();
        let challenge = talk.begin(talk.initiate("testclient", "erin"));
        let challenge = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
        assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        let call = if from_stdin {
            talk.respond_with_file(&challenge).args("--answer-stdin").stdin("New-passw0rd\nErin\n")
        } else {
            talk.respond(&challenge)
                .args("--new-password-env NEW --user-attribute name=Erin")
                .secret("NEW", "New-passw0rd")
        };
        assert_tokens(&talk.go_on(call));
    }
}

#[test]
fn the_admin_operations_name_the_pool() {
    let mut talk = Talk::new();
    for (flow, operation) in
        [("USER_SRP_AUTH --admin", "admin-initiate-auth"), ("ADMIN_USER_PASSWORD_AUTH", "admin-initiate-auth")]
    {
        let ended = talk
            .initiate("testclient", "alice")
            .args("--auth-flow")
            .args(flow)
            .secret("COGNITO_PASSWORD", PASSWORD)
            .run();
        let request: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(request["UserPoolId"], POOL_ID);
        let mut reply = talk.send(&ended, operation);
        if flow.starts_with("USER_SRP_AUTH") {
            let call = talk.respond(&reply).secret("COGNITO_PASSWORD", PASSWORD);
            reply = talk.send(&call.run(), "admin-respond-to-auth-challenge");
        }
        assert_tokens(&reply);
    }
}

#[test]
fn a_choice_of_srp_is_answered_and_then_proved() {
    let mut talk = Talk::new();
    let choice = talk.begin(talk.initiate("testclient", "alice").args("--auth-flow USER_AUTH"));
    assert_eq!(choice["ChallengeName"], "SELECT_CHALLENGE");
    let complaint = talk.respond(&choice).args("--answer-env CHOICE").env("CHOICE", "PIGEON").run().complaint(2);
    assert!(complaint.contains("PASSWORD_SRP"), "{complaint}");
    let challenge = talk.go_on(talk.respond(&choice).args("--answer-env CHOICE").env("CHOICE", "PASSWORD_SRP"));
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    assert_tokens(&talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD)));
}

#[test]
fn client_metadata_goes_with_each_step_that_names_it() {
    let talk = Talk::new();
    let ended = talk.initiate("testclient", "alice").args("--client-metadata a=b --client-metadata c=d=e").run();
    let request: Value = serde_json::from_str(&ended.output()).unwrap();
    assert_eq!(request["ClientMetadata"], json!({ "a": "b", "c": "d=e" }));
}

#[test]
fn a_device_is_confirmed_and_then_signs_in() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    talk.device_of_alice();
    assert_files(talk.folder.path(), &["device"]);
    assert_private(&talk.file("device"));
    let device = read(&talk.file("device"));
    assert_eq!((&device["UserPoolId"], &device["Username"]), (&json!(POOL_ID), &json!("alice")));

    let file = talk.file("device");
    let challenge = talk.begin(talk.initiate("testclient", "alice").path("--device", &file));
    let ended = talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD).run();
    assert!(ended.complaint(2).contains("--device"), "its password is not in the state");
    let respond = |talk: &Talk, reply: &Value| talk.respond(reply).path("--device", &file);
    let challenge = talk.go_on(respond(&talk, &challenge).secret("COGNITO_PASSWORD", PASSWORD));
    assert_eq!(challenge["ChallengeName"], "DEVICE_SRP_AUTH");
    let challenge = talk.go_on(respond(&talk, &challenge));
    assert_eq!(challenge["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    let tokens = talk.go_on(respond(&talk, &challenge));
    assert_tokens(&tokens);

    // A device that is known is not offered anew.
    let call = Call::new(["confirm-device"]).path("--state", &talk.file("state"));
    let call = call.path("--remember-device", &file).path("--device", &file).stdin(&tokens.to_string());
    assert!(call.run().complaint(11).contains("no device is offered"));
    assert_eq!(read(&talk.file("device")), device);
}

#[test]
fn another_users_device_is_not_replaced() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    talk.device_of_alice();
    let device = read(&talk.file("device"));
    let challenge = talk.begin(talk.initiate("testclient", "bob@example.com"));
    let tokens = talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD));
    let confirm = |file: &str| {
        let call = Call::new(["confirm-device"]).path("--state", &talk.file("state"));
        call.path("--remember-device", &talk.file(file)).stdin(&tokens.to_string()).run()
    };
    let complaint = confirm("device").complaint(12);
    assert!(complaint.contains("a device of the user alice"), "{complaint}");
    assert_eq!(read(&talk.file("device")), device);
    // The state is as it was.
    confirm("another").output();
}

#[test]
fn a_refresh_with_a_client_s_secret_is_of_the_user_in_the_device_file() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    let initiate = |talk: &Talk, arguments: &str| {
        let call = talk.initiate("secretclient", "bob@example.com").args("--client-secret-env S").args(arguments);
        call.secret("S", CLIENT_SECRET)
    };
    let challenge = talk.begin(initiate(&talk, ""));
    let call = talk.respond(&challenge).args("--client-secret-env S").secret("S", CLIENT_SECRET);
    let tokens = talk.go_on(call.secret("COGNITO_PASSWORD", PASSWORD));
    let call = Call::new(["confirm-device"]).path("--state", &talk.file("state"));
    let call = call.path("--remember-device", &talk.file("device")).stdin(&tokens.to_string());
    talk.send(&call.run(), "confirm-device");

    let call = initiate(&talk, "--auth-flow REFRESH_TOKEN_AUTH --refresh-token-env R");
    let token = tokens["AuthenticationResult"]["RefreshToken"].as_str().unwrap();
    let reply = talk.begin(call.secret("R", token).path("--device", &talk.file("device")));
    assert_tokens(&reply);
}

#[test]
fn a_device_that_was_forgotten_is_left_out() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    let tokens = talk.device_of_alice();
    let device_key = read(&talk.file("device"))["DeviceKey"].clone();
    let forget = json!({ "AccessToken": tokens["AuthenticationResult"]["AccessToken"], "DeviceKey": device_key });
    talk.pool.handle("ForgetDevice", &forget).unwrap();

    let file = talk.file("device");
    let challenge = talk.begin(talk.initiate("testclient", "alice").path("--device", &file));
    let refusal = talk.go_on(talk.respond(&challenge).path("--device", &file).secret("COGNITO_PASSWORD", PASSWORD));
    assert_eq!(refusal["__type"], "ResourceNotFoundException");
    let challenge = talk.send(&talk.respond(&refusal).path("--device", &file).run(), "initiate-auth");
    // From here on there is no device.
    assert_tokens(&talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD)));
}

#[test]
fn confirm_device_wants_tokens() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let call = Call::new(["confirm-device"]).path("--state", &talk.file("state"));
    let call = call.path("--remember-device", &talk.file("device")).stdin(&challenge.to_string());
    assert!(call.run().complaint(9).contains("no tokens yet"));
    assert_files(talk.folder.path(), &["state"]);
}

#[test]
fn a_state_that_is_damaged_or_absent_is_refused() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let respond = |talk: &Talk| talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD).run();
    let whole = fs::read_to_string(talk.file("state")).unwrap();
    let mut state: Value = serde_json::from_str(&whole).unwrap();
    let saved = state["SignIn"].as_str().unwrap().to_owned();
    let mut bytes = STANDARD.decode(&saved).unwrap();
    bytes[20] ^= 1;
    let damages = [whole[..40].to_owned(), whole.replace("testclient", "testclienu"), String::new(), {
        state["SignIn"] = STANDARD.encode(bytes).into();
        state.to_string()
    }];
    for damaged in damages {
        fs::write(talk.file("state"), &damaged).unwrap();
        let ended = respond(&talk);
        assert!(matches!(ended.code, 2 | 12), "{} {}", ended.code, ended.stderr);
        assert_eq!(ended.stdout, "");
        assert_eq!(fs::read_to_string(talk.file("state")).unwrap(), damaged, "it is left as it was");
    }
    fs::write(talk.file("state"), &whole).unwrap();
    assert_tokens(&talk.send(&respond(&talk), "respond-to-auth-challenge"));
    fs::remove_file(talk.file("state")).unwrap();
    assert!(respond(&talk).complaint(12).contains("initiate-auth"));
}

#[test]
fn no_request_is_written_whose_state_cannot_be() {
    let talk = Talk::new();
    fs::create_dir(talk.file("folder")).unwrap();
    let cases = [
        ("nowhere/state", "cannot be written"),
        ("state/", "cannot be written"),
        ("", "no file"),
        ("folder", "no file"),
    ];
    for (file, reason) in cases {
        let complaint = initiate_at(&talk.file(file)).run().complaint(12);
        assert!(complaint.contains(reason), "{file}: {complaint}");
    }
    assert_files(talk.folder.path(), &["folder"]);
}

#[test]
fn what_is_no_state_is_not_replaced_by_one() {
    let mut talk = Talk::with(pool(DeviceTracking::Always));
    talk.device_of_alice();
    let mine = fs::read(talk.file("device")).unwrap();
    assert!(initiate_at(&talk.file("device")).run().complaint(12).contains("is no state"));
    assert_eq!(fs::read(talk.file("device")).unwrap(), mine);
    // A state of an earlier sign-in is, and what `mktemp` has made.
    for _ in 0..2 {
        talk.begin(talk.initiate("testclient", "alice"));
    }
    fs::write(talk.file("state"), "").unwrap();
    talk.begin(talk.initiate("testclient", "alice"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_neither_replaced_nor_waited_for() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let (pipe, link) = (talk.file("pipe"), talk.file("link"));
    assert!(std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink(talk.file("state"), &link).unwrap();
    for path in [&pipe, &link] {
        let kind = fs::symlink_metadata(path).unwrap().file_type();
        assert!(initiate_at(path).run().complaint(12).contains("no file"));
        assert_eq!(fs::symlink_metadata(path).unwrap().file_type(), kind);
    }
    let call = Call::new(["respond-to-auth-challenge"]).path("--state", &pipe).stdin(&challenge.to_string());
    assert!(call.run().complaint(12).contains("no file"));
}

#[cfg(unix)]
#[test]
fn a_state_that_others_can_read_is_refused() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    publish(&talk.file("state"));
    let ended = talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD).run();
    assert!(ended.complaint(12).contains("chmod 600"));
}

#[test]
fn a_reply_that_cannot_be_right_is_refused_and_leaves_the_state() {
    let mut talk = Talk::new();
    let challenge = talk.begin(talk.initiate("testclient", "alice"));
    let state = fs::read(talk.file("state")).unwrap();
    let mut zero = challenge.clone();
    zero["ChallengeParameters"]["SRP_B"] = json!("00");
    let replies =
        [zero, json!({ "ChallengeName": "LATER" }), json!({ "ChallengeName": "DEVICE_SRP_AUTH" }), json!("{}")];
    for reply in replies {
        talk.respond(&reply).secret("COGNITO_PASSWORD", PASSWORD).run().complaint(9);
        assert_eq!(fs::read(talk.file("state")).unwrap(), state);
    }
    assert_tokens(&talk.go_on(talk.respond(&challenge).secret("COGNITO_PASSWORD", PASSWORD)));
}

#[test]
fn secret_hash_is_the_one_that_aws_published() {
    let call = Call::new(["secret-hash", "--client-id", "age", "--username", "Mess", "--client-secret-env", "S"]);
    assert_eq!(call.secret("S", "secret").run().output(), "qnR8UCqJggD55PohusaBNviGoOJ67HC6Btry4qXLVZc=\n");
}

#[test]
fn arguments_that_do_not_fit_are_refused() {
    let talk = Talk::new();
    talk.initiate("testclient", "alice").args("--without-srp").run().complaint(2);
    talk.initiate("testclient", "alice").args("--preferred-challenge PASSWORD").run().complaint(2);
    talk.initiate("test client", "alice").run().complaint(2);
    talk.initiate("testclient", "alice").args("--auth-flow SESAME").run().complaint(2);
    assert_files(talk.folder.path(), &[]);
}

#[test]
fn help_has_examples_and_exit_codes_and_there_are_completions() {
    for command in ["sign-in", "initiate-auth", "respond-to-auth-challenge", "confirm-device"] {
        let help = Call::new([command, "--help"]).run().output();
        assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    }
    for command in ["secret-hash", "completions"] {
        assert!(Call::new([command, "--help"]).run().output().contains("Examples:"));
    }
    assert!(Call::new(["--help"]).run().output().contains("Exit codes:"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(Call::new(["completions", shell]).run().output().contains("respond-to-auth-challenge"));
    }
}

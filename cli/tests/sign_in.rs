//! Whole sign-ins over HTTP, to a pool that verifies.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

#[cfg(unix)]
use self::common::publish;
use self::common::{CLIENT_SECRET, Call, PASSWORD, POOL_ID, TOTP_SECRET, assert_files, assert_private, pool};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tempfile::TempDir;
use testpool::{DeviceTracking, http::Server};

/// A pool that listens for as long as the test runs, and a folder for files.
struct World {
    address: SocketAddr,
    folder: TempDir,
}

impl World {
    fn new(devices: DeviceTracking) -> Self {
        let server = Server::bind(pool(devices), ([127, 0, 0, 1], 0).into()).unwrap();
        let address = server.address();
        // It ends with the process of the test.
        thread::spawn(move || server.run());
        Self { address, folder: TempDir::new().unwrap() }
    }

    fn sign_in(&self, username: &str) -> Call {
        sign_in_at(self.address, "testclient", username)
    }

    /// The same, of a client with a secret.
    fn sign_in_with_secret(&self, username: &str) -> Call {
        sign_in_at(self.address, "secretclient", username).args("--client-secret-env S").secret("S", CLIENT_SECRET)
    }

    fn device_file(&self) -> PathBuf {
        self.folder.path().join("device.json")
    }

    fn remembering(&self, username: &str) -> Call {
        self.sign_in(username).path("--remember-device", &self.device_file()).secret("COGNITO_PASSWORD", PASSWORD)
    }

    fn device(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.device_file()).unwrap()).unwrap()
    }

    /// Sends a request that the program has no command for.
    fn post(&self, operation: &str, body: &Value) -> String {
        let body = body.to_string();
        let mut stream = TcpStream::connect(self.address).unwrap();
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let head = format!("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: {target}\r\nConnection: close\r\n");
        stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }
}

fn sign_in_at(address: SocketAddr, client_id: &str, username: &str) -> Call {
    let url = format!("http://{address}");
    let ids = ["--pool-id", POOL_ID, "--client-id", client_id, "--username", username, "--endpoint-url", &url];
    Call::new(["sign-in"].into_iter().chain(ids))
}

/// A service of one answer, which it writes to whoever asks.
fn answering(answer: impl Fn(&mut TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 1 << 16];
            drop(stream.read(&mut request));
            answer(&mut stream);
        }
    });
    address
}

/// A service that has one reply to everything.
fn replying(body: &'static str) -> SocketAddr {
    answering(move |stream| {
        drop(stream.write_all(format!("{HEAD}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()));
    })
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n";

/// The way to a service, and all that is sent over it.
fn overheard(service: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    thread::spawn(move || {
        for near in listener.incoming() {
            let (mut near, mut far) = (near.unwrap(), TcpStream::connect(service).unwrap());
            let (mut from_far, mut to_near) = (far.try_clone().unwrap(), near.try_clone().unwrap());
            thread::spawn(move || drop(io::copy(&mut from_far, &mut to_near)));
            let ears = Arc::clone(&ears);
            thread::spawn(move || {
                let mut part = vec![0; 1 << 16];
                while let Ok(length @ 1..) = near.read(&mut part) {
                    ears.lock().unwrap().extend_from_slice(&part[..length]);
                    far.write_all(&part[..length]).unwrap();
                }
            });
        }
    });
    (address, heard)
}

/// The claim `username` of a token.
fn username(tokens: &Value) -> String {
    let claims = tokens["AccessToken"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["username"].as_str().unwrap().into()
}

/// The tokens that a sign-in printed: one JSON object, by AWS's names.
fn tokens(output: &str) -> Value {
    let tokens: Value = serde_json::from_str(output).unwrap();
    assert_eq!((&tokens["TokenType"], &tokens["ExpiresIn"]), (&json!("Bearer"), &json!(3600)));
    for token in ["AccessToken", "IdToken"] {
        assert!(tokens[token].as_str().unwrap().starts_with("ey"), "{token}");
    }
    assert!(tokens.get("NewDeviceMetadata").is_none());
    tokens
}

#[test]
fn a_user_signs_in() {
    let world = World::new(DeviceTracking::Off);
    let ended = world.sign_in("alice").secret("COGNITO_PASSWORD", PASSWORD).run();
    assert_eq!(ended.stderr, "");
    let tokens = tokens(&ended.output());
    assert!(tokens["RefreshToken"].is_string());
}

#[test]
fn a_client_with_a_secret_signs_in() {
    let world = World::new(DeviceTracking::Off);
    let url = format!("http://{}", world.address);
    let sign_in = || {
        let ids = ["--pool-id", POOL_ID, "--client-id", "secretclient", "--username", "bob@example.com"];
        Call::new(["sign-in"].into_iter().chain(ids))
            .args("--endpoint-url")
            .args(&url)
            .secret("COGNITO_PASSWORD", PASSWORD)
    };
    tokens(&sign_in().args("--client-secret-env S").secret("S", CLIENT_SECRET).run().output());
    let complaint = sign_in().args("--client-secret-env S").secret("S", "another").run().complaint(6);
    assert!(complaint.contains("SECRET_HASH is wrong"), "{complaint}");
    assert!(sign_in().run().complaint(6).contains("--client-secret-env"));
    sign_in().args("--client-secret-env S").run().complaint(2);
}

#[test]
fn a_wrong_password_and_an_unknown_user_have_the_same_exit_code() {
    let world = World::new(DeviceTracking::Off);
    let complaint = world.sign_in("alice").args("--password-stdin").stdin("wrong\n").run().complaint(3);
    assert!(complaint.starts_with("error: ") && complaint.contains("\nhelp: "), "{complaint}");
    world.sign_in("nobody").args("--password-stdin").stdin("wrong\n").run().complaint(3);
}

#[test]
fn a_password_that_nobody_gives_is_missed_before_anything_is_sent() {
    // Nobody listens here.
    let call = || Call::new(["sign-in", "--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"]);
    let complaint = call().args("--endpoint-url http://127.0.0.1:1").run().complaint(10);
    assert!(complaint.contains("Password") && complaint.contains("--password-env"), "{complaint}");
    call().args("--endpoint-url http://127.0.0.1:1 --password-stdin").run().complaint(10);
    call().args("--endpoint-url http://127.0.0.1:1 --password-stdin").stdin("\n").run().complaint(2);
}

#[test]
fn a_line_that_does_not_end_is_no_password() {
    let call = sign_in_at(([127, 0, 0, 1], 1).into(), "testclient", "alice").args("--password-stdin");
    assert!(call.stdin(&"x".repeat((1 << 20) + 1)).run().complaint(2).contains("longer than 1 MiB"));
}

#[test]
fn a_proxy_that_is_none_is_named_and_not_passed_over() {
    let address = "http://proxy-user:proxy-password@127.0.0.1:1 ";
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let call = Call::new(["sign-in", "--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"]);
        let call = call.args("--endpoint-url https://127.0.0.1:1").secret("COGNITO_PASSWORD", PASSWORD);
        let complaint = call.secret(variable, address.trim()).env(variable, address).run().complaint(2);
        assert!(complaint.contains(variable), "{complaint}");
    }
}

#[test]
fn an_address_that_is_none_is_a_fault_of_the_arguments() {
    let complaint = |option: &str, value: &str| {
        let ids = ["--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"];
        let call = Call::new(["sign-in", option, value].into_iter().chain(ids));
        call.secret("COGNITO_PASSWORD", PASSWORD).run().complaint(2)
    };
    let urls = [
        "localhost:1",
        "ftp://localhost",
        "http://",
        "http://:1",
        "http://bad host",
        "http://localhost:x",
        "http://localhost:65536",
        "http://localhost:",
        "http://alice@localhost",
    ];
    for url in urls {
        assert!(complaint("--endpoint-url", url).contains("--endpoint-url"), "{url}");
    }
    for region in ["", "us east", "us-east-1.evil.example", "us-east-1-", "us_east_1"] {
        assert!(complaint("--region", region).contains("--region"), "{region}");
    }
}

#[test]
fn an_address_is_read_as_urls_are() {
    let world = World::new(DeviceTracking::Off);
    let port = world.address.port();
    for url in [format!("HTTP://127.0.0.1:{port}/"), format!("http://localhost:{port}")] {
        let call = Call::new(["sign-in", "--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"]);
        let call = call.args("--region us-gov-west-1 --endpoint-url").args(&url);
        tokens(&call.secret("COGNITO_PASSWORD", PASSWORD).run().output());
    }
}

#[test]
fn a_service_that_cannot_be_reached_is_said_so() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let call = Call::new(["sign-in", "--pool-id", POOL_ID, "--client-id", "testclient", "--username", "alice"]);
    let call = call.args(&format!("--endpoint-url http://{free}")).secret("COGNITO_PASSWORD", PASSWORD);
    assert!(call.run().complaint(8).contains("cannot be reached"));
}

#[test]
fn lines_of_stdin_answer_in_order() {
    let world = World::new(DeviceTracking::Off);
    let sign_in =
        |lines: &str| world.sign_in("carol").args("--password-stdin").stdin(&format!("{PASSWORD}\n{lines}")).run();
    tokens(&sign_in("123456\n").output());
    tokens(&sign_in("123456").output());
    sign_in("123457\n123456\n").complaint(4);
    assert!(sign_in("").complaint(10).contains("+***1234"));

    let ended =
        world.sign_in("erin").args("--password-stdin").stdin(&format!("{PASSWORD}\nNew-passw0rd\nErin\n")).run();
    tokens(&ended.output());
    tokens(&world.sign_in("erin").args("--answer-stdin").stdin("New-passw0rd\n").run().output());
}

#[test]
fn codes_of_an_authenticator_app_are_computed() {
    let world = World::new(DeviceTracking::Off);
    let sign_in = || world.sign_in("dave").args("--totp-secret-env T").secret("COGNITO_PASSWORD", PASSWORD);
    tokens(&sign_in().secret("T", TOTP_SECRET).run().output());
    // As an app shows it.
    tokens(&sign_in().secret("T", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq").run().output());
    sign_in().secret("T", "JBSWY3DPEHPK3PXP").run().complaint(4);
    sign_in().secret("T", "not base32!").run().complaint(2);
}

#[test]
fn a_remembered_device_takes_the_place_of_the_second_factor() {
    // In the second pool a device counts only once the user says so.
    for devices in [DeviceTracking::Always, DeviceTracking::OptIn] {
        let world = World::new(devices);
        let ended =
            world.remembering("dave").args("--totp-secret-env T --device-name laptop").secret("T", TOTP_SECRET).run();
        assert!(ended.stderr.contains("this device is remembered"), "{}", ended.stderr);
        tokens(&ended.output());
        assert_private(&world.device_file());
        assert_files(world.folder.path(), &["device.json"]);
        let device = world.device();
        assert_eq!((&device["UserPoolId"], &device["Username"]), (&json!(POOL_ID), &json!("dave")));

        let ended = world.remembering("dave").run();
        assert_eq!(ended.stderr, "", "no code is asked for");
        tokens(&ended.output());
        assert_eq!(world.device(), device);
    }
}

#[test]
fn a_forgotten_device_is_replaced() {
    let world = World::new(DeviceTracking::Always);
    world.remembering("alice").run().output();
    let old = world.device();
    world.post(
        "AdminForgetDevice",
        &json!({ "UserPoolId": POOL_ID, "Username": "alice", "DeviceKey": old["DeviceKey"] }),
    );

    tokens(&world.remembering("alice").run().output());
    let new = world.device();
    assert_ne!(new["DeviceKey"], old["DeviceKey"]);
    assert_eq!(world.remembering("alice").run().stderr, "");
    assert_eq!(world.device(), new);
}

#[test]
fn another_users_device_is_not_replaced() {
    let world = World::new(DeviceTracking::Always);
    world.remembering("alice").run().output();
    let device = world.device();
    let (address, heard) = overheard(world.address);
    let call = sign_in_at(address, "testclient", "bob@example.com").path("--remember-device", &world.device_file());
    let ended = call.secret("COGNITO_PASSWORD", PASSWORD).run();
    let warning = "warning: the device is not remembered: ";
    assert!(
        ended.stderr.lines().any(|line| line.starts_with(warning) && line.ends_with("of the user alice")),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("name another file"), "{}", ended.stderr);
    tokens(&ended.output());
    assert_eq!(world.device(), device);
    // Nor is the service told to remember one that nobody has.
    let heard = String::from_utf8(heard.lock().unwrap().clone()).unwrap();
    assert!(heard.contains("IdentityProviderService.RespondToAuthChallenge"), "{heard}");
    assert!(!heard.contains("IdentityProviderService.ConfirmDevice"), "{heard}");
}

#[test]
fn a_user_by_an_alias_is_no_other_user() {
    // With the password in plain no challenge names the user: only the token does.
    let world = World::new(DeviceTracking::Always);
    let sign_in = || world.remembering("bob@example.com").args("--auth-flow USER_PASSWORD_AUTH");
    let first = tokens(&sign_in().run().output());
    let old = world.device();
    world.post(
        "AdminForgetDevice",
        &json!({ "UserPoolId": POOL_ID, "Username": username(&first), "DeviceKey": old["DeviceKey"] }),
    );
    let ended = sign_in().run();
    assert!(ended.stderr.contains("this device is remembered"), "{}", ended.stderr);
    assert_eq!(world.device()["Username"], old["Username"]);
    assert_ne!(world.device()["DeviceKey"], old["DeviceKey"]);
}

#[test]
fn a_device_that_is_refused_is_told_from_a_wrong_password() {
    let world = World::new(DeviceTracking::Always);
    world.remembering("alice").run().output();
    let mut device = world.device();
    device["DevicePassword"] = "another".into();
    fs::write(world.device_file(), device.to_string()).unwrap();
    let complaint = world.remembering("alice").run().complaint(12);
    assert!(complaint.contains("delete the file"), "{complaint}");
}

#[test]
fn a_pool_without_devices_is_said_so() {
    let world = World::new(DeviceTracking::Off);
    let ended = world.remembering("alice").run();
    assert!(ended.stderr.contains("no device is remembered"), "{}", ended.stderr);
    tokens(&ended.output());
    assert_files(world.folder.path(), &[]);
}

#[test]
fn a_device_file_that_cannot_be_trusted_is_refused() {
    let world = World::new(DeviceTracking::Always);
    world.remembering("alice").run().output();
    let text = fs::read_to_string(world.device_file()).unwrap();

    fs::write(world.device_file(), text.replace(POOL_ID, "us-east-1_Another")).unwrap();
    assert!(world.remembering("alice").run().complaint(12).contains("us-east-1_Another"));
    fs::write(world.device_file(), &text[..40]).unwrap();
    assert!(world.remembering("alice").run().complaint(12).contains("damaged"));
    fs::write(world.device_file(), &text).unwrap();
    #[cfg(unix)]
    {
        publish(&world.device_file());
        assert!(world.remembering("alice").run().complaint(12).contains("chmod 600"));
    }
    let nowhere = world.folder.path().join("nowhere/device.json");
    let call = world.sign_in("alice").path("--remember-device", &nowhere).secret("COGNITO_PASSWORD", PASSWORD);
    call.run().complaint(12);
}

#[test]
fn a_refresh_token_brings_new_tokens() {
    let world = World::new(DeviceTracking::Off);
    let first = tokens(&world.sign_in("alice").secret("COGNITO_PASSWORD", PASSWORD).run().output());
    let refresh = || world.sign_in("alice").args("--auth-flow REFRESH_TOKEN_AUTH");
    let token = first["RefreshToken"].as_str().unwrap();
    let second = tokens(&refresh().args("--refresh-token-env R").secret("R", token).run().output());
    assert_ne!(second["AccessToken"], first["AccessToken"]);
    tokens(&refresh().args("--answer-stdin").stdin(&format!("{token}\n")).run().output());
    refresh().args("--refresh-token-env R").secret("R", "none of these").run().complaint(3);
    // A password that nobody needs is not looked at.
    tokens(&refresh().args("--refresh-token-env R").secret("R", token).env("COGNITO_PASSWORD", "").run().output());
}

#[test]
fn a_refresh_with_a_client_s_secret_is_of_the_user_by_the_service_s_name() {
    let world = World::new(DeviceTracking::Always);
    let device = world.device_file();
    let sign_in = || world.sign_in_with_secret("bob@example.com").path("--remember-device", &device);
    let first = tokens(&sign_in().secret("COGNITO_PASSWORD", PASSWORD).run().output());
    let refresh = |call: Call| {
        let call = call.args("--auth-flow REFRESH_TOKEN_AUTH --refresh-token-env R");
        call.secret("R", first["RefreshToken"].as_str().unwrap()).run()
    };
    assert_ne!(username(&first), "bob@example.com");
    // The device file knows the name.
    assert_eq!(username(&tokens(&refresh(sign_in()).output())), username(&first));
}

#[test]
fn without_a_device_file_a_refresh_takes_the_name_as_it_is_typed() {
    let world = World::new(DeviceTracking::Off);
    let call = world.sign_in_with_secret("bob@example.com").secret("COGNITO_PASSWORD", PASSWORD);
    let first = tokens(&call.run().output());
    let refresh = |username: &str| {
        let call = world.sign_in_with_secret(username).args("--auth-flow REFRESH_TOKEN_AUTH --refresh-token-env R");
        call.secret("R", first["RefreshToken"].as_str().unwrap()).run()
    };
    let complaint = refresh("bob@example.com").complaint(6);
    assert!(complaint.contains("SECRET_HASH is wrong") && complaint.contains("--username"), "{complaint}");
    tokens(&refresh(&username(&first)).output());
}

#[test]
fn the_other_flows_sign_in() {
    let world = World::new(DeviceTracking::Off);
    let sign_in = |flow: &str| world.sign_in("alice").args("--auth-flow").args(flow);
    for flow in [
        "USER_PASSWORD_AUTH",
        "USER_AUTH --preferred-challenge PASSWORD_SRP",
        "USER_AUTH --preferred-challenge PASSWORD",
    ] {
        tokens(&sign_in(flow).secret("COGNITO_PASSWORD", PASSWORD).run().output());
    }
    for choice in ["PASSWORD_SRP", "PASSWORD"] {
        let call = sign_in("USER_AUTH --password-stdin").stdin(&format!("{PASSWORD}\n{choice}\n"));
        tokens(&call.run().output());
        let call = sign_in("USER_AUTH --answer-stdin").stdin(&format!("{choice}\n{PASSWORD}\n"));
        tokens(&call.run().output());
    }
    let code = world.sign_in("carol").args("--auth-flow USER_AUTH --preferred-challenge SMS_OTP --answer-stdin");
    tokens(&code.stdin("123456\n").run().output());
    for flow in ["CUSTOM_AUTH", "CUSTOM_AUTH --without-srp"] {
        let call = sign_in(flow).args("--custom-answer-env A").secret("COGNITO_PASSWORD", PASSWORD);
        tokens(&call.env("A", "42").run().output());
    }
}

#[test]
fn the_admin_operations_want_credentials() {
    let world = World::new(DeviceTracking::Off);
    for flow in ["USER_SRP_AUTH --admin", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let sign_in = || world.sign_in("alice").args("--auth-flow").args(flow).secret("COGNITO_PASSWORD", PASSWORD);
        assert!(sign_in().run().complaint(6).contains("AWS_ACCESS_KEY_ID"));
        let call =
            sign_in().secret("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").secret("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI");
        tokens(&call.run().output());
    }
}

#[test]
fn credentials_that_fit_into_no_header_are_named_and_not_shown() {
    let right = [
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
        ("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEXAMPLE"),
    ];
    for (wrong, value) in right {
        for character in ["\n", "\u{7f}", " ", "\u{e9}"] {
            // The secret is not sent, and nobody says what it may be made of.
            if wrong == "AWS_SECRET_ACCESS_KEY" && matches!(character, " " | "\u{e9}") {
                continue;
            }
            let mut call = sign_in_at(([127, 0, 0, 1], 1).into(), "testclient", "alice").args("--admin");
            for (name, value) in right.into_iter().filter(|(name, _)| *name != wrong) {
                call = call.env(name, value);
            }
            let call = call.env(wrong, &format!("{value}{character}x")).secret("COGNITO_PASSWORD", PASSWORD);
            let complaint = call.run().complaint(6);
            assert!(complaint.contains(wrong) && !complaint.contains(value), "{complaint}");
        }
    }
}

#[test]
fn an_answer_that_is_not_the_service_s_is_refused() {
    let address = replying(r#"{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SRP_B":"00"}}"#);
    sign_in_at(address, "testclient", "alice").secret("COGNITO_PASSWORD", PASSWORD).run().complaint(9);
}

#[test]
fn a_reply_without_end_is_not_read_to_its_end() {
    // What is more than this is not sent, so that the test ends whatever the program does.
    const ENDLESS: usize = 256 << 20;
    for length in ["Content-Length: 100000000000\r\n\r\n", "\r\n"] {
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        let address = answering(move |stream| {
            drop(stream.write_all(format!("{HEAD}{length}").as_bytes()));
            let part = vec![b' '; 1 << 16];
            for _ in 0..ENDLESS >> 16 {
                if stream.write_all(&part).is_err() {
                    break;
                }
                counter.fetch_add(part.len(), Ordering::Relaxed);
            }
        });
        let complaint =
            sign_in_at(address, "testclient", "alice").secret("COGNITO_PASSWORD", PASSWORD).run().complaint(9);
        assert!(complaint.contains("reply is longer than 2 MiB"), "{complaint}");
        // What the sockets hold counts as sent, and a request is sent three times.
        assert!(sent.load(Ordering::Relaxed) < ENDLESS >> 1, "{sent:?}");
    }
}

#[test]
fn a_long_reply_is_read() {
    let padding = " ".repeat(1 << 20);
    let body = format!(r#"{{"AuthenticationResult":{{"AccessToken":"a"}}}}{padding}"#);
    let address = replying(body.leak());
    let call = sign_in_at(address, "testclient", "alice").args("--auth-flow REFRESH_TOKEN_AUTH --refresh-token-env R");
    call.secret("R", "refresh").run().output();
}

#[test]
fn what_the_service_did_not_give_is_not_printed() {
    let address = replying(r#"{"AuthenticationResult":{"AccessToken":"a"}}"#);
    let call = sign_in_at(address, "testclient", "alice").args("--auth-flow REFRESH_TOKEN_AUTH --refresh-token-env R");
    assert_eq!(call.secret("R", "refresh").run().output(), "{\"AccessToken\":\"a\"}\n");
}

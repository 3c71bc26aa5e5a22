//! The pool over HTTP, by hand-written requests.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use serde_json::{Value, json};
use testpool::Seed;
use testpool::http::Server;

const EXAMPLE: &str = include_str!("../../seed.example.json");

fn example_server() -> SocketAddr {
    let seed: Seed = serde_json::from_str(EXAMPLE).unwrap();
    let pool = seed.into_pool([7; 32]).unwrap();
    let server = Server::bind(pool, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = server.address();
    thread::spawn(|| server.run());
    address
}

/// Sends a request and returns the head and the body of the answer.
fn send(address: SocketAddr, method: &str, headers: &[(&str, &str)], body: &str) -> (String, String) {
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "{method} / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{body}",
        headers.concat(),
        body.len(),
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

fn call(address: SocketAddr, operation: &str, body: &Value) -> (String, Value) {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target.as_str())];
    let (head, body) = send(address, "POST", &headers, &body.to_string());
    (head, serde_json::from_str(&body).unwrap())
}

#[test]
fn operation_is_named_by_its_header() {
    let address = example_server();
    let request = json!({
        "ClientId": "testclient",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "alice", "PASSWORD": "Wonderland1!" },
    });
    let (head, reply) = call(address, "InitiateAuth", &request);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/x-amz-json-1.1"), "{head}");
    assert!(reply["AuthenticationResult"]["AccessToken"].is_string(), "{reply}");
}

#[test]
fn error_has_its_name_in_body_and_header() {
    let address = example_server();
    let request = json!({ "ClientId": "stranger", "AuthFlow": "USER_SRP_AUTH" });
    let (head, reply) = call(address, "InitiateAuth", &request);
    assert!(head.starts_with("http/1.1 400"), "{head}");
    assert!(head.contains("x-amzn-errortype: resourcenotfoundexception"), "{head}");
    let message = "User pool client stranger does not exist.";
    assert_eq!(reply, json!({ "__type": "ResourceNotFoundException", "message": message }));
}

#[test]
fn what_is_no_request_is_refused() {
    let address = example_server();
    let (_, reply) = call(address, "Nonsense", &json!({}));
    assert_eq!(reply["__type"], "UnknownOperationException");
    let (head, body) = send(address, "POST", &[], "{");
    assert!(head.starts_with("http/1.1 400") && body.contains("SerializationException"), "{head}");
    let (head, body) = send(address, "POST", &[], &" ".repeat((1 << 20) + 1));
    assert!(head.starts_with("http/1.1 400") && body.contains("1048576 bytes at most"), "{head}");
    let (head, _) = send(address, "GET", &[], "");
    assert!(head.starts_with("http/1.1 405"), "{head}");
}

#[test]
fn web_page_may_call_it() {
    let asked = "content-type,x-amz-target,x-amz-user-agent";
    let (head, _) = send(example_server(), "OPTIONS", &[("Access-Control-Request-Headers", asked)], "");
    assert!(head.starts_with("http/1.1 204"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(head.contains(&format!("access-control-allow-headers: {asked}")), "{head}");
}

#[test]
fn only_this_machine_is_listened_to() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let pool = Seed::default().into_pool([7; 32]).unwrap();
        assert!(Server::bind(pool, address.parse().unwrap()).is_err(), "{address}");
    }
}

#[test]
fn seed_with_a_word_nobody_knows_is_refused() {
    assert!(serde_json::from_str::<Seed>(r#"{ "usres": [] }"#).is_err());
}

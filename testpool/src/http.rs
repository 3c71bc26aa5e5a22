//! A pool as a server: AWS's JSON 1.1 protocol over HTTP, on the loopback interface.
//!
//! Signatures of requests (`Authorization`) are not looked at. Web pages may call it from any
//! origin.

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response};

use crate::{Pool, ServiceError};

/// The body of a request: its strings may have 128 KiB each, and no sign-in needs many.
const BODY_LIMIT: u64 = 1 << 20;

const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";

/// A pool that listens.
pub struct Server {
    http: tiny_http::Server,
    address: SocketAddr,
    pool: Pool,
}

impl Server {
    /// Listens on an address of this machine; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Where the address is not a loopback address, or is taken.
    pub fn bind(pool: Pool, address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let message = "a test pool listens on a loopback address only";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let http = tiny_http::Server::http(address).map_err(io::Error::other)?;
        let address = http.server_addr().to_ip().unwrap_or(address);
        Ok(Self { http, address, pool })
    }

    /// Returns the address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests, one after the other, until the process ends or the socket fails.
    ///
    /// # Errors
    ///
    /// Where the socket fails.
    pub fn run(mut self) -> io::Result<()> {
        loop {
            let mut request = self.http.recv()?;
            let answer = answer(&mut self.pool, &mut request);
            // A client that has gone away is no concern of the others.
            drop(request.respond(answer));
        }
    }
}

type Answer = Response<io::Cursor<Vec<u8>>>;

fn answer(pool: &mut Pool, request: &mut Request) -> Answer {
    match request.method() {
        Method::Post => {
            let result = call(pool, request);
            reply(&result)
        }
        Method::Options => preflight(request),
        _ => with_cors(Response::from_data([]).with_status_code(405)),
    }
}

fn call(pool: &mut Pool, request: &mut Request) -> Result<Value, ServiceError> {
    let target = header(request, "X-Amz-Target").unwrap_or_default();
    let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default().to_owned();
    let body = read_body(request)?;
    pool.set_now(unix_seconds());
    pool.handle(&operation, &body)
}

fn read_body(request: &mut Request) -> Result<Value, ServiceError> {
    let invalid = |message: String| ServiceError::new("SerializationException", message);
    let mut body = Vec::new();
    let mut limited = request.as_reader().take(BODY_LIMIT + 1);
    limited.read_to_end(&mut body).map_err(|error| invalid(error.to_string()))?;
    if limited.limit() == 0 {
        return Err(invalid(format!("A body has {BODY_LIMIT} bytes at most.")));
    }
    serde_json::from_slice(&body).map_err(|error| invalid(error.to_string()))
}

fn reply(result: &Result<Value, ServiceError>) -> Answer {
    let answer = match result {
        Ok(body) => Response::from_data(body.to_string()),
        Err(error) => {
            let body = json!({ "__type": error.name, "message": error.message });
            with_header(Response::from_data(body.to_string()), "x-amzn-errortype", error.name)
                .with_status_code(error.http_status())
        }
    };
    with_cors(with_header(answer, "Content-Type", "application/x-amz-json-1.1"))
}

/// Lets a web page send the headers it asks for.
fn preflight(request: &Request) -> Answer {
    let asked = header(request, "Access-Control-Request-Headers").unwrap_or("*").to_owned();
    let answer = Response::from_data([]).with_status_code(204);
    let answer = with_header(answer, "Access-Control-Allow-Headers", &asked);
    let answer = with_header(answer, "Access-Control-Allow-Methods", "POST, OPTIONS");
    with_cors(answer)
}

fn with_cors(answer: Answer) -> Answer {
    let answer = with_header(answer, "Access-Control-Allow-Origin", "*");
    with_header(answer, "Access-Control-Expose-Headers", "x-amzn-errortype")
}

fn with_header(answer: Answer, name: &str, value: &str) -> Answer {
    match Header::from_bytes(name, value) {
        Ok(header) => answer.with_header(header),
        Err(()) => answer,
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut headers = request.headers().iter();
    let header = headers.find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name))?;
    Some(header.value.as_str())
}

fn unix_seconds() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
}

//! A small Cognito user pool that really verifies: users by SRP, devices by SRP, secrets of app
//! clients, second factors.
//!
//! It stands in for the service in tests. Some emulators do not verify SRP, others know no
//! devices; here a sign-in that succeeds has shown something. The arithmetic is that of
//! `cognito-srp-reference`, so it shares no code with the client it judges.
//!
//! <div class="warning">
//!
//! **For tests only.** It runs in variable time, keeps everything in memory, and signs its tokens
//! with a key that it shows to nobody.
//!
//! </div>
//!
//! [`Pool::handle`] takes and returns exactly the JSON bodies of AWS's API. The clock and the
//! randomness are arguments: a pool does the same thing every time. [`http::Server`] serves a pool
//! to clients in other languages; the binary `testpool` is that server.
//!
//! # A sign-in
//!
//! ```
//! use serde_json::json;
//! use testpool::{Client, NewUser, Seed};
//!
//! let seed = Seed {
//!     clients: vec![Client { id: "testclient".into(), secret: None }],
//!     users: vec![NewUser {
//!         username: "alice".into(),
//!         password: "Wonderland1!".into(),
//!         ..NewUser::default()
//!     }],
//!     ..Seed::default()
//! };
//! let mut pool = seed.into_pool([7; 32])?;
//!
//! let request = json!({
//!     "ClientId": "testclient",
//!     "AuthFlow": "USER_PASSWORD_AUTH",
//!     "AuthParameters": { "USERNAME": "alice", "PASSWORD": "Wonderland1!" },
//! });
//! let reply = pool.handle("InitiateAuth", &request)?;
//! assert_eq!(reply["AuthenticationResult"]["TokenType"], "Bearer");
//! # Ok::<(), testpool::ServiceError>(())
//! ```

mod error; // AWS's names and texts
pub mod http; // the pool as a server
mod pool; // the pool: state, operations
mod random; // what it makes up
mod settings; // what it is set up with
mod srp; // one exchange, the server's side
mod timestamp; // TIMESTAMP, read leniently
mod token; // JSON Web Tokens
pub mod totp; // authenticator apps
mod user; // one user
mod wire; // the API's shapes

pub use error::ServiceError;
pub use pool::Pool;
pub use settings::{Client, DeviceTracking, Factor, MfaConfiguration, NewDevice, NewUser, Seed, Settings};

#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(any(test, cognito_srp_taint))]
extern crate std;

// Rank 0: knows no other room.
mod declassify; // what is made of a secret and may be known, by name and with the reason
mod error; // what can be wrong, and whose fault it is
mod hash; // HMAC-SHA-256
mod modpow; // the group and its kernels
mod refusal; // what the service refuses with, by cause

// Rank 1
mod srp; // k, u, x, S, K and the signature: the mathematics of SRP-6a
mod wire; // names, parameter maps, requests, replies, JSON, hex, base64, TIMESTAMP: the text of the messages

// Rank 2
mod claim; // SALT, SRP_B and SECRET_BLOCK in, the signed claim out
mod pool; // user pool, app client, user: what every request carries

// Rank 3: one exchange each
mod challenge; // the ways to begin and to answer without SRP
mod device; // a remembered device: enrolment and sign-in
mod user; // a password: sign-in

// Rank 4
mod sign_in; // the whole conversation: requests out, replies in

// Beside the ranks
#[cfg(feature = "hazmat")]
pub mod hazmat; // the steps one by one, for test vectors

#[cfg(cognito_srp_taint)]
pub use self::declassify::{DECLASSIFIED, observe_declassified};
#[cfg(cognito_srp_kernel_override)]
pub use self::modpow::override_kernel;
#[cfg(feature = "json")]
pub use self::wire::json::value as json; // the reader, for the options of bindings
pub use self::{
    challenge::{ChallengeAnswer, FirstFactor, PreferredChallenge},
    device::{Device, DeviceLogin, DevicePassword, DevicePasswordVerifier, EnrollError, Enrollment, NewDevice},
    error::{Error, Fault, Problem},
    modpow::{Kernel, kernel},
    pool::{AppClient, ClientSecret, User, UserPoolId},
    refusal::{Cause, Refusal, Retry},
    sign_in::{Answer, DeviceProblem, Done, Flow, Question, SecretCode, SignIn, SignInError, Step},
    user::{PasswordVerifier, Proof, UserLogin},
    wire::{
        AssociateSoftwareToken, AuthFlow, AuthenticationResult, ChallengeName, ChallengeResponse, ConfirmDevice,
        Context, ContextData, DeviceSecretVerifierConfig, InitiateAuth, Message, MfaType, NewDeviceMetadata, Operation,
        Parameters, Reply, Request, UnknownName, UserContextData, VerifySoftwareToken,
    },
};

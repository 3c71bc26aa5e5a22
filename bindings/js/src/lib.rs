//! cognito-srp-core for JavaScript: the operations as `lib/core.js` calls them.
//!
//! Text, bytes and seconds cross the boundary, and errors as the class of `lib/error.js`. That file's neighbour does all that
//! JavaScript alone can do: it checks types, reads and writes JSON, and knows whether an object is still alive.
//!
//! Whatever passes through the memory of the module is wiped when it is given back: see [`allocator`].

#![no_std]

extern crate alloc;

mod allocator;
mod failure;

use alloc::{format, string::String, vec::Vec};

use cognito_srp_operations::{self as operations, Step, StepKind, arithmetic};
use wasm_bindgen::prelude::wasm_bindgen;

use self::failure::CognitoSrpError;

type Result<T> = core::result::Result<T, CognitoSrpError>;

/// The conversation.
#[wasm_bindgen]
pub struct SignIn(operations::SignIn);

#[wasm_bindgen]
impl SignIn {
    /// A sign-in that is about to begin.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Self> {
        Ok(Self(operations::SignIn::new(options)?))
    }

    /// The sign-in that was saved.
    pub fn restore(state: &[u8], options: &str) -> Result<Self> {
        Ok(Self(operations::SignIn::restore(state, options)?))
    }

    /// The first step.
    pub fn start(&mut self) -> Result<String> {
        Ok(text(self.0.start()?))
    }

    /// Takes the service's reply.
    pub fn handle(&mut self, reply: &str, now: f64) -> Result<String> {
        Ok(text(self.0.handle(reply, seconds(now))?))
    }

    /// Takes the service's refusal.
    pub fn refused(&mut self, refusal: &str) -> Result<String> {
        Ok(text(self.0.refused(refusal)?))
    }

    /// Takes the person's answer.
    pub fn answer(&mut self, answer: &str, user_attributes: Option<String>, now: f64) -> Result<String> {
        Ok(text(self.0.answer(answer, user_attributes.as_deref(), seconds(now))?))
    }

    /// The question that can be answered now.
    pub fn question(&self) -> Option<String> {
        self.0.question().map(text)
    }

    /// The device from now on.
    #[wasm_bindgen(js_name = setDevice)]
    pub fn set_device(&mut self, device: Option<String>) -> Result<()> {
        Ok(self.0.set_device(device.as_deref())?)
    }

    /// Goes on without the new device.
    #[wasm_bindgen(js_name = skipDevice)]
    pub fn skip_device(&mut self) -> Option<String> {
        self.0.skip_device().map(text)
    }

    /// The state.
    pub fn save(&self) -> Vec<u8> {
        given(self.0.save())
    }
}

/// SRP over the user's password.
#[wasm_bindgen]
pub struct PasswordLogin(operations::PasswordLogin);

#[wasm_bindgen]
impl PasswordLogin {
    /// Computes SRP_A.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, a: Option<Vec<u8>>) -> Result<Self> {
        Ok(Self(operations::PasswordLogin::new(options, a.as_deref())?))
    }

    /// SRP_A.
    #[wasm_bindgen(js_name = srpA)]
    pub fn srp_a(&self) -> String {
        self.0.srp_a().into()
    }

    /// The answer to the challenge.
    pub fn claim(&mut self, challenge: &str, password: &str, now: f64) -> Result<String> {
        Ok(given(self.0.claim(challenge, password, seconds(now))?))
    }
}

/// SRP over a remembered device's password.
#[wasm_bindgen]
pub struct DeviceLogin(operations::DeviceLogin);

#[wasm_bindgen]
impl DeviceLogin {
    /// Computes SRP_A.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, a: Option<Vec<u8>>) -> Result<Self> {
        Ok(Self(operations::DeviceLogin::new(options, a.as_deref())?))
    }

    /// SRP_A.
    #[wasm_bindgen(js_name = srpA)]
    pub fn srp_a(&self) -> String {
        self.0.srp_a().into()
    }

    /// The answer to the challenge.
    pub fn claim(&mut self, challenge: &str, now: f64) -> Result<String> {
        Ok(given(self.0.claim(challenge, seconds(now))?))
    }
}

/// A password for a new device, and its verifier.
#[wasm_bindgen(js_name = enrollDevice)]
pub fn enroll_device(device_key: &str, device_group_key: &str) -> Result<String> {
    Ok(given(operations::enroll_device(device_key, device_group_key)?))
}

/// SECRET_HASH.
#[wasm_bindgen(js_name = secretHash)]
pub fn secret_hash(username: &str, client_id: &str, client_secret: &str) -> Result<String> {
    Ok(operations::secret_hash(username, client_id, client_secret)?)
}

/// base^exponent mod N.
#[wasm_bindgen]
pub fn modpow(base: &[u8], exponent: &[u8]) -> Result<Vec<u8>> {
    Ok(given(arithmetic::modpow(base, exponent)?))
}

/// S.
#[wasm_bindgen(js_name = computeS)]
pub fn compute_s(a: &[u8], b_public: &[u8], u: &[u8], x: &[u8]) -> Result<Vec<u8>> {
    Ok(given(arithmetic::compute_s(a, b_public, u, x)?))
}

/// The key of the signature.
#[wasm_bindgen(js_name = claimKey)]
pub fn claim_key(a: &[u8], b_public: &[u8], salt: &[u8], scope: &str, name: &str, password: &str) -> Result<Vec<u8>> {
    Ok(given(arithmetic::claim_key(a, b_public, salt, scope, name, password)?))
}

/// The verifier of a device.
#[wasm_bindgen(js_name = deviceVerifier)]
pub fn device_verifier(device_key: &str, device_group_key: &str, device_password: &str, salt: &[u8]) -> Result<String> {
    Ok(given(arithmetic::device_verifier(device_key, device_group_key, device_password, salt)?))
}

/// The kernel that computes.
#[wasm_bindgen]
pub fn kernel() -> String {
    operations::kernel()
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    operations::VERSION.into()
}

/// A step in one text: what it is, its name and its JSON, in a line each.
fn text(mut step: Step) -> String {
    let kind = match step.kind {
        StepKind::Send => "send",
        StepKind::Ask => "ask",
        StepKind::Done => "done",
    };
    format!("{kind}\n{}\n{}", step.name, given(core::mem::take(&mut step.json)))
}

/// What leaves for JavaScript, which cannot wipe what it is given; the copy here is wiped as it is freed.
fn given<T: Default + zeroize::Zeroize>(mut secret: zeroize::Zeroizing<T>) -> T {
    core::mem::take(&mut *secret)
}

/// Seconds as JavaScript counts them. A number that is none of them becomes one that is refused as out of range.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, and what is cut off is parts of a second")]
const fn seconds(now: f64) -> i64 {
    if now.is_nan() { i64::MAX } else { now as i64 }
}

/// A panic is a bug of ours. It ends the module at once, and `lib/core.js` says so; a message would weigh more than all of SRP.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

//! The conversation.

use alloc::{format, string::String, vec::Vec};

use cognito_srp_operations::{self as operations, Step, StepKind};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Result, given};

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

/// A step in one text: what it is, its name and its JSON, in a line each.
fn text(mut step: Step) -> String {
    let kind = match step.kind {
        StepKind::Send => "send",
        StepKind::Ask => "ask",
        StepKind::Done => "done",
    };
    format!("{kind}\n{}\n{}", step.name, given(core::mem::take(&mut step.json)))
}

/// Seconds as JavaScript counts them. A number that is none of them becomes one that is refused as out of range.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, and what is cut off is parts of a second")]
pub(crate) const fn seconds(now: f64) -> i64 {
    if now.is_nan() { i64::MAX } else { now as i64 }
}

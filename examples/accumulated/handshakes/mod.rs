//! The handshakes of `test-vectors/accumulated/README.md`, as the core computes them and as `reference` does.

mod by_core;
mod by_reference;
mod inputs;
mod transcript;

pub(crate) use self::transcript::accumulate;
use self::{inputs::Inputs, transcript::Handshake};

/// Whoever computes a handshake; what goes into it is drawn by the same code for both.
#[derive(Clone, Copy)]
pub(crate) enum Implementation {
    Core,
    Reference,
}

impl Implementation {
    pub(crate) const ALL: [Self; 2] = [Self::Core, Self::Reference];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Reference => "reference",
        }
    }

    fn compute(self, inputs: &Inputs) -> Handshake {
        match self {
            Self::Core => by_core::handshake(inputs),
            Self::Reference => by_reference::handshake(inputs),
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

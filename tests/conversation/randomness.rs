//! A generator that can be made to fail.

use std::{error, fmt};

use rand::{Rng, TryCryptoRng, TryRng, rngs::StdRng};

/// A generator that can be made to fail after so many draws.
pub(crate) struct Randomness {
    pub(crate) rng: StdRng,
    pub(crate) draws_left: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more")
    }
}

impl error::Error for Exhausted {}

impl TryRng for Randomness {
    type Error = Exhausted;

    fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        if let Some(left) = &mut self.draws_left {
            *left = left.checked_sub(1).ok_or(Exhausted)?;
        }
        self.rng.fill_bytes(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Randomness {}

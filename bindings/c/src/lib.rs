//! The operations of cognito-srp-core for C. `include/cognito_srp.h` is made of this crate, and says what there is to know.
//!
//! C names what it works with by numbers, which are looked up in a table here (`registry`): a number that is wrong, old, of
//! another kind or in use elsewhere is an error, and no address of ours is ever in the caller's hands. Every call passes through
//! `boundary`, where the caller's pointers become slices and a panic becomes a status.

#[cfg(not(panic = "unwind"))]
compile_error!("a panic has to unwind as far as the boundary: build with panic = \"unwind\"");

pub mod arithmetic;
pub mod boundary;
mod cancellation;
pub mod device;
pub mod login;
mod object;
mod registry;
pub mod result;
pub mod sign_in;
pub mod status;
mod trouble;

#[cfg(test)]
mod tests;

//! Requests and replies as AWS's JSON 1.1 protocol writes them, which is also what `aws cognito-idp --cli-input-json` reads.
//!
//! Both ways it is done here. A request may hold a password, and a writer whose buffer grows leaves copies of it behind; a
//! reply holds tokens, and a reader that makes a tree does the same. This writer measures first and allocates once; this
//! reader makes none.

mod read;
pub mod value;
mod write;

pub(crate) use self::read::{list, map, member};

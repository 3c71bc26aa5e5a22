//! The library beside its rivals: the same work, in one process, in turns.
//!
//! Every result is held against `num-bigint` or against the server's side of the protocol before anything is timed.

pub mod engines; // who can exponentiate
pub mod kernels; // this library's own kernels, and how to choose one
pub mod logins; // who can sign in
pub mod machine; // what it ran on, in which versions
pub mod measure; // turns, medians, ratios
pub mod plot; // the picture
pub mod record; // the tables of a run, for the docs
pub mod report; // tables and JSON
pub mod threads; // the same work on more than one thread

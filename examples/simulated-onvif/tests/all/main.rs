//! The simulated cameras, judged from outside: by other people's clients, and fault by fault by a client of a few lines.

#![expect(clippy::unwrap_used, reason = "helpers of a test may fail by panicking")]

mod faults;
mod fleet;
mod judges;
mod raw;

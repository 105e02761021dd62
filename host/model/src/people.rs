//! People and what they may do: roles at places, and [`authorize::authorize`] as the one answer to "may he?".
//!
//! Pure: who somebody is was found out before, and what follows from the answer is the caller's affair. The table in
//! `host/model/src/people/table.rs` says what each role may; nothing else does.

pub mod action;
pub mod authorize;
pub mod held;
pub mod member;
pub mod object;
pub mod reach;
pub mod role;
pub mod subject;
mod table;

//! ONVIF: a client that survives real cameras.
//!
//! The pure files are `address` (which URL may be used), `xml`, `soap`, `date` and `auth`; `gate` is the only way out to a
//! camera; `camera` is the client, `probe` asks it stage by stage, `supervisor` keeps one subscription a camera alive,
//! `discovery` finds candidates. What leaves here are [`Report`](supervisor::Report)s and values without SOAP, URL or
//! password. Whoever uses it decides what a report means: nothing here knows the log or the register.

pub mod address;
pub mod auth;
pub mod camera;
pub mod date;
pub mod discovery;
pub mod fault;
pub mod gate;
#[cfg(test)]
pub(crate) mod peak;
pub mod policy;
pub mod probe;
pub mod pullpoint;
pub mod soap;
pub mod supervisor;
pub mod xml;

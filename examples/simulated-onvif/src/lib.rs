//! ONVIF cameras that do not exist, hundreds in one process, with the faults of real ones.
//!
//! An independent judge of ONVIF clients: it depends on no crate of the hub, and is believed only because clients of
//! other people accept it (`tests/`). [`fleet`] starts cameras, [`device`] is the handle on one, [`fault`] names what can
//! be wrong with it. Inside, a request goes from `http` through `auth` to `service`, and its answer back through `damage`.

mod address;
pub mod auth;
pub mod cli;
mod clock;
mod damage;
pub mod device;
pub mod discovery;
mod duration;
pub mod fault;
pub mod fleet;
mod http;
mod picture;
pub mod record;
pub mod run;
mod service;
mod soap;
mod xml;

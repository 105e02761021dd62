//! The bridge from outside: devices on the embedded broker, and the hub as a client of Mosquitto.
//!
//! Needs `mosquitto` and `openssl`: `apt-get install mosquitto openssl`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broker;
mod client;
mod device;
mod hub;
mod mosquitto;
mod sender;

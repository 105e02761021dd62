//! The bridge from outside: devices on the embedded broker, the hub as a client of Mosquitto, simulated ONVIF cameras.
//!
//! Needs `mosquitto` and `openssl`: `apt-get install mosquitto openssl`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broker;
mod client;
mod device;
mod dialects;
mod hub;
mod mosquitto;
mod onvif;
mod sender;

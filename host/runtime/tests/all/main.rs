//! The sandbox from outside: real components, ports in memory.
//!
//! Needs the guest of `tests/plugins/hostile`, built by `make plugins`.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![expect(unreachable_pub, reason = "the modules of a test binary are one program")]

mod calls;
mod cameras;
mod cases;
mod compile;
mod components;
mod determinism;
mod events;
mod hostile;
mod http;
mod links;
mod pages;
mod plugin;
mod ports;
mod quotas;
mod records;
mod speed;
mod text;
mod withdrawn;

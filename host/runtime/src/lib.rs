//! The sandbox: (batch, grants, ports) → effects.
//!
//! A fresh store and instance per run. Cannot name SQL, HTTP or MQTT: what a guest reads comes through [`port`]s, what
//! it wants comes out as [`xl_model::effect::Effects`]. A plugin is packed and checked by [`package`], compiled by
//! [`compile`], loaded by [`Engine::load`] and called by [`run`].

mod bindings;
pub mod compile;
mod engine;
mod error;
mod guest;
mod host;
mod json;
pub mod package;
mod plugin;
pub mod port;
pub mod run;
mod trust;

pub use engine::Engine;
pub use engine::EngineConfig;
pub use error::RuntimeError;
pub use plugin::Plugin;

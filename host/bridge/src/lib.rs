//! Bridges: what devices say becomes [`xl_model::observation::Observation`]s.
//!
//! No MQTT type leaves this crate, nothing here knows the store. A bridge hands an observation over with a place for the
//! verdict, and acknowledges its source only when the verdict is there.

pub mod mqtt;
pub mod port;

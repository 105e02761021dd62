//! Bridges: what devices say becomes [`xl_model::observation::Observation`]s.
//!
//! No MQTT or SOAP type leaves this crate, nothing here knows the store. A bridge hands an observation over with a place for the
//! verdict, and acknowledges its source only when the verdict is there.

pub mod edges;
pub mod mqtt;
pub mod onvif;
pub mod port;
pub mod topics;
pub mod waiting;

mod identity;
mod text;

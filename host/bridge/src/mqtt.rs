//! MQTT: our embedded broker, a client of somebody else's, and the outbox.
//!
//! `native` and `dialect` are pure and know no connection; `intake` and `refuser` are what broker and client share on the
//! way to the hub, with `hearing` for the dialects and `life` for what a message proves; `link` is the one supervised connection to somebody else's broker that client and sender share.

pub mod broker;
pub mod client;
pub mod dialect;
pub mod native;
pub mod sender;

mod encoded;
mod hearing;
mod intake;
mod json;
mod life;
pub mod link;
mod pace;
mod refuser;

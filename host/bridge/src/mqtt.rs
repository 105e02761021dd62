//! MQTT: our embedded broker, a client of somebody else's, and the outbox.
//!
//! `native` is pure and knows no connection; `intake` and `refuser` are what broker and client share on the way to the
//! hub; `link` is the one supervised connection to somebody else's broker that client and sender share.

pub mod broker;
pub mod client;
pub mod native;
pub mod sender;

mod intake;
pub mod link;
mod refuser;

//! Whether the hub does its work, for who watches it from outside; says nothing about what is in it.

use futures::FutureExt as _;
use serde::Serialize;
use tokio::sync::watch;
use xl_bridge::mqtt::link::LinkState;

use crate::api::state::ApiState;

/// Whether the hub does its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`, or `failing` when the log takes no more writes.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// Version of the hub.
    pub version: &'static str,
    /// Seconds since it started.
    pub uptime_s: i64,
    /// `writable`, or `failed`.
    #[schema(example = "writable")]
    pub log: &'static str,
    /// `connecting`, `connected` or `down`; nothing when the hub is no client of an external broker.
    #[schema(example = "connected")]
    pub external_broker: Option<&'static str>,
    /// As `external_broker`; nothing when the hub is no bridge of one above.
    #[schema(example = "connected")]
    pub uplink: Option<&'static str>,
}

impl ApiState {
    /// Whether the hub does its work.
    pub fn health(&self) -> Health {
        let failed = self.0.parts.store.failed().now_or_never().is_some();
        Health {
            status: if failed { "failing" } else { "ok" },
            version: env!("CARGO_PKG_VERSION"),
            uptime_s: (self.now_ms() - self.0.started_ms).max(0) / 1_000,
            external_broker: self.0.parts.external.as_ref().map(word),
            uplink: self.0.parts.above.as_ref().map(word),
            log: if failed { "failed" } else { "writable" },
        }
    }
}

fn word(link: &watch::Receiver<LinkState>) -> &'static str {
    match &*link.borrow() {
        LinkState::Connecting => "connecting",
        LinkState::Connected => "connected",
        LinkState::Down(_) => "down",
    }
}

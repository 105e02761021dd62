//! `[http]`: where people and programs reach the hub.

use std::net::Ipv4Addr;
use std::net::SocketAddr;

use super::Section;

/// The HTTP server.
#[derive(Debug, Clone, PartialEq)]
pub struct Http {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
}

impl Http {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, 8642));
        let listen = section.parsed("listen", default, "address:port, such as 127.0.0.1:8642 or [::1]:8642");
        section.finish();
        Self { listen }
    }
}

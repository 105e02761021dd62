//! Which URLs of a camera may be used, and what becomes of them. Pure: resolves and connects nothing.
//!
//! A camera's URLs are wrong behind NAT, and a way to make the hub call somebody else. So a [`CameraUrl`] can only be made
//! here, points at the enrolled host or at one that an administrator pinned, and carries no user name or password.

mod parts;
mod rewrite;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::net::Ipv4Addr;

use parts::Parts;

pub use rewrite::Rules;
pub use rewrite::StreamUri;
pub use rewrite::Use;

/// The longest URL read, in bytes; the longest seen from a camera is below 300.
pub const URL_BYTES_MOST: usize = 2048;

/// Why a URL is not used. Code XL0421 for one that cannot be read, XL0422 for one that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It is no URL that can be repaired.
    #[error("the address cannot be read: {0}")]
    Unreadable(&'static str),
    /// A scheme that is not for cameras.
    #[error("the scheme `{0}` is not allowed: http, https, rtsp and rtsps are")]
    Scheme(String),
    /// The host is neither the enrolled one nor a private address that stands for it.
    #[error("the host `{0}` is not the enrolled one; an administrator may pin it for this camera")]
    Foreign(String),
    /// The address is one that no camera may have.
    #[error("the address {address} is refused: {reason}")]
    Forbidden {
        /// The address.
        address: IpAddr,
        /// Which rule refused it.
        reason: &'static str,
    },
    /// A name that stands for no address.
    #[error("the name `{0}` has no address")]
    Unresolved(String),
}

/// A host in one spelling: `0x7f.1`, `127.0.0.1` and `127.0.0.1.` are equal here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A name, lower case, ASCII, without a final dot.
    Name(String),
}

impl Host {
    /// Reads a host as browsers do: decimal, octal and hexadecimal addresses, IDN dots, a final dot, brackets.
    ///
    /// # Errors
    /// [`AddressFault::Unreadable`] for what is none, and for IPv6 with a zone.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let bare = text.strip_suffix('.').unwrap_or(text);
        let bracketed = match bare.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => bare.to_owned(),
        };
        match url::Host::parse(&bracketed) {
            Ok(url::Host::Ipv4(address)) => Ok(Self::Ip(IpAddr::V4(address))),
            Ok(url::Host::Ipv6(address)) => Ok(Self::Ip(IpAddr::V6(address))),
            Ok(url::Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(&name).to_owned();
                if name.is_empty() || name.len() > 253 {
                    return Err(AddressFault::Unreadable("the host is empty or too long"));
                }
                Ok(Self::Name(name))
            }
            Err(_) => Err(AddressFault::Unreadable("the host is neither a name nor an address")),
        }
    }

    /// Whether a camera may well give this where it means itself: unset, or an address of some network inside.
    fn stands_for_itself(&self) -> bool {
        match self {
            Self::Ip(IpAddr::V4(a)) => {
                a.is_private() || a.is_link_local() || a.is_loopback() || *a == Ipv4Addr::UNSPECIFIED
            }
            Self::Ip(IpAddr::V6(a)) => {
                a.is_unique_local() || a.is_unicast_link_local() || a.is_loopback() || a.is_unspecified()
            }
            Self::Name(_) => false,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Ip(IpAddr::V4(address)) => address.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Where a camera is enrolled: what a person typed, or what discovery proposed and a person took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Over TLS.
    pub tls: bool,
    /// Its host.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// Path of the device service, `/onvif/device_service` where none was given.
    pub path: String,
}

/// The path of the device service that the standard names.
pub const DEVICE_PATH: &str = "/onvif/device_service";

impl std::str::FromStr for Endpoint {
    type Err = AddressFault;

    /// Reads `192.0.2.7`, `camera.local:2020`, `[2001:db8::7]:80` or `http://192.0.2.7/onvif/device_service`.
    fn from_str(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim();
        let text = match (text.contains("://"), text.parse::<std::net::Ipv6Addr>()) {
            (_, Ok(address)) => format!("http://[{address}]"),
            (true, _) => text.to_owned(),
            (false, _) => format!("http://{text}"),
        };
        let parts = Parts::read(&text)?;
        let tls = match parts.scheme.as_str() {
            "http" => false,
            "https" => true,
            other => return Err(AddressFault::Scheme(other.to_owned())),
        };
        let host = parts.host.ok_or(AddressFault::Unreadable("the host is missing"))?;
        let port = parts.port.unwrap_or(if tls { 443 } else { 80 });
        let path = if parts.path == "/" { DEVICE_PATH.to_owned() } else { parts.path };
        Ok(Self { tls, host, port, path })
    }
}

/// A URL that may be called: it points at the enrolled host or a pinned one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CameraUrl {
    tls: bool,
    host: Host,
    port: u16,
    path: String,
    enrolled: bool,
}

impl CameraUrl {
    /// Whether it is called over TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The host to resolve and to name in the request.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, beginning with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is the enrolled host: only there credentials go.
    pub fn takes_credentials(&self) -> bool {
        self.enrolled
    }

    /// The value of the `Host` header.
    pub fn authority(&self) -> String {
        match (self.tls, self.port) {
            (false, 80) | (true, 443) => self.host.to_string(),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    /// The whole URL as a request needs it; for the log there is `Display`.
    pub fn full(&self) -> String {
        format!("{}://{}{}", if self.tls { "https" } else { "http" }, self.authority(), self.path)
    }
}

/// Without its query, where some cameras put passwords.
impl fmt::Display for CameraUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "{}://{}{path}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

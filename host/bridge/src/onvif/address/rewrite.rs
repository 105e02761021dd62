//! The table of cameras' addresses: what is kept, what is replaced, what is refused.

use std::collections::BTreeMap;

use super::AddressFault;
use super::CameraUrl;
use super::Endpoint;
use super::Host;
use super::parts::Parts;

/// What a URL is for: decides what of it is kept when its host is not the enrolled one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A service (device, media, PTZ, …): host and port are replaced.
    Service,
    /// A still picture: as a service.
    Snapshot,
    /// A subscription manager, often on a port of its own (Tapo: `:2020/event-0_2020`): only the host is replaced.
    Subscription,
}

/// How the URLs of one camera are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Where it is enrolled.
    pub endpoint: Endpoint,
    /// For NAT with several forwarded ports: the camera's own port and the one that leads there.
    pub ports: BTreeMap<u16, u16>,
    /// Further hosts that an administrator allowed for this camera. No credentials go there.
    pub pinned: Vec<Host>,
    /// The port of its streams, where an administrator gave one.
    pub stream_port: Option<u16>,
}

/// The address of a stream, without user name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamUri {
    /// `rtsps`.
    pub tls: bool,
    /// Its host: the enrolled one, or a pinned one.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub path: String,
}

impl std::fmt::Display for StreamUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}:{}{}", if self.tls { "rtsps" } else { "rtsp" }, self.host, self.port, self.path)
    }
}

impl Rules {
    /// Rules without exceptions.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, ports: BTreeMap::new(), pinned: Vec::new(), stream_port: None }
    }

    /// The device service as it was enrolled.
    pub fn device(&self) -> CameraUrl {
        self.conventional(&self.endpoint.path)
    }

    /// A path on the enrolled host and port.
    pub(crate) fn conventional(&self, path: &str) -> CameraUrl {
        let Endpoint { tls, host, port, .. } = self.endpoint.clone();
        CameraUrl { tls, host, port, path: path.to_owned(), enrolled: true }
    }

    /// What may be called for a URL that the camera gave.
    ///
    /// # Errors
    /// [`AddressFault`]: it cannot be read, has a foreign scheme, or a host that nobody allowed.
    pub fn rewrite(&self, text: &str, purpose: Use) -> Result<CameraUrl, AddressFault> {
        let parts = Parts::read(text)?;
        let tls = match parts.scheme.as_str() {
            "http" => false,
            "https" => true,
            other => return Err(AddressFault::Scheme(other.to_owned())),
        };
        let given = parts.port.unwrap_or(if tls { 443 } else { 80 });
        let url = |tls, port| CameraUrl {
            tls,
            host: self.endpoint.host.clone(),
            port,
            path: parts.path.clone(),
            enrolled: true,
        };
        Ok(match self.place(parts.host.as_ref())? {
            Place::Enrolled => url(tls, given),
            Place::Pinned(host) => CameraUrl { tls, host, port: given, path: parts.path.clone(), enrolled: false },
            Place::Replaced => match (self.ports.get(&given), purpose) {
                (Some(port), _) => url(tls, *port),
                // Scheme and port go together: the enrolled port speaks what was enrolled.
                (None, Use::Service | Use::Snapshot) => url(self.endpoint.tls, self.endpoint.port),
                (None, Use::Subscription) => url(tls, given),
            },
        })
    }

    /// The same path on the enrolled port; a pinned host's URL stays as it is.
    pub(crate) fn on_enrolled_port(&self, url: &CameraUrl) -> CameraUrl {
        if url.enrolled { self.conventional(&url.path) } else { url.clone() }
    }

    /// A URL on exactly the host of another one, as a redirect must have; nothing is replaced.
    pub(crate) fn exact(&self, text: &str, from: &CameraUrl) -> Result<CameraUrl, AddressFault> {
        let parts = Parts::read(text)?;
        let tls = match parts.scheme.as_str() {
            "https" => true,
            // A redirect never leaves TLS.
            "http" if !from.tls => false,
            other => return Err(AddressFault::Scheme(other.to_owned())),
        };
        match parts.host {
            Some(host) if host == from.host => {
                let port = parts.port.unwrap_or(if tls { 443 } else { 80 });
                Ok(CameraUrl { tls, host, port, path: parts.path, enrolled: from.enrolled })
            }
            Some(host) => Err(AddressFault::Foreign(host.to_string())),
            None => Err(AddressFault::Unreadable("the host is missing")),
        }
    }

    /// The stream that a camera's stream URI stands for.
    ///
    /// # Errors
    /// [`AddressFault`] as [`Rules::rewrite`]; the scheme must be `rtsp` or `rtsps`.
    pub fn rewrite_stream(&self, text: &str) -> Result<StreamUri, AddressFault> {
        let parts = Parts::read(text)?;
        let tls = match parts.scheme.as_str() {
            "rtsp" => false,
            "rtsps" => true,
            other => return Err(AddressFault::Scheme(other.to_owned())),
        };
        let given = parts.port.unwrap_or(if tls { 322 } else { 554 });
        let (host, mapped) = match self.place(parts.host.as_ref())? {
            Place::Pinned(host) => (host, None),
            Place::Enrolled => (self.endpoint.host.clone(), None),
            Place::Replaced => (self.endpoint.host.clone(), self.ports.get(&given).copied()),
        };
        Ok(StreamUri { tls, host, port: self.stream_port.or(mapped).unwrap_or(given), path: parts.path })
    }

    /// Whether a URL is on another port of the enrolled host than the enrolled one.
    pub(crate) fn is_elsewhere(&self, url: &CameraUrl) -> bool {
        url.enrolled && url.port != self.endpoint.port
    }

    fn place(&self, host: Option<&Host>) -> Result<Place, AddressFault> {
        match host {
            None => Ok(Place::Replaced),
            Some(host) if *host == self.endpoint.host => Ok(Place::Enrolled),
            Some(host) if self.pinned.contains(host) => Ok(Place::Pinned(host.clone())),
            Some(host) if host.stands_for_itself() => Ok(Place::Replaced),
            Some(host) => Err(AddressFault::Foreign(host.to_string())),
        }
    }
}

/// Where a host leads.
enum Place {
    Enrolled,
    Pinned(Host),
    Replaced,
}

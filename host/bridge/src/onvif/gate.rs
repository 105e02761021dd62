//! The gate: the one way out to a camera for SOAP and pictures.
//!
//! A request needs a [`CameraUrl`], which only the rules of addresses make. The host is resolved here, every address is
//! judged, and the connection goes to a judged one: nothing resolves again. There are no redirects, no proxies, no cookies
//! and no decompression; each request has a connection of its own, so that a camera that closes idle ones spoils nothing
//! but its own answer. Every wait has a deadline and every body an end.

mod exchange;
mod resolve;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio::time::timeout_at;
use xl_model::fault::Code;

use super::address::AddressFault;
use super::address::CameraUrl;
use super::address::Host;
use super::address::Rules;
use super::fault;
use super::policy::AddressPolicy;

pub use resolve::Resolve;
pub use resolve::SystemResolver;
pub use tls::Fingerprint;

/// The largest SOAP answer, in bytes.
pub const SOAP_BYTES_MOST: usize = 1 << 20;
/// The largest picture, in bytes.
pub const PICTURE_BYTES_MOST: usize = 3 << 20;
/// How long a connection may take, name and TLS included.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(4);

/// How much of time and memory one request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until it is connected.
    pub connect: Duration,
    /// From then until the head of the answer is there.
    pub first_byte: Duration,
    /// For all of it.
    pub total: Duration,
    /// The longest body, in bytes.
    pub body_bytes: usize,
}

impl Limits {
    /// For a SOAP call that the camera answers within `total`.
    pub fn soap(total: Duration) -> Self {
        Self { connect: CONNECT_LIMIT.min(total), first_byte: total, total, body_bytes: SOAP_BYTES_MOST }
    }

    /// For a picture: 10 s to the first byte, 15 s in all.
    pub fn picture() -> Self {
        let (first_byte, total) = (Duration::from_secs(10), Duration::from_secs(15));
        Self { connect: CONNECT_LIMIT, first_byte, total, body_bytes: PICTURE_BYTES_MOST }
    }
}

/// What is asked of a camera.
#[derive(Debug, Clone)]
pub enum Ask {
    /// `GET`.
    Get,
    /// `POST` of a SOAP envelope with its action.
    Soap {
        /// The envelope.
        envelope: String,
        /// The action's URI.
        action: String,
    },
}

impl Ask {
    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Soap { .. } => "POST",
        }
    }
}

/// What a camera answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Every `WWW-Authenticate`.
    pub challenges: Vec<String>,
    /// Where it would have us go; never followed here.
    pub location: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The address is not allowed, or the name has none. Code XL0422.
    #[error("the camera was not called")]
    Address(#[source] AddressFault),
    /// No connection. Code XL0423.
    #[error("no connection to {to}")]
    Connect {
        /// Where to.
        to: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A deadline passed. Code XL0424.
    #[error("{0} took too long")]
    Slow(&'static str),
    /// The body is longer than allowed. Code XL0425.
    #[error("the answer exceeds {0} bytes")]
    TooLarge(usize),
    /// The camera closed the connection before its answer was whole. Code XL0423.
    #[error("the camera closed the connection before its answer was complete")]
    Closed,
    /// What came is no HTTP, or compressed though nobody asked. Code XL0426.
    #[error("the answer is no plain HTTP: {0}")]
    NotHttp(String),
    /// The certificate is not the approved one. Code XL0428.
    #[error("the certificate {seen} is not the approved one")]
    Certificate {
        /// What the camera showed.
        seen: Fingerprint,
    },
    /// TLS did not come about. Code XL0423.
    #[error("no TLS with the camera: {0}")]
    Tls(String),
}

impl GateError {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::Address(address) => fault::of_address(address),
            Self::Connect { .. } | Self::Closed | Self::Tls(_) => fault::UNREACHABLE,
            Self::Slow(_) => fault::TOO_SLOW,
            Self::TooLarge(_) => fault::TOO_LARGE,
            Self::NotHttp(_) => fault::UNREADABLE,
            Self::Certificate { .. } => fault::CERTIFICATE,
        }
    }
}

/// The way to one camera.
#[derive(Clone)]
pub struct Gate {
    rules: Arc<Rules>,
    policy: Arc<AddressPolicy>,
    resolver: Arc<dyn Resolve>,
    approved: Option<Fingerprint>,
}

impl Gate {
    /// The way to the camera of these rules; `approved` is its certificate, where it speaks TLS.
    pub fn new(rules: Rules, policy: AddressPolicy, resolver: Arc<dyn Resolve>, approved: Option<Fingerprint>) -> Self {
        Self { rules: Arc::new(rules), policy: Arc::new(policy), resolver, approved }
    }

    /// The rules of its addresses.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Asks once. `authorization` goes only to the enrolled host, whatever the caller says.
    ///
    /// # Errors
    /// [`GateError`]; a status such as 401 or 302 is an answer.
    pub async fn send(
        &self,
        url: &CameraUrl,
        ask: &Ask,
        authorization: Option<&str>,
        limits: Limits,
    ) -> Result<Answer, GateError> {
        let deadline = Instant::now() + limits.total;
        let stream = self.connected(url, deadline.min(Instant::now() + limits.connect)).await?;
        let authorization = authorization.filter(|_| url.takes_credentials());
        match stream {
            Stream::Plain(stream) => exchange::run(stream, url, ask, authorization, limits, deadline).await,
            Stream::Tls(stream) => exchange::run(*stream, url, ask, authorization, limits, deadline).await,
        }
    }

    /// Whether a TCP connection to the enrolled host comes about.
    ///
    /// # Errors
    /// [`GateError::Address`], [`GateError::Connect`], [`GateError::Slow`].
    pub async fn reach(&self, limit: Duration) -> Result<SocketAddr, GateError> {
        let stream = self.tcp(&self.rules.device(), Instant::now() + limit).await?;
        stream.peer_addr().map_err(|source| GateError::Connect { to: ([0, 0, 0, 0], 0).into(), source })
    }

    /// The URL itself, or the same on the enrolled port where nobody listens at its own: cameras tell wrong ports.
    pub(super) async fn reachable(&self, url: CameraUrl, limit: Duration) -> CameraUrl {
        if !self.rules.is_elsewhere(&url) || self.tcp(&url, Instant::now() + limit).await.is_ok() {
            return url;
        }
        self.rules.on_enrolled_port(&url)
    }

    async fn connected(&self, url: &CameraUrl, deadline: Instant) -> Result<Stream, GateError> {
        let stream = self.tcp(url, deadline).await?;
        if !url.is_tls() {
            return Ok(Stream::Plain(stream));
        }
        let shaken = tls::shake(stream, url.host(), self.approved);
        let stream = timeout_at(deadline, shaken).await.map_err(|_| GateError::Slow("the TLS handshake"))??;
        Ok(Stream::Tls(Box::new(stream)))
    }

    /// Connects to the first judged address that answers.
    async fn tcp(&self, url: &CameraUrl, deadline: Instant) -> Result<TcpStream, GateError> {
        let addresses = match url.host() {
            Host::Ip(address) => vec![*address],
            Host::Name(name) => {
                let resolved = timeout_at(deadline, self.resolver.resolve(name)).await;
                resolved.map_err(|_| GateError::Slow("the name's resolution"))?.unwrap_or_default()
            }
        };
        let mut last = GateError::Address(AddressFault::Unresolved(url.host().to_string()));
        // A name with more addresses than this is not a camera's.
        for address in addresses.into_iter().take(8) {
            let to = SocketAddr::new(address, url.port());
            if let Err(refused) = self.policy.check(to) {
                last = GateError::Address(refused);
                continue;
            }
            match timeout_at(deadline, TcpStream::connect(to)).await {
                Ok(Ok(stream)) => {
                    let _ = stream.set_nodelay(true); // Only slower without.
                    return Ok(stream);
                }
                Ok(Err(source)) => last = GateError::Connect { to, source },
                Err(_) => return Err(GateError::Slow("the connection")),
            }
        }
        Err(last)
    }
}

/// A connection to a camera.
enum Stream {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

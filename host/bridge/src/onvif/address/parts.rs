//! A URL in its parts, the mistakes that cameras make repaired.

use super::AddressFault;
use super::Host;
use super::URL_BYTES_MOST;

/// The parts of a URL; user name and password are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) scheme: String,
    /// `None`: the camera left it out (`http:///onvif/…`).
    pub(super) host: Option<Host>,
    pub(super) port: Option<u16>,
    /// Path and query, beginning with `/`; without fragment.
    pub(super) path: String,
}

impl Parts {
    pub(super) fn read(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim();
        if text.len() > URL_BYTES_MOST {
            return Err(AddressFault::Unreadable("it is too long"));
        }
        // A tab or line end inside would be dropped by some readers and kept by others; a backslash is a slash to some.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(AddressFault::Unreadable("it holds control characters, spaces or backslashes"));
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressFault::Unreadable("there is no scheme"))?;
        let scheme = scheme.to_ascii_lowercase();
        if !["http", "https", "rtsp", "rtsps"].contains(&scheme.as_str()) {
            return Err(AddressFault::Scheme(scheme.chars().filter(char::is_ascii_graphic).take(16).collect()));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = host_and_port(authority)?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { scheme, host, port, path: encoded(&path) })
    }
}

/// Splits `host:port`, also `host:8106:8106` (Raysharp: agsh/onvif #231) and IPv6 with and without brackets.
fn host_and_port(authority: &str) -> Result<(Option<Host>, Option<u16>), AddressFault> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or(AddressFault::Unreadable("the bracket is not closed"))?;
        return Ok((Some(Host::parse(host)?), port_of(port.strip_prefix(':').unwrap_or(port))?));
    }
    // Without brackets, as some firmware writes it; a port cannot be told apart then.
    if let Ok(address) = authority.parse::<std::net::Ipv6Addr>() {
        return Ok((Some(Host::Ip(address.into())), None));
    }
    let mut pieces = authority.split(':');
    let host = pieces.next().unwrap_or_default();
    let ports: Vec<&str> = pieces.collect();
    let port = match ports.as_slice() {
        [] => None,
        [port] => port_of(port)?,
        [port, again] if port == again => port_of(port)?,
        _ => return Err(AddressFault::Unreadable("there are several ports")),
    };
    if host.is_empty() {
        return Ok((None, port));
    }
    Ok((Some(Host::parse(host)?), port))
}

fn port_of(text: &str) -> Result<Option<u16>, AddressFault> {
    match (text.is_empty(), text.bytes().all(|b| b.is_ascii_digit()), text.parse()) {
        (true, _, _) => Ok(None),
        (_, true, Ok(port)) if port != 0 => Ok(Some(port)),
        _ => Err(AddressFault::Unreadable("the port is none")),
    }
}

/// Percent-encodes what may not stand in a request line.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'|' | b'~' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

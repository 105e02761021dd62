//! Addresses that a guest may write: a strict subset, which every parser reads the same way.
//!
//! What is compared with the grant must be what the port connects to. So nothing is normalised here; whatever two
//! parsers could read differently (user names, brackets, backslashes, percent signs in the host) is no address.

/// Most bytes of an address.
const MAX_URL_BYTES: usize = 4096;

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Destination<'a> {
    /// Whether it is plain `http://`.
    pub(super) plain: bool,
    /// The host, lower case.
    pub(super) host: &'a str,
    /// The port, the scheme's own where none is written.
    pub(super) port: u16,
}

/// Splits `url`; `None` when it is not in the strict form.
pub(super) fn destination(url: &str) -> Option<Destination<'_>> {
    if url.len() > MAX_URL_BYTES || !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#') {
        return None;
    }
    let (plain, rest) = match url.strip_prefix("https://") {
        Some(rest) => (false, rest),
        None => (true, url.strip_prefix("http://")?),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, port) = authority(&rest[..end])?;
    Some(Destination { plain, host, port: port.unwrap_or(default_port(plain)) })
}

/// Splits `host` or `host:port`.
pub(super) fn authority(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port.parse().ok()?))
        }
        Some(_) => return None,
        None => (text, None),
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    (host.len() <= 253 && host.split('.').all(label)).then_some((host, port))
}

/// The port where none is written.
pub(super) fn default_port(plain: bool) -> u16 {
    if plain { 80 } else { 443 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_two_parsers_could_read_differently_is_none() {
        for url in [
            "",
            "https://",
            "https:///x",
            "HTTPS://a.cn/",
            "ftp://a.cn/",
            "https://A.cn/",
            "https://user@a.cn/",
            "https://a.cn@b.cn/",
            "https://a.cn\\@b.cn/",
            "https://a.cn%2eb.cn/",
            "https://a.cn./",
            "https://[::1]/",
            "https://a.cn:/",
            "https://a.cn:99999/",
            "https://a.cn:+80/",
            "https://a.cn/#b",
            "https://a.cn/\r\nx: y",
            "https://大棚.cn/",
            " https://a.cn/",
        ] {
            assert_eq!(destination(url), None, "{url}");
        }
    }

    #[test]
    fn host_and_port_are_read_as_written() {
        for (url, plain, host, port) in [
            ("https://a.cn", false, "a.cn", 443),
            ("https://a.cn?x=1", false, "a.cn", 443),
            ("https://a.cn:8443/x/../y", false, "a.cn", 8443),
            ("http://10.0.0.5/x", true, "10.0.0.5", 80),
        ] {
            assert_eq!(destination(url), Some(Destination { plain, host, port }), "{url}");
        }
    }
}

//! Which requests the grants allow.

use xl_model::grant::HttpGrant;

use super::MAX_BODY_BYTES;
use super::url;
use crate::bindings::xueliang::hub::http as wit;
use crate::port;

/// The methods that a guest may use.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Most headers of a request.
const MAX_HEADERS: usize = 32;

/// Most bytes of a header's value.
const MAX_VALUE_BYTES: usize = 4096;

/// Headers that the host sets itself, or that would change what a connection means.
const REFUSED: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "idempotency-key",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// The request with the grant that allows it.
pub(super) fn checked(
    request: wit::Request,
    grants: &[HttpGrant],
    idempotency_key: String,
) -> Result<port::Request, wit::HttpError> {
    if !METHODS.contains(&request.method.as_str()) {
        return Err(wit::HttpError::Invalid(format!("the method is none of {}", METHODS.join(", "))));
    }
    let destination = url::destination(&request.url).ok_or_else(|| {
        wit::HttpError::Invalid("the address is not `https://host[:port]/path` in plain lower-case letters".to_owned())
    })?;
    let grant = grants.iter().find(|grant| allows(grant, &destination)).cloned();
    let Some(grant) = grant else {
        return Err(wit::HttpError::AccessDenied(format!("`{}` was not granted", destination.host)));
    };
    if request.body.len() > MAX_BODY_BYTES {
        return Err(wit::HttpError::TooLarge(MAX_BODY_BYTES as u32));
    }
    let headers = headers(request.headers)?;
    Ok(port::Request { grant, method: request.method, url: request.url, headers, body: request.body, idempotency_key })
}

/// Whether the grant names exactly this host and port, and allows the scheme.
fn allows(grant: &HttpGrant, destination: &url::Destination<'_>) -> bool {
    let Some((host, port)) = url::authority(&grant.host) else { return false };
    let port = port.unwrap_or(url::default_port(destination.plain));
    (!destination.plain || grant.plain) && host == destination.host && port == destination.port
}

fn headers(headers: Vec<(String, String)>) -> Result<Vec<(String, String)>, wit::HttpError> {
    if headers.len() > MAX_HEADERS {
        return Err(wit::HttpError::Invalid(format!("more than {MAX_HEADERS} headers")));
    }
    headers.into_iter().map(|(name, value)| header(&name, value)).collect()
}

fn header(name: &str, value: String) -> Result<(String, String), wit::HttpError> {
    let name = name.to_ascii_lowercase();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(is_token) {
        return Err(wit::HttpError::Invalid("a header's name is none".to_owned()));
    }
    let prefixes = ["proxy-", "x-forwarded-", "sec-"];
    if REFUSED.contains(&name.as_str()) || prefixes.iter().any(|prefix| name.starts_with(prefix)) {
        return Err(wit::HttpError::Invalid(format!("the host sets the header `{name}` itself")));
    }
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if value.len() > MAX_VALUE_BYTES || !value.bytes().all(is_plain) {
        return Err(wit::HttpError::Invalid(format!("the value of header `{name}` is too long or not plain ASCII")));
    }
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(host: &str, plain: bool) -> HttpGrant {
        HttpGrant { host: host.to_owned(), plain, private: false, credential: None }
    }

    fn get(url: &str) -> wit::Request {
        wit::Request { method: "GET".to_owned(), url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    fn may(url: &str, grant: HttpGrant) -> bool {
        checked(get(url), &[grant], String::new()).is_ok()
    }

    /// CAM-16.
    #[test]
    fn only_the_granted_host_port_and_scheme_are_reached() {
        assert!(may("https://a.cn/x", grant("a.cn", false)));
        assert!(may("https://a.cn:443/x", grant("a.cn", false)));
        assert!(may("http://a.cn/x", grant("a.cn", true)));
        assert!(may("http://a.cn:8080/x", grant("a.cn:8080", true)));
        for (url, grant) in [
            ("http://a.cn/x", grant("a.cn", false)),
            ("https://b.a.cn/x", grant("a.cn", false)),
            ("https://a.cn.b.cn/x", grant("a.cn", false)),
            ("https://a.cn:8443/x", grant("a.cn", false)),
            ("https://a.cn/x", grant("a.cn:8443", false)),
        ] {
            assert!(!may(url, grant), "{url}");
        }
    }

    /// CAM-16.
    #[test]
    fn headers_of_the_host_and_smuggled_lines_are_refused() {
        for (name, value) in [
            ("Host", "b.cn"),
            ("AUTHORIZATION", "x"),
            ("cookie", "x"),
            ("content-length", "1"),
            ("Idempotency-Key", "1"),
            ("proxy-authorization", "x"),
            ("transfer-encoding", "chunked"),
            ("x y", "z"),
            ("", "z"),
            ("x", "a\r\nb: c"),
        ] {
            assert!(header(name, value.to_owned()).is_err(), "{name}");
        }
        assert_eq!(header("Accept", "text/plain".to_owned()), Ok(("accept".to_owned(), "text/plain".to_owned())));
    }

    #[test]
    fn methods_and_bodies_have_limits() {
        let trace = wit::Request { method: "TRACE".to_owned(), ..get("https://a.cn/") };
        assert!(matches!(checked(trace, &[grant("a.cn", false)], String::new()), Err(wit::HttpError::Invalid(_))));
        let large = wit::Request { body: vec![0; MAX_BODY_BYTES + 1], ..get("https://a.cn/") };
        assert!(matches!(checked(large, &[grant("a.cn", false)], String::new()), Err(wit::HttpError::TooLarge(_))));
    }
}

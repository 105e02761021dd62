//! The way out for modules: one address at a time, checked when it is connected to.
//!
//! A name is resolved here and only checked addresses are handed to the connector, so an answer that changes between
//! the check and the connection cannot lead elsewhere. Redirects are answers, proxies of the environment are ignored.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use tracing::warn;
use xl_runtime::port::Egress;
use xl_runtime::port::FetchError;
use xl_runtime::port::Request;
use xl_runtime::port::Response;

use super::CredentialError;
use super::credentials::Credentials;

/// Longest wait for a whole answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// Largest answer, in bytes.
const MAX_BODY_BYTES: u32 = 1024 * 1024;

/// Fetches over HTTP on behalf of modules.
pub(super) struct CheckedEgress {
    public: reqwest::Client,
    private: reqwest::Client,
    credentials: Credentials,
}

impl CheckedEgress {
    /// Builds the clients; what a grant names is taken from `credentials`.
    ///
    /// # Errors
    /// When the TLS roots cannot be loaded.
    pub(super) fn new(credentials: Credentials) -> Result<Self, reqwest::Error> {
        let client = |private| {
            reqwest::Client::builder()
                .dns_resolver(Arc::new(CheckedResolver { private }))
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .timeout(DEADLINE)
                .pool_max_idle_per_host(1)
                .user_agent("xueliang")
                .build()
        };
        Ok(Self { public: client(false)?, private: client(true)?, credentials })
    }

    async fn credential(&self, name: &str) -> Result<HeaderValue, CredentialError> {
        let value = self.credentials.value(name).await?;
        let mut value = HeaderValue::from_bytes(&value).map_err(|_| CredentialError::Value)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// For the log with its reasons, for the module with its code; no value stands in either, and no path in the second.
fn without_credential(name: &str, error: &CredentialError) -> FetchError {
    let code = error.code();
    warn!(%code, credential = name, error = error as &dyn std::error::Error, "a module's request is not sent");
    FetchError::Unreachable(format!("{code}: {error}"))
}

#[async_trait]
impl Egress for CheckedEgress {
    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let url = reqwest::Url::parse(&request.url).map_err(|error| FetchError::Invalid(error.to_string()))?;
        if let Some(address) = literal(&url) {
            // A literal address was named by the admin's grant itself, so loopback may be meant; a name never leads there.
            if !(may_reach(address, request.grant.private) || request.grant.private && address.is_loopback()) {
                return Err(FetchError::Denied(format!("modules may not reach {address}")));
            }
        }
        let method = request.method.parse().map_err(|_| FetchError::Invalid(format!("method `{}`", request.method)))?;
        let client = if request.grant.private { &self.private } else { &self.public };
        let mut call = client.request(method, url).header("idempotency-key", &request.idempotency_key);
        for (name, value) in &request.headers {
            let name: HeaderName = name.parse().map_err(|_| FetchError::Invalid(format!("header `{name}`")))?;
            let value = HeaderValue::from_str(value).map_err(|_| FetchError::Invalid(format!("header `{name}`")))?;
            call = call.header(name, value);
        }
        let mut hidden = Vec::new();
        if let Some(name) = &request.grant.credential {
            let value = self.credential(name).await.map_err(|error| without_credential(name, &error))?;
            hidden = secrets(value.as_bytes());
            call = call.header(AUTHORIZATION, value);
        }
        let answer = call.body(request.body).send().await.map_err(unreached)?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .filter(|(name, _)| *name != reqwest::header::SET_COOKIE)
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .map(|(name, value)| (name, String::from_utf8_lossy(&covered(value.into_bytes(), &hidden)).into_owned()))
            .collect();
        Ok(Response { status, headers, body: covered(body(answer).await?, &hidden) })
    }
}

/// What of a credential a module must not read when a host repeats it: all of it, and the part after the scheme.
fn secrets(credential: &[u8]) -> Vec<Vec<u8>> {
    let token = credential.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default();
    [credential, token].into_iter().filter(|secret| !secret.is_empty()).map(<[u8]>::to_vec).collect()
}

/// A text with asterisks in place of the secrets.
fn covered(mut text: Vec<u8>, secrets: &[Vec<u8>]) -> Vec<u8> {
    for secret in secrets {
        let mut from = 0;
        while let Some(at) = text[from..].windows(secret.len()).position(|part| part == secret.as_slice()) {
            text[from + at..from + at + secret.len()].fill(b'*');
            from += at + secret.len();
        }
    }
    text
}

async fn body(answer: reqwest::Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let mut parts = answer.bytes_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(unreached)?;
        if body.len() + part.len() > MAX_BODY_BYTES as usize {
            return Err(FetchError::TooLarge(MAX_BODY_BYTES));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn unreached(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::Timeout;
    }
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        if let Some(denied) = deeper.downcast_ref::<NoAddress>() {
            return FetchError::Denied(denied.to_string());
        }
        cause = deeper;
    }
    FetchError::Unreachable(cause.to_string())
}

/// Every address that a name has is one that modules may not reach.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` has no address that modules may reach")]
struct NoAddress(String);

struct CheckedResolver {
    private: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| may_reach(address.ip(), private)).collect();
            if allowed.is_empty() {
                return Err(NoAddress(name.as_str().to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn literal(url: &reqwest::Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether a module may reach `address`; private ranges only where the grant says so.
fn may_reach(address: IpAddr, private: bool) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let never = v4.is_unspecified()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                || (a, b, c) == (192, 0, 0)
                || (a, b) == (198, 18)
                || (a, b) == (198, 19)
                || (a, b, c) == (192, 88, 99)
                // Alibaba Cloud's metadata service lives in the shared range.
                || (a, b, c) == (100, 100, 100);
            let shared = a == 100 && (64..128).contains(&b);
            !never && (private || !(v4.is_private() || shared))
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = embedded(v6) {
                return may_reach(IpAddr::V4(v4), private);
            }
            let [first, second, ..] = v6.segments();
            let never = v6.is_unspecified()
                || v6.is_loopback()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
                || (first & 0xffc0) == 0xfec0
                || first == 0x0100
                || (first, second) == (0x2001, 0x0db8);
            !never && (private || !v6.is_unique_local())
        }
    }
}

/// The IPv4 address inside a mapped, translated (NAT64) or 6to4 address.
fn embedded(v6: std::net::Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let s = v6.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        std::net::Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] if (high, low) != (0, 0) && (high, low) != (0, 1) => Some(v4(high, low)),
        [0x64, 0xff9b, _, _, _, _, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use xl_model::grant::HttpGrant;

    use super::*;

    /// The way out of a hub with this data folder.
    fn out_of(data: &std::path::Path) -> CheckedEgress {
        // A second test in this process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        CheckedEgress::new(Credentials::open(data).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_plain_credential_file_is_refused_with_what_to_do() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("credentials")).unwrap();
        std::fs::write(data.path().join("credentials/weather"), "Bearer canary-9\n").unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let egress = out_of(data.path());
        for (name, said) in [("weather", "`xueliang credential set weather < FILE`"), ("map", "credential set map`")] {
            let credential = Some(name.to_owned());
            let request = Request {
                grant: HttpGrant { host: host.clone(), private: true, plain: true, credential },
                method: "GET".to_owned(),
                url: format!("http://{host}/"),
                headers: Vec::new(),
                body: Vec::new(),
                idempotency_key: "k".to_owned(),
            };
            let Err(FetchError::Unreachable(told)) = egress.fetch(request).await else { panic!("{name} is sent") };
            assert!(told.starts_with("XL0319: ") && told.contains(said), "{told}");
            assert!(!told.contains("canary") && !told.contains(&data.path().display().to_string()), "{told}");
        }
        assert!(listener.accept().is_err(), "nobody called");
    }

    /// CAM-16: a listed name that leads to this machine, with somebody listening there.
    #[tokio::test]
    async fn a_granted_name_does_not_lead_to_loopback() {
        let data = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let egress = out_of(data.path());
        for private in [false, true] {
            let grant = HttpGrant { host: format!("localhost:{port}"), private, plain: true, credential: None };
            let request = Request {
                grant,
                method: "GET".to_owned(),
                url: format!("http://localhost:{port}/"),
                headers: Vec::new(),
                body: Vec::new(),
                idempotency_key: "k".to_owned(),
            };
            assert!(matches!(egress.fetch(request).await, Err(FetchError::Denied(_))));
        }
        assert!(listener.accept().is_err(), "nobody called");
    }

    /// A server with a certificate that nobody vouches for; what it read after the handshake, or that there was none.
    fn self_signed() -> (u16, std::thread::JoinHandle<std::io::Result<Vec<u8>>>) {
        use rustls::pki_types::pem::PemObject;
        let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/bridge/testdata/tls_localhost");
        let chain = rustls::pki_types::CertificateDer::from_pem_file(format!("{recorded}.pem")).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::from_pem_file(format!("{recorded}.key")).unwrap();
        let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![chain], key).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept()?;
            let mut tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
            let mut read = vec![0; 64];
            let count = std::io::Read::read(&mut rustls::Stream::new(&mut tls, &mut socket), &mut read)?;
            read.truncate(count);
            Ok(read)
        });
        (port, server)
    }

    /// SUP-7.
    #[tokio::test]
    async fn a_host_with_a_certificate_that_nobody_vouches_for_is_told_nothing() {
        let data = tempfile::tempdir().unwrap();
        let egress = out_of(data.path());
        let (port, server) = self_signed();
        let host = format!("127.0.0.1:{port}");
        let grant = HttpGrant { host: host.clone(), private: true, plain: false, credential: None };
        let request = Request {
            grant,
            method: "GET".to_owned(),
            url: format!("https://{host}/"),
            headers: Vec::new(),
            body: Vec::new(),
            idempotency_key: "k".to_owned(),
        };
        let fetched = egress.fetch(request).await;
        assert!(matches!(fetched, Err(FetchError::Unreachable(_))));
        let heard = server.join().unwrap();
        assert!(heard.is_err(), "the handshake ends before anything is said: {heard:?}");
    }

    #[test]
    fn a_host_that_repeats_the_credential_tells_it_to_no_module() {
        for (credential, said, heard) in [
            ("Bearer xyz-1", "got Bearer xyz-1, xyz-1xyz-1.", "got ************, **********."),
            ("xyz-1", "xyz-1 xyz-2", "***** xyz-2"),
            ("Basic dTpwdy0x", "dTpwdy0x", "********"),
        ] {
            let covered = covered(said.as_bytes().to_vec(), &secrets(credential.as_bytes()));
            assert_eq!(String::from_utf8(covered).unwrap(), heard, "{credential}");
        }
    }

    #[test]
    fn only_public_addresses_are_reached_unless_the_grant_says_private() {
        for (text, public, private) in [
            ("8.8.8.8", true, true),
            ("10.1.2.3", false, true),
            ("172.16.0.1", false, true),
            ("192.168.1.1", false, true),
            ("100.64.0.1", false, true),
            ("127.0.0.1", false, false),
            ("127.9.9.9", false, false),
            ("0.0.0.0", false, false),
            ("0.1.2.3", false, false),
            ("169.254.169.254", false, false),
            ("100.100.100.200", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("198.18.0.1", false, false),
            ("2606:4700::1111", true, true),
            ("fd00::1", false, true),
            ("fe80::1", false, false),
            ("::1", false, false),
            ("::", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("::ffff:10.0.0.1", false, true),
            ("64:ff9b::7f00:1", false, false),
            ("2002:7f00:1::", false, false),
            ("ff02::1", false, false),
        ] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!((may_reach(address, false), may_reach(address, true)), (public, private), "{text}");
        }
    }
}

//! A client of a few lines that sees every byte, because the clients of others hide what is wrong.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest;
use sha1::Sha1;
use simulated_onvif::auth::Auth;
use simulated_onvif::device::Device;
use simulated_onvif::discovery::Discovery;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Manner;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// An answer; its body is read up to a limit.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What stands between the first two tags of that name.
    pub(crate) fn inside(&self, tag: &str) -> String {
        let text = self.text();
        let begin = text.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no <{tag}> in {text}")).1;
        begin.split_once(&format!("</{tag}>")).unwrap().0.to_owned()
    }

    pub(crate) fn contains(&self, part: &str) -> bool {
        self.text().contains(part)
    }
}

/// A fleet of two that want no login and are slow beyond all patience when they are; the first is the one to look at.
pub(crate) async fn camera() -> (Fleet, Device) {
    let manner = Manner {
        auth: Auth::None,
        idle: Duration::from_millis(20),
        slow: Duration::from_secs(3_600),
        ..Manner::default()
    };
    start(FleetConfig { cameras: 2, manner, discovery: Discovery::Unicast { port: 0 }, ..FleetConfig::default() }).await
}

/// A WSSE token of the standard user, made now; `zone` is `Z` or an offset.
pub(crate) fn token(device: &Device, zone: &str, password: &str, digest: bool) -> String {
    let created = format!("{}{zone}", device.utc().format("%Y-%m-%dT%H:%M:%S"));
    let nonce: [u8; 16] = rand::random();
    let mut hash = Sha1::new();
    hash.update(nonce);
    hash.update(&created);
    hash.update(password);
    let (kind, password) = match digest {
        true => ("#PasswordDigest", STANDARD.encode(hash.finalize())),
        false => ("#PasswordText", password.to_owned()),
    };
    let nonce = STANDARD.encode(nonce);
    format!(
        r#"<Security><UsernameToken><Username>admin</Username><Password Type="{kind}">{password}</Password><Nonce>{nonce}</Nonce><Created>{created}</Created></UsernameToken></Security>"#
    )
}

/// A fleet and its first camera.
pub(crate) async fn start(config: FleetConfig) -> (Fleet, Device) {
    let fleet = Fleet::start(config).await.unwrap();
    let device = fleet.device(0).unwrap().clone();
    (fleet, device)
}

/// A call of the service that stands under `path`, in the namespace of `service`.
pub(crate) async fn call(device: &Device, service: &str, action: &str) -> Answer {
    call_at(device.address(), &format!("/onvif/{}", path_of(service)), service, action, "", "").await.unwrap()
}

/// The same with a header in the envelope, a header of HTTP, and the chance that the camera hangs up.
pub(crate) async fn call_at(
    address: SocketAddr,
    path: &str,
    namespace: &str,
    action: &str,
    token: &str,
    header: &str,
) -> Option<Answer> {
    let name = action.split(['/', ' ', '>']).next().unwrap();
    let rest = &action[name.len()..];
    let inner = if rest.starts_with('>') { rest } else { "/>" };
    let close = if inner == "/>" { String::new() } else { format!("</{name}>") };
    let body = format!(
        r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>{token}</s:Header><s:Body><{name} xmlns="{namespace}"{inner}{close}</s:Body></s:Envelope>"#
    );
    send(address, "POST", path, header, &body, usize::MAX).await
}

/// A GET.
pub(crate) async fn get(device: &Device, path: &str, limit: usize) -> Answer {
    send(device.address(), "GET", path, "", "", limit).await.unwrap()
}

/// One request on a connection of its own; none when the camera hangs up without a word.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    header: &str,
    body: &str,
    limit: usize,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{header}\r\n{body}"
    );
    // A camera that has hung up already takes nothing.
    let _ = stream.write_all(request.as_bytes()).await;
    let (mut all, mut piece) = (Vec::new(), vec![0; 64 * 1024]);
    while all.len() < limit {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => break,
            Ok(length) => all.extend_from_slice(&piece[..length]),
        }
    }
    let end = all.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let raw = all.split_off(end + 4);
    let body = if head.to_lowercase().contains("transfer-encoding: chunked") { unchunked(&raw) } else { raw };
    Some(Answer { status, head, body })
}

/// The pieces of a body put together, as far as it came.
fn unchunked(raw: &[u8]) -> Vec<u8> {
    let (mut body, mut rest) = (Vec::new(), raw);
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let Ok(size) = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap_or("0"), 16) else { break };
        let data = &rest[(end + 2).min(rest.len())..];
        body.extend_from_slice(&data[..size.min(data.len())]);
        if size == 0 || data.len() < size + 2 {
            break;
        }
        rest = &data[size + 2..];
    }
    body
}

fn path_of(service: &str) -> &'static str {
    match service {
        DEVICE => "device_service",
        MEDIA => "media_service",
        MEDIA2 => "media2_service",
        EVENTS => "event_service",
        PTZ => "ptz_service",
        _ => "imaging_service",
    }
}

pub(crate) const DEVICE: &str = "http://www.onvif.org/ver10/device/wsdl";
pub(crate) const MEDIA: &str = "http://www.onvif.org/ver10/media/wsdl";
pub(crate) const MEDIA2: &str = "http://www.onvif.org/ver20/media/wsdl";
pub(crate) const EVENTS: &str = "http://www.onvif.org/ver10/events/wsdl";
pub(crate) const NOTIFICATION: &str = "http://docs.oasis-open.org/wsn/b-2";
pub(crate) const PTZ: &str = "http://www.onvif.org/ver20/ptz/wsdl";
pub(crate) const IMAGING: &str = "http://www.onvif.org/ver20/imaging/wsdl";

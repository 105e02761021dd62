//! Where the hub may be led: counted by listeners that must hear nothing.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use simulated_onvif::fault::Fault;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use xl_bridge::onvif::address::Host;
use xl_bridge::onvif::address::Rules;
use xl_bridge::onvif::address::Use;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::camera::Enrolment;
use xl_bridge::onvif::fault::ADDRESS_REFUSED;
use xl_bridge::onvif::fault::CERTIFICATE;
use xl_bridge::onvif::gate::Ask;
use xl_bridge::onvif::gate::Fingerprint;
use xl_bridge::onvif::gate::GateError;
use xl_bridge::onvif::gate::Limits;
use xl_bridge::onvif::gate::Resolve;
use xl_bridge::onvif::policy::AddressPolicy;

use super::Site;
use super::camera;
use super::enrolment;
use super::enrolment_at;
use super::until;
use super::wall;
use crate::mosquitto::tool;

/// Counts who comes.
async fn trap(address: &str) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let at = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (at, count)
}

/// Spellings of `127.0.0.1`: each of one to four numbers in decimal, octal and hex.
fn spellings_of_loopback() -> Vec<String> {
    let mut spellings = Vec::new();
    for numbers in [vec![127, 0, 0, 1], vec![127, 0, 1], vec![127, 1], vec![2_130_706_433_u32]] {
        let mut written = vec![String::new()];
        for number in numbers {
            let ways = [number.to_string(), format!("0{number:o}"), format!("0x{number:x}"), format!("0X{number:08X}")];
            let next = |before: &String| ways.clone().map(|way| format!("{before}.{way}"));
            written = written.iter().flat_map(next).collect();
        }
        spellings.extend(written.into_iter().map(|text| text[1..].to_owned()));
    }
    spellings
}

/// CAM-1, CAM-2: a camera names the hub's own machine in a thousand forms, and each leads to the camera or nowhere.
#[tokio::test]
async fn no_spelling_of_loopback_leads_there() {
    let (at, count) = trap("127.0.0.1:0").await;
    let port = at.port();
    let (_, camera_count) = trap(&format!("127.0.0.2:{port}")).await;
    let mut hosts = spellings_of_loopback();
    hosts.extend(hosts.clone().iter().map(|host| format!("{host}.")));
    hosts.extend(
        [
            "[::1]",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "127。0。0。1",
            "127.0.0.2@127.0.0.1",
            "127.0.0.1#@127.0.0.2",
            "127.0.0.1\\@127.0.0.2",
            "169.254.169.254",
        ]
        .map(str::to_owned),
    );
    let enrolled = enrolment_at(&format!("http://127.0.0.2:{port}/onvif/device_service"));
    let (rules, camera) = (enrolled.rules.clone(), camera(enrolled));
    let limits = Limits::soap(std::time::Duration::from_secs(5));
    let (mut forms, mut taken) = (0, 0);
    for host in hosts {
        for scheme in ["http", "https", "file", "gopher"] {
            forms += 1;
            let text = format!("{scheme}://{host}:{port}/x");
            for purpose in [Use::Service, Use::Snapshot, Use::Subscription] {
                let Ok(url) = rules.rewrite(&text, purpose) else { continue };
                taken += 1;
                assert_eq!(url.host().to_string(), "127.0.0.2", "{text}");
                let _ = camera.gate().send(&url, &Ask::Get, None, limits).await; // The listener says nothing.
            }
        }
    }
    assert!(forms >= 1_000 && taken > 0, "{forms} {taken}");
    until("the camera is called", || camera_count.load(Ordering::SeqCst) > 0).await;
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

/// A server with a certificate of its own that answers each request with nothing, and counts the bytes that it was sent.
async fn encrypted() -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("certificate.pem"), path("key.pem"));
    let curve = "ec_paramgen_curve:prime256v1";
    let arguments = ["req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-days", "2", "-subj", "/CN=camera"];
    tool("openssl", "openssl", &[&arguments[..], &["-keyout", &key, "-out", &certificate]].concat()).await;
    let certificates = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, PrivateKeyDer::from_pem_file(key).unwrap())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let read = stream.read(&mut [0; 4_096]).await.unwrap_or_default();
            counted.fetch_add(read, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await; // The client may have gone.
        }
    });
    (at, count)
}

#[tokio::test]
async fn over_tls_nothing_is_sent_until_the_certificate_is_approved() {
    let (at, bytes) = encrypted().await;
    let limits = Limits::soap(std::time::Duration::from_secs(5));
    let ask = async |certificate| {
        let enrolled = enrolment_at(&format!("https://{at}/onvif/device_service"));
        let camera = camera(Enrolment { certificate, ..enrolled.clone() });
        camera.gate().send(&enrolled.rules.device(), &Ask::Get, None, limits).await
    };
    let refused = ask(None).await.unwrap_err();
    let GateError::Certificate { seen } = refused else { panic!("{refused}") };
    assert_eq!(GateError::Certificate { seen }.code(), CERTIFICATE);
    let other = ask(Some(Fingerprint([7; 32]))).await.unwrap_err();
    assert!(matches!(other, GateError::Certificate { seen: again } if again == seen), "{other}");
    assert_eq!(bytes.load(Ordering::SeqCst), 0);
    assert_eq!(ask(Some(seen)).await.unwrap().status, 204);
    assert!(bytes.load(Ordering::SeqCst) > 0);
}

#[tokio::test]
async fn an_enrolled_loopback_address_is_called_only_where_that_was_said() {
    let site = Site::with(&[]).await;
    let mut enrolled = enrolment(site.device());
    enrolled.policy = AddressPolicy { networks: vec!["0.0.0.0/0".parse().unwrap()], ..AddressPolicy::default() };
    assert_eq!(camera(enrolled).device_information().await.unwrap_err().code(), ADDRESS_REFUSED);
    let mut own = enrolment(site.device());
    own.policy.own = vec![site.device().address()];
    assert_eq!(camera(own).device_information().await.unwrap_err().code(), ADDRESS_REFUSED);
    assert_eq!(site.device().record().connections, 0);
}

/// Answers good and bad in turns, or both at once.
struct Rebinding {
    asked: AtomicUsize,
    mixed: bool,
}

#[async_trait::async_trait]
impl Resolve for Rebinding {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let (good, bad): (IpAddr, IpAddr) = ([127, 0, 0, 1].into(), [127, 0, 0, 2].into());
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(match (self.mixed, turn % 2) {
            (true, 0) => vec![bad, "::ffff:127.0.0.2".parse().unwrap(), good],
            (true, _) => vec![good, bad],
            (false, 0) => vec![good],
            (false, _) => vec![bad],
        })
    }
}

/// CAM-3: 127.0.0.1 stands for the camera, 127.0.0.2 for what the name is bound to later.
#[tokio::test]
async fn a_name_that_changes_its_address_leads_only_to_a_judged_one() {
    let site = Site::with(&[]).await;
    let port = site.device().address().port();
    let (_, count) = trap(&format!("127.0.0.2:{port}")).await;
    for mixed in [false, true] {
        let mut enrolled = enrolment(site.device());
        enrolled.rules = Rules::new(format!("camera.example:{port}").parse().unwrap());
        enrolled.policy.own = vec![([127, 0, 0, 2], 0).into()];
        let camera = Camera::new(enrolled, Arc::new(Rebinding { asked: AtomicUsize::new(0), mixed }), wall());
        let mut reached = 0;
        for _ in 0..100 {
            reached += usize::from(camera.read_clock().await.is_ok());
        }
        assert_eq!(reached, if mixed { 100 } else { 50 });
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

/// CAM-4: credentials go to the enrolled host alone, also when an administrator pinned another.
#[tokio::test]
async fn a_pinned_host_gets_no_credentials() {
    let site = Site::with(&[]).await;
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        String::from_utf8(request[..length].to_vec()).unwrap()
    });
    let mut enrolled = enrolment(site.device());
    enrolled.rules.pinned.push(Host::parse("127.0.0.2").unwrap());
    let camera = camera(enrolled);
    let url = camera.gate().rules().rewrite(&format!("http://127.0.0.2:{port}/x"), Use::Snapshot).unwrap();
    camera.gate().send(&url, &Ask::Get, Some("Basic c2VjcmV0"), Limits::picture()).await.unwrap();
    let request = heard.await.unwrap().to_ascii_lowercase();
    assert!(request.starts_with("get /x http/1.1") && !request.contains("authorization"), "{request}");
}

/// CAM-1: what a camera names is not even looked up.
#[tokio::test]
async fn a_metadata_address_leads_back_to_the_camera() {
    let site = Site::with(&[Fault::XaddrMetadata]).await;
    let services = site.camera().find_services().await.unwrap();
    assert_eq!(services.media1.unwrap().host().to_string(), "127.0.0.1");
}

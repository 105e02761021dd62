//! Where the hub may be led: counted by listeners that must hear nothing.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use simulated_onvif::fault::Fault;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use xl_bridge::onvif::address::Host;
use xl_bridge::onvif::address::Rules;
use xl_bridge::onvif::address::Use;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::fault::ADDRESS_REFUSED;
use xl_bridge::onvif::gate::Ask;
use xl_bridge::onvif::gate::Limits;
use xl_bridge::onvif::gate::Resolve;
use xl_bridge::onvif::policy::AddressPolicy;

use super::Site;
use super::camera;
use super::enrolment;
use super::wall;

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

/// CAM-1, CAM-2: a camera in a network of the site names the hub's own machine in every spelling.
#[tokio::test]
async fn no_spelling_of_loopback_leads_there() {
    let (at, count) = trap("127.0.0.1:0").await;
    let port = at.port();
    // Port 9 of a documentation address: nobody is there, so whoever listens hears only mistakes.
    let rules = Rules::new(format!("192.0.2.1:{port}").parse().unwrap());
    let hosts = [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
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
        "192.0.2.1@127.0.0.1",
        "127.0.0.1#@192.0.2.1",
        "127.0.0.1\\@192.0.2.1",
        "169.254.169.254",
    ];
    let mut enrolment = enrolment(Site::with(&[]).await.device());
    enrolment.rules = rules.clone();
    enrolment.policy = AddressPolicy { networks: vec!["0.0.0.0/0".parse().unwrap()], ..AddressPolicy::default() };
    let camera = camera(enrolment);
    let limits = Limits::soap(std::time::Duration::from_millis(50));
    for host in hosts {
        for scheme in ["http", "https", "file", "gopher", "ftp"] {
            for purpose in [Use::Service, Use::Snapshot, Use::Subscription] {
                let text = format!("{scheme}://{host}:{port}/x");
                if let Ok(url) = rules.rewrite(&text, purpose) {
                    let url_host = url.host().to_string();
                    assert_eq!(url_host, "192.0.2.1", "{text}");
                }
            }
        }
    }
    let url = rules.rewrite(&format!("http://127.0.0.1:{port}/x"), Use::Service).unwrap();
    let _ = camera.gate().send(&url, &Ask::Get, None, limits).await;
    assert_eq!(count.load(Ordering::SeqCst), 0);
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

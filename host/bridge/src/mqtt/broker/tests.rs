//! Limits of the embedded broker that only its inside can set.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::CameraId;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Witness;

use super::BrokerConfig;
use super::BrokerError;
use super::EmbeddedBroker;
use super::NOT_MQTT;
use super::TOO_MANY_CONNECTIONS;
use super::TlsListen;
use super::start_with;
use crate::mqtt::dialect::Dialect;
use crate::port::DeviceRegister;
use crate::port::Enrolments;
use crate::port::Inbox;
use crate::port::Ports;
use crate::port::Principal;
use crate::port::RefusalSink;
use crate::waiting::SharedRoom;

struct Nobody;

impl DeviceRegister for Nobody {
    fn login(&self, _user: &str, _password: &[u8]) -> Result<Principal, Refused> {
        Err(Refused::new(code::BAD_LOGIN, "nobody"))
    }
}

impl Clock for Nobody {
    fn now_ms(&self) -> TimestampMs {
        0
    }
}

impl Witness for Nobody {
    fn saw(&self, _: Evidence) {}
}

impl Enrolments for Nobody {
    fn knows(&self, _: &CameraKey) -> bool {
        false
    }

    fn camera(&self, _: Dialect, _: &str) -> Option<CameraKey> {
        None
    }

    fn bridge(&self, _: &CameraKey) -> Option<CameraId> {
        None
    }
}

struct List(mpsc::Sender<Refusal>);

impl RefusalSink for List {
    fn refuse(&self, refusal: Refusal) {
        self.0.try_send(refusal).unwrap();
    }
}

fn ports(inbox: Inbox, refusals: Arc<List>) -> Ports {
    let nobody = Arc::new(Nobody);
    Ports {
        inbox,
        refusals,
        witness: nobody.clone(),
        enrolments: nobody.clone(),
        waiting: SharedRoom::default(),
        clock: nobody,
    }
}

fn config(max_clients: usize, tls: Option<TlsListen>) -> BrokerConfig {
    BrokerConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls,
        folder: "unused".into(),
        max_clients,
        max_packet_bytes: 1 << 20,
        max_messages_per_second: 0,
        max_bytes_per_second: 0,
    }
}

async fn broker(max_clients: usize, login_limit: Duration) -> (Arc<dyn EmbeddedBroker>, mpsc::Receiver<Refusal>) {
    broker_with(max_clients, login_limit, None).await
}

async fn broker_with(
    max_clients: usize,
    login_limit: Duration,
    tls: Option<TlsListen>,
) -> (Arc<dyn EmbeddedBroker>, mpsc::Receiver<Refusal>) {
    let config = config(max_clients, tls);
    let (list, refused) = mpsc::channel(8);
    let (inbox, _) = mpsc::channel(1);
    let refusals = Arc::new(List(list));
    let broker = start_with(config, Arc::new(Nobody), ports(inbox, refusals), login_limit).await;
    (broker.unwrap(), refused)
}

async fn is_closed(mut socket: TcpStream) -> bool {
    let read = tokio::time::timeout(Duration::from_secs(20), socket.read_u8()).await;
    read.expect("the broker closes").is_err()
}

/// MQ-10.
#[tokio::test]
async fn who_does_not_log_in_is_closed() {
    let (broker, mut refused) = broker(8, Duration::from_millis(1)).await;
    assert!(is_closed(TcpStream::connect(broker.address()).await.unwrap()).await);
    let refusal = refused.recv().await.unwrap();
    assert_eq!((refusal.refused.code, refusal.source.as_str()), (NOT_MQTT, "127.0.0.1"));
}

#[tokio::test]
async fn no_more_clients_than_configured_are_taken() {
    let (broker, mut refused) = broker(1, Duration::from_secs(60)).await;
    let first = TcpStream::connect(broker.address()).await.unwrap();
    assert!(is_closed(TcpStream::connect(broker.address()).await.unwrap()).await);
    assert_eq!(refused.recv().await.unwrap().refused.code, TOO_MANY_CONNECTIONS);
    drop(first);
    broker.shutdown().await;
}

#[tokio::test]
async fn an_address_in_use_is_told() {
    let (broker, _refused) = broker(1, Duration::from_secs(60)).await;
    let config = BrokerConfig { listen: broker.address(), ..config(1, None) };
    let (list, (inbox, _)) = (mpsc::channel(8).0, mpsc::channel(1));
    let second = super::start(config, Arc::new(Nobody), ports(inbox, Arc::new(List(list)))).await;
    let error = second.err().unwrap().to_string();
    assert!(error.starts_with("embedded broker cannot listen on `127.0.0.1:"), "{error}");
}

fn recorded(name: &str) -> std::path::PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "testdata", name].iter().collect()
}

fn tls(key: &str) -> TlsListen {
    let listen = "127.0.0.1:0".parse().unwrap();
    TlsListen { listen, certificate_file: recorded("tls_localhost.pem"), key_file: recorded(key) }
}

/// MQ-15: the good one is served while every stalled one still waits.
#[tokio::test]
async fn a_thousand_stalled_handshakes_hold_up_nobody() {
    let (broker, mut refused) = broker_with(2_000, Duration::from_secs(600), Some(tls("tls_localhost.key"))).await;
    let address = broker.tls_address().unwrap();
    let mut stalled = Vec::new();
    for _ in 0..1_000 {
        stalled.push(TcpStream::connect(address).await.unwrap());
    }
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(recorded("tls_localhost.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = TlsConnector::from(Arc::new(client.with_root_certificates(roots).with_no_client_auth()));
    let socket = TcpStream::connect(address).await.unwrap();
    let mut good = client.connect("localhost".try_into().unwrap(), socket).await.unwrap();
    // CONNECT, MQTT 3.1.1, a user whom nobody knows: it has its answer.
    good.write_all(b"\x10\x15\x00\x04MQTT\x04\xc2\x00\x1e\x00\x01a\x00\x03b.c\x00\x01d").await.unwrap();
    let mut connack = [0; 2];
    good.read_exact(&mut connack).await.unwrap();
    assert_eq!((connack[0], refused.recv().await.unwrap().refused.code), (0x20, code::BAD_LOGIN));
    assert!(refused.try_recv().is_err(), "all thousand still wait");
    drop(stalled);
}

/// SUP-7.
#[tokio::test]
async fn a_device_that_offers_no_more_than_tls_1_1_is_turned_away() {
    let (broker, mut refused) = broker_with(8, Duration::from_secs(600), Some(tls("tls_localhost.key"))).await;
    let mut socket = TcpStream::connect(broker.tls_address().unwrap()).await.unwrap();
    for (version, answer) in [([3, 1], None), ([3, 2], None), ([3, 3], Some(0x16))] {
        // RFC 5246 §7.4.1.2: version, random, no session, one suite (ECDHE-ECDSA-AES128-GCM-SHA256 and its RSA sister), null
        // compression; then what TLS 1.2 asks for, signature algorithms and curves.
        let extensions = b"\x00\x0d\x00\x06\x00\x04\x04\x03\x08\x04\x00\x0a\x00\x04\x00\x02\x00\x1d";
        let mut hello = vec![version[0], version[1]];
        hello.extend([7; 32]);
        hello.extend(b"\x00\x00\x04\xc0\x2b\xc0\x2f\x01\x00\x00");
        hello.push(u8::try_from(extensions.len()).unwrap());
        hello.extend(extensions);
        let length = u8::try_from(hello.len()).unwrap();
        let mut record = vec![0x16, 3, 1, 0, length + 4, 1, 0, 0, length];
        record.extend(hello);
        socket.write_all(&record).await.unwrap();
        let mut head = [0; 7];
        socket.read_exact(&mut head).await.unwrap();
        match answer {
            Some(kind) => assert_eq!(head[0], kind, "TLS 1.2 goes on with a handshake: {head:?}"),
            None => {
                // RFC 5246 §7.2: fatal, protocol_version.
                assert_eq!((head[0], &head[5..]), (0x15, &[2, 70][..]), "{version:?}");
                assert_eq!(refused.recv().await.unwrap().refused.code, NOT_MQTT);
            }
        }
        socket = TcpStream::connect(broker.tls_address().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_told_with_its_file() {
    for (tls, told) in [
        (tls("no-such-file"), "no-such-file"),
        (tls("native_ack.json"), "native_ack.json"),
        (TlsListen { certificate_file: recorded("native_ack.json"), ..tls("tls_localhost.key") }, "native_ack.json"),
    ] {
        let config = config(1, Some(tls));
        let (list, (inbox, _)) = (mpsc::channel(8).0, mpsc::channel(1));
        let error = super::start(config, Arc::new(Nobody), ports(inbox, Arc::new(List(list)))).await.err().unwrap();
        assert!(matches!(&error, BrokerError::Certificate { file, .. } if file.ends_with(told)), "{error}");
    }
}

//! Limits of the embedded broker that only its inside can set.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use xl_model::camera::CameraKey;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Witness;

use super::BrokerConfig;
use super::EmbeddedBroker;
use super::NOT_MQTT;
use super::TOO_MANY_CONNECTIONS;
use super::start_with;
use crate::mqtt::dialect::Dialect;
use crate::port::DeviceRegister;
use crate::port::Enrolments;
use crate::port::Inbox;
use crate::port::Ports;
use crate::port::RefusalSink;
use crate::waiting::SharedRoom;

struct Nobody;

impl DeviceRegister for Nobody {
    fn login(&self, _user: &str, _password: &[u8]) -> Result<DeviceId, Refused> {
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

async fn broker(max_clients: usize, login_limit: Duration) -> (Arc<dyn EmbeddedBroker>, mpsc::Receiver<Refusal>) {
    let config = BrokerConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: "unused".into(),
        max_clients,
        max_packet_bytes: 1 << 20,
        max_messages_per_second: 0,
        max_bytes_per_second: 0,
    };
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
    let config = BrokerConfig {
        listen: broker.address(),
        folder: "unused".into(),
        max_clients: 1,
        max_packet_bytes: 1 << 20,
        max_messages_per_second: 0,
        max_bytes_per_second: 0,
    };
    let (list, (inbox, _)) = (mpsc::channel(8).0, mpsc::channel(1));
    let second = super::start(config, Arc::new(Nobody), ports(inbox, Arc::new(List(list)))).await;
    let error = second.err().unwrap().to_string();
    assert!(error.starts_with("embedded broker cannot listen on `127.0.0.1:"), "{error}");
}

//! The outbox on its way to Mosquitto.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Packet;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use xl_bridge::mqtt::client::ClientConfig;
use xl_bridge::mqtt::link::LinkState;
use xl_bridge::mqtt::sender;
use xl_bridge::mqtt::sender::Manner;
use xl_bridge::port::Outbox;
use xl_bridge::port::Outgoing;

use super::broker::ONE;
use super::broker::Site;
use super::client::config;
use super::device::options;
use super::hub::LIMIT;
use super::mosquitto::Mosquitto;

/// An outbox in memory; messages are numbered from 1.
#[derive(Default)]
struct Memory {
    messages: Mutex<Vec<Outgoing>>,
    grown: watch::Sender<usize>,
    settled: watch::Sender<u64>,
}

impl Memory {
    fn add(&self, count: u64) {
        let mut messages = self.messages.lock().unwrap();
        for _ in 0..count {
            let ticket = messages.len() as u64 + 1;
            let payload = format!(r#"{{"id":"{ticket}"}}"#).into();
            messages.push(Outgoing {
                ticket,
                topic: "xl/v1/371122102/gh-1/out/event".to_owned(),
                payload,
                correlation: None,
            });
        }
        self.grown.send_replace(messages.len());
    }

    async fn settled_up_to(&self, ticket: u64) {
        let mut settled = self.settled.subscribe();
        let reached = settled.wait_for(|settled| *settled >= ticket);
        tokio::time::timeout(LIMIT, reached).await.expect("it is settled").unwrap();
    }
}

#[async_trait::async_trait]
impl Outbox for Memory {
    async fn after(&self, ticket: u64, limit: usize) -> Vec<Outgoing> {
        let first = usize::try_from(ticket).unwrap();
        self.grown.subscribe().wait_for(|grown| *grown > first).await.unwrap();
        self.messages.lock().unwrap().iter().skip(first).take(limit).cloned().collect()
    }

    async fn settled(&self, ticket: u64) {
        let before = self.settled.send_replace(ticket);
        assert!(before <= ticket, "what is settled stays settled");
    }

    async fn begin(&self) -> u64 {
        *self.settled.borrow()
    }
}

/// Sends what is in the outbox to this broker.
fn send(url: String, outbox: &Arc<Memory>, stop: &CancellationToken) -> JoinHandle<()> {
    tokio::spawn(sender::run(config(url), Manner::default(), outbox.clone(), watch::Sender::default(), stop.clone()))
}

/// Listens with a session that outlives the broker, and passes payloads on.
fn listen(broker: &Mosquitto) -> mpsc::Receiver<String> {
    let mut options = options(broker.address, "listener", "any");
    options.set_clean_start(false).set_session_expiry_interval(Some(600));
    let (client, mut events) = AsyncClient::new(options, 8);
    let (heard, payloads) = mpsc::channel(4096);
    tokio::spawn(async move {
        while !heard.is_closed() {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    client.try_subscribe("xl/v1/+/+/out/#", QoS::AtLeastOnce).unwrap();
                }
                Ok(Event::Incoming(Packet::SubAck(_))) => heard.try_send("subscribed".to_owned()).unwrap(),
                Ok(Event::Incoming(Packet::Publish(publish))) => {
                    heard.try_send(String::from_utf8(publish.payload.to_vec()).unwrap()).unwrap();
                }
                Ok(_) => {}
                Err(_) => tokio::task::yield_now().await, // The broker is away; connecting takes its time by itself.
            }
        }
    });
    payloads
}

async fn next(payloads: &mut mpsc::Receiver<String>) -> String {
    tokio::time::timeout(LIMIT, payloads.recv()).await.expect("something is heard").unwrap()
}

/// MQ-13.
#[tokio::test]
async fn nothing_is_lost_over_a_restart_of_the_broker() {
    let mut broker = Mosquitto::start().await;
    let mut payloads = listen(&broker);
    assert_eq!(next(&mut payloads).await, "subscribed");
    let (outbox, stop) = (Arc::new(Memory::default()), CancellationToken::new());
    outbox.add(100);
    let running = send(format!("mqtt://{}", broker.address), &outbox, &stop);
    outbox.settled_up_to(100).await;

    outbox.add(100); // These are in all stages between outbox and broker when it goes.
    broker.stop().await;
    outbox.add(100);
    broker.begin().await;
    outbox.settled_up_to(300).await;

    let mut heard = BTreeSet::new();
    while heard.len() < 300 {
        let payload = next(&mut payloads).await;
        if payload != "subscribed" {
            heard.insert(payload);
        }
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn messages_arrive_in_order_and_are_settled_once_all_are_acknowledged() {
    let broker = Mosquitto::start().await;
    let mut payloads = listen(&broker);
    assert_eq!(next(&mut payloads).await, "subscribed");
    let (outbox, stop) = (Arc::new(Memory::default()), CancellationToken::new());
    outbox.add(1_000); // More than the window.
    let running = send(format!("mqtt://{}", broker.address), &outbox, &stop);
    for ticket in 1..=1_000 {
        assert_eq!(next(&mut payloads).await, format!(r#"{{"id":"{ticket}"}}"#));
    }
    outbox.settled_up_to(1_000).await;
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_message_that_is_refused_stays_in_the_outbox() {
    // The embedded broker as the receiver: a device may not publish below `out`.
    let site = Site::start().await;
    let (outbox, stop) = (Arc::new(Memory::default()), CancellationToken::new());
    outbox.add(3);
    let (tell, mut state) = watch::channel(LinkState::default());
    let config = ClientConfig {
        username: Some(ONE.to_owned()),
        password: Some("right".to_owned()),
        ..config(format!("mqtt://{}", site.address()))
    };
    let running = tokio::spawn(sender::run(config, Manner::default(), outbox.clone(), tell, stop.clone()));
    let refused =
        state.wait_for(|state| matches!(state, LinkState::Down(fault) if fault.detail.contains("NotAuthorized")));
    tokio::time::timeout(LIMIT, refused).await.expect("the refusal is told").unwrap();
    assert_eq!(outbox.begin().await, 0);
    stop.cancel();
    running.await.unwrap();
}

//! One MQTT 5 connection of a device: the one file that knows the MQTT library.
//!
//! A message is sent only when the one before was acknowledged, and an acknowledgement of the hub means that it is
//! stored. So at most one message is ever in doubt, and nothing queues up in the library, which forgets its queue when a
//! connection breaks.

use std::time::Duration;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::ConnectionError;
use rumqttc::v5::Event;
use rumqttc::v5::EventLoop;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::LastWill;
use rumqttc::v5::mqttbytes::v5::LastWillProperties;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use rumqttc::v5::mqttbytes::v5::PublishProperties;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::message::Head;
use super::message::Message;
use super::message::last_will;
use crate::clock;
use crate::world::Greenhouse;

/// How long a broker may take to accept a connection.
const ACCEPTED_WITHIN: Duration = Duration::from_secs(15);
/// How long a message may take to be stored. A hub under load is slow; a connection that is gone is silent.
const STORED_WITHIN: Duration = Duration::from_secs(30);
/// How long a goodbye may take.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

/// Largest packet in either direction, the hub's own limit; the library's is 10 KiB.
const MAX_PACKET_BYTES: u32 = 4 * 1024 * 1024;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receipt {
    Stored,
    Refused,
}

/// What the library says.
enum Note {
    Connected,
    Acknowledged(PubAckReason),
    Lost(String),
}

/// A connection. Dropped, it is cut, and the broker publishes its last will.
pub(super) struct Line {
    client: AsyncClient,
    notes: mpsc::Receiver<Note>,
    polling: JoinHandle<()>,
    prefix: String,
    sid: String,
    seq: u64,
}

impl Line {
    /// Connects, with a new session id.
    pub(super) async fn open(broker: &(String, u16), greenhouse: &Greenhouse, password: &str) -> Result<Self, String> {
        let (township, camera) = (&greenhouse.township, greenhouse.camera());
        let prefix = format!("xl/v1/{township}/{camera}/");
        let sid = new_sid();

        let mut options = MqttOptions::new(format!("xl-{township}-{camera}"), &broker.0, broker.1);
        options.set_credentials(greenhouse.device(), password);
        options.set_keep_alive(Duration::from_secs(30));
        options.set_clean_start(true);
        options.set_max_packet_size(Some(MAX_PACKET_BYTES));
        let will = LastWillProperties {
            delay_interval: Some(0),
            payload_format_indicator: Some(1),
            message_expiry_interval: None,
            content_type: Some("application/json".to_owned()),
            response_topic: None,
            correlation_data: None,
            user_properties: Vec::new(),
        };
        let topic = format!("{prefix}state");
        options.set_last_will(LastWill::new(topic, last_will(&sid), QoS::AtLeastOnce, true, Some(will)));

        // One message is under way at a time; the rest is room for a disconnect.
        let (client, events) = AsyncClient::new(options, 2);
        // At most one acknowledgement and one loss can wait here.
        let (tell, notes) = mpsc::channel(4);
        let polling = tokio::spawn(poll(events, tell));
        let mut line = Self { client, notes, polling, prefix, sid, seq: 0 };
        match timeout(ACCEPTED_WITHIN, line.notes.recv()).await {
            Ok(Some(Note::Connected)) => Ok(line),
            Ok(Some(Note::Lost(why))) => Err(why),
            Ok(_) => Err("the connection ended before it began".to_owned()),
            Err(_) => Err("the broker does not answer".to_owned()),
        }
    }

    /// The identity of the next message.
    pub(super) fn head(&mut self) -> Head {
        let seq = self.seq;
        self.seq += 1;
        Head { sid: self.sid.clone(), seq, ts: clock::timestamp() }
    }

    /// Sends a message and waits until the broker has taken responsibility for it.
    pub(super) async fn send(&mut self, message: Message) -> Result<Receipt, String> {
        let properties = PublishProperties {
            payload_format_indicator: Some(u8::from(message.content_type == "application/json")),
            message_expiry_interval: message.expires_s,
            content_type: Some(message.content_type.to_owned()),
            correlation_data: message.correlation.map(Into::into),
            ..PublishProperties::default()
        };
        let topic = format!("{}{}", self.prefix, message.topic);
        let sent = async {
            self.client
                .publish_with_properties(topic, QoS::AtLeastOnce, message.retain, message.payload, properties)
                .await
                .map_err(|_| "the connection is gone".to_owned())?;
            match self.notes.recv().await {
                // No subscriber is no fault of the device's: the broker took it.
                Some(Note::Acknowledged(PubAckReason::Success | PubAckReason::NoMatchingSubscribers)) => {
                    Ok(Receipt::Stored)
                }
                Some(Note::Acknowledged(_)) => Ok(Receipt::Refused),
                Some(Note::Lost(why)) => Err(why),
                Some(Note::Connected) | None => Err("the connection is gone".to_owned()),
            }
        };
        timeout(STORED_WITHIN, sent).await.unwrap_or_else(|_| Err("a message was not acknowledged in time".to_owned()))
    }

    /// Waits until the connection is lost; says why.
    pub(super) async fn lost(&mut self) -> String {
        match self.notes.recv().await {
            Some(Note::Lost(why)) => why,
            _ => "the connection is gone".to_owned(),
        }
    }

    /// Ends the connection properly, without its last will.
    pub(super) async fn close(mut self) {
        if self.client.disconnect().await.is_ok() {
            // Until the broker has hung up, or long enough.
            let _ = timeout(CLOSED_WITHIN, &mut self.polling).await;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.polling.abort();
    }
}

/// Drives the library until the connection ends or nobody listens.
async fn poll(mut events: EventLoop, tell: mpsc::Sender<Note>) {
    loop {
        let note = match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => Note::Connected,
            Ok(Event::Incoming(Packet::PubAck(ack))) => Note::Acknowledged(ack.reason),
            Ok(_) => continue,
            Err(error) => {
                // The library would connect again at once; who owns this line decides when, and with a new session.
                let _ = tell.send(Note::Lost(in_words(&error))).await;
                return;
            }
        };
        if tell.send(note).await.is_err() {
            return;
        }
    }
}

fn in_words(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ConnectionRefused(code) => format!("the broker refused: {code:?}"),
        error => error.to_string(),
    }
}

/// Eight letters and digits, new for each connection.
fn new_sid() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    (0..8).map(|_| char::from(LETTERS[rand::random_range(0..LETTERS.len())])).collect()
}

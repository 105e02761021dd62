//! The hub as a client of an external broker: supervised, acknowledging by hand after the commit.
//!
//! Three tasks for each connection, with bounded queues between them: the one that polls moves messages into `arrived`;
//! `hand_over` parses them and sends them to the inbox; `acknowledge` waits for the verdicts, in the order of arrival, and
//! acknowledges. When the hub drops a verdict the connection ends and the broker keeps what was not acknowledged.
//!
//! Beside the native scheme it hears the dialects that are configured, and subscribes what they name as it comes up.
//!
//! Who published cannot be seen from here: that each device publishes only below its own prefix is the work of that
//! broker's access list.

mod subscriptions;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Filter;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::Publish;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use xl_model::fault::Code;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::observation::Verdict;

use super::dialect::Dialects;
use super::dialect::settings::Settings;
use super::dialect::settings::SettingsError;
use super::intake::Intake;
use super::intake::Taken;
use super::link;
use super::link::Link;
use super::link::LinkState;
use super::link::Session;
use super::native::Message;
use crate::port::Ports;
use subscriptions::Answer;
use subscriptions::Subscriptions;

/// The broker does not let the hub hear a topic of a dialect. Code XL0409.
pub const TOPIC_REFUSED: Code = Code(409);

/// What is heard by one hub only when hubs share the work.
const SHARED: [&str; 6] = [
    "xl/v1/+/+/image",
    "xl/v1/+/+/image/+",
    "xl/v1/+/+/event",
    "xl/v1/+/+/telemetry",
    "xl/v1/+/+/ack",
    "xl/v1/+/+/relay",
];

/// What every hub hears: a shared subscription gets no retained messages.
const OWN: [&str; 3] = ["xl/v1/+/+/birth", "xl/v1/+/+/state", "xl/v1/+/+/roll"];

/// The name under which it says what was seen.
const SOURCE: &str = "external broker";

/// How often it is looked for what has ended without a word: well below the shortest such time, 30 s.
const PASS_EVERY: Duration = Duration::from_secs(1);

/// How to reach an external broker.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub url: String,
    /// Stable client id; the broker keeps our session under it.
    pub client_id: String,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// PEM file of the authorities trusted for `mqtts`; without one, the system's.
    pub ca_file: Option<std::path::PathBuf>,
    /// Largest packet in bytes, equal to the broker's. 4 MiB by default.
    pub max_packet_bytes: u32,
    /// Unacknowledged messages at once. 512 by default.
    pub receive_maximum: u16,
    /// How long the broker keeps our session while we are away, in seconds.
    pub session_expiry_s: u32,
    /// Name of the group of hubs that share the messages (`$share/{name}/…`); `None`: this hub hears all.
    pub share: Option<String>,
    /// The dialects that are heard beside the native scheme.
    pub dialects: Settings,
}

/// The hub as a client, not yet connected.
pub struct Receiver {
    config: ClientConfig,
    intake: Arc<Intake>,
}

impl Receiver {
    /// A client that knows what it will hear.
    ///
    /// # Errors
    /// When the dialects cannot be read as they are configured.
    pub fn new(config: ClientConfig, ports: Ports) -> Result<Self, SettingsError> {
        let intake = Arc::new(Intake::new(ports, Dialects::new(config.dialects.clone())?, SOURCE));
        Ok(Self { config, intake })
    }

    /// Receives until `stop`: connects, subscribes on every `ConnAck`, hands over, acknowledges after the verdict. Tells
    /// the state of the link.
    pub async fn run(self, state: watch::Sender<LinkState>, stop: CancellationToken) {
        let Self { config, intake } = self;
        let options = link::options(&config, &config.client_id).map(|mut options| {
            options
                .set_clean_start(false)
                .set_session_expiry_interval(Some(config.session_expiry_s))
                .set_receive_maximum(Some(config.receive_maximum))
                .set_manual_acks(true)
                .set_outgoing_inflight_upper_limit(1); // It publishes nothing.
            options
        });
        let _passing = AbortOnDropHandle::new(tokio::spawn(pass(intake.clone())));
        // While nothing is read nobody takes acknowledgements either, and a poll reads ten packets but sends one request. So
        // there is room for every message that can be unacknowledged at all (packet ids have 16 bits), and for subscribes.
        let link = Link { name: SOURCE, requests: usize::from(u16::MAX) + 16, state };
        link.supervise(stop, || options.clone(), |client| Receiving::open(client, &config, intake.clone())).await;
    }
}

/// Lets the time pass for what was heard, whether the line stands or not.
async fn pass(intake: Arc<Intake>) {
    let mut ticks = tokio::time::interval(PASS_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        intake.pass().await;
    }
}

/// The work of one connection; ends with it.
struct Receiving {
    arrived: mpsc::Sender<Publish>,
    intake: Arc<Intake>,
    topics: Arc<Mutex<Subscriptions>>,
    broken: CancellationToken,
    fault: Option<Refused>,
    _tasks: [AbortOnDropHandle<()>; 2],
}

/// A message to acknowledge, and what to wait for.
struct Unacknowledged {
    publish: Publish,
    verdicts: Vec<oneshot::Receiver<Verdict>>,
}

impl Receiving {
    fn open(client: AsyncClient, config: &ClientConfig, intake: Arc<Intake>) -> Self {
        let window = usize::from(config.receive_maximum);
        let (arrived, queue) = mpsc::channel(window); // A broker that keeps to its bound never fills it.
        let (handed, waiting) = mpsc::channel(window); // The same messages, one step on.
        let broken = CancellationToken::new();
        let mut topics = Subscriptions::new(client.clone(), filters(config.share.as_deref()));
        topics.want(intake.filters());
        // The queue of requests is new and empty: there is room, and the task that polls must not wait.
        let fault = topics.go_on().err().map(|error| unready(&error));
        let topics = Arc::new(Mutex::new(topics));
        intake.connected();
        let hand_over = hand_over(queue, handed, intake.clone(), topics.clone(), broken.clone());
        let tasks = [
            AbortOnDropHandle::new(tokio::spawn(hand_over)),
            AbortOnDropHandle::new(tokio::spawn(acknowledge(waiting, client, intake.clone(), broken.clone()))),
        ];
        Self { arrived, intake, topics, broken, fault, _tasks: tasks }
    }

    /// Takes the answer to a subscription, and sends the next.
    fn answered(&self, packet: &Packet) -> Result<(), Refused> {
        let mut topics = locked(&self.topics);
        match packet {
            Packet::SubAck(answer) => match topics.granted(answer) {
                Answer::Useless(reason) => {
                    return Err(Refused::new(code::BAD_LOGIN, format!("a subscription was refused: {reason}")));
                }
                Answer::Taken(refused) => {
                    for (topic, reason) in refused {
                        let detail = format!("the broker does not let the hub hear `{topic}`: {reason}");
                        self.intake.refuse(&topic, Refused::new(TOPIC_REFUSED, detail));
                    }
                }
            },
            Packet::UnsubAck(_) => topics.left(),
            _ => return Ok(()),
        }
        topics.go_on().map_err(|error| unready(&error))
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.intake.disconnected();
    }
}

impl Session for Receiving {
    fn event(&mut self, event: Event) -> Result<(), Refused> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        match event {
            Event::Incoming(Packet::Publish(publish)) => {
                self.arrived.try_send(publish).map_err(|_| unready(&"the hub takes no messages at present"))
            }
            Event::Incoming(packet) => self.answered(&packet),
            Event::Outgoing(_) => Ok(()),
        }
    }

    /// Mosquitto 2.0.11 was seen to send thousands beyond the receive maximum: what has no room waits in its socket.
    async fn room(&self) {
        // Closed: the work is over, and `event` says so.
        let _ = self.arrived.reserve().await;
    }

    fn is_ready(&self) -> bool {
        locked(&self.topics).is_done()
    }

    fn broken(&self) -> CancellationToken {
        self.broken.clone()
    }
}

fn unready(detail: &impl std::fmt::Display) -> Refused {
    Refused::new(code::BROKER_UNREACHABLE, detail.to_string())
}

fn locked(topics: &Mutex<Subscriptions>) -> MutexGuard<'_, Subscriptions> {
    // A holder that panicked left out one request at most.
    topics.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The topics of the native scheme, at `QoS` 1.
fn filters(share: Option<&str>) -> Vec<Filter> {
    let shared = SHARED.iter().map(|topic| match share {
        Some(group) => format!("$share/{group}/{topic}"),
        None => (*topic).to_owned(),
    });
    shared.chain(OWN.iter().map(|topic| (*topic).to_owned())).map(|path| Filter::new(path, QoS::AtLeastOnce)).collect()
}

/// Parses and sends to the inbox, in the order of arrival.
async fn hand_over(
    mut arrived: mpsc::Receiver<Publish>,
    handed: mpsc::Sender<Unacknowledged>,
    intake: Arc<Intake>,
    topics: Arc<Mutex<Subscriptions>>,
    broken: CancellationToken,
) {
    while let Some(mut publish) = arrived.recv().await {
        let message = message(&mut publish);
        let (taken, topics_changed) = intake.take(None, &message).await;
        if topics_changed {
            let mut topics = locked(&topics);
            topics.want(intake.filters());
            if topics.go_on().is_err() {
                return broken.cancel();
            }
        }
        let verdicts = match taken {
            Taken::Settled => Vec::new(),
            Taken::Waiting(verdicts) => verdicts,
            Taken::Stopping => return broken.cancel(),
        };
        if handed.send(Unacknowledged { publish, verdicts }).await.is_err() {
            return;
        }
    }
}

/// Waits for the verdicts one by one and acknowledges in the same order: a commit settles many, the rest is ready then.
async fn acknowledge(
    mut waiting: mpsc::Receiver<Unacknowledged>,
    client: AsyncClient,
    intake: Arc<Intake>,
    broken: CancellationToken,
) {
    while let Some(Unacknowledged { publish, verdicts }) = waiting.recv().await {
        for verdict in verdicts {
            match verdict.await {
                Ok(verdict) => intake.count(&verdict),
                Err(_) => return broken.cancel(),
            }
        }
        if client.ack(&publish).await.is_err() {
            return; // The connection is gone, and with it the right to acknowledge.
        }
    }
}

/// Takes the message out; what stays is enough to acknowledge it.
fn message(publish: &mut Publish) -> Message {
    let topic: Bytes = std::mem::take(&mut publish.topic);
    Message {
        topic: String::from_utf8(topic.into()).unwrap_or_default(), // Not UTF-8: no topic that anybody knows.
        payload: std::mem::take(&mut publish.payload),
        correlation: publish.properties.take().and_then(|properties| properties.correlation_data),
        // Retain As Published is off, so this says: stored there, replayed at subscribe.
        retained: publish.retain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birth_and_state_are_heard_by_every_hub_and_the_rest_by_one_of_the_group() {
        let paths: Vec<_> = filters(Some("hub")).into_iter().map(|filter| filter.path).collect();
        assert_eq!(
            paths,
            [
                "$share/hub/xl/v1/+/+/image",
                "$share/hub/xl/v1/+/+/image/+",
                "$share/hub/xl/v1/+/+/event",
                "$share/hub/xl/v1/+/+/telemetry",
                "$share/hub/xl/v1/+/+/ack",
                "$share/hub/xl/v1/+/+/relay",
                "xl/v1/+/+/birth",
                "xl/v1/+/+/state",
                "xl/v1/+/+/roll",
            ]
        );
        assert!(filters(None).iter().all(|filter| filter.path.starts_with("xl/v1/") && filter.qos == QoS::AtLeastOnce));
    }
}

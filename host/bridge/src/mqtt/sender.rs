//! The outgoing side: sends what the outbox holds, settles it only at the receiver's PUBACK.
//!
//! rumqttc's own queue is never trusted: whatever was not acknowledged is read from the outbox again on the next
//! connection. The broker that receives may thus see a message twice and tells them apart by the event's id.

mod flight;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::time::Duration;

use metrics::counter;
use rumqttc::Outgoing as Sent;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::LastWill;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::PubAck;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use rumqttc::v5::mqttbytes::v5::PublishProperties;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::warn;
use xl_model::fault::Refused;
use xl_model::fault::code;

use crate::mqtt::client::ClientConfig;
use crate::mqtt::intake::NOT_BEHIND;
use crate::mqtt::link;
use crate::mqtt::link::Link;
use crate::mqtt::link::LinkState;
use crate::mqtt::link::Session;
use crate::mqtt::pace::Pace;
use crate::port::Outbox;
use crate::port::Presence;
use flight::Flight;

/// Messages read from the outbox and not yet settled; the outbox bounds their bytes.
const WINDOW: usize = 256;

/// Messages on the wire at once, if the broker takes so many.
const INFLIGHT: u16 = 128;

/// How often a bridge says how its cameras stand, also when nothing changed.
const STANDING_EVERY: Duration = Duration::from_secs(30);

/// How often it looks whether something did: well below the 5 s within which a change is to be seen.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How messages are sent; the default is as fast as the broker takes them.
#[derive(Clone, Default)]
pub struct Manner {
    /// Most messages per second, also when many have waited; 0: no limit.
    pub max_messages_per_second: u32,
    /// Most bytes per second; 0: no limit.
    pub max_bytes_per_second: u32,
    /// What is said of the cameras behind us, at every connection, at every change and every 30 s.
    pub presence: Option<Arc<dyn Presence>>,
}

/// Sends until `stop`; what was not acknowledged is sent again after a reconnect. Tells the state of the link.
///
/// Connects as `{client_id}-out`, so that a client of the same configuration keeps its own connection.
pub async fn run(
    config: ClientConfig,
    manner: Manner,
    outbox: Arc<dyn Outbox>,
    state: watch::Sender<LinkState>,
    stop: CancellationToken,
) {
    let (process, connection) = (rand::random::<u32>(), AtomicU32::new(0));
    // A name for each connection, so that the Last Will of one that was replaced says nothing.
    let sid = || format!("{process:08x}-{}", connection.load(Ordering::Relaxed));
    let options = || {
        connection.fetch_add(1, Ordering::Relaxed);
        let mut options = link::options(&config, &format!("{}-out", config.client_id))?;
        // No session: the outbox knows better than the broker what is open.
        options.set_clean_start(true).set_session_expiry_interval(Some(0)).set_outgoing_inflight_upper_limit(INFLIGHT);
        if let Some(presence) = &manner.presence {
            let lost = presence.lost(&sid());
            options.set_last_will(LastWill::new(presence.topic(), lost, QoS::AtLeastOnce, false, None));
        }
        Ok(options)
    };
    let link = Link { name: "forward", requests: WINDOW + 1, state };
    link.supervise(stop, options, |client| Sending::open(client, &manner, sid(), outbox.clone())).await;
}

/// The work of one connection; ends with it.
struct Sending {
    flight: Arc<Mutex<Flight>>,
    room: Arc<Semaphore>,
    settled: watch::Sender<u64>,
    outbox: Arc<dyn Outbox>,
    broken: CancellationToken,
    _tasks: Vec<AbortOnDropHandle<()>>,
}

impl Sending {
    fn open(client: AsyncClient, manner: &Manner, sid: String, outbox: Arc<dyn Outbox>) -> Self {
        let flight = Arc::new(Mutex::new(Flight::default()));
        let room = Arc::new(Semaphore::new(WINDOW));
        let (settled, news) = watch::channel(0);
        let mut tasks = Vec::new();
        if let Some(presence) = manner.presence.clone() {
            tasks.push(AbortOnDropHandle::new(tokio::spawn(stand(client.clone(), presence, sid))));
        }
        let pace = Pace::new(manner.max_messages_per_second, manner.max_bytes_per_second);
        let publishing = publish(client, pace, outbox.clone(), flight.clone(), room.clone());
        tasks.push(AbortOnDropHandle::new(tokio::spawn(publishing)));
        tasks.push(AbortOnDropHandle::new(tokio::spawn(settle(news, outbox.clone()))));
        Self { flight, room, settled, outbox, broken: CancellationToken::new(), _tasks: tasks }
    }

    /// A message has its answer: whether it is settled, or the connection must end so that it is tried again.
    fn answered(&self, ack: &PubAck) -> Result<(), Refused> {
        let mut flight = lock(&self.flight);
        if !matches!(ack.reason, PubAckReason::Success | PubAckReason::NoMatchingSubscribers) {
            let topic = flight.topic(ack.pkid).unwrap_or_default();
            let why = format!("a message for `{topic}` was refused: {:?}", ack.reason);
            if ack.reason != PubAckReason::NotAuthorized || !self.outbox.passes_over(topic) {
                // It stays in the outbox. Sending on would settle nothing behind it: try anew later.
                return Err(Refused::new(code::BROKER_UNREACHABLE, why));
            }
            warn!(code = %NOT_BEHIND, "{why}");
            counter!("xl_mqtt_passed_over_total").increment(1);
        }
        let (settled, newest) = flight.acknowledged(ack.pkid);
        if let Some(ticket) = newest {
            counter!("xl_mqtt_sent_total").increment(u64::try_from(settled).unwrap_or(u64::MAX));
            self.settled.send_replace(ticket);
            self.room.add_permits(settled);
        }
        Ok(())
    }
}

impl Session for Sending {
    fn event(&mut self, event: Event) -> Result<(), Refused> {
        match event {
            // At `QoS` 0, as our own standing is said, there is no packet id.
            Event::Outgoing(Sent::Publish(packet_id)) if packet_id > 0 => lock(&self.flight).sent(packet_id),
            Event::Incoming(Packet::PubAck(ack)) => return self.answered(&ack),
            _ => {}
        }
        Ok(())
    }

    async fn room(&self) {}

    fn is_ready(&self) -> bool {
        true
    }

    fn broken(&self) -> CancellationToken {
        self.broken.clone()
    }
}

/// Says how the cameras behind us stand: at once, at every change, and every so often; at `QoS` 0, since the next one says it
/// all.
async fn stand(client: AsyncClient, presence: Arc<dyn Presence>, sid: String) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut said: Option<(bytes::Bytes, Instant)> = None;
    loop {
        ticks.tick().await;
        let standing = presence.standing(&sid);
        if said.as_ref().is_some_and(|(same, at)| *same == standing && at.elapsed() < STANDING_EVERY) {
            continue;
        }
        said = Some((standing.clone(), Instant::now()));
        if client.publish_bytes(presence.topic(), QoS::AtMostOnce, false, standing).await.is_err() {
            return; // The connection is gone.
        }
    }
}

/// Reads the outbox from its oldest unsettled message on and queues what there is room for.
async fn publish(
    client: AsyncClient,
    pace: Pace,
    outbox: Arc<dyn Outbox>,
    flight: Arc<Mutex<Flight>>,
    room: Arc<Semaphore>,
) {
    let mut ticket = outbox.begin().await;
    loop {
        let Ok(first) = room.acquire().await else { return };
        first.forget();
        let further = room.available_permits();
        let messages = outbox.after(ticket, 1 + further).await;
        // Only this task takes room, so what was there is still there.
        let wanted = messages.len().saturating_sub(1).min(further);
        if let Ok(permits) = room.try_acquire_many(u32::try_from(wanted).unwrap_or(u32::MAX)) {
            permits.forget();
        }
        if messages.is_empty() {
            room.add_permits(1);
        }
        for message in messages.into_iter().take(1 + further) {
            ticket = message.ticket;
            pace.wait(message.payload.len()).await;
            lock(&flight).queued(ticket, message.topic.clone());
            let properties =
                PublishProperties { correlation_data: message.correlation, ..PublishProperties::default() };
            let queued = client.publish_bytes_with_properties(
                message.topic,
                QoS::AtLeastOnce,
                false,
                message.payload,
                properties,
            );
            if queued.await.is_err() {
                return; // The connection is gone.
            }
        }
    }
}

/// Tells the outbox what is settled; several at once when it is slow.
async fn settle(mut news: watch::Receiver<u64>, outbox: Arc<dyn Outbox>) {
    while news.changed().await.is_ok() {
        let ticket = *news.borrow_and_update();
        outbox.settled(ticket).await;
    }
}

fn lock(flight: &Mutex<Flight>) -> MutexGuard<'_, Flight> {
    flight.lock().unwrap_or_else(PoisonError::into_inner)
}

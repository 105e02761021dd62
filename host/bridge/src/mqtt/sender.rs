//! The outgoing side: sends what the outbox holds, settles it only at the receiver's PUBACK.
//!
//! rumqttc's own queue is never trusted: whatever was not acknowledged is read from the outbox again on the next
//! connection. The broker that receives may thus see a message twice and tells them apart by the event's id.

mod flight;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use metrics::counter;
use rumqttc::Outgoing as Sent;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use xl_model::fault::Refused;
use xl_model::fault::code;

use crate::mqtt::client::ClientConfig;
use crate::mqtt::link;
use crate::mqtt::link::Link;
use crate::mqtt::link::LinkState;
use crate::mqtt::link::Session;
use crate::port::Outbox;
use flight::Flight;

/// Messages read from the outbox and not yet settled. With 256 KiB each at most 64 MiB.
const WINDOW: usize = 256;

/// Messages on the wire at once, if the broker takes so many.
const INFLIGHT: u16 = 128;

/// Sends until `stop`; what was not acknowledged is sent again after a reconnect.
///
/// Connects as `{client_id}-out`, so that a client of the same configuration keeps its own connection.
pub async fn run(config: ClientConfig, outbox: Arc<dyn Outbox>, stop: CancellationToken) {
    run_watched(config, outbox, watch::Sender::default(), stop).await;
}

/// As [`run`], and tells the state of the link.
pub async fn run_watched(
    config: ClientConfig,
    outbox: Arc<dyn Outbox>,
    state: watch::Sender<LinkState>,
    stop: CancellationToken,
) {
    let options = link::options(&config, &format!("{}-out", config.client_id)).map(|mut options| {
        // No session: the outbox knows better than the broker what is open.
        options.set_clean_start(true).set_session_expiry_interval(Some(0)).set_outgoing_inflight_upper_limit(INFLIGHT);
        options
    });
    let link = Link { name: "forward", options, requests: WINDOW, state };
    link.supervise(stop, |client| Sending::open(client, outbox.clone())).await;
}

/// The work of one connection; ends with it.
struct Sending {
    flight: Arc<Mutex<Flight>>,
    room: Arc<Semaphore>,
    settled: watch::Sender<u64>,
    broken: CancellationToken,
    _tasks: [AbortOnDropHandle<()>; 2],
}

impl Sending {
    fn open(client: AsyncClient, outbox: Arc<dyn Outbox>) -> Self {
        let flight = Arc::new(Mutex::new(Flight::default()));
        let room = Arc::new(Semaphore::new(WINDOW));
        let (settled, news) = watch::channel(0);
        let publishing = publish(client, outbox.clone(), flight.clone(), room.clone());
        let tasks = [
            AbortOnDropHandle::new(tokio::spawn(publishing)),
            AbortOnDropHandle::new(tokio::spawn(settle(news, outbox))),
        ];
        Self { flight, room, settled, broken: CancellationToken::new(), _tasks: tasks }
    }
}

impl Session for Sending {
    fn event(&mut self, event: Event) -> Result<(), Refused> {
        match event {
            Event::Outgoing(Sent::Publish(packet_id)) => lock(&self.flight).sent(packet_id),
            Event::Incoming(Packet::PubAck(ack)) => {
                if !matches!(ack.reason, PubAckReason::Success | PubAckReason::NoMatchingSubscribers) {
                    // It stays in the outbox. Sending on would settle nothing behind it: try anew later.
                    return Err(Refused::new(
                        code::BROKER_UNREACHABLE,
                        format!("a message was refused: {:?}", ack.reason),
                    ));
                }
                let (settled, newest) = lock(&self.flight).acknowledged(ack.pkid);
                if let Some(ticket) = newest {
                    counter!("xl_mqtt_sent_total").increment(u64::try_from(settled).unwrap_or(u64::MAX));
                    self.settled.send_replace(ticket);
                    self.room.add_permits(settled);
                }
            }
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

/// Reads the outbox from its oldest unsettled message on and queues what there is room for.
async fn publish(client: AsyncClient, outbox: Arc<dyn Outbox>, flight: Arc<Mutex<Flight>>, room: Arc<Semaphore>) {
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
            lock(&flight).queued(ticket);
            if client.publish_bytes(message.topic, QoS::AtLeastOnce, false, message.payload).await.is_err() {
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

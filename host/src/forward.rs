//! Selected events on their way to another broker: an outbox over the log, one cursor for each township.
//!
//! Reads the log behind its cursors, hands messages to the sender of `xl-bridge` and moves the cursors when the
//! receiver's broker has acknowledged. At least once each, in order inside a township. Keeps no copy: what is not settled
//! is read from the log again after a restart.

mod announce;
mod window;

pub use announce::Announced;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::select_all;
use metrics::counter;
use tokio::sync::Mutex;
use tokio::sync::Notify;
use tracing::error;
use xl_bridge::port::Outbox;
use xl_bridge::port::Outgoing;
use xl_model::event::Event;
use xl_store::Store;
use xl_store::StoreError;

use window::Window;

/// Events of one township read at once.
const READ_EVENTS: usize = 256;

/// How soon the first event of a new township is noticed, at the latest.
const NEW_TOWNSHIP: Duration = Duration::from_secs(2);

/// How long to wait after the store could not be asked.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// What one receiver gets, and in which form.
#[async_trait]
pub trait Form: Send + Sync {
    /// The message that an event becomes; `None`: it is not for this receiver.
    ///
    /// # Errors
    /// When the store cannot be asked; the event is tried again.
    async fn message(&self, event: &Event) -> Result<Option<Message>, StoreError>;

    /// See [`Outbox::passes_over`].
    fn passes_over(&self, _topic: &str) -> bool {
        false
    }
}

/// What is sent of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The MQTT topic.
    pub topic: String,
    /// The payload.
    pub payload: bytes::Bytes,
    /// MQTT 5 correlation data.
    pub correlation: Option<bytes::Bytes>,
}

/// The outbox of one receiver.
pub struct Forwarder {
    name: String,
    form: Arc<dyn Form>,
    store: Store,
    window: Mutex<Window>,
    settled: Notify,
}

impl Forwarder {
    /// The outbox of a receiver; begins behind what was settled under its name before.
    ///
    /// # Errors
    /// When the cursors cannot be read.
    pub async fn open(store: Store, name: &str, form: Arc<dyn Form>) -> Result<Self, StoreError> {
        let mut window = Window::default();
        for (township, _) in store.townships().await? {
            let cursor = store.outbox_cursor(name, &township).await?;
            window.begin(township, cursor);
        }
        Ok(Self { name: name.to_owned(), form, store, window: Mutex::new(window), settled: Notify::new() })
    }

    /// Takes further events out of the log into the window, until it is full; whether there were any.
    async fn fill(&self, window: &mut Window) -> Result<bool, StoreError> {
        let mut any = false;
        for (township, last_seq) in self.store.townships().await? {
            if !window.knows(&township) {
                let cursor = self.store.outbox_cursor(&self.name, &township).await?;
                window.begin(township.clone(), cursor);
            }
            while !window.is_full() && window.position(&township) < last_seq {
                let events = self.store.events_after(&township, window.position(&township), READ_EVENTS).await?;
                if events.is_empty() {
                    break;
                }
                for event in events {
                    if window.is_full() {
                        break;
                    }
                    let message = self.form.message(&event).await?;
                    any |= message.is_some();
                    window.take(&township, event.seq, message);
                }
            }
            if let Some(seq) = window.to_write(&township, false) {
                self.store.set_outbox_cursor(&self.name, &township, seq).await?;
                window.written(&township, seq);
            }
        }
        Ok(any)
    }

    /// Waits until some log is longer than what was taken out of it.
    async fn news(&self) {
        let positions = self.window.lock().await.positions();
        let waits: Vec<_> = positions
            .iter()
            .map(|(township, seq)| self.store.event_after(township, *seq).boxed())
            .chain([tokio::time::sleep(NEW_TOWNSHIP).boxed()])
            .collect();
        select_all(waits).await;
    }
}

#[async_trait]
impl Outbox for Forwarder {
    async fn after(&self, ticket: u64, limit: usize) -> Vec<Outgoing> {
        loop {
            // Registered before the look, so that a settlement in between is not missed.
            let room = self.settled.notified();
            let (found, full) = {
                let mut window = self.window.lock().await;
                let mut found = window.after(ticket, limit);
                if found.is_empty() && !window.is_full() {
                    match self.fill(&mut window).await {
                        Ok(_) => found = window.after(ticket, limit),
                        Err(failure) => {
                            error!(receiver = self.name, code = %failure.code(), "log not read for forwarding: {failure}");
                            drop(window);
                            tokio::time::sleep(STORE_PAUSE).await;
                            continue;
                        }
                    }
                }
                (found, window.is_full())
            };
            if !found.is_empty() {
                return found;
            }
            if full {
                room.await;
            } else {
                self.news().await;
            }
        }
    }

    async fn settled(&self, ticket: u64) {
        let mut window = self.window.lock().await;
        let (count, townships) = window.settle(ticket);
        for township in townships {
            let Some(seq) = window.to_write(&township, true) else { continue };
            match self.store.set_outbox_cursor(&self.name, &township, seq).await {
                Ok(()) => window.written(&township, seq),
                // It is sent again after a restart: at least once.
                Err(failure) => {
                    error!(receiver = self.name, code = %failure.code(), "forwarding cursor not written: {failure}");
                }
            }
        }
        counter!("xl_forwarded_total", "receiver" => self.name.clone()).increment(count);
        self.settled.notify_waiters();
    }

    async fn begin(&self) -> u64 {
        self.window.lock().await.newest_settled()
    }

    fn passes_over(&self, topic: &str) -> bool {
        self.form.passes_over(topic)
    }
}

#[cfg(test)]
mod tests;

//! Selected events on their way to another broker: an outbox over the log, one cursor for each township.
//!
//! Reads the log behind its cursors, hands messages to the sender of `xl-bridge` and moves the cursors when the
//! receiver's broker has acknowledged. At least once each, in order inside a township. Keeps no copy: what is not settled
//! is read from the log again after a restart.

mod window;

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
use xl_model::cloud_event::CloudEvent;
use xl_model::event::Event;
use xl_model::event::KindPattern;
use xl_store::Store;
use xl_store::StoreError;

use crate::config;
use window::Window;

/// Messages that are handed out and not settled, over all townships. With 256 KiB of data each at most 256 MiB; a
/// thousand small ones in practice.
const WINDOW: usize = 1_024;

/// Events of one township read at once.
const READ_EVENTS: usize = 256;

/// How soon the first event of a new township is noticed, at the latest.
const NEW_TOWNSHIP: Duration = Duration::from_secs(2);

/// How long to wait after the store could not be asked.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The outbox of one receiver.
pub struct Forwarder {
    name: String,
    kinds: Vec<KindPattern>,
    store: Store,
    window: Mutex<Window>,
    settled: Notify,
}

impl Forwarder {
    /// The outbox of a configured receiver; begins behind what it had settled before.
    ///
    /// # Errors
    /// When the cursors cannot be read.
    pub async fn open(store: Store, receiver: &config::Forward) -> Result<Self, StoreError> {
        let mut window = Window::default();
        for (township, _) in store.townships().await? {
            let cursor = store.outbox_cursor(&receiver.name, &township).await?;
            window.begin(township, cursor);
        }
        Ok(Self {
            name: receiver.name.clone(),
            kinds: receiver.kinds.clone(),
            store,
            window: Mutex::new(window),
            settled: Notify::new(),
        })
    }

    /// Takes further events out of the log into the window, until it is full; whether there were any.
    async fn fill(&self, window: &mut Window) -> Result<bool, StoreError> {
        let mut any = false;
        for (township, last_seq) in self.store.townships().await? {
            if !window.knows(&township) {
                let cursor = self.store.outbox_cursor(&self.name, &township).await?;
                window.begin(township.clone(), cursor);
            }
            while window.len() < WINDOW && window.position(&township) < last_seq {
                let events = self.store.events_after(&township, window.position(&township), READ_EVENTS).await?;
                if events.is_empty() {
                    break;
                }
                for event in events {
                    let wanted = self.kinds.iter().any(|pattern| pattern.matches(&event.kind));
                    window.take(&township, event.seq, wanted.then(|| message(&event)));
                    any |= wanted;
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
                if found.is_empty() && window.len() < WINDOW {
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
                (found, window.len() >= WINDOW)
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
}

/// An event as it is forwarded: topic `xl/v1/{township}/{camera or "-"}/out/{kind with "/"}`, payload `CloudEvents` JSON.
fn message(event: &Event) -> (String, bytes::Bytes) {
    let camera = event.camera.as_ref().map_or("-", |camera| camera.as_str());
    let topic = format!("xl/v1/{}/{camera}/out/{}", event.township, event.kind.as_str().replace('.', "/"));
    // Plain data of ours; there is nothing in it that JSON cannot say.
    let payload = serde_json::to_vec(&CloudEvent::from(event)).unwrap_or_default();
    (topic, payload.into())
}

#[cfg(test)]
mod tests;

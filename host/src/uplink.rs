//! The way up: what cameras say here goes on to the hub of the county, as it stands in the log.
//!
//! `xueliang bridge` runs where the cameras are, behind a firewall; the hub above gives it a login and the list of cameras
//! that are attached through it. An outbox over the log ([`crate::forward`]) sends their events, hours late if it must be,
//! with id, time and picture unchanged; beside that it says how each camera stands. What this hub says itself, of their
//! status or from modules, stays here: the hub above says its own.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::json;
use tracing::error;
use xl_bridge::port::Presence;
use xl_model::cloud_event::CloudEvent;
use xl_model::event::Event;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;
use xl_store::Store;
use xl_store::StoreError;

use crate::forward::Form;
use crate::forward::Message;
use crate::status::Statuses;
use crate::status::Wish;

/// The name under which it is kept how far the log was sent.
pub const NAME: &str = "uplink";

/// What the hub says of a camera itself.
const OWN: [&str; 2] = ["camera.status", "camera.sampled"];

/// Events as the hub above takes them from a bridge.
pub struct Relay {
    township: TownshipId,
    store: Store,
}

impl Relay {
    /// The events of this bridge's township.
    pub fn new(bridge: &DeviceId, store: Store) -> Self {
        Self { township: bridge.township.clone(), store }
    }
}

#[async_trait]
impl Form for Relay {
    async fn message(&self, event: &Event) -> Result<Option<Message>, StoreError> {
        let Some(camera) = &event.camera else { return Ok(None) };
        let kind = event.kind.as_str();
        if event.township != self.township || !kind.starts_with("camera.") || OWN.contains(&kind) {
            return Ok(None);
        }
        let topic = format!("xl/v1/{}/{camera}/relay", event.township);
        let said = bytes::Bytes::from(CloudEvent::from(event).to_json());
        let Some(picture) = event.pictures.first() else {
            return Ok(Some(Message { topic, payload: said, correlation: None }));
        };
        // A try later would find no other bytes: such an event must not hold up those behind it.
        let lost = match self.store.picture(&picture.sha256).await {
            Ok(Some(payload)) => return Ok(Some(Message { topic, payload, correlation: Some(said) })),
            Ok(None) => "gone",
            Err(StoreError::DamagedBytes { .. }) => "damaged",
            Err(failure) => return Err(failure),
        };
        error!(event = event.seq, picture = %picture.sha256, "a picture was {lost} before it was sent; its event stays here");
        Ok(None)
    }

    /// One camera that the hub above does not know must not hold up the others; its events stay in this log.
    fn passes_over(&self, _topic: &str) -> bool {
        true
    }
}

/// How the cameras of this hub stand, for the one above.
pub struct Roll {
    bridge: DeviceId,
    statuses: Statuses,
}

impl Roll {
    /// The roll of this bridge.
    pub fn new(bridge: DeviceId, statuses: Statuses) -> Self {
        Self { bridge, statuses }
    }
}

impl Presence for Roll {
    fn topic(&self) -> String {
        format!("xl/v1/{}/{}/roll", self.bridge.township, self.bridge.camera)
    }

    fn standing(&self, sid: &str) -> bytes::Bytes {
        let wish = Wish { township: Some(self.bridge.township.clone()), ..Wish::default() };
        let all = self.statuses.find(&wish).into_iter();
        let cameras: BTreeMap<_, _> = all.map(|(key, status)| (key.camera, status.standing.level)).collect();
        json!({"v": 1, "sid": sid, "cameras": cameras}).to_string().into()
    }

    fn lost(&self, sid: &str) -> bytes::Bytes {
        json!({"v": 1, "sid": sid}).to_string().into()
    }
}

#[cfg(test)]
mod tests;

//! Dialects 2 to 6: what cameras and recorders say that do not speak our own scheme.
//!
//! Pure: from topic and payload to what was [`Seen`] of a publisher. Whether a registered camera belongs to it is looked at
//! later; who belongs to none waits in [`crate::waiting`]. The native dialect is [`super::native`]. State between messages
//! is bounded: pictures in pieces, entities that described themselves, roles of a recorder's cameras.
//!
//! | dialect | file | the publisher is named by |
//! |---|---|---|
//! | generic image | `dialect/generic.rs`, its forms in `dialect/image.rs` | its mapping row |
//! | ONVIF-EJ | `dialect/onvif_ej.rs` | the topic's prefix |
//! | Axis event bridge | `dialect/axis.rs` | serial number or prefix |
//! | Home Assistant discovery | `dialect/discovery.rs` | the device's first identifier |
//! | Frigate | `dialect/frigate.rs` | the camera's name |
//!
//! A retained message proves nothing: it is neither news nor a sign of life. Configs of discovery are read all the same.

pub mod axis;
pub mod chunks;
pub mod discovery;
pub mod fault;
pub mod filter;
pub mod frigate;
pub mod generic;
pub mod image;
pub mod mapping;
pub mod onvif_ej;
pub mod settings;

mod sections;
mod seen;
#[cfg(test)]
mod tests;

use serde::Serialize;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;

use super::native::Message;
use crate::topics;
use crate::topics::Notification;
use chunks::Chunks;
use discovery::Discovery;
use filter::Filter;
use frigate::Frigate;
use settings::Settings;
use settings::SettingsError;

pub use seen::Described;
pub use seen::Heard;
pub use seen::Level;
pub use seen::Seen;
pub use seen::What;

/// The longest name of a publisher, in characters.
const PUBLISHER_CHARS_MOST: usize = 128;

/// A dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Pictures on topics that a mapping row names.
    Image,
    /// ONVIF's JSON events over MQTT.
    OnvifEj,
    /// The Axis event bridge.
    Axis,
    /// Home Assistant discovery.
    Discovery,
    /// Frigate.
    Frigate,
}

impl Dialect {
    /// All of them, in the order in which a topic is looked at.
    pub const ALL: [Self; 5] = [Self::Image, Self::OnvifEj, Self::Axis, Self::Frigate, Self::Discovery];

    /// Its word, as it stands before the name of a publisher.
    pub fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::OnvifEj => "onvif_ej",
            Self::Axis => "axis",
            Self::Discovery => "discovery",
            Self::Frigate => "frigate",
        }
    }

    /// The dialect of this word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.word() == word)
    }

    /// How a camera is registered as the one of this publisher: `frigate:yard`.
    pub fn publisher(self, name: &str) -> String {
        [self.word(), ":", name].concat()
    }
}

/// All dialects of one broker, with their state.
#[derive(Debug)]
pub struct Dialects {
    settings: Settings,
    axis: Vec<Filter>,
    chunks: Chunks,
    discovery: Option<Discovery>,
    frigate: Option<Frigate>,
}

impl Dialects {
    /// The dialects that the settings name.
    ///
    /// # Errors
    /// The key and the rule that it breaks.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let axis = settings.check()?;
        let discovery = settings.discovery_prefix.as_deref().map(Discovery::new);
        let frigate = settings.frigate_prefix.as_deref().map(Frigate::new);
        Ok(Self { settings, axis, chunks: Chunks::default(), discovery, frigate })
    }

    /// Which dialect a topic belongs to; a mapping row, being explicit, comes before what is recognised by itself.
    pub fn classify(&self, topic: &str) -> Option<Dialect> {
        if topic.len() > filter::BYTES_MOST {
            return None;
        }
        if self.settings.image_map.iter().any(|row| row.filter.captures(topic).is_some()) {
            return Some(Dialect::Image);
        }
        if self.is_onvif_ej(topic) {
            return Some(Dialect::OnvifEj);
        }
        if topic.starts_with("xl/") {
            return None; // The native scheme's.
        }
        if self.axis.iter().any(|filter| filter.captures(topic).is_some()) {
            return Some(Dialect::Axis);
        }
        if self.frigate.as_ref().is_some_and(|frigate| frigate.owns(topic)) {
            return Some(Dialect::Frigate);
        }
        self.discovery.as_ref().is_some_and(|discovery| discovery.owns(topic)).then_some(Dialect::Discovery)
    }

    fn is_onvif_ej(&self, topic: &str) -> bool {
        let levels = self.settings.onvif_ej_levels;
        let is_ours = topic.starts_with("xl/v1/") && topic.contains("/ej/onvif-ej/");
        match onvif_ej::prefix_levels(topic) {
            Some(prefix) => (is_ours && prefix == 5) || (!topic.starts_with("xl/") && prefix <= levels),
            None => levels > 0 && onvif_ej::is_sign(topic),
        }
    }

    /// What to subscribe, sorted and without doubles; grows as discovery names topics. Never everything.
    pub fn filters(&self) -> Vec<String> {
        let mut filters: Vec<String> =
            self.settings.image_map.iter().map(|row| row.filter.as_str().to_owned()).collect();
        filters.extend(self.settings.onvif_ej_filters());
        filters.extend(self.axis.iter().map(|filter| filter.as_str().to_owned()));
        filters.extend(self.discovery.iter().flat_map(Discovery::filters));
        filters.extend(self.frigate.iter().flat_map(Frigate::filters));
        filters.sort_unstable();
        filters.dedup();
        filters
    }

    /// How many pictures a minute are taken of one camera on this topic, where a mapping row says so.
    pub fn pictures_per_min(&self, topic: &str) -> Option<u32> {
        let row = self.settings.image_map.iter().find(|row| row.filter.captures(topic).is_some());
        row.map(|row| row.max_per_min)
    }

    /// What a message says. `now_ms` is only for pictures in pieces, which may take 30 s.
    ///
    /// # Errors
    /// [`code::UNKNOWN_TOPIC`] for a topic of no dialect, else what is wrong with the message, with the code that the
    /// operator sees.
    pub fn read(&mut self, message: &Message, now_ms: TimestampMs) -> Result<Heard, Refused> {
        let (topic, payload, retained) = (message.topic.as_str(), &message.payload, message.retained);
        match self.classify(topic) {
            Some(Dialect::Discovery) => match &mut self.discovery {
                Some(discovery) => discovery.read(topic, payload, retained),
                None => Ok(Heard::default()),
            },
            Some(Dialect::Frigate) => match &mut self.frigate {
                Some(frigate) => frigate.read(topic, payload, retained),
                None => Ok(Heard::default()),
            },
            Some(_) if retained => Ok(Heard::default()),
            Some(Dialect::Image) => {
                let row = self.settings.image_map.iter().find(|row| row.filter.captures(topic).is_some());
                row.map_or_else(
                    || Ok(Heard::default()),
                    |row| generic::read(topic, payload, row, &mut self.chunks, now_ms),
                )
            }
            Some(Dialect::OnvifEj) => onvif_ej::read(topic, payload),
            Some(Dialect::Axis) => {
                let filter = self.axis.iter().find(|filter| filter.captures(topic).is_some());
                filter.map_or_else(|| Ok(Heard::default()), |filter| axis::read(topic, payload, filter))
            }
            None => Err(unknown_topic("no dialect of this broker reads it")),
        }
    }

    /// Drops pictures whose pieces took too long; tells how many.
    pub fn expire(&mut self, now_ms: TimestampMs) -> usize {
        self.chunks.expire(now_ms)
    }
}

/// What a notification says of its publisher.
fn notified(publisher: &str, camera: Option<DeviceId>, notification: &Notification) -> Heard {
    let meaning = topics::meaning(notification);
    let (time_ms, operation) = (notification.time_ms, notification.operation);
    let what = |change: topics::Change| match change.kind.as_str() {
        "camera.telemetry" => What::Telemetry { readings: change.data, time_ms },
        _ => What::Change { change, time_ms, operation },
    };
    let seen = |change| Seen { publisher: publisher.to_owned(), camera: camera.clone(), what: what(change) };
    Heard { seen: meaning.changes.into_iter().map(seen).collect(), identities_dropped: meaning.identities_dropped }
}

fn unknown_topic(rule: &str) -> Refused {
    Refused::new(code::UNKNOWN_TOPIC, rule)
}

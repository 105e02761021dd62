//! One entity of a device: where it speaks, and what that means.

use bytes::Bytes;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use xl_model::fault::Refused;

use super::availability::Availability;
use super::config::Config;
use super::template::Template;
use crate::mqtt::dialect::Level;
use crate::mqtt::dialect::Seen;
use crate::mqtt::dialect::What;
use crate::mqtt::dialect::image;
use crate::mqtt::dialect::image::Found;
use crate::text;
use crate::topics::Change;
use crate::topics::State;

/// What a device class of a sensor means.
const SENSORS: [(&str, &str); 9] = [
    ("motion", "camera.motion"),
    ("moving", "camera.motion"),
    ("occupancy", "camera.area.inside"),
    ("tamper", "camera.tamper"),
    ("sound", "camera.sound"),
    ("door", "camera.input.digital"),
    ("garage_door", "camera.input.digital"),
    ("opening", "camera.input.digital"),
    ("window", "camera.input.digital"),
];

/// What a device class of an event means.
const EVENTS: [(&str, &str); 3] =
    [("motion", "camera.motion"), ("doorbell", "camera.visitor"), ("button", "camera.input.digital")];

/// What neither table knows.
const RAW: &str = "camera.vendor.raw";

/// One entity.
#[derive(Debug)]
pub(super) struct Entity {
    publisher: String,
    object: String,
    source: Source,
    availability: Availability,
}

#[derive(Debug)]
enum Source {
    /// A picture; how it is encoded is seen from its bytes.
    Picture { topic: String },
    /// A sensor that is on or off.
    Sensor { topic: String, template: Template, on: String, off: String, class: String },
    /// Something that happens.
    Event { topic: String, template: Template, class: String },
    /// Only its availability is of use.
    None,
}

impl Entity {
    /// The entity of a config.
    pub(super) fn new(component: &str, object: &str, config: &Config) -> Result<Self, Refused> {
        let publisher = config.identifiers().into_iter().next().unwrap_or_else(|| text::short(object, 64));
        let template = || Template::read(config.text("value_template"));
        let class = text::short(config.text("device_class").unwrap_or_default(), 32);
        let source = match component {
            "camera" => config.topic("topic").map(|topic| Source::Picture { topic }),
            // The form with a URL is off: the hub does not learn from a payload where to connect.
            "image" => config.topic("image_topic").map(|topic| Source::Picture { topic }),
            "binary_sensor" => match config.topic("state_topic") {
                Some(topic) => {
                    let (on, off) = (config.word("payload_on", "ON"), config.word("payload_off", "OFF"));
                    Some(Source::Sensor { topic, template: template()?, on, off, class })
                }
                None => None,
            },
            "event" => match config.topic("state_topic") {
                Some(topic) => Some(Source::Event { topic, template: template()?, class }),
                None => None,
            },
            _ => None,
        };
        let availability = Availability::of(config)?;
        Ok(Self { publisher, object: text::short(object, 64), source: source.unwrap_or(Source::None), availability })
    }

    /// Which device it belongs to.
    pub(super) fn publisher(&self) -> &str {
        &self.publisher
    }

    /// Where it speaks, each topic once.
    pub(super) fn topics(&self) -> Vec<&str> {
        let source = match &self.source {
            Source::Picture { topic } | Source::Sensor { topic, .. } | Source::Event { topic, .. } => {
                Some(topic.as_str())
            }
            Source::None => None,
        };
        let mut topics: Vec<&str> = source.into_iter().chain(self.availability.topics()).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }

    /// Reads a live message on one of its topics.
    pub(super) fn read(&mut self, topic: &str, payload: &Bytes) -> Result<Vec<Seen>, Refused> {
        let mut seen = Vec::new();
        if let Some(level) = self.availability.read(topic, payload) {
            seen.push(presence(level));
        }
        match &self.source {
            Source::Picture { topic: own } if own == topic => match image::find(payload, &[], false)? {
                Found::Picture(bytes) => seen.push(What::Picture { bytes, label: None }),
                Found::Nothing | Found::Url(_) => {}
            },
            Source::Sensor { topic: own, template, on, off, class } if own == topic => {
                let is_on = match template.value(payload) {
                    Some(value) if value == *on => Some(true),
                    Some(value) if value == *off => Some(false),
                    _ => None,
                };
                seen.extend(is_on.map(|is_on| self.sensed(class, is_on)));
            }
            Source::Event { topic: own, template, class } if own == topic => {
                let happened = template.object(payload);
                let kind = happened.as_ref().and_then(|object| object.get("event_type")).and_then(Value::as_str);
                seen.extend(kind.map(|kind| self.happened(class, kind)));
            }
            _ => {}
        }
        Ok(seen.into_iter().map(|what| Seen::of(&self.publisher, what)).collect())
    }

    fn sensed(&self, class: &str, is_on: bool) -> What {
        if class == "connectivity" {
            return presence(if is_on { Level::Up } else { Level::Down });
        }
        let state = if is_on { State::Active } else { State::Inactive };
        self.changed(&SENSORS, class, state, Map::new())
    }

    fn happened(&self, class: &str, kind: &str) -> What {
        let more = Map::from_iter([("event_type".to_owned(), Value::from(text::short(kind, 64)))]);
        self.changed(&EVENTS, class, State::Pulse, more)
    }

    fn changed(&self, kinds: &[(&str, &str)], class: &str, state: State, more: Map<String, Value>) -> What {
        let kind = kinds.iter().find(|(of, _)| *of == class).map_or(RAW, |(_, kind)| kind);
        let mut data = Map::from_iter([("source".to_owned(), json!({"token": self.object}))]);
        if kind == RAW && !class.is_empty() {
            data.insert("label".to_owned(), class.into());
        }
        if !more.is_empty() {
            data.insert("data".to_owned(), Value::Object(more));
        }
        let kind = kind.parse().expect("the tables' kinds are kinds");
        let change = Change { kind, state, source_key: self.object.clone(), data };
        What::Change { change, time_ms: None, operation: None }
    }
}

fn presence(level: Level) -> What {
    What::Presence { level, reason: None }
}

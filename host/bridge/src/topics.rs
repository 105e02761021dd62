//! What an ONVIF event topic means: one notification becomes changes of named states.
//!
//! Shared by whatever carries notifications: ONVIF-EJ and Axis over MQTT, PullPoint over SOAP. Pure: no clock, no
//! register. Whether a change is news (an edge) is decided by [`crate::edges`]. The table of topics is `topics/table.rs`.

mod date;
mod items;
mod meaning;
mod table;
#[cfg(test)]
mod tests;

use serde_json::Map;
use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::id::Kind;

pub(crate) use date::tolerant as tolerant_date;

/// One notification as a camera sent it, whatever carried it.
///
/// Names and values are taken as they came; nothing in them is trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notification {
    /// The topic, with or without namespace prefixes, such as `tns1:RuleEngine/CellMotionDetector/Motion`.
    pub topic: String,
    /// Items of the section `Source`.
    pub source: Vec<(String, String)>,
    /// Items of the section `Key`.
    pub key: Vec<(String, String)>,
    /// Items of the section `Data`.
    pub data: Vec<(String, String)>,
    /// When it happened by the camera's clock, if it said so with a zone.
    pub time_ms: Option<TimestampMs>,
    /// What happened to the property, if the camera said so.
    pub operation: Option<Operation>,
}

/// What happened to a property (ONVIF `PropertyOperation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It was so when we began to listen: a state, not an event.
    Initialized,
    /// It changed.
    Changed,
    /// It is gone; what was active has ended.
    Deleted,
}

impl Operation {
    /// The operation of this name, in any case; `None` for another.
    pub fn named(name: &str) -> Option<Self> {
        [("Initialized", Self::Initialized), ("Changed", Self::Changed), ("Deleted", Self::Deleted)]
            .into_iter()
            .find_map(|(word, operation)| word.eq_ignore_ascii_case(name.trim()).then_some(operation))
    }
}

/// What a state is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Active,
    /// It does not hold (any more).
    Inactive,
    /// It happened, and has no end.
    Pulse,
    /// A figure, a reading or something the table does not know.
    Value,
}

impl State {
    /// The word for it in an event's data; `None` for a value, which is neither.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Active => Some("active"),
            Self::Inactive => Some("inactive"),
            Self::Pulse => Some("pulse"),
            Self::Value => None,
        }
    }
}

/// One change of a named state.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// `camera.motion` and so on; `camera.telemetry` for a reading; `camera.vendor.raw` for what the table does not know.
    pub kind: Kind,
    /// What it is said to be.
    pub state: State,
    /// Which of the camera's states it is: topic, video source, analytics token, rule, item. Opaque; at most 512 characters.
    pub source_key: String,
    /// What to keep, as in an event of the native dialect: `source`, `data`, for a vendor's own topic `topic`.
    ///
    /// Telemetry is the flat map of its readings. At most 32 items of 256 characters, stripped of control characters and
    /// of what would name a person, a face or a plate.
    pub data: Map<String, Value>,
}

/// What a notification means, and what was taken out of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meaning {
    /// The changes, in the order of the table.
    pub changes: Vec<Change>,
    /// Items dropped because they would name a person, a face or a plate.
    pub identities_dropped: u32,
}

/// What a notification means: zero or more changes of a named state.
pub fn changes(notification: &Notification) -> Vec<Change> {
    meaning(notification).changes
}

/// As [`changes`], and tells how many items were dropped for privacy.
pub fn meaning(notification: &Notification) -> Meaning {
    meaning::of(notification)
}

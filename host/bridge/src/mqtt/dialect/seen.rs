//! What the dialects saw: of a publisher, before it is mapped to a registered camera.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::id::DeviceId;

use crate::topics::Change;
use crate::topics::Operation;

/// Something seen of a publisher.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// How the dialect names the camera: prefix, serial number, unique id, camera name. At most 128 characters.
    pub publisher: String,
    /// The camera, where mapping row or topic says it; it may still be unknown to the register.
    pub camera: Option<DeviceId>,
    /// What was seen.
    pub what: What,
}

impl Seen {
    /// What was seen of a publisher whose camera is not yet known.
    pub(super) fn of(publisher: &str, what: What) -> Self {
        Self { publisher: publisher.to_owned(), camera: None, what }
    }
}

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A picture: JPEG or PNG by its first bytes, nothing else checked.
    Picture {
        /// The bytes; PNG is refused later, where pictures are looked at.
        bytes: Bytes,
        /// The object it is cut out around; `None`: the whole scene.
        label: Option<String>,
    },
    /// The address of a picture, where the mapping allows one: `http` or `https`, without user and password.
    ///
    /// It comes from a camera and is not to be trusted: only the outbound gate may fetch it.
    PictureAt {
        /// The address, at most 2048 bytes.
        url: String,
    },
    /// A change of a named state; whether it is news is for [`crate::edges`].
    Change {
        /// What changed.
        change: Change,
        /// When, by the publisher's clock.
        time_ms: Option<TimestampMs>,
        /// What happened to the property, where the dialect says so.
        operation: Option<Operation>,
    },
    /// Whether the camera is there.
    Presence {
        /// As what.
        level: Level,
        /// Why, at most 64 characters.
        reason: Option<String>,
    },
    /// Whether a bridge of many cameras is there; while it is not, all its cameras are unknown.
    Bridge {
        /// As what.
        level: Level,
    },
    /// Readings, flat.
    Telemetry {
        /// By name.
        readings: Map<String, Value>,
        /// When, by the publisher's clock.
        time_ms: Option<TimestampMs>,
    },
    /// What a publisher says about itself. Proves nothing about life.
    Described(Described),
    /// The publisher took its description back: the camera is gone, its history stays.
    Withdrawn,
}

/// How much of a camera is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It is there and works.
    Up,
    /// It is not.
    Down,
    /// Who would know is not there.
    Unknown,
    /// Somebody has switched it off.
    Maintenance,
}

/// What a publisher says about itself; texts of at most 128 characters, never an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Described {
    /// Its name.
    pub name: Option<String>,
    /// Who made it.
    pub vendor: Option<String>,
    /// Which model it is.
    pub model: Option<String>,
    /// Which firmware it runs.
    pub firmware: Option<String>,
    /// All names by which it may be known.
    pub identifiers: Vec<String>,
}

/// What a message says, and what was taken out of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heard {
    /// What was seen, in the order in which it was said; empty: valid, but no news.
    pub seen: Vec<Seen>,
    /// Keys dropped because they would name a person, a face or a plate.
    pub identities_dropped: u32,
}

impl Heard {
    /// One thing seen.
    pub(super) fn one(seen: Seen) -> Self {
        Self { seen: vec![seen], identities_dropped: 0 }
    }
}

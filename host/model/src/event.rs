//! Events: accepted facts in the log of one township.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::id::CameraId;
use crate::id::Kind;
use crate::id::TownshipId;
use crate::picture::PictureRef;

/// The largest `data` of one event, in bytes of JSON.
pub const MAX_DATA_BYTES: usize = 256 * 1024;

/// How often an event may cause another before the chain is cut.
pub const MAX_DEPTH: u8 = 8;

/// Most pictures one event may refer to.
pub const MAX_PICTURES: usize = 16;

/// What kinds begin with that only the hub itself tells, or that no event has: whoever hears them may rely on that.
pub const RESERVED: [&str; 4] = ["audit.", "case.", "module.", Kind::RECORDS];

/// A fact that is about to be appended: everything but its number.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// The log it goes to.
    pub township: TownshipId,
    /// Who says so: a device id, `module:{plugin}`, `schedule`, `page:{plugin}`, `api`. Part of the dedupe key.
    pub source: Arc<str>,
    /// Given by the source, or a UUIDv7. A second event of the same source and id is dropped.
    pub id: Arc<str>,
    /// What happened.
    pub kind: Kind,
    /// The camera it is about.
    pub camera: Option<CameraId>,
    /// What else it is about, in the words of the source.
    pub subject: Option<Arc<str>>,
    /// When it happened: the device's clock where usable, else the receive time.
    pub time_ms: TimestampMs,
    /// When the hub received it.
    pub received_ms: TimestampMs,
    /// A JSON object as text, at most [`MAX_DATA_BYTES`].
    pub data: Arc<str>,
    /// The pictures it refers to.
    pub pictures: Vec<PictureRef>,
    /// The `seq` of the event that caused it, for events of modules.
    pub cause: Option<u64>,
    /// 0 for observations, cause's depth + 1 for events of modules; at most [`MAX_DEPTH`].
    pub depth: u8,
}

/// An accepted fact: a [`NewEvent`] with its place in the township's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Counts up from 1 without gaps inside a township; commit order.
    pub seq: u64,
    /// The fact.
    pub fact: NewEvent,
}

impl std::ops::Deref for Event {
    type Target = NewEvent;

    fn deref(&self) -> &NewEvent {
        &self.fact
    }
}

/// What became of an event that was handed to the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Appended {
    /// It is in the log under this number.
    Stored(u64),
    /// Its source and id were there already; nothing changed.
    Repeated,
}

/// Which kinds somebody wants: exact (`camera.picture`) or a prefix (`camera.*`); `*` alone is everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KindPattern(String);

impl KindPattern {
    /// Whether `kind` is wanted.
    pub fn matches(&self, kind: &Kind) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => kind.as_str().starts_with(prefix),
            None => self.0 == kind.as_str(),
        }
    }

    /// Whether every kind that `other` takes is one of these.
    pub fn covers(&self, other: &Self) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => other.0.strip_suffix('*').unwrap_or(&other.0).starts_with(prefix),
            None => self == other,
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for KindPattern {
    type Err = crate::id::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let stem = text.strip_suffix(".*").unwrap_or(text);
        if text == "*" || stem.parse::<Kind>().is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(crate::id::IdError {
                what: "kind pattern",
                text: text.chars().take(64).collect(),
                rule: "a kind such as `camera.picture`, a prefix such as `camera.*`, or `*`",
            })
        }
    }
}

impl TryFrom<String> for KindPattern {
    type Error = crate::id::IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<KindPattern> for String {
    fn from(pattern: KindPattern) -> String {
        pattern.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_pattern_takes_whole_words_only() {
        let pattern: KindPattern = "camera.*".parse().unwrap();
        assert!(pattern.matches(&"camera.picture".parse().unwrap()));
        assert!(!pattern.matches(&"camera".parse().unwrap()));
        assert!(!pattern.matches(&"cameras.x".parse().unwrap()));
        assert!("cam*".parse::<KindPattern>().is_err());
    }

    #[test]
    fn a_pattern_covers_what_takes_no_more() {
        let covers =
            |one: &str, other: &str| one.parse::<KindPattern>().unwrap().covers(&other.parse::<KindPattern>().unwrap());
        for (one, other) in
            [("*", "camera.*"), ("camera.*", "camera.picture"), ("camera.*", "camera.*"), ("a.b", "a.b")]
        {
            assert!(covers(one, other), "{one} {other}");
        }
        for (one, other) in
            [("camera.*", "*"), ("camera.picture", "camera.*"), ("camera.*", "cameras.x"), ("a.b", "a.c")]
        {
            assert!(!covers(one, other), "{one} {other}");
        }
    }
}

//! The waiting room: publishers that nobody has adopted, with the last sample of each.
//!
//! Held in memory and bounded: a stranger never creates a camera, an administrator adopts it. Pure: the time is handed in.
//! Samples are what strangers sent, not yet looked through for personal data; they are shown to administrators only.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use bytes::Bytes;
use serde::Serialize;
use xl_model::clock::TimestampMs;

use crate::mqtt::dialect::Dialect;
use crate::text;

/// Most publishers that wait.
pub const PUBLISHERS_MOST: usize = 1_000;

/// The longest sample, in bytes.
pub const SAMPLE_BYTES_MOST: usize = 4 * 1024;

/// The longest name of a publisher that is kept, in characters.
const NAME_CHARS_MOST: usize = 128;

/// The longest topic that is kept, in characters.
const TOPIC_CHARS_MOST: usize = 512;

/// A publisher that no camera is mapped to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stranger {
    /// The dialect it speaks.
    pub dialect: Dialect,
    /// How the dialect names it.
    pub publisher: String,
    /// The topic of its last message.
    pub topic: String,
    /// The first bytes of its last message, at most [`SAMPLE_BYTES_MOST`].
    #[serde(skip)]
    pub sample: Bytes,
    /// When it was first heard, in milliseconds.
    pub first_ms: TimestampMs,
    /// When it was last heard, in milliseconds.
    pub last_ms: TimestampMs,
    /// How many messages came.
    pub count: u64,
}

/// Those who wait, at most [`PUBLISHERS_MOST`]; who was not heard for the longest is forgotten first.
#[derive(Debug, Default)]
pub struct WaitingRoom {
    strangers: HashMap<(Dialect, String), (u64, Stranger)>,
    turn: u64,
    forgotten: u64,
}

impl WaitingRoom {
    /// Notes a message of a publisher that nobody has adopted.
    pub fn note(&mut self, dialect: Dialect, publisher: &str, topic: &str, payload: &[u8], now_ms: TimestampMs) {
        let publisher = text::short(publisher, NAME_CHARS_MOST);
        // By turn, not by time: a clock that is set back must not make the newest the oldest.
        self.turn += 1;
        let key = (dialect, publisher);
        if !self.strangers.contains_key(&key) && self.strangers.len() >= PUBLISHERS_MOST {
            self.forget_oldest();
        }
        let (turn, stranger) = self.strangers.entry(key).or_insert_with_key(|(dialect, publisher)| {
            let (dialect, publisher) = (*dialect, publisher.clone());
            let (topic, sample) = (String::new(), Bytes::new());
            (0, Stranger { dialect, publisher, topic, sample, first_ms: now_ms, last_ms: now_ms, count: 0 })
        });
        *turn = self.turn;
        stranger.topic = text::short(topic, TOPIC_CHARS_MOST);
        // A copy: a slice would keep the whole message alive.
        stranger.sample = Bytes::copy_from_slice(&payload[..payload.len().min(SAMPLE_BYTES_MOST)]);
        stranger.last_ms = now_ms;
        stranger.count = stranger.count.saturating_add(1);
    }

    /// Those who wait, last heard first.
    pub fn list(&self) -> Vec<&Stranger> {
        let mut all: Vec<_> = self.strangers.values().collect();
        all.sort_unstable_by_key(|(turn, _)| std::cmp::Reverse(*turn));
        all.into_iter().map(|(_, stranger)| stranger).collect()
    }

    /// One who waits.
    pub fn get(&self, dialect: Dialect, publisher: &str) -> Option<&Stranger> {
        self.strangers.get(&(dialect, text::short(publisher, NAME_CHARS_MOST))).map(|(_, stranger)| stranger)
    }

    /// Takes out who was adopted or sent away.
    pub fn take(&mut self, dialect: Dialect, publisher: &str) -> Option<Stranger> {
        self.strangers.remove(&(dialect, text::short(publisher, NAME_CHARS_MOST))).map(|(_, stranger)| stranger)
    }

    /// How many were forgotten because the room was full.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    fn forget_oldest(&mut self) {
        let oldest = self.strangers.iter().min_by_key(|(_, (turn, _))| *turn).map(|(key, _)| key.clone());
        if oldest.and_then(|key| self.strangers.remove(&key)).is_some() {
            self.forgotten += 1;
        }
    }
}

/// A waiting room that bridges and people share; clones share it.
#[derive(Debug, Clone, Default)]
pub struct SharedRoom(Arc<Mutex<WaitingRoom>>);

impl SharedRoom {
    /// As [`WaitingRoom::note`].
    pub fn note(&self, dialect: Dialect, publisher: &str, topic: &str, payload: &[u8], now_ms: TimestampMs) {
        self.room().note(dialect, publisher, topic, payload, now_ms);
    }

    /// Those who wait, last heard first.
    pub fn list(&self) -> Vec<Stranger> {
        self.room().list().into_iter().cloned().collect()
    }

    /// As [`WaitingRoom::get`].
    pub fn get(&self, dialect: Dialect, publisher: &str) -> Option<Stranger> {
        self.room().get(dialect, publisher).cloned()
    }

    /// As [`WaitingRoom::take`].
    pub fn take(&self, dialect: Dialect, publisher: &str) -> Option<Stranger> {
        self.room().take(dialect, publisher)
    }

    /// As [`WaitingRoom::forgotten`].
    pub fn forgotten(&self) -> u64 {
        self.room().forgotten()
    }

    fn room(&self) -> MutexGuard<'_, WaitingRoom> {
        // A holder that panicked left the room whole: each change is one insertion or removal.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(room: &WaitingRoom) -> Vec<&str> {
        room.list().into_iter().map(|stranger| stranger.publisher.as_str()).collect()
    }

    #[test]
    fn a_stranger_is_counted_and_its_last_sample_kept() {
        let mut room = WaitingRoom::default();
        room.note(Dialect::Axis, "ACCC8E", "axis/ACCC8E/event/a", b"1", 10);
        room.note(Dialect::Axis, "ACCC8E", "axis/ACCC8E/event/b\u{1b}", &[7; 9000], 20);
        let stranger = room.take(Dialect::Axis, "ACCC8E").unwrap();
        assert_eq!((stranger.first_ms, stranger.last_ms, stranger.count), (10, 20, 2));
        assert_eq!((stranger.topic.as_str(), stranger.sample.len()), ("axis/ACCC8E/event/b", SAMPLE_BYTES_MOST));
        assert_eq!(room.take(Dialect::Axis, "ACCC8E"), None);
    }

    #[test]
    fn one_name_in_two_dialects_is_two_strangers() {
        let mut room = WaitingRoom::default();
        room.note(Dialect::Axis, "yard", "a", b"", 0);
        room.note(Dialect::Frigate, "yard", "b", b"", 0);
        assert_eq!(room.list().len(), 2);
    }

    #[test]
    fn the_room_has_a_bound_and_forgets_who_was_silent_longest() {
        let mut room = WaitingRoom::default();
        for n in 0..PUBLISHERS_MOST {
            room.note(Dialect::OnvifEj, &n.to_string(), "t", b"", 0);
        }
        room.note(Dialect::OnvifEj, "0", "t", b"", -5); // The clock was set back.
        room.note(Dialect::OnvifEj, "new", "t", b"", 0);
        assert_eq!((room.list().len(), room.forgotten()), (PUBLISHERS_MOST, 1));
        assert_eq!(names(&room)[..2], ["new", "0"]);
        assert!(!names(&room).contains(&"1"));
    }
}

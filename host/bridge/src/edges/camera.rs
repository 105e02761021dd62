//! The states of one camera.

use std::collections::HashMap;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;

use serde_json::Map;
use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::id::Kind;

use super::Edge;
use crate::topics::Change;
use crate::topics::State;

/// Kinds that last by nature and are told only when they change: no timer closes them while the camera is attached.
const LASTING: [&str; 5] = ["camera.input.", "camera.fault.", "camera.image.", "camera.record.", "camera.tamper"];

/// Which state of the camera: kind and source key.
type Key = (Kind, String);

/// What one camera said last.
#[derive(Debug, Default)]
pub(super) struct States {
    active: HashMap<Key, Active>,
    /// The hash of what was said last: 64 bits in place of some KiB. A camera that finds a collision silences itself.
    values: HashMap<Key, u64>,
}

#[derive(Debug)]
struct Active {
    seen_ms: TimestampMs,
    /// Since when it waits for a confirmation, after a reconnect.
    stale_ms: Option<TimestampMs>,
    /// Whether its beginning was news; else its end is none either.
    was_told: bool,
}

impl States {
    /// As [`super::Edges::see`], for this camera.
    pub(super) fn see(&mut self, change: &Change, is_state: bool, now_ms: TimestampMs, most: usize) -> Option<Edge> {
        let key = (change.kind.clone(), change.source_key.clone());
        match change.state {
            State::Active => self.activate(key, is_state, now_ms, most),
            State::Inactive => self.active.remove(&key).and_then(|active| active.was_told.then_some(Edge::Ended)),
            State::Pulse => unremembered(change.state, is_state),
            State::Value => self.value(key, &change.data, is_state, most),
        }
    }

    fn activate(&mut self, key: Key, is_state: bool, now_ms: TimestampMs, most: usize) -> Option<Edge> {
        if let Some(active) = self.active.get_mut(&key) {
            active.seen_ms = now_ms;
            active.stale_ms = None;
            return None;
        }
        if self.active.len() >= most {
            return unremembered(State::Active, is_state);
        }
        self.active.insert(key, Active { seen_ms: now_ms, stale_ms: None, was_told: !is_state });
        (!is_state).then_some(Edge::Began)
    }

    fn value(&mut self, key: Key, data: &Map<String, Value>, is_state: bool, most: usize) -> Option<Edge> {
        let (said, before) = (hash(data), self.values.get(&key).copied());
        if before == Some(said) {
            return None;
        }
        if before.is_some() || self.values.len() < most {
            self.values.insert(key, said);
        }
        (!is_state).then_some(Edge::Differs)
    }

    /// Takes out what was not confirmed in time; gives back what of it had been told.
    pub(super) fn expire(&mut self, now_ms: TimestampMs, after_ms: i64) -> Vec<(Kind, String, TimestampMs)> {
        let is_over = |kind: &Kind, active: &Active| match active.stale_ms {
            Some(stale_ms) => now_ms.saturating_sub(stale_ms) >= after_ms,
            None => !lasts(kind) && now_ms.saturating_sub(active.seen_ms) >= after_ms,
        };
        let over = self.active.extract_if(|(kind, _), active| is_over(kind, active));
        let told = over.filter(|(_, active)| active.was_told);
        told.map(|((kind, source_key), active)| (kind, source_key, active.seen_ms)).collect()
    }

    /// What is held must be said again to count on.
    pub(super) fn stale(&mut self, now_ms: TimestampMs) {
        for active in self.active.values_mut() {
            active.stale_ms.get_or_insert(now_ms);
        }
        self.values.clear(); // Each value is said again, and compared with nothing.
    }

    /// How much is held.
    pub(super) fn len(&self) -> usize {
        self.active.len() + self.values.len()
    }

    /// Whether nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What is news about a state that is not remembered.
pub(super) fn unremembered(state: State, is_state: bool) -> Option<Edge> {
    match state {
        _ if is_state => None,
        State::Inactive => None,
        State::Active | State::Pulse => Some(Edge::Happened),
        State::Value => Some(Edge::Differs),
    }
}

fn hash(data: &Map<String, Value>) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

fn lasts(kind: &Kind) -> bool {
    LASTING.iter().any(|lasting| kind.as_str().starts_with(lasting))
}

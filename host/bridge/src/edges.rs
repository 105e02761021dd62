//! Edges: which changes of a state are news.
//!
//! Cameras repeat what they said, forget to say that it ended, and say everything anew after a reconnect. One state is
//! (camera, kind, source key); what comes in is a [`Change`] with its camera, what goes out is whether something began,
//! ended or happened. Pure: the time is handed in, closing is an explicit [`Edges::expire`].
//!
//! | said | while nothing is held | while the state is held active |
//! |---|---|---|
//! | active | began | refreshed, no news |
//! | active, `Initialized` | held, no news: a state, not an event | refreshed, no news |
//! | inactive | no news | ended; no news if it was never told |
//! | pulse | news, unless `Initialized` | the same |
//! | value | news when it differs from the last | the same |

mod camera;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use xl_model::clock::TimestampMs;
use xl_model::id::DeviceId;
use xl_model::id::Kind;

use crate::topics::Change;
use crate::topics::Operation;
use camera::States;

/// What is news about a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// It became active.
    Began,
    /// It is no longer active.
    Ended,
    /// It happened, and has no end.
    Happened,
    /// A figure or reading is another than before.
    Differs,
}

/// Bounds of what is remembered.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most cameras with a state at the same time; beyond it an active state is told without being remembered.
    pub cameras_most: usize,
    /// Most active states, and most values, of one camera; beyond it the same.
    pub states_most: usize,
    /// How long after its last sign a state is closed by itself, in milliseconds.
    ///
    /// Default 30 000, as Frigate closes motion. Not applied to what lasts by nature, such as a relay or a full disk.
    pub clear_after_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cameras_most: 32_768, states_most: 64, clear_after_ms: 30_000 }
    }
}

/// A state that was closed because its camera never said that it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Whose state it was.
    pub camera: DeviceId,
    /// The kind under which it began.
    pub kind: Kind,
    /// Which of the camera's states it was.
    pub source_key: String,
    /// When it was last confirmed, in milliseconds.
    pub seen_ms: TimestampMs,
}

/// The edge detector of all cameras.
#[derive(Debug, Default)]
pub struct Edges {
    limits: Limits,
    cameras: HashMap<DeviceId, States>,
}

impl Edges {
    /// An edge detector that holds nothing yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, cameras: HashMap::new() }
    }

    /// Takes what a camera said; tells whether it is news.
    pub fn see(
        &mut self,
        camera: &DeviceId,
        change: &Change,
        operation: Option<Operation>,
        now_ms: TimestampMs,
    ) -> Option<Edge> {
        let is_state = operation == Some(Operation::Initialized);
        if !self.cameras.contains_key(camera) {
            if self.cameras.len() >= self.limits.cameras_most {
                return camera::unremembered(change.state, is_state);
            }
            self.cameras.insert(camera.clone(), States::default());
        }
        let states = self.cameras.get_mut(camera)?;
        let edge = states.see(change, is_state, now_ms, self.limits.states_most);
        if states.is_empty() {
            self.cameras.remove(camera);
        }
        edge
    }

    /// Closes what was not confirmed in time: short-lived states, and lasting ones that are stale.
    pub fn expire(&mut self, now_ms: TimestampMs) -> Vec<Closed> {
        let mut closed = Vec::new();
        for (camera, states) in &mut self.cameras {
            for (kind, source_key, seen_ms) in states.expire(now_ms, self.limits.clear_after_ms) {
                closed.push(Closed { camera: camera.clone(), kind, source_key, seen_ms });
            }
        }
        self.cameras.retain(|_, states| !states.is_empty());
        closed
    }

    /// After a reconnect: what this camera said before is stale until it is said again.
    ///
    /// A stale state that is not confirmed within [`Limits::clear_after_ms`] is closed, whether it lasts by nature or not.
    pub fn stale(&mut self, camera: &DeviceId, now_ms: TimestampMs) {
        if let Some(states) = self.cameras.get_mut(camera) {
            states.stale(now_ms);
        }
    }

    /// Forgets a camera that is no longer registered.
    pub fn forget(&mut self, camera: &DeviceId) {
        self.cameras.remove(camera);
    }

    /// How many active states and values are remembered.
    pub fn len(&self) -> usize {
        self.cameras.values().map(States::len).sum()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

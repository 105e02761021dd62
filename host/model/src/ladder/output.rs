//! What comes out of the ladder.

use std::sync::Arc;

use crate::camera::CameraKey;
use crate::status::Interval;
use crate::status::Level;
use crate::status::Reason;
use crate::status::TimestampUs;

/// Everything that came of some facts and ticks, in order.
#[derive(Debug, Default)]
pub struct Output {
    /// Every miss, "offline" and return, also those that change nothing.
    pub edges: Vec<Edge>,
    /// What the history of a camera is from now on.
    pub changes: Vec<Change>,
    /// What people see of a camera from now on.
    pub shown: Vec<Shown>,
    /// Devices that promised something impossible, each once for each promise.
    pub odd: Vec<OddPromise>,
    /// Facts that came more than an interval after what had already been settled; they change nothing.
    pub too_late: u64,
}

/// A raw edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Whose.
    pub camera: CameraKey,
    /// When.
    pub at_us: TimestampUs,
    /// What it was.
    pub kind: EdgeKind,
    /// Why, in one word.
    pub reason: Reason,
}

/// What a raw edge was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// An interval passed in silence, or a probe found nothing.
    Miss,
    /// Something said that the device has gone.
    Offline,
    /// An answer of a lower level, which the next one has to confirm.
    Doubt,
    /// It was heard again.
    Return,
}

impl EdgeKind {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Miss => "miss",
            Self::Offline => "offline",
            Self::Doubt => "doubt",
            Self::Return => "return",
        }
    }
}

/// A piece of history: from `from_us` on the camera's intervals are these and no others, whatever was said before.
///
/// The interval that covers `from_us` ends there, later ones are gone. Without intervals the camera is retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub camera: CameraKey,
    /// From when on.
    pub from_us: TimestampUs,
    /// In order, without gap; the last one is open.
    pub intervals: Vec<Interval>,
}

impl Change {
    /// Writes it into a history, which is in order. What the store does in SQL is the same.
    pub fn apply(&self, history: &mut Vec<Interval>) {
        history.retain(|it| it.from_us < self.from_us);
        if let Some(last) = history.last_mut()
            && last.to_us.is_none_or(|to_us| to_us > self.from_us)
        {
            last.to_us = Some(self.from_us);
        }
        history.extend(self.intervals.iter().cloned());
    }
}

/// What people see of a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whose.
    pub camera: CameraKey,
    /// Where it stands; nothing: it is retired.
    pub now: Option<Standing>,
    /// Whether people should be told: not when the hub itself was away and the camera stands where it stood.
    pub is_news: bool,
    /// Whether it changed six times within an hour, so that news of it should be folded.
    pub is_flapping: bool,
}

/// Where a camera stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How high.
    pub level: Level,
    /// Why.
    pub reason: Reason,
    /// Who says so.
    pub source: Arc<str>,
    /// Since when.
    pub from_us: TimestampUs,
}

/// A promise that was brought into 10 to 3,600 s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddPromise {
    /// Whose.
    pub camera: CameraKey,
    /// What the device said, in microseconds.
    pub promised_us: i64,
    /// What it is taken for.
    pub kept_us: i64,
}

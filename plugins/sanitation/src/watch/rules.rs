//! How patient and how strict watching is; a township sets it.

use serde::Deserialize;
use serde::Serialize;

/// The rules of watching. Defaults were tuned on synthetic days, see `tests/bench/README.md` of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Share of the region from which on it counts as changed, 0 to 1. Higher: small heaps are missed, fewer false alarms.
    pub raise_share: f64,
    /// Share below which it counts as clear again; below `raise_share`, so that nothing flutters.
    pub clear_share: f64,
    /// So many usable pictures in a row must show the change. Higher: later, and fewer passing things.
    pub samples: u32,
    /// A change that came between two pictures must last so many minutes: a van that parks, a stall that stands for a while.
    pub sudden_minutes: u32,
    /// So much more of the region at once counts as sudden.
    pub sudden_share: f64,
    /// No new candidate of a camera for so many minutes after one was confirmed or dismissed.
    pub cool_down_minutes: u32,
    /// Days on which the camera's first references are taken, one an hour and day.
    pub learn_days: u32,
    /// First hour of the day in which pictures are judged, in China.
    pub from_hour: u32,
    /// First hour in which they are not judged any more.
    pub to_hour: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            raise_share: 0.15,
            clear_share: 0.06,
            samples: 4,
            sudden_minutes: 120,
            sudden_share: 0.10,
            cool_down_minutes: 240,
            learn_days: 3,
            from_hour: 6,
            to_hour: 19,
        }
    }
}

impl Rules {
    /// [`Rules::sudden_minutes`] in milliseconds.
    pub fn sudden_ms(&self) -> i64 {
        i64::from(self.sudden_minutes) * 60_000
    }

    /// [`Rules::cool_down_minutes`] in milliseconds.
    pub fn cool_down_ms(&self) -> i64 {
        i64::from(self.cool_down_minutes) * 60_000
    }

    /// Whether pictures of this hour are judged.
    pub fn judges(&self, hour: u32) -> bool {
        (self.from_hour..self.to_hour).contains(&hour)
    }
}

//! Two clocks: durations are measured on one that never jumps, intervals are written in UTC.

use crate::status::SECOND_US;
use crate::status::TimestampUs;

/// What the wall's clock may differ by without being told: less is what time services correct all day.
const JUMP_US: i64 = SECOND_US;

/// Microseconds on a clock that only goes forward; where it began means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Steady(pub i64);

impl Steady {
    /// A moment so many microseconds later.
    pub fn plus(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// How many microseconds `self` lies after `earlier`.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// How the two clocks stand to each other.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    offset_us: i64,
}

impl Timeline {
    /// Both clocks at one moment.
    pub fn new(now: Steady, utc_us: TimestampUs) -> Self {
        Self { offset_us: utc_us.saturating_sub(now.0) }
    }

    /// Both clocks at a later moment; tells by how much the wall's clock jumped, if it did.
    pub fn note(&mut self, now: Steady, utc_us: TimestampUs) -> Option<i64> {
        let before = self.offset_us;
        self.offset_us = utc_us.saturating_sub(now.0);
        let jump_us = self.offset_us.saturating_sub(before);
        (jump_us.saturating_abs() > JUMP_US).then_some(jump_us)
    }

    /// A moment in UTC, as the wall's clock stands now.
    pub fn utc(&self, at: Steady) -> TimestampUs {
        at.0.saturating_add(self.offset_us)
    }
}

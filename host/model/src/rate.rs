//! Online rate 在线率: how much of the time, or how many cameras at a moment, by place and by owner.
//!
//! ```text
//! num  = Σ up                                     over cameras and window
//! den  = Σ (window ∩ enrolled) − Σ unknown − Σ maintenance
//! rate = num / den                                den = 0: no data, neither 0 % nor 100 %
//! ```
//!
//! Sums are integers and are divided only where a person reads them: percentages are never averaged. The same sums serve
//! both rates, in microseconds over a window or in cameras at a moment. Reads no clock and no database.

pub mod area;
pub mod connection;
pub mod day;
pub mod roll_up;

use std::fmt;
use std::ops::AddAssign;

use serde::Deserialize;
use serde::Serialize;

use crate::status::Interval;
use crate::status::Level;
use crate::status::TimestampUs;

/// A rate is weak when more than this share of it, in percent, was excluded.
const WEAK_PERCENT: u128 = 10;

/// A half-open span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its first moment.
    pub from_us: TimestampUs,
    /// The first moment after it.
    pub to_us: TimestampUs,
}

impl Span {
    /// How long it is; nothing when it ends before it begins.
    pub fn length_us(self) -> u64 {
        u64::try_from(self.to_us.saturating_sub(self.from_us)).unwrap_or(0)
    }

    /// What both have in common; of length 0 where they do not meet.
    pub fn meet(self, other: Self) -> Self {
        let from_us = self.from_us.max(other.from_us);
        Self { from_us, to_us: self.to_us.min(other.to_us).max(from_us) }
    }
}

/// How much there is of each level: microseconds over a window, or cameras at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Online.
    pub up: u64,
    /// Answering, our credentials refused.
    pub auth_failed: u64,
    /// Answering, without its service.
    pub reachable: u64,
    /// Gone.
    pub down: u64,
    /// Not known.
    pub unknown: u64,
    /// Worked on.
    pub maintenance: u64,
}

impl Figures {
    /// So much of one level.
    pub fn of(level: Level, amount: u64) -> Self {
        let mut figures = Self::default();
        figures.add(level, amount);
        figures
    }

    /// Adds so much of one level.
    pub fn add(&mut self, level: Level, amount: u64) {
        let sum = match level {
            Level::Up => &mut self.up,
            Level::AuthFailed => &mut self.auth_failed,
            Level::Reachable => &mut self.reachable,
            Level::Down => &mut self.down,
            Level::Unknown => &mut self.unknown,
            Level::Maintenance => &mut self.maintenance,
        };
        // A county over a thousand years is below 2^63; nothing honest saturates.
        *sum = sum.saturating_add(amount);
    }

    /// How much there is of a level.
    pub fn amount(&self, level: Level) -> u64 {
        match level {
            Level::Up => self.up,
            Level::AuthFailed => self.auth_failed,
            Level::Reachable => self.reachable,
            Level::Down => self.down,
            Level::Unknown => self.unknown,
            Level::Maintenance => self.maintenance,
        }
    }

    /// All of it: the window as far as the cameras were enrolled, or the enrolled cameras.
    pub fn enrolled(&self) -> u64 {
        Level::ALL.iter().fold(0, |sum, level| sum.saturating_add(self.amount(*level)))
    }

    /// Online rate: `up` of what is known and not worked on. At a moment this is the instant rate.
    pub fn online(&self) -> Ratio {
        Ratio { num: self.up, den: self.known() }
    }

    /// Strict rate: `up` of everything enrolled, nothing excluded.
    pub fn strict(&self) -> Ratio {
        Ratio { num: self.up, den: self.enrolled() }
    }

    /// Reachability rate: whatever answered. What it is above the online rate is our own debt in passwords and settings.
    pub fn reachability(&self) -> Ratio {
        Ratio { num: self.up.saturating_add(self.auth_failed).saturating_add(self.reachable), den: self.known() }
    }

    /// The share that counts neither for nor against: it stands beside every rate.
    pub fn excluded(&self) -> Ratio {
        Ratio { num: self.unknown.saturating_add(self.maintenance), den: self.enrolled() }
    }

    /// Whether more than a tenth was excluded, so that the rate says little.
    pub fn is_weak(&self) -> bool {
        let excluded = self.excluded();
        u128::from(excluded.num) * 100 > u128::from(excluded.den) * WEAK_PERCENT
    }

    fn known(&self) -> u64 {
        [self.up, self.auth_failed, self.reachable, self.down].iter().fold(0, |sum, it| sum.saturating_add(*it))
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        for level in Level::ALL {
            self.add(level, other.amount(level));
        }
    }
}

/// A share as two integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// The part.
    pub num: u64,
    /// The whole.
    pub den: u64,
}

impl Ratio {
    /// In hundredths of a percent, round half up; nothing where there is no data.
    pub fn hundredths(self) -> Option<u64> {
        let (num, den) = (u128::from(self.num), u128::from(self.den));
        let rounded = (num * 20_000 + den).checked_div(2 * den)?;
        Some(u64::try_from(rounded).unwrap_or(u64::MAX))
    }
}

/// As people read it, `90.00 %`; `–` where there is no data.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths() {
            Some(hundredths) => write!(f, "{}.{:02} %", hundredths / 100, hundredths % 100),
            None => f.write_str("–"),
        }
    }
}

/// What one camera's intervals amount to inside `enrolled`, the part of a window in which it was registered at a place.
///
/// The intervals are in order and laid over by maintenance. An open one lasts to the end; so a window must not reach
/// beyond now. Time that no interval covers is unknown.
pub fn tally(intervals: &[Interval], enrolled: Span) -> Figures {
    let mut figures = Figures::default();
    let mut at = enrolled.from_us;
    for interval in intervals {
        let span = Span { from_us: interval.from_us.max(at), to_us: interval.to_us.unwrap_or(TimestampUs::MAX) };
        let part = span.meet(enrolled);
        if part.length_us() == 0 {
            continue;
        }
        figures.add(Level::Unknown, Span { from_us: at, to_us: part.from_us }.length_us());
        figures.add(interval.level, part.length_us());
        at = part.to_us;
    }
    figures.add(Level::Unknown, Span { from_us: at, to_us: enrolled.to_us }.length_us());
    figures
}

/// From when on a rate is provisional: three intervals of silence may still become `down` from their first on.
pub fn provisional_from(now_us: TimestampUs, cadence_us: i64) -> TimestampUs {
    now_us.saturating_sub(cadence_us.saturating_mul(3))
}

#[cfg(test)]
mod tests;

//! Counts of a period, and the rates that a reader makes of them.

use std::ops::AddAssign;

use serde::Deserialize;
use serde::Serialize;

/// Counts of a period. A parent adds counts, never rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Opened in the period.
    pub reported: u64,
    /// Filed in the period (立案数).
    pub filed: u64,
    /// Whose final limit ends in the period (应结案数).
    pub due: u64,
    /// Of those due: closed (结案数).
    pub closed: u64,
    /// Of those due: closed by that end (按期结案数).
    pub closed_on_time: u64,
    /// Of those filed: with at least one rework (返工).
    pub reworked: u64,
    /// Of those filed: with at least one approved extension (延期).
    pub extended: u64,
    /// Open now, with a limit that ended unkept (超期未处置数).
    pub overdue_open: u64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.reported += other.reported;
        self.filed += other.filed;
        self.due += other.due;
        self.closed += other.closed;
        self.closed_on_time += other.closed_on_time;
        self.reworked += other.reworked;
        self.extended += other.extended;
        self.overdue_open += other.overdue_open;
    }
}

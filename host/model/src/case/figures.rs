//! Counts of a period, and the rates that a reader makes of them.

use std::ops::AddAssign;

use serde::Deserialize;
use serde::Serialize;

use crate::rate::Ratio;

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
    /// Of those closed: with at least one rework (返工).
    pub reworked: u64,
    /// Of those filed: with at least one approved extension (延期).
    pub extended: u64,
    /// Open now, with a limit that ended unkept (超期未处置数).
    pub overdue_open: u64,
}

impl Figures {
    /// 结案率: closed of what should be.
    pub fn closing(&self) -> Ratio {
        Ratio { num: self.closed, den: self.due }
    }

    /// 按期结案率: closed in time of what should be.
    pub fn on_time(&self) -> Ratio {
        Ratio { num: self.closed_on_time, den: self.due }
    }

    /// 返工率: with a rework, of what was closed of what should be. The same cases above and below: never more than a whole.
    pub fn rework(&self) -> Ratio {
        Ratio { num: self.reworked, den: self.closed }
    }

    /// 延期率: with an approved extension, of what was filed.
    pub fn extension(&self) -> Ratio {
        Ratio { num: self.extended, den: self.filed }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.reported = self.reported.saturating_add(other.reported);
        self.filed = self.filed.saturating_add(other.filed);
        self.due = self.due.saturating_add(other.due);
        self.closed = self.closed.saturating_add(other.closed);
        self.closed_on_time = self.closed_on_time.saturating_add(other.closed_on_time);
        self.reworked = self.reworked.saturating_add(other.reworked);
        self.extended = self.extended.saturating_add(other.extended);
        self.overdue_open = self.overdue_open.saturating_add(other.overdue_open);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tianmen (天门), December 2016, as published: all, and of them what happened (事件) and what was broken (部件).
    const EVENTS: Figures = counts(956, 902, 0);
    const COMPONENTS: Figures = counts(16, 9, 0);
    const ALL: Figures = counts(972, 911, 737);

    const fn counts(due: u64, closed: u64, closed_on_time: u64) -> Figures {
        Figures { reported: 0, filed: 0, due, closed, closed_on_time, reworked: 0, extended: 0, overdue_open: 0 }
    }

    #[test]
    fn closing_rate_of_911_of_972_cases_is_93_72_percent() {
        assert_eq!(ALL.closing().to_string(), "93.72 %");
        assert_eq!(ALL.on_time().to_string(), "75.82 %");
        assert_eq!(EVENTS.closing().to_string(), "94.35 %");
        assert_eq!(COMPONENTS.closing().to_string(), "56.25 %");
    }

    #[test]
    fn a_parent_adds_counts_and_never_averages_rates() {
        let mut parent = EVENTS;
        parent += COMPONENTS;
        assert_eq!((parent.closed, parent.due), (ALL.closed, ALL.due));
        assert_eq!(parent.closing(), ALL.closing());
    }

    #[test]
    fn rates_have_two_decimals_half_up_and_none_where_nothing_is_due() {
        for (num, den, hundredths) in
            [(0, 0, None), (0, 7, Some(0)), (1, 3, Some(3_333)), (2, 3, Some(6_667)), (1, 800, Some(13))]
        {
            assert_eq!(counts(den, num, 0).closing().hundredths(), hundredths, "{num}/{den}");
        }
        let counts =
            Figures { filed: 10_000, due: 9_500, closed: 9_000, reworked: 10, extended: 20, ..Figures::default() };
        assert_eq!((counts.rework().to_string(), counts.extension().to_string()), ("0.11 %".into(), "0.20 %".into()));
        assert_eq!(Figures { filed: 7, ..Figures::default() }.rework().hundredths(), None, "nothing was closed");
    }
}

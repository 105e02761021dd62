//! The pre-harvest interval (安全间隔期): how many whole days must lie between the last use and the harvest.
//!
//! Agricultural Product Quality and Safety Law (农产品质量安全法, 2022), article 29. Days are calendar days of China.

use xl_plugin::day::Day;

/// One use of an input, as far as the interval goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use<'a> {
    /// What was used.
    pub name: &'a str,
    /// The day it was used.
    pub used: Day,
    /// Its interval in days.
    pub interval_days: u32,
}

impl Use<'_> {
    /// The first day on which a harvest keeps the interval.
    pub fn harvest_from(&self) -> Day {
        self.used.plus(self.interval_days)
    }

    /// Whether a harvest on `day` keeps the interval: `day − used ≥ interval_days`.
    pub fn allows(&self, day: Day) -> bool {
        day >= self.harvest_from()
    }
}

/// The use that forbids a harvest on `day` the longest; `None`: every interval is kept.
pub fn blocking<'a>(uses: impl IntoIterator<Item = Use<'a>>, day: Day) -> Option<Use<'a>> {
    uses.into_iter().filter(|used| !used.allows(day)).max_by_key(Use::harvest_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn used(day_text: &str, interval_days: u32) -> Use<'static> {
        Use { name: "x", used: day(day_text), interval_days }
    }

    #[test]
    fn a_harvest_inside_the_pre_harvest_interval_is_blocked() {
        let last_use = used("2025-04-10", 7);
        for refused in ["2025-04-10", "2025-04-11", "2025-04-16"] {
            assert_eq!(blocking([last_use], day(refused)), Some(last_use), "{refused}");
        }
        for allowed in ["2025-04-17", "2025-04-18", "2025-12-31"] {
            assert_eq!(blocking([last_use], day(allowed)), None, "{allowed}");
        }
    }

    #[test]
    fn the_interval_that_ends_last_is_the_one_that_blocks() {
        let long = used("2025-04-01", 30);
        let recent = used("2025-04-10", 7);
        assert_eq!(blocking([long, recent], day("2025-04-12")), Some(long));
        assert_eq!(blocking([long, recent], day("2025-04-17")), Some(long));
        assert_eq!(blocking([long, recent], day("2025-05-01")), None);
    }

    #[test]
    fn the_interval_counts_days_across_the_end_of_a_leap_february() {
        assert_eq!(used("2024-02-27", 3).harvest_from(), day("2024-03-01"));
        assert_eq!(used("2025-02-27", 3).harvest_from(), day("2025-03-02"));
    }

    #[test]
    fn an_input_without_interval_may_be_used_on_the_day_of_harvest_but_not_after() {
        assert_eq!(blocking([used("2025-04-10", 0)], day("2025-04-10")), None);
        assert!(blocking([used("2025-04-11", 0)], day("2025-04-10")).is_some());
    }
}

//! Where what is filed, how long it takes and whether it comes back: a month of a place, counted as the host tells of cases.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::group::Label;
use crate::rate::Rate;

/// One month of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heat {
    /// How many cases of each code were filed.
    pub codes: BTreeMap<String, u64>,
    /// How many of the filed ones came back: the same matter in the same cell, within the township's days.
    #[serde(default)]
    pub recurring: u64,
    /// How many cases were closed.
    #[serde(default)]
    pub closed: u64,
    /// From report to closing, all closed ones together, in minutes.
    #[serde(default)]
    pub minutes: u64,
}

/// When a matter was last filed in a cell, or at a place without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recent {
    /// When.
    pub filed_ms: i64,
}

impl Heat {
    /// Counts a filed case.
    pub fn file(&mut self, code: &str, comes_back: bool) {
        *self.codes.entry(code.to_owned()).or_default() += 1;
        self.recurring += u64::from(comes_back);
    }

    /// Counts a closed case.
    pub fn close(&mut self, opened_ms: i64, closed_ms: i64) {
        self.closed += 1;
        self.minutes += closed_ms.saturating_sub(opened_ms).max(0).unsigned_abs() / 60_000;
    }

    /// Both together.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (code, count) in &other.codes {
            *self.codes.entry(code.clone()).or_default() += count;
        }
        self.recurring += other.recurring;
        self.closed += other.closed;
        self.minutes += other.minutes;
        self
    }

    /// Filed cases that came back, of all filed.
    pub fn recurrence(&self) -> Rate {
        Rate::new(self.recurring, self.total())
    }

    /// All filed cases.
    pub fn total(&self) -> u64 {
        self.codes.values().sum()
    }

    /// How many fall under a label.
    pub fn of(&self, label: &Label) -> u64 {
        self.codes.iter().filter(|(code, _)| label.holds(code)).map(|(_, count)| count).sum()
    }
}

impl Recent {
    /// Whether a filing at `filed_ms` is the same thing again. One that lies before it is no return.
    pub fn comes_back(self, filed_ms: i64, within_ms: i64) -> bool {
        (0..=within_ms).contains(&filed_ms.saturating_sub(self.filed_ms))
    }
}

/// The key of [`Recent`]: a matter in a cell; without a cell at a place.
pub fn recent_key(place: &str, grid: Option<&str>, code: &str) -> String {
    format!("{place}/{}/{code}", grid.unwrap_or_default())
}

/// The record's key for a time and place.
pub fn key(time_ms: i64, place: &str) -> String {
    format!("{}/{place}", Day::at(time_ms).month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group;

    #[test]
    fn a_place_is_counted_by_code_and_by_label() {
        let mut heat = Heat::default();
        for code in ["05-05", "05-06", "05-05", "01-04"] {
            heat.file(code, false);
        }
        let labels = group::labels("gbt30428", &[], "2026-11-26".parse().unwrap());
        let parking = labels.iter().find(|label| label.zh == "乱停乱放").unwrap();
        assert_eq!((heat.total(), heat.of(parking)), (4, 3));
    }

    #[test]
    fn a_matter_comes_back_within_the_days_and_not_after_them_or_before() {
        let recent = Recent { filed_ms: 1_000 };
        assert!(recent.comes_back(1_000, 500) && recent.comes_back(1_500, 500));
        assert!(!recent.comes_back(1_501, 500) && !recent.comes_back(999, 500));
        assert_ne!(recent_key("p", Some("a"), "01-02"), recent_key("p", None, "01-02"));
    }

    #[test]
    fn months_of_places_add_up_by_their_counts() {
        let mut one = Heat::default();
        one.file("01-02", true);
        one.close(0, 90 * 60_000);
        let mut other = Heat::default();
        other.file("01-02", false);
        other.file("01-04", false);
        other.close(0, 30 * 60_000);
        let both = one.with(&other);
        assert_eq!((both.recurrence(), both.codes["01-02"]), (Rate::new(1, 3), 2));
        assert_eq!((both.closed, both.minutes), (2, 120));
    }

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        let midnight = "2026-12-01".parse::<Day>().unwrap().start_ms();
        assert_eq!(key(midnight - 1, "371122102001"), "2026-11/371122102001");
        assert_eq!(key(midnight, "371122102001"), "2026-12/371122102001");
    }
}

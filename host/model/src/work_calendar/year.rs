//! The holidays and make-up working days of a year, as the State Council announces them.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::day::Day;

/// A year's file in `config/cases/calendar`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearDays {
    /// The year.
    pub year: u16,
    /// Counts up when the file is corrected.
    pub version: u32,
    /// Where the days were published.
    pub source: String,
    /// Days off.
    pub holidays: Vec<DaySpan>,
    /// Days of a weekend that are worked (调休).
    pub make_up: Vec<Day>,
}

/// Days one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaySpan {
    /// The first.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// What is celebrated, in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
}

impl YearDays {
    /// What is wrong with it, if anything: days of another year, a span that ends before it begins, a day in both lists.
    pub fn wrong(&self) -> Option<String> {
        let other = |day: &Day| day.year() != self.year;
        if let Some(span) =
            self.holidays.iter().find(|span| other(&span.from) || other(&span.to) || span.to < span.from)
        {
            return Some(format!("the holiday {} to {} does not lie in {}", span.from, span.to, self.year));
        }
        let known = Known::from(self);
        self.make_up
            .iter()
            .find(|day| other(day) || known.holidays.contains(&day.number()))
            .map(|day| format!("the make-up day {day} lies outside of {} or in a holiday", self.year))
    }
}

/// The days of a year by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) holidays: BTreeSet<i64>,
    pub(super) make_up: BTreeSet<i64>,
}

impl From<&YearDays> for Known {
    fn from(year: &YearDays) -> Self {
        Self {
            holidays: year.holidays.iter().flat_map(|span| span.from.number()..=span.to.number()).collect(),
            make_up: year.make_up.iter().map(|day| day.number()).collect(),
        }
    }
}

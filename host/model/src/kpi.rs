//! Key figures (指标): numerators and denominators of a period at a place. A parent adds them up, never rates.

pub mod sum;

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::day::Day;
use crate::id::IdError;
use crate::place::code::PlaceCode;

/// A key figure as a module reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// A key figure of the manifest.
    pub kpi: String,
    /// The version of its way of counting.
    pub version: u32,
    /// Of when.
    pub period: Period,
    /// Of where: the township or a village of it.
    pub place: PlaceCode,
    /// What counts; finite and not negative.
    pub numerator: f64,
    /// Out of what; 0: there is no data.
    pub denominator: f64,
    /// When: the time inside the run.
    pub at_ms: TimestampMs,
}

/// A year, a month or a day in China: `2026`, `2026-11`, `2026-11-26`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period(String);

impl Period {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The month that a day lies in.
    pub fn month_of(day: Day) -> Self {
        Self(day.to_string().chars().take(7).collect())
    }
}

impl FromStr for Period {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let first = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        // Other ways of writing a day would be other periods.
        match first.parse::<Day>() {
            Ok(day) if day.to_string() == first => Ok(Self(text.to_owned())),
            _ => Err(IdError {
                what: "period",
                text: text.chars().take(64).collect(),
                rule: "a year, a month or a day such as `2026`, `2026-11`, `2026-11-26`",
            }),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.0
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_year_a_month_or_a_day() {
        for text in ["2026", "2026-11", "2026-11-26"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in ["", "26", "2026-13", "2026-02-30", "2026-11-", "2026/11", "二〇二六"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}

//! A day of the calendar without a time or a zone: when a sign was put up, when a camera was filed.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::cloud_event::rfc3339;
use crate::id::IdError;
use crate::rate::day::SHANGHAI_US;

/// 1900-01-01T00:00:00Z.
const FIRST_MS: TimestampMs = -2_208_988_800_000;

/// 2199-12-31T00:00:00Z.
const LAST_MS: TimestampMs = 7_258_032_000_000;

const DAY_MS: TimestampMs = 86_400_000;

/// A day from 1900 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day of a moment in China, which has one time (UTC+8); outside of what a day can say, the nearest that it can.
    pub fn in_china(at_ms: TimestampMs) -> Self {
        let shifted = rfc3339(at_ms.clamp(FIRST_MS, LAST_MS).saturating_add(SHANGHAI_US / 1_000));
        shifted.get(..10).and_then(|day| day.parse().ok()).unwrap_or(Self { year: 1900, month: 1, day: 1 })
    }

    /// Days since 1970-01-01, before it negative.
    pub fn number(self) -> i64 {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": the year begins in March, so that a leap day is
        // its last.
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// So many days later; the last day that there is where that is beyond it.
    pub fn plus(self, days: u16) -> Self {
        Self::in_china((self.number() + i64::from(days)) * DAY_MS)
    }

    /// The first and the last day of a year; none for a year that a day cannot say.
    pub fn of_year(year: u16) -> Option<(Self, Self)> {
        (1900..2200).contains(&year).then_some((Self { year, month: 1, day: 1 }, Self { year, month: 12, day: 31 }))
    }

    /// Its year.
    pub fn year(self) -> u16 {
        self.year
    }
}

impl FromStr for Day {
    type Err = IdError;

    /// Reads `2026-03-05`, and `2026/3/5`, `2026.3.5` or `2026年3月5日` as Excel and people write it.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { what: "day", text: text.chars().take(64).collect(), rule: "a day such as 2026-03-05" };
        let plain = text.strip_suffix('日').unwrap_or(text);
        let mut parts = plain.split(['-', '/', '.', '年', '月']);
        let mut next = |longest: usize| {
            let part = parts.next().filter(|part| (1..=longest).contains(&part.len()))?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        let (year, month, day) = (next(4), next(2), next(2));
        let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
            return Err(wrong());
        };
        if (1900..2200).contains(&year) && (1..=days(year, month)).contains(&day) {
            // At most 12 and 31.
            Ok(Self { year, month: month as u8, day: day as u8 })
        } else {
            Err(wrong())
        }
    }
}

/// How many days a month has; none for what is no month.
fn days(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_excel_and_people_write_it() {
        for text in ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "2026年03月05日"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), "2026-03-05", "{text}");
        }
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
    }

    #[test]
    fn a_moment_has_its_day_in_china_and_none_is_beyond_what_a_day_can_say() {
        for (at_ms, day) in [
            (1_795_449_599_999, "2026-11-23"),
            (1_795_449_600_000, "2026-11-24"),
            (0, "1970-01-01"),
            (i64::MIN, "1900-01-01"),
            (i64::MAX, "2199-12-31"),
        ] {
            assert_eq!(Day::in_china(at_ms).to_string(), day);
        }
    }

    #[test]
    fn days_are_counted_from_1970_on() {
        for (day, number) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("1900-01-01", -25_567),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-24", 20_781),
            ("2199-12-31", 84_005),
        ] {
            assert_eq!(day.parse::<Day>().unwrap().number(), number, "{day}");
        }
    }

    #[test]
    fn so_many_days_later_is_a_day_of_the_calendar() {
        for (day, days, later) in
            [("2026-11-23", 30, "2026-12-23"), ("2024-02-28", 2, "2024-03-01"), ("2199-12-31", 1, "2199-12-31")]
        {
            assert_eq!(day.parse::<Day>().unwrap().plus(days).to_string(), later);
        }
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_refused() {
        for text in
            ["", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "26-1-1-1", "99999-1-1"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        for text in ["2026-1-0", "2026-+1-1", "2026-001-1", "0026-1-1", "2026-1-1-", "３-1-1", "45292"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}

//! A day of the calendar without a time or a zone: when a sign was put up, when a camera was filed.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::id::IdError;

/// A day from 1900 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
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

//! Calendar days as China counts them.
//!
//! The whole country keeps UTC+8 without summer time (since 1991), so a day is plain arithmetic and needs no time zone
//! tables in a guest. Civil-date arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use std::fmt;
use std::str::FromStr;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// How far China's clocks are ahead of UTC, in milliseconds.
pub const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;

/// A calendar day, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// Why a text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the calendar, such as `2026-11-23`")]
pub struct NoDay;

impl Day {
    /// The day in China at `time_ms`, milliseconds since 1970 UTC.
    pub fn at(time_ms: i64) -> Self {
        Self(time_ms.saturating_add(CHINA_OFFSET_MS).div_euclid(DAY_MS))
    }

    /// The first millisecond of the day in China, since 1970 UTC.
    pub fn start_ms(self) -> i64 {
        self.0 * DAY_MS - CHINA_OFFSET_MS
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0 + i64::from(days))
    }

    /// Whole days from this one to `later`; negative when that is earlier.
    pub fn until(self, later: Day) -> i64 {
        later.0 - self.0
    }

    /// The month that the day lies in, as key figures name it: `2026-11`.
    pub fn month(self) -> String {
        let (year, month, _) = self.civil();
        format!("{year:04}-{month:02}")
    }

    /// The year that the day lies in, as key figures name it: `2026`.
    pub fn year(self) -> String {
        format!("{:04}", self.civil().0)
    }

    fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    fn from_civil(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(NoDay);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().map_err(|_| NoDay);
        let day = Self::from_civil(number(0..4)?, number(5..7)?, number(8..10)?);
        // A day such as 2026-02-30 would come back as another one.
        if day.to_string() == text { Ok(day) } else { Err(NoDay) }
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_four_centuries_reads_back_as_written() {
        for number in day("1900-01-01").0..=day("2300-12-31").0 {
            assert_eq!(day(&Day(number).to_string()).0, number);
        }
    }

    #[test]
    fn known_days_have_their_numbers() {
        assert_eq!(day("1970-01-01").0, 0);
        assert_eq!(day("2000-03-01").0, 11_017);
        assert_eq!(day("2024-02-28").until(day("2024-03-01")), 2);
    }

    #[test]
    fn the_day_in_china_begins_at_sixteen_hours_utc() {
        // 2025-04-09T15:59:59.999Z and one millisecond later.
        let midnight = 1_744_214_400_000;
        assert_eq!(Day::at(midnight - 1).to_string(), "2025-04-09");
        assert_eq!(Day::at(midnight).to_string(), "2025-04-10");
        assert_eq!(day("2025-04-10").start_ms(), midnight);
    }

    #[test]
    fn a_day_lies_in_its_month_and_year() {
        assert_eq!((day("2026-03-01").month(), day("2026-03-01").year()), ("2026-03".to_owned(), "2026".to_owned()));
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_refused() {
        for text in
            ["", "2026-02-30", "2026-13-01", "2026-1-1", "2026/01/01", "20260101", "2025-02-29", "二〇二六年一月"]
        {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}

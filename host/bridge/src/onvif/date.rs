//! Dates and durations as cameras write them.
//!
//! Seen: `2024-08-17-12:30:45Z`, `2023-05-15T-07:10:32Z` and `T00:61:16Z` (python-onvif-zeep-async #178 and its date
//! parser), `0000-00-00T00:00:00Z`. A separator is repaired, hours, minutes and seconds that overflow are carried, an
//! impossible date is none.

use std::time::Duration;

use xl_model::clock::TimestampMs;
use xl_model::cloud_event::parse_rfc3339;
use xl_model::cloud_event::rfc3339;

/// The longest duration taken, in seconds: a day.
const DURATION_MOST_S: u64 = 86_400;

/// A calendar date and a time of day that may overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: i64,
    /// Day, from 1.
    pub day: i64,
    /// Hour; may exceed 23.
    pub hour: i64,
    /// Minute; may exceed 59.
    pub minute: i64,
    /// Second; may exceed 59.
    pub second: i64,
}

impl Civil {
    /// The time in UTC milliseconds; `None` for a date that no calendar has, or one far from any camera's life.
    pub fn utc_ms(self) -> Option<TimestampMs> {
        let small = |n: i64| (0..=999).contains(&n);
        if !(1970..=2200).contains(&self.year) || !small(self.hour) || !small(self.minute) || !small(self.second) {
            return None;
        }
        let midnight = format!("{:04}-{:02}-{:02}T00:00:00Z", self.year, self.month, self.day);
        let midnight_ms = parse_rfc3339(&midnight)?;
        // `parse_rfc3339` lets the 31st of every month pass; written back it is another day.
        if !rfc3339(midnight_ms).starts_with(&midnight[..10]) {
            return None;
        }
        Some(midnight_ms + (self.hour * 3600 + self.minute * 60 + self.second) * 1000)
    }
}

/// Reads a date and time; without a zone it is taken as UTC.
pub fn parse(text: &str) -> Option<TimestampMs> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let mut date = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let rest = rest.trim_start_matches(['T', 't', '-', ' ', '_']);
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone_at);
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut time = time.split(':').map(|part| part.parse::<u16>().ok().map(i64::from));
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let ms = fraction.parse::<u16>().ok().map(i64::from)?;
    let utc = Civil { year, month, day, hour, minute, second }.utc_ms()?;
    Some(utc + ms - zone_ms(zone)?)
}

/// `Z`, nothing, `+08:00`, `+0800` or `+08`.
fn zone_ms(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first() {
        None | Some(b'Z' | b'z') => return Some(0),
        Some(b'-') => -1,
        Some(_) => 1,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?) * 60_000)
}

/// Writes UTC with `Z` and whole seconds: Hikvision takes no other form (zeep-async #122, #179).
pub fn utc(time_ms: TimestampMs) -> String {
    let whole = rfc3339(time_ms);
    format!("{}Z", whole.split('.').next().unwrap_or_default())
}

/// What to add to UTC in a POSIX time zone such as `CST-8` or `CET-1CEST,M3.5.0,M10.5.0/3`, in milliseconds.
///
/// Its sign is the other way round than ours. Summer time is not looked at: it makes an hour at most, and only a camera
/// that tells no UTC is read this way.
pub fn posix_zone_ms(zone: &str) -> Option<i64> {
    let zone = zone.trim();
    let start =
        if zone.starts_with('<') { zone.find('>')? + 1 } else { zone.find(|c: char| !c.is_ascii_alphabetic())? };
    let rest = &zone[start..];
    let (sign, rest) = match rest.as_bytes().first()? {
        b'-' => (1, &rest[1..]),
        b'+' => (-1, &rest[1..]),
        _ => (-1, rest),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let mut parts = rest[..end].split(':').map(str::parse::<u16>);
    let hours = i64::from(parts.next()?.ok()?);
    let minutes = i64::from(parts.next().unwrap_or(Ok(0)).ok()?);
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Reads a duration such as `PT1M`, `PT60.5S` or `P1DT2H`, at most a day; months and years are none.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut seconds = 0.0;
    let mut parts = 0;
    for (section, units) in [(days, &[('D', 86_400.0)][..]), (time, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)][..])] {
        let mut rest = section;
        for (unit, factor) in units {
            if let Some((number, after)) = rest.split_once(*unit) {
                let number: f64 = number.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)?;
                seconds += number * factor;
                parts += 1;
                rest = after;
            }
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (parts > 0).then(|| Duration::from_secs_f64(f64::min(seconds, DURATION_MOST_S as f64)))
}

/// Writes a duration as whole seconds: `PT600S`.
pub fn duration(time: Duration) -> String {
    format!("PT{}S", time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row "Odd dates".
    #[test]
    fn odd_dates_are_repaired_and_impossible_ones_are_none() {
        let read = |text: &str| parse(text).map(utc);
        let cases = [
            ("2024-08-17T12:30:45Z", "2024-08-17T12:30:45Z"),
            ("2024-08-17-12:30:45Z", "2024-08-17T12:30:45Z"),
            ("2023-05-15T-07:10:32Z", "2023-05-15T07:10:32Z"),
            ("2024-08-17T00:61:16Z", "2024-08-17T01:01:16Z"),
            ("2024-12-31T24:00:00Z", "2025-01-01T00:00:00Z"),
            ("2024-08-17T12:30:45", "2024-08-17T12:30:45Z"),
            ("2024-08-17 12:30:45.123+08:00", "2024-08-17T04:30:45Z"),
            ("2024-08-17T12:30:45-0130", "2024-08-17T14:00:45Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for none in [
            "0000-00-00T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "",
            "T",
            "2024-08-17",
            "垃圾",
            "2024-08-17T9",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn created_is_utc_with_z_and_whole_seconds() {
        assert_eq!(utc(1_795_420_800_999), "2026-11-23T08:00:00Z");
    }

    #[test]
    fn a_posix_zone_counts_the_other_way_round() {
        let hours = |zone: &str| posix_zone_ms(zone).map(|ms| ms / 3_600_000);
        assert_eq!(hours("CST-8"), Some(8));
        assert_eq!(hours("CET-1CEST,M3.5.0,M10.5.0/3"), Some(1));
        assert_eq!(hours("EST5EDT"), Some(-5));
        assert_eq!(hours("<+08>-08:00"), Some(8));
        for none in ["", "CST", "<x", "CST-99", "-"] {
            assert_eq!(posix_zone_ms(none), None, "{none}");
        }
    }

    #[test]
    fn durations_are_read_up_to_a_day() {
        let seconds = |text: &str| parse_duration(text).map(|d| d.as_secs());
        assert_eq!(seconds("PT10M"), Some(600));
        assert_eq!(seconds("PT60.5S"), Some(60));
        assert_eq!(seconds("P1DT1H"), Some(DURATION_MOST_S));
        for none in ["", "P", "PT", "P1Y", "PT-5S", "PTinfS", "10", "PT5"] {
            assert_eq!(seconds(none), None, "{none}");
        }
        assert_eq!(duration(Duration::from_secs(600)), "PT600S");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,30}", digits in "[0-9TZ:+.-]{0,30}") {
            for text in [text, digits] {
                let _ = (parse(&text), parse_duration(&text), posix_zone_ms(&text));
            }
        }
    }
}

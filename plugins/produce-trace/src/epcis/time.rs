//! Times as RFC 3339 has them, and the offset that EPCIS writes beside them.

use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

/// A time as it was written, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Milliseconds since 1970 UTC, rounded half up at the fourth decimal.
    pub ms: i64,
}

/// Reads `2026-11-26T08:00:00.000+08:00`; `None` when it is no date-time of RFC 3339.
pub fn read(text: &str) -> Option<Instant> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let day: Day = date.parse().ok()?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    let (hour, minute) = (two(clock.get(..2)?)?, two(clock.get(3..5)?)?);
    let second = two(clock.get(6..8)?)?;
    if clock.get(2..3)? != ":" || clock.get(5..6)? != ":" || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let fraction_ms = fraction(clock.get(8..)?)?;
    let offset_minutes = zone(offset)?;
    // A leap second stands only at the end of a day of UTC.
    if second == 60 && (hour * 60 + minute - offset_minutes).rem_euclid(1_440) != 1_439 {
        return None;
    }
    let minutes = hour * 60 + minute - offset_minutes;
    let midnight_utc = day.start_ms() + CHINA_OFFSET_MS;
    Some(Instant { ms: midnight_utc + minutes * 60_000 + second * 1_000 + fraction_ms })
}

/// Whether it is `+08:00`: hours up to 13 with minutes, or 14:00.
pub fn is_offset(text: &str) -> bool {
    let Some(clock) = text.strip_prefix(['+', '-']) else { return false };
    let Some((hours, minutes)) = clock.split_once(':') else { return false };
    match (two(hours), two(minutes)) {
        (Some(14), Some(0)) => true,
        (Some(hours), Some(minutes)) => hours <= 13 && minutes <= 59,
        _ => false,
    }
}

/// Writes a time as this plugin does: milliseconds, in China.
pub fn write(ms: i64) -> String {
    format!("{}+08:00", civil(ms + CHINA_OFFSET_MS))
}

/// Writes a time in UTC with milliseconds and `Z`, as the event hash wants it.
pub fn write_utc(ms: i64) -> String {
    format!("{}Z", civil(ms))
}

/// A time without its zone: the day of `shifted_ms` as if China's clocks ran at UTC.
fn civil(shifted_ms: i64) -> String {
    let day = Day::at(shifted_ms - CHINA_OFFSET_MS);
    let rest = shifted_ms - CHINA_OFFSET_MS - day.start_ms();
    let (seconds, ms) = (rest / 1_000, rest % 1_000);
    format!("{day}T{:02}:{:02}:{:02}.{ms:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

fn two(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Milliseconds of `.1235`, rounded half up at the fourth decimal; 0 for nothing.
fn fraction(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix('.')?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let first: String = digits.chars().chain("0000".chars()).take(4).collect();
    first.parse::<i64>().ok().map(|tenths| (tenths + 5) / 10)
}

/// Minutes that the zone is ahead of UTC.
fn zone(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_same_moment_in_every_zone() {
        let utc = read("2025-02-28T22:30:00Z").unwrap();
        for text in ["2025-03-01T06:30:00.000+08:00", "2025-02-28T16:30:00-06:00", "2025-03-01t04:00:00+05:30"] {
            assert_eq!(read(text), Some(utc), "{text}");
        }
        assert_eq!(write_utc(utc.ms), "2025-02-28T22:30:00.000Z");
        assert_eq!(write(utc.ms), "2025-03-01T06:30:00.000+08:00");
    }

    #[test]
    fn the_fourth_decimal_rounds_half_up() {
        for (text, ms) in [(".1234", 123), (".1235", 124), (".9995", 1_000), (".5", 500), (".12349999", 123)] {
            let zero = read("2020-01-01T00:00:00Z").unwrap().ms;
            assert_eq!(read(&format!("2020-01-01T00:00:00{text}Z")).unwrap().ms - zero, ms, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_of_rfc_3339_is_refused() {
        for text in [
            "",
            "2025-03-01",
            "2025-02-30T00:00:00Z",
            "2025-03-01 06:30:00Z",
            "2025-03-01T06:30Z",
            "2025-03-01T24:00:00Z",
            "2025-03-01T06:30:00",
            "2025-03-01T06:30:00+0800",
            "2025-03-01T06:30:00+8:00",
            "2025-03-01T06:30:00.Z",
            "2025-03-01T06:30:60Z",
            "2025-03-01T06:30:00+24:00",
            "yesterday",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read("1998-12-31T23:59:60Z").is_some() && read("1998-12-31T15:59:60.5-08:00").is_some());
    }

    #[test]
    fn an_offset_has_two_digits_and_ends_at_fourteen_hours() {
        for text in ["+08:00", "-05:30", "+14:00", "-14:00", "+00:00"] {
            assert!(is_offset(text), "{text}");
        }
        for text in ["08:00", "+8:00", "+14:01", "+15:00", "Z", "+0800", "+08:60", "+08:00 "] {
            assert!(!is_offset(text), "{text}");
        }
    }
}

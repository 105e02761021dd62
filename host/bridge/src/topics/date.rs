//! Dates as cameras write them.

use xl_model::clock::TimestampMs;
use xl_model::cloud_event::parse_rfc3339;

/// The longest date that is looked at, in bytes.
const BYTES_MOST: usize = 40;

/// Milliseconds of a date with its zone, mended where cameras are known to write it wrongly.
///
/// Seen in the field (and in zeep-async's date parser): `2024-08-17-12:30:45Z`, `2023-05-15T-07:10:32Z`, `…T00:61:16Z`,
/// a space for the `T`, one digit where two belong. `None` for an impossible date such as `0000-00-00T00:00:00Z` and for
/// one without zone.
pub(crate) fn tolerant(text: &str) -> Option<TimestampMs> {
    let text = text.trim();
    if text.len() > BYTES_MOST || !text.is_ascii() {
        return None;
    }
    parse_rfc3339(text).filter(|_| !text.starts_with("0000")).or_else(|| mended(text))
}

fn mended(text: &str) -> Option<TimestampMs> {
    let (clock, zone) = split_zone(text)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut numbers = clock.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = |most: i64| numbers.next()?.parse::<i64>().ok().filter(|number| *number <= most);
    let (year, month, day) = (next(9999)?, next(12)?, next(31)?);
    let (hour, minute, second) = (next(99)?, next(99)?, next(99)?);
    if year == 0 || month == 0 || day == 0 || numbers.next().is_some() {
        return None;
    }
    let midnight = parse_rfc3339(&format!("{year:04}-{month:02}-{day:02}T00:00:00{zone}"))?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    // Minutes and hours that overflow carry on, as the camera's own arithmetic forgot to.
    Some(midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millis)
}

/// The zone is `Z` or `±hh:mm` at the end.
fn split_zone(text: &str) -> Option<(&str, &str)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, "Z"));
    }
    let at = text.len().checked_sub(6)?;
    let zone = text.get(at..)?;
    let looks_like = zone.starts_with(['+', '-']) && zone.as_bytes().get(3) == Some(&b':');
    looks_like.then(|| (&text[..at], zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_a_camera_wrote_wrongly_is_mended() {
        for (written, meant) in [
            ("2024-08-17T12:30:45Z", "2024-08-17T12:30:45Z"),
            ("2024-08-17-12:30:45Z", "2024-08-17T12:30:45Z"),
            ("2023-05-15T-07:10:32Z", "2023-05-15T07:10:32Z"),
            ("2023-05-15T00:61:16Z", "2023-05-15T01:01:16Z"),
            ("2023-05-15T23:59:60Z", "2023-05-16T00:00:00Z"),
            ("2023-5-5 7:1:2.5Z", "2023-05-05T07:01:02.500Z"),
            ("2023-05-15 07:10:32+08:00", "2023-05-15T07:10:32+08:00"),
        ] {
            assert_eq!(tolerant(written), parse_rfc3339(meant), "{written}");
            assert!(tolerant(written).is_some(), "{written}");
        }
    }

    #[test]
    fn an_impossible_date_and_one_without_zone_are_none() {
        let long = format!("2024-08-17T12:30:45.{}Z", "1".repeat(64));
        for text in [
            "",
            "Z",
            "0000-00-00T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-08-17T12:30:45",
            "2024-08-17T12:30Z",
            "yesterday",
            "2024-08-17T12:30:45:99Z",
            "二〇二四-08-17T12:30:45Z",
            &long,
        ] {
            assert_eq!(tolerant(text), None, "{text}");
        }
    }
}

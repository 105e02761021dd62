//! Times as `2026-11-26T08:30:00Z`, in and out.

use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

/// Reads a time with a zone: `Z` or `+08:00`. `None`: it is none.
pub(super) fn read(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let day_ms = date.parse::<Day>().ok()?.start_ms() + CHINA_OFFSET_MS;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut parts = clock.split(':');
    let mut next = |most: i64| parts.next().filter(|part| part.len() == 2).and_then(|part| number(part, most));
    let (hour, minute, second) = (next(23)?, next(59)?, next(60)?);
    if parts.next().is_some() {
        return None;
    }
    let offset_minutes = match zone {
        "Z" => 0,
        zone => {
            let (sign, zone) = zone.split_at_checked(1)?;
            let (hours, minutes) = zone.split_once(':')?;
            let whole = number(hours, 14)? * 60 + number(minutes, 59)?;
            if sign == "-" { -whole } else { whole }
        }
    };
    Some(day_ms + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1_000)
}

fn number(text: &str, most: i64) -> Option<i64> {
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten()?;
    (number <= most).then_some(number)
}

/// Writes a time in UTC, to the second.
pub(super) fn write(time_ms: i64) -> String {
    let day = Day::at(time_ms - CHINA_OFFSET_MS);
    let seconds = time_ms.div_euclid(1_000).rem_euclid(86_400);
    format!("{day}T{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back_as_written_and_zones_are_taken_out() {
        let time_ms = read("2026-11-26T08:30:05Z").unwrap();
        assert_eq!(write(time_ms), "2026-11-26T08:30:05Z");
        assert_eq!(read("2026-11-26T16:30:05.25+08:00"), Some(time_ms));
        assert_eq!(write(read("2026-11-26T01:00:00+08:00").unwrap()), "2026-11-25T17:00:00Z");
    }

    #[test]
    fn what_is_no_time_with_a_zone_is_refused() {
        for text in [
            "",
            "2026-11-26",
            "2026-11-26T08:30:00",
            "2026-02-30T00:00:00Z",
            "2026-11-26T24:00:00Z",
            "2026-11-26T8:30:00Z",
            "2026-11-26T08:30Z",
            "2026-11-26T08:30:00.Z",
            "2026-11-26T08:30:00+8",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

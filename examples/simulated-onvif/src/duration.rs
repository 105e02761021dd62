//! Times as XML Schema writes them.

use std::time::Duration;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;

/// A duration such as `PT1M30S`; months and years count 30 and 365 days.
pub(crate) fn read(text: &str) -> Option<Duration> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    if days.is_empty() && times.is_empty() {
        return None;
    }
    let days = parts(days, &[('Y', 31_536_000.0), ('M', 2_592_000.0), ('D', 86_400.0)])?;
    let times = parts(times, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)])?;
    Duration::try_from_secs_f64(days + times).ok()
}

fn parts(text: &str, units: &[(char, f64)]) -> Option<f64> {
    let (mut seconds, mut number, mut left) = (0.0, String::new(), units);
    for character in text.chars() {
        if character.is_ascii_digit() || character == '.' {
            number.push(character);
            continue;
        }
        let place = left.iter().position(|(unit, _)| *unit == character)?;
        seconds += number.parse::<f64>().ok()? * left[place].1;
        left = &left[place + 1..];
        number.clear();
    }
    number.is_empty().then_some(seconds)
}

/// A duration in whole seconds.
pub(crate) fn write(duration: Duration) -> String {
    format!("PT{}S", duration.as_secs())
}

/// A time in UTC with whole seconds.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_as_xml_schema_has_it() {
        for (text, seconds) in
            [("PT60S", 60.0), ("PT10M", 600.0), ("P1DT1H", 90_000.0), ("PT0.5S", 0.5), ("PT1H2M3S", 3_723.0)]
        {
            assert_eq!(read(text), Some(Duration::from_secs_f64(seconds)), "{text}");
        }
        for wrong in ["", "P", "PT", "60", "PT60", "PTS", "PT1S1M", "-PT1S", "PT1X", "P99999999999999999999Y"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

//! Times as people of the county read them: Beijing time, which is the time of all of China.

use chrono::DateTime;
use chrono::FixedOffset;
use xl_model::clock::TimestampMs;

use crate::console::text::Words;

// GB/T 7408.1: China keeps UTC+8 all year since 1992.
const BEIJING_S: i32 = 8 * 3_600;

fn beijing(time_ms: TimestampMs) -> Option<DateTime<FixedOffset>> {
    Some(DateTime::from_timestamp_millis(time_ms)?.with_timezone(&FixedOffset::east_opt(BEIJING_S)?))
}

fn written(time_ms: TimestampMs, format: &str) -> String {
    // What lies outside of chrono's calendar (some 260,000 years) is no time of a camera: shown as it came.
    beijing(time_ms).map_or_else(|| time_ms.to_string(), |time| time.format(format).to_string())
}

/// `2026-11-23 16:00`.
pub(crate) fn minute(time_ms: TimestampMs) -> String {
    written(time_ms, "%Y-%m-%d %H:%M")
}

/// `2026-11-23 16:00:05`.
pub(crate) fn second(time_ms: TimestampMs) -> String {
    written(time_ms, "%Y-%m-%d %H:%M:%S")
}

/// For the `datetime` attribute: `2026-11-23T16:00:05+08:00`.
pub(crate) fn iso(time_ms: TimestampMs) -> String {
    written(time_ms, "%Y-%m-%dT%H:%M:%S%:z")
}

/// When a day begins that is written as `2026-11-23`.
pub(crate) fn day(text: &str) -> Option<TimestampMs> {
    let midnight = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?;
    midnight.and_local_timezone(FixedOffset::east_opt(BEIJING_S)?).single().map(|time| time.timestamp_millis())
}

/// The moment that a browser's `datetime-local` writes as `2026-11-23T16:00`, seconds or not.
pub(crate) fn typed(text: &str) -> Option<TimestampMs> {
    let read = |format| chrono::NaiveDateTime::parse_from_str(text.trim(), format).ok();
    let moment = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
    moment.and_local_timezone(FixedOffset::east_opt(BEIJING_S)?).single().map(|time| time.timestamp_millis())
}

/// For the axis of a chart: hours within two days, else days.
pub(crate) fn axis(time_ms: TimestampMs, span_ms: TimestampMs) -> String {
    written(time_ms, if span_ms <= 2 * 86_400_000 { "%m-%d %H:%M" } else { "%Y-%m-%d" })
}

/// `3 min ago`; the whole time for what lies a day back.
pub(crate) fn ago(words: &Words, now_ms: TimestampMs, time_ms: TimestampMs) -> String {
    let spaced = |number: i64, word: &str| format!("{number} {word}");
    match now_ms.saturating_sub(time_ms) / 60_000 {
        ..=0 => words.just_now.to_owned(),
        minutes @ 1..60 => spaced(minutes, words.minutes_ago),
        minutes @ 60..1_440 => spaced(minutes / 60, words.hours_ago),
        _ => minute(time_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::language::Language;
    use crate::console::text::words;

    #[test]
    fn a_time_is_written_in_beijing_time() {
        assert_eq!(minute(1_795_420_800_123), "2026-11-23 16:00");
        assert_eq!(iso(1_795_420_800_123), "2026-11-23T16:00:00+08:00");
        assert_eq!(minute(i64::MAX), i64::MAX.to_string());
        assert_eq!(day("2026-11-23"), Some(1_795_363_200_000));
        assert_eq!(day("2026-13-23"), None);
        assert_eq!(typed("2026-11-23T16:00"), Some(1_795_420_800_000));
        assert_eq!(typed("2026-11-23T16:00:01"), Some(1_795_420_801_000));
        assert_eq!(typed("2026-11-23"), None);
    }

    #[test]
    fn what_is_recent_is_written_as_its_age() {
        let ago = |age_ms: i64| ago(words(Language::English), 1_795_420_800_000, 1_795_420_800_000 - age_ms);
        assert_eq!(ago(-5_000), "just now");
        assert_eq!(ago(59_000), "just now");
        assert_eq!(ago(180_000), "3 min ago");
        assert_eq!(ago(7_300_000), "2 h ago");
        assert_eq!(ago(86_400_000), "2026-11-22 16:00");
    }
}

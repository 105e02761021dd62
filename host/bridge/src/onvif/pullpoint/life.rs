//! The arithmetic of a subscription's life. Pure.

use std::time::Duration;

use xl_model::clock::TimestampMs;

use super::Granted;
use super::date;

/// A shorter grant counts as this: some cameras write an end that has passed and keep the subscription (zeep-async).
const LIFE_LEAST: Duration = Duration::from_secs(60);

/// What to write as the wished end: a length, or an end on the camera's clock.
pub(super) fn termination(life: Duration, absolute: bool, now_ms: TimestampMs, offset_ms: Option<i64>) -> String {
    if !absolute {
        return match life.as_secs() {
            600 => "PT10M".to_owned(), // The form that every camera was seen to take.
            _ => date::duration(life),
        };
    }
    let life_ms = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
    date::utc(now_ms.saturating_add(offset_ms.unwrap_or(0)).saturating_add(life_ms))
}

/// How long was granted, by the camera's own clock; `None` when it gave no possible end.
pub(super) fn granted(granted: Granted, camera_now_ms: TimestampMs) -> Option<Duration> {
    let from_ms = granted.camera_ms.unwrap_or(camera_now_ms);
    let life_ms = granted.until_ms?.saturating_sub(from_ms);
    Some(Duration::from_millis(u64::try_from(life_ms).unwrap_or(0)))
}

/// Whether a camera granted so little that it cannot count lengths.
pub(super) fn is_broken(wished: Duration, granted: Duration) -> bool {
    granted < wished / 2
}

/// When to renew: at 80 % of the life, counted as a minute at least and a day at most.
pub(super) fn renew_after(granted: Duration) -> Duration {
    granted.clamp(LIFE_LEAST, Duration::from_secs(86_400)).mul_f64(0.8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: TimestampMs = 1_795_420_800_000;

    #[test]
    fn ten_minutes_are_renewed_at_eight_and_less_than_a_minute_counts_as_one() {
        assert_eq!(renew_after(Duration::from_secs(600)), Duration::from_secs(480));
        assert_eq!(renew_after(Duration::from_secs(10)), Duration::from_secs(48));
        assert_eq!(renew_after(Duration::ZERO), Duration::from_secs(48));
    }

    #[test]
    fn a_grant_is_measured_on_the_cameras_own_clock() {
        let decade_ms = 315_360_000_000;
        let grant = Granted { camera_ms: Some(NOW_MS - decade_ms), until_ms: Some(NOW_MS - decade_ms + 600_000) };
        assert_eq!(granted(grant, NOW_MS), Some(Duration::from_secs(600)));
        let without = Granted { camera_ms: None, ..grant };
        assert_eq!(granted(without, NOW_MS - decade_ms), Some(Duration::from_secs(600)));
        assert_eq!(granted(Granted { until_ms: None, ..grant }, NOW_MS), None);
        assert_eq!(granted(Granted { until_ms: Some(0), ..grant }, NOW_MS), Some(Duration::ZERO));
    }

    #[test]
    fn less_than_half_of_what_was_wished_means_that_lengths_are_not_understood() {
        let wished = Duration::from_secs(600);
        assert!(is_broken(wished, Duration::from_secs(299)));
        assert!(!is_broken(wished, Duration::from_secs(300)));
    }

    #[test]
    fn an_absolute_end_is_on_the_cameras_clock() {
        assert_eq!(termination(Duration::from_secs(600), false, NOW_MS, Some(1)), "PT10M");
        let end = termination(Duration::from_secs(600), true, NOW_MS, Some(-3_600_000));
        assert_eq!(end, "2026-11-23T07:10:00Z");
    }
}

//! What is due now, and what becomes of due times that were missed. Pure.

use xl_model::clock::TimestampMs;
use xl_model::manifest::Missed;

use crate::dispatch::calendar::Calendar;

/// A due time that is older than this was missed, in milliseconds: a hub that was away for less only comes a little late.
const GRACE_MS: i64 = 60_000;

/// Most due times of one schedule that become events at once.
const MOST: usize = 1_000;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    /// The due times that become events, oldest first.
    pub times: Vec<TimestampMs>,
    /// Due times before the first of them that become none; counted up to 1,000.
    pub missed: u32,
    /// The next due time.
    pub next_ms: TimestampMs,
}

/// What is due of a schedule whose next due time was `next_ms`, when it is `now_ms`.
pub(super) fn due(calendar: &Calendar, policy: Missed, next_ms: TimestampMs, now_ms: TimestampMs) -> Due {
    let mut times = passed(calendar, next_ms, now_ms);
    let left_out = times.len().saturating_sub(MOST);
    let keep = match policy {
        Missed::All => times.len() - left_out,
        Missed::Once => times.len().min(1),
        Missed::Skip => times.iter().filter(|time| **time >= now_ms - GRACE_MS).count(),
    };
    let kept = times.split_off(times.len() - keep);
    // At most MOST + 1 were counted.
    let missed = if kept.is_empty() { 0 } else { u32::try_from(times.len()).unwrap_or(u32::MAX) };
    Due { times: kept, missed, next_ms: if now_ms < next_ms { next_ms } else { calendar.next_after(now_ms) } }
}

/// The newest due times from `next_ms` to `now_ms`, at most one more than become events, oldest first.
///
/// Counted backwards from now: years of a schedule that is due each minute cost no more than 1,001 steps.
fn passed(calendar: &Calendar, next_ms: TimestampMs, now_ms: TimestampMs) -> Vec<TimestampMs> {
    let earlier = |time: &TimestampMs| calendar.last_until(time.saturating_sub(1_000));
    let mut times: Vec<TimestampMs> = std::iter::successors(calendar.last_until(now_ms), earlier)
        .take_while(|time| *time >= next_ms)
        .take(MOST + 1)
        .collect();
    times.reverse();
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use xl_model::cloud_event::parse_rfc3339;
    use xl_model::cloud_event::rfc3339;
    use xl_model::manifest::Schedule;

    fn calendar(cron: &str, zone: &str) -> Calendar {
        let missed = Missed::Once;
        let schedule = Schedule { name: "s".to_owned(), cron: cron.to_owned(), zone: zone.to_owned(), missed };
        Calendar::read(&schedule, 0).unwrap()
    }

    fn ms(text: &str) -> TimestampMs {
        parse_rfc3339(text).unwrap()
    }

    fn at(cron: &str, zone: &str, policy: Missed, next: &str, now: &str) -> (Vec<String>, u32, String) {
        let found = due(&calendar(cron, zone), policy, ms(next), ms(now));
        (found.times.into_iter().map(rfc3339).collect(), found.missed, rfc3339(found.next_ms))
    }

    const NEXT: &str = "2026-11-23T06:00:00.000Z";

    #[test]
    fn a_due_time_on_time_becomes_one_event_whatever_the_policy() {
        for policy in [Missed::Once, Missed::All, Missed::Skip] {
            let found = at("0 * * * *", "UTC", policy, NEXT, "2026-11-23T06:00:01.250Z");
            assert_eq!(found, (vec![NEXT.to_owned()], 0, "2026-11-23T07:00:00.000Z".to_owned()));
        }
    }

    #[test]
    fn missed_due_times_follow_their_policy() {
        let now = "2026-11-23T09:30:00Z";
        let next = "2026-11-23T10:00:00.000Z".to_owned();
        let nine = "2026-11-23T09:00:00.000Z".to_owned();
        assert_eq!(at("0 * * * *", "UTC", Missed::Once, NEXT, now), (vec![nine.clone()], 3, next.clone()));
        assert_eq!(at("0 * * * *", "UTC", Missed::Skip, NEXT, now), (vec![], 0, next.clone()));
        let all = at("0 * * * *", "UTC", Missed::All, NEXT, now);
        assert_eq!((all.0.len(), &all.0[0], &all.0[3], all.1, all.2), (4, &NEXT.to_owned(), &nine, 0, next));
    }

    #[test]
    fn a_due_time_of_the_last_minute_was_not_missed() {
        let found = at("0 * * * *", "UTC", Missed::Skip, NEXT, "2026-11-23T09:00:30Z");
        assert_eq!(found.0, ["2026-11-23T09:00:00.000Z"]);
        assert_eq!(found.1, 3);
    }

    #[test]
    fn a_year_of_minutes_becomes_the_newest_thousand() {
        let found = at("* * * * *", "UTC", Missed::All, "2025-11-23T09:00:00Z", "2026-11-23T09:00:00Z");
        assert_eq!((found.0.len(), found.1), (1_000, 1));
        assert_eq!(found.0[999], "2026-11-23T09:00:00.000Z");
        assert_eq!(at("* * * * *", "UTC", Missed::Once, "2025-11-23T09:00:00Z", "2026-11-23T09:00:00Z").1, 1_000);
    }

    #[test]
    fn days_around_the_end_of_summer_time_are_due_once_each() {
        let found = at("30 6 * * *", "Europe/Berlin", Missed::All, "2026-10-24T04:30:00Z", "2026-10-26T12:00:00Z");
        assert_eq!(found.0, ["2026-10-24T04:30:00.000Z", "2026-10-25T05:30:00.000Z", "2026-10-26T05:30:00.000Z"]);
    }

    #[test]
    fn nothing_is_due_before_its_time_and_a_clock_set_back_repeats_nothing() {
        let found = at("0 * * * *", "UTC", Missed::All, NEXT, "2026-11-23T04:00:30Z");
        assert_eq!((found.0.len(), found.2), (0, NEXT.to_owned()));
    }
}

//! Walks along the days: adds and measures work, day by day.

use crate::clock::TimestampMs;
use crate::day::Day;
use crate::work_calendar::DAY_MS;
use crate::work_calendar::SHANGHAI_MS;
use crate::work_calendar::WorkCalendar;
use crate::work_calendar::hours::Shift;

/// Most days that a limit reaches: far beyond the longest, and an end to every loop.
const MOST_DAYS: i64 = 20_000;
/// 1970-01-01 was a Thursday; Monday is 0.
const WEEKDAY_OF_DAY_0: i64 = 3;
/// Before and after this no calendar is asked: 1900 to 2199.
const FIRST_MS: TimestampMs = -2_208_988_800_000;
const LAST_MS: TimestampMs = 7_258_032_000_000;

/// A moment that days can be counted at.
pub(super) fn bounded(at_ms: TimestampMs) -> TimestampMs {
    at_ms.clamp(FIRST_MS, LAST_MS)
}

/// The day in China at a moment.
fn day_at(at_ms: TimestampMs) -> i64 {
    (at_ms + SHANGHAI_MS).div_euclid(DAY_MS)
}

/// When a day begins in China.
fn midnight(day: i64) -> TimestampMs {
    day * DAY_MS - SHANGHAI_MS
}

/// When a shift of a day begins and ends.
fn times(day: i64, shift: Shift) -> (TimestampMs, TimestampMs) {
    let at = |minute: u16| midnight(day) + i64::from(minute) * 60_000;
    (at(shift.from), at(shift.to))
}

impl WorkCalendar {
    /// The shifts of a day; none when it is not worked.
    fn shifts(&self, day: i64) -> &[Shift] {
        let weekday = usize::try_from((day + WEEKDAY_OF_DAY_0).rem_euclid(7)).unwrap_or(0);
        match self.year_of(day) {
            Some(known) if known.holidays.contains(&day) => &[],
            Some(known) if known.make_up.contains(&day) => self.hours.of_make_up(weekday),
            _ => self.hours.of(weekday),
        }
    }

    fn year_of(&self, day: i64) -> Option<&super::year::Known> {
        self.years.get(&Day::in_china(midnight(day)).year())
    }

    fn is_worked(&self, day: i64) -> bool {
        !self.shifts(day).is_empty()
    }

    /// Whether the years from one moment to another are all known.
    pub(super) fn knows(&self, from_ms: TimestampMs, to_ms: TimestampMs) -> bool {
        let year = |at_ms| Day::in_china(at_ms).year();
        (year(from_ms)..=year(to_ms)).all(|year| self.years.contains_key(&year))
    }

    /// The moment at which so much work is done from `start_ms` on.
    pub(super) fn after_work(&self, start_ms: TimestampMs, work_ms: i64) -> TimestampMs {
        let mut left_ms = work_ms.max(0);
        if left_ms == 0 {
            return start_ms;
        }
        let first = day_at(start_ms);
        for day in first..first + MOST_DAYS {
            for shift in self.shifts(day) {
                let (from_ms, to_ms) = times(day, *shift);
                let from_ms = from_ms.max(start_ms);
                if left_ms <= to_ms - from_ms {
                    return from_ms + left_ms;
                }
                left_ms -= (to_ms - from_ms).max(0);
            }
        }
        midnight(first + MOST_DAYS)
    }

    /// How much work lies between two moments.
    pub(super) fn work_between(&self, from_ms: TimestampMs, to_ms: TimestampMs) -> i64 {
        (day_at(from_ms)..=day_at(to_ms))
            .take(days())
            .flat_map(|day| self.shifts(day).iter().map(move |shift| times(day, *shift)))
            .map(|(begins_ms, ends_ms)| (ends_ms.min(to_ms) - begins_ms.max(from_ms)).max(0))
            .sum()
    }

    /// The close of the `days`-th working day after the one at `start_ms`; with 0 of that one itself while it is worked.
    pub(super) fn close_after(&self, start_ms: TimestampMs, days: i64) -> TimestampMs {
        let first = day_at(start_ms);
        let close = |day: i64| self.shifts(day).last().map(|shift| times(day, *shift).1);
        if days <= 0
            && let Some(close_ms) = close(first).filter(|close_ms| start_ms <= *close_ms)
        {
            return close_ms;
        }
        let nth = usize::try_from(days.max(1) - 1).unwrap_or(0);
        let later = (first + 1..first + MOST_DAYS).filter_map(close).nth(nth);
        later.unwrap_or_else(|| midnight(first + MOST_DAYS))
    }

    /// The working days after the one at `from_ms` up to the one at `to_ms`.
    pub(super) fn work_days_between(&self, from_ms: TimestampMs, to_ms: TimestampMs) -> i64 {
        let days = (day_at(from_ms) + 1..=day_at(to_ms)).take(days());
        days.filter(|day| self.is_worked(*day)).count() as i64
    }

    /// The moment at which so much of working days, of 24 hours each, has passed; outside of them it begins when the next
    /// opens.
    pub(super) fn after_work_days(&self, start_ms: TimestampMs, ms: i64) -> TimestampMs {
        let first = day_at(start_ms);
        let mut left_ms = ms.max(0);
        let mut at_ms = start_ms;
        for day in first..first + MOST_DAYS {
            let Some(opens) = self.shifts(day).first() else {
                continue;
            };
            if day != first {
                let began = self.is_worked(first) || left_ms != ms.max(0);
                at_ms = if began { midnight(day) } else { times(day, *opens).0 };
            }
            let rest_ms = midnight(day + 1) - at_ms;
            if left_ms < rest_ms {
                return at_ms + left_ms;
            }
            left_ms -= rest_ms;
        }
        midnight(first + MOST_DAYS)
    }

    /// How much of working days, of 24 hours each, lies between two moments; outside of them it begins when the next opens.
    pub(super) fn work_day_ms_between(&self, from_ms: TimestampMs, to_ms: TimestampMs) -> i64 {
        let first = day_at(from_ms);
        let opens = |day: i64| self.shifts(day).first().map(|shift| times(day, *shift).0);
        let from_ms = match opens(first) {
            Some(_) => from_ms,
            None => (first + 1..first + MOST_DAYS).find_map(opens).unwrap_or(to_ms),
        };
        (first..=day_at(to_ms))
            .take(days())
            .filter(|day| self.is_worked(*day))
            .map(|day| (midnight(day + 1).min(to_ms) - midnight(day).max(from_ms)).max(0))
            .sum()
    }
}

fn days() -> usize {
    usize::try_from(MOST_DAYS).unwrap_or(usize::MAX)
}

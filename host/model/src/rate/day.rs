//! Days as the county counts them, in Asia/Shanghai.

use serde::Deserialize;
use serde::Serialize;

use crate::rate::Span;
use crate::status::HOUR_US;
use crate::status::TimestampUs;

/// Asia/Shanghai is UTC+8 without summer time since 1991, before any camera of ours: no table of zones is needed.
pub const SHANGHAI_US: i64 = 8 * HOUR_US;

/// One day.
pub const DAY_US: i64 = 24 * HOUR_US;

/// A day in Asia/Shanghai, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalDay(pub i32);

impl LocalDay {
    /// The day of a moment.
    pub fn of(at_us: TimestampUs) -> Self {
        let day = at_us.saturating_add(SHANGHAI_US).div_euclid(DAY_US);
        // 64 bits of microseconds are 107 million days at most.
        Self(i32::try_from(day).unwrap_or(i32::MAX))
    }

    /// From its midnight to the next.
    pub fn span(self) -> Span {
        let from_us = i64::from(self.0).saturating_mul(DAY_US).saturating_sub(SHANGHAI_US);
        Span { from_us, to_us: from_us.saturating_add(DAY_US) }
    }

    /// The day after it.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The first day that lies in `span` as a whole, and the first after it that does not.
    pub fn whole(span: Span) -> (Self, Self) {
        let first = Self::of(span.from_us);
        let first = if first.span().from_us < span.from_us { first.next() } else { first };
        (first, Self::of(span.to_us).max(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        // 2026-11-23T08:00:00Z is 16:00 in Shanghai.
        let at_us = 1_795_420_800_000_000;
        let day = LocalDay::of(at_us);
        assert_eq!(day.span(), Span { from_us: at_us - 16 * HOUR_US, to_us: at_us + 8 * HOUR_US });
        assert_eq!(LocalDay::of(day.span().from_us), day);
        assert_eq!(LocalDay::of(day.span().from_us - 1), LocalDay(day.0 - 1));
        assert_eq!(LocalDay::of(day.span().to_us), day.next());
        assert_eq!(LocalDay::of(i64::MIN).span().length_us(), u64::try_from(DAY_US).unwrap());
    }

    #[test]
    fn whole_days_of_a_span_leave_its_ends_out() {
        let day = LocalDay(20_000);
        let span = |from: i64, to: i64| {
            let start = day.span().from_us;
            LocalDay::whole(Span { from_us: start + from, to_us: start + to })
        };
        assert_eq!(span(0, DAY_US), (day, day.next()));
        assert_eq!(span(1, 3 * DAY_US - 1), (day.next(), day.next().next()));
        assert_eq!(span(1, 2), (day.next(), day.next()));
    }
}

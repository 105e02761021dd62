//! The two counts of days: from clue to decision, and how long a notice stood. Days are calendar days of China.

use xl_plugin::day::Day;

/// The last day on which a decision is on time: with 15 days, the fifteenth after the clue.
pub fn due(opened: Day, days: u32) -> Day {
    opened.plus(days)
}

/// Whether a decision on this day is on time.
pub fn on_time(due: Day, decided: Day) -> bool {
    decided <= due
}

/// The first day on which a notice that went up on `posted` may come down.
pub fn notice_until(posted: Day, days: u32) -> Day {
    posted.plus(days)
}

/// Whether a notice stood long enough: with 5 days, from the 1st until the 6th.
pub fn stood(posted: Day, down: Day, days: u32) -> bool {
    down >= notice_until(posted, days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_fifteenth_day_is_on_time_and_the_sixteenth_is_not() {
        let due = due(day("2026-02-20"), 15);
        assert_eq!(due, day("2026-03-07"));
        assert!(on_time(due, day("2026-03-07")));
        assert!(!on_time(due, day("2026-03-08")));
    }

    #[test]
    fn a_notice_that_comes_down_on_the_fourth_day_fails_and_one_that_stood_five_days_does_not() {
        let posted = day("2026-11-01");
        assert!(!stood(posted, day("2026-11-04"), 5), "the fourth day when the first counts");
        assert!(!stood(posted, day("2026-11-05"), 5), "the fourth day after it went up");
        assert!(stood(posted, day("2026-11-06"), 5));
    }
}

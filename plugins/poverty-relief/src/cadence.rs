//! How often a household is visited: once a calendar period of so many months.

use xl_plugin::day::Day;

/// The last day of the period of `months` that holds `day`; periods begin with January.
pub fn period_end(day: Day, months: u32) -> Day {
    let months = months.clamp(1, 12);
    let text = day.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month)) = (number(0..4), number(5..7)) else { return day };
    // The first month after the period, counted from 0; a period never reaches over the end of the year.
    let next = ((month - 1) / months * months + months).min(12);
    let first_after = format!("{:04}-{:02}-01", year + next / 12, next % 12 + 1);
    match first_after.parse::<Day>() {
        Ok(first) => Day::at(first.start_ms() - 1),
        Err(_) => day,
    }
}

/// The last day for the next visit once one was made on `visited`: the end of the period after.
pub fn next_due(visited: Day, months: u32) -> Day {
    period_end(period_end(visited, months).plus(1), months)
}

/// The day before.
pub fn day_before(day: Day) -> Day {
    Day::at(day.start_ms() - 1)
}

/// How a visit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// It is the visit of the period that ends on this day.
    Planned(Day),
    /// It was made in a period that was taken for missed before it was written down.
    Late(Day),
    /// It comes on top.
    Extra,
}

/// How a visit on `day` counts for a household whose next visit is due on `due` and that missed `missed`.
pub fn counts(day: Day, months: u32, due: Day, missed: Option<Day>) -> Counts {
    let end = period_end(day, months);
    match missed {
        Some(missed) if end == missed => Counts::Late(missed),
        _ if end == due => Counts::Planned(due),
        _ => Counts::Extra,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_and_a_month_end_where_the_calendar_says() {
        for (on, months, end) in [
            ("2026-01-01", 3, "2026-03-31"),
            ("2026-11-26", 3, "2026-12-31"),
            ("2026-11-26", 1, "2026-11-30"),
            ("2028-02-01", 1, "2028-02-29"),
            ("2026-12-31", 1, "2026-12-31"),
            ("2026-06-15", 6, "2026-06-30"),
            ("2026-12-01", 5, "2026-12-31"),
            ("2026-06-15", 0, "2026-06-30"),
        ] {
            assert_eq!(period_end(day(on), months), day(end), "{on}, {months}");
        }
    }

    #[test]
    fn after_a_visit_the_next_one_is_due_in_the_period_after() {
        assert_eq!(next_due(day("2026-11-26"), 3), day("2027-03-31"));
        assert_eq!(next_due(day("2026-11-26"), 1), day("2026-12-31"));
    }

    #[test]
    fn a_visit_counts_once_a_period_also_when_it_is_written_down_late() {
        let due = day("2026-12-31");
        assert_eq!(counts(day("2026-11-26"), 3, due, None), Counts::Planned(due));
        assert_eq!(counts(day("2026-11-26"), 3, day("2027-03-31"), None), Counts::Extra, "the second of its quarter");
        let missed = day("2026-09-30");
        assert_eq!(counts(day("2026-09-30"), 3, due, Some(missed)), Counts::Late(missed));
        assert_eq!(counts(day("2026-10-01"), 3, due, Some(missed)), Counts::Planned(due));
    }
}

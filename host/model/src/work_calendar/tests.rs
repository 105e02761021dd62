//! Due times by hand: each row says how it was reckoned.

use super::*;
use crate::case::limit::LimitForm;
use crate::day::Day;

mod left;
mod table;

/// A moment in China, written `2026-11-27 16:00`.
pub(super) fn at(text: &str) -> TimestampMs {
    let (day, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
    day.parse::<Day>().unwrap().number() * DAY_MS + minutes * 60_000 - SHANGHAI_MS
}

pub(super) fn limit(text: &str) -> Limit {
    let (amount, unit) = text.split_once(' ').unwrap();
    LimitForm { amount: amount.parse().unwrap(), unit: unit.to_owned() }.read().unwrap()
}

pub(super) fn year(year: u16, holidays: &[(&str, &str)], make_up: &[&str]) -> YearDays {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let span = |(from, to): &(&str, &str)| DaySpan { from: day(from), to: day(to), zh: "".into(), en: "".into() };
    let year = YearDays {
        year,
        version: 1,
        source: String::new(),
        holidays: holidays.iter().map(span).collect(),
        make_up: make_up.iter().map(|text| day(text)).collect(),
    };
    assert_eq!(year.wrong(), None);
    year
}

/// The State Council's notices on 2025 and 2026, as `config/cases/calendar` has them.
pub(super) fn calendar(end: WorkDayEnd) -> WorkCalendar {
    let of_2025 = year(
        2025,
        &[
            ("2025-01-01", "2025-01-01"),
            ("2025-01-28", "2025-02-04"),
            ("2025-04-04", "2025-04-06"),
            ("2025-05-01", "2025-05-05"),
            ("2025-05-31", "2025-06-02"),
            ("2025-10-01", "2025-10-08"),
        ],
        &["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
    );
    let of_2026 = year(
        2026,
        &[
            ("2026-01-01", "2026-01-03"),
            ("2026-02-15", "2026-02-23"),
            ("2026-04-04", "2026-04-06"),
            ("2026-05-01", "2026-05-05"),
            ("2026-06-19", "2026-06-21"),
            ("2026-09-25", "2026-09-27"),
            ("2026-10-01", "2026-10-07"),
        ],
        &["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
    );
    WorkCalendar::new(OfficeHours::default(), [of_2025, of_2026], end)
}

/// How a moment is read by people, for what a failing test says.
pub(super) fn text(at_ms: TimestampMs) -> String {
    let minutes = (at_ms + SHANGHAI_MS).rem_euclid(DAY_MS) / 60_000;
    format!("{} {:02}:{:02}", Day::in_china(at_ms), minutes / 60, minutes % 60)
}

#[test]
fn a_date_beyond_the_known_years_is_answered_by_weekdays_and_says_so() {
    let calendar = calendar(WorkDayEnd::CloseOfDay);
    for (start, end, known) in [
        ("2026-12-30 10:00", "2026-12-31 17:00", true),
        ("2026-12-31 10:00", "2027-01-01 17:00", false),
        ("2027-10-01 10:00", "2027-10-04 17:00", false),
        ("2024-10-01 10:00", "2024-10-02 17:00", false),
    ] {
        let due = calendar.due(at(start), limit("1 work-day"));
        assert_eq!((text(due.at_ms).as_str(), due.known), (end, known), "{start}");
    }
}

#[test]
fn no_moment_and_no_amount_makes_it_walk_forever() {
    for end in [WorkDayEnd::CloseOfDay, WorkDayEnd::SameClock] {
        let calendar = calendar(end);
        for unit in Unit::ALL {
            for start_ms in [i64::MIN, -1, i64::MAX] {
                calendar.due(start_ms, Limit { amount: u32::MAX, unit });
                calendar.left(start_ms, i64::MAX, unit);
            }
        }
        for left in [Left::WorkMs(i64::MAX), Left::ClockMs(i64::MAX), Left::WorkDays(i64::MIN), Left::WorkDayMs(-1)] {
            calendar.run(0, left);
        }
    }
}

#[test]
fn office_hours_that_nobody_keeps_are_refused() {
    let none: [Vec<Shift>; 7] = Default::default();
    assert_eq!(OfficeHours::new(none.clone()).unwrap_err(), CalendarError::NoHours);
    for shifts in [
        vec![Shift { from: 60, to: 60 }],
        vec![Shift { from: 60, to: 1_441 }],
        vec![Shift { from: 60, to: 180 }, Shift { from: 120, to: 240 }],
        (0..7).map(|hour| Shift { from: hour * 60, to: hour * 60 + 30 }).collect(),
    ] {
        let mut week = none.clone();
        week[1] = shifts;
        assert_eq!(OfficeHours::new(week).unwrap_err(), CalendarError::Disorder(2));
    }
}

#[test]
fn a_year_with_days_of_another_or_with_a_day_in_both_lists_is_told() {
    let good = year(2026, &[("2026-01-01", "2026-01-03")], &["2026-01-04"]);
    let day = |text: &str| text.parse::<Day>().unwrap();
    for make_up in ["2026-01-02", "2025-12-28"] {
        assert!(YearDays { make_up: vec![day(make_up)], ..good.clone() }.wrong().is_some(), "{make_up}");
    }
    for (from, to) in [("2026-01-03", "2026-01-01"), ("2025-12-31", "2026-01-01")] {
        let span = DaySpan { from: day(from), to: day(to), zh: "".into(), en: "".into() };
        assert!(YearDays { holidays: vec![span], ..good.clone() }.wrong().is_some(), "{from}");
    }
}

//! What is left runs on later, in the unit of the limit.

use super::*;

/// Start, limit, stopped, runs on, end.
#[rustfmt::skip]
const STOPPED: &[(WorkDayEnd, &str, &str, &str, &str, &str)] = &[
    // Friday 16:00 + 4 hours; stopped at 16:30 with 3.5 left; on from Wednesday 10:00: 2 to noon, 1.5 after 13:00.
    (WorkDayEnd::CloseOfDay, "2026-11-27 16:00", "4 work-hour", "2026-11-27 16:30", "2026-12-02 10:00", "2026-12-02 14:30"),
    // An hour and a half from Friday 16:00; stopped at 16:30 with an hour left; on from Wednesday 11:30: over lunch.
    (WorkDayEnd::CloseOfDay, "2026-11-27 16:00", "1.5 work-hour", "2026-11-27 16:30", "2026-12-02 11:30", "2026-12-02 13:30"),
    // Stopped at night: nothing of it has passed since the close; 3 hours left.
    (WorkDayEnd::CloseOfDay, "2026-11-27 16:00", "4 work-hour", "2026-11-28 03:00", "2026-12-02 09:00", "2026-12-02 12:00"),
    // Urgent: 2 of 3 hours left, on from a Sunday night.
    (WorkDayEnd::CloseOfDay, "2026-11-27 16:00", "3 urgent-hour", "2026-11-27 17:00", "2026-11-29 23:00", "2026-11-30 01:00"),
    (WorkDayEnd::CloseOfDay, "2026-11-27 16:00", "2 urgent-day", "2026-11-28 16:00", "2026-12-05 08:00", "2026-12-06 08:00"),
    // Monday + 3 days is Thursday; stopped on Tuesday with two days after it; on from the next Friday: Monday, Tuesday.
    (WorkDayEnd::CloseOfDay, "2026-11-23 10:00", "3 work-day", "2026-11-24 15:00", "2026-12-04 10:00", "2026-12-08 17:00"),
    // Stopped on its last day: it ends with the day on which it runs on.
    (WorkDayEnd::CloseOfDay, "2026-11-23 10:00", "1 work-day", "2026-11-24 15:00", "2026-12-04 10:00", "2026-12-04 17:00"),
    // And if that day is over, or none, with the next.
    (WorkDayEnd::CloseOfDay, "2026-11-23 10:00", "1 work-day", "2026-11-24 15:00", "2026-12-04 18:00", "2026-12-07 17:00"),
    (WorkDayEnd::CloseOfDay, "2026-11-23 10:00", "1 work-day", "2026-11-24 15:00", "2026-12-05 10:00", "2026-12-07 17:00"),
    // National Day lies between stop and end: what is left is counted in working days all the same.
    (WorkDayEnd::CloseOfDay, "2026-09-29 10:00", "3 work-day", "2026-09-30 10:00", "2026-10-12 10:00", "2026-10-14 17:00"),
    // Same clock: Monday 16:00 + 2 days is Wednesday 16:00; a day left on Tuesday 16:00; on from Friday 11:00.
    (WorkDayEnd::SameClock, "2026-11-23 16:00", "2 work-day", "2026-11-24 16:00", "2026-11-27 11:00", "2026-11-30 11:00"),
];

#[test]
fn what_is_left_runs_on_in_its_own_unit() {
    for (end, start, allowed, stopped, on, due) in STOPPED {
        let calendar = calendar(*end);
        let limit = limit(allowed);
        let left = calendar.left(at(stopped), calendar.due(at(start), limit).at_ms, limit.unit);
        assert_eq!(text(calendar.run(at(on), left).at_ms), *due, "{start} + {allowed}, {stopped} to {on}");
    }
}

#[test]
fn nothing_is_left_of_what_is_past() {
    let calendar = calendar(WorkDayEnd::CloseOfDay);
    for (unit, none) in
        [(Unit::WorkHour, Left::WorkMs(0)), (Unit::WorkDay, Left::WorkDays(0)), (Unit::UrgentDay, Left::ClockMs(0))]
    {
        assert_eq!(calendar.left(at("2026-11-27 10:00"), at("2026-11-26 10:00"), unit), none);
    }
}

/// All of a limit is left when it begins, whatever the moment: what a suspension at once changes is nothing.
#[test]
fn a_stop_at_the_very_beginning_changes_nothing() {
    for end in [WorkDayEnd::CloseOfDay, WorkDayEnd::SameClock] {
        let calendar = calendar(end);
        for start in ["2026-11-27 16:00", "2026-02-18 12:00", "2026-11-24 12:30", "2026-11-24 20:00"] {
            for allowed in
                ["5 work-hour", "1.5 work-hour", "3 work-day", "7 urgent-hour", "2 urgent-day", "0.5 urgent-hour"]
            {
                let limit = limit(allowed);
                let due = calendar.due(at(start), limit);
                let left = calendar.left(at(start), due.at_ms, limit.unit);
                assert_eq!(calendar.run(at(start), left), due, "{start} {allowed} {end:?}");
            }
        }
    }
}

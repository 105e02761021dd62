//! When limits end, stand still, and are kept or not.

use super::*;

fn due(case: &Case) -> Option<String> {
    case.due_ms().map(text)
}

fn overdue(case: &Case) -> Vec<(&'static str, &str)> {
    case.timers.iter().filter(|timer| timer.overdue).map(|timer| (timer.timer.word(), timer.phase.as_str())).collect()
}

#[test]
fn each_part_has_its_own_limit() {
    let rules = rules("left");
    let mut case = opened("01-02", "2026-11-27 16:00", &rules);
    // Filed Friday 16:00, four working hours: Monday noon.
    assert_eq!(due(&case).as_deref(), Some("2026-11-30 12:00"));
    for (now, name, running) in [
        ("2026-11-27 16:10", StepName::Verify, Some("2026-11-30 12:00")),
        ("2026-11-27 16:30", StepName::File, Some("2026-11-30 13:30")),
        ("2026-11-30 09:00", StepName::Dispatch, Some("2026-12-02 17:00")),
        ("2026-11-30 09:10", StepName::Accept, Some("2026-12-02 17:00")),
        ("2026-11-30 09:20", StepName::Start, Some("2026-12-02 17:00")),
        ("2026-12-01 10:00", StepName::Feedback, Some("2026-12-02 17:00")),
        ("2026-12-01 11:00", StepName::Check, Some("2026-12-02 17:00")),
        ("2026-12-01 12:00", StepName::Close, None),
        ("2026-12-01 13:00", StepName::Evaluate, None),
    ] {
        case = led(case, &rules, &[(now, name)]);
        assert_eq!(due(&case).as_deref(), running, "{name:?}");
    }
    assert_eq!(
        case.timers.iter().map(|timer| timer.timer.word()).collect::<Vec<_>>(),
        ["filing", "dispatch", "handling", "checking"]
    );
    assert!(case.is_closed_on_time() && !case.is_overdue());
    assert_eq!(text(case.final_due_ms().unwrap()), "2026-12-02 17:00");
    assert_eq!((case.filed_ms, case.closed_ms), (Some(at("2026-11-27 16:30")), Some(at("2026-12-01 12:00"))));
}

#[test]
fn the_clock_says_overdue_once_a_limit_and_tells_the_unit_above() {
    let rules = rules("left");
    let case = dispatched("01-02", &rules);
    let end_ms = at("2026-11-25 17:00");
    let overdue = |case: &Case, now_ms| case.take(&Step::new(StepName::Overdue), &Actor::Clock, now_ms, &rules);
    // The last moment is in time.
    assert_eq!(case.next_overdue_ms(), Some(end_ms + 1));
    assert_eq!(overdue(&case, end_ms).unwrap_err().code().0, 1005);
    let late = overdue(&case, end_ms + 1).unwrap();
    assert!(late.case.is_overdue());
    assert_eq!(
        (late.past.timer, late.past.unit.as_ref().map(UnitId::as_str)),
        (Some(TimerName::Handling), Some("town"))
    );
    assert_eq!(late.case.stage, Stage::Dispatched);
    assert_eq!(late.case.next_overdue_ms(), None);
    assert_eq!(overdue(&late.case, end_ms + 1_000_000).unwrap_err().code().0, 1005);
    // The next limit has a flag of its own, and goes one unit higher.
    let steps = [
        ("2026-11-26 09:00", StepName::Accept),
        ("2026-11-26 09:10", StepName::Start),
        ("2026-11-26 10:00", StepName::Feedback),
        ("2026-11-28 10:00", StepName::Overdue),
    ];
    let case = led(late.case, &rules, &steps);
    assert_eq!(self::overdue(&case), [("handling", ""), ("checking", "")]);
    assert_eq!(case.escalated_to.as_ref().map(UnitId::as_str), Some("county"));
    let person = case.take(&Step::new(StepName::Overdue), &anybody("wang"), i64::MAX, &rules);
    assert_eq!(person.unwrap_err().code().0, 1003);
}

#[test]
fn what_was_done_too_late_is_overdue_even_when_the_clock_had_not_said_so() {
    let rules = rules("left");
    let case = led(
        opened("01-02", "2026-11-23 09:00", &rules),
        &rules,
        &[("2026-11-24 09:00", StepName::Verify), ("2026-11-24 09:10", StepName::File)],
    );
    assert_eq!(overdue(&case), [("filing", "")]);
}

#[test]
fn a_burst_pipe_has_three_limits_that_follow_each_other_each_with_its_own_flag() {
    let rules = rules("left");
    let case = dispatched("04-01", &rules);
    // Monday 10:00 + 3 hours on the clock, + 8 more, + 5 working days after that Monday.
    let ends: Vec<(&str, String)> = case.timers.iter().skip(2).map(|it| (it.phase.as_str(), text(it.due_ms))).collect();
    let planned = [("fence", "2026-11-23 13:00"), ("repair", "2026-11-23 21:00"), ("restore", "2026-11-30 17:00")];
    assert_eq!(ends, planned.map(|(phase, end)| (phase, end.to_owned())));
    assert_eq!(text(case.final_due_ms().unwrap()), "2026-11-30 17:00");
    let case = led(
        case,
        &rules,
        &[
            ("2026-11-23 10:10", StepName::Accept),
            ("2026-11-23 10:20", StepName::Start),
            ("2026-11-23 12:00", StepName::Phase),
        ],
    );
    // The fence stood early; what comes after it keeps its planned end.
    assert_eq!(due(&case).as_deref(), Some("2026-11-23 21:00"));
    let case = led(case, &rules, &[("2026-11-23 21:01", StepName::Overdue), ("2026-11-24 08:00", StepName::Phase)]);
    assert_eq!(overdue(&case), [("handling", "repair")]);
    assert_eq!(due(&case).as_deref(), Some("2026-11-30 17:00"));
    let last = case.take(&step(StepName::Phase), &anybody("li"), at("2026-11-24 09:00"), &rules).unwrap_err();
    assert_eq!(last.code().0, 1005);
    let case = led(case, &rules, &[("2026-11-30 17:00", StepName::Feedback)]);
    assert_eq!(overdue(&case), [("handling", "repair")]);
}

#[test]
fn a_suspended_case_does_not_run_out_and_runs_on_with_what_was_left() {
    let rules = rules("left");
    let case = led(processing("01-02", &rules), &rules, &[("2026-11-24 10:00", StepName::Suspend)]);
    assert_eq!((case.due_ms(), case.final_due_ms(), case.next_overdue_ms()), (None, None, None));
    // A working day was left after the Tuesday: from Thursday week on, the Friday.
    let case = led(case, &rules, &[("2026-12-03 10:00", StepName::Resume)]);
    assert_eq!(due(&case).as_deref(), Some("2026-12-04 17:00"));
    assert_eq!(case.next_overdue_ms(), Some(at("2026-12-04 17:00") + 1));
}

#[test]
fn a_suspension_moves_the_phases_that_follow_too() {
    let rules = rules("left");
    let case = led(
        processing("04-01", &rules),
        &rules,
        &[("2026-11-23 11:00", StepName::Suspend), ("2026-11-24 09:00", StepName::Resume)],
    );
    // Two of three hours are left, then eight, then five working days after the Tuesday.
    let ends: Vec<String> = case.timers.iter().skip(2).map(|timer| text(timer.due_ms)).collect();
    assert_eq!(ends, ["2026-11-24 11:00", "2026-11-24 19:00", "2026-12-01 17:00"]);
}

#[test]
fn a_rework_makes_nothing_punctual_that_was_late() {
    let rules = rules("1 work-day");
    let steps = |day: &'static [&'static str; 7]| {
        let names = [
            StepName::Feedback,
            StepName::Check,
            StepName::Rework,
            StepName::Start,
            StepName::Feedback,
            StepName::Check,
            StepName::Close,
        ];
        day.iter().copied().zip(names).collect::<Vec<_>>()
    };
    let [early, late] = [
        &[
            "2026-11-23 10:00",
            "2026-11-23 10:10",
            "2026-11-23 10:20",
            "2026-11-23 10:30",
            "2026-11-23 10:40",
            "2026-11-23 10:50",
            "2026-11-23 11:00",
        ],
        &[
            "2026-12-03 10:00",
            "2026-12-03 10:10",
            "2026-12-03 10:20",
            "2026-12-03 10:30",
            "2026-12-03 10:40",
            "2026-12-03 10:50",
            "2026-12-03 11:00",
        ],
    ];
    assert!(led(processing("01-02", &rules), &rules, &steps(early)).is_closed_on_time());
    assert!(!led(processing("01-02", &rules), &rules, &steps(late)).is_closed_on_time());
}

#[test]
fn an_overdue_limit_stays_overdue_over_a_suspension() {
    let rules = rules("left");
    let case = led(
        processing("01-02", &rules),
        &rules,
        &[("2026-11-26 09:00", StepName::Suspend), ("2026-12-03 10:00", StepName::Resume)],
    );
    assert_eq!((overdue(&case), due(&case).as_deref()), (vec![("handling", "")], Some("2026-11-25 17:00")));
    let steps = [
        ("2026-12-03 11:00", StepName::Feedback),
        ("2026-12-03 11:30", StepName::Check),
        ("2026-12-03 11:40", StepName::Close),
    ];
    assert!(!led(case, &rules, &steps).is_closed_on_time());
}

#[test]
fn an_approved_extension_moves_the_end_by_the_calendar_and_counts_a_denied_one_does_neither() {
    let rules = rules("left");
    let asked = led(processing("01-02", &rules), &rules, &[("2026-11-25 10:00", StepName::RequestExtension)]);
    assert_eq!((due(&asked).as_deref(), asked.asked), (Some("2026-11-25 17:00"), Some(limit("1 work-day"))));
    let denied = led(asked.clone(), &rules, &[("2026-11-25 11:00", StepName::DenyExtension)]);
    assert_eq!((due(&denied).as_deref(), denied.extensions, denied.asked), (Some("2026-11-25 17:00"), 0, None));
    let approved = led(asked.clone(), &rules, &[("2026-11-25 11:00", StepName::ApproveExtension)]);
    assert_eq!((due(&approved).as_deref(), approved.extensions, approved.asked), (Some("2026-11-26 17:00"), 1, None));
    // Over the weekend, and by another amount than was asked for.
    let three = Step { limit: Some(limit("3 work-day")), ..step(StepName::ApproveExtension) };
    let longer = asked.take(&three, &anybody("wang"), at("2026-11-25 11:00"), &rules).unwrap();
    assert_eq!(due(&longer.case).as_deref(), Some("2026-11-30 17:00"));
    // An extension asked for too late moves the end all the same, and the flag stays.
    let late = led(
        asked,
        &rules,
        &[("2026-11-25 17:01", StepName::Overdue), ("2026-11-26 09:00", StepName::ApproveExtension)],
    );
    assert_eq!((due(&late).as_deref(), overdue(&late)), (Some("2026-11-26 17:00"), vec![("handling", "")]));
}

#[test]
fn an_extension_moves_the_phases_that_follow() {
    let rules = rules("left");
    let steps = [("2026-11-23 11:00", StepName::RequestExtension)];
    let asked = led(processing("04-01", &rules), &rules, &steps);
    let two = Step { limit: Some(limit("2 urgent-hour")), ..step(StepName::ApproveExtension) };
    let case = asked.take(&two, &anybody("wang"), at("2026-11-23 11:30"), &rules).unwrap().case;
    let ends: Vec<String> = case.timers.iter().skip(2).map(|timer| text(timer.due_ms)).collect();
    assert_eq!(ends, ["2026-11-23 15:00", "2026-11-23 23:00", "2026-11-30 17:00"]);
}

#[test]
fn rework_runs_by_the_table_or_with_what_was_left_as_the_table_says() {
    let steps = [
        ("2026-11-24 10:00", StepName::Feedback),
        ("2026-11-25 09:00", StepName::Check),
        ("2026-11-25 09:30", StepName::Rework),
    ];
    // Two days from Monday end on Wednesday: a day was left at the feedback on Tuesday.
    for (table, end) in
        [("left", "2026-11-26 17:00"), ("4 work-hour", "2026-11-25 14:30"), ("3 work-day", "2026-11-30 17:00")]
    {
        let rules = rules(table);
        let case = led(processing("01-02", &rules), &rules, &steps);
        assert_eq!((due(&case).as_deref(), case.reworks), (Some(end), 1), "{table}");
        assert_eq!(case.final_due_ms(), case.due_ms());
        assert_eq!(case.timers.last().unwrap().phase, "rework");
    }
}

#[test]
fn a_returned_case_waits_for_dispatch_again_and_its_handling_begins_anew() {
    let rules = rules("left");
    let case = led(dispatched("01-02", &rules), &rules, &[("2026-11-24 09:00", StepName::Return)]);
    assert_eq!(
        (due(&case).as_deref(), case.final_due_ms().map(text).as_deref()),
        (Some("2026-11-24 14:00"), Some("2026-11-25 17:00"))
    );
    let case = led(case, &rules, &[("2026-11-24 10:00", StepName::Dispatch)]);
    assert_eq!(case.final_due_ms().map(text).as_deref(), Some("2026-11-26 17:00"));
}

#[test]
fn a_dispatcher_may_set_another_limit_than_the_table() {
    let rules = rules("left");
    let filed = led(
        opened("04-01", "2026-11-23 09:00", &rules),
        &rules,
        &[("2026-11-23 09:10", StepName::Verify), ("2026-11-23 09:30", StepName::File)],
    );
    let own = Step { limit: Some(limit("2 work-hour")), ..step(StepName::Dispatch) };
    let case = filed.take(&own, &anybody("wang"), at("2026-11-23 10:00"), &rules).unwrap().case;
    assert_eq!(case.final_due_ms().map(text).as_deref(), Some("2026-11-23 12:00"));
}

#[test]
fn whatever_ends_a_case_ends_its_limits_and_reopening_starts_one() {
    let rules = rules("left");
    for (case, name, reopened) in [
        (
            led(opened("01-02", "2026-11-23 09:00", &rules), &rules, &[("2026-11-23 09:10", StepName::Verify)]),
            StepName::Reject,
            "filing",
        ),
        (
            led(processing("01-02", &rules), &rules, &[("2026-11-23 11:00", StepName::Suspend)]),
            StepName::Void,
            "filing",
        ),
        (
            led(
                processing("01-02", &rules),
                &rules,
                &[("2026-11-23 11:00", StepName::Feedback), ("2026-11-23 11:10", StepName::Check)],
            ),
            StepName::Close,
            "dispatch",
        ),
    ] {
        let ended = led(case, &rules, &[("2026-11-23 12:00", name)]);
        assert_eq!((ended.due_ms(), ended.next_overdue_ms()), (None, None), "{name:?}");
        assert_eq!(ended.closed_ms, Some(at("2026-11-23 12:00")));
        let again = led(ended, &rules, &[("2026-11-24 09:00", StepName::Reopen)]);
        assert_eq!((again.closed_ms, again.running().unwrap().timer.word()), (None, reopened));
    }
}

#[test]
fn another_calendar_moves_what_runs_and_nothing_else() {
    let rules = rules("left");
    let case = dispatched("01-02", &rules);
    let holiday = crate::work_calendar::YearDays {
        year: 2026,
        version: 1,
        source: String::new(),
        holidays: vec![crate::work_calendar::DaySpan {
            from: "2026-11-23".parse().unwrap(),
            to: "2026-11-24".parse().unwrap(),
            zh: String::new(),
            en: String::new(),
        }],
        make_up: Vec::new(),
    };
    let calendar = WorkCalendar::new(Default::default(), [holiday], Default::default());
    let changed = Rules { calendar, ..rules.clone() };
    let again = |case: &Case, rules: &Rules| case.take(&Step::new(StepName::Recalculate), &Actor::Clock, 0, rules);
    assert_eq!(again(&case, &rules).unwrap_err().code().0, 1005);
    let moved = again(&case, &changed).unwrap();
    // Wednesday and Thursday instead of Tuesday and Wednesday.
    assert_eq!(due(&moved.case).as_deref(), Some("2026-11-26 17:00"));
    assert_eq!(moved.past.due_before_ms, case.due_ms());
    let ends = |case: &Case| case.timers.iter().take(2).map(|timer| timer.due_ms).collect::<Vec<_>>();
    assert_eq!(ends(&moved.case), ends(&case));
    // What has ended unkept stays so.
    let late = led(case, &rules, &[("2026-11-25 17:01", StepName::Overdue)]);
    assert_eq!(again(&late, &changed).unwrap_err().code().0, 1005);
}

//! Which row of the table of limits holds.

use super::*;
use crate::case::rules::LimitsError;

fn with(more: &[LimitRow]) -> Result<Limits, LimitsError> {
    let plain = Rules::plain().limits.rows().to_vec();
    Limits::new(plain.into_iter().chain(more.iter().cloned()), &township())
}

fn amounts(limits: &Limits, code: &str, condition: Option<&str>) -> Vec<u32> {
    let matter = Matter { set: "gbt30428".into(), version: "2013".into(), code: code.into() };
    limits.phases(&matter, condition).iter().map(|(_, limit)| limit.amount).collect()
}

#[test]
fn a_row_that_names_more_goes_before_one_that_names_less() {
    let handling = |amount: u32| row(None, "handling", "", &format!("{amount} work-hour"));
    let of =
        |code: &str, amount| LimitRow { set: Some("gbt30428".into()), code: Some(code.into()), ..handling(amount) };
    let limits = with(&[
        LimitRow { township: Some(township()), ..handling(2) },
        LimitRow { township: "371122103".parse().ok(), ..handling(3) },
        of("01-03", 4),
        LimitRow { condition: Some("rubble".into()), ..of("01-03", 5) },
        LimitRow { township: Some(township()), ..of("01-03", 6) },
        LimitRow { set: Some("other".into()), ..handling(7) },
        LimitRow { set: Some("gbt30428".into()), ..handling(8) },
    ])
    .unwrap();
    assert_eq!(amounts(&limits, "01-02", None), [8]);
    let elsewhere = Matter { set: "third".into(), version: "1".into(), code: "01-02".into() };
    assert_eq!(limits.phases(&elsewhere, None)[0].1.amount, 2);
    assert_eq!(amounts(&limits, "01-03", None), [6]);
    assert_eq!(amounts(&limits, "01-03", Some("rubble")), [5]);
    assert_eq!(amounts(&limits, "01-03", Some("else")), [6]);
}

#[test]
fn the_condition_is_what_the_modules_data_say() {
    let mut rules = rules("left");
    let rows = rules.limits.rows().to_vec();
    let rubble = LimitRow { condition: Some("rubble".into()), ..row(Some("01-03"), "handling", "", "4 work-hour") };
    rules.limits = Limits::new(rows.into_iter().chain([rubble]), &township()).unwrap();
    let mut case = led(
        opened("01-03", "2026-11-23 09:00", &rules),
        &rules,
        &[("2026-11-23 09:10", StepName::Verify), ("2026-11-23 09:30", StepName::File)],
    );
    case.data = r#"{"condition": "rubble"}"#.into();
    let case = led(case, &rules, &[("2026-11-23 10:00", StepName::Dispatch)]);
    // Two hours to noon, two from 13:00.
    assert_eq!(case.final_due_ms().map(text).as_deref(), Some("2026-11-23 15:00"));
}

#[test]
fn a_table_without_a_default_or_with_rows_that_mean_nothing_is_refused() {
    let left = row(None, "rework", "", "left");
    let cases = [
        (Limits::new([left.clone()], &township()), LimitsError::NoDefault("filing")),
        (with(&[row(None, "checking", "first", "1 work-day")]), LimitsError::Phase("checking", "first".into())),
        (
            with(&[LimitRow { limited: Limited::of("handling").unwrap(), ..left.clone() }]),
            LimitsError::Left("handling"),
        ),
        (
            with(&[LimitRow { set: None, ..row(Some("01-02"), "filing", "", "1 work-day") }]),
            LimitsError::NoSet("filing", "01-02".into()),
        ),
    ];
    for (made, error) in cases {
        assert_eq!(made.unwrap_err(), error);
    }
}

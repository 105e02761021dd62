//! Cases as people move them.

use super::*;
use crate::case::limit::LimitForm;
use crate::case::rules::Allowed;
use crate::case::rules::LimitRow;
use crate::case::rules::Limited;
use crate::case::rules::Limits;
use crate::case::unit::ResponsibleUnit;
use crate::case::unit::Units;
use crate::day::Day;
use crate::people::member::ActsFor;
use crate::work_calendar::WorkCalendar;

mod forms;
mod limits;
mod steps;
mod timers;

/// A moment in China, written `2026-11-27 16:00`.
fn at(text: &str) -> TimestampMs {
    let (day, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap() - 8 * 60;
    day.parse::<Day>().unwrap().number() * 86_400_000 + minutes * 60_000
}

/// How a moment is read by people.
fn text(at_ms: TimestampMs) -> String {
    let minutes = (at_ms + 8 * 3_600_000).rem_euclid(86_400_000) / 60_000;
    format!("{} {:02}:{:02}", Day::in_china(at_ms), minutes / 60, minutes % 60)
}

fn limit(text: &str) -> Limit {
    let (amount, unit) = text.split_once(' ').unwrap();
    LimitForm { amount: amount.parse().unwrap(), unit: unit.to_owned() }.read().unwrap()
}

fn row(code: Option<&str>, limited: &str, phase: &str, allowed: &str) -> LimitRow {
    LimitRow {
        township: None,
        set: code.map(|_| "gbt30428".to_owned()),
        code: code.map(str::to_owned),
        condition: None,
        limited: Limited::of(limited).unwrap(),
        phase: phase.to_owned(),
        allowed: if allowed == "left" { Allowed::Left } else { Allowed::Limit(limit(allowed)) },
    }
}

fn township() -> TownshipId {
    "371122102".parse().unwrap()
}

/// Four working hours to file and to dispatch, two days to handle, one to check; a burst pipe has three phases.
fn rules(rework: &str) -> Rules {
    let rows = [
        row(None, "filing", "", "4 work-hour"),
        row(None, "dispatch", "", "4 work-hour"),
        row(None, "handling", "", "2 work-day"),
        row(None, "checking", "", "1 work-day"),
        row(None, "rework", "", rework),
        row(Some("04-01"), "handling", "fence", "3 urgent-hour"),
        row(Some("04-01"), "handling", "repair", "8 urgent-hour"),
        row(Some("04-01"), "handling", "restore", "5 work-day"),
    ];
    let unit = |above: Option<&str>| ResponsibleUnit {
        zh: "环卫所".into(),
        en: "Sanitation".into(),
        above: above.map(|above| above.parse().unwrap()),
    };
    let units = [("sanitation", unit(Some("town"))), ("town", unit(Some("county"))), ("county", unit(None))];
    Rules {
        limits: Limits::new(rows, &township()).unwrap(),
        units: Units::new(units.into_iter().map(|(id, unit)| (id.parse().unwrap(), unit)).collect()),
        ..Rules::plain()
    }
}

fn person(name: &str, powers: &[Power]) -> Actor {
    Actor::Person { account: name.parse().unwrap(), powers: powers.iter().copied().collect(), acts_for: ActsFor::All }
}

/// Somebody with these powers who belongs to one unit.
fn of_unit(unit: &str, powers: &[Power]) -> Actor {
    Actor::Person {
        account: "li".parse().unwrap(),
        powers: powers.iter().copied().collect(),
        acts_for: ActsFor::Units(vec![unit.parse().unwrap()]),
    }
}

/// Somebody who may everything.
fn anybody(name: &str) -> Actor {
    person(name, &Power::ALL)
}

fn form(code: &str) -> DraftForm {
    DraftForm {
        set: "gbt30428".into(),
        code: code.into(),
        title: "路面有垃圾".into(),
        description: "张三报告".into(),
        source: "patrol".into(),
        ..DraftForm::default()
    }
}

fn opened(code: &str, now: &str, rules: &Rules) -> Case {
    let draft = Draft::read(&form(code), &township()).unwrap();
    let id = CaseId::of(&township(), 2026, 17);
    Case::open(draft, id, None, &anybody("wang"), at(now), rules).unwrap().case
}

/// A step with what it needs.
fn step(name: StepName) -> Step {
    Step {
        note: Some("理由".into()),
        unit: (name == StepName::Dispatch).then(|| "sanitation".parse().unwrap()),
        handler: (name == StepName::Assign).then(|| "li".parse().unwrap()),
        limit: (name == StepName::RequestExtension).then(|| limit("1 work-day")),
        ..Step::new(name)
    }
}

/// A case after steps at their moments, each by somebody who may.
fn led(mut case: Case, rules: &Rules, steps: &[(&str, StepName)]) -> Case {
    for (now, name) in steps {
        let by = if matches!(name, StepName::Feedback) { "li" } else { "wang" };
        let actor = if *name == StepName::Overdue { Actor::Clock } else { anybody(by) };
        case = case.take(&step(*name), &actor, at(now), rules).unwrap_or_else(|error| panic!("{name:?}: {error}")).case;
    }
    case
}

/// Filed on Monday, dispatched at ten.
fn dispatched(code: &str, rules: &Rules) -> Case {
    led(
        opened(code, "2026-11-23 09:00", rules),
        rules,
        &[
            ("2026-11-23 09:10", StepName::Verify),
            ("2026-11-23 09:30", StepName::File),
            ("2026-11-23 10:00", StepName::Dispatch),
        ],
    )
}

fn processing(code: &str, rules: &Rules) -> Case {
    let steps = [("2026-11-23 10:10", StepName::Accept), ("2026-11-23 10:20", StepName::Start)];
    led(dispatched(code, rules), rules, &steps)
}

//! Who may make which step where.

use super::*;
use crate::link::LinkId;

/// The steps as the manual has them, written a second time: step, powers (`R`eport, `F`ile, `H`andle, `C`heck; `m` a
/// module, `t` the clock), stages to stages.
const MANUAL: &[(&str, &str, &str)] = &[
    ("verify", "FC", "reported>verifying"),
    ("file", "F", "verifying>filed"),
    ("reject", "F", "verifying>rejected"),
    ("dispatch", "F", "filed>dispatched returned>dispatched"),
    ("return", "H", "dispatched>returned"),
    ("accept", "H", "dispatched>accepted"),
    ("start", "H", "accepted>processing rework>processing"),
    ("phase", "H", "processing>processing"),
    ("request-extension", "H", "processing>extension-requested"),
    ("approve-extension", "F", "extension-requested>processing"),
    ("deny-extension", "F", "extension-requested>processing"),
    ("suspend", "F", "processing>suspended"),
    ("resume", "FH", "suspended>processing"),
    ("feedback", "H", "processing>feedback"),
    ("check", "FC", "feedback>checking"),
    ("close", "F", "checking>closed"),
    ("rework", "FC", "checking>rework"),
    ("evaluate", "FC", "closed>evaluated"),
    (
        "void",
        "F",
        "reported>voided verifying>voided filed>voided dispatched>voided returned>voided accepted>voided \
         processing>voided extension-requested>voided suspended>voided feedback>voided checking>voided rework>voided",
    ),
    ("reopen", "F", "closed>filed evaluated>filed rejected>verifying voided>verifying"),
    (
        "assign",
        "FH",
        "dispatched>dispatched accepted>accepted processing>processing extension-requested>extension-requested \
         suspended>suspended rework>rework",
    ),
    (
        "escalate",
        "FHCm",
        "reported>reported verifying>verifying filed>filed dispatched>dispatched returned>returned accepted>accepted \
         processing>processing extension-requested>extension-requested suspended>suspended feedback>feedback \
         checking>checking rework>rework",
    ),
    (
        "comment",
        "RFHCm",
        "reported>reported verifying>verifying filed>filed dispatched>dispatched returned>returned accepted>accepted \
         processing>processing extension-requested>extension-requested suspended>suspended feedback>feedback \
         checking>checking rework>rework closed>closed evaluated>evaluated rejected>rejected voided>voided",
    ),
];

fn actors() -> [(char, Actor); 7] {
    [
        ('R', person("wang", &[Power::Report])),
        ('F', person("wang", &[Power::File])),
        ('H', person("wang", &[Power::Handle])),
        ('C', person("wang", &[Power::Check])),
        ('m', Actor::Module("smart-city".parse().unwrap())),
        ('l', Actor::Link(LinkId::of("abcdefghijklmnopqrstuvwxyz"))),
        ('t', Actor::Clock),
    ]
}

#[test]
fn each_step_at_each_stage_by_each_power_is_as_the_manual_says() {
    let rules = rules("left");
    // A burst pipe has phases, so that the step `phase` has something to end.
    let base = processing("04-01", &rules);
    for name in StepName::ALL.into_iter().filter(|name| name.is_asked_for()) {
        let (_, powers, ways) = MANUAL.iter().find(|(word, ..)| *word == name.word()).unwrap();
        for stage in Stage::ALL {
            let way = ways.split_whitespace().find_map(|way| way.strip_prefix(&format!("{}>", stage.word())));
            for (letter, actor) in actors() {
                let case = Case { stage, ..base.clone() };
                let taken = case.take(&step(name), &actor, at("2026-11-23 11:00"), &rules);
                let taken = taken.map(|moved| moved.case.stage.word()).map_err(|error| error.code().0);
                let expected = match way {
                    None => Err(1002),
                    Some(_) if !powers.contains(letter) => Err(1003),
                    Some(to) => Ok(to),
                };
                assert_eq!(taken, expected, "{name:?} at {stage:?} by {letter}");
            }
        }
    }
}

/// The steps that the power to handle makes, with whether the desk makes them too.
const OF_THE_UNIT: [(StepName, bool); 10] = [
    (StepName::Return, false),
    (StepName::Accept, false),
    (StepName::Start, false),
    (StepName::Phase, false),
    (StepName::RequestExtension, false),
    (StepName::Resume, true),
    (StepName::Feedback, false),
    (StepName::Assign, true),
    (StepName::Escalate, true),
    (StepName::Comment, true),
];

#[test]
fn who_handles_makes_the_steps_of_his_unit_and_of_those_below_it_and_no_others() {
    let rules = rules("left");
    let of_handling: Vec<StepName> =
        table::TABLE.iter().filter(|row| row.powers.contains(&Power::Handle)).map(|row| row.step).collect();
    let mut listed = OF_THE_UNIT.map(|(name, _)| name).to_vec();
    listed.sort_unstable_by_key(|name| of_handling.iter().position(|other| other == name));
    assert_eq!(of_handling, listed);
    // The case is with `sanitation`, above which stand `town` and then `county`.
    let base = processing("04-01", &rules);
    for (name, by_desk) in OF_THE_UNIT {
        let case = Case { stage: table::stages_of(name).find(|stage| stage.is_open()).unwrap(), ..base.clone() };
        let code = |actor: &Actor| {
            let taken = case.take(&step(name), actor, at("2026-11-23 11:00"), &rules);
            let may = case.steps(actor, &rules).contains(&name);
            assert_eq!(may, taken.is_ok(), "{name:?} is offered as it is made");
            taken.err().map(|error| error.code().0)
        };
        for (unit, refused) in
            [("sanitation", None), ("town", None), ("county", None), ("order", Some(1007)), ("section", Some(1007))]
        {
            assert_eq!(code(&of_unit(unit, &[Power::Handle])), refused, "{name:?} by {unit}");
        }
        let desk = code(&of_unit("order", &[Power::File]));
        assert_eq!(desk, if by_desk { None } else { Some(1003) }, "{name:?} by the desk");
        assert_eq!(code(&person("li", &[Power::Handle])), None, "{name:?} by who is in no unit");
    }
    // Before the dispatch no unit has it, so who is in one is not kept from saying something.
    let filed = Case { stage: Stage::Filed, unit: None, ..base };
    assert!(filed.take(&step(StepName::Comment), &of_unit("order", &[Power::Handle]), 0, &rules).is_ok());
}

#[test]
fn a_table_of_units_that_leads_in_a_circle_ends() {
    let unit = |above: &str| ResponsibleUnit { zh: "甲".into(), en: "A".into(), above: above.parse().ok() };
    let units = Units::new([("a", "b"), ("b", "a")].map(|(id, above)| (id.parse().unwrap(), unit(above))).into());
    let of = |id: &str, own: &str| units.is_of(&id.parse().unwrap(), &[own.parse().unwrap()]);
    assert!(of("a", "a") && of("a", "b") && !of("a", "c") && of("unknown", "unknown"));
}

#[test]
fn only_who_may_report_modules_and_public_links_open_cases() {
    let rules = rules("left");
    for (letter, actor) in actors() {
        let draft = Draft::read(&form("01-02"), &township()).unwrap();
        let opened = Case::open(draft, CaseId::of(&township(), 2026, 1), None, &actor, 0, &rules);
        assert_eq!(opened.is_ok(), matches!(letter, 'R' | 'm' | 'l'), "{letter}");
        assert!(opened.is_ok() || opened.unwrap_err().code().0 == 1003);
    }
}

#[test]
fn a_case_says_itself_that_it_came_by_a_public_link_and_nobody_else_can_say_so() {
    let rules = rules("left");
    let draft = |source: &str| Draft::read(&DraftForm { source: source.into(), ..form("01-02") }, &township());
    assert!(draft("link").is_err());
    let stranger = Actor::Link(LinkId::of("abcdefghijklmnopqrstuvwxyz"));
    let id = CaseId::of(&township(), 2026, 1);
    let opened = Case::open(draft("app").unwrap(), id, None, &stranger, 0, &rules).unwrap();
    assert_eq!(opened.case.source, Source::Link);
    assert_eq!(opened.past.actor, "link:71c480df93d6ae2f");
}

#[test]
fn who_gave_the_feedback_neither_checks_nor_closes_nor_evaluates_the_same_case() {
    let rules = rules("left");
    let fed = led(processing("01-02", &rules), &rules, &[("2026-11-23 11:00", StepName::Feedback)]);
    for (stage, name) in [
        (Stage::Feedback, StepName::Check),
        (Stage::Checking, StepName::Close),
        (Stage::Checking, StepName::Rework),
        (Stage::Closed, StepName::Evaluate),
    ] {
        let case = Case { stage, ..fed.clone() };
        let by = |account| case.take(&step(name), &anybody(account), at("2026-11-23 12:00"), &rules);
        assert_eq!(by("li").unwrap_err().code().0, 1004, "{name:?}");
        assert_eq!(by("wang").unwrap().case.revision, fed.revision + 1, "{name:?}");
    }
    // Another feedback by somebody else does not make the first one's work his own to judge.
    let again = led(
        fed,
        &rules,
        &[
            ("2026-11-23 12:00", StepName::Check),
            ("2026-11-23 12:10", StepName::Rework),
            ("2026-11-23 12:20", StepName::Start),
        ],
    );
    let again = again.take(&step(StepName::Feedback), &anybody("zhao"), at("2026-11-23 13:00"), &rules).unwrap().case;
    for account in ["li", "zhao"] {
        let checked = again.take(&step(StepName::Check), &anybody(account), at("2026-11-23 14:00"), &rules);
        assert_eq!(checked.unwrap_err().code().0, 1004);
    }
}

#[test]
fn a_step_needs_its_fields_and_drops_none() {
    let rules = rules("left");
    let wrong = |case: &Case, step: Step| match case.take(&step, &anybody("wang"), at("2026-11-23 11:00"), &rules) {
        Err(CaseError::Invalid(faults)) => faults.iter().map(|fault| fault.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    for row in table::TABLE.iter().filter(|row| row.reason) {
        let case = Case { stage: row.from[0], ..processing("04-01", &rules) };
        assert_eq!(wrong(&case, Step { note: None, ..step(row.step) }), ["note"], "{:?}", row.step);
    }
    let (filed, works) = (Case { stage: Stage::Filed, ..processing("01-02", &rules) }, processing("01-02", &rules));
    assert_eq!(wrong(&filed, Step { unit: None, ..step(StepName::Dispatch) }), ["unit"]);
    assert_eq!(wrong(&filed, Step { unit: "nobody".parse().ok(), ..step(StepName::Dispatch) }), ["unit"]);
    assert_eq!(wrong(&filed, Step { handler: "li".parse().ok(), ..step(StepName::Dispatch) }), ["handler"]);
    assert_eq!(wrong(&works, Step { handler: None, ..step(StepName::Assign) }), ["handler"]);
    assert_eq!(wrong(&works, Step { limit: None, ..step(StepName::RequestExtension) }), ["limit"]);
    assert_eq!(wrong(&works, Step { limit: Some(limit("1 work-day")), ..step(StepName::Feedback) }), ["limit"]);
    assert_eq!(wrong(&works, Step { unit: "town".parse().ok(), ..step(StepName::Feedback) }), ["unit"]);
    assert_eq!(wrong(&works, Step::new(StepName::Comment)), ["note"]);
}

#[test]
fn pictures_before_the_feedback_show_the_state_before_and_from_it_on_the_state_after() {
    let rules = rules("left");
    let picture = |letter: char| letter.to_string().repeat(64).parse::<Digest>().unwrap();
    let with = |case: &Case, name, account, letter| {
        let step = Step { pictures: vec![picture(letter), picture(letter)], ..step(name) };
        case.take(&step, &anybody(account), at("2026-11-23 11:00"), &rules).unwrap()
    };
    let case = with(&processing("01-02", &rules), StepName::Comment, "wang", 'a').case;
    let moved = with(&case, StepName::Feedback, "li", 'b');
    let case = with(&moved.case, StepName::Check, "wang", 'c').case;
    assert_eq!((case.before, case.after), (vec![picture('a')], vec![picture('b'), picture('c')]));

    let full = Case { before: vec![picture('d'); MOST_PICTURES], ..processing("01-02", &rules) };
    let more = Step { pictures: vec![picture('a')], ..step(StepName::Comment) };
    let error = full.take(&more, &anybody("wang"), 0, &rules).unwrap_err();
    assert!(matches!(error, CaseError::Invalid(faults) if faults[0].field == "pictures"));
}

#[test]
fn a_past_step_says_who_what_from_where_to_where_and_both_due_times() {
    let rules = rules("left");
    let case = processing("01-02", &rules);
    let asked = case.take(&step(StepName::RequestExtension), &anybody("li"), at("2026-11-24 10:00"), &rules).unwrap();
    let granted = asked.case.take(&step(StepName::ApproveExtension), &anybody("wang"), at("2026-11-24 11:00"), &rules);
    let past = granted.unwrap().past;
    assert_eq!(past.number, case.revision + 2);
    assert_eq!((past.actor.as_str(), past.name), ("account:wang", StepName::ApproveExtension));
    assert_eq!((past.from, past.to), (Stage::ExtensionRequested, Stage::Processing));
    assert_eq!(past.limit, Some(limit("1 work-day")));
    // Two working days from Monday, and one more.
    let due = |due_ms: Option<TimestampMs>| text(due_ms.unwrap());
    assert_eq!(
        (due(past.due_before_ms), due(past.due_after_ms)),
        ("2026-11-25 17:00".into(), "2026-11-26 17:00".into())
    );
}

#[test]
fn a_case_reads_back_from_its_document_as_it_was() {
    let rules = rules("left");
    let case = led(processing("04-01", &rules), &rules, &[("2026-11-23 11:00", StepName::Suspend)]);
    let document = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&document).unwrap(), case);
}

#[test]
fn an_event_tells_ids_and_codes_and_nothing_that_somebody_wrote() {
    let rules = rules("left");
    let mut case = processing("01-02", &rules);
    case.address = Some("文心东路".into());
    case.grid = Some("一号网格".into());
    for name in [StepName::Comment, StepName::Escalate, StepName::Suspend, StepName::Feedback] {
        let moved = case.take(&step(name), &anybody("li"), at("2026-11-23 11:00"), &rules).unwrap();
        let data = moved.event_data().to_string();
        assert!(data.is_ascii(), "{data}");
        assert!(data.contains("371122102-2026-000017") && data.contains("gbt30428"), "{data}");
    }
    for name in StepName::ALL {
        let kind: crate::id::Kind = name.event_kind().parse().unwrap();
        assert!(kind.as_str().starts_with("case."));
    }
}

#[test]
fn words_are_what_serde_writes_and_everything_has_both_languages() {
    for stage in Stage::ALL {
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.word());
        assert_eq!(Stage::of(stage.word()), Some(stage));
        assert!(!stage.zh().is_ascii() && stage.en().is_ascii());
        assert_eq!(stage.open311(), if stage.is_open() { "open" } else { "closed" });
    }
    for name in StepName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.word());
        assert_eq!(StepName::of(name.word()).is_some(), name.is_asked_for());
        let (en, zh) = name.names();
        assert!(en.is_ascii() && !zh.is_ascii());
    }
    for source in Source::ALL.into_iter().chain([Source::Link]) {
        assert_eq!(serde_json::to_value(source).unwrap(), source.word());
        assert_eq!(Source::of(source.word()), Some(source));
    }
    for unit in Unit::ALL {
        assert_eq!(serde_json::to_value(unit).unwrap(), unit.word());
    }
}

/// A row of the table as the design note has it.
fn row_of_the_note(row: &table::Row) -> String {
    let words = |stages: &[Stage]| stages.iter().map(|stage| stage.word()).collect::<Vec<_>>().join(", ");
    let open: Vec<Stage> = Stage::ALL.into_iter().filter(|stage| stage.is_open()).collect();
    let from = match row.from {
        all if all == Stage::ALL => "all".to_owned(),
        from if from == open => "all that are open".to_owned(),
        from => words(from),
    };
    let mut who: Vec<&str> = row
        .powers
        .iter()
        .map(|power| match power {
            Power::Report => "report",
            Power::File => "file",
            Power::Handle => "unit",
            Power::Check => "check",
        })
        .collect();
    match row.by {
        table::By::Persons => {}
        table::By::Modules => who.push("module"),
        table::By::Clock => who.push("clock"),
    }
    let to = row.to.map_or("–", Stage::word);
    let mark = |yes: bool| if yes { "yes" } else { "" };
    let (reason, judges) = (mark(row.reason), mark(row.judges));
    format!(
        "| `{}` {} | {from} | {to} | {} | {reason} | {judges} |",
        row.step.word(),
        row.step.names().1,
        who.join(", ")
    )
}

#[test]
fn the_design_note_has_the_table_of_steps_as_it_is() {
    let note = include_str!("../../../../design/cases.md");
    let written: Vec<&str> =
        note.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 7).collect();
    let table: Vec<String> = table::TABLE.iter().map(row_of_the_note).collect();
    assert_eq!(written, table, "it is\n{}", table.join("\n"));
}

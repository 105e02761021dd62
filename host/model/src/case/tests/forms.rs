//! What people and modules type.

use super::*;
use crate::case::crosswalk::Crosswalk;
use crate::case::matter::MatterKind;
use crate::case::matter::MatterRow;
use crate::case::matter::Matters;

fn faults<T: std::fmt::Debug>(read: Result<T, CaseError>) -> Vec<&'static str> {
    match read.unwrap_err() {
        CaseError::Invalid(faults) => {
            assert!(faults.iter().all(|fault| fault.en.is_ascii() && !fault.zh.is_ascii()), "{faults:?}");
            faults.into_iter().map(|fault| fault.field).collect()
        }
        CaseError::Refused(refusal) => panic!("{refusal:?}"),
    }
}

#[test]
fn every_wrong_field_of_a_draft_is_named_at_once() {
    let bad = DraftForm {
        key: "k".repeat(129),
        set: String::new(),
        title: "a\nb".into(),
        description: "字".repeat(4_001),
        source: "rumour".into(),
        place: Some("371122103201".into()),
        address: Some("字".repeat(201)),
        position: Some(Position { latitude: 35.5, longitude: f64::NAN }),
        grid: Some("\u{7}".into()),
        camera: Some("No.1".into()),
        pictures: vec!["x".into()],
        data: "[]".into(),
        ..form("01-02")
    };
    let named = [
        "key",
        "matter",
        "title",
        "description",
        "source",
        "place",
        "address",
        "position",
        "grid",
        "camera",
        "pictures",
        "data",
    ];
    assert_eq!(faults(Draft::read(&bad, &township())), named);
    assert_eq!(faults(Draft::read(&DraftForm { title: " ".into(), ..form("01-02") }, &township())), ["title"]);
    let large = DraftForm { data: format!("{{\"a\":\"{}\"}}", "x".repeat(16 * 1024)), ..form("01-02") };
    assert_eq!(faults(Draft::read(&large, &township())), ["data"]);
    let many = DraftForm { pictures: (0..17).map(|n| format!("{n:064x}")).collect(), ..form("01-02") };
    assert_eq!(faults(Draft::read(&many, &township())), ["pictures"]);
}

#[test]
fn a_draft_without_a_place_is_in_the_township_and_one_at_a_village_there() {
    let place = |place: Option<&str>| {
        let form = DraftForm { place: place.map(str::to_owned), ..form("01-02") };
        Draft::read(&form, &township()).unwrap().place.to_string()
    };
    assert_eq!(place(None), "371122102000");
    assert_eq!(place(Some("371122102201")), "371122102201");
}

#[test]
fn every_wrong_field_of_a_step_is_named_at_once() {
    let bad = StepForm {
        name: "open".into(),
        note: Some("字".repeat(1_001)),
        unit: Some("环卫".into()),
        handler: Some("Li Lei".into()),
        limit: Some(LimitForm { amount: 0.into(), unit: "work-hour".into() }),
        pictures: vec!["x".into()],
    };
    assert_eq!(faults(Step::read(&bad)), ["name", "note", "unit", "handler", "limit", "pictures"]);
    for (amount, unit, valid) in [
        ("1", "work-day", true),
        ("1001", "work-day", false),
        ("1", "day", false),
        ("0.5", "work-hour", true),
        ("1000.5", "urgent-hour", false),
        ("1.5", "work-day", false),
        ("1.5", "work-minute", false),
        ("60000", "work-minute", true),
        ("60001", "work-minute", false),
    ] {
        let limit = LimitForm { amount: amount.parse().unwrap(), unit: unit.into() };
        assert_eq!(limit.read().is_ok(), valid, "{amount} {unit}");
    }
    let blank =
        StepForm { name: "file".into(), note: Some("  ".into()), unit: Some(String::new()), ..StepForm::default() };
    assert_eq!(Step::read(&blank).unwrap(), Step::new(StepName::File));
}

#[test]
fn a_case_reported_by_the_old_code_is_filed_under_the_new_one_and_a_person_says_which_where_there_are_two() {
    let row = |set: &str, version: &str, code: &str| MatterRow {
        matter: Matter { set: set.into(), version: version.into(), code: code.into() },
        class: "01".into(),
        zh: "暴露垃圾".into(),
        en: "exposed rubbish".into(),
        kind: MatterKind::Event,
    };
    let codes = [("gbt30428", "2013", ["01", "02", "03"]), ("new", "2026", ["0601", "0602", "0603"])];
    let rows = codes.iter().flat_map(|(set, version, codes)| codes.map(|code| row(set, version, code)));
    let columns = codes.map(|(set, version, _)| (set.to_owned(), version.to_owned()));
    let lines =
        [["01", "0601"], ["02", "0602"], ["02", "0603"], ["", "0604"]].map(|line| line.map(str::to_owned).to_vec());
    let crosswalk = Crosswalk::new(columns.to_vec(), lines.to_vec());
    let matters = Matters::new(rows.collect());
    let under = |set: Option<&str>| Rules {
        matters: matters.clone().with(crosswalk.clone(), set.map(str::to_owned)),
        ..rules("left")
    };
    let filed = |set: Option<&str>, code: &str, version: &str| {
        let draft = Draft::read(&DraftForm { version: version.into(), ..form(code) }, &township()).unwrap();
        let id = CaseId::of(&township(), 2026, 1);
        let opened = Case::open(draft, id, None, &anybody("wang"), 0, &under(set));
        opened.map(|moved| (moved.case.matter.to_string(), moved.case.matter.version))
    };
    let as_new = |code: &str| Ok((format!("new:{code}"), "2026".to_owned()));
    let as_old = |code: &str| Ok((format!("gbt30428:{code}"), "2013".to_owned()));
    assert_eq!(filed(None, "01", ""), as_old("01"), "as it was reported");
    assert_eq!(filed(Some("new"), "01", ""), as_new("0601"));
    assert_eq!(filed(Some("new"), "03", ""), as_old("03"), "the new standard has none");
    assert_eq!(filed(Some("new"), "01", "2013"), as_old("01"), "who names the version means it");
    let error = filed(Some("new"), "02", "").unwrap_err();
    assert!(error.to_string().contains("one of new:0602, new:0603: say which"), "{error}");
    assert!(error.zh().contains("new:0602、new:0603"), "{}", error.zh());
    assert_eq!(faults(filed(Some("new"), "09", "")), ["matter"]);
    let matters = under(None).matters;
    let of = |set: &str, code: &str, to: &str| {
        let version = if set == "new" { "2026" } else { "2013" };
        let matter = Matter { set: set.into(), version: version.into(), code: code.into() };
        matters.in_set(&matter, to).map(|matter| matter.to_string())
    };
    assert_eq!(of("new", "0602", "gbt30428").as_deref(), Some("gbt30428:02"));
    assert_eq!(of("gbt30428", "02", "new"), None, "one of two");
    assert_eq!(of("gbt30428", "02", "gbt30428").as_deref(), Some("gbt30428:02"));
}

#[test]
fn a_limit_with_a_half_is_kept_in_minutes_and_said_as_it_was_written() {
    for (written, kept, en, zh) in [
        ("1.5 work-hour", "90 work-minute", "1.5 working hours", "1.5 工作时"),
        ("0.5 urgent-hour", "30 urgent-minute", "0.5 urgent hours", "0.5 紧急工作时"),
        ("2 work-hour", "2 work-hour", "2 working hours", "2 工作时"),
        ("120 work-minute", "120 work-minute", "2 working hours", "2 工作时"),
        ("25 work-minute", "25 work-minute", "25 working minutes", "25 工作分钟"),
        ("3 work-day", "3 work-day", "3 working days", "3 工作日"),
    ] {
        let (read, same) = (limit(written), limit(kept));
        assert_eq!((read, read.names()), (same, (en.to_owned(), zh.to_owned())), "{written}");
        let stored = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Limit>(&stored).unwrap(), read);
    }
    // As cases of older hubs have it.
    let old: Limit = serde_json::from_str(r#"{"amount":4,"unit":"work-hour"}"#).unwrap();
    assert_eq!(old, limit("4 work-hour"));
}

#[test]
fn a_case_keeps_the_version_of_the_dictionary_that_was_in_force() {
    let matter = |version: &str| MatterRow {
        matter: Matter { set: "gbt30428".into(), version: version.into(), code: "01-02".into() },
        class: "01".into(),
        zh: "暴露垃圾".into(),
        en: "exposed rubbish".into(),
        kind: MatterKind::Event,
    };
    let rules = Rules { matters: Matters::new(vec![matter("2013"), matter("2026")]), ..rules("left") };
    assert_eq!(opened("01-02", "2026-11-23 09:00", &rules).matter.version, "2026");
    assert_eq!(rules.matters.offered().count(), 1);
    let draft = Draft::read(&DraftForm { version: "2013".into(), ..form("01-02") }, &township()).unwrap();
    let open = |draft| Case::open(draft, CaseId::of(&township(), 2026, 1), None, &anybody("wang"), 0, &rules);
    assert_eq!(open(draft).unwrap().case.matter.version, "2013");
    assert_eq!(faults(open(Draft::read(&form("99-99"), &township()).unwrap())), ["matter"]);
}

//! Reports of the hotline, of citizens, of patrols.

use city::City;
use serde_json::Value;
use serde_json::json;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::testing::visit;

use crate::town::CELL;
use crate::town::Town;
use crate::town::VILLAGE;
use crate::town::photo;

const HOTLINE: [(&str, &str); 6] = [
    ("line", "12345"),
    ("reference", "RZ20261126-0017"),
    ("matter", "05-04"),
    ("description", "某村东街商铺把货架摆到路上"),
    ("address", "某村东街"),
    ("place", VILLAGE),
];

#[test]
fn a_transfer_of_the_hotline_keeps_its_reference_and_opens_one_case() {
    let mut town = Town::new();
    town.operator();
    town.press("hotline", &[], "report", &HOTLINE).unwrap();
    let again = town.press("hotline", &[], "report", &HOTLINE).unwrap();
    assert_eq!(town.hub.cases().len(), 1, "the same reference");
    let case = town.hub.cases().remove(0);
    assert!(again.query.contains(&case.id));
    assert_eq!((case.source.as_str(), case.grid.as_deref()), ("hotline", Some(CELL)), "the only cell of the place");
    assert!(town.shown("case", &[("case", &case.id)]).contains("12345 · RZ20261126-0017"));
    town.grid_member();
    assert_eq!(
        town.press("hotline", &[], "report", &HOTLINE).unwrap_err()["summary"],
        "您的角色不能进行此操作，请联系镇街管理员。"
    );
}

#[test]
fn the_hotlines_own_system_transfers_by_a_call_and_is_told_every_wrong_field() {
    let mut town = Town::new();
    town.operator();
    let sent: serde_json::Map<_, _> = HOTLINE.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let call = |body: &Value| {
        town.hub.call::<City>("hotline", &[], "application/json", body.to_string().as_bytes()).map(|answer| answer.body)
    };
    let first = call(&sent.clone().into()).unwrap();
    assert_eq!(first, call(&sent.into()).unwrap());
    let answer: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(answer, json!({"case": "371122102-2026-000001", "stage": "reported"}));
    let wrong = json!({"line": "110", "reference": "a b", "matter": "99-99", "description": " ", "place": "1", "position": "x"});
    let Err(xl_plugin::CallsError::Invalid(refused)) = call(&wrong) else { panic!("it was taken") };
    let refused: Value = serde_json::from_str(&refused).unwrap();
    let names: Vec<&String> = refused["fields"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["description", "line", "matter", "place", "position", "reference"]);
    assert!(call(&json!({"caller": "somebody"})).is_err(), "of the caller nothing is taken");
    let app = |body: &Value| town.hub.call::<City>("report", &[], "application/json", body.to_string().as_bytes());
    let report = json!({"id": "mini-1", "matter": "01-02", "description": "路口垃圾", "position": "35.59,118.84"});
    assert_eq!(app(&report).unwrap().body, app(&report).unwrap().body);
    let case = town.hub.cases().pop().unwrap();
    assert_eq!((town.hub.cases().len(), case.source.as_str(), case.grid.as_deref()), (2, "app", Some(CELL)));
    assert!(app(&json!({"matter": "01-02", "description": "x"})).is_err(), "without an id a repetition is not known");
}

#[test]
fn a_citizen_reports_without_a_name_and_sees_how_it_goes_on() {
    let mut town = Town::new();
    let form = [
        ("matter", "01-02"),
        ("description", "路口垃圾"),
        ("position", "35.59,118.84"),
        ("pictures", &*photo(1)),
        ("token", "1"),
    ];
    town.hub.sign_out();
    let done = town.press("report", &[], "report", &form).unwrap();
    assert_eq!(town.press("report", &[], "report", &form).unwrap().query, done.query, "pressed twice");
    assert_eq!(town.hub.cases().len(), 1);
    let case = town.hub.cases().remove(0);
    assert_eq!((case.source.as_str(), case.grid.as_deref()), ("app", Some(CELL)));
    let receipt = serde_json::from_str::<Value>(&done.query).unwrap()["receipt"].as_str().unwrap().to_owned();
    let shown = |town: &Town, receipt: &str| {
        let mut public = visit("report", &[("receipt", receipt)], town.now_ms);
        public.public = true;
        town.hub.view::<City>(public).map(|page| serde_json::to_string(&page).unwrap())
    };
    assert!(shown(&town, &receipt).unwrap().contains("当前阶段：待核实"));
    town.operator();
    town.step(&case.id, "verify", &[]).unwrap();
    town.step(&case.id, "reject", &[("note", "不属本镇街职责，已转市政部门")]).unwrap();
    let answer = shown(&town, &receipt).unwrap();
    assert!(answer.contains("不属本镇街职责，已转市政部门") && !answer.contains("desk"), "{answer}");
    assert_eq!(shown(&town, "0123"), Err(PagesError::NotFound));
}

#[test]
fn a_report_by_the_code_of_a_cell_knows_its_place_and_has_a_link_of_its_own() {
    let mut town = Town::new();
    let here = [("cell", CELL)];
    town.admin();
    town.press("cell", &here, "open-link", &[]).unwrap();
    let (_, page, query) = town.hub.links().remove(0);
    assert_eq!((page.as_str(), query), ("report", json!({"cell": CELL}).to_string()));
    let public = |query: &[(&str, &str)], now_ms| Visit { public: true, ..visit("report", query, now_ms) };
    let drawn = serde_json::to_string(&town.hub.view::<City>(public(&here, town.now_ms)).unwrap()).unwrap();
    assert!(drawn.contains("一网格") && !drawn.contains("grid-01"), "{drawn}");
    for (place, token, cell) in [("", "1", CELL), ("35.59,118.84", "2", CELL), ("36.59,118.84", "3", CELL)] {
        let form = [("matter", "01-02"), ("description", "路口垃圾"), ("position", place), ("token", token)];
        let done = town.hub.act::<City>(public(&here, town.now_ms), "report", &form).unwrap();
        let case = town.hub.cases().pop().unwrap();
        assert_eq!((case.source.as_str(), case.grid.as_deref(), case.place.as_str()), ("link", Some(cell), VILLAGE));
        assert_eq!(case.position.is_some(), !place.is_empty());
        let own = town.hub.links().into_iter().find(|(_, _, query)| *query == done.query).unwrap();
        assert_eq!((own.1.as_str(), done.page.as_str()), ("report", "report"));
    }
    town.press("cell", &here, "remove-cell", &[]).unwrap();
    assert!(town.hub.links().iter().all(|(_, _, query)| query.contains("receipt")), "its code is closed with it");
}

#[test]
fn a_stranger_sees_the_report_page_only_and_does_nothing_else() {
    let mut town = Town::new();
    let case = town.patrol();
    for (page, query) in [("work", ("all", "yes")), ("case", ("case", case.as_str())), ("cells", ("x", "y"))] {
        let mut public = visit(page, &[query], town.now_ms);
        public.public = true;
        assert_eq!(town.hub.view::<City>(public.clone()).unwrap_err(), PagesError::NotFound, "{page}");
        assert_eq!(town.hub.act::<City>(public, "void", &[("note", "x")]).unwrap_err(), PagesError::NotFound);
    }
    let mut public = visit("report", &[], town.now_ms);
    public.public = true;
    let drawn = serde_json::to_string(&town.hub.view::<City>(public).unwrap()).unwrap();
    assert!(drawn.contains("暴露垃圾") && !drawn.contains(CELL) && !drawn.contains("grid-01"));
}

#[test]
fn every_wrong_field_of_a_report_has_its_reason_and_nothing_is_opened() {
    let mut town = Town::new();
    town.grid_member();
    let wrong = [
        ("matter", "99-99"),
        ("pictures", "not-a-hash"),
        ("position", "here"),
        ("cell", "nowhere"),
        ("description", &*"字".repeat(1_001)),
        ("address", "a\u{7}"),
    ];
    let refused = town.press("patrol", &[], "report", &wrong).unwrap_err();
    let names: Vec<&String> = refused["fields"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["address", "cell", "description", "matter", "pictures", "position"]);
    assert_eq!(refused["summary"], "没有保存，请检查标出的内容。");
    let refused = town.press("patrol", &[], "report", &[("place", "371122103001")]).unwrap_err();
    assert_eq!(
        refused["fields"],
        json!({"matter": "请填写此项。", "place": "应为本镇街内的 12 位行政区划代码，以 371122102 开头。"})
    );
    assert!(town.hub.cases().is_empty());
}

#[test]
fn a_patrol_pressed_twice_is_one_case() {
    let mut town = Town::new();
    town.grid_member();
    let mut report = |token: &str| {
        town.wait(1);
        town.press("patrol", &[], "report", &[("matter", "01-02"), ("token", token)]).unwrap().query
    };
    assert_eq!(report("as drawn at nine"), report("as drawn at nine"));
    assert_ne!(report("as drawn at nine"), report("as drawn at ten"), "the form was opened again");
    assert_eq!(town.hub.cases().len(), 2);
}

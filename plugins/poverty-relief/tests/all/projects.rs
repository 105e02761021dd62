//! Projects, their cameras and figures; written rules that warn.

use poverty_relief::PovertyRelief;
use serde_json::Value;
use xl_plugin::testing::picture_event;

use crate::town::GRID;
use crate::town::H1;
use crate::town::HANDLER;
use crate::town::Town;
use crate::town::VILLAGE;
use crate::town::at;
use crate::town::text_of;

const J1: &[(&str, &str)] = &[("project", "j000001")];

fn project(scope: &str) -> Town {
    let town = Town::new();
    let form = [("name", "草莓大棚"), ("place", VILLAGE), ("scope", scope), ("asset_yuan", "200000")];
    town.act(HANDLER, "2026-11-01", ("projects", &[]), "create", &form).unwrap();
    town.act(HANDLER, "2026-11-01", ("project", J1), "stage", &[("stage", "running")]).unwrap();
    town
}

fn link(town: &Town, to: &str) -> Result<String, Value> {
    town.act(HANDLER, "2026-11-01", ("project", J1), "camera", &[("to", to), ("camera", "gh-1")])
}

#[test]
fn pictures_of_a_collective_asset_become_progress_and_those_of_no_project_stay_out() {
    let town = project("collective");
    town.hub.grant_camera("gate-1", "村口", VILLAGE);
    link(&town, "j000001").unwrap();
    let hours = |n: i64| at("2026-11-02", n);
    town.hub
        .handle::<PovertyRelief>([
            picture_event(1, "gh-1", hours(8)),
            picture_event(2, "gh-1", hours(9)),
            picture_event(3, "gate-1", hours(10)),
            picture_event(4, "gh-1", hours(32)),
        ])
        .unwrap();
    let progress: Vec<_> = town.hub.published().into_iter().collect();
    assert_eq!(progress.len(), 2, "one a day");
    assert_eq!((progress[0].camera.as_deref(), progress[0].cause), (Some("gh-1"), Some(1)));
    let data: Value = serde_json::from_str(&progress[0].data).unwrap();
    assert_eq!(data, serde_json::json!({"project": "j000001", "time_ms": hours(8)}));
    assert_eq!(town.hub.record("projects", "j000001").unwrap()["pictures"], 2);
    let page = text_of(&town.see(HANDLER, "2026-11-04", "project", J1).unwrap());
    assert!(page.contains(&format!("{:064x}", 4)), "{page}");
}

#[test]
fn a_camera_is_never_linked_to_a_household() {
    let town = project("collective");
    town.register("2026-11-01").unwrap();
    let refused = link(&town, "h000001").unwrap_err();
    assert!(refused["fields"]["to"].as_str().unwrap().contains("不能关联到农户"), "{refused}");
    let own = project("household");
    assert!(link(&own, "j000001").unwrap_err()["fields"]["to"].as_str().unwrap().contains("到户项目"));
    let town = project("collective");
    link(&town, "j000001").unwrap();
    let form = [("to", "j000001"), ("camera", "somewhere-else")];
    let refused = town.act(HANDLER, "2026-11-01", ("project", J1), "camera", &form).unwrap_err();
    assert!(refused["fields"]["camera"].as_str().unwrap().contains("没有获准"), "{refused}");
}

#[test]
fn a_camera_of_a_households_own_project_brings_nothing_even_where_an_old_record_links_it() {
    let town = project("collective");
    link(&town, "j000001").unwrap();
    let mut record = town.hub.record("projects", "j000001").unwrap();
    record["scope"] = "household".into();
    xl_plugin::records::put("projects", "j000001", &record).unwrap();
    town.hub.handle::<PovertyRelief>([picture_event(1, "gh-1", at("2026-11-02", 8))]).unwrap();
    assert_eq!(
        (town.hub.published().len(), town.hub.record("projects", "j000001").unwrap()["pictures"].clone()),
        (0, 0.into())
    );
}

#[test]
fn an_unlinked_camera_brings_no_more_pictures() {
    let town = project("collective");
    link(&town, "j000001").unwrap();
    town.act(HANDLER, "2026-11-02", ("project", J1), "unlink-camera", &[]).unwrap();
    town.hub.handle::<PovertyRelief>([picture_event(1, "gh-1", at("2026-11-03", 8))]).unwrap();
    assert_eq!(town.hub.published().len(), 0);
}

#[test]
fn assets_are_inspected_in_their_periods_and_figures_add_up() {
    let town = project("collective");
    let photo = format!("{:064x}", 99);
    let inspected = [("note", "设施完好"), ("pictures", photo.as_str())];
    town.act(GRID, "2026-11-10", ("project", J1), "inspect", &inspected).unwrap();
    assert!(text_of(&town.see(HANDLER, "2026-11-10", "project", J1).unwrap()).contains(&photo));
    assert_eq!(town.kpi("inspection-rate", "2026-12"), Some((1.0, 1.0)));
    town.watch("2027-04-01");
    assert_eq!(town.kpi("inspection-rate", "2027-03"), Some((0.0, 1.0)));
    town.register("2026-11-10").unwrap();
    for yuan in ["100", "200"] {
        town.act(HANDLER, "2026-11-11", ("project", J1), "output", &[("yuan", yuan)]).unwrap();
    }
    let share = [("household", "h000001"), ("yuan", "150"), ("day", "2026-11-12")];
    town.act(HANDLER, "2026-11-12", ("project", J1), "share", &share).unwrap();
    assert_eq!(town.kpi("project-output", "2026-11"), Some((300.0, 1.0)));
    assert_eq!(town.kpi("project-benefit", "2026"), Some((150.0, 1.0)));
    let unknown = [("household", "h000009"), ("yuan", "150"), ("day", "2026-11-12")];
    assert!(town.act(HANDLER, "2026-11-12", ("project", J1), "share", &unknown).is_err());
}

fn income(town: &Town, kind: &str, yuan: &str, complete: &str) {
    let form = [("kind", kind), ("yuan", yuan), ("year", "2026"), ("complete", complete)];
    let now_ms = at("2026-11-20", 9) + town.hub.records("incomes").len() as i64;
    town.act_at(HANDLER, now_ms, ("household", H1), "income", &form).unwrap();
}

#[test]
fn a_rule_that_fires_waits_for_a_person_and_says_what_it_fired_on() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    income(&town, "wages", "1", "yes");
    income(&town, "expense", "999999", "no");
    assert_eq!(town.hub.records("warnings"), [], "no threshold is set");
    town.hub.set_settings(&serde_json::json!({ "income_line_yuan": 8000, "sudden_expense_yuan": 10000 }));
    income(&town, "wages", "20000", "no");
    assert_eq!(town.hub.records("warnings"), [], "the year is not whole");
    income(&town, "business", "5000", "yes");
    income(&town, "expense", "10000", "no");
    income(&town, "expense", "20000", "no");
    let warnings = town.hub.records("warnings");
    assert_eq!(warnings.len(), 2, "a rule warns once until somebody decides");
    let first = &warnings[0].1;
    assert_eq!((&first["rule"], &first["rule_version"]), (&"income-below-line".into(), &1.into()));
    assert_eq!(first["facts"], serde_json::json!({"value_yuan": 6250, "limit_yuan": 8000}));
    assert_eq!(town.hub.records("clues"), [], "a rule opens nothing");

    let query = [("warning", "w000001")];
    let masked = text_of(&town.see(HANDLER, "2026-11-21", "warning", &query).unwrap());
    assert!(masked.contains("人均年收入低于监测线 · v1") && !masked.contains("6250"), "{masked}");
    let form = [("risk", "income"), ("note", "")];
    town.act(HANDLER, "2026-11-21", ("warning", &query), "open-clue", &form).unwrap();
    let clue = town.hub.record("clues", "c000001").unwrap();
    assert_eq!((&clue["source"], &clue["warning"]), (&"analysis".into(), &"w000001".into()));
    assert!(town.act(HANDLER, "2026-11-21", ("warning", &query), "dismiss", &[("reason", "x")]).is_err());
    let second = [("warning", "w000002")];
    town.act(HANDLER, "2026-11-21", ("warning", &second), "dismiss", &[("reason", "已由救助覆盖")]).unwrap();
    assert_eq!(town.hub.record("warnings", "w000002").unwrap()["decided_by"], "handler");
}

//! Visits in their periods, and looks at files.

use serde_json::json;

use crate::town::GRID;
use crate::town::H1;
use crate::town::HANDLER;
use crate::town::TOWN;
use crate::town::Town;
use crate::town::VIEWER;
use crate::town::at;
use crate::town::household;
use crate::town::summary;
use crate::town::text_of;

fn visit(town: &Town, entered: &str, day: &str) -> Result<String, serde_json::Value> {
    let form = [
        ("day", day),
        ("schooling", "yes"),
        ("medical", "yes"),
        ("housing", "yes"),
        ("water", "no"),
        ("note", "家里都好"),
    ];
    town.act(GRID, entered, ("visit", H1), "visit", &form)
}

fn due(town: &Town) -> String {
    town.hub.record("households", "h000001").unwrap()["visit_due"].as_str().unwrap().to_owned()
}

#[test]
fn an_ordinary_household_is_visited_each_quarter() {
    let town = Town::monitored();
    assert_eq!(due(&town), "2026-12-31");
    visit(&town, "2026-12-01", "2026-12-01").unwrap();
    assert_eq!(due(&town), "2027-03-31");
    visit(&town, "2026-12-20", "2026-12-20").unwrap();
    assert_eq!(due(&town), "2027-03-31", "a second visit in the quarter is welcome and counts for nothing");
    assert_eq!(town.kpi("visit-rate", "2026-12"), Some((1.0, 1.0)));
}

#[test]
fn a_missed_visit_is_announced_once_and_a_visit_written_down_late_makes_it_good() {
    let town = Town::monitored();
    town.watch("2026-12-31");
    assert!(!town.kinds().contains(&"relief.visit.overdue".to_owned()));
    town.watch("2027-01-01");
    town.watch("2027-01-02");
    let overdue: Vec<_> = town.hub.published().into_iter().filter(|one| one.kind == "relief.visit.overdue").collect();
    assert_eq!(overdue.len(), 1);
    assert_eq!(overdue[0].data, r#"{"due":"2026-12-31","household":"h000001","place":"371122102001"}"#);
    assert_eq!(town.kpi("visit-rate", "2026-12"), Some((0.0, 1.0)));
    assert_eq!(due(&town), "2027-03-31");
    assert!(text_of(&town.see(GRID, "2027-01-02", "visits", &[]).unwrap()).contains("漏访"));
    visit(&town, "2027-01-03", "2026-12-31").unwrap();
    assert_eq!(town.kpi("visit-rate", "2026-12"), Some((1.0, 1.0)));
    assert_eq!(due(&town), "2027-03-31");
}

#[test]
fn a_key_household_is_visited_each_month_and_the_settings_say_how_often() {
    let correct = |town: &Town, key| {
        let form: Vec<_> = household().into_iter().filter(|(name, _)| *name != "key").chain([("key", key)]).collect();
        town.act(GRID, "2026-11-01", ("register", H1), "update", &form).unwrap();
    };
    for (settings, key, due_on, next) in [
        (json!({}), "yes", "2026-11-30", "2026-12-31"),
        (json!({ "visit_months": 6, "visit_months_key": 2 }), "yes", "2026-12-31", "2027-02-28"),
        (json!({ "visit_months": 6, "visit_months_key": 2 }), "no", "2026-12-31", "2027-06-30"),
    ] {
        let town = Town::reviewed();
        town.hub.set_settings(&settings);
        correct(&town, key);
        town.enter();
        assert_eq!(due(&town), due_on, "{settings} {key}");
        visit(&town, "2026-11-20", "2026-11-20").unwrap();
        assert_eq!(due(&town), next, "{settings} {key}");
    }
}

#[test]
fn a_visit_in_the_future_or_with_gaps_is_refused_field_by_field() {
    let town = Town::monitored();
    let refused = town.act(GRID, "2026-12-01", ("visit", H1), "visit", &[("day", "2026-12-02"), ("water", "maybe")]);
    let fields = refused.unwrap_err()["fields"].as_object().unwrap().clone();
    let names: Vec<_> = fields.keys().cloned().collect();
    assert_eq!(names, ["day", "note"]);
    assert_eq!(town.hub.records("visits"), []);
}

#[test]
fn helpers_have_their_households_and_are_counted() {
    let town = Town::monitored();
    town.act(TOWN, "2026-11-14", ("household", H1), "helper", &[("helper", "zhao")]).unwrap();
    town.act(TOWN, "2026-11-15", ("household", H1), "helper", &[("helper", "qian")]).unwrap();
    assert_eq!(town.hub.record("helpers", "zhao").unwrap()["households"], 0);
    assert_eq!(town.hub.record("helpers", "qian").unwrap()["households"], 1);
    assert!(text_of(&town.see(GRID, "2026-11-15", "helper", &[("helper", "qian")]).unwrap()).contains("h000001"));
    assert!(town.act(GRID, "2026-11-15", ("household", H1), "helper", &[("helper", "li")]).is_err());
}

#[test]
fn the_unmasked_file_takes_a_reason_and_shows_each_role_its_fields_for_ten_minutes() {
    let town = Town::monitored();
    let nine = at("2026-11-20", 9);
    let form = [("why", "visit"), ("reason", "本月走访")];
    let nothing = town.act_at(GRID, nine, ("household", H1), "show", &[("why", "visit"), ("reason", "")]);
    assert!(nothing.unwrap_err()["fields"]["reason"].is_string());
    assert!(town.act_at(VIEWER, nine, ("household", H1), "show", &form).is_err());
    assert_eq!(town.hub.records("looks"), []);

    town.act_at(GRID, nine, ("household", H1), "show", &form).unwrap();
    let look = [("household", "h000001"), ("look", "l000001")];
    let full = text_of(&town.see_at(GRID, nine + 60_000, "full", &look).unwrap());
    assert!(full.contains("王小明") && full.contains("13800001234"), "{full}");
    assert!(!full.contains("6222020000000001") && full.contains("****0001"), "{full}");
    let later = text_of(&town.see_at(GRID, nine + 11 * 60_000, "full", &look).unwrap());
    assert!(!later.contains("王小明") && !later.contains("13800001234"), "{later}");
    let other = text_of(&town.see_at(HANDLER, nine + 60_000, "full", &look).unwrap());
    assert!(!other.contains("王小明"), "the look is not his: {other}");
    for who in [GRID, HANDLER, TOWN, VIEWER] {
        let masked = text_of(&town.see_at(who, nine, "household", H1).unwrap());
        assert!(masked.contains("王**") && !masked.contains("王小明") && !masked.contains("13800001234"), "{who:?}");
    }
    assert_eq!(town.kpi("looks-per-household", "2026-11"), Some((1.0, 1.0)));
}

#[test]
fn a_look_that_no_action_follows_in_its_days_is_counted() {
    let town = Town::monitored();
    let look = |who, day| {
        let form = [("why", "supervision"), ("reason", "抽查")];
        town.act(who, day, ("household", H1), "show", &form).unwrap();
    };
    look(GRID, "2026-11-20");
    look(TOWN, "2026-11-20");
    visit(&town, "2026-11-21", "2026-11-21").unwrap();
    assert_eq!(town.kpi("idle-look-rate", "2026-11"), Some((0.0, 1.0)), "a visit followed the grid member's look");
    town.watch("2026-11-27");
    assert_eq!(town.kpi("idle-look-rate", "2026-11"), Some((0.0, 1.0)), "its seventh day");
    town.watch("2026-11-28");
    town.watch("2026-11-29");
    assert_eq!(town.kpi("idle-look-rate", "2026-11"), Some((1.0, 2.0)));
    let followed = |look| town.hub.record("looks", look).unwrap()["followed"].clone();
    assert_eq!((followed("l000001"), followed("l000002")), (json!(true), json!(false)));
}

#[test]
fn withdrawn_consent_to_help_stops_planned_visits_and_none_of_them_counts_as_missed() {
    let town = Town::monitored();
    town.act(GRID, "2026-11-20", ("household", H1), "withdraw", &[("purpose", "help")]).unwrap();
    assert!(visit(&town, "2026-11-21", "2026-11-21").is_err());
    town.watch("2027-01-01");
    assert!(!town.kinds().contains(&"relief.visit.overdue".to_owned()));
    let given = [("purpose", "help"), ("how", "signed"), ("by", "head")];
    town.act(GRID, "2027-01-05", ("household", H1), "consent", &given).unwrap();
    assert_eq!(due(&town), "2027-03-31");
    visit(&town, "2027-01-06", "2027-01-06").unwrap();
}

#[test]
fn withdrawn_consent_to_help_releases_the_helper_and_lets_nobody_else_be_named() {
    let town = Town::monitored();
    let name = |day| town.act(TOWN, day, ("household", H1), "helper", &[("helper", "zhao")]);
    name("2026-11-14").unwrap();
    town.act(GRID, "2026-11-20", ("household", H1), "withdraw", &[("purpose", "help")]).unwrap();
    assert_eq!(town.hub.record("helpers", "zhao").unwrap()["households"], 0);
    let file = text_of(&town.see(TOWN, "2026-11-20", "household", H1).unwrap());
    assert!(!file.contains("zhao") && file.contains("已撤回"), "{file}");
    let refused = name("2026-11-21").unwrap_err();
    assert!(summary(&refused).contains("帮扶与走访"), "{refused}");
    // Who it was stays on the unmasked file.
    let form = [("why", "supervision"), ("reason", "核对责任人")];
    town.act(TOWN, "2026-11-21", ("household", H1), "show", &form).unwrap();
    let look = [("household", "h000001"), ("look", "l000001")];
    assert!(text_of(&town.see(TOWN, "2026-11-21", "full", &look).unwrap()).contains("zhao"));
    let given = [("purpose", "help"), ("how", "signed"), ("by", "head")];
    town.act(GRID, "2026-11-22", ("household", H1), "consent", &given).unwrap();
    name("2026-11-23").unwrap();
    assert_eq!(town.hub.record("households", "h000001").unwrap()["helper"], "zhao");
}

#[test]
fn what_people_wrote_stands_behind_a_reason_and_everybody_sees_who_looked() {
    let town = Town::monitored();
    for who in [GRID, HANDLER, TOWN, VIEWER] {
        let clue = text_of(&town.see(who, "2026-11-20", "clue", &[("clue", "c000001")]).unwrap());
        assert!(!clue.contains("情况属实"), "{who:?}: {clue}");
    }
    let nine = at("2026-11-20", 9);
    let form = [("why", "step"), ("reason", "审核前核对")];
    town.act_at(TOWN, nine, ("household", H1), "show", &form).unwrap();
    let look = [("household", "h000001"), ("look", "l000001")];
    assert!(text_of(&town.see_at(TOWN, nine, "full", &look).unwrap()).contains("情况属实"));
    let masked = text_of(&town.see(VIEWER, "2026-11-20", "household", H1).unwrap());
    assert!(masked.contains("2026-11-20 09:00") && masked.contains("办理程序"), "{masked}");
    assert!(!masked.contains("审核前核对"), "{masked}");
}

#[test]
fn a_month_in_which_nothing_happens_has_its_figures_too() {
    let town = Town::monitored();
    assert_eq!(town.kpi("help-rate", "2027-02"), None);
    town.watch("2027-02-03");
    assert_eq!(town.kpi("help-rate", "2027-02"), Some((0.0, 1.0)));
    assert_eq!(town.kpi("clearance-rate", "2027-02"), Some((0.0, 1.0)));
    assert_eq!(town.kpi("looks-per-household", "2027-02"), Some((0.0, 1.0)));
    town.hub.take_host_calls();
    town.watch("2027-02-03");
    assert!(town.hub.take_host_calls() < 20, "once a day is enough");
}

#[test]
fn two_entries_of_the_same_millisecond_are_both_kept() {
    let town = Town::monitored();
    for _ in 0..2 {
        visit(&town, "2026-12-01", "2026-12-01").unwrap();
    }
    assert_eq!(town.hub.records("visits").len(), 2);
}

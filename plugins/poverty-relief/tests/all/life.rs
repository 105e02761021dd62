//! From clue to clearance, with rejection, appeal, withdrawn consent and failed notices on the way.

use serde_json::json;

use crate::town::C1;
use crate::town::COUNTY;
use crate::town::GRID;
use crate::town::H1;
use crate::town::HANDLER;
use crate::town::TOWN;
use crate::town::Town;
use crate::town::VIEWER;
use crate::town::summary;
use crate::town::text_of;

fn reject(town: &Town, day: &str) {
    town.act(HANDLER, day, ("clue", C1), "reject", &[("reason", "收入稳定，风险不成立")]).unwrap();
}

fn grievance(town: &Town, day: &str, want: &str, clue: &str) -> Result<String, serde_json::Value> {
    let form = [("want", want), ("clue", clue), ("text", "请重新核查")];
    town.act(GRID, day, ("household", H1), "grievance", &form)
}

fn answer(town: &Town, who: crate::town::Who, day: &str, granted: &str) -> Result<String, serde_json::Value> {
    let query = [("grievance", "q000001")];
    town.act(who, day, ("grievance", &query), "answer", &[("granted", granted), ("text", "已重新核查")])
}

fn yes(names: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    names.iter().map(|name| (*name, "yes")).collect()
}

#[test]
fn a_household_goes_from_clue_to_clearance_and_the_township_hears_of_it_by_numbers_only() {
    let town = Town::monitored();
    assert_eq!((town.state().as_str(), town.standing().as_str()), ("monitored", "monitored"));
    let measure = [("kind", "work"), ("note", "公益岗位"), ("from", "2026-11-14")];
    town.act(HANDLER, "2026-11-14", ("household", H1), "measure", &measure).unwrap();
    let number = town.hub.records("measures")[0].0.split_once('/').unwrap().1.to_owned();
    let judged = [("measure", number.as_str()), ("effective", "yes")];
    let own = town.act(HANDLER, "2026-11-20", ("household", H1), "judge", &judged).unwrap_err();
    assert!(summary(&own).contains("另一人"), "{own}");
    town.act(TOWN, "2026-11-20", ("household", H1), "judge", &judged).unwrap();
    town.act(TOWN, "2026-11-20", ("household", H1), "helper", &[("helper", "zhao")]).unwrap();
    let met = yes(&["income", "secure", "gone", "none-new"]);
    town.act(HANDLER, "2026-11-21", ("household", H1), "propose-clearing", &met).unwrap();
    town.act(COUNTY, "2026-11-22", ("household", H1), "decide-clearing", &[("cleared", "yes")]).unwrap();
    assert_eq!(town.standing(), "cleared");
    assert_eq!(town.hub.record("helpers", "zhao").unwrap()["households"], 0, "help has ended");
    assert_eq!(town.kinds(), ["relief.clue.opened", "relief.notice.published", "relief.risk.cleared"]);
    let opened = &town.hub.published()[0];
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&opened.data).unwrap(),
        json!({"clue": "c000001", "household": "h000001", "place": "371122102001", "procedure": 1})
    );
    assert_eq!(town.kpi("on-time-rate", "2026-11"), Some((1.0, 1.0)));
    assert_eq!(town.kpi("notice-compliance", "2026-11"), Some((1.0, 1.0)));
    assert_eq!(town.kpi("clearance-rate", "2026-11"), Some((1.0, 0.0)), "none was monitored when the month began");
    // A cleared household may be at risk again.
    town.open_clue("2026-11-25").unwrap();
    assert_eq!(town.hub.record("households", "h000001").unwrap()["open_clue"], "c000002");
}

#[test]
fn a_clearance_counts_against_what_was_monitored_when_its_month_began() {
    let town = Town::monitored();
    let met = yes(&["income", "secure", "gone", "none-new"]);
    town.act(HANDLER, "2026-12-21", ("household", H1), "propose-clearing", &met).unwrap();
    town.act(COUNTY, "2026-12-22", ("household", H1), "decide-clearing", &[("cleared", "yes")]).unwrap();
    assert_eq!(town.kpi("clearance-rate", "2026-12"), Some((1.0, 1.0)));
    assert_eq!(town.kpi("help-rate", "2026-11"), Some((0.0, 1.0)));
}

#[test]
fn a_clearance_that_is_turned_down_is_told_to_nobody_and_help_goes_on() {
    let town = Town::monitored();
    let met = yes(&["income", "secure", "gone", "none-new"]);
    town.act(HANDLER, "2026-11-21", ("household", H1), "propose-clearing", &met).unwrap();
    town.act(COUNTY, "2026-11-22", ("household", H1), "decide-clearing", &[("cleared", "no")]).unwrap();
    assert_eq!(town.standing(), "measures");
    assert!(!town.kinds().contains(&"relief.risk.cleared".to_owned()));
    assert_eq!(town.kpi("clearance-rate", "2026-11"), Some((0.0, 0.0)));
}

#[test]
fn a_clue_that_nobody_decided_in_fifteen_days_counts_as_late_once() {
    let town = Town::reviewed();
    town.watch("2026-11-16");
    assert_eq!(town.kpi("on-time-rate", "2026-11"), None, "the fifteenth day is on time");
    town.watch("2026-11-17");
    town.watch("2026-11-18");
    reject(&town, "2026-11-18");
    assert_eq!(town.kpi("on-time-rate", "2026-11"), Some((0.0, 1.0)));
}

#[test]
fn a_notice_that_comes_down_early_fails_and_its_clue_can_only_be_rejected() {
    let town = Town::reviewed();
    town.publish("2026-11-05").unwrap();
    assert_eq!(town.hub.links().len(), 1);
    let early = town.act(HANDLER, "2026-11-08", ("clue", C1), "take-down", &[("reason", "")]).unwrap_err();
    assert!(early["fields"]["reason"].as_str().unwrap().contains("无效"), "{early}");
    town.act(HANDLER, "2026-11-08", ("clue", C1), "take-down", &[("reason", "村里要求")]).unwrap();
    assert_eq!(town.hub.links(), []);
    assert_eq!(town.kpi("notice-compliance", "2026-11"), Some((0.0, 1.0)));
    let refused = town.go_on(TOWN, "2026-11-11", &[]).unwrap_err();
    assert!(summary(&refused).contains("公示无效"), "{refused}");
    let second = town.publish("2026-11-09").unwrap_err();
    assert!(summary(&second).contains("只公示一次"), "{second}");
    town.act(TOWN, "2026-11-11", ("clue", C1), "reject", &[("reason", "公示无效")]).unwrap();
    town.open_clue("2026-11-12").unwrap();
}

#[test]
fn a_notice_stands_five_days_and_closes_by_itself() {
    let town = Town::reviewed();
    town.publish("2026-11-05").unwrap();
    let notice = [("notice", "n000001")];
    assert!(text_of(&town.stranger("2026-11-10", "notice", &notice).unwrap()).contains("王小明"));
    assert!(town.stranger("2026-11-11", "notice", &notice).is_err(), "its end holds even when the clock did not look");
    assert!(town.go_on(TOWN, "2026-11-09", &[]).is_err());
    town.watch("2026-11-09");
    assert_eq!(town.hub.links().len(), 1, "the fourth day");
    town.watch("2026-11-10");
    assert_eq!(town.hub.links(), []);
    assert!(town.stranger("2026-11-10", "notice", &notice).is_err());
    assert!(!text_of(&town.see(HANDLER, "2026-11-12", "notice", &notice).unwrap()).contains("王小明"));
    town.go_on(TOWN, "2026-11-11", &[]).unwrap();
}

#[test]
fn nobody_approves_what_he_entered_and_each_step_takes_its_role() {
    let town = Town::reviewed();
    town.publish("2026-11-05").unwrap();
    town.watch("2026-11-10");
    let entered = town.go_on(("handler", "township-admin"), "2026-11-11", &[]).unwrap_err();
    assert!(summary(&entered).contains("另一人"), "{entered}");
    for who in [GRID, COUNTY, VIEWER] {
        assert!(summary(&town.go_on(who, "2026-11-11", &[]).unwrap_err()).contains("乡镇管理员"), "{who:?}");
    }
    town.go_on(TOWN, "2026-11-11", &[]).unwrap();
    assert!(town.go_on(("town", "county-admin"), "2026-11-12", &[]).is_err(), "the same person again");
    town.hub.sign_out();
    let visit = xl_plugin::testing::visit("clue", C1, crate::town::at("2026-11-12", 9));
    let nobody = town.hub.act::<poverty_relief::PovertyRelief>(visit, "reject", &[("reason", "x")]).unwrap_err();
    assert!(format!("{nobody:?}").contains("没有人员账号"), "{nobody:?}");
    assert_eq!(town.state(), "town_ok");
}

#[test]
fn withdrawn_consent_stops_the_next_step_and_takes_the_notice_down() {
    let town = Town::new();
    town.register("2026-11-01").unwrap();
    town.open_clue("2026-11-01").unwrap();
    town.go_on(GRID, "2026-11-02", &[("note", "情况属实")]).unwrap();
    town.authorise("2026-11-02").unwrap();
    let withdraw =
        |purpose| town.act(GRID, "2026-11-03", ("household", H1), "withdraw", &[("purpose", purpose)]).unwrap();
    withdraw("comparison");
    let refused = town.go_on(HANDLER, "2026-11-03", &[("note", "比对")]).unwrap_err();
    assert!(summary(&refused).contains("部门信息比对"), "{refused}");
    assert!(text_of(&town.see(HANDLER, "2026-11-03", "household", H1).unwrap()).contains("已撤回"));

    let town = Town::reviewed();
    town.publish("2026-11-05").unwrap();
    let withdraw = [("purpose", "publication")];
    town.act(GRID, "2026-11-06", ("household", H1), "withdraw", &withdraw).unwrap();
    assert_eq!(town.hub.links(), []);
    assert!(town.stranger("2026-11-06", "notice", &[("notice", "n000001")]).is_err());
    assert!(town.go_on(TOWN, "2026-11-11", &[]).is_err());

    let town = Town::monitored();
    town.act(GRID, "2026-11-14", ("household", H1), "withdraw", &[("purpose", "help")]).unwrap();
    let measure = [("kind", "work"), ("note", "公益岗位"), ("from", "2026-11-14")];
    let refused = town.act(HANDLER, "2026-11-14", ("household", H1), "measure", &measure).unwrap_err();
    assert!(summary(&refused).contains("帮扶与走访"), "{refused}");
}

#[test]
fn a_rejection_is_appealed_in_time_and_answered_by_somebody_else() {
    let town = Town::reviewed();
    reject(&town, "2026-11-05");
    assert_eq!(town.hub.record("households", "h000001").unwrap().get("open_clue"), None);
    let late = grievance(&town, "2026-12-06", "appeal", "c000001").unwrap_err();
    assert!(summary(&late).contains("2026-12-05"), "{late}");
    grievance(&town, "2026-12-05", "appeal", "c000001").unwrap();
    assert!(answer(&town, HANDLER, "2026-12-06", "yes").is_err(), "not his role");
    assert!(answer(&town, ("handler", "township-admin"), "2026-12-06", "yes").is_err(), "he rejected it");
    answer(&town, TOWN, "2026-12-06", "yes").unwrap();
    assert_eq!(town.state(), "reviewed");
    town.publish("2026-12-07").unwrap();
    assert_eq!(town.kpi("on-time-rate", "2026-11"), Some((1.0, 1.0)), "the first decision came in time");
}

#[test]
fn an_objection_holds_the_township_up_until_it_is_answered() {
    let town = Town::reviewed();
    let early = grievance(&town, "2026-11-04", "objection", "c000001").unwrap_err();
    assert!(summary(&early).contains("已评议"), "{early}");
    town.publish("2026-11-05").unwrap();
    grievance(&town, "2026-11-06", "objection", "c000001").unwrap();
    town.watch("2026-11-10");
    assert!(summary(&town.go_on(TOWN, "2026-11-11", &[]).unwrap_err()).contains("异议"));
    answer(&town, TOWN, "2026-11-11", "no").unwrap();
    town.go_on(TOWN, "2026-11-11", &[]).unwrap();
}

#[test]
fn a_household_has_one_clue_on_its_way() {
    let town = Town::reviewed();
    let refused = town.open_clue("2026-11-05").unwrap_err();
    assert!(summary(&refused).contains("已有一条线索"), "{refused}");
    assert_eq!(town.hub.records("clues").len(), 1);
}

#[test]
fn a_new_risk_stands_in_the_way_of_clearing() {
    let town = Town::monitored();
    town.open_clue("2026-11-14").unwrap();
    let met = yes(&["income", "secure", "gone", "none-new"]);
    let refused = town.act(HANDLER, "2026-11-15", ("household", H1), "propose-clearing", &met).unwrap_err();
    assert!(summary(&refused).contains("线索"), "{refused}");
}

#[test]
fn a_granted_deletion_erases_what_leads_to_persons_but_not_while_the_household_is_watched() {
    let town = Town::monitored();
    grievance(&town, "2026-11-14", "deletion", "").unwrap();
    assert!(summary(&answer(&town, TOWN, "2026-11-15", "yes").unwrap_err()).contains("不能删除"));
    let met = yes(&["income", "secure", "gone", "none-new"]);
    town.act(HANDLER, "2026-11-21", ("household", H1), "propose-clearing", &met).unwrap();
    town.act(COUNTY, "2026-11-22", ("household", H1), "decide-clearing", &[("cleared", "yes")]).unwrap();
    answer(&town, TOWN, "2026-11-23", "yes").unwrap();
    assert_eq!(town.hub.record("sealed", "h000001"), None);
    for collection in ["households", "clues", "notices", "visits", "measures", "incomes"] {
        let left = format!("{:?}", town.hub.records(collection));
        assert!(!left.contains("王") && !left.contains("情况属实"), "{collection}: {left}");
    }
}

#[test]
fn a_file_that_lay_quiet_as_long_as_the_settings_keep_it_is_erased_and_a_watched_one_never_is() {
    let rejected = Town::reviewed();
    reject(&rejected, "2026-11-05");
    let watched = |town: &Town| town.hub.record("sealed", "h000001").is_some();
    rejected.watch("2027-11-05");
    assert!(watched(&rejected), "nobody set an end");
    rejected.hub.set_settings(&json!({ "keep_days": 365 }));
    rejected.watch("2027-11-04");
    assert!(watched(&rejected));
    rejected.watch("2027-11-05");
    assert!(!watched(&rejected));
    assert!(!format!("{:?}", rejected.hub.records("clues")).contains("收入稳定"));
    let monitored = Town::monitored();
    monitored.hub.set_settings(&json!({ "keep_days": 365 }));
    monitored.watch("2036-11-05");
    assert!(watched(&monitored));
}

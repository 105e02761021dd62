//! Plans become tasks; they are done with a photo, checked, missed, escalated.

use serde_json::json;

use crate::town::HOUR;
use crate::town::MINUTE;
use crate::town::PHOTO;
use crate::town::Town;
use crate::town::at;

const DAY: &str = "2026-11-26";
const TASK: &str = "2026-11-26/t000001/p000001/0";
const T: &[(&str, &str)] = &[("task", TASK)];

/// A plan for the east gate, twice a day, for `li`.
fn planned() -> Town {
    let town = Town::new();
    let form = [("target", "p000001"), ("windows", "04:00-07:00 09:00-16:00"), ("weekdays", "1-5"), ("account", "li")];
    town.press("2026-11-25", "crew", &[], "add-plan", &form).unwrap();
    town.due(at(DAY, 0), "tick");
    town
}

#[test]
fn a_plan_becomes_tasks_that_are_done_with_a_photo_and_checked_by_somebody_else() {
    let town = planned();
    assert_eq!(town.hub.records("tasks").len(), 2);
    town.due(at(DAY, 1), "tick");
    assert_eq!(town.hub.records("tasks").len(), 2, "once a day");

    town.is("li", "handler");
    assert!(town.page(at(DAY, 5), "mine", &[]).contains("东门"));
    town.press_at(at(DAY, 5), "task", T, "start", &[]).unwrap();
    let refused = town.press_at(at(DAY, 6), "task", T, "done", &[("picture", "")]).unwrap_err();
    assert_eq!(refused["fields"]["picture"], "请拍照或选择一张照片。");
    town.press_at(at(DAY, 6), "task", T, "done", &[("picture", PHOTO)]).unwrap();
    assert_eq!(
        town.press_at(at(DAY, 6), "task", T, "check", &[("result", "pass")]).unwrap_err()["summary"],
        "您的角色不能进行此操作。"
    );
    town.is("li", "operator");
    let own = town.press_at(at(DAY, 6), "task", T, "check", &[("result", "pass")]).unwrap_err();
    assert_eq!(own["summary"], "完成任务的人不能检查自己的任务。");

    town.is("wang", "operator");
    assert!(town.page(at(DAY, 7), "task", T).contains(PHOTO));
    town.press_at(at(DAY, 7), "task", T, "check", &[("result", "pass")]).unwrap();
    assert_eq!(town.record("tasks", TASK)["state"], "passed");
    let tally = town.record("tallies", DAY);
    assert_eq!(
        (&tally["tasks"], &tally["done"], &tally["on_time"], &tally["points_clean"]),
        (&json!(2), &json!(1), &json!(1), &json!(0))
    );
}

#[test]
fn what_does_not_pass_is_done_again_and_the_day_is_clean_only_then() {
    let town = planned();
    let second = "2026-11-26/t000001/p000001/1";
    town.is("li", "handler");
    town.press_at(at(DAY, 6), "task", T, "done", &[("picture", PHOTO)]).unwrap();
    town.press_at(at(DAY, 10), "task", &[("task", second)], "done", &[("picture", PHOTO)]).unwrap();
    assert_eq!(town.record("tallies", DAY)["points_clean"], 1);
    town.is("wang", "operator");
    let no_reason = town.press_at(at(DAY, 11), "task", T, "check", &[("result", "fail")]).unwrap_err();
    assert!(no_reason["fields"]["reason"].is_string());
    town.press_at(at(DAY, 11), "task", T, "check", &[("result", "fail"), ("reason", "箱外有垃圾")]).unwrap();
    assert_eq!(town.record("tallies", DAY)["points_clean"], 0);
    town.is("li", "handler");
    town.press_at(at(DAY, 12), "task", T, "done", &[("picture", PHOTO)]).unwrap();
    let tally = town.record("tallies", DAY);
    assert_eq!((&tally["points_clean"], &tally["done"]), (&json!(1), &json!(2)), "one task is one task");
}

#[test]
fn a_missed_task_is_escalated_an_hour_later_and_may_still_be_done_late() {
    let town = planned();
    town.due(at(DAY, 7), "tick");
    assert_eq!(town.record("tasks", TASK)["state"], "planned", "its window has just ended");
    town.due(at(DAY, 7) + 10 * MINUTE, "tick");
    assert_eq!(town.record("tasks", TASK)["state"], "missed");
    town.due(at(DAY, 8), "tick");
    assert_eq!(town.record("tasks", TASK)["state"], "missed");
    town.due(at(DAY, 7) + 70 * MINUTE, "tick");
    assert_eq!(town.record("tasks", TASK)["state"], "escalated");
    assert_eq!(town.kinds(), ["sanitation.task.missed", "sanitation.task.escalated"]);
    town.due(at(DAY, 9), "tick");
    assert_eq!(town.kinds().len(), 2, "once");

    town.is("li", "handler");
    town.press_at(at(DAY, 9), "task", T, "done", &[("picture", PHOTO)]).unwrap();
    let tally = town.record("tallies", DAY);
    assert_eq!((&tally["missed"], &tally["done"], &tally["on_time"]), (&json!(1), &json!(1), &json!(0)));
}

#[test]
fn a_plan_makes_nothing_on_other_days_of_the_week_nor_when_it_was_stopped() {
    let town = planned();
    town.due(at("2026-11-28", 1), "tick");
    assert_eq!(town.hub.records("tasks").len(), 2, "a Saturday");
    town.press(DAY, "crew", &[], "stop", &[("key", "t000001")]).unwrap();
    town.due(at("2026-11-30", 1), "tick");
    assert_eq!(town.hub.records("tasks").len(), 2);
}

#[test]
fn a_route_makes_a_task_at_each_of_its_points() {
    let town = Town::new();
    town.press(DAY, "crew", &[], "add-vehicle", &[("name", "3 号车"), ("what", "压缩车")]).unwrap();
    let route = [("name", "北线"), ("vehicle", "v000001"), ("points", "p000001 p000003")];
    town.press(DAY, "crew", &[], "add-route", &route).unwrap();
    let plan = [("target", "r000001"), ("windows", "04:00-07:00"), ("weekdays", "1-7")];
    town.press(DAY, "crew", &[], "add-plan", &plan).unwrap();
    town.due(at(DAY, 1), "tick");
    let points: Vec<_> = town.hub.records("tasks").into_iter().map(|(_, task)| task["point"].clone()).collect();
    assert_eq!(points, ["p000001", "p000003"]);
    assert!(town.page(at(DAY, 2), "board", &[]).contains("学校"));
    assert!(town.page(at(DAY, 2), "crew", &[]).contains("北线"));
}

#[test]
fn many_plans_become_tasks_over_several_ticks_and_none_twice() {
    let town = Town::new();
    for _ in 0..95 {
        let plan = [("target", "p000001"), ("windows", "04:00-07:00"), ("weekdays", "1-7")];
        town.press(DAY, "crew", &[], "add-plan", &plan).unwrap();
    }
    let mut made = Vec::new();
    for tick in 0..4 {
        town.due(at(DAY, 0) + tick * 10 * MINUTE, "tick");
        made.push(town.hub.records("tasks").len());
    }
    assert_eq!(made, [40, 80, 95, 95]);
    assert_eq!(town.record("tallies", DAY)["tasks"], 95);
}

#[test]
fn long_routes_are_spread_over_ticks_so_that_no_call_grows_too_large() {
    let town = Town::new();
    town.press(DAY, "crew", &[], "add-route", &[("name", "北线"), ("points", "p000001 p000002 p000003")]).unwrap();
    let windows = "00:00-01:00 02:00-03:00 04:00-05:00 06:00-07:00 08:00-09:00 10:00-11:00";
    for _ in 0..30 {
        town.press(DAY, "crew", &[], "add-plan", &[("target", "r000001"), ("windows", windows), ("weekdays", "1-7")])
            .unwrap();
    }
    let mut made = Vec::new();
    for tick in 0..3 {
        town.due(at(DAY, 0) + tick * 10 * MINUTE, "tick");
        made.push(town.hub.records("tasks").len());
    }
    assert_eq!(made, [306, 540, 540]);
}

#[test]
fn somebody_clocks_in_at_a_point_once_and_only_near_it() {
    let town = Town::new();
    let roster = [("account", "li"), ("area", "北线"), ("windows", "06:00-14:00"), ("weekdays", "1-7")];
    town.press(DAY, "crew", &[], "add-roster", &roster).unwrap();
    town.due(at(DAY, 0), "tick");
    town.is("li", "handler");
    let early = town.press_at(at(DAY, 4), "mine", &[], "clock-in", &[("point", "p000001")]).unwrap_err();
    assert_eq!(early["summary"], "现在没有可以打卡的班次。");
    let far = [("point", "p000001"), ("position", "35.51,118.8")];
    let far = town.press_at(at(DAY, 6), "mine", &[], "clock-in", &far).unwrap_err();
    assert_eq!(far["fields"]["position"], "手机位置距点位约 1112 米，超过 300 米。");
    let near = [("point", "p000001"), ("position", "35.501,118.8")];
    town.press_at(at(DAY, 6), "mine", &[], "clock-in", &near).unwrap();
    assert!(town.press_at(at(DAY, 7), "mine", &[], "clock-in", &near).is_err(), "once");
    assert!(town.page(at(DAY, 7), "mine", &[]).contains("已打卡"));
    let tally = town.record("tallies", DAY);
    assert_eq!((&tally["shifts"], &tally["present"]), (&json!(1), &json!(1)));
}

#[test]
fn key_figures_are_reported_as_numerators_and_denominators_of_day_and_month() {
    let town = planned();
    town.is("li", "handler");
    town.press_at(at(DAY, 6), "task", T, "done", &[("picture", PHOTO)]).unwrap();
    town.due(at(DAY, 6) + HOUR, "figures");
    let figure = |kpi: &str, period: &str| {
        let found = town.hub.kpis().into_iter().find(|figure| figure.kpi == kpi && figure.period == period);
        found.map(|figure| (figure.numerator, figure.denominator))
    };
    assert_eq!(figure("on-time", DAY), Some((1.0, 2.0)));
    assert_eq!(figure("on-time", "2026-11"), Some((1.0, 2.0)));
    assert_eq!(figure("coverage", DAY), Some((1.0, 1.0)));
    assert_eq!(figure("cleared-daily", DAY), Some((0.0, 1.0)));
    assert_eq!(figure("attendance", DAY), Some((0.0, 0.0)), "no data");
    town.is("wang", "operator");
    let entered = [("day", DAY), ("kilograms", "2500"), ("cost", "300")];
    town.press(DAY, "figures", &[], "costs", &entered).unwrap();
    town.due(at(DAY, 9), "figures");
    assert_eq!(figure("cost-per-tonne", DAY), Some((300_000.0, 2_500.0)), "120 yuan a tonne");
    assert!(town.page(at(DAY, 9), "figures", &[]).contains("日产日清率"));
}

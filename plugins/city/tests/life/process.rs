//! From a report through the seven stages to the evaluation.

use serde_json::json;

use crate::town::CELL;
use crate::town::Town;
use crate::town::VILLAGE;
use crate::town::photo;

#[test]
fn a_report_is_closed_through_all_seven_stages_with_rework_and_overdue() {
    let mut town = Town::new();
    let case = town.patrol();
    let opened = town.case(&case);
    assert_eq!((opened.stage.as_str(), opened.source.as_str()), ("reported", "patrol"));
    assert_eq!((opened.grid.as_deref(), opened.place.as_str()), (Some(CELL), VILLAGE), "the cell of the position");
    assert_eq!(opened.title, "暴露垃圾 · 一网格");
    assert_eq!(opened.before, [photo(1)]);

    assert_eq!(town.step(&case, "verify", &[]).unwrap(), "verifying");
    town.operator();
    assert_eq!(town.step(&case, "file", &[]).unwrap(), "filed");
    let limit = [("unit", "huanwei"), ("amount", "2"), ("measure", "work-hour")];
    assert_eq!(town.step(&case, "dispatch", &limit).unwrap(), "dispatched");
    town.handler();
    assert_eq!(town.step(&case, "accept", &[]).unwrap(), "accepted");
    assert_eq!(town.step(&case, "start", &[]).unwrap(), "processing");
    town.wait(3);
    assert!(town.case(&case).overdue);
    assert!(town.shown("overdue", &[]).contains(&case));
    assert_eq!(town.step(&case, "feedback", &[("pictures", &photo(2))]).unwrap(), "feedback");
    town.grid_member();
    assert_eq!(town.step(&case, "check", &[]).unwrap(), "checking");
    assert_eq!(town.step(&case, "rework", &[("note", "墙角还有垃圾"), ("pictures", &photo(3))]).unwrap(), "rework");
    town.handler();
    assert_eq!(town.step(&case, "start", &[]).unwrap(), "processing");
    assert_eq!(town.step(&case, "feedback", &[("pictures", &photo(4))]).unwrap(), "feedback");
    town.grid_member();
    assert_eq!(town.step(&case, "check", &[]).unwrap(), "checking");
    town.operator();
    assert_eq!(town.step(&case, "close", &[("note", "现场已清理")]).unwrap(), "closed");
    assert_eq!(town.step(&case, "evaluate", &[]).unwrap(), "evaluated");

    let ended = town.case(&case);
    assert_eq!((ended.reworks, ended.overdue), (1, true));
    assert!(ended.after.contains(&photo(2)) && ended.after.contains(&photo(4)));
    let file = town.shown("case", &[("case", &case)]);
    for told in ["墙角还有垃圾", "超过时限", "已超过时限。", "huanwei", &photo(4)] {
        assert!(file.contains(told), "{told} in {file}");
    }
}

#[test]
fn a_step_of_another_role_is_refused_and_nothing_moves() {
    let mut town = Town::new();
    let case = town.dispatched();
    for sign_in in [Town::grid_member, Town::operator] {
        sign_in(&mut town);
        let refused = town.step(&case, "accept", &[]).unwrap_err();
        assert_eq!(refused["summary"], "您的角色不能进行此操作，请联系镇街管理员。");
    }
    town.hub.sign_out();
    assert_eq!(town.step(&case, "accept", &[]).unwrap_err()["summary"], "请先登录。");
    assert_eq!(town.case(&case).stage, "dispatched");
    town.handler();
    let early = town.step(&case, "feedback", &[("pictures", &photo(1))]).unwrap_err();
    assert_eq!(early["summary"], "案卷当前为“已派遣”，不能进行此操作。请刷新后再试。");
}

#[test]
fn who_gave_the_feedback_does_not_check_it() {
    let mut town = Town::new();
    let case = town.dispatched();
    town.hub.sign_in("both", &["handler", "grid-member", "operator"]);
    town.step(&case, "accept", &[]).unwrap();
    town.step(&case, "start", &[]).unwrap();
    town.step(&case, "feedback", &[("pictures", &photo(2))]).unwrap();
    assert!(town.step(&case, "check", &[]).is_err());
    town.grid_member();
    assert_eq!(town.step(&case, "check", &[]).unwrap(), "checking");
}

#[test]
fn a_unit_returns_extends_and_the_desk_suspends() {
    let mut town = Town::new();
    let case = town.dispatched();
    town.handler();
    assert_eq!(town.step(&case, "return", &[]).unwrap_err()["fields"], json!({"note": "请填写此项。"}));
    assert_eq!(town.step(&case, "return", &[("note", "属市政所")]).unwrap(), "returned");
    town.operator();
    let due = |town: &Town| town.case(&case).due_ms.unwrap();
    town.step(&case, "dispatch", &[("unit", "shizheng"), ("amount", "4"), ("measure", "work-hour")]).unwrap();
    town.handler();
    town.step(&case, "accept", &[]).unwrap();
    town.step(&case, "start", &[]).unwrap();
    let before = due(&town);
    let asked = [("amount", "1"), ("measure", "work-day"), ("note", "缺配件")];
    assert_eq!(town.step(&case, "request-extension", &asked).unwrap(), "extension-requested");
    assert!(town.shown("dispatch", &[]).contains(&case));
    town.operator();
    assert_eq!(town.step(&case, "approve-extension", &[]).unwrap(), "processing");
    assert!(due(&town) > before);
    assert_eq!(town.case(&case).extensions, 1);
    assert_eq!(town.step(&case, "suspend", &[("note", "待上级修路")]).unwrap(), "suspended");
    assert_eq!(town.case(&case).due_ms, None);
    assert_eq!(town.step(&case, "resume", &[]).unwrap(), "processing");
    assert_eq!(town.step(&case, "void", &[("note", "重复案卷")]).unwrap(), "voided");
    assert_eq!(town.step(&case, "reopen", &[("note", "误作废")]).unwrap(), "verifying");
}

#[test]
fn every_wrong_field_of_a_step_has_its_reason_and_nothing_is_done() {
    let mut town = Town::new();
    town.hub.set_settings(&json!({ "units": [{ "id": "huanwei", "zh": "环卫所" }] }));
    let case = town.patrol();
    town.step(&case, "verify", &[]).unwrap();
    town.operator();
    town.step(&case, "file", &[]).unwrap();
    let wrong = [("unit", "nobody"), ("amount", "0"), ("note", &*"字".repeat(1_001))];
    let refused = town.step(&case, "dispatch", &wrong).unwrap_err();
    assert_eq!(
        refused["fields"],
        json!({
            "unit": "请从列表中选择。",
            "amount": "请填写 1 到 400 的整数。",
            "measure": "时限需要同时填写数量和单位，或都留空。",
            "note": "最多 1000 个字符。",
        })
    );
    assert_eq!(town.case(&case).stage, "filed");
    town.step(&case, "dispatch", &[("unit", "huanwei")]).unwrap();
    assert!(town.shown("work", &[("all", "yes")]).contains("环卫所"), "units are shown by name");
    assert!(town.shown("work", &[("unit", "huanwei")]).contains(&case));
    assert!(!town.shown("work", &[("unit", "shizheng")]).contains(&case));
    town.handler();
    town.step(&case, "accept", &[]).unwrap();
    town.step(&case, "start", &[]).unwrap();
    let refused = town.step(&case, "feedback", &[("note", "清了")]).unwrap_err();
    assert_eq!(refused["fields"], json!({"pictures": "请至少附一张图片。"}));
    assert_eq!(town.step("371122102-2026-999999", "comment", &[("note", "x")]), Err(json!("PagesError::NotFound")));
    assert_eq!(town.step(&case, "no-step", &[]), Err(json!("PagesError::NotFound")));
}

#[test]
fn each_role_sees_the_forms_of_its_own_steps() {
    let mut town = Town::new();
    let case = town.dispatched();
    let forms = |town: &Town| -> Vec<String> {
        let page = town.view("case", &[("case", &case)]);
        let action = |block: &xl_plugin::page::Block| match block {
            xl_plugin::page::Block::Form { action, .. } => Some(action.clone()),
            _ => None,
        };
        page.blocks.iter().filter_map(action).collect()
    };
    town.handler();
    assert_eq!(forms(&town), ["accept", "return", "comment", "assign", "escalate"]);
    town.grid_member();
    assert_eq!(forms(&town), ["comment", "escalate"]);
    town.hub.sign_in("leader", &["viewer"]);
    assert_eq!(forms(&town), [""; 0]);
    assert!(town.shown("case", &[("case", &case)]).contains("当前阶段没有您可办理的操作。"));
}

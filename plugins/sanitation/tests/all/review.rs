//! Candidates: a person confirms or dismisses; cases, precision, silence, deductions.

use serde_json::Value;
use serde_json::json;
use xl_plugin::cases::Step;
use xl_plugin::testing::event;

use crate::town::CAMERA;
use crate::town::HOUR;
use crate::town::MINUTE;
use crate::town::PHOTO;
use crate::town::Town;
use crate::town::at;

const DAY: &str = "2026-11-26";
const F1: &[(&str, &str)] = &[("finding", "f000001")];

/// A township with a candidate.
fn raised() -> (Town, i64) {
    let town = Town::new();
    let now_ms = town.heap_grows(at(DAY, 9));
    (town, now_ms)
}

fn event_of(town: &Town, kind: &str) -> Value {
    let found = town.hub.published().into_iter().find(|published| published.kind == kind).unwrap();
    serde_json::from_str(&found.data).unwrap()
}

#[test]
fn a_confirmed_overflow_becomes_a_case_and_is_closed_when_the_desk_closes_it() {
    let (town, now_ms) = raised();
    assert_eq!(town.hub.cases().len(), 0, "before a person looked there is no case");
    let told = event_of(&town, "sanitation.finding.candidate");
    assert_eq!(
        (&told["camera"], &told["point"], &told["method"]),
        (&json!(CAMERA), &json!("p000001"), &json!("yesterday-1"))
    );
    assert!(told["score"].as_f64().unwrap() > 0.12 && told["reference"].is_string() && told["first_seen_ms"].is_i64());
    assert!(town.page(now_ms, "review", &[]).contains("f000001"));
    let page = town.page(now_ms, "finding", F1);
    assert!(page.contains(&"cd".repeat(32)) && page.contains("参照图"), "both pictures: {page}");

    town.press_at(now_ms, "finding", F1, "confirm", &[("what", "overflow"), ("note", "桶外约 3 袋")]).unwrap();
    let case = town.hub.cases().remove(0);
    assert_eq!(
        (case.matter.set.as_str(), case.matter.code.as_str(), case.source.as_str()),
        ("platform", "01-98", "video")
    );
    assert_eq!((case.title.as_str(), case.grid.as_deref(), case.before.len()), ("垃圾满溢：东门", Some("s000001"), 1));
    let again = town.press_at(now_ms, "finding", F1, "confirm", &[("what", "overflow")]).unwrap_err();
    assert_eq!(again["summary"], "这条疑似问题已经有人处理。");
    assert!(town.page(now_ms, "home", &[]).contains("满溢"));

    let steps = [
        Step::verify(),
        Step::file(),
        Step::dispatch("huanwei"),
        Step::accept(),
        Step::start(),
        Step::feedback([PHOTO]),
    ];
    for step in steps {
        town.hub.move_case("zhang", &case.id, &step).unwrap();
    }
    for step in [Step::check(), Step::close()] {
        town.hub.move_case("wang", &case.id, &step).unwrap();
    }
    for mut told in town.hub.take_case_events(500) {
        (told.time_ms, told.received_ms) = (now_ms + 90 * MINUTE, now_ms + 90 * MINUTE);
        town.handle(told);
    }
    assert_eq!(town.record("findings", "f000001")["state"], "closed");
    assert!(town.record("points", "p000001")["overflow_since_ms"].is_null());
    let tally = town.record("tallies", DAY);
    assert_eq!((&tally["overflows"], &tally["minutes"], &tally["confirmed"]), (&json!(1), &json!([90]), &json!(1)));
}

#[test]
fn a_cleaning_tells_the_case_and_frees_the_point_while_the_desk_closes_it() {
    let (town, now_ms) = raised();
    let plan = [("target", "p000001"), ("windows", "04:00-23:00"), ("weekdays", "1-7"), ("account", "li")];
    town.press(DAY, "crew", &[], "add-plan", &plan).unwrap();
    town.press_at(now_ms, "finding", F1, "confirm", &[("what", "exposed")]).unwrap();
    town.due(now_ms, "tick");
    town.is("li", "handler");
    let task = format!("{DAY}/t000001/p000001/0");
    town.press_at(now_ms + 40 * MINUTE, "task", &[("task", &task)], "done", &[("picture", PHOTO)]).unwrap();
    let case = town.hub.cases().remove(0);
    assert_eq!((case.matter.code.as_str(), case.stage.as_str()), ("01-02", "reported"));
    assert_eq!(town.hub.history(&case.id).last().unwrap().name, "comment");
    assert!(town.record("points", "p000001")["overflow_since_ms"].is_null());
    assert_eq!(town.record("tallies", DAY)["points_clean"], 1);
}

#[test]
fn a_method_that_people_dismiss_again_and_again_falls_silent_and_says_so() {
    let town = Town::new();
    let mut now_ms = at("2026-11-01", 8);
    for number in 1..=10 {
        let key = format!("f{number:06}");
        now_ms = town.heap_grows(now_ms);
        town.press_at(now_ms, "finding", &[("finding", &key)], "dismiss", &[("reason", "lawful")]).unwrap();
        // Two days later: what was unclear is no reference for the day after it.
        now_ms += 48 * HOUR - 90 * MINUTE;
    }
    assert_eq!(town.record("precision", "gate-1/yesterday-1")["muted"], true);
    now_ms = town.heap_grows(now_ms);
    assert_eq!(town.hub.records("findings").len(), 10, "nothing was raised");
    assert_eq!(town.record("precision", "gate-1/yesterday-1")["held_back"], 1);
    let page = town.page(now_ms, "camera", &[("camera", CAMERA)]);
    assert!(page.contains("已自动静默：近 10 次复核只有 0 次属实，低于本镇设定的 30%"), "{page}");
    assert!(town.page(now_ms, "cameras", &[]).contains("已静默"));

    let camera = [("camera", CAMERA)];
    town.press_at(now_ms, "camera", &camera, "unmute", &[("method", "yesterday-1")]).unwrap();
    town.heap_grows(now_ms + 48 * HOUR - 90 * MINUTE);
    assert_eq!(town.hub.records("findings").len(), 11);
}

#[test]
fn what_a_person_calls_clean_becomes_a_reference() {
    let (town, now_ms) = raised();
    let picture = town.record("findings", "f000001")["picture"].clone();
    town.press_at(now_ms, "finding", F1, "dismiss", &[("reason", "clean")]).unwrap();
    let views = town.record("views", CAMERA);
    let marked = views["views"].as_array().unwrap().iter().find(|view| view["sha256"] == picture).unwrap().clone();
    assert_eq!(marked["origin"], json!({"marked": "wang"}));
    let page = town.page(now_ms, "camera", &[("camera", CAMERA)]);
    assert!(page.contains("1 张由人标为干净"), "{page}");
    let old = town.press_at(now_ms, "camera", &[("camera", CAMERA)], "mark-clean", &[("picture", PHOTO)]).unwrap_err();
    assert!(old["summary"].as_str().unwrap().contains("已有更新的图片"));
}

#[test]
fn points_are_taken_off_only_by_a_person_for_a_picture_that_he_saw() {
    let (town, now_ms) = raised();
    let picture = town.record("findings", "f000001")["picture"].as_str().unwrap().to_owned();
    let form = |seen: &'static str| [("points", "2"), ("reason", "桶外溢"), ("seen", seen)];
    let early = town.press_at(now_ms, "finding", F1, "deduct", &form("")).unwrap_err();
    assert_eq!(early["summary"], "只有经人工确认的问题才能扣分。");
    town.press_at(now_ms, "finding", F1, "confirm", &[("what", "overflow")]).unwrap();
    let unseen = town.press_at(now_ms, "finding", F1, "deduct", &form(PHOTO)).unwrap_err();
    assert!(unseen["fields"]["seen"].is_string());
    town.hub.sign_out();
    let seen = [("points", "2"), ("reason", "桶外溢"), ("seen", picture.as_str())];
    assert_eq!(town.press_at(now_ms, "finding", F1, "deduct", &seen).unwrap_err()["summary"], "请先登录。");
    town.is("li", "handler");
    assert!(town.press_at(now_ms, "finding", F1, "deduct", &seen).is_err(), "not his to say");
    assert_eq!(town.hub.records("deductions").len(), 0);

    town.is("wang", "operator");
    town.press_at(now_ms, "finding", F1, "deduct", &seen).unwrap();
    let deduction = town.record("deductions", "d000001");
    assert_eq!((&deduction["by"], &deduction["picture"]), (&json!("wang"), &json!(picture)));
    assert_eq!(town.record("scores", "2026-11/s000001")["deducted"], 2);
    assert!(town.page(now_ms, "scores", &[]).contains("\"98\""));
    assert!(town.page(now_ms, "scores", &[("section", "s000001")]).contains("桶外溢"));
}

#[test]
fn what_a_device_says_is_a_candidate_too_once_a_cool_down() {
    let town = Town::new();
    let says = |now_ms: i64, state: &str| {
        town.handle(event(
            town.next(),
            "camera.object.garbage",
            Some(CAMERA),
            now_ms,
            &json!({"state": state, "score": 0.87}),
        ));
    };
    says(at(DAY, 9), "inactive");
    says(at(DAY, 9), "active");
    says(at(DAY, 10), "active");
    assert_eq!(town.hub.records("findings").len(), 1);
    assert_eq!(town.record("findings", "f000001")["method"], "device:object.garbage");
    let page = town.page(at(DAY, 10), "finding", F1);
    assert!(
        page.contains("设备给出的置信度") && !page.contains("区域变化"),
        "its score is no share of the region: {page}"
    );
    town.press_at(at(DAY, 10), "finding", F1, "dismiss", &[("reason", "passing")]).unwrap();
    says(at(DAY, 11), "active");
    assert_eq!(town.hub.records("findings").len(), 1, "within the cool-down");
    says(at(DAY, 15), "active");
    assert_eq!(town.hub.records("findings").len(), 2);
}

#[test]
fn a_camera_without_a_region_and_somebody_elses_look_are_left_alone() {
    let town = Town::new();
    let data = json!({"plans": [{"module": "city", "name": "watch"}], "metrics": null});
    town.handle(event(town.next(), "camera.sampled", Some(CAMERA), at(DAY, 9), &data));
    town.handle(event(town.next(), "camera.sampled", Some("other"), at(DAY, 9), &data));
    assert_eq!(town.hub.records("eyes").len(), 0);
}

#[test]
fn a_camera_that_fails_says_why_on_its_page() {
    let town = Town::new();
    let data = json!({"plans": [{"module": "sanitation", "name": "watch"}], "failed": "no answer"});
    town.handle(event(town.next(), "camera.sampled", Some(CAMERA), at(DAY, 9), &data));
    assert!(town.page(at(DAY, 9), "camera", &[("camera", CAMERA)]).contains("取不到图片 1"));
}

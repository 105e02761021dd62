//! A bin that a smart camera calls full: a person looks, a crew cleans it with a photo, the desk closes the case.

use serde_json::Value;
use serde_json::json;

use crate::hands::DESK;
use crate::hands::GRID;
use crate::hands::HOUR;
use crate::hands::Hands;
use crate::hands::MINUTE;
use crate::hands::UNIT;
use crate::hands::VILLAGE;
use crate::pictures::jpeg;
use crate::stranger::Stranger;
use crate::stranger::hidden;
use crate::town::TOWNSHIP;

const FINDING: (&str, &[(&str, &str)]) = ("finding", &[("finding", "f000001")]);

/// A township with a point before a camera.
async fn watched() -> Hands {
    let grants = json!({"cameras": "all", "picture_level": "masked", "links": true, "cases": true,
        "purposes": ["sanitation"], "assessment": "PIA-2026-012"});
    let hands = Hands::start("sanitation", &grants, json!({})).await;
    hands.town.register("gate").await;
    let section = json!({"name": "东大街", "grade": "1", "metres": "800", "place": VILLAGE});
    hands.press(DESK, ("places", &[]), "add-section", section).await;
    let point =
        json!({"name": "东门", "section": "s000001", "camera": "gate", "shows": "bin", "position": "35.58,118.83"});
    hands.press(DESK, ("places", &[]), "add-point", point).await;
    hands
}

/// The camera calls the bin full, under an id of its own.
async fn says(hands: &Hands, id: &str) -> Value {
    let event = json!({"township": TOWNSHIP, "kind": "camera.bin.overflow", "camera": "gate", "id": id,
        "data": {"state": "active", "score": 0.9}});
    hands.town.post("events", event).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overflow_is_confirmed_cleaned_with_a_photo_and_closed_with_its_case() {
    let hands = watched().await;
    let plan = json!({"target": "p000001", "windows": "04:00-23:00", "weekdays": "1-7", "account": UNIT});
    hands.press(DESK, ("crew", &[]), "add-plan", plan).await;
    says(&hands, "e-1").await;
    let raised = hands.events("sanitation.finding.candidate", 1).await;
    assert_eq!((&raised[0]["subject"], &raised[0]["data"]["camera"]), (&json!("f000001"), &json!("gate")));
    assert_eq!(hands.town.events("case.opened").await.len(), 0, "no case before a person looked");

    hands.press(GRID, FINDING, "confirm", json!({"what": "overflow", "note": "桶外约 3 袋"})).await;
    let confirmed = hands.events("sanitation.finding.confirmed", 1).await;
    let case = confirmed[0]["data"]["case"].as_str().unwrap().to_owned();
    assert_eq!(hands.case(&case).await["code"], "01-98");

    // Ten minutes later the day's tasks are there.
    hands.set(11 * MINUTE);
    hands.events("schedule.due", 1).await;
    let task: &[(&str, &str)] = &[("task", "2026-11-26/t000001/p000001/0")];
    assert!(hands.page(UNIT, ("mine", &[])).await.contains("东门"));
    let photo = hands.photo(UNIT, ("task", task), "done", ("picture", &jpeg(320, 240, 51))).await;
    assert_eq!(hands.events("sanitation.task.done", 1).await[0]["data"]["picture"], json!(photo));
    assert!(hands.case(&case).await.to_string().contains(&photo), "the desk sees it on the case");
    hands.press(GRID, ("task", task), "check", json!({"result": "pass"})).await;

    for (who, step, expected) in [
        (GRID, json!({"name": "verify"}), "verifying"),
        (DESK, json!({"name": "file"}), "filed"),
        (DESK, json!({"name": "dispatch", "unit": "sanitation"}), "dispatched"),
        (UNIT, json!({"name": "accept"}), "accepted"),
        (UNIT, json!({"name": "start"}), "processing"),
        (UNIT, json!({"name": "feedback", "note": "已清理", "pictures": [photo]}), "feedback"),
        (GRID, json!({"name": "check"}), "checking"),
        (DESK, json!({"name": "close"}), "closed"),
    ] {
        assert_eq!(hands.step(who, &case, step).await, expected);
    }
    assert!(hands.page(GRID, FINDING).await.contains("结案"), "it is closed with its case");

    hands.set(HOUR + 6 * MINUTE);
    hands.tells("overflows", "2026-11", 1.0, None).await;
    hands.tells("candidate-precision", "2026-11", 1.0, Some(1.0)).await;
    hands.tells("on-time", "2026-11", 1.0, Some(1.0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_repeats_itself_raises_one_candidate_also_after_a_restart() {
    let hands = watched().await;
    says(&hands, "e-1").await;
    hands.events("sanitation.finding.candidate", 1).await;
    assert_eq!(says(&hands, "e-1").await["repeated"], true);
    let hands = hands.restarted().await;
    assert_eq!(says(&hands, "e-1").await["repeated"], true);
    // Another message about the same bin, while the first candidate waits for a person.
    hands.set(MINUTE);
    says(&hands, "e-2").await;
    hands.town.caught_up("sanitation").await;
    assert_eq!(hands.town.events("sanitation.finding.candidate").await.len(), 1);
    hands.press(GRID, FINDING, "confirm", json!({"what": "overflow"})).await;
    let again = hands.try_press(GRID, FINDING, "confirm", json!({"what": "overflow"})).await;
    assert_eq!((again.status, hands.town.events("case.opened").await.len()), (422, 1), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_at_the_point_complains_by_its_sign_and_reads_the_answer_under_a_link_of_his_own() {
    let hands = watched().await;
    let point: (&str, &[(&str, &str)]) = ("point", &[("point", "p000001")]);
    hands.press(DESK, point, "issue-link", json!({})).await;
    let links = hands.get(DESK, &format!("modules/{TOWNSHIP}/sanitation/links")).await;
    let sign = format!("/t/{}", links[0]["code"].as_str().unwrap());
    let passer_by = Stranger::at(&hands.town);
    let empty = passer_by.fill(&sign, "complain", &[("words", "")]).await;
    assert!(empty.status == 422 && empty.html.contains("Please fill this in"), "{}", empty.html);
    let mut fields = hidden(&empty.html, "complain");
    fields.insert("words".to_owned(), "箱子满了两天".to_owned());
    let sent = passer_by.send(&sign, &fields, &[("picture", &jpeg(320, 240, 71))]).await;
    assert_eq!((sent.status, sent.cookies), (303, 0), "{}", sent.html);
    let own = passer_by.open(&sent.location).await;
    assert!(
        own.html.contains("c000001") && own.html.contains("东门") && !own.html.contains("满了两天"),
        "{}",
        own.html
    );

    let complaint: (&str, &[(&str, &str)]) = ("complaint", &[("complaint", "c000001")]);
    let desk = hands.page(DESK, complaint).await;
    assert!(desk.contains("箱子满了两天") && desk.contains("扫码投诉") && desk.contains("gallery"), "{desk}");
    hands.press(DESK, complaint, "answer", json!({"words": "已清空"})).await;
    hands.set(MINUTE);
    let own = passer_by.open(&sent.location).await;
    assert!(own.html.contains("已清空") && !own.html.contains(DESK), "{}", own.html);
}

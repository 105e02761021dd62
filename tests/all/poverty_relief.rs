//! A household from its clue to the clearance of its risk, each step by the person whose it is, the notice for its five days.

use serde_json::Value;
use serde_json::json;

use crate::hands::COUNTY;
use crate::hands::DAY;
use crate::hands::GRID;
use crate::hands::HEAD;
use crate::hands::HOUR;
use crate::hands::Hands;
use crate::hands::UNIT;
use crate::hands::VILLAGE;
use crate::town::TOWNSHIP;

type At = (&'static str, &'static [(&'static str, &'static str)]);

const HOUSEHOLD: At = ("household", &[("household", "h000001")]);
const CLUE: At = ("clue", &[("clue", "c000001")]);
const DRAFT: At = ("draft", &[("clue", "c000001")]);

/// The morning of the first of December, where all of this happens within one month.
const FIRST: i64 = 5 * DAY;

/// A household whose clue stands at its village notice since the second of December.
async fn noticed() -> Hands {
    let grants = json!({"cameras": "all", "picture_level": "masked", "links": true, "purposes": ["poverty-relief"],
        "assessment": "PIA-2026-013"});
    let hands = Hands::start("poverty-relief", &grants, json!({})).await;
    hands.set(FIRST);
    let household = json!({"place": VILLAGE, "head": "王小明", "kind": "marginal", "able": "2", "limited": "0",
        "minor": "1", "elderly": "1", "contact": "13800001234"});
    hands.press(GRID, ("register", &[]), "register", household).await;
    let clue = json!({"source": "visit", "risk": "income", "note": ""});
    hands.press(GRID, HOUSEHOLD, "open-clue", clue).await;
    hands.press(GRID, CLUE, "go-on", json!({"note": "情况属实"})).await;
    let consent = json!({"how": "signed", "by": "head", "comparison": "yes", "publication": "yes", "help": "yes"});
    hands.press(GRID, CLUE, "go-on", consent).await;
    hands.press(UNIT, CLUE, "go-on", json!({"note": "无异常"})).await;
    hands.press(GRID, CLUE, "go-on", json!({"present": "30", "in_favour": "28"})).await;
    hands.set(FIRST + DAY);
    hands.press(UNIT, DRAFT, "publish", json!({"checked": "yes"})).await;
    hands
}

/// What a stranger sees under the notice's link.
async fn notice(hands: &Hands) -> (u16, String) {
    let links = hands.get(HEAD, &format!("modules/{TOWNSHIP}/poverty-relief/links")).await;
    hands.town.page(&format!("/t/{}", links[0]["code"].as_str().unwrap()), false).await
}

/// Lets the clock of the module look: it is six in the morning, and twenty.
async fn watched(hands: &Hands, after_ms: i64) {
    let before = hands.town.events("schedule.due").await.len();
    hands.set(after_ms - 2 * HOUR);
    hands.events("schedule.due", before + 1).await;
    hands.town.caught_up("poverty-relief").await;
    hands.set(after_ms);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_goes_from_clue_to_clearance_and_only_numbers_leave_the_module() {
    let hands = noticed().await;
    let (status, page) = notice(&hands).await;
    assert!(status == 200 && page.contains("王小明") && !page.contains("13800001234"), "{status} {page}");
    hands.set(FIRST + 5 * DAY);
    let early = hands.try_press(HEAD, CLUE, "go-on", json!({})).await;
    assert_eq!(early.status, 422, "four days are not five: {early:?}");
    watched(&hands, FIRST + 6 * DAY).await;
    assert_eq!(notice(&hands).await.0, 404, "it came down by itself");

    assert_eq!(hands.try_press(UNIT, CLUE, "go-on", json!({})).await.status, 422, "not his to approve");
    hands.press(HEAD, CLUE, "go-on", json!({})).await;
    hands.press(COUNTY, CLUE, "go-on", json!({})).await;
    hands.press(UNIT, CLUE, "go-on", json!({})).await;
    let measure = json!({"kind": "work", "note": "公益岗位", "from": "2026-12-07"});
    hands.press(UNIT, HOUSEHOLD, "measure", measure).await;
    hands.set(FIRST + 20 * DAY);
    let met = json!({"income": "yes", "secure": "yes", "gone": "yes", "none-new": "yes"});
    hands.press(UNIT, HOUSEHOLD, "propose-clearing", met).await;
    hands.press(COUNTY, HOUSEHOLD, "decide-clearing", json!({"cleared": "yes"})).await;

    let mut published = Vec::new();
    for kind in ["relief.clue.opened", "relief.notice.published", "relief.risk.cleared"] {
        published.push(hands.events(kind, 1).await.remove(0));
    }
    let told = Value::from(published).to_string();
    assert!(told.contains("h000001") && !told.contains("王小明") && !told.contains("13800001234"), "{told}");
    let pressed = Value::from(hands.town.events("page.action").await).to_string();
    assert!(
        pressed.contains("contact") && !pressed.contains("王小明") && !pressed.contains("13800001234"),
        "{pressed}"
    );
    hands.tells("notice-compliance", "2026-12", 1.0, Some(1.0)).await;
    hands.tells("on-time-rate", "2026-12", 1.0, Some(1.0)).await;
    // Out of those that were monitored when the month began, and this one was not yet.
    hands.tells("clearance-rate", "2026-12", 0.0, None).await;
    let masked = hands.page(HEAD, HOUSEHOLD).await;
    assert!(!masked.contains("王小明"), "masked until a reason is stated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_published_once_and_outlives_a_restart() {
    let hands = noticed().await;
    let again = hands.try_press(UNIT, DRAFT, "publish", json!({"checked": "yes"})).await;
    assert_eq!(again.status, 422, "{again:?}");
    let before = notice(&hands).await;
    let hands = hands.restarted().await;
    assert_eq!(notice(&hands).await, before);
    assert_eq!(hands.town.events("relief.notice.published").await.len(), 1);
    let warning = json!({"department": "yibao",
        "warnings": [{"reference": "YB-1", "household": "h000001", "day": "2026-12-01"}]});
    assert_eq!(hands.call(UNIT, "warnings", &warning).await["taken"], 1);
    let hands = hands.restarted().await;
    assert_eq!(hands.call(UNIT, "warnings", &warning).await, json!({"taken": 0, "known": 1}));
}

//! A citizen's report through the seven stages, sent back once and late once, with the figures of the night.

use serde_json::Value;
use serde_json::json;

use crate::hands::DAY;
use crate::hands::DESK;
use crate::hands::GRID;
use crate::hands::HEAD;
use crate::hands::HOUR;
use crate::hands::Hands;
use crate::hands::MINUTE;
use crate::hands::UNIT;
use crate::hands::VILLAGE;
use crate::pictures::jpeg;
use crate::stranger::Stranger;
use crate::stranger::hidden;
use crate::town::TOWNSHIP;

/// A street desk with one grid cell; gives a case that a citizen reported.
async fn reported() -> (Hands, String) {
    let grants = json!({"cameras": "all", "picture_level": "metric", "links": true, "cases": true,
        "purposes": ["city-management"], "assessment": "PIA-2026-011"});
    let hands = Hands::start("city", &grants, json!({})).await;
    let cell = json!([{"id": "g-1", "name": "一网格", "place": VILLAGE, "member": GRID}]);
    assert_eq!(hands.call(HEAD, "grid-cells", &cell).await, json!({"saved": 1}));
    let told = hands.call(DESK, "report", &report()).await;
    let case = told["case"].as_str().unwrap().to_owned();
    (hands, case)
}

fn report() -> Value {
    json!({"id": "mini-1", "matter": "01-02", "description": "路口垃圾", "place": VILLAGE})
}

/// Makes a step on the module's page; the stage after it.
async fn step(hands: &Hands, who: &str, case: &str, name: &str, form: Value) -> String {
    hands.press(who, ("case", &[("case", case)]), name, form).await;
    hands.case(case).await["stage"].as_str().unwrap().to_owned()
}

/// From the report to the work that has begun, with a limit of two working hours.
async fn begun() -> (Hands, String) {
    let (hands, case) = reported().await;
    assert_eq!(step(&hands, GRID, &case, "verify", json!({"note": "属实"})).await, "verifying");
    assert_eq!(step(&hands, DESK, &case, "file", json!({})).await, "filed");
    let dispatch = json!({"unit": "sanitation", "amount": "2", "measure": "work-hour"});
    assert_eq!(step(&hands, DESK, &case, "dispatch", dispatch).await, "dispatched");
    assert_eq!(step(&hands, UNIT, &case, "accept", json!({})).await, "accepted");
    assert_eq!(step(&hands, UNIT, &case, "start", json!({})).await, "processing");
    (hands, case)
}

/// Gives feedback with a photo of the state after; its hash.
async fn feedback(hands: &Hands, case: &str, shade: u8) -> String {
    hands.photo(UNIT, ("case", &[("case", case)]), "feedback", ("pictures", &jpeg(320, 240, shade))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizens_report_is_closed_late_after_one_rework_and_the_figures_say_so() {
    let (hands, case) = begun().await;
    assert_eq!(hands.case(&case).await["grid"], "g-1", "the only cell of its place");
    hands.set(DAY);
    // Whoever touches a case has the limits looked at.
    hands.step(DESK, &case, json!({"name": "comment", "note": "催办"})).await;
    let late = hands.events("case.overdue", 1).await;
    assert_eq!(late[0]["subject"], json!(case));
    assert_eq!(hands.case(&case).await["overdue"], true);
    assert!(hands.page(HEAD, ("overdue", &[])).await.contains(&case));

    feedback(&hands, &case, 41).await;
    let at: (&str, &[(&str, &str)]) = ("case", &[("case", &case)]);
    assert_eq!(hands.try_press(UNIT, at, "check", json!({})).await.status, 422, "his own work");
    assert_eq!(step(&hands, GRID, &case, "check", json!({})).await, "checking");
    assert_eq!(step(&hands, GRID, &case, "rework", json!({"note": "墙角还有垃圾"})).await, "rework");
    assert_eq!(step(&hands, UNIT, &case, "start", json!({})).await, "processing");
    let photo = feedback(&hands, &case, 42).await;
    assert_eq!(step(&hands, GRID, &case, "check", json!({})).await, "checking");
    assert_eq!(step(&hands, DESK, &case, "close", json!({"note": "现场已清理"})).await, "closed");
    assert_eq!(step(&hands, DESK, &case, "evaluate", json!({})).await, "evaluated");
    let page = hands.page(DESK, at).await;
    assert!(page.contains(&photo) && page.contains("墙角还有垃圾"), "{page}");

    hands.set(2 * DAY);
    for (kpi, closed) in [("closing-rate", 1.0), ("on-time-rate", 0.0), ("rework-rate", 1.0), ("filed", 1.0)] {
        hands.tells(kpi, "2026-11", closed, Some(1.0)).await;
    }
    let path = "cases/figures?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&place=371122102";
    let row = hands.get(HEAD, path).await["rows"][0].clone();
    assert_eq!((&row["closed"], &row["reworked"], &row["closed_on_time"]), (&json!(1), &json!(1), &json!(0)), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_reports_with_a_photo_by_the_code_in_his_street_and_follows_it_without_an_account() {
    let (hands, _) = reported().await;
    hands.press(HEAD, ("cell", &[("cell", "g-1")]), "open-link", json!({})).await;
    let links = hands.get(HEAD, &format!("modules/{TOWNSHIP}/city/links")).await;
    let street = format!("/t/{}", links[0]["code"].as_str().unwrap());
    let citizen = Stranger::at(&hands.town);
    let page = citizen.open(&format!("{street}?lang=en")).await;
    assert!(page.html.contains("一网格") && !page.html.contains(GRID), "{}", page.html);
    let mut fields = hidden(&page.html, "report");
    fields.extend([("matter", "01-02"), ("description", "桶外有垃圾")].map(|(n, t)| (n.to_owned(), t.to_owned())));
    let sent = citizen.send(&street, &fields, &[("pictures", &jpeg(320, 240, 61))]).await;
    assert_eq!((sent.status, sent.cookies), (303, 0), "{}", sent.html);
    // Whoever sends a page twice is led to the same report.
    let again = citizen.send(&street, &fields, &[("pictures", &jpeg(320, 240, 61))]).await;
    assert_eq!(again.status, 303, "{}", again.html);

    let opened = hands.events("case.opened", 2).await;
    assert_eq!(opened.len(), 2, "that of the desk, and this one");
    let case = opened[1]["subject"].as_str().unwrap().to_owned();
    let told = hands.case(&case).await;
    assert_eq!((&told["source"], &told["grid"]), (&json!("link"), &json!("g-1")), "{told}");
    let photo = told["before"][0].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    let own = citizen.open(&sent.location).await;
    assert!(own.html.contains(&case) && !own.html.contains("桶外有垃圾"), "{}", own.html);
    for link in [&street, sent.location.split('?').next().unwrap()] {
        assert_eq!(citizen.open(&format!("{link}/pictures/{photo}")).await.status, 404, "{link}");
    }
    assert!(hands.page(DESK, ("case", &[("case", &case)])).await.contains(&photo), "the desk sees it");

    assert_eq!(step(&hands, GRID, &case, "verify", json!({"note": "属实"})).await, "verifying");
    assert_eq!(step(&hands, DESK, &case, "reject", json!({"note": "已转市政部门"})).await, "rejected");
    hands.set(MINUTE);
    let own = citizen.open(&sent.location).await;
    assert!(own.html.contains("已转市政部门") && !own.html.contains(DESK), "{}", own.html);
    let row = hands.get(HEAD, "cases/figures?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&by=source").await;
    assert!(row.to_string().contains("\"link\""), "{row}");

    hands.press(HEAD, ("cell", &[("cell", "g-1")]), "close-link", json!({})).await;
    assert_eq!(citizen.send(&street, &fields, &[]).await.status, 404, "closed is closed");
    assert_eq!(citizen.open(&sent.location).await.status, 200, "his own link stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_twice_is_done_once_also_after_a_restart() {
    let (hands, case) = begun().await;
    let at: (&str, &[(&str, &str)]) = ("case", &[("case", &case)]);
    assert_eq!(hands.try_press(UNIT, at, "start", json!({})).await.status, 422, "it has begun");
    let history = hands.get(DESK, &format!("cases/{case}/history")).await;
    let hands = hands.restarted().await;
    hands.set(HOUR / 2);
    assert_eq!(hands.call(DESK, "report", &report()).await["case"], json!(case), "the same report");
    assert_eq!(hands.get(DESK, &format!("cases/{case}/history")).await, history);
    assert_eq!(hands.town.events("case.opened").await.len(), 1);
}

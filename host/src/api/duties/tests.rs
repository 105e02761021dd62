//! Receipts among the duties: whose they are, when they are due, and who learns of them.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::Value;
use serde_json::json;
use xl_model::camera::draft::Field;

use crate::api::router;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::devices::testing::NOW_MS;
use crate::export::testing::fetched;

const DAY_MS: i64 = 86_400_000;

async fn send(router: &Router, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    let answer = ask(router, request.body(Body::from(body.to_string())).unwrap()).await;
    (answer.status.as_u16(), answer.json())
}

/// What an answer lists, in short: what is owed for what, until when, whether it is overdue.
fn told(page: &Value) -> Vec<String> {
    let duties = page["duties"].as_array().unwrap_or_else(|| panic!("{page}")).iter();
    duties.map(|it| format!("{} {} {} {}", it["name"], it["duty"], it["due"], it["overdue"]).replace('"', "")).collect()
}

/// EXP-4.
#[tokio::test]
async fn a_receipt_is_a_duty_with_its_day_overdue_after_it_and_gone_when_it_is_confirmed() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let list = async |query: &str| send(&router, &site.token, "GET", &format!("/duties{query}"), json!({})).await.1;
    let one = async || send(&router, &site.token, "GET", "/exports/371122102/1", json!({})).await.1;
    for days in [7, 10] {
        fetched(&site.hub.store, "371122102", NOW_MS + days * DAY_MS).await;
    }
    assert_eq!(list("").await["total"], 0, "it can be fetched still");
    assert_eq!(one().await["receipt_due"], Value::Null);
    site.pass(7 * DAY_MS);
    site.hub.add_camera("gate", &[(Field::Class, "other-public-place"), (Field::SignageDate, "")]).await;
    let all = list("").await;
    assert_eq!(told(&all), ["371122102-E1 receipt 2026-12-30 false", "gate signage 2026-12-30 false"], "by place");
    let receipt = &all["duties"][0];
    assert_eq!((&receipt["export"], &receipt["township"]), (&json!(1), &json!("371122102")));
    assert_eq!(
        (&receipt["camera"], &receipt["class"], &receipt["place"]),
        (&json!(null), &json!(null), &json!("371122102000"))
    );
    let camera = &all["duties"][1];
    assert_eq!((&camera["camera"], &camera["export"]), (&json!("gate"), &json!(null)));
    assert_eq!((&one().await["standing"], &one().await["receipt_due"]), (&json!("owed"), &json!("2026-12-30")));
    for (place, receipts) in [("371122", 1), ("371122102", 1), ("371122102201", 0), ("371122103", 0)] {
        let page = list(&format!("?place={place}")).await;
        let found = told(&page).iter().filter(|duty| duty.contains("receipt")).count();
        assert_eq!(found, receipts, "{place}: {page}");
    }

    site.pass(30 * DAY_MS);
    assert_eq!(list("").await["overdue"], 0, "on its last day it is in time");
    site.pass(DAY_MS);
    let all = list("").await;
    assert_eq!(
        told(&all),
        [
            "371122102-E1 receipt 2026-12-30 true",
            "gate signage 2026-12-30 true",
            "371122102-E2 receipt 2027-01-02 false"
        ],
        "the overdue first"
    );
    assert_eq!((&all["total"], &all["overdue"]), (&json!(3), &json!(2)));
    assert_eq!(told(&list("?overdue=true&limit=1").await), ["371122102-E1 receipt 2026-12-30 true"]);
    let destroyed = json!({"words": "已粉碎光盘"});
    let (status, done) = send(&router, &site.token, "POST", "/exports/371122102/1/receipt", destroyed).await;
    assert_eq!((status, &done["standing"], &done["receipt_due"]), (200, &json!("closed"), &json!(null)), "{done}");
    assert_eq!(told(&list("").await), ["gate signage 2026-12-30 true", "371122102-E2 receipt 2027-01-02 false"]);
}

/// EXP-4: who sees cameras and no exports does not learn from the duties that something was given out.
#[tokio::test]
async fn who_may_not_read_exports_of_a_township_learns_of_no_receipt_there() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for township in ["371122102", "371122103"] {
        fetched(&site.hub.store, township, NOW_MS).await;
    }
    site.pass(31 * DAY_MS);
    for (role, sees) in [
        ("county-admin@371122", vec!["371122102-E1", "371122103-E2"]),
        ("auditor@371122", vec!["371122102-E1", "371122103-E2"]),
        ("township-admin@371122102", vec!["371122102-E1"]),
        ("operator@371122103", vec!["371122103-E2"]),
        ("viewer@371122102", vec![]),
        ("handler@371122102", vec![]),
        ("grid-member@371122102", vec![]),
    ] {
        let (status, page) = send(&router, &site.key(role).await, "GET", "/duties", json!({})).await;
        let names: Vec<&str> =
            page["duties"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!((status, &names), (200, &sees), "{role}: {page}");
        assert_eq!((&page["total"], &page["overdue"]), (&json!(sees.len()), &json!(sees.len())), "{role}");
    }
}

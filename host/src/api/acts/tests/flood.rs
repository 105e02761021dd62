//! AUD-7, for whoever is let in: acts in vain cost so many rows and no more, whoever sends them.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_model::audit::Outcome;
use xl_model::camera::draft::Field;

use super::DEVICE;
use super::rows;
use super::send;
use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

/// Acts in vain before one is made to wait.
const AT_ONCE: usize = 300;

/// Another one after so long.
const WAIT_MS: i64 = 60_000;

async fn register(router: &Router, key: &str) -> Answer {
    let request = Request::post("/api/v1/devices").header(header::AUTHORIZATION, format!("Bearer {key}"));
    ask(router, request.header(header::CONTENT_TYPE, "application/json").body(Body::from(DEVICE)).unwrap()).await
}

#[tokio::test]
async fn a_flood_of_acts_without_the_right_to_them_leaves_so_many_rows_and_stops_nobody_else() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let viewer = site.key("viewer@371122102").await;
    for n in 0..2_000 {
        let answer = register(&router, &viewer).await;
        if n < AT_ONCE {
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (403, Some("XL0901")), "{n}");
        } else {
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (429, Some("XL0709")), "{n}");
            assert_eq!(answer.header(header::RETRY_AFTER), "60");
        }
    }
    assert_eq!(rows(&site).await.len(), 2 * AT_ONCE, "one before and one after each");

    assert_eq!(send(&site, &router, "POST", "/api/v1/devices", DEVICE).await.status.as_u16(), 201);
    site.state.auditor().record_refused().await.unwrap();
    let told = rows(&site).await.split_off(2 * AT_ONCE);
    let told: Vec<_> = told.iter().map(|row| (row.entry.actor.who.as_str(), row.entry.action.as_str())).collect();
    assert_eq!(told, [("admin", "device.register"), ("unknown", "request.refused")]);
    let counted = rows(&site).await.pop().unwrap().entry;
    assert_eq!((counted.object.as_str(), counted.outcome), ("2000 requests", Outcome::Refused));
    let kinds = "XL0709 POST /api/v1/devices ×1700, XL0901 POST /api/v1/devices ×300; ";
    assert!(counted.detail.as_str().starts_with(kinds), "{}", counted.detail);

    site.pass(WAIT_MS);
    let statuses = [register(&router, &viewer).await.status.as_u16(), register(&router, &viewer).await.status.as_u16()];
    assert_eq!(statuses, [403, 429], "let in again, once");
}

#[tokio::test]
async fn acts_that_come_about_or_meet_what_is_there_already_are_never_slowed() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.register("gh-2").await;
    let acts = [
        ("/api/v1/devices", DEVICE, 409),
        ("/api/v1/devices/371122102.gh-2/disable", "{}", 204),
        ("/api/v1/devices/371122102.gh-2/enable", "{}", 204),
    ];
    send(&site, &router, "POST", "/api/v1/devices", DEVICE).await;
    // One more of each kind than may be in vain.
    for n in 0..acts.len() * (AT_ONCE + 1) {
        let (path, json, status) = acts[n % acts.len()];
        assert_eq!(send(&site, &router, "POST", path, json).await.status.as_u16(), status, "{n} {path}");
    }
}

#[tokio::test]
async fn looks_for_another_purpose_leave_so_many_rows_and_looks_without_one_none() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("gh-1", &[(Field::Purposes, "flood")]).await;
    let look = async |json: &str| {
        let path = "/api/v1/cameras/371122102/gh-1/snapshot";
        send(&site, &router, "POST", path, json).await.json()["code"].as_str().unwrap().to_owned()
    };
    for n in 0..AT_ONCE {
        assert_eq!(look(r#"{"purpose":"","reason":""}"#).await, "XL0946", "{n}");
        assert_eq!(look(r#"{"purpose":"other","reason":"to see"}"#).await, "XL0731", "{n}");
    }
    assert_eq!(look(r#"{"purpose":"other","reason":"to see"}"#).await, "XL0709");
    assert_eq!(rows(&site).await.len(), AT_ONCE);
}

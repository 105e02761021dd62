//! What is asked for as an export stays as it was asked for, and is so much a day.

use sha2::Digest as _;
use xl_model::audit::Outcome;
use xl_model::camera::draft::Field;
use xl_model::picture::PictureRef;
use xl_store::audit::AuditFilter;

use super::TOWNSHIP;
use super::event;
use super::send;
use crate::api::description;
use crate::api::router;
use crate::api::testing::TestSite;
use crate::config::Config;

/// EXP-1: who wants other cameras or another time asks anew; what there is after that is an answer to what was asked.
#[tokio::test]
async fn no_route_changes_what_an_export_was_asked_for() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let description = serde_json::to_value(description()).unwrap();
    let mut routes = Vec::new();
    let paths = description["paths"].as_object().unwrap().iter();
    for (path, item) in paths.filter(|(path, _)| path.starts_with("/exports")) {
        for (method, operation) in item.as_object().unwrap() {
            let body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let body = body.and_then(|schema| schema.rsplit('/').next()).unwrap_or("nothing");
            routes.push(format!("{method} {path} takes {body}"));
        }
    }
    routes.sort();
    assert_eq!(
        routes,
        [
            "get /exports takes nothing",
            "get /exports/{township}/{number} takes nothing",
            "get /exports/{township}/{number}/package takes nothing",
            "post /exports takes ExportBody",
            "post /exports/{township}/{number}/approve takes nothing",
            "post /exports/{township}/{number}/receipt takes WordsBody",
            "post /exports/{township}/{number}/refuse takes WordsBody",
        ]
    );
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = send(&site, &router, method, "/api/v1/exports/371122102/1", "{}").await;
        assert_eq!(answer.json()["code"], "XL0704", "{method}: {}", answer.text);
    }
}

/// EXP-8: what one person asks for beyond his number is refused, counted, and stands in the log with its code.
#[tokio::test]
async fn an_export_beyond_the_number_of_a_day_is_refused_counted_and_a_row_of_the_log() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _here = metrics::set_default_local_recorder(&recorder);
    let mut config = Config::default();
    config.exports.most_a_day = 1;
    let site = TestSite::with("http://hub.example.cn", &config).await;
    let router = router(site.state.clone());
    let bytes = bytes::Bytes::from_static(b"\xff\xd8 not looked into \xff\xd9");
    let sha256: xl_model::id::Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
    let mut event = event("p", "camera.picture");
    event.pictures = vec![PictureRef { sha256: sha256.clone(), width: 640, height: 480, bytes: 20 }];
    site.hub.add_camera("gh-1", &[(Field::Purposes, "flood")]).await;
    site.hub.store.put_picture(&sha256, bytes).await.unwrap();
    site.hub.store.append(vec![event]).await.unwrap();
    let wish = serde_json::json!({
        "township": TOWNSHIP, "cameras": ["gh-1"], "from": "2026-11-23T07:00:00Z", "to": "2026-11-23T09:00:00Z",
        "purpose": "flood", "basis": "a law", "document": "a document", "recipient": "an office", "reason": "a reason",
    });
    for status in [201, 429] {
        let answer = send(&site, &router, "POST", "/api/v1/exports", &wish.to_string()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
    let rows = site.hub.store.audit_rows(&AuditFilter { limit: 100, ..AuditFilter::default() }).await.unwrap();
    let told: Vec<_> =
        rows.iter().rev().map(|row| (row.entry.action.as_str(), row.entry.outcome, row.entry.about)).collect();
    let asked = "export.ask";
    assert_eq!(
        told,
        [(asked, Outcome::Allowed, None), (asked, Outcome::Allowed, None), (asked, Outcome::Failed, Some(2))]
    );
    assert_eq!((rows[0].entry.actor.who.as_str(), rows[0].entry.detail.as_str()), ("admin", "HTTP 429, XL1052"));
    let counted = recorder.handle().render();
    assert!(counted.lines().any(|line| line == "xl_exports_refused_total 1"), "{counted}");
}

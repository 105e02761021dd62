//! Who may bring a plugin where, and what is recorded of it.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::audit::Outcome;
use xl_model::id::Digest;
use xl_model::manifest::Manifest;
use xl_store::audit::AuditFilter;
use xl_store::modules::Plugin;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

const OWN: &str = "371122102";
const BESIDE: &str = "371122103";
const NOWHERE: &str = "371122999";

/// A plugin that nobody signed: it is installed, and runs nowhere.
async fn unsigned(site: &TestSite) {
    let manifest: Manifest = serde_json::from_value(serde_json::json!({
        "id": "trace", "version": "1.0.0", "hub": "0.1.0",
        "name": {"zh": "溯源", "en": "Trace"}, "description": {"zh": "批次", "en": "Batches"},
    }))
    .unwrap();
    let digest: Digest = hex::encode(Sha256::digest(b"trace")).parse().unwrap();
    let plugin = Plugin { digest, manifest, installed_ms: 0, signature: None };
    site.hub.store.install_plugin(plugin, bytes::Bytes::from_static(b"trace")).await.unwrap();
}

async fn many(router: &Router, key: &str, body: &serde_json::Value) -> Answer {
    let request = Request::post("/api/v1/modules/many")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(body.to_string())).unwrap()).await
}

/// TEN-3: of a township where one has no role one learns nothing and nothing happens there. AUD-1: each that is tried has its
/// own row, and one that fails a second.
#[tokio::test]
async fn who_administers_one_township_brings_nothing_into_another() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    unsigned(&site).await;
    let key = site.key(&format!("township-admin@{OWN}")).await;
    let body = serde_json::json!({"plugin": "trace", "townships": [OWN, BESIDE, NOWHERE]});
    let answer = many(&router, &key, &body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let came = answer.json();
    let told = |n: usize, township: &str| came[n].to_string().replace(township, "~");
    assert_eq!((came[0]["outcome"].as_str(), came[0]["code"].as_str()), (Some("failed"), Some("XL0626")), "{came}");
    assert_eq!(came[1]["code"], "XL0712", "{came}");
    assert_eq!(told(1, BESIDE), told(2, NOWHERE), "what is there cannot be told from what is not");
    let rows = site.hub.store.audit_rows(&AuditFilter { limit: 100, ..AuditFilter::default() }).await.unwrap();
    let brought: Vec<_> = rows
        .iter()
        .rev()
        .filter(|row| row.entry.action.as_str() == "module.bring")
        .map(|row| (row.entry.township.as_ref().unwrap().as_str(), row.entry.outcome, row.entry.object.as_str()))
        .collect();
    let object = "/modules/371122102/trace";
    assert_eq!(brought, [(OWN, Outcome::Allowed, object), (OWN, Outcome::Failed, object)]);

    let viewer = site.key(&format!("viewer@{OWN}")).await;
    assert_eq!(many(&router, &viewer, &body).await.json()["code"], "XL0901");
}

#[tokio::test]
async fn a_request_names_a_plugin_and_one_to_five_hundred_townships() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    unsigned(&site).await;
    let all: Vec<String> = (0..501).map(|n| format!("{}", 371_122_100 + n)).collect();
    for (body, code) in [
        (serde_json::json!({"plugin": "trace", "townships": []}), "XL0702"),
        (serde_json::json!({"plugin": "trace", "townships": all}), "XL0702"),
        (serde_json::json!({"townships": [OWN]}), "XL0702"),
        (serde_json::json!({"plugin": "street", "townships": [OWN]}), "XL0620"),
        (serde_json::json!({"plugin": "trace", "version": "2.0.0", "townships": [OWN]}), "XL0620"),
    ] {
        assert_eq!(many(&router, &site.token, &body).await.json()["code"], code, "{body}");
    }
}

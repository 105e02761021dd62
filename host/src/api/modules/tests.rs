//! Who starts which module again. Of a module whose build nobody signed, who is let in learns that (XL0626).

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use serde_json::json;
use xl_model::id::ModuleKey;
use xl_model::module::ModuleState;

use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

const OWN: &str = "371122102";

async fn post(router: &Router, key: &str, path: &str, body: &str) -> Answer {
    let request = Request::post(format!("/api/v1/modules/{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn resumed(router: &Router, key: &str) -> String {
    let answer = post(router, key, &format!("{OWN}/trace/resume"), "").await;
    answer.json()["code"].as_str().unwrap().to_owned()
}

async fn state(site: &TestSite, module: &ModuleKey) -> ModuleState {
    site.hub.store.module(module).await.unwrap().unwrap().state
}

#[tokio::test]
async fn what_was_switched_off_is_started_again_by_who_may_edit_modules_and_what_is_suspended_by_an_operator_too() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let module = site.enable_trace(OWN, json!({})).await.key;
    let operator = site.key(&format!("operator@{OWN}")).await;
    let admin = site.key(&format!("township-admin@{OWN}")).await;
    let why = Some("it failed".to_owned());
    site.hub.store.set_module_state(&module, ModuleState::Suspended, why).await.unwrap();
    for key in [&operator, &admin] {
        assert_eq!(resumed(&router, key).await, "XL0626");
    }
    let disabled = post(&router, &admin, &format!("{OWN}/trace/disable"), "").await;
    assert_eq!(disabled.status.as_u16(), 200, "{}", disabled.text);
    let other = post(&router, &operator, &format!("{OWN}/trace/disable"), "").await;
    assert_eq!(resumed(&router, &operator).await, "XL0901");
    assert_eq!(other.json()["code"], "XL0901", "the same answer as to switching it off");
    assert_eq!(state(&site, &module).await, ModuleState::Disabled);
    assert_eq!(resumed(&router, &admin).await, "XL0626");
}

//! The page of the audit log, and what signing in leaves in it.

use axum::http::header;

use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::TestSite;

#[tokio::test]
async fn the_audit_log_shows_who_signed_in_and_who_reads_it() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie_of(&router, &test.key("auditor@*").await).await;
    open(&router, "/audit", &cookie).await;
    let page = open(&router, "/audit?lang=en", &cookie).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    for text in ["session.open", "audit.read", "auditor (auditor@* · key", "Audit log"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let filtered = open(&router, "/audit?action=session.*&day=2026-11-23", &cookie).await;
    assert!(filtered.text.contains("session.open") && !filtered.text.contains("<code>audit.read"), "{}", filtered.text);
    assert_eq!(open(&router, "/audit?day=x", &cookie).await.status.as_u16(), 422);
}

#[tokio::test]
async fn nobody_is_signed_in_who_is_not_recorded() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    test.hub.store.close().await;
    let form = format!("token={}", test.token);
    let answer = post(&router, "/sign-in", "", "http://hub.example.cn", &form).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::SET_COOKIE)), (503, ""));
}

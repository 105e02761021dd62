//! What becomes of a change that nobody waits for: a browser that went on, a proxy that gave up, an answer that was too late.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header;
use axum::middleware;
use axum::middleware::Next;
use axum::routing::get;
use axum::routing::post;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tower::ServiceExt as _;
use xl_model::audit::Outcome;
use xl_store::audit::AuditFilter;

use super::county::County;
use super::county::OWN;
use crate::api::shield;
use crate::api::testing::ask;

/// Sends a change and drops it once it was polled `polls` times, with time for the store between.
async fn drop_after(polls: usize, county: &County, path: &str, json: &'static str) {
    let request = county.site.signed("PUT", path).header(header::CONTENT_TYPE, "application/json");
    let mut asked = Box::pin(county.router.clone().oneshot(request.body(Body::from(json)).unwrap()));
    for _ in 0..polls {
        if futures::poll!(&mut asked).is_ready() {
            break;
        }
        written(county).await;
    }
}

/// Whatever the store was asked for before is written by then.
async fn written(county: &County) {
    county.site.hub.store.people().await.unwrap();
}

/// Waits for what comes about without anybody who asks for it.
async fn comes_about(county: &County, what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..1_000 {
        if is_so().await {
            return;
        }
        written(county).await;
    }
    panic!("{what}");
}

/// ID-8: what is written and what is known stay one.
#[tokio::test]
async fn a_role_that_is_taken_is_gone_also_when_the_request_is_dropped() {
    for polls in 1..=8 {
        let county = County::new().await;
        let (_, key) = county.key("li", &format!("viewer@{OWN}")).await;
        let sees = async || {
            let request = Request::get(format!("/api/v1/cameras/{OWN}/gh-1"));
            let request = request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty()).unwrap();
            ask(&county.router, request).await.status.as_u16()
        };
        assert_eq!(sees().await, 200);
        drop_after(polls, &county, "/api/v1/accounts/li/roles", r#"{"roles":[]}"#).await;
        comes_about(&county, &format!("dropped after {polls}"), async || sees().await == 404).await;
        let accounts = county.site.hub.store.people().await.unwrap().accounts;
        let li = accounts.iter().find(|account| account.name.as_str() == "li").unwrap();
        assert!(li.roles.is_empty(), "dropped after {polls}: {li:?}");
    }
}

/// AUD-2: the log does not say that something was done which failed after nobody waited for it.
#[tokio::test]
async fn an_act_that_fails_is_told_as_failed_also_when_the_request_is_dropped() {
    for polls in 1..=8 {
        let county = County::new().await;
        drop_after(polls, &county, "/api/v1/accounts/nobody/roles", r#"{"roles":[]}"#).await;
        let failed = async || {
            let filter = AuditFilter { limit: 10, ..AuditFilter::default() };
            let rows = county.site.hub.store.audit_rows(&filter).await.unwrap();
            let told = rows.iter().filter(|row| row.entry.action.as_str() == "account.roles");
            told.map(|row| row.entry.outcome).eq([Outcome::Failed, Outcome::Allowed])
        };
        comes_about(&county, &format!("dropped after {polls}"), failed).await;
    }
}

/// A router whose handlers say what became of the body that they wait for, and answer within a moment.
fn reading(told: mpsc::Sender<bool>) -> Router {
    let read = async move |request: Request| {
        let whole = to_bytes(request.into_body(), 100).await.is_ok();
        told.send(whole).await.unwrap();
    };
    let soon = |request: Request, next: Next| shield::within(Duration::from_millis(50), request, next);
    Router::new().route("/", post(read)).layer(middleware::from_fn(soon))
}

/// What goes on without an answer does not wait for a sender that has stopped sending.
#[tokio::test]
async fn a_body_that_comes_too_slowly_is_answered_and_read_no_further() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (told, mut tells) = mpsc::channel(1);
    tokio::spawn(async move { axum::serve(listener, reading(told)).await });
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(b"POST / HTTP/1.1\r\nhost: hub\r\ncontent-length: 10\r\n\r\nx").await.unwrap();
    let mut answer = Vec::new();
    // The hub closes the connection, or this would not end.
    line.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("XL0708"), "{answer}");
    assert_eq!(tells.recv().await, Some(false));
}

/// What would be done twice when he who has gone does it again.
#[tokio::test]
async fn what_waits_for_its_turn_is_given_up_when_nobody_waits_for_its_answer() {
    for gone in [true, false] {
        let (told, mut tells) = mpsc::channel(1);
        let wait =
            async move || told.send(shield::while_waited(std::future::pending::<()>()).await.is_err()).await.unwrap();
        let soon = |request: Request, next: Next| shield::within(Duration::from_millis(50), request, next);
        let router = Router::new().route("/", post(wait)).layer(middleware::from_fn(soon));
        let mut asked = Box::pin(router.oneshot(Request::post("/").body(Body::empty()).unwrap()));
        if gone {
            assert!(futures::poll!(&mut asked).is_pending());
            drop(asked);
        } else {
            assert_eq!(asked.await.unwrap().status().as_u16(), 503);
        }
        assert_eq!(tells.recv().await, Some(true));
    }
}

/// Who only asks keeps nobody busy who has gone.
#[tokio::test]
async fn a_question_ends_with_its_answer() {
    let (told, mut tells) = mpsc::channel::<()>(1);
    let wait = async move || {
        let _told = told;
        std::future::pending::<()>().await;
    };
    let soon = |request: Request, next: Next| shield::within(Duration::from_millis(50), request, next);
    let router = Router::new().route("/", get(wait)).layer(middleware::from_fn(soon));
    let answer = ask(&router, Request::get("/").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status.as_u16(), 503);
    drop(router);
    assert_eq!(tells.recv().await, None);
}

//! What is recorded of acts, and what is not done because it was not recorded.

mod above;
mod flood;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::response::IntoResponse as _;
use axum::routing::post;
use xl_model::audit::Outcome;
use xl_model::audit::Row;
use xl_model::fault::Code;
use xl_store::audit::AuditFilter;

use crate::api::description;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::router;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::api::testing::get;

use super::NotLetIn;
use super::recorded;
use super::refusal;
use super::table;

async fn send(site: &TestSite, router: &Router, method: &str, path: &str, json: &str) -> Answer {
    let request = site.signed(method, path).header(header::CONTENT_TYPE, "application/json");
    ask(router, request.body(Body::from(json.to_owned())).unwrap()).await
}

async fn rows(site: &TestSite) -> Vec<Row> {
    let filter = AuditFilter { limit: 1_000, ..AuditFilter::default() };
    let mut rows = site.hub.store.audit_rows(&filter).await.unwrap();
    rows.reverse();
    rows
}

const DEVICE: &str =
    r#"{"township":"371122102","camera":"gh-1","name":"大棚","place":"371122102201","class":"non-public"}"#;

/// What goes on after its answer may come about or fail: nobody says that it failed.
#[tokio::test]
async fn an_act_that_is_answered_before_its_end_is_noted_as_that_and_not_as_failed() {
    let site = TestSite::new().await;
    let late = async || Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_SLOW).into_response();
    let recorded = middleware::from_fn_with_state(site.state.clone(), recorded);
    let router = Router::new().route("/late", post(late)).layer(recorded);
    assert_eq!(send(&site, &router, "POST", "/late", "{}").await.status.as_u16(), 503);
    let rows = rows(&site).await;
    let told: Vec<_> = rows.iter().map(|row| (row.entry.outcome, row.entry.about)).collect();
    assert_eq!(told, [(Outcome::Allowed, None), (Outcome::Noted, Some(1))]);
    assert!(rows[1].entry.detail.as_str().contains("XL0708"), "{:?}", rows[1].entry);
}

#[tokio::test]
async fn an_act_is_one_row_and_a_failed_act_a_second_one() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for status in [201, 409] {
        assert_eq!(send(&site, &router, "POST", "/api/v1/devices", DEVICE).await.status.as_u16(), status);
    }
    let rows = rows(&site).await;
    let told: Vec<_> = rows.iter().map(|row| (row.entry.action.as_str(), row.entry.outcome, row.entry.about)).collect();
    let action = "device.register";
    assert_eq!(
        told,
        [(action, Outcome::Allowed, None), (action, Outcome::Allowed, None), (action, Outcome::Failed, Some(2))]
    );
    let first = &rows[0].entry;
    assert_eq!(first.actor.who.as_str(), "admin");
    assert!(first.actor.unit.as_str().starts_with("county-admin@* · key "), "{:?}", first.actor);
    assert_eq!(first.township.as_ref().unwrap().as_str(), "371122102");
    assert_eq!((first.object.as_str(), first.detail.as_str()), ("/devices", "township=371122102; camera=gh-1"));
    assert_eq!(rows[2].entry.detail.as_str(), "HTTP 409, XL0308");
}

#[tokio::test]
async fn what_cannot_be_recorded_does_not_happen() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.store.close().await;
    let answer = send(&site, &router, "POST", "/api/v1/devices/371122102.gh-1/disable", "{}").await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap()), (503, "XL0941"));
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_recorded_gives_no_cookie() {
    let site = TestSite::new().await;
    let value = site.state.people().open_with_key_over(&site.token, None).await.unwrap();
    let cookie = format!("{}={value}; Path=/; HttpOnly", site.state.cookie_name());
    let opened = cookie.clone();
    let router = Router::new().route("/sign-in", post(move || async move { [(header::SET_COOKIE, opened)] }));
    let router = router.layer(middleware::from_fn_with_state(site.state.clone(), recorded));
    let sign_in = async || ask(&router, Request::post("/sign-in").body(Body::empty()).unwrap()).await;
    let answer = sign_in().await;
    assert_eq!((answer.status.as_u16(), answer.header(header::SET_COOKIE)), (200, cookie.as_str()));
    let rows = rows(&site).await;
    let told: Vec<_> = rows.iter().map(|row| (row.entry.actor.who.as_str(), row.entry.action.as_str())).collect();
    assert_eq!(told, [("admin", "session.open")]);

    site.hub.store.close().await;
    let answer = sign_in().await;
    assert_eq!((answer.status.as_u16(), answer.header(header::SET_COOKIE)), (503, ""));
    assert_eq!(answer.json()["code"], "XL0941");
}

#[tokio::test]
async fn an_act_without_a_name_is_recorded_all_the_same() {
    assert_eq!(
        table::of(&axum::http::Method::POST, "/api/v1/else"),
        Some(table::Act::Named { name: "other.act", fields: &[] })
    );
    assert_eq!(table::of(&axum::http::Method::GET, "/api/v1/else"), None);
    let head = table::of(&axum::http::Method::HEAD, "/sign-in/openid/back");
    assert_eq!(head, Some(table::Act::SignIn), "what GET does, HEAD does too");
}

#[tokio::test]
async fn every_line_of_the_table_is_an_operation_of_the_api() {
    let description = serde_json::to_value(description()).unwrap();
    for (method, path, name, _) in table::API {
        let operation = &description["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{name}: {method} {path}");
    }
}

#[tokio::test]
async fn reading_is_no_act_and_a_stranger_s_tries_are_counted_in_no_row_of_their_own() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    let read = ask(&router, site.signed("GET", "/api/v1/purposes").body(Body::empty()).unwrap()).await;
    assert_eq!(read.status.as_u16(), 200);
    for _ in 0..20 {
        assert_eq!(get(&router, "/api/v1/modules").await.status.as_u16(), 401);
        let post = axum::http::Request::post("/api/v1/devices").body(Body::from(DEVICE)).unwrap();
        assert_eq!(ask(&router, post).await.status.as_u16(), 401);
    }
    assert_eq!(rows(&site).await, []);
}

#[test]
fn whoever_was_not_let_in_is_counted_and_whoever_could_not_sign_in_too() {
    let problem = |status: u16| Problem::new(StatusCode::from_u16(status).unwrap(), Code(903)).into_response();
    for (response, act, sign_in) in [
        (problem(401), Some(903), Some(903)),
        (problem(403), Some(903), Some(903)),
        (problem(429), Some(903), Some(903)),
        (problem(422), None, Some(903)),
        (problem(400), None, Some(903)),
        (problem(503), None, None),
        (StatusCode::TOO_MANY_REQUESTS.into_response(), Some(709), Some(709)),
        (StatusCode::UNPROCESSABLE_ENTITY.into_response(), None, None),
        (StatusCode::SEE_OTHER.into_response(), None, None),
        (NotLetIn(Code(910)).on(StatusCode::UNPROCESSABLE_ENTITY.into_response()), Some(910), Some(910)),
    ] {
        let counted = [false, true].map(|signs_in| refusal(&response, signs_in).map(|code| code.0));
        assert_eq!(counted, [act, sign_in], "{}", response.status());
    }
}

#[tokio::test]
async fn no_password_is_recorded_and_what_could_mislead_is_encoded() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.register("gh-1").await;
    let path = "/api/v1/cameras/371122102/gh-1/credentials";
    send(&site, &router, "PUT", path, r#"{"password":"canary-4711"}"#).await;
    let probe = r#"{"host":"\u001b[31m\u202ered\r\n","user":"u","password":"canary-4711"}"#;
    send(&site, &router, "POST", "/api/v1/probe", probe).await;
    let rows = rows(&site).await;
    assert!(rows.len() >= 2 && !format!("{rows:?}").contains("canary"), "{rows:?}");
    let probed = rows.iter().find(|row| row.entry.action.as_str() == "camera.probe-address").unwrap();
    assert_eq!(probed.entry.detail.as_str(), r"host=\u{1b}[31m\u{202e}red\u{d}\u{a}");
}

#[tokio::test]
async fn the_audit_log_is_read_in_parts_by_who_and_what_and_reading_it_is_a_row_of_it() {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    for _ in 0..3 {
        send(&site, &router, "POST", "/api/v1/devices", DEVICE).await;
    }
    let auditor = site.key("auditor@*").await;
    let read = async |query: &str| {
        let request = Request::get(format!("/api/v1/audit?{query}"));
        ask(&router, request.header(header::AUTHORIZATION, format!("Bearer {auditor}")).body(Body::empty()).unwrap())
            .await
    };
    let first = read("action=device.*&limit=2").await.json();
    let seqs = |page: &serde_json::Value| -> Vec<u64> {
        page["rows"].as_array().unwrap().iter().map(|row| row["seq"].as_u64().unwrap()).collect()
    };
    // Three were let through, two of them failed; the first read stands behind them.
    assert_eq!((seqs(&first), first["next"].as_u64()), (vec![5, 4], Some(4)));
    let rest = read("action=device.*&limit=9&before=4").await.json();
    assert_eq!((seqs(&rest), rest["next"].as_u64()), (vec![3, 2, 1], None));
    let reads = read("action=audit.read&who=auditor").await.json();
    assert_eq!(seqs(&reads), [8, 7, 6]);
    assert_eq!(reads["rows"][2]["object"], "/audit?action=device.*&limit=2");
    assert_eq!(seqs(&read("from=2027-01-01T00:00:00Z").await.json()), Vec::<u64>::new());
    for query in ["limit=0", "limit=1001", "from=x", "colour=red"] {
        assert_eq!(read(query).await.json()["code"], "XL0702", "{query}");
    }
}

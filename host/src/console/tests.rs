//! What every page promises, and what pages show.

mod account;
mod accounts;
mod actions;
mod audit;
mod cameras;
mod cases;
mod classes;
mod enable;
mod holds;
mod places;
mod rights;
mod sessions;
mod status;
mod strangers;
mod transparency;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_model::event::NewEvent;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;

use super::dress::POLICY;
use super::routes;
use super::site;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::api::testing::get;
use crate::people::SESSION_MS;

const HOST: &str = "hub.example.cn";

async fn post(router: &Router, path: &str, cookie: &str, origin: &str, form: &str) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, HOST)
        .header(header::ORIGIN, origin)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(router, request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn open(router: &Router, path: &str, cookie: &str) -> Answer {
    ask(router, Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

/// Signs in and gives the cookie as a browser sends it back.
async fn cookie(site: &TestSite, router: &Router) -> String {
    cookie_of(router, &site.token).await
}

/// Signs in with a key.
async fn cookie_of(router: &Router, key: &str) -> String {
    let answer = post(router, "/sign-in", "", "http://hub.example.cn", &format!("token={key}&next=%2Fevents")).await;
    assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/events"), "{}", answer.text);
    let cookie = answer.header(header::SET_COOKIE);
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(key), "the token itself is in the cookie");
    cookie.split(';').next().unwrap().to_owned()
}

/// Every page with values in its path.
fn paths() -> Vec<String> {
    let filled = |path: &str| {
        let path = path.replace("{township}", "371122102").replace("{plugin}", "trace");
        let path = if path.starts_with("/errors") { path.replace("{code}", "XL0203") } else { path };
        let path = path.replace("{number}", if path.starts_with("/requests") { "0000000000" } else { "1" });
        path.replace("{code}", &"a".repeat(26)).replace("{sha256}", &"a".repeat(64)).replace(['{', '}'], "")
    };
    routes().into_iter().map(|(path, _)| filled(path)).collect()
}

const OPEN: [&str; 6] = ["/t/", "/sign-in", "/assets/", "/nowhere", "/transparency", "/rights"];

#[tokio::test]
async fn every_page_has_the_policy_and_no_script_whoever_asks() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    for path in paths().iter().map(String::as_str).chain(["/nowhere", super::assets::style_path()]) {
        for cookie in ["", cookie.as_str()] {
            let answer = open(&router, path, cookie).await;
            assert_eq!(answer.header(header::CONTENT_SECURITY_POLICY), POLICY, "{path}");
            assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
            assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{path}");
            assert!(!answer.text.contains("<script") && !answer.text.contains(" style="), "{path}");
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.text);
        }
    }
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        assert!(POLICY.contains(part), "{part}");
    }
    assert!(!POLICY.contains("unsafe") && !POLICY.contains("script-src"));
}

#[tokio::test]
async fn who_is_not_signed_in_sees_public_pages_and_the_sign_in_only() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    for (path, methods) in paths().into_iter().zip(routes().into_iter().map(|(_, methods)| format!("{methods:?}"))) {
        if OPEN.iter().any(|open| path.starts_with(open)) {
            let answer = get(&router, &path).await;
            assert!([200, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            continue;
        }
        let answers = [get(&router, &path).await, post(&router, &path, "", "http://hub.example.cn", "a=b").await];
        let sent_away = answers.iter().filter(|a| a.header(header::LOCATION).starts_with("/sign-in")).count();
        let wrong_method = answers.iter().filter(|a| a.status.as_u16() == 405).count();
        assert_eq!((sent_away + wrong_method, sent_away > 0), (2, true), "{path} {methods}");
    }
}

#[tokio::test]
async fn a_session_opens_pages_ends_by_time_and_ends_by_signing_out() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let wrong = post(&router, "/sign-in", "", "http://hub.example.cn", "token=xla_wrong").await;
    assert_eq!((wrong.status.as_u16(), wrong.header(header::SET_COOKIE)), (422, ""));

    let first = cookie(&test, &router).await;
    assert_eq!(open(&router, "/", &first).await.status.as_u16(), 200);
    assert_eq!(open(&router, "/api/v1/modules", &first).await.status.as_u16(), 200, "one sign-in for console and API");
    assert_eq!(open(&router, "/", "xueliang=forged").await.status.as_u16(), 303);
    test.pass(SESSION_MS);
    assert_eq!(open(&router, "/", &first).await.status.as_u16(), 303, "a session that is over");

    let (second, third) = (cookie(&test, &router).await, cookie(&test, &router).await);
    assert_ne!(second, third);
    let out = post(&router, "/sign-out", &second, "http://hub.example.cn", "").await;
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"), "{out:?}");
    assert_eq!(open(&router, "/", &second).await.status.as_u16(), 303, "a session that was signed out");
    assert_eq!(open(&router, "/", &third).await.status.as_u16(), 200);
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    let test = TestSite::with_public_url("https://hub.example.cn").await;
    let router = site(test.state.clone());
    let answer = post(&router, "/sign-in", "", "https://hub.example.cn", &format!("token={}", test.token)).await;
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-xueliang=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_ne!(answer.header(header::STRICT_TRANSPORT_SECURITY), "");
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    for origin in ["https://evil.example", "null", "http://hub.example.cn.evil.example", "http://hub.example.cn:81"] {
        for path in [
            "/sign-out",
            "/operate/371122102/trace/disable",
            "/modules/371122102/trace/page/action",
            "/sign-in",
            "/t/aaaa",
        ] {
            let answer = post(&router, path, &cookie, origin, "a=b").await;
            assert_eq!(answer.status.as_u16(), 403, "{origin} {path}");
            assert!(answer.text.contains("XL0707"), "{origin} {path}");
        }
        let api = post(&router, "/api/v1/devices", &cookie, origin, "{}").await;
        assert_eq!((api.status.as_u16(), api.json()["code"].as_str().unwrap()), (403, "XL0707"));
    }
    let silent = Request::post("/sign-out").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    assert_eq!(ask(&router, silent).await.status.as_u16(), 403, "a session without an origin");
    assert_eq!(open(&router, "/", &cookie).await.status.as_u16(), 200, "still signed in");
}

#[tokio::test]
async fn guessing_the_token_is_slowed_down() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(post(&router, "/sign-in", "", "http://hub.example.cn", "token=xla_wrong").await.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 10, "{statuses:?}");
    let slowed = post(&router, "/sign-in", "", "http://hub.example.cn", &format!("token={}", test.token)).await;
    assert_eq!(slowed.status.as_u16(), 429);
    assert_ne!(slowed.header(header::RETRY_AFTER), "");
}

#[tokio::test]
async fn a_link_that_does_not_exist_is_a_page_without_a_cookie_and_is_asked_for_only_so_often() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    for code in ["a".repeat(26), "x".to_owned(), "%2e%2e".to_owned(), "%3Cscript%3E".to_owned()] {
        let answer = get(&router, &format!("/t/{code}?lang=en")).await;
        assert_eq!(answer.status.as_u16(), 404, "{code}");
        assert!(answer.text.contains("There is no such page") && answer.text.contains("noindex"), "{}", answer.text);
        assert_eq!(answer.header(header::SET_COOKIE), "");
    }
    let mut last = 404;
    for _ in 0..130 {
        last = get(&router, &format!("/t/{}", "a".repeat(26))).await.status.as_u16();
    }
    assert_eq!(last, 429);
    test.pass(60_000);
    assert_eq!(get(&router, &format!("/t/{}", "a".repeat(26))).await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_overview_shows_what_came_in_and_what_was_refused_as_text() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let cookie = cookie(&test, &router).await;
    assert!(open(&router, "/", &cookie).await.text.contains("还没有事件"));
    test.hub.register("gh-1").await;
    let hostile = "<script>alert(1)</script>";
    let event = NewEvent {
        township: "371122102".parse().unwrap(),
        source: hostile.into(),
        id: "1".into(),
        kind: "camera.telemetry".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: Some(hostile.into()),
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: format!("{{\"note\":\"{hostile}\"}}").into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    };
    test.hub.store.append(vec![event]).await.unwrap();
    let refusal = Refusal {
        at_ms: 1_795_420_800_000,
        township: None,
        source: hostile.to_owned(),
        place: hostile.to_owned(),
        refused: Refused::new(xl_model::fault::code::NOT_JPEG, hostile),
        sample: Vec::new(),
    };
    test.hub.store.add_refusals(vec![refusal]).await.unwrap();
    let home = open(&router, "/?lang=en", &cookie).await;
    for text in ["camera.telemetry", "XL0205", "The bytes are not a JPEG picture", "371122102/gh-1", "2026-11-23 16:00"]
    {
        assert!(home.text.contains(text), "{text}: {}", home.text);
    }
    let events = open(&router, "/events?township=371122102", &cookie).await;
    assert!(events.text.contains("alert(1)"), "{}", events.text);
    for page in [&home, &events] {
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
    assert!(home.header(header::SET_COOKIE).starts_with("lang=en;"), "{home:?}");
    let remembered = open(&router, "/errors/XL0203", &format!("{cookie}; lang=en")).await;
    assert!(remembered.text.contains("The camera is not registered") && remembered.text.contains("lang=\"en\""));
}

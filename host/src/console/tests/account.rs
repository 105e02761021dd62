//! From the one-time password to a whole account, as a person does it in a browser.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::header;
use xl_model::id::AccountName;
use xl_store::audit::AuditFilter;
use zeroize::Zeroizing;

use super::HOST;
use super::open;
use super::post;
use crate::api::language::Language;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::console::address::part;
use crate::console::draw::qr_svg;
use crate::console::site;
use crate::console::text::words;

const PASSWORD: &str = "seven geese at the gate";

fn origin() -> String {
    format!("http://{HOST}")
}

async fn send(router: &Router, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", part(value))).collect();
    post(router, path, cookie, &origin(), &form.join("&")).await
}

async fn sign_in(router: &Router, user: &str, password: &str, code: &str) -> Answer {
    send(router, "/sign-in", "", &[("user", user), ("password", password), ("code", code)]).await
}

fn cookie(answer: &Answer) -> String {
    answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// ID-6, ID-7 and ID-12 as pages.
#[tokio::test]
async fn the_first_administrator_sets_password_and_second_factor_before_anything_else() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let first = sign_in(&router, "admin", &test.first_password, "").await;
    assert_eq!(first.status.as_u16(), 303, "{}", first.text);
    let session = cookie(&first);
    for path in ["/", "/cameras", "/errors"] {
        assert_eq!(open(&router, path, &session).await.header(header::LOCATION), "/account", "{path}");
    }
    let api = open(&router, "/api/v1/cameras", &session).await;
    assert_eq!((api.status.as_u16(), api.json()["code"].as_str().unwrap()), (403, "XL0902"));
    let page = open(&router, "/account?lang=en", &session).await;
    assert!(page.text.contains("The account is not whole") && !page.text.contains("/account/key"), "{}", page.text);

    let weak = send(&router, "/account/password", &session, &[("new", "short")]).await;
    assert!(weak.status.as_u16() == 422 && weak.text.contains("XL0909"), "{}", weak.text);
    let set = send(&router, "/account/password", &session, &[("new", PASSWORD)]).await;
    assert_eq!(set.header(header::LOCATION), "/account");
    let offered = send(&router, "/account/factor", &session, &[]).await;
    assert!(offered.text.contains("otpauth://totp/Xueliang%2B:admin?secret="), "{}", offered.text);
    let secret = between(&offered.text, "secret=", "&").to_owned();
    let code = test.state.people().code(&secret);
    let wrong = send(&router, "/account/prove", &session, &[("code", "1")]).await;
    assert!(wrong.text.contains("XL0910"), "{}", wrong.text);
    let proven = send(&router, "/account/prove", &session, &[("code", &code)]).await;
    assert_eq!((proven.status.as_u16(), proven.header(header::LOCATION)), (303, "/sign-in"));
    assert!(proven.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(open(&router, "/account", &session).await.status.as_u16(), 303, "the session has ended");

    let used = sign_in(&router, "admin", PASSWORD, &code).await;
    assert!(used.status.as_u16() == 422 && used.text.contains("用户名、密码或验证码不正确"), "{}", used.text);
    test.pass(30_000);
    let whole = sign_in(&router, "admin", PASSWORD, &test.state.people().code(&secret)).await;
    assert_ne!(cookie(&whole), session, "another session after each sign-in");
    assert_eq!(open(&router, "/", &cookie(&whole)).await.status.as_u16(), 200);
}

/// A telephone reads from the picture what stands beside it, and nothing else.
#[tokio::test]
async fn the_page_that_offers_a_second_factor_draws_its_address_as_a_qr_code_in_either_language() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    account(&test, "li").await;
    let session = cookie(&sign_in(&router, "li", PASSWORD, "").await);
    assert!(!open(&router, "/account", &session).await.text.contains("<svg"), "nothing is offered yet");
    for (lang, language) in [("zh", Language::Chinese), ("en", Language::English)] {
        let offered = send(&router, &format!("/account/factor?lang={lang}"), &session, &[]).await;
        let uri = between(&offered.text, "<dt>otpauth</dt><dd><code>", "</code>").replace("&#38;", "&");
        assert!(uri.starts_with("otpauth://totp/Xueliang%2B:li?secret=") && uri.contains("&issuer="), "{uri}");
        let drawn = qr_svg(&uri, words(language).factor_qr).unwrap().unwrap();
        assert!(offered.text.contains(&drawn) && drawn.contains("role=\"img\" aria-label=\""), "{}", offered.text);
        assert_eq!(offered.text.matches("<svg").count(), 1);
    }
}

#[tokio::test]
async fn a_person_makes_a_key_sees_it_once_and_revokes_it() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let admin = test.state.people().with_key(&test.token).await.unwrap().subject;
    let new = crate::people::NewAccount {
        name: "li".parse().unwrap(),
        title: "李明".to_owned(),
        reach: "371122102".parse().unwrap(),
        roles: vec!["operator@371122102".parse().unwrap()],
    };
    let (_, password) = test.state.people().add_account(&admin, new).await.unwrap();
    let session = cookie(&sign_in(&router, "li", &password, "").await);
    let set = send(&router, "/account/password", &session, &[("new", PASSWORD)]).await;
    assert_eq!(set.header(header::LOCATION), "/sign-in", "an operator needs no second factor");
    let session = cookie(&sign_in(&router, "li", PASSWORD, "").await);
    let other = cookie(&sign_in(&router, "li", PASSWORD, "").await);

    let key = |roles: &'static str| [("title", "大屏 <b>"), ("roles", roles), ("days", "90")];
    let beyond = send(&router, "/account/key", &session, &key("viewer@371122103")).await;
    assert!(beyond.status.as_u16() == 403 && beyond.text.contains("XL0907"), "{}", beyond.text);
    let unreadable = send(&router, "/account/key", &session, &key("boss@371122102")).await;
    assert!(unreadable.status.as_u16() == 422 && unreadable.text.contains("county-admin"), "{}", unreadable.text);
    let made = send(&router, "/account/key", &session, &key("viewer@371122102")).await;
    let value = format!("xlk_{}", between(&made.text, "xlk_", "<"));
    assert!(made.text.contains("大屏 &#60;b&#62;"), "{}", made.text);
    assert!(test.state.people().with_key(&value).await.is_some());
    let page = open(&router, "/account", &session).await;
    assert!(!page.text.contains(&value) && page.text.contains("viewer@371122102"), "{}", page.text);

    let id = between(&page.text, "name=\"id\" value=\"", "\"");
    let ended = send(&router, "/account/end", &session, &[("id", id)]).await;
    assert_eq!(ended.header(header::LOCATION), "/account", "{}", ended.text);
    assert_eq!(open(&router, "/", &other).await.status.as_u16(), 303, "the other session has ended");
    let page = open(&router, "/account", &session).await;
    let id = between(&page.text, "name=\"id\" value=\"", "\"");
    send(&router, "/account/revoke", &session, &[("id", id)]).await;
    assert!(test.state.people().with_key(&value).await.is_none());
    let gone = send(&router, "/account/revoke", &session, &[("id", id)]).await;
    assert_eq!(gone.status.as_u16(), 404);
    for (what, code) in [("nothing", 404), ("key", 422)] {
        assert_eq!(send(&router, &format!("/account/{what}"), &session, &[]).await.status.as_u16(), code, "{what}");
    }
}

/// A session that a key opened is the key's: it shows the account and changes nothing of it.
#[tokio::test]
async fn a_key_changes_no_account() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let session = super::cookie(&test, &router).await;
    let page = open(&router, "/account?lang=en", &session).await;
    assert!(page.text.contains("county-admin") && page.text.contains("opened with an API key"), "{}", page.text);
    for what in ["password", "factor", "prove", "key", "revoke", "end"] {
        let refused = send(&router, &format!("/account/{what}"), &session, &[("new", PASSWORD)]).await;
        assert!(refused.status.as_u16() == 403 && refused.text.contains("XL0901"), "{what}: {}", refused.text);
    }
}

/// A viewer with a password of his own.
async fn account(test: &TestSite, name: &str) -> AccountName {
    let people = test.state.people();
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let new = crate::people::NewAccount {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        reach: "371122102".parse().unwrap(),
        roles: vec!["viewer@371122102".parse().unwrap()],
    };
    let name = people.add_account(&admin, new).await.unwrap().0.name;
    people.change_password(&name, Zeroizing::default(), Zeroizing::new(PASSWORD.to_owned())).await.unwrap();
    name
}

/// What a try to sign in is answered with, by the form or over the API, but for the number that each request gets.
async fn tried(router: &Router, way: &str, from: [u8; 4], (user, password): (&str, &str)) -> (u16, HeaderMap, String) {
    let (kind, body) = match way {
        "/sign-in" => ("application/x-www-form-urlencoded", format!("user={}&password={}", part(user), part(password))),
        _ => ("application/json", serde_json::json!({ "name": user, "password": password }).to_string()),
    };
    let request = Request::post(way)
        .header(header::HOST, HOST)
        .header(header::ORIGIN, origin())
        .header(header::CONTENT_TYPE, kind)
        .extension(ConnectInfo(SocketAddr::from((from, 4_711))));
    let mut answer = ask(router, request.body(Body::from(body)).unwrap()).await;
    assert!(answer.headers.remove("x-request-id").is_some());
    (answer.status.as_u16(), answer.headers, answer.text)
}

/// ID-4: the bytes of an answer tell neither which accounts there are, nor which are disabled, nor that only the code was wrong.
#[tokio::test]
async fn a_sign_in_that_fails_is_answered_with_the_same_bytes_whoever_is_named_and_so_is_a_shut_door() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let people = test.state.people();
    account(&test, "li").await;
    let (wang, zhao) = (account(&test, "wang").await, account(&test, "zhao").await);
    let admin = people.with_key(&test.token).await.unwrap().subject;
    people.enable_account(&admin, &wang, false).await.unwrap();
    let secret = people.offer_factor(&zhao).await.unwrap().secret;
    people.prove_factor(&zhao, &people.code(&secret)).await.unwrap();
    // Of wang and zhao the password is right.
    let tries = [("li", "wrong"), ("wang", PASSWORD), ("zhao", PASSWORD), ("nobody", "wrong"), ("no name!", "wrong")];
    for (network, way) in (0..).zip(["/sign-in", "/api/v1/sessions"]) {
        for turn in 1..=6 {
            let mut answers = Vec::new();
            for (host, attempt) in (1..).zip(tries) {
                answers.push(tried(&router, way, [10, 0, network, host], attempt).await);
            }
            let status = if turn > 5 { 429 } else { 422 };
            assert_eq!(answers[0].0, status, "{way} {turn}: {answers:#?}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{way} {turn}: {answers:#?}");
        }
    }
}

/// ID-6: what was a session before a sign-in, or before its account could do more, is none afterwards.
#[tokio::test]
async fn no_cookie_from_before_a_sign_in_more_rights_a_second_factor_or_another_password_opens_anything() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let (people, name) = (test.state.people(), account(&test, "li").await);
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let planted = "xueliang=planted-by-somebody-else".to_owned();
    let first = cookie(&send(&router, "/sign-in", &planted, &[("user", "li"), ("password", PASSWORD)]).await);
    assert_eq!(open(&router, "/account", &first).await.status.as_u16(), 200);
    people.set_roles(&admin, &name, vec!["operator@371122102".parse().unwrap()]).await.unwrap();

    let second = cookie(&sign_in(&router, "li", PASSWORD, "").await);
    let offered = send(&router, "/account/factor", &second, &[]).await;
    let secret = between(&offered.text, "secret=", "&").to_owned();
    let proven = send(&router, "/account/prove", &second, &[("code", &people.code(&secret))]).await;
    assert_eq!(proven.header(header::LOCATION), "/sign-in", "{}", proven.text);

    test.pass(30_000);
    let third = cookie(&sign_in(&router, "li", PASSWORD, &people.code(&secret)).await);
    let other = "eight geese in a row";
    let changed = send(&router, "/account/password", &third, &[("current", PASSWORD), ("new", other)]).await;
    assert_eq!(changed.header(header::LOCATION), "/sign-in", "{}", changed.text);

    test.pass(30_000);
    let last = cookie(&sign_in(&router, "li", other, &people.code(&secret)).await);
    assert_eq!(open(&router, "/account", &last).await.status.as_u16(), 200);
    for old in [&planted, &first, &second, &third] {
        assert_ne!(*old, last);
        let page = open(&router, "/account", old).await;
        assert!(page.header(header::LOCATION).starts_with("/sign-in"), "{old}: {}", page.text);
        assert_eq!(open(&router, "/api/v1/account", old).await.status.as_u16(), 401, "{old}");
    }
}

/// ID-15: what a stranger says about where he comes from, by which scheme and to which host, is heard by nobody.
#[tokio::test]
async fn forwarding_headers_of_a_stranger_change_neither_his_address_nor_his_pace_nor_the_cookie() {
    for (url, claimed, name, end) in [
        ("http://hub.example.cn", "https", "xueliang=", "; SameSite=Strict"),
        ("https://hub.example.cn", "http", "__Host-xueliang=", "; Secure"),
    ] {
        let test = TestSite::with_public_url(url).await;
        let router = site(test.state.clone());
        for turn in 1..=11 {
            let request = Request::post("/sign-in")
                .header(header::HOST, HOST)
                .header(header::ORIGIN, url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("x-forwarded-for", format!("6.6.6.{turn}"))
                .header("x-forwarded-proto", claimed)
                .header("x-forwarded-host", "evil.example")
                .header("forwarded", format!("for=6.6.6.{turn};proto={claimed};host=evil.example"))
                .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 4_711))));
            let answer = ask(&router, request.body(Body::from(format!("token={}", test.token))).unwrap()).await;
            if turn > 10 {
                assert_eq!(answer.status.as_u16(), 429, "{url}: another address each time would have another pace");
                continue;
            }
            assert_eq!((answer.status.as_u16(), answer.header(header::LOCATION)), (303, "/"), "{}", answer.text);
            let cookie = answer.header(header::SET_COOKIE);
            assert!(cookie.starts_with(name) && cookie.ends_with(end), "{cookie}");
        }
        let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
        let rows = test.hub.store.audit_rows(&filter).await.unwrap();
        let from: Vec<&str> = rows.iter().map(|row| row.entry.detail.as_str()).collect();
        assert_eq!(from, ["from 203.0.113.7"; 10]);
    }
}

/// ID-3 as a page: a shut door says when to come again.
#[tokio::test]
async fn a_door_that_is_shut_says_when_to_come_again() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let mut last = sign_in(&router, "li", "wrong", "").await;
    for _ in 0..5 {
        last = sign_in(&router, "li", "wrong", "").await;
    }
    assert_eq!((last.status.as_u16(), last.header(header::RETRY_AFTER)), (429, "31"));
}

/// TEN-1 for pages: those of another township are not there, whatever is done to them.
#[tokio::test]
async fn pages_of_another_township_do_not_exist() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    test.hub.register("camera").await;
    let people = test.state.people();
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let roles = vec!["township-admin@371122103".parse().unwrap()];
    let new = crate::people::NewAccount {
        name: "zhang".parse().unwrap(),
        title: "张".to_owned(),
        reach: "371122103".parse().unwrap(),
        roles: roles.clone(),
    };
    people.add_account(&admin, new).await.unwrap();
    let new = crate::people::NewKey { title: "t".to_owned(), roles, days: 1, addresses: Vec::new() };
    let key = people.add_key(&"zhang".parse().unwrap(), new).await.unwrap().1;
    let session = format!("xueliang={}", people.open_with_key(&key).await.unwrap());
    let of_others: Vec<String> = super::paths().into_iter().filter(|path| path.contains("371122102")).collect();
    assert!(of_others.len() >= 7, "{of_others:?}");
    for path in &of_others {
        let answers = [open(&router, path, &session).await, send(&router, path, &session, &[("a", "b")]).await];
        for answer in &answers {
            assert!([404, 405].contains(&answer.status.as_u16()), "{path}: {}", answer.text);
        }
        assert!(answers.iter().any(|answer| answer.status.as_u16() == 404), "{path}");
    }
    for path in ["/", "/cameras", "/events", "/status"] {
        let page = open(&router, path, &session).await;
        assert!(page.status.as_u16() == 200 && !page.text.contains("371122102/camera"), "{path}: {}", page.text);
    }
    assert_eq!(open(&router, "/events?township=371122102", &session).await.status.as_u16(), 404);
    assert_eq!(open(&router, "/waiting", &session).await.status.as_u16(), 403, "the hub's own page is no secret");
}

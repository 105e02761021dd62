//! From the one-time password to a whole account, as a person does it in a browser.

use axum::Router;
use axum::http::header;

use super::HOST;
use super::open;
use super::post;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::console::address::part;
use crate::console::site;

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
    let new = crate::people::NewKey { title: "t".to_owned(), roles, days: 1 };
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

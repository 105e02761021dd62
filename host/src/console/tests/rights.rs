//! Requests of people, from the public form to the answer, as browsers send them.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header;
use xl_store::audit::AuditFilter;

use super::HOST;
use super::cookie;
use super::cookie_of;
use super::get;
use super::open;
use super::site;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::config::Config;
use crate::console::address::part;

const DAY_MS: i64 = 86_400_000;
const NAME: &str = "canary-Wang";
const CONTACT: &str = "canary 0633-1234567";
const WISH: &str = "canary: show me what the gate camera kept";
const SECRETS: [&str; 3] = [NAME, CONTACT, WISH];

async fn county() -> (TestSite, Router) {
    county_with(&Config::default()).await
}

async fn county_with(config: &Config) -> (TestSite, Router) {
    let test = TestSite::with("http://hub.example.cn", config).await;
    test.hub.cameras.places().begin("371122").await.unwrap();
    let router = site(test.state.clone());
    (test, router)
}

async fn send(router: &Router, path: &str, cookie: &str, form: &[(&str, &str)], from: &str) -> Answer {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", part(value))).collect();
    let request = Request::post(path)
        .header(header::HOST, HOST)
        .header(header::ORIGIN, format!("http://{HOST}"))
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 1)));
    ask(router, request.body(Body::from(form.join("&"))).unwrap()).await
}

fn wish<'a>(kind: &'a str, text: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("kind", kind),
        ("township", "371122102"),
        ("relation", "self"),
        ("name", NAME),
        ("contact", CONTACT),
        ("about", ""),
        ("text", text),
    ]
}

async fn file(router: &Router, from: &str) -> Answer {
    send(router, "/rights?lang=en", "", &wish("view", WISH), from).await
}

/// Reference and secret of the page that shows them.
fn filed(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let mut codes = answer.text.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    (codes.next().unwrap(), codes.next().unwrap())
}

fn desk_path(reference: &str) -> String {
    format!("/requests/{}", reference.replace('-', "/"))
}

async fn look_up(router: &Router, reference: &str, secret: &str, from: &str) -> Answer {
    send(router, "/rights/status?lang=en", "", &[("reference", reference), ("secret", secret)], from).await
}

/// PRIV-16 and PRIV-17.
#[tokio::test]
async fn a_viewing_request_runs_through_its_states_and_only_the_desk_opens_it() {
    let (test, router) = county().await;
    let form = get(&router, "/rights?lang=en").await;
    for text in ["value=\"371122102\">Zhaoxian Town", "value=\"371122000\">", "File a request", "lang=\"en\""] {
        assert!(form.text.contains(text), "{text}: {}", form.text);
    }
    assert_eq!(form.header(header::SET_COOKIE), "", "nobody gets a cookie here");
    let (reference, secret) = filed(&file(&router, "10.0.0.1").await);
    let key = test.key("township-admin@371122102").await;
    let session = cookie_of(&router, &key).await;
    let path = desk_path(&reference);

    let list = open(&router, "/requests?lang=en", &session).await;
    assert!(list.text.contains(&reference) && list.text.contains("to view what is kept"), "{}", list.text);
    let page = open(&router, &path, &session).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    for answer in [&list, &page] {
        assert!(!answer.text.contains("canary"), "sealed: {}", answer.text);
    }
    let act = async |what: &str, form: &[(&str, &str)]| {
        send(&router, &format!("{path}/{what}"), &session, form, "10.0.0.2").await
    };
    let unread = act("open", &[("reason", "x")]).await;
    assert!(unread.status.as_u16() == 422 && !unread.text.contains("canary"), "{}", unread.text);
    let opened = act("open", &[("reason", "compare with the card")]).await;
    for text in SECRETS {
        assert!(opened.status.as_u16() == 200 && opened.text.contains(text), "{text}: {}", opened.text);
    }
    // PRIV-17: a refusal needs its reason in writing.
    let refused = act("refuse", &[("words", " ")]).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
    let early = act("answer", &[("words", "typed with care")]).await;
    assert!(early.status.as_u16() == 409, "{}", early.text);
    assert_eq!(act("fly", &[]).await.status.as_u16(), 404);
    assert!(look_up(&router, &reference, &secret, "10.0.0.3").await.text.contains(">received<"));
    for (what, words) in [("check", ""), ("begin", ""), ("answer", "Please come <b>on Monday</b>.")] {
        let done = act(what, &[("words", words)]).await;
        assert_eq!(
            (done.status.as_u16(), done.header(header::LOCATION)),
            (303, path.as_str()),
            "{what}: {}",
            done.text
        );
    }
    let told = look_up(&router, &reference, &secret, "10.0.0.3").await;
    for text in [">answered<", "Please come &#60;b&#62;on Monday", "Identity checked"] {
        assert!(told.text.contains(text), "{text}: {}", told.text);
    }
    assert!(!told.text.contains("township-admin") && !told.text.contains("canary"), "{}", told.text);
    assert!(!open(&router, &path, &session).await.text.contains("Monday"), "answers are sealed too");

    let filter = AuditFilter { action: Some("request.*".to_owned()), limit: 100, ..AuditFilter::default() };
    let rows = test.hub.store.audit_rows(&filter).await.unwrap();
    let mut acts: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.entry.action, row.entry.outcome.word())).collect();
    acts.reverse();
    assert_eq!(
        acts,
        [
            "request.file allowed",
            "request.open allowed",
            "request.refuse allowed",
            "request.refuse failed",
            "request.answer allowed",
            "request.answer failed",
            "request.fly allowed",
            "request.fly failed",
            "request.check allowed",
            "request.begin allowed",
            "request.answer allowed",
        ]
    );
    assert!(!format!("{rows:?}").contains("canary"), "{rows:?}");
}

/// ID-4: what exists cannot be told from what does not.
#[tokio::test]
async fn a_wrong_secret_and_a_reference_that_never_was_get_the_same_answer() {
    let (_test, router) = county().await;
    let (reference, secret) = filed(&file(&router, "10.0.0.1").await);
    let wrong = "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ";
    let mut told = Vec::new();
    for (n, (asked, with)) in [
        (reference.as_str(), wrong),
        ("371122102-0000000000", secret.as_str()),
        ("371122103-7K3QW9ZD4M", wrong),
        ("371122999-7K3QW9ZD4M", wrong),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = look_up(&router, asked, with, &format!("10.0.1.{n}")).await;
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "x-request-id" && *name != header::CONTENT_LENGTH)
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        told.push((answer.status.as_u16(), headers, answer.text.replace(asked, "~")));
    }
    assert_eq!(told[0].0, 404);
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:#?}");
}

#[tokio::test]
async fn what_was_typed_is_kept_whatever_is_wrong_with_it() {
    let (_test, router) = county().await;
    let hostile = "<script>alert(1)</script>\" x";
    for (path, chosen, wrong) in [
        ("/rights?lang=zh", "查阅", "请填写 10 至 2000 个字。"),
        ("/rights?lang=en", "to view", "10 to 2000 characters."),
    ] {
        let mut form = wish("view", "short");
        form[3] = ("name", hostile);
        let answer = send(&router, path, "", &form, "10.0.0.1").await;
        assert_eq!(answer.status.as_u16(), 422);
        for text in [
            chosen,
            wrong,
            CONTACT,
            ">\nshort</textarea>",
            "value=\"view\" selected",
            "value=\"371122102\" selected",
            "aria-invalid",
        ] {
            assert!(answer.text.contains(text), "{path} {text}: {}", answer.text);
        }
        assert!(!answer.text.contains("<script"), "{}", answer.text);
    }
    let empty = send(&router, "/rights", "", &[], "10.0.0.1").await;
    assert_eq!((empty.status.as_u16(), empty.text.matches("aria-invalid").count()), (422, 6));
}

#[tokio::test]
async fn requests_come_at_a_pace_from_one_address_and_from_all() {
    let (test, router) = county().await;
    for _ in 0..5 {
        filed(&file(&router, "10.0.0.1").await);
    }
    let sixth = file(&router, "10.0.0.1").await;
    assert!(sixth.status.as_u16() == 429 && sixth.text.contains(WISH), "nothing typed is lost: {}", sixth.text);
    for n in 0..55 {
        filed(&file(&router, &format!("10.0.2.{n}")).await);
    }
    assert_eq!(file(&router, "10.0.3.1").await.status.as_u16(), 429, "from whatever address");
    test.pass(60_000);
    filed(&file(&router, "10.0.3.1").await);
    let guesses = async |n: u32| look_up(&router, &format!("371122102-{n:010}"), "x", "10.0.4.1").await.status.as_u16();
    for n in 0..10 {
        assert_eq!(guesses(n).await, 404);
    }
    assert_eq!(guesses(11).await, 429);
    let large = send(&router, "/rights", "", &wish("view", &"x".repeat(40_000)), "10.0.5.1").await;
    assert!(large.status.as_u16() == 413 && large.text.contains("XL0705"), "{} {}", large.status, large.text);
}

#[tokio::test]
async fn a_deadline_passes_on_the_clock_and_stands_first() {
    let (test, router) = county().await;
    let (late, secret) = filed(&file(&router, "10.0.0.1").await);
    test.pass(20 * DAY_MS);
    let (young, _) = filed(&file(&router, "10.0.0.1").await);
    test.pass(10 * DAY_MS);
    let session = cookie(&test, &router).await;
    let overdue = open(&router, "/requests?show=overdue&lang=en", &session).await;
    assert!(!overdue.text.contains(&late), "on its last day it is not late: {}", overdue.text);
    test.pass(1);
    let overdue = open(&router, "/requests?show=overdue&lang=en", &session).await;
    assert!(overdue.text.contains(&late) && !overdue.text.contains(&young), "{}", overdue.text);
    let all = open(&router, "/requests?lang=en", &session).await;
    let at = |reference: &str| all.text.find(reference).unwrap();
    assert!(at(&late) < at(&young) && all.text.contains("state bad\">overdue"), "{}", all.text);
    assert!(look_up(&router, &late, &secret, "10.0.0.1").await.text.contains("state bad\">overdue"));
    let form = [("words", "the recorder is being repaired")];
    let put_off = send(&router, &format!("{}/extend", desk_path(&late)), &session, &form, "10.0.0.2").await;
    assert_eq!(put_off.status.as_u16(), 303, "{}", put_off.text);
    let again = send(&router, &format!("{}/extend", desk_path(&late)), &session, &form, "10.0.0.2").await;
    assert_eq!(again.status.as_u16(), 409);
    let told = look_up(&router, &late, &secret, "10.0.0.1").await;
    assert!(told.text.contains("the recorder is being repaired") && !told.text.contains("state bad"), "{}", told.text);
}

#[tokio::test]
async fn whoever_asked_takes_it_back_and_nobody_else() {
    let (_test, router) = county().await;
    let (reference, secret) = filed(&file(&router, "10.0.0.1").await);
    let withdraw = async |secret: &str| {
        let form = [("reference", reference.as_str()), ("secret", secret), ("what", "withdraw")];
        send(&router, "/rights/status?lang=en", "", &form, "10.0.0.1").await
    };
    assert_eq!(withdraw("ZZZZZZZZZZZZZZZZZZZZ").await.status.as_u16(), 404);
    assert!(look_up(&router, &reference, &secret, "10.0.0.1").await.text.contains(">received<"));
    for _ in 0..2 {
        let answer = withdraw(&secret).await;
        assert!(answer.text.contains(">withdrawn<"), "{}", answer.text);
    }
    let foreign =
        Request::post("/rights/status").header(header::ORIGIN, "https://evil.example").header(header::HOST, HOST);
    assert_eq!(ask(&router, foreign.body(Body::empty()).unwrap()).await.status.as_u16(), 403);
}

#[tokio::test]
async fn the_desk_files_what_comes_on_paper_and_the_auditor_handles_nothing() {
    let (test, router) = county().await;
    let session = cookie_of(&router, &test.key("township-admin@371122102").await).await;
    let wrong = send(&router, "/requests/new?lang=en", &session, &wish("view", "short"), "10.0.0.1").await;
    assert!(wrong.status.as_u16() == 422 && wrong.text.contains(CONTACT), "{}", wrong.text);
    let answer = send(&router, "/requests/new?lang=en", &session, &wish("view", WISH), "10.0.0.1").await;
    let (reference, secret) = filed(&answer);
    assert!(look_up(&router, &reference, &secret, "10.0.0.1").await.text.contains(">received<"));
    let page = open(&router, &desk_path(&reference), &session).await;
    assert!(page.text.contains("<dd>township-admin</dd>"), "{}", page.text);
    let mut beside = wish("view", WISH);
    beside[1] = ("township", "371122005");
    assert_eq!(send(&router, "/requests/new", &session, &beside, "10.0.0.1").await.status.as_u16(), 404);

    let auditor = cookie_of(&router, &test.key("auditor@371122").await).await;
    assert!(open(&router, "/requests", &auditor).await.text.contains(&reference));
    let page = open(&router, &desk_path(&reference), &auditor).await;
    assert!(page.status.as_u16() == 200 && !page.text.contains("/refuse\""), "{}", page.text);
    for what in ["open", "check", "refuse"] {
        let path = format!("{}/{what}", desk_path(&reference));
        let form = [("reason", "curious about it"), ("words", "not today")];
        let refused = send(&router, &path, &auditor, &form, "10.0.0.1").await;
        assert!(refused.status.as_u16() == 403 && !refused.text.contains("canary"), "{what}: {}", refused.text);
    }
}

#[tokio::test]
async fn what_is_switched_off_is_not_there() {
    let config = "[transparency]\nenabled = false\n[requests]\npublic = false\n";
    let (test, router) = county_with(&Config::parse("test.toml", config).unwrap()).await;
    for path in ["/transparency", "/rights", "/api/v1/transparency"] {
        let answer = get(&router, path).await;
        assert!(answer.status.as_u16() == 404 && answer.text.contains("XL0999"), "{path}: {}", answer.text);
    }
    let posted = file(&router, "10.0.0.1").await;
    assert!(posted.status.as_u16() == 404 && posted.text.contains("XL0999"), "{}", posted.text);
    assert_eq!(get(&router, "/rights/status").await.status.as_u16(), 200, "who has a reference still sees");
    let session = cookie(&test, &router).await;
    filed(&send(&router, "/requests/new", &session, &wish("view", WISH), "10.0.0.1").await);
}

/// Everybody is offered what he may open, and nothing else.
#[tokio::test]
async fn the_menu_leads_nobody_to_a_refusal() {
    let (test, router) = county().await;
    for (role, offered, withheld) in [
        ("county-admin@*", &["/requests", "/looks", "/cameras"][..], &["/audit"][..]),
        ("auditor@*", &["/requests", "/audit", "/looks"], &[]),
        ("township-admin@371122102", &["/requests", "/cameras", "/looks"], &["/audit"]),
        ("enterprise@371122102", &["/places"], &["/requests", "/audit", "/looks", "/cameras", "/events"]),
        ("module-author@*", &["/events"], &["/requests", "/cameras", "/audit"]),
    ] {
        let session = cookie_of(&router, &test.key(role).await).await;
        let home = open(&router, "/", &session).await;
        let menu = home.text.split("<nav>").nth(1).and_then(|rest| rest.split("</nav>").next()).unwrap();
        let hrefs: Vec<&str> = menu.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        for path in &hrefs {
            let answer = open(&router, path, &session).await;
            assert_ne!(answer.status.as_u16(), 403, "{role} {path}");
        }
        assert!(offered.iter().all(|path| hrefs.contains(path)), "{role}: {hrefs:?}");
        assert!(!withheld.iter().any(|path| hrefs.contains(path)), "{role}: {hrefs:?}");
    }
}

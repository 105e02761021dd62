//! Which cookie opens anything: none of before a fresh code, none of before another sign-in (ID-6).

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_store::audit::AuditFilter;
use zeroize::Zeroizing;

use super::HOST;
use super::open;
use super::post;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::console::address::part;
use crate::console::site;
use crate::people::FRESH_MS;
use crate::people::NewAccount;

const ORIGIN: &str = "http://hub.example.cn";
const PASSWORD: &str = "seven geese at the gate";

async fn send(router: &Router, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", part(value))).collect();
    post(router, path, cookie, ORIGIN, &form.join("&")).await
}

/// The session that an answer sets, as a browser sends it back.
fn set(answer: &Answer) -> Option<String> {
    let set = answer.headers.get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap());
    set.filter_map(|set| set.split(';').next()).find(|set| set.starts_with("xueliang=")).map(str::to_owned)
}

/// The form that makes a key, with a code beside it.
fn key<'a>(days: &'a str, code: &'a str) -> [(&'a str, &'a str); 4] {
    [("title", "t"), ("roles", "viewer@371122102"), ("days", days), ("code", code)]
}

/// Whether a cookie opens a page and an answer of the API, which always agree.
async fn opens(router: &Router, cookie: &str) -> bool {
    let page = open(router, "/account", cookie).await.status.as_u16();
    let api = open(router, "/api/v1/account", cookie).await.status.as_u16();
    assert!([(200, 200), (303, 401)].contains(&(page, api)), "{cookie}: {page} {api}");
    page == 200
}

/// An operator with a password of his own.
async fn li(test: &TestSite) {
    let people = test.state.people();
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let new = NewAccount {
        name: "li".parse().unwrap(),
        title: "李明".to_owned(),
        reach: "371122102".parse().unwrap(),
        roles: vec!["operator@371122102".parse().unwrap()],
    };
    let name = people.add_account(&admin, new).await.unwrap().0.name;
    people.change_password(&name, Zeroizing::default(), Zeroizing::new(PASSWORD.to_owned())).await.unwrap();
}

#[tokio::test]
async fn a_code_beside_a_form_makes_another_session_also_when_the_form_is_refused() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    li(&test).await;
    let (people, name) = (test.state.people(), "li".parse().unwrap());
    let secret = people.offer_factor(&name).await.unwrap().secret;
    people.prove_factor(&name, &people.code(&secret)).await.unwrap();
    test.pass(30_000);
    let code = people.code(&secret);
    let form = [("user", "li"), ("password", PASSWORD), ("code", code.as_str())];
    let mut session = set(&send(&router, "/sign-in", "", &form).await).unwrap();
    // The second form asks for more than there is: the code was right all the same.
    for (days, status) in [("90", 200), ("999", 422)] {
        test.pass(FRESH_MS);
        let stale = send(&router, "/account/key", &session, &key(days, "")).await;
        assert!(stale.text.contains("XL0914") && set(&stale).is_none(), "{}", stale.text);
        let wrong = send(&router, "/account/key", &session, &key(days, "000000")).await;
        assert!(wrong.text.contains("XL0910") && set(&wrong).is_none(), "{}", wrong.text);

        let code = people.code(&secret);
        let shown = send(&router, "/account/key?lang=en", &session, &key(days, &code)).await;
        assert_eq!(shown.status.as_u16(), status, "{}", shown.text);
        let renewed = set(&shown).unwrap();
        assert_ne!(renewed, session);
        assert!(!opens(&router, &session).await && opens(&router, &renewed).await, "{days}");
        session = renewed;
        let without = send(&router, "/account/key", &session, &key("none", "")).await;
        assert!(without.text.contains("XL0702") && set(&without).is_none(), "fresh by that: {}", without.text);
    }
    let page = open(&router, "/account?lang=en", &session).await;
    assert!(page.text.contains("this one") && !page.text.contains("/account/end"), "one session: {}", page.text);
}

#[tokio::test]
async fn signing_in_over_a_session_ends_it_by_password_and_by_key_and_failing_to_ends_none() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    li(&test).await;
    let person = send(&router, "/sign-in", "", &[("user", "li"), ("password", PASSWORD)]).await;
    let (mut session, beside) =
        (set(&person).unwrap(), set(&send(&router, "/sign-in", "", &[("token", &test.token)]).await));
    let json = |password: &str| serde_json::json!({ "name": "li", "password": password }).to_string();
    for (way, kind, right, wrong) in [
        (
            "/sign-in",
            "x-www-form-urlencoded",
            format!("user=li&password={}", part(PASSWORD)),
            "user=li&password=x".to_owned(),
        ),
        ("/sign-in", "x-www-form-urlencoded", format!("token={}", test.token), "token=xlk_wrong".to_owned()),
        ("/api/v1/sessions", "json", json(PASSWORD), json("x")),
    ] {
        let tries = async |body: String| {
            let request = Request::post(way)
                .header(header::HOST, HOST)
                .header(header::ORIGIN, ORIGIN)
                .header(header::COOKIE, &session)
                .header(header::CONTENT_TYPE, format!("application/{kind}"));
            ask(&router, request.body(Body::from(body)).unwrap()).await
        };
        let failed = tries(wrong).await;
        assert!(failed.status.as_u16() == 422 && set(&failed).is_none(), "{}", failed.text);
        assert!(opens(&router, &session).await, "{way}");
        let opened = set(&tries(right).await).unwrap();
        assert!(!opens(&router, &session).await && opens(&router, &opened).await, "{way}");
        session = opened;
    }
    assert!(opens(&router, &beside.unwrap()).await, "that of another browser goes on");
    let kept = test.hub.store.people().await.unwrap().sessions;
    assert_eq!(kept.len(), 2, "rows of sessions that were left are gone: {kept:?}");
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let rows = test.hub.store.audit_rows(&filter).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.entry.action.as_str() == "session.open").count(), 5, "one for each");
}

/// By a provider it is the session that the browser has when it comes back: a link on another site begins without its
/// cookie, and another window may have changed it meanwhile.
#[cfg(feature = "openid")]
#[tokio::test]
async fn signing_in_by_a_provider_ends_the_session_that_the_browser_has_by_then_and_failing_to_ends_none() {
    const WAY: &str = "/sign-in/openid/code";
    let openid = crate::config::OpenId {
        issuer: "https://id.example.cn".to_owned(),
        client_id: "hub".to_owned(),
        client_secret_file: "/nowhere".into(),
        scopes: vec!["openid".to_owned()],
        claim: "sub".to_owned(),
        button: String::new(),
    };
    let config = crate::config::Config { openid: Some(openid), ..crate::config::Config::default() };
    let test = TestSite::with(ORIGIN, &config).await;
    let router = site(test.state.clone());
    li(&test).await;
    let (people, name) = (test.state.people(), "li".parse().unwrap());
    let identity =
        xl_store::people::Identified { issuer: "https://id.example.cn".to_owned(), subject: "li-4711".to_owned() };
    let by_key = async || set(&send(&router, "/sign-in", "", &[("token", &test.token)]).await).unwrap();
    // Where a browser stands when the provider has led it back: who it is, and the session that it has.
    let led_back = |session: &str| {
        let vouched = crate::openid::Vouched { identity: identity.clone(), next: "/cameras".to_owned() };
        format!("xueliang-openid={}; {session}", test.state.openid().unwrap().keep(vouched))
    };
    let (former, beside) = (by_key().await, by_key().await);
    let nobody = open(&router, WAY, &led_back(&former)).await;
    assert!(nobody.status.as_u16() == 403 && set(&nobody).is_none(), "{}", nobody.text);
    assert!(opens(&router, &former).await, "he is not linked");

    let admin = people.with_key(&test.token).await.unwrap().subject;
    people.link(&admin, &name, Some(identity.clone())).await.unwrap();
    let browser = led_back(&former);
    let opened = open(&router, WAY, &browser).await;
    assert_eq!((opened.status.as_u16(), opened.header(header::LOCATION)), (303, "/cameras"), "{}", opened.text);
    assert!(!opens(&router, &former).await && opens(&router, &set(&opened).unwrap()).await);
    assert_eq!(open(&router, WAY, &browser).await.status.as_u16(), 400, "once");

    let secret = people.offer_factor(&name).await.unwrap().secret;
    people.prove_factor(&name, &people.code(&secret)).await.unwrap();
    test.pass(30_000);
    let former = by_key().await;
    let browser = led_back(&former);
    let asked = open(&router, WAY, &browser).await;
    assert!(asked.status.as_u16() == 200 && set(&asked).is_none(), "{}", asked.text);
    let wrong = send(&router, WAY, &browser, &[("code", "000000")]).await;
    assert!(wrong.status.as_u16() == 422 && set(&wrong).is_none() && opens(&router, &former).await, "{}", wrong.text);
    let right = send(&router, WAY, &browser, &[("code", &people.code(&secret))]).await;
    assert!(!opens(&router, &former).await && opens(&router, &set(&right).unwrap()).await, "{}", right.text);
    assert!(opens(&router, &beside).await, "that of another browser goes on");
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let rows = test.hub.store.audit_rows(&filter).await.unwrap();
    let by_provider = rows.iter().filter(|row| row.entry.object.as_str() == "/sign-in/openid");
    assert_eq!(by_provider.map(|row| row.entry.action.as_str()).collect::<Vec<_>>(), ["session.open"; 2]);
}

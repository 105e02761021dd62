//! What changes rights asks for a second factor that was shown just now, and is no key's affair.

use axum::body::Body;
use axum::body::to_bytes;
use axum::http::Request;
use axum::http::header;
use axum::response::Response;
use futures::StreamExt as _;
use serde_json::Value;
use serde_json::json;
use tower::ServiceExt as _;
use xl_model::id::AccountName;
use zeroize::Zeroizing;

use super::county::County;
use super::county::OWN;
use crate::people::Attempt;
use crate::people::FRESH_MS;
use crate::people::NewAccount;
use crate::people::People;
use crate::people::PeopleError;

const PASSWORD: &str = "seven geese at the gate";

/// An administrator of the county who has just signed in, with the secret of his second factor.
struct Chen {
    county: County,
    secret: String,
    session: String,
}

impl Chen {
    async fn signs_in() -> Self {
        let county = County::new().await;
        let (people, name) = (county.site.state.people().clone(), "chen".parse::<AccountName>().unwrap());
        let new = NewAccount {
            name: name.clone(),
            title: "陈".to_owned(),
            reach: "371122".parse().unwrap(),
            roles: vec!["county-admin@371122".parse().unwrap()],
        };
        people.add_account(&county.admin, new).await.unwrap();
        let text = |text: &str| Zeroizing::new(text.to_owned());
        people.change_password(&name, text(""), text(PASSWORD)).await.unwrap();
        let secret = people.offer_factor(&name).await.unwrap().secret;
        people.prove_factor(&name, &people.code(&secret)).await.unwrap();
        county.site.pass(30_000);
        let (code, address) = (people.code(&secret), [10, 0, 0, 1].into());
        let attempt = Attempt { name: "chen".to_owned(), password: text(PASSWORD), code, address };
        let session = people.sign_in(attempt).await.unwrap();
        Self { county, secret, session }
    }

    /// Asks with his session, and goes on with the one that the answer sets.
    async fn asks(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let response = send(&self.county, header::COOKIE, cookie(&self.session), (method, path, body)).await;
        if let Some(set) = response.headers().get(header::SET_COOKIE) {
            let value = set.to_str().unwrap().strip_prefix("xueliang=").unwrap();
            self.session = value.split(';').next().unwrap().to_owned();
        }
        read(response).await
    }

    async fn shows(&mut self, code: &str) -> (u16, Value) {
        self.asks("POST", "/account/factor/code", json!({ "code": code })).await
    }

    /// What his telephone shows.
    fn code(&self) -> String {
        self.people().code(&self.secret)
    }

    fn people(&self) -> &People {
        self.county.site.state.people()
    }
}

fn cookie(session: &str) -> String {
    format!("xueliang={session}")
}

async fn ask(county: &County, name: header::HeaderName, value: String, what: (&str, &str, Value)) -> (u16, Value) {
    read(send(county, name, value, what).await).await
}

async fn send(
    county: &County,
    name: header::HeaderName,
    value: String,
    (method, path, body): (&str, &str, Value),
) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(name, value)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    county.router.clone().oneshot(request).await.unwrap()
}

async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// Everything that makes or widens a right; `turn` names what must be new each time.
fn changes(turn: usize) -> Vec<(&'static str, String, Value)> {
    let (viewer, target) = (json!([{"role": "viewer", "reach": OWN}]), format!("/accounts/target-{OWN}"));
    vec![
        ("POST", "/accounts".to_owned(), json!({"name": format!("new-{turn}"), "title": "新", "reach": OWN})),
        ("PUT", format!("{target}/roles"), json!({"roles": viewer})),
        ("PUT", format!("{target}/units"), json!({"units": [{"unit": "sanitation", "reach": OWN}]})),
        ("POST", format!("{target}/password"), json!({})),
        ("POST", format!("{target}/enable"), json!({})),
        ("POST", "/keys".to_owned(), json!({"title": turn.to_string(), "roles": viewer})),
    ]
}

/// ID-17, and ID-12's second half: a code that was used is refused here too.
#[tokio::test]
async fn changes_of_accounts_roles_and_keys_ask_for_a_code_of_the_last_five_minutes() {
    let mut chen = Chen::signs_in().await;
    chen.county.site.pass(FRESH_MS - 1);
    for (method, path, body) in changes(0) {
        let (status, answer) = chen.asks(method, &path, body).await;
        assert!(status < 300, "{method} {path}: {answer}");
    }
    chen.county.site.pass(1);
    for (method, path, body) in changes(1) {
        let (status, answer) = chen.asks(method, &path, body).await;
        assert_eq!((status, &answer["code"]), (403, &json!("XL0914")), "{method} {path}");
    }
    let linked = chen.asks("PUT", &format!("/accounts/target-{OWN}/openid"), json!({"subject": "x"})).await;
    assert_eq!((linked.0, &linked.1["code"]), (403, &json!("XL0914")), "who signs in as him");
    assert_eq!(chen.asks("GET", "/accounts", json!({})).await.0, 200, "what only reads goes on");

    let code = chen.code();
    assert_eq!(chen.shows(&code).await.0, 204);
    let (status, answer) = chen.shows(&code).await;
    assert_eq!((status, &answer["code"]), (422, &json!("XL0910")), "the second time");
    for (method, path, body) in changes(1) {
        let (status, answer) = chen.asks(method, &path, body).await;
        assert!(status < 300, "{method} {path}: {answer}");
    }
    let hub = &chen.county.site.hub;
    let places = hub.cameras.places().clone();
    let (again, _) = People::open(hub.store.clone(), hub.clock.clone(), places, [9; 32]).await.unwrap();
    let by = again.with_session(&chen.session).await.unwrap().by;
    assert!(matches!(again.is_fresh(&by), Err(PeopleError::NotFresh)), "a restart keeps the session only");
}

/// ID-6: a code is a rise of privilege. Nobody who knew the cookie of before has what it allows.
#[tokio::test]
async fn a_session_that_showed_a_code_has_another_cookie_and_the_one_of_before_opens_nothing() {
    let mut chen = Chen::signs_in().await;
    chen.county.site.pass(FRESH_MS);
    let feed = format!("/events/feed?township={OWN}&after=0");
    let feed = send(&chen.county, header::COOKIE, cookie(&chen.session), ("GET", &feed, json!({}))).await;
    let mut feed = feed.into_body().into_data_stream();
    assert!(feed.next().await.is_some(), "the first event");
    let opened_at = chen.asks("GET", "/sessions", json!({})).await.1[0]["opened_at"].clone();
    let before = chen.session.clone();
    assert_eq!(chen.shows("000000").await.1["code"], "XL0910");
    assert_eq!(chen.session, before, "a wrong code changes nothing");

    let (path, body) = ("/account/factor/code", json!({ "code": chen.code() }));
    let shown = send(&chen.county, header::COOKIE, cookie(&before), ("POST", path, body)).await;
    let set = shown.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert_eq!(shown.headers().get_all(header::SET_COOKIE).iter().count(), 1);
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"] {
        assert!(set.contains(part), "{set}");
    }
    chen.session = set.strip_prefix("xueliang=").unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(chen.session, before);
    let (method, path, body) = changes(0).remove(0);
    let old = send(&chen.county, header::COOKIE, cookie(&before), (method, &path, body.clone())).await;
    assert!(old.status().as_u16() == 401 && old.headers().get(header::SET_COOKIE).is_none(), "{old:?}");
    assert_eq!(chen.asks(method, &path, body).await.0, 201);
    let sessions = chen.asks("GET", "/sessions", json!({})).await.1;
    let [session] = sessions.as_array().unwrap().as_slice() else { panic!("{sessions}") };
    assert_eq!((&session["opened_at"], &session["current"]), (&opened_at, &json!(true)), "the same session, as old");
    assert!(feed.next().await.is_none(), "what the old cookie opened has ended");
}

/// What has to end now does not wait for a phone.
#[tokio::test]
async fn disabling_an_account_and_revoking_a_key_ask_for_no_code() {
    let mut chen = Chen::signs_in().await;
    let (id, _) = chen.county.key("wang", &format!("viewer@{OWN}")).await;
    chen.county.site.pass(FRESH_MS);
    assert_eq!(chen.asks("DELETE", &format!("/keys/{id}"), json!({})).await.0, 204);
    assert_eq!(chen.asks("POST", "/accounts/wang/disable", json!({})).await.0, 204);
}

#[tokio::test]
async fn the_fifth_wrong_code_ends_the_session() {
    let mut chen = Chen::signs_in().await;
    for wrong in ["", "000000", "12345", "abcdef"] {
        assert_eq!(chen.shows(wrong).await.1["code"], "XL0910", "{wrong}");
    }
    chen.county.site.pass(30_000);
    let code = chen.code();
    assert_eq!(chen.shows(&code).await.0, 204, "a right one forgives");
    for _ in 0..5 {
        assert_eq!(chen.asks("GET", "/account", json!({})).await.0, 200);
        assert_eq!(chen.shows("1").await.1["code"], "XL0910");
    }
    assert_eq!(chen.asks("GET", "/account", json!({})).await.0, 401);
}

/// What a key made would outlive it; the key of the first start lies beside the database anyway.
#[tokio::test]
async fn a_key_and_a_session_by_a_key_make_no_rights_and_take_some() {
    let county = County::new().await;
    let (_, key) = county.key("zhang", &format!("township-admin@{OWN}")).await;
    let session = county.site.state.people().open_with_key(&key).await.unwrap();
    let ways = [(header::AUTHORIZATION, format!("Bearer {key}")), (header::COOKIE, format!("xueliang={session}"))];
    for (name, value) in &ways {
        for (method, path, body) in changes(0) {
            let refused = if path == "/keys" { "XL0901" } else { "XL0915" };
            let (status, answer) = ask(&county, name.clone(), value.clone(), (method, &path, body)).await;
            assert_eq!((status, &answer["code"]), (403, &json!(refused)), "{name} {method} {path}");
        }
        let code = ("POST", "/account/factor/code", json!({"code": "000000"}));
        assert_eq!(ask(&county, name.clone(), value.clone(), code).await.1["code"], "XL0901");
        let disable = format!("/accounts/target-{OWN}/disable");
        assert_eq!(ask(&county, name.clone(), value.clone(), ("POST", &disable, json!({}))).await.0, 204);
    }
    let first = format!("Bearer {}", county.site.token);
    for (method, path, body) in changes(0).into_iter().filter(|(_, path, _)| path != "/keys") {
        let (status, answer) = ask(&county, header::AUTHORIZATION, first.clone(), (method, &path, body)).await;
        assert!(status < 300, "{method} {path}: {answer}");
    }
}

/// ID-12 and ID-17: what leaves the hub was agreed to by a person who is there.
#[tokio::test]
async fn an_export_is_agreed_to_with_a_code_of_the_last_five_minutes_and_by_no_key() {
    let mut chen = Chen::signs_in().await;
    let (_, exports) = chen.asks("GET", &format!("/exports?township={OWN}"), json!({})).await;
    let approve = format!("/exports/{OWN}/{}/approve", exports["exports"][0]["number"]);
    let (_, key) = chen.county.key("zhang", &format!("township-admin@{OWN}")).await;
    for key in [&key, &chen.county.site.token] {
        let by_key = ("POST", approve.as_str(), json!({}));
        let (status, answer) = ask(&chen.county, header::AUTHORIZATION, format!("Bearer {key}"), by_key).await;
        assert_eq!((status, &answer["code"]), (403, &json!("XL0915")));
    }

    chen.county.site.pass(FRESH_MS);
    let (status, answer) = chen.asks("POST", &approve, json!({})).await;
    assert_eq!((status, &answer["code"]), (403, &json!("XL0914")));
    let code = chen.code();
    assert_eq!(chen.shows(&code).await.0, 204);
    let (status, answer) = chen.asks("POST", &approve, json!({})).await;
    assert_eq!((status, &answer["standing"]), (200, &json!("approved")));
}

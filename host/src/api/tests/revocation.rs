//! What was withdrawn is gone for the very next request.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header;
use futures::StreamExt as _;
use serde_json::Value;
use serde_json::json;
use tower::ServiceExt as _;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use zeroize::Zeroizing;

use super::county::County;
use super::county::OWN;
use crate::people::Attempt;
use crate::people::By;
use crate::people::NewKey;
use crate::people::People;
use crate::people::PeopleError;
use crate::people::SESSION_MS;

const TRIES: usize = 1_000;

async fn status(router: &Router, name: header::HeaderName, value: String, path: &str) -> u16 {
    let request = Request::get(path).header(name, value).body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap().status().as_u16()
}

/// ID-8 and TEN-9: sessions, keys and roles, a thousand times each.
#[tokio::test]
async fn a_session_a_key_or_a_role_that_is_taken_counts_no_more_a_thousand_times_out_of_a_thousand() {
    let county = County::new().await;
    let (_, lasting) = county.key("li", &format!("viewer@{OWN}")).await;
    let (people, router) = (county.site.state.people().clone(), county.router.clone());
    let (li, path): (AccountName, _) = ("li".parse().unwrap(), format!("/api/v1/cameras/{OWN}/gh-1"));
    let viewer: Held = format!("viewer@{OWN}").parse().unwrap();
    let bearer = |key: &str| format!("Bearer {key}");
    let by_key = async |key: &str| status(&router, header::AUTHORIZATION, bearer(key), &path).await;
    let by_cookie = async |value: &str| status(&router, header::COOKIE, format!("xueliang={value}"), &path).await;
    for n in 0..TRIES {
        let new = NewKey { title: n.to_string(), roles: vec![viewer.clone()], days: 1, addresses: Vec::new() };
        let (kept, key) = people.add_key(&li, new).await.unwrap();
        let session = people.open_with_key(&lasting).await.unwrap();
        assert_eq!((by_key(&key).await, by_cookie(&session).await), (200, 200), "{n}");
        people.remove_key(&kept.id).await.unwrap();
        assert_eq!(by_key(&key).await, 401, "key {n}");
        let signed = people.with_session(&session).await.unwrap();
        people.sign_out(&signed.by).await.unwrap();
        assert_eq!(by_cookie(&session).await, 401, "session {n}");
        people.set_roles(&county.admin, &li, Vec::new()).await.unwrap();
        assert_eq!(by_key(&lasting).await, 404, "role {n}");
        people.set_roles(&county.admin, &li, vec![viewer.clone()]).await.unwrap();
        assert_eq!(by_key(&lasting).await, 200, "role {n}");
    }
}

/// ID-8 for feeds: whatever ends the right ends what runs by it.
#[tokio::test]
async fn a_feed_ends_with_the_role_the_key_and_the_account() {
    let county = County::new().await;
    let people = county.site.state.people();
    for what in ["role", "key", "account"] {
        let (id, key) = county.key(what, &format!("viewer@{OWN}")).await;
        let request = Request::get(format!("/api/v1/events/feed?township={OWN}&after=0"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"));
        let response = county.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let mut feed = response.into_body().into_data_stream();
        assert!(feed.next().await.is_some(), "the first event");
        let name: AccountName = what.parse().unwrap();
        match what {
            "role" => drop(people.set_roles(&county.admin, &name, Vec::new()).await.unwrap()),
            "key" => people.remove_key(&id).await.unwrap(),
            _ => people.enable_account(&county.admin, &name, false).await.unwrap(),
        }
        assert!(feed.next().await.is_none(), "{what}");
    }
}

/// Does something with a session, as a page of ours would.
async fn act(router: &Router, session: &str, (method, path, body): (&str, &str, Value)) -> u16 {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::COOKIE, session)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    router.clone().oneshot(request).await.unwrap().status().as_u16()
}

/// ID-8 for the feed of a person: it ends with his session, whichever of his windows ends that, and with his password.
#[tokio::test]
async fn a_feed_ends_with_the_session_that_opened_it_and_with_the_password() {
    const PASSWORD: &str = "seven geese at the gate";
    let county = County::new().await;
    let (people, router) = (county.site.state.people(), &county.router);
    let text = |text: &str| Zeroizing::new(text.to_owned());
    for what in ["signs-out", "ended", "password", "time"] {
        county.key(what, &format!("viewer@{OWN}")).await;
        let name: AccountName = what.parse().unwrap();
        people.change_password(&name, text(""), text(PASSWORD)).await.unwrap();
        let signed_in = async || {
            let (password, address) = (text(PASSWORD), [10, 0, 0, 1].into());
            let attempt = Attempt { name: what.to_owned(), password, code: String::new(), address };
            people.sign_in(attempt).await.unwrap()
        };
        let (value, other) = (signed_in().await, format!("xueliang={}", signed_in().await));
        let session = format!("xueliang={value}");
        let request = Request::get(format!("/api/v1/events/feed?township={OWN}&after=0"));
        let request = request.header(header::COOKIE, &session).body(Body::empty()).unwrap();
        let mut feed = router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
        assert!(feed.next().await.is_some(), "the first event");
        let done = match what {
            "signs-out" => act(router, &session, ("DELETE", "/sessions/current", json!({}))).await,
            "ended" => {
                let by = people.with_session(&value).await.unwrap().by;
                let path = format!("/sessions/{}", People::session_id(&by).unwrap());
                act(router, &other, ("DELETE", &path, json!({}))).await
            }
            "password" => {
                let body = json!({"current": PASSWORD, "new": "eight geese in a row"});
                act(router, &other, ("PUT", "/account/password", body)).await
            }
            _ => {
                county.site.pass(SESSION_MS);
                204
            }
        };
        assert_eq!(done, 204, "{what}");
        assert!(feed.next().await.is_none(), "{what}");
    }
}

/// ID-11: what stands in an address counts nothing; ID-6: a session that was signed out stays so.
#[tokio::test]
async fn a_session_that_was_signed_out_is_refused_for_ever() {
    let county = County::new().await;
    let people = county.site.state.people();
    let session = people.open_with_key(&county.site.token).await.unwrap();
    let cookie = format!("xueliang={session}");
    assert_eq!(status(&county.router, header::COOKIE, cookie.clone(), "/api/v1/account").await, 200);
    let by: By = people.with_session(&session).await.unwrap().by;
    people.sign_out(&by).await.unwrap();
    people.sign_out(&by).await.unwrap();
    assert_eq!(status(&county.router, header::COOKIE, cookie, "/api/v1/account").await, 401);
    assert!(county.site.hub.store.people().await.unwrap().sessions.is_empty());
}

/// ID-10: a key that is bound to addresses is none from elsewhere, and neither is a session that it opened.
#[tokio::test]
async fn a_key_is_taken_from_its_addresses_only_and_so_are_its_sessions() {
    let county = County::new().await;
    let people = county.site.state.people();
    let new = |addresses: &[&str]| NewKey {
        title: "x".to_owned(),
        roles: vec!["county-admin@371122".parse().unwrap()],
        days: 1,
        addresses: addresses.iter().map(|range| (*range).to_owned()).collect(),
    };
    let admin = "admin".parse().unwrap();
    let (kept, key) = people.add_key(&admin, new(&["10.20.0.0/16", "2001:db8::/32"])).await.unwrap();
    let session = people.open_with_key(&key).await.unwrap();
    let status = async |from: &str, name: header::HeaderName, value: String| {
        let mut request = Request::get("/api/v1/modules").header(name, value).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 50_000)));
        county.router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    for (from, expected) in
        [("10.20.3.4", 200), ("::ffff:10.20.3.4", 200), ("2001:db8::7", 200), ("10.21.0.1", 401), ("::1", 401)]
    {
        assert_eq!(status(from, header::AUTHORIZATION, format!("Bearer {key}")).await, expected, "{from}");
        assert_eq!(status(from, header::COOKIE, format!("xueliang={session}")).await, expected, "{from}");
    }
    let hub = &county.site.hub;
    assert_eq!(
        hub.store.people().await.unwrap().keys.iter().find(|it| it.id == kept.id).unwrap().addresses,
        kept.addresses
    );
    for wrong in [&["10.20.0.1"][..], &["office"], &["10.0.0.0/8"; 17]] {
        assert!(matches!(people.add_key(&admin, new(wrong)).await, Err(PeopleError::Field { field: "addresses", .. })));
    }
}

//! TEN-9: what somebody reads of a township by a role from above is recorded before he is shown it.

use std::slice;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::Method;
use axum::http::Request;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware;
use axum::routing::get as on_get;
use tower::ServiceExt as _;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::id::ModuleKey;
use xl_model::people::action::Action;
use xl_model::people::held::Held;

use super::rows;
use crate::api::acts::recorded;
use crate::api::acts::table;
use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::router;
use crate::api::testing::TestSite;
use crate::api::testing::ask;
use crate::api::testing::get;
use crate::people::NewAccount;
use crate::people::NewKey;

const CAMERA: &str = "/api/v1/cameras/371122102/gh-1";
const FIRST: &str = "those of the next hour are counted";
const HOUR_MS: i64 = 3_600_000;

/// Township, kind of thing, and what else a row says.
type Told = (String, String, String);

const NONE: [Told; 0] = [];

fn told(township: &str, kind: &str, detail: &str) -> Told {
    (township.to_owned(), kind.to_owned(), detail.to_owned())
}

/// What was read from above, oldest first.
async fn reads(site: &TestSite) -> Vec<Told> {
    let entries = rows(site).await.into_iter().map(|row| row.entry);
    let reads = entries.filter(|entry| entry.action.as_str() == "read.from-above");
    let of = |entry: Entry| {
        let township = entry.township.map_or("-".to_owned(), |township| township.to_string());
        (township, entry.object.to_string(), entry.detail.to_string())
    };
    reads.map(of).collect()
}

/// A hub with a camera in the township 371122102.
async fn hub() -> (TestSite, Router) {
    let site = TestSite::new().await;
    let router = router(site.state.clone());
    site.hub.add_camera("gh-1", &[]).await;
    (site, router)
}

/// The key of an account with these roles.
async fn key(site: &TestSite, name: &str, roles: &[&str]) -> String {
    let people = site.state.people();
    let admin = people.with_key(&site.token).await.unwrap().subject;
    let roles: Vec<Held> = roles.iter().map(|role| role.parse().unwrap()).collect();
    let (name, title, reach) = (name.parse().unwrap(), name.to_owned(), roles[0].reach.clone());
    let new = NewAccount { name, title: title.clone(), reach, roles: roles.clone() };
    let (account, _) = people.add_account(&admin, new).await.unwrap();
    people.add_key(&account.name, NewKey { title, roles, days: 1, addresses: Vec::new() }).await.unwrap().1
}

fn asked(key: &str, method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
    request.body(Body::empty()).unwrap()
}

/// The answer, of which the body is not waited for: that of a feed has no end.
async fn answer(router: &Router, key: &str, method: &str, path: &str) -> Response<Body> {
    router.clone().oneshot(asked(key, method, path)).await.unwrap()
}

async fn status(router: &Router, key: &str, path: &str) -> u16 {
    answer(router, key, "GET", path).await.status().as_u16()
}

/// Ends the hours that are under way.
async fn an_hour_passes(site: &TestSite) {
    site.pass(HOUR_MS);
    site.state.auditor().record_counted(false).await.unwrap();
}

/// Behind the layer that records, in a module's stead: what answers with the status of the path, and what asks only what to offer.
fn module(site: &TestSite) -> Router {
    let router = Router::new().route("/calls/{status}", on_get(call)).route("/offer", on_get(offer));
    let router = router.with_state(site.state.clone());
    router.layer(middleware::from_fn_with_state(site.state.clone(), recorded))
}

async fn call(identity: Identity, Path(status): Path<u16>) -> Result<(StatusCode, &'static str), Problem> {
    let key = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
    identity.of_module(Action::ReadPages, &key)?;
    Ok((StatusCode::from_u16(status).unwrap(), "what a module says"))
}

async fn offer(identity: Identity) -> String {
    identity.may(Action::EditModules, &"371122102".parse().unwrap()).to_string()
}

#[tokio::test]
async fn the_first_read_of_an_hour_from_above_is_a_row_and_the_nine_that_follow_are_one_more() {
    let (site, router) = hub().await;
    let li = key(&site, "li", &["viewer@371122"]).await;
    for n in 0..10 {
        let method = if n % 2 == 0 { "HEAD" } else { "GET" };
        assert_eq!(answer(&router, &li, method, CAMERA).await.status().as_u16(), 200, "{method}");
    }
    let first = told("371122102", "cameras", FIRST);
    assert_eq!(reads(&site).await, slice::from_ref(&first));
    site.pass(HOUR_MS - 1);
    site.state.auditor().record_counted(false).await.unwrap();
    assert_eq!(reads(&site).await, slice::from_ref(&first), "the hour is not over");
    site.pass(1);
    site.state.auditor().record_counted(false).await.unwrap();
    assert_eq!(status(&router, &li, CAMERA).await, 200);
    let more = told("371122102", "cameras", "9 more within 60 min");
    assert_eq!(reads(&site).await, [first.clone(), more, first]);

    let rows = rows(&site).await;
    let row = &rows[0].entry;
    assert_eq!((row.action.as_str(), row.actor.who.as_str(), row.outcome), ("read.from-above", "li", Outcome::Allowed));
    assert!(row.actor.unit.as_str().starts_with("viewer@371122 · key "), "{:?}", row.actor);
}

#[tokio::test]
async fn a_role_of_the_township_itself_leaves_no_row_where_it_allows_the_reading() {
    let (site, router) = hub().await;
    let own = key(&site, "own", &["viewer@371122102"]).await;
    for path in [CAMERA, "/api/v1/cameras", "/api/v1/events?township=371122102"] {
        assert_eq!(status(&router, &own, path).await, 200, "{path}");
    }
    let both = key(&site, "both", &["viewer@371122102", "auditor@371122"]).await;
    assert_eq!(status(&router, &both, CAMERA).await, 200);
    assert_eq!(reads(&site).await, NONE);
    site.enable_trace("371122102", serde_json::json!({})).await;
    assert_eq!(status(&router, &both, "/api/v1/modules/371122102/trace/log").await, 200);
    assert_eq!(reads(&site).await, [told("371122102", "logs of modules", FIRST)], "as auditor of the county");
}

#[tokio::test]
async fn a_list_over_a_county_leaves_one_row_and_a_feed_and_a_reader_of_open311_leave_theirs() {
    let (site, router) = hub().await;
    let li = key(&site, "li", &["viewer@371122"]).await;
    for path in ["/api/v1/cameras", "/api/v1/cameras?limit=1", "/api/v1/events/feed?township=371122102"] {
        assert_eq!(status(&router, &li, path).await, 200, "{path}");
    }
    let cases = format!("/open311/v2/requests.json?jurisdiction_id=371122102&api_key={li}");
    assert_eq!(get(&router, &cases).await.status.as_u16(), 200);
    let rows = [told("-", "cameras", FIRST), told("371122102", "events", FIRST), told("371122102", "cases", FIRST)];
    assert_eq!(reads(&site).await, rows);
}

#[tokio::test]
async fn of_reads_at_the_same_moment_one_is_the_first_of_the_hour() {
    let (site, router) = hub().await;
    let li = key(&site, "li", &["viewer@371122"]).await;
    let statuses = futures::future::join_all((0..10).map(|_| status(&router, &li, CAMERA))).await;
    assert_eq!(statuses, [200; 10]);
    an_hour_passes(&site).await;
    let row = |detail: &str| told("371122102", "cameras", detail);
    assert_eq!(reads(&site).await, [row(FIRST), row("9 more within 60 min")]);
}

/// Lists, by what each is narrowed to one township, and what is read by them.
const LISTS: [(&str, &str, &[&str]); 14] = [
    ("cameras", "township", &["cameras"]),
    ("cameras", "place", &["cameras"]),
    ("devices", "township", &["logins of cameras"]),
    ("refusals", "township", &["refusals"]),
    ("holds", "township", &["holds"]),
    ("retention/runs", "township", &["holds"]),
    ("exports", "township", &["exports"]),
    ("status/cameras", "township", &["status"]),
    ("duties", "place", &["cameras", "exports"]),
    ("kpis", "place", &["status"]),
    ("kpis/export", "place", &["status"]),
    ("online-rate", "place", &["status"]),
    ("cases", "place", &["cases"]),
    ("requests", "place", &["requests"]),
];

#[tokio::test]
async fn a_list_of_one_township_names_it_and_leaves_no_row_where_a_role_of_the_township_allows_it() {
    let (site, router) = hub().await;
    let li = key(&site, "li", &["auditor@371122"]).await;
    let both = key(&site, "both", &["auditor@371122", "auditor@371122102"]).await;
    for (list, by, kinds) in LISTS {
        let (whole, part) = (format!("/api/v1/{list}"), format!("/api/v1/{list}?{by}=371122102"));
        for (key, path, township) in [(&li, &whole, Some("-")), (&li, &part, Some("371122102")), (&both, &part, None)] {
            let before = reads(&site).await.len();
            assert_eq!(status(&router, key, path).await, 200, "{path}");
            let rows: Vec<Told> = kinds.iter().filter_map(|kind| Some(told(township?, kind, FIRST))).collect();
            assert_eq!(reads(&site).await[before..], rows, "{path}");
        }
        an_hour_passes(&site).await;
    }
}

/// AUD-2: first the row, then the reading; what is counted needs no row.
#[tokio::test]
async fn what_is_read_from_above_and_cannot_be_recorded_is_not_shown() {
    let (site, router) = hub().await;
    let (li, wang) = (key(&site, "li", &["viewer@371122"]).await, key(&site, "wang", &["viewer@*"]).await);
    let own = key(&site, "own", &["viewer@371122102"]).await;
    assert_eq!(status(&router, &wang, CAMERA).await, 200);
    site.hub.store.close().await;
    let refused = ask(&router, asked(&li, "GET", CAMERA)).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str().unwrap()), (503, "XL0941"));
    assert!(!refused.text.contains("gh-1"), "{}", refused.text);
    assert_eq!((status(&router, &own, CAMERA).await, status(&router, &wang, CAMERA).await), (200, 200));
}

#[tokio::test]
async fn a_read_that_is_refused_leaves_no_row() {
    let (site, router) = hub().await;
    let li = key(&site, "li", &["viewer@371122"]).await;
    for (path, refused) in [
        ("/api/v1/devices", 403),
        ("/api/v1/cameras/371122102/none-1", 404),
        ("/api/v1/cameras/371123102/gh-1", 404),
        ("/api/v1/events?township=371122102&limit=0", 422),
    ] {
        assert_eq!(status(&router, &li, path).await, refused, "{path}");
    }
    assert_eq!(reads(&site).await, NONE);
}

#[tokio::test]
async fn what_a_module_says_is_a_reading_whatever_its_status() {
    let (site, _) = hub().await;
    let (li, wang) = (key(&site, "li", &["viewer@371122"]).await, key(&site, "wang", &["viewer@*"]).await);
    let router = module(&site);
    for code in [200, 302, 404, 409, 500, 599] {
        assert_eq!(status(&router, &li, &format!("/calls/{code}")).await, code);
    }
    an_hour_passes(&site).await;
    let row = |detail: &str| told("371122102", "pages of modules", detail);
    assert_eq!(reads(&site).await, [row(FIRST), row("5 more within 60 min")]);
    site.hub.store.close().await;
    let refused = ask(&router, asked(&wang, "GET", "/calls/409")).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str().unwrap()), (503, "XL0941"));
    assert!(!refused.text.contains("what a module says"), "{}", refused.text);
}

#[tokio::test]
async fn what_is_only_offered_is_not_read() {
    let (site, _) = hub().await;
    let router = module(&site);
    for (name, role, may) in [("li", "viewer@371122", "false"), ("wang", "county-admin@371122", "true")] {
        let key = key(&site, name, &[role]).await;
        assert_eq!(ask(&router, asked(&key, "GET", "/offer")).await.text, may, "{role}");
    }
    assert_eq!(reads(&site).await, NONE);
}

#[tokio::test]
async fn what_is_public_or_has_a_row_of_its_own_leaves_no_second_one() {
    let (site, router) = hub().await;
    let wang = key(&site, "wang", &["auditor@*"]).await;
    for path in [
        "audit",
        "looks",
        "looks?township=371122102",
        "cameras/export",
        "places",
        "errors",
        "purposes",
        "plugins",
        "openapi.json",
        "account",
        "metrics",
    ] {
        assert_eq!(status(&router, &wang, &format!("/api/v1/{path}")).await, 200, "{path}");
    }
    assert_eq!(reads(&site).await, NONE);
    for below in ["/api/v1", ""] {
        let of = |route: &str| table::of(&Method::GET, &format!("{below}{route}"));
        assert_eq!(of("/pictures/{township}/{sha256}"), Some(table::Act::Look));
        assert_eq!(of("/exports/{township}/{number}/package"), Some(table::Act::Own));
    }
}

//! What people of one township find out about another one: nothing.

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::http::Request;

use super::asked::blotted;
use super::asked::names;
use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
use super::county::Route;
use super::county::canary;
use super::county::routes;
use super::sent::request;
use crate::api::testing::ask;

/// A township that no hub has heard of.
pub(crate) const NOWHERE: &str = "371122999";

/// A township that has people, and nothing of what the others have.
const EMPTY: &str = "371122104";

/// What a program sends to a route, with a key that is still empty.
pub(crate) fn to_programs(route: &Route, path: &str, township: &str) -> Request<Body> {
    request("", route, path, township)
}

/// What is answered at a route, about what a township has or about what nobody has.
async fn answer(county: &County, key: &str, route: &Route, township: &str, known: bool) -> (u16, String) {
    let path = county.path(route, township, known);
    let answer = ask(&county.router, request(key, route, &path, township)).await;
    (answer.status.as_u16(), answer.text)
}

pub(crate) const ROLES: [&str; 8] =
    ["township-admin", "operator", "handler", "grid-member", "enterprise", "module-author", "auditor", "viewer"];

/// Routes that can be asked about the other township. A list is; the feed would go on for ever where it began.
pub(crate) fn about_townships(county: &County) -> Vec<Route> {
    let about = |route: &Route| {
        let path = county.path(route, BESIDE, true);
        let names_it = path.contains(BESIDE) || ["/keys/{id}"].contains(&route.path.as_str());
        let in_body = matches!(
            (route.method.as_str(), route.path.as_str()),
            (
                "POST",
                "/events"
                    | "/cameras"
                    | "/devices"
                    | "/modules"
                    | "/accounts"
                    | "/requests"
                    | "/exports"
                    | "/holds"
                    | "/cases"
            ) | ("PATCH", "/cameras")
        );
        !route.is_open && (names_it || in_body)
    };
    let routes: Vec<Route> = routes().into_iter().filter(about).collect();
    assert!(routes.len() > 40, "{routes:#?}");
    routes
}

/// What the attempts are worth: everything that they are at is there, for whoever has a role where it is.
#[tokio::test]
async fn what_strangers_look_for_in_vain_is_there_for_people_of_its_township() {
    let county = County::new().await;
    let (key, all) = (county.key("wang", &format!("township-admin@{BESIDE}")).await.1, routes());
    for (method, path, status) in [
        ("GET", "/cameras/{township}/{camera}", 200),
        ("GET", "/accounts/{name}", 200),
        ("GET", "/modules/{township}/{plugin}", 200),
        ("GET", "/modules/{township}/{plugin}/usage", 200),
        // It is found, and its build does not run: nobody vouches for it.
        ("GET", "/modules/{township}/{plugin}/pages/{page}", 422),
        ("PUT", "/modules/{township}/{plugin}/settings", 422),
        ("GET", "/cases/{case}", 200),
        ("GET", "/cases/{case}/history", 200),
        ("GET", "/exports/{township}/{number}", 200),
        ("GET", "/requests/{township}/{number}", 200),
        ("POST", "/holds/{township}/{number}/lift", 200),
    ] {
        let route = route(method, path);
        assert!(all.iter().any(|known| (&known.method, &known.path) == (&route.method, &route.path)), "{path}");
        let (found, text) = answer(&county, &key, &route, BESIDE, true).await;
        assert_eq!(found, status, "{method} {path}: {text}");
        let (nothing, text) = answer(&county, &key, &route, BESIDE, false).await;
        assert_eq!(nothing, 404, "{method} {path}: {text}");
    }
    let log = answer(&county, &key, &route("GET", "/modules/{township}/{plugin}/log"), BESIDE, true).await;
    assert!(log.1.contains("canary"), "{log:?}");
}

/// TEN-7, as a count instead of a time: nothing more and nothing less is looked up of what exists elsewhere than of what
/// exists nowhere, so there is nothing to measure.
#[tokio::test]
async fn as_much_is_looked_up_for_what_exists_elsewhere_as_for_what_exists_nowhere() {
    let county = County::new().await;
    let mut refused = 0;
    for role in ROLES {
        let key = county.key(role, &format!("{role}@{OWN}")).await.1;
        for route in about_townships(&county) {
            let mut reads = Vec::new();
            for (township, known) in [(BESIDE, true), (BESIDE, false), (NOWHERE, false)] {
                let before = county.site.state.reads();
                let (status, _) = answer(&county, &key, &route, township, known).await;
                reads.push((status, county.site.state.reads() - before));
            }
            assert!(reads.iter().all(|read| *read == reads[0]), "{role} {route:?}: status and reads {reads:?}");
            refused += usize::from(reads[0].0 == 404);
        }
    }
    assert!(refused > 100, "{refused}");
}

/// A path of what another township has, as if one's own had it, and one of what nobody has.
fn mixed(route: &Route, path: impl Fn(&str, bool) -> String) -> [String; 2] {
    let (foreign, unknown) = (path(BESIDE, true).replace(BESIDE, EMPTY), path(EMPTY, false));
    assert_ne!(foreign, unknown, "say in `County::filled` which id {route:?} is tried with");
    [foreign, unknown]
}

/// Whether a path names a township and something of it.
fn names_more_than_a_township(route: &Route) -> bool {
    let is_more = route.path.contains("{township}") && route.path.matches('{').count() > 1;
    is_more || route.path.starts_with("/devices/{id}/")
}

/// Asserts that an id of another township under one's own path is nothing, whatever is asked of it.
///
/// Gives how many of the routes were tried: those whose path names a township and something of it.
pub(crate) async fn assert_mixed_paths_lead_nowhere(
    county: &County,
    router: &Router,
    routes: impl Iterator<Item = Route>,
    path: fn(&County, &Route, &str, bool) -> String,
    sent: fn(&Route, &str, &str) -> Request<Body>,
) -> usize {
    let zhang = county.session("zhang", &format!("township-admin@{EMPTY}")).await;
    let mut tried = 0;
    for route in routes.filter(names_more_than_a_township) {
        let paths = mixed(&route, |township, known| path(county, &route, township, known));
        let names = names(&route, &[&paths[0], &paths[1]]);
        let mut told = Vec::new();
        for path in &paths {
            let answer = ask(router, zhang.on(sent(&route, path, EMPTY))).await;
            assert!(!answer.text.contains("canary"), "{route:?}: {}", answer.text);
            told.push((answer.status.as_u16(), blotted(&answer.text, &names)));
        }
        assert_eq!(told[0], told[1], "{route:?}");
        if route.method == "GET" {
            assert_eq!(told[0].0, 404, "{route:?}: {told:?}");
        } else {
            assert!((400..500).contains(&told[0].0), "{route:?}: {told:?}");
        }
        tried += 1;
    }
    tried
}

/// TEN-5: an id of another township under one's own path is nothing, too.
#[tokio::test]
async fn a_path_that_mixes_ones_own_township_with_foreign_ids_leads_nowhere() {
    let county = County::new().await;
    // Registers a camera of one's own, whatever others call theirs.
    let registers =
        |route: &Route| (route.method.as_str(), route.path.as_str()) == ("PUT", "/cameras/{township}/{camera}");
    let routes = routes().into_iter().filter(|route| !registers(route));
    let tried = assert_mixed_paths_lead_nowhere(&county, &county.router, routes, County::path, to_programs).await;
    assert!(tried > 40, "{tried}");
}

/// TEN-2 for lists, counters and tables: only one's own is in them.
#[tokio::test]
async fn lists_hold_what_one_may_see_and_nothing_else() {
    let county = County::new().await;
    let lists = [
        "/cameras",
        "/cameras/export",
        "/status/cameras",
        "/devices",
        "/refusals",
        "/townships",
        "/modules",
        "/accounts",
        "/online-rate",
        "/requests",
        "/exports",
        "/holds",
        "/duties",
        "/retention/runs",
        "/class-wishes",
        "/cases",
        "/cases/figures?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&by=place",
        "/kpis",
        "/kpis/export",
    ];
    for township in [OWN, BESIDE] {
        county.want_class(township).await;
    }
    let own = county.key("zhang", &format!("township-admin@{OWN}")).await.1;
    let both = county.key("chen", "county-admin@371122").await.1;
    for list in lists {
        for (key, sees) in [(&own, vec![OWN]), (&both, vec![OWN, BESIDE])] {
            let response = county.ask(key, &route("GET", ""), &format!("/api/v1{list}"), OWN).await;
            assert_eq!(response.status().as_u16(), 200, "{list}");
            let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for township in [OWN, BESIDE] {
                let is_in = text.contains(township) || text.contains(&canary(township));
                let empty = ["/status/cameras", "/online-rate", "/retention/runs"].contains(&list);
                assert_eq!(is_in, sees.contains(&township) && !empty, "{list} {township}: {text}");
            }
        }
    }
    let cameras = county.ask(&own, &route("GET", ""), "/api/v1/cameras", OWN).await;
    let bytes = to_bytes(cameras.into_body(), 1 << 20).await.unwrap();
    let cameras: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(cameras["total"], 1, "the count is of one's own");
}

/// The same for who asks a list for another township by name.
#[tokio::test]
async fn a_list_that_is_asked_for_another_township_is_that_of_one_that_does_not_exist() {
    let county = County::new().await;
    let key = county.key("zhang", &format!("township-admin@{OWN}")).await.1;
    let month = "/cases/figures?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&";
    for list in ["/cases?", month, "/kpis?", "/kpis/export?", "/duties?", "/online-rate?", "/requests?"] {
        let mut told = Vec::new();
        for township in [BESIDE, NOWHERE] {
            let path = format!("/api/v1{list}place={township}");
            let response = county.ask(&key, &route("GET", ""), &path, OWN).await;
            let status = response.status().as_u16();
            let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!text.contains("canary"), "{list}: {text}");
            told.push((status, text.replace(township, "~")));
        }
        assert_eq!(told[0], told[1], "{list}");
    }
}

/// A table with a line of another township is refused for that line, whether the camera exists there or not.
#[tokio::test]
async fn a_table_takes_no_line_of_another_township() {
    let county = County::new().await;
    let key = county.key("zhang", &format!("township-admin@{OWN}")).await.1;
    let import = route("POST", "/cameras/import");
    let mut told = Vec::new();
    for township in [BESIDE, NOWHERE] {
        let response = county.ask(&key, &import, "/api/v1/cameras/import", township).await;
        assert_eq!(response.status().as_u16(), 422);
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        told.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    assert_eq!(told[0], told[1]);
    assert!(told[0].contains("no township in which you register"), "{}", told[0]);
    let own = county.ask(&key, &import, "/api/v1/cameras/import", OWN).await;
    assert_eq!(own.status().as_u16(), 200);
}

fn route(method: &str, path: &str) -> Route {
    Route { path: path.to_owned(), method: method.to_owned(), is_open: false }
}

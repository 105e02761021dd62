//! What comes of each page and each form, for each role, by where the role is held: compared with a table that people review.

use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_model::case::StepName;
use xl_model::rights::Step;

use super::HOST;
use super::routes;
use super::site;
use crate::api::tests::county::County;
use crate::api::tests::county::OWN;
use crate::api::tests::county::Route;
use crate::api::tests::table::Table;
use crate::api::tests::table::assert_lets_nobody_in_from_beside;
use crate::api::tests::table::routes_of;
use crate::console::account;
use crate::console::camera;
use crate::console::exports;
use crate::console::module;

const TABLE: &str = include_str!("../matrix.txt");

/// Who one is, and one's own end: for these it is enough to be somebody.
const ASKS_NOTHING: &[(&str, &str)] = &[("GET", "/account"), ("POST", "/sign-out")];

/// The county, with an office where its people file requests.
async fn county() -> County {
    let county = County::new().await;
    county.site.hub.cameras.places().begin("371122").await.unwrap();
    county
}

async fn table(county: &County) -> Table {
    let router = site(county.site.state.clone());
    let listed = routes().into_iter().flat_map(|(path, methods)| {
        let paths = paths(path).into_iter();
        paths.map(move |path| (path, methods.clone()))
    });
    let routes = routes_of(county, &router, sent, listed.collect()).await;
    Table { file: "host/src/console/matrix.txt", text: TABLE, routes, asks_nothing: ASKS_NOTHING, router, sent }
}

/// A path, and with the query that asks another question there; one that says in itself what is done, once for each word that
/// its page knows.
fn paths(path: &str) -> Vec<String> {
    if !path.contains("{what}") {
        let asked = match path {
            "/cases" | "/requests" => Some("place"),
            "/events" => Some("township"),
            _ => None,
        };
        let asked = asked.map(|name| format!("{path}?{name}={{place}}"));
        return [path.to_owned()].into_iter().chain(asked).collect();
    }
    let words: Vec<&str> = match path {
        "/account/{what}" => account::WORDS.into(),
        "/accounts/{name}/{what}" => vec!["roles", "units", "password", "enable", "disable"],
        "/cameras/{township}/{camera}/{what}" => camera::WORDS.into(),
        "/cases/{case}/{what}" => {
            StepName::ALL.into_iter().filter(|step| step.is_asked_for()).map(StepName::word).collect()
        }
        "/classes/{township}/{camera}/{what}" => vec!["approve", "refuse"],
        "/exports/{township}/{number}/{what}" => exports::WORDS.into(),
        "/requests/{township}/{number}/{what}" => Step::ALL.map(Step::word).into(),
        "/operate/{township}/{plugin}/{what}" => module::WORDS.into(),
        _ => panic!("say in `paths` which words {path} knows"),
    };
    words.into_iter().map(|word| path.replace("{what}", word)).collect()
}

/// What a browser sends that shows a key.
fn sent(county: &County, route: &Route, key: &str) -> Request<Body> {
    let kind = match route.path.as_str() {
        "/cameras/import/table" => "multipart/form-data; boundary=x",
        _ => "application/x-www-form-urlencoded",
    };
    let mut request = Request::builder()
        .method(route.method.as_str())
        .uri(county.filled(route, OWN, true))
        .header(header::HOST, HOST)
        .header(header::ORIGIN, format!("http://{HOST}"))
        .header(header::CONTENT_TYPE, kind);
    if !key.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    request.body(Body::from(said(route))).unwrap()
}

/// The fields that are sent: so far well-formed that a page comes to ask who may.
fn said(route: &Route) -> String {
    let in_own = |rest: &str| format!("township={OWN}&{rest}");
    match (route.method.as_str(), route.path.as_str()) {
        ("POST", "/accounts") => format!("name=new&title=x&reach={OWN}&roles="),
        ("POST", "/cameras/new/save") => in_own("camera=x"),
        ("POST", "/cameras/import/table") => "--x--\r\n".to_owned(),
        ("POST", "/cameras/onvif/probe") => "host=no+host&port=80&user=&password=".to_owned(),
        ("POST", "/cases/new") => in_own(&format!("matter=01-02&title=x&source=patrol&place={OWN}201")),
        ("POST", "/exports") => in_own("cameras=gh-1&from=2026-11-23T08:00&to=2026-11-23T09:00"),
        ("POST", "/holds") => in_own("document=x&reason=a+reason"),
        ("POST", "/requests/new") => {
            in_own("kind=view&relation=self&name=Li&contact=at+the+office&text=what+is+kept+of+me")
        }
        ("POST", "/waiting") => "dialect=frigate&publisher=yard&what=none".to_owned(),
        ("POST", "/enable") => in_own("plugin=trace"),
        ("POST", path) if path.starts_with("/classes/") => "to=non-public".to_owned(),
        ("POST", path) if path.starts_with("/cases/") => "revision=1&note=x".to_owned(),
        ("POST", _) => "reason=a+reason&words=in+writing".to_owned(),
        _ => String::new(),
    }
}

/// TEN-1: a page without a line in the table, and a line without its page, fail.
#[tokio::test]
async fn each_page_lets_in_the_roles_of_the_reviewed_table_and_no_other() {
    let mut county = county().await;
    let table = table(&county).await;
    table.assert_is_what_comes(&mut county).await;
}

/// ID-13: a missing role never means "allowed".
#[tokio::test]
async fn who_lost_every_role_is_let_in_to_no_page() {
    let mut county = county().await;
    let table = table(&county).await;
    table.assert_lets_in_nobody_without_a_role(&mut county).await;
}

/// ID-13: a check that is taken out of any one page is seen.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "how many pages there were is asked for")]
async fn with_the_check_of_any_one_page_taken_out_the_table_sees_it() {
    let mut county = county().await;
    let table = table(&county).await;
    let seen = table.assert_sees_each_check_taken_out(&mut county).await;
    println!("{seen} pages, each seen with its check taken out");
    assert!(seen > 70, "{seen}");
}

/// ID-13, the part of it that is pages.
#[test]
fn the_table_of_pages_lets_nobody_in_from_beside() {
    assert_lets_nobody_in_from_beside(TABLE);
}

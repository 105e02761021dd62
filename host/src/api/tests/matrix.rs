//! What comes of each route of the API and of Open311, for each role, by where the role is held: compared with a table that
//! people review.

use axum::body::Body;
use axum::http::Request;
use axum::http::header;

use super::county::County;
use super::county::OWN;
use super::county::Route;
use super::county::VILLAGE;
use super::county::routes;
use super::sent::request;
use super::table::Table;
use super::table::assert_lets_nobody_in_from_beside;
use super::table::routes_of;
use crate::api::open311;

const TABLE: &str = include_str!("../matrix.txt");

/// Who one is, and one's own end: for these it is enough to be somebody.
const ASKS_NOTHING: &[(&str, &str)] = &[("GET", "/account"), ("DELETE", "/sessions/current")];

async fn table(county: &County) -> Table {
    let listed = open311::routes().into_iter().map(|(path, methods)| (format!("{}{path}", open311::PREFIX), methods));
    let mut routes = routes();
    routes.extend(routes_of(county, &county.router, sent, listed.collect()).await);
    Table {
        file: "host/src/api/matrix.txt",
        text: TABLE,
        routes,
        asks_nothing: ASKS_NOTHING,
        router: county.router.clone(),
        sent,
    }
}

/// What is sent as who has a key, to the API or to Open311.
fn sent(county: &County, route: &Route, key: &str) -> Request<Body> {
    if !route.path.starts_with(open311::PREFIX) {
        return request(key, route, &county.path(route, OWN, true), OWN);
    }
    let path = county.filled(route, OWN, true);
    let asked = format!("jurisdiction_id={OWN}&service_code=none:1&address_id={VILLAGE}");
    let (uri, form) = match route.method.as_str() {
        "GET" => (format!("{path}?{asked}"), String::new()),
        _ => (path, asked),
    };
    let mut request = Request::builder()
        .method(route.method.as_str())
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if !key.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    request.body(Body::from(form)).unwrap()
}

/// TEN-1: a route without a line in the table, and a line without its route, fail.
#[tokio::test]
async fn each_route_lets_in_the_roles_of_the_reviewed_table_and_no_other() {
    let mut county = County::new().await;
    let table = table(&county).await;
    table.assert_is_what_comes(&mut county).await;
}

/// ID-13: a missing role never means "allowed".
#[tokio::test]
async fn who_lost_every_role_is_let_in_nowhere() {
    let mut county = County::new().await;
    let table = table(&county).await;
    table.assert_lets_in_nobody_without_a_role(&mut county).await;
}

/// ID-13: a check that is taken out of any one route is seen.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "how many routes there were is asked for")]
async fn with_the_check_of_any_one_route_taken_out_the_table_sees_it() {
    let mut county = County::new().await;
    let table = table(&county).await;
    let seen = table.assert_sees_each_check_taken_out(&mut county).await;
    println!("{seen} routes, each seen with its check taken out");
    assert!(seen > 70, "{seen}");
}

/// ID-13, the part of it that is HTTP: see also `every_operation_but_health_needs_a_token`.
#[test]
fn the_table_lets_nobody_in_from_beside() {
    assert_lets_nobody_in_from_beside(TABLE);
}

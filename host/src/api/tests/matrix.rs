//! What comes of each route, for each role, by where the role is held: compared with a table that people review.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;
use xl_model::people::role::Role;

use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
use super::county::Route;
use super::county::VILLAGE;
use super::county::routes;
use crate::api::problem::Problem;
use crate::api::problem::code;

const TABLE: &str = include_str!("../matrix.txt");

/// Where a role is held, seen from the township whose things are asked for; what is beside and below comes first, while
/// everything is still there.
const PLACES: [(&str, &str); 5] =
    [("beside", BESIDE), ("below", VILLAGE), ("own", OWN), ("above", "371122"), ("hub", "*")];

/// `x`: it was let in · `.`: its roles there do not allow it (403) · `-`: for it the thing does not exist (404).
fn mark(response: &Response) -> char {
    let problem = response.extensions().get::<Problem>();
    match (response.status(), problem) {
        (StatusCode::UNAUTHORIZED, _) => '!',
        (_, Some(problem)) if problem.is_withheld => '-',
        (StatusCode::FORBIDDEN, Some(problem)) if problem.code == code::NOT_ALLOWED => '.',
        _ => 'x',
    }
}

/// A key of each role at each place, in the order of the table's columns; nothing where a role is not held.
async fn keys(county: &County) -> Vec<Option<String>> {
    let mut keys = Vec::new();
    for (place, reach) in PLACES {
        for role in Role::ALL {
            let role_at = format!("{}@{reach}", role.word());
            let key = match role.fits(&reach.parse().unwrap()) {
                true => Some(county.key(&format!("{}-{place}", role.word()), &role_at).await.1),
                false => None,
            };
            keys.push(key);
        }
    }
    keys
}

/// A key whose owner lost every role.
async fn without_roles(county: &County) -> String {
    let (_, key) = county.key("nobody", &format!("viewer@{OWN}")).await;
    county.site.state.people().set_roles(&county.admin, &"nobody".parse().unwrap(), Vec::new()).await.unwrap();
    key
}

/// TEN-1: a route without a line in the table, and a line without its route, fail.
#[tokio::test]
async fn each_route_lets_in_the_roles_of_the_reviewed_table_and_no_other() {
    let mut county = County::new().await;
    let keys = keys(&county).await;
    let header: String =
        TABLE.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let mut found = header;
    for route in routes() {
        if route.is_open {
            let _ = writeln!(found, "{:7}{:67}everybody", route.method, route.path);
            continue;
        }
        let mut marks = String::new();
        for (number, key) in keys.iter().enumerate() {
            if number % Role::ALL.len() == 0 {
                county.mend(OWN).await;
                marks.push_str("  ");
            }
            marks.push(match key {
                None => ' ',
                Some(key) => {
                    let path = county.path(&route, OWN, true);
                    mark(&county.ask(key, &route, &path, OWN).await)
                }
            });
        }
        let _ = writeln!(found, "{:7}{:65}{}", route.method, route.path, marks.trim_end());
    }
    let differing = found.lines().zip(TABLE.lines()).find(|(found, table)| found != table);
    assert!(
        found == TABLE,
        "host/src/api/matrix.txt does not say what happens, first at {differing:#?}; it is\n{found}"
    );
}

/// What each column of the table says of a route.
fn told(route: &Route) -> Vec<char> {
    let begins = format!("{:7}{:65}", route.method, route.path);
    let line = TABLE.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("no line for {route:?}"));
    let columns = Role::ALL.len();
    let marks: Vec<char> = line.chars().skip(begins.len()).collect();
    let mark = |number: usize| marks.get((number / columns) * (columns + 2) + 2 + number % columns).copied();
    (0..PLACES.len() * columns).map(|number| mark(number).unwrap_or(' ')).collect()
}

/// ID-13: a missing role never means "allowed".
#[tokio::test]
async fn who_lost_every_role_is_let_in_nowhere() {
    let mut county = County::new().await;
    let key = without_roles(&county).await;
    county.mend(OWN).await;
    for route in routes().into_iter().filter(|route| !route.is_open && !asks_nothing(route)) {
        let path = county.path(&route, OWN, true);
        let mark = mark(&county.ask(&key, &route, &path, OWN).await);
        assert!(matches!(mark, '.' | '-'), "{route:?}: {mark}");
    }
}

/// Who one is, and one's own end: for these it is enough to be somebody.
fn asks_nothing(route: &Route) -> bool {
    [("GET", "/account"), ("DELETE", "/sessions/current")].contains(&(&route.method, &route.path))
}

/// That the table can see: with what one route asks taken out, somebody is let in of whom the table says that he is not.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "how many routes there were is asked for")]
async fn with_the_check_of_any_one_route_taken_out_the_table_sees_it() {
    let mut county = County::new().await;
    let mut keys = keys(&county).await;
    keys.push(Some(without_roles(&county).await));
    let (mut seen, mut blind) = (0, Vec::new());
    for route in routes().into_iter().filter(|route| !route.is_open && !asks_nothing(route)) {
        // Who lost every role is let in nowhere, says the test above.
        let refused = told(&route).into_iter().chain(['.']).zip(&keys).filter(|(told, _)| matches!(told, '.' | '-'));
        let mut is_seen = false;
        for key in refused.filter_map(|(_, key)| key.as_ref()) {
            county.mend(OWN).await;
            let path = county.path(&route, OWN, true);
            is_seen = mark(&county.ask_unasked(key, &route, &path, OWN).await) == 'x';
            if is_seen {
                break;
            }
        }
        match is_seen {
            true => seen += 1,
            false => blind.push(route),
        }
    }
    println!("{seen} routes, each seen with its check taken out");
    assert!(blind.is_empty(), "nothing fails when these do not ask: {blind:#?}");
    assert!(seen > 70, "{seen}");
}

/// ID-13, the part of it that is HTTP: see also `every_operation_but_health_needs_a_token`.
#[test]
fn the_table_lets_nobody_in_from_beside() {
    for line in TABLE.lines().filter(|line| !line.starts_with('#') && line.contains("{township}")) {
        let beside: String = line.chars().skip(74).take(Role::ALL.len()).collect();
        assert!(beside.chars().all(|mark| matches!(mark, '-' | ' ')), "{line}");
    }
}

//! What comes of each route, for each role, by where the role is held: compared with a table that people review.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;
use xl_model::people::role::Role;

use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
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

/// TEN-1: a route without a line in the table, and a line without its route, fail.
#[tokio::test]
async fn each_route_lets_in_the_roles_of_the_reviewed_table_and_no_other() {
    let mut county = County::new().await;
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

/// ID-13, the part of it that is HTTP: see also `every_operation_but_health_needs_a_token`.
#[test]
fn the_table_lets_nobody_in_from_beside() {
    for line in TABLE.lines().filter(|line| !line.starts_with('#') && line.contains("{township}")) {
        let beside: String = line.chars().skip(74).take(Role::ALL.len()).collect();
        assert!(beside.chars().all(|mark| matches!(mark, '-' | ' ')), "{line}");
    }
}

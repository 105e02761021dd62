//! The form of the tables that say what comes of each route, for each role, by where the role is held. Filled anew they
//! come out as people reviewed them; with the question of any one route taken out they do not.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Response;
use axum::routing::MethodRouter;
use tower::ServiceExt as _;
use xl_model::people::role::Role;

use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
use super::county::Route;
use super::county::VILLAGE;
use crate::api::authority::Unasked;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Where a role is held, seen from the township whose things are asked for; what is beside and below comes first, while
/// everything is still there.
const PLACES: [(&str, &str); 5] =
    [("beside", BESIDE), ("below", VILLAGE), ("own", OWN), ("above", "371122"), ("hub", "*")];

/// What is sent to a route, about [`OWN`], as who has a key; where that is empty, as nobody.
pub(crate) type Sent = fn(&County, &Route, &str) -> Request<Body>;

/// A table, and whom to ask.
pub(crate) struct Table {
    /// Its file, from the root of the repository.
    pub(crate) file: &'static str,
    /// What stands there.
    pub(crate) text: &'static str,
    /// What has to stand there.
    pub(crate) routes: Vec<Route>,
    /// Methods and paths for which it is enough to be somebody.
    pub(crate) asks_nothing: &'static [(&'static str, &'static str)],
    /// Who answers.
    pub(crate) router: Router,
    /// What he is sent.
    pub(crate) sent: Sent,
}

impl Table {
    /// Fills it anew: a route without its line, a line without its route, and any other mark fail.
    pub(crate) async fn assert_is_what_comes(&self, county: &mut County) {
        let keys = keys(county).await;
        let header: String =
            self.text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        let mut found = header;
        for route in &self.routes {
            let marks = if route.is_open { "  everybody".to_owned() } else { self.marks(county, &keys, route).await };
            let _ = writeln!(found, "{}{marks}", begin(route));
        }
        let (written, comes) = (lines(self.text), lines(&found));
        let missing: Vec<_> = comes.difference(&written).collect();
        let wrong: Vec<_> = written.difference(&comes).collect();
        assert!(
            found == self.text,
            "{} does not say what happens. It lacks {missing:#?}\nIt says wrongly {wrong:#?}\nReviewed, it is\n{found}",
            self.file
        );
    }

    /// ID-13: a missing role never means "allowed".
    pub(crate) async fn assert_lets_in_nobody_without_a_role(&self, county: &mut County) {
        let key = without_roles(county).await;
        county.mend(OWN).await;
        for route in self.asking() {
            let mark = mark(&self.answer((self.sent)(county, route, &key)).await);
            assert!(matches!(mark, '.' | '-'), "{route:?}: {mark}");
        }
    }

    /// That it can see: with what one route asks taken out, somebody is let in of whom it says that he is not. Gives how
    /// many routes there were.
    pub(crate) async fn assert_sees_each_check_taken_out(&self, county: &mut County) -> usize {
        let mut keys = keys(county).await;
        keys.push(Some(without_roles(county).await));
        let (mut seen, mut blind) = (0, Vec::new());
        for route in self.asking() {
            // Who lost every role is let in nowhere, says the assertion above.
            let refused = self.told(route).into_iter().chain(['.']).zip(&keys);
            let refused = refused.filter(|(told, _)| matches!(told, '.' | '-')).filter_map(|(_, key)| key.as_ref());
            let mut is_seen = false;
            for key in refused {
                county.mend(OWN).await;
                let mut request = (self.sent)(county, route, key);
                request.extensions_mut().insert(Unasked);
                is_seen = mark(&self.answer(request).await) == 'x';
                if is_seen {
                    break;
                }
            }
            match is_seen {
                true => seen += 1,
                false => blind.push(route),
            }
        }
        assert!(blind.is_empty(), "nothing fails when these do not ask: {blind:#?}");
        seen
    }

    /// The routes that ask what somebody may.
    fn asking(&self) -> impl Iterator<Item = &Route> {
        let asks = move |route: &&Route| !self.asks_nothing.contains(&(route.method.as_str(), route.path.as_str()));
        self.routes.iter().filter(|route| !route.is_open).filter(asks)
    }

    /// What comes of a route, by the columns of the table.
    async fn marks(&self, county: &mut County, keys: &[Option<String>], route: &Route) -> String {
        let mut marks = String::new();
        for (number, key) in keys.iter().enumerate() {
            if number % Role::ALL.len() == 0 {
                county.mend(OWN).await;
                marks.push_str("  ");
            }
            marks.push(match key {
                None => ' ',
                Some(key) => mark(&self.answer((self.sent)(county, route, key)).await),
            });
        }
        marks.trim_end().to_owned()
    }

    /// What each column of the table says of a route.
    fn told(&self, route: &Route) -> Vec<char> {
        let begin = begin(route);
        let line = self.text.lines().find_map(|line| line.strip_prefix(begin.as_str()));
        let line = line.unwrap_or_else(|| panic!("{} has no line for {} {}", self.file, route.method, route.path));
        let (marks, columns): (Vec<char>, usize) = (line.chars().collect(), Role::ALL.len());
        let mark = |number: usize| marks.get((number / columns) * (columns + 2) + 2 + number % columns).copied();
        (0..PLACES.len() * columns).map(|number| mark(number).unwrap_or(' ')).collect()
    }

    async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// Nobody is let in from the township beside to what lies in one.
pub(crate) fn assert_lets_nobody_in_from_beside(text: &str) {
    let in_a_township = |line: &&str| ["{township}", "{case}", "{request}"].iter().any(|part| line.contains(part));
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).filter(in_a_township).collect();
    assert!(rows.len() > 20, "{rows:#?}");
    for row in rows {
        let beside: String = row.chars().skip(74).take(Role::ALL.len()).collect();
        assert!(beside.chars().all(|mark| matches!(mark, '-' | ' ')), "{row}");
    }
}

/// The routes of a reviewed table.
pub(crate) fn routes_in(text: &str) -> Vec<Route> {
    let route = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        Route { path, method, is_open: line.ends_with("everybody") }
    };
    text.lines().filter(|line| !line.starts_with('#')).map(route).collect()
}

/// The routes of a list with their methods. It says of none whether it is open: that is found out by asking without a key.
pub(crate) async fn routes_of(
    county: &County,
    router: &Router,
    sent: Sent,
    listed: Vec<(String, MethodRouter<ApiState>)>,
) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, methods) in listed {
        for method in methods_of(methods, &county.site.state).await {
            let mut route = Route { path: path.clone(), method, is_open: false };
            let response = router.clone().oneshot(sent(county, &route, "")).await.unwrap();
            route.is_open = mark(&response) != '!';
            routes.push(route);
        }
    }
    routes.sort();
    routes
}

/// The methods that a route takes, as it tells whoever asks with one that is none; HEAD is GET.
async fn methods_of(methods: MethodRouter<ApiState>, state: &ApiState) -> Vec<String> {
    let route: MethodRouter = methods.with_state(state.clone());
    let response = route.oneshot(Request::builder().method("NONE").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    let allowed = response.headers()[header::ALLOW].to_str().unwrap();
    allowed.split(',').filter(|method| *method != "HEAD").map(str::to_owned).collect()
}

/// `x`: it was let in · `.`: its roles there do not allow it (403) · `-`: for it the thing does not exist (404) · `!`: nobody
/// is let in without a key.
fn mark(response: &Response) -> char {
    match response.extensions().get::<Problem>() {
        Some(problem) if problem.status == StatusCode::UNAUTHORIZED => '!',
        Some(problem) if problem.is_withheld => '-',
        Some(problem) if problem.status == StatusCode::FORBIDDEN && problem.code == code::NOT_ALLOWED => '.',
        _ => 'x',
    }
}

/// How the line of a route begins: everything but its marks.
fn begin(route: &Route) -> String {
    format!("{:7}{:65}", route.method, route.path)
}

/// The lines of a table without its header.
fn lines(text: &str) -> BTreeSet<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
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

#[test]
fn only_a_missing_role_and_a_thing_that_is_withheld_count_as_refused() {
    let problem = |status, code, is_withheld| Problem { is_withheld, ..Problem::new(status, code) }.into_response();
    for (response, expected) in [
        (Response::new(Body::empty()), 'x'),
        (problem(StatusCode::UNAUTHORIZED, code::NO_IDENTITY, false), '!'),
        (problem(StatusCode::FORBIDDEN, code::NOT_ALLOWED, false), '.'),
        (problem(StatusCode::FORBIDDEN, code::FOREIGN_ORIGIN, false), 'x'),
        (problem(StatusCode::NOT_FOUND, code::NOT_THERE, true), '-'),
        (problem(StatusCode::NOT_FOUND, code::NOT_THERE, false), 'x'),
    ] {
        assert_eq!(mark(&response), expected, "{response:?}");
    }
}

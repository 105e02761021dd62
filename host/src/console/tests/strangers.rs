//! What people of one township find out about another one, over pages, API and Open311: nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::site;
use crate::api::testing::ask;
use crate::api::tests::asked::Shown;
use crate::api::tests::asked::blotted;
use crate::api::tests::asked::names;
use crate::api::tests::county::BESIDE;
use crate::api::tests::county::County;
use crate::api::tests::county::OWN;
use crate::api::tests::county::Route;
use crate::api::tests::county::canary;
use crate::api::tests::lists::assert_hold_ones_own_only;
use crate::api::tests::strangers::NOWHERE;
use crate::api::tests::strangers::ROLES;
use crate::api::tests::strangers::about_townships;
use crate::api::tests::strangers::assert_mixed_paths_lead_nowhere;
use crate::api::tests::strangers::to_programs;
use crate::api::tests::table::routes_in;

const PAGES: &str = include_str!("../matrix.txt");
const PROGRAMS: &str = include_str!("../../api/matrix.txt");

/// Attempts, each by somebody and at something that was drawn.
const ATTEMPTS: usize = 100_000;

/// So many are made by the same people: who fails more often is made to wait.
const OF_THE_SAME: usize = 4_000;

/// Of ten attempts these are at the API, at pages and at Open311.
const SHARES: [usize; 10] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2];

/// Something of the township beside, and the same of one that nobody has heard of.
struct Sought {
    route: Route,
    beside: String,
    nowhere: String,
    names: Vec<String>,
    sent: fn(&Route, &str, &str) -> Request<Body>,
}

impl Sought {
    fn new(
        route: Route,
        sent: fn(&Route, &str, &str) -> Request<Body>,
        path: impl Fn(&Route, &str, bool) -> String,
    ) -> Self {
        let (beside, nowhere) = (path(&route, BESIDE, true), path(&route, NOWHERE, false));
        let names = names(&route, &[&beside, &nowhere]);
        Self { route, beside, nowhere, names, sent }
    }

    /// What somebody is answered, without the names that he chose himself.
    async fn answer(&self, router: &Router, who: &Shown, township: &str) -> (u16, String) {
        let path = if township == BESIDE { &self.beside } else { &self.nowhere };
        let answer = ask(router, who.on((self.sent)(&self.route, path, township))).await;
        assert!(!answer.text.contains(&canary(BESIDE)), "{:?}: {}", self.route, answer.text);
        (answer.status.as_u16(), blotted(&answer.text, &self.names).replace(township, "~"))
    }
}

/// What a browser sends to a page or from its form.
fn to_pages(route: &Route, path: &str, _: &str) -> Request<Body> {
    let form = match (route.method.as_str(), route.path.as_str()) {
        ("GET", _) => "",
        (_, path) if path.starts_with("/classes/") => "to=non-public",
        (_, path) if path.starts_with("/cases/") => "revision=1&note=x",
        _ => "reason=a+reason&words=in+writing",
    };
    Request::builder()
        .method(route.method.as_str())
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap()
}

/// Pages and forms that are not open and have a value in their path.
fn pages() -> impl Iterator<Item = Route> {
    routes_in(PAGES).into_iter().filter(|route| !route.is_open && route.path.contains('{'))
}

/// What can be asked about the township beside: over the API, at pages and over Open311.
fn sought(county: &County) -> [Vec<Sought>; 3] {
    let path = |route: &Route, township: &str, known: bool| county.path(route, township, known);
    let filled = |route: &Route, township: &str, known: bool| county.filled(route, township, known);
    let at_pages = pages().filter(|route| filled(route, BESIDE, true).contains(BESIDE));
    let reports = routes_in(PROGRAMS).into_iter().filter(|route| route.path.starts_with("/open311/") && !route.is_open);
    let sought = [
        about_townships(county).into_iter().map(|route| Sought::new(route, to_programs, path)).collect::<Vec<_>>(),
        at_pages.map(|route| Sought::new(route, to_pages, filled)).collect(),
        reports.map(|route| Sought::new(route, to_programs, path)).collect(),
    ];
    let found = sought.each_ref().map(Vec::len);
    assert!(found[0] > 40 && found[1] > 60 && found[2] >= 5, "{found:?}");
    sought
}

/// Somebody of each role with a key, and one with a session.
async fn everybody(county: &County, round: usize) -> Vec<Shown> {
    let mut people = Vec::new();
    for role in ROLES {
        let held = format!("{role}@{OWN}");
        people.push(Shown::Key(county.key(&format!("{role}-{round}"), &held).await.1));
        people.push(county.session(&format!("{role}-in-person-{round}"), &held).await);
    }
    people
}

/// TEN-3, and TEN-1's second half: the answer is that for what does not exist, word for word.
#[tokio::test]
async fn of_a_hundred_thousand_attempts_at_another_township_none_succeeds_or_tells_anything() {
    let county = County::new().await;
    let router = site(county.site.state.clone());
    let sought = sought(&county);

    let mut draw = StdRng::seed_from_u64(1); // The same in each run.
    let mut nothing: HashMap<(usize, usize, usize), (u16, String)> = HashMap::new();
    let mut people = Vec::new();
    for attempt in 0..ATTEMPTS {
        if attempt % OF_THE_SAME == 0 {
            people = everybody(&county, attempt / OF_THE_SAME).await;
            // What says the time says another one by now.
            nothing.clear();
        }
        let way = SHARES[draw.random_range(0..SHARES.len())];
        let (who, what) = (draw.random_range(0..people.len()), draw.random_range(0..sought[way].len()));
        let thing = &sought[way][what];
        let found = thing.answer(&router, &people[who], BESIDE).await;
        if let Entry::Vacant(entry) = nothing.entry((way, who, what)) {
            entry.insert(thing.answer(&router, &people[who], NOWHERE).await);
        }
        assert_eq!(&found, &nothing[&(way, who, what)], "attempt {attempt}: {who} at {:?}", thing.route);
        let refusals: &[u16] = match way {
            // A list that is asked for a township is empty.
            0 => &[200, 403, 404],
            1 => &[403, 404],
            // Open311 takes no session.
            _ => &[401, 403, 404],
        };
        assert!(refusals.contains(&found.0), "{:?}: {found:?}", thing.route);
    }
    let all: usize = sought.iter().map(|things| things.len() * people.len()).sum();
    assert!(nothing.len() > all / 2, "most were drawn: {} of {all}", nothing.len());
}

/// TEN-5 for pages and forms: an id of another township under one's own path is nothing.
#[tokio::test]
async fn a_page_that_mixes_ones_own_township_with_foreign_ids_does_not_exist() {
    let county = County::new().await;
    let router = site(county.site.state.clone());
    let tried = assert_mixed_paths_lead_nowhere(&county, &router, pages(), County::filled, to_pages).await;
    assert!(tried > 25, "{tried}");
}

/// Pages that show no word of their township either, and why.
const WITHOUT: [(&str, &str); 18] = [
    ("/account", "who looks"),
    ("/audit", "for auditors"),
    ("/cameras/import", "an empty form"),
    ("/cameras/new", "an empty form"),
    ("/cameras/onvif", "an empty form"),
    ("/cases/new", "an empty form"),
    ("/classes", "nobody wants another class"),
    ("/duties", "dates by kind of duty"),
    ("/enable", "an empty form"),
    ("/errors", "the manual"),
    ("/figures", "numbers"),
    ("/looks", "nobody has looked"),
    ("/places", "public codes and names"),
    ("/plugins", "of the hub"),
    ("/requests", "what people wrote is sealed"),
    ("/requests/new", "an empty form"),
    ("/status", "no camera has been heard"),
    ("/waiting", "of the hub"),
];

/// TEN-2 for pages.
#[tokio::test]
async fn no_page_that_lists_holds_a_word_of_the_township_beside() {
    let county = County::new().await;
    let router = site(county.site.state.clone());
    let sent =
        |page: &Route, key: &str| Shown::Key(key.to_owned()).on(to_pages(page, &county.filled(page, OWN, true), OWN));
    assert_hold_ones_own_only(&county, &router, PAGES, &WITHOUT, sent).await;
}

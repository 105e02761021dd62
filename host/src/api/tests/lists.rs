//! Every list of both tables, as people of one township read it: nothing in it is of the township beside.

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::http::Request;
use tower::ServiceExt as _;

use super::county::BESIDE;
use super::county::County;
use super::county::OWN;
use super::county::Route;
use super::county::canary;
use super::message;
use super::sent::request;
use super::table::routes_in;

const TABLE: &str = include_str!("../matrix.txt");

/// Lists that hold no word of their township either, and why.
const WITHOUT: [(&str, &str); 25] = [
    ("/account", "who asks"),
    ("/audit", "for auditors"),
    ("/cases/figures", "numbers"),
    ("/class-wishes", "nobody wants another class"),
    ("/duties", "dates by kind of duty"),
    ("/errors", "the manual"),
    ("/keys", "not for a key"),
    ("/kpis", "numbers"),
    ("/kpis/export", "numbers"),
    ("/looks", "nobody has looked"),
    ("/metrics", "of the hub"),
    ("/modules", "their plugins and how they run"),
    ("/online-rate", "numbers"),
    ("/open311/v2/requests.json", "cases without what people wrote"),
    ("/open311/v2/requests.xml", "cases without what people wrote"),
    ("/openapi.json", "the description"),
    ("/places", "public codes and names"),
    ("/plugins", "of the hub"),
    ("/purposes", "the manual"),
    ("/requests", "what people wrote is sealed"),
    ("/retention/runs", "none has run"),
    ("/sessions", "not for a key"),
    ("/status/cameras", "no camera has been heard"),
    ("/townships", "codes and numbers"),
    ("/waiting", "of the hub"),
];

/// Asks each list of a table for which nothing stands in the path, as who operates and who administers the township. None may
/// hold a word of the township beside, and each but those `without` holds one of its own, so that a list that shows nothing
/// is seen.
pub(crate) async fn assert_hold_ones_own_only(
    county: &County,
    router: &Router,
    table: &str,
    without: &[(&str, &str)],
    sent: impl Fn(&Route, &str) -> Request<Body>,
) {
    let mut keys = Vec::new();
    for role in ["operator", "township-admin"] {
        keys.push(county.key(role, &format!("{role}@{OWN}")).await.1);
    }
    let is_list = |route: &Route| route.method == "GET" && !route.is_open && !route.path.contains('{');
    let lists: Vec<Route> = routes_in(table).into_iter().filter(is_list).collect();
    let unknown = without.iter().find(|(path, _)| !lists.iter().any(|list| list.path == *path));
    assert!(lists.len() > without.len() && unknown.is_none(), "{unknown:?} of {lists:#?}");
    for list in lists {
        let mut holds_own = false;
        for key in &keys {
            let text = read(router, &list, sent(&list, key)).await;
            assert!(!text.contains(&canary(BESIDE)), "{}: {text}", list.path);
            holds_own |= text.contains(&canary(OWN));
        }
        let is_without = without.iter().any(|(path, _)| list.path == *path);
        assert!(holds_own || is_without, "nothing of one's own would be missed in {}", list.path);
    }
}

/// What is answered; of the feed, which goes on for ever, its first event.
async fn read(router: &Router, list: &Route, request: Request<Body>) -> String {
    let response = router.clone().oneshot(request).await.unwrap();
    assert!(!response.status().is_server_error(), "{}", list.path);
    if list.path == "/events/feed" {
        return message(&mut response.into_body().into_data_stream()).await.unwrap();
    }
    let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// TEN-2 for the API and Open311.
#[tokio::test]
async fn no_list_of_the_api_holds_a_word_of_the_township_beside() {
    let county = County::new().await;
    let sent = |list: &Route, key: &str| {
        let path = county.path(list, OWN, true);
        let begins = if list.path == "/events/feed" { "&after=0&kind=camera.picture" } else { "" };
        request(key, list, &format!("{path}{begins}"), OWN)
    };
    assert_hold_ones_own_only(&county, &county.router, TABLE, &WITHOUT, sent).await;
}

//! Who asks, and what he can tell apart of what he is answered.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::Request;
use axum::http::header;

use super::county::Route;

/// What somebody shows.
pub(crate) enum Shown {
    /// An API key.
    Key(String),
    /// The cookie of a session, as a browser sends it back.
    Session(String),
}

impl Shown {
    /// A request that shows it, and nothing else.
    pub(crate) fn on(&self, mut request: Request<Body>) -> Request<Body> {
        let headers = request.headers_mut();
        headers.remove(header::AUTHORIZATION);
        match self {
            Self::Key(key) => {
                headers.insert(header::AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
            }
            Self::Session(cookie) => {
                headers.insert(header::COOKIE, cookie.parse().unwrap());
                headers.insert(header::HOST, HeaderValue::from_static("hub.example.cn"));
                headers.insert(header::ORIGIN, HeaderValue::from_static("http://hub.example.cn"));
            }
        }
        request
    }
}

/// What whoever asks at one of these paths chose himself, longest first: the paths, and what stands in them for a `{…}`.
pub(crate) fn names(route: &Route, paths: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for &path in paths {
        let (asked, _) = path.split_once('?').unwrap_or((path, ""));
        let values = route.path.split('/').zip(asked.trim_start_matches("/api/v1").split('/'));
        for (_, value) in values.filter(|(part, _)| part.contains('{')) {
            // A value may have an ending that says a form.
            let (stem, _) = value.split_once('.').unwrap_or((value, ""));
            names.extend([value.to_owned(), stem.to_owned()]);
        }
        names.push(asked.to_owned());
    }
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// A text in which these names are blotted out, wherever one stands as a whole.
pub(crate) fn blotted(text: &str, names: &[String]) -> String {
    names.iter().fold(text.to_owned(), |text, name| {
        let (mut left, mut done) = (String::with_capacity(text.len()), 0);
        for (at, _) in text.match_indices(name.as_str()) {
            let end = at + name.len();
            let is_part = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
                || text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
            left.push_str(&text[done..at]);
            left.push_str(if is_part { name.as_str() } else { "~" });
            done = end;
        }
        left + &text[done..]
    })
}

#[test]
fn only_what_was_asked_for_is_blotted_out() {
    let route = Route { path: "/holds/{township}/{number}".to_owned(), method: "GET".to_owned(), is_open: false };
    let names = names(&route, &["/api/v1/holds/371122103/2?x=1", "/api/v1/holds/371122103/999"]);
    let told = "no hold `2` or 371122103-999 at /api/v1/holds/371122103/2, in 22 places of 3711221032";
    assert_eq!(blotted(told, &names), "no hold `~` or ~-~ at ~, in 22 places of 3711221032");
    assert_eq!(blotted("holds", &names), "holds");
}

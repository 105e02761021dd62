//! Which action each page asks for, and that a page that no longer asked would be seen.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header;
use xl_model::people::action::Action;
use xl_model::people::role::Role;

use super::HOST;
use super::routes;
use super::site;
use crate::api::authority::Unasked;
use crate::api::testing::TestSite;
use crate::api::testing::ask;

/// Method, path, the action, and the form that is sent; nothing for an action: what is one's own, which no key changes.
const PAGES: &[(&str, &str, Option<Action>, &str)] = &[
    ("POST", "/account/key", None, "title=x"),
    ("GET", "/accounts", Some(Action::ReadPeople), ""),
    ("POST", "/accounts", Some(Action::EditPeople), "name=x"),
    ("POST", "/accounts/nobody-here/disable", Some(Action::EditPeople), "a=b"),
    ("GET", "/cameras", Some(Action::ReadCameras), ""),
    ("GET", "/cameras/new", Some(Action::EditCameras), ""),
    ("POST", "/cameras/new/save", Some(Action::EditCameras), "township=371122102&camera=x"),
    ("GET", "/cameras/import", Some(Action::EditCameras), ""),
    ("POST", "/cameras/import/table", Some(Action::EditCameras), "--x--\r\n"),
    ("GET", "/cameras/onvif", Some(Action::SearchCameras), ""),
    ("POST", "/cameras/onvif/probe", Some(Action::SearchCameras), "host=no+host&port=80&user=&password="),
    ("GET", "/cameras/onvif/00000000-0000-4000-8000-000000000000", Some(Action::SearchCameras), ""),
    ("POST", "/cameras/onvif/00000000-0000-4000-8000-000000000000/save", Some(Action::SearchCameras), "a=b"),
    ("GET", "/cameras/371122102/gh-1", Some(Action::ReadCameras), ""),
    ("POST", "/cameras/371122102/gh-1/forget", Some(Action::EditCameras), "a=b"),
    ("POST", "/cameras/371122102/gh-1/probe", Some(Action::ProbeCameras), "a=b"),
    ("GET", "/places", Some(Action::ReadPlaces), ""),
    ("GET", "/status", Some(Action::ReadStatus), ""),
    ("GET", "/duties", Some(Action::ReadCameras), ""),
    ("GET", "/classes", Some(Action::EditCameras), ""),
    ("POST", "/classes/371122102/gh-1/approve", Some(Action::ApproveRequests), "to=non-public"),
    ("POST", "/classes/371122102/gh-1/refuse", Some(Action::EditCameras), "to=non-public"),
    ("GET", "/holds", Some(Action::ReadHolds), ""),
    ("POST", "/holds", Some(Action::EditHolds), "township=371122102&document=x&reason=a+reason"),
    ("POST", "/holds/371122102/1/lift", Some(Action::EditHolds), "reason=a+reason"),
    ("GET", "/exports", Some(Action::ReadExports), ""),
    (
        "POST",
        "/exports",
        Some(Action::AskExports),
        "township=371122102&cameras=gh-1&from=2026-11-23T08:00&to=2026-11-23T09:00",
    ),
    ("GET", "/exports/371122102/1/package", Some(Action::AskExports), ""),
    ("POST", "/exports/371122102/1/approve", Some(Action::ApproveRequests), "words="),
    ("POST", "/exports/371122102/1/refuse", Some(Action::ApproveRequests), "words=no+basis"),
    ("POST", "/exports/371122102/1/receipt", Some(Action::AskExports), "words=destroyed"),
    ("GET", "/requests", Some(Action::ReadRequests), ""),
    ("GET", "/requests/new", Some(Action::HandleRequests), ""),
    ("POST", "/requests/new", Some(Action::HandleRequests), "kind=view"),
    ("GET", "/requests/371122102/0000000000", Some(Action::ReadRequests), ""),
    ("POST", "/requests/371122102/0000000000/open", Some(Action::HandleRequests), "reason=a+reason"),
    ("POST", "/requests/371122102/0000000000/check", Some(Action::HandleRequests), "words="),
    ("GET", "/cases", Some(Action::ReadCases), ""),
    ("GET", "/cases/new", Some(Action::ReportCases), ""),
    ("POST", "/cases/new", Some(Action::ReportCases), "township=371122102"),
    ("GET", "/cases/371122102-2026-000999", Some(Action::ReadCases), ""),
    ("POST", "/cases/371122102-2026-000999/file", Some(Action::FileCases), "revision=1"),
    ("GET", "/enable", Some(Action::EditModules), ""),
    ("POST", "/enable", Some(Action::EditModules), "plugin=none"),
    ("GET", "/plugins", Some(Action::ReadPlugins), ""),
    ("GET", "/audit", Some(Action::ReadAudit), ""),
    ("GET", "/looks", Some(Action::ReadLooks), ""),
    ("GET", "/waiting", Some(Action::DecideWaiting), ""),
    ("POST", "/waiting", Some(Action::DecideWaiting), "dialect=frigate&publisher=yard&what=none&camera=&name=&place="),
    ("GET", "/figures", Some(Action::ReadStatus), ""),
    ("GET", "/events", Some(Action::ReadEvents), ""),
    (
        "GET",
        "/pictures/371122102/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        Some(Action::ReadPictures),
        "",
    ),
    ("GET", "/modules/371122102/trace", Some(Action::ReadModuleCare), ""),
    ("GET", "/modules/371122102/trace/batch", Some(Action::ReadPages), ""),
    ("POST", "/modules/371122102/trace/batch/save", Some(Action::ActOnPages), "a=b"),
    ("POST", "/operate/371122102/trace/disable", Some(Action::EditModules), "a=b"),
    ("POST", "/operate/371122102/trace/approve", Some(Action::EditModules), "a=b"),
    ("POST", "/operate/371122102/trace/resume", Some(Action::CareForModules), "a=b"),
    ("GET", "/errors", Some(Action::ReadManual), ""),
    ("GET", "/errors/XL0203", Some(Action::ReadManual), ""),
];

/// Open to everybody, or to whoever is somebody: the first page shows what its reader may see, and one may always leave.
const ASKS_NOTHING: [&str; 8] =
    ["/t/", "/transparency", "/rights", "/sign-in", "/assets/", "/", "/sign-out", "/account"];

/// Roles that can be held over the whole hub, and at last nobody's.
const ROLES: [Role; 6] =
    [Role::CountyAdmin, Role::Operator, Role::Handler, Role::ModuleAuthor, Role::Auditor, Role::Viewer];

struct Desk {
    router: Router,
    /// A key of each role, and at last one whose owner lost every role.
    keys: Vec<(Option<Role>, String)>,
}

impl Desk {
    async fn new() -> Self {
        let test = TestSite::new().await;
        test.hub.add_camera("gh-1", &[]).await;
        let router = site(test.state.clone());
        let mut keys = Vec::new();
        for role in ROLES {
            keys.push((Some(role), test.key(&format!("{}@*", role.word())).await));
        }
        let people = test.state.people();
        let admin = people.with_key(&test.token).await.unwrap().subject;
        keys.push((None, test.key("enterprise@371122102").await));
        people.set_roles(&admin, &"enterprise".parse().unwrap(), Vec::new()).await.unwrap();
        Self { router, keys }
    }

    /// Whether a page lets somebody in, as far as his roles go.
    async fn lets_in(
        &self,
        key: &str,
        (method, path, _, form): (&str, &str, Option<Action>, &str),
        asks: bool,
    ) -> bool {
        let kind = match path {
            "/cameras/import/table" => "multipart/form-data; boundary=x",
            _ => "application/x-www-form-urlencoded",
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(form.to_owned()))
            .unwrap();
        if !asks {
            request.extensions_mut().insert(Unasked);
        }
        let answer = ask(&self.router, request).await;
        let is_refused = answer.status.as_u16() == 403 && answer.text.contains("XL0901");
        // Who holds nothing is told that nothing is there.
        !is_refused && (answer.status.as_u16() != 404 || key != self.keys[ROLES.len()].1 || !asks)
    }
}

#[test]
fn each_page_stands_in_the_table_or_asks_nothing() {
    for (route, _) in routes() {
        let is_open = ASKS_NOTHING.iter().any(|open| route == *open || (open.len() > 1 && route.starts_with(open)));
        let same = |path: &str| {
            let parts = (route.split('/'), path.split('/'));
            route.split('/').count() == path.split('/').count()
                && parts.0.zip(parts.1).all(|(a, b)| a == b || a.starts_with('{'))
        };
        assert!(is_open || PAGES.iter().any(|(_, path, ..)| same(path)), "{route}");
    }
}

#[tokio::test]
async fn each_page_lets_in_whom_its_action_allows_and_no_other() {
    let desk = Desk::new().await;
    for page in PAGES {
        for (role, key) in &desk.keys {
            let allowed = page.2.zip(*role).is_some_and(|(action, role)| role.may(action));
            assert_eq!(desk.lets_in(key, *page, true).await, allowed, "{page:?} {role:?}");
        }
    }
}

/// With what one page asks taken out, the test above fails.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "how many pages there were is asked for")]
async fn with_the_check_of_any_one_page_taken_out_the_table_sees_it() {
    let desk = Desk::new().await;
    for page in PAGES {
        let mut is_seen = false;
        for (role, key) in &desk.keys {
            let allowed = page.2.zip(*role).is_some_and(|(action, role)| role.may(action));
            is_seen |= !allowed && desk.lets_in(key, *page, false).await;
        }
        assert!(is_seen, "nothing fails when it does not ask: {page:?}");
    }
    println!("{} pages, each seen with its check taken out", PAGES.len());
}

//! Two townships that must not see each other, with something of everything in both, and people with keys.

use std::net::Ipv4Addr;

use axum::Router;
use axum::response::Response;
use sha2::Digest as _;
use tower::ServiceExt as _;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::effect::LogLevel;
use xl_model::effect::LogLine;
use xl_model::event::NewEvent;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::id::AccountName;
use xl_model::people::subject::Subject;
use xl_model::picture::PictureRef;
use zeroize::Zeroizing;

use super::asked::Shown;
use super::sent;
use super::sent::request;
use crate::api::open311;
use crate::api::router;
use crate::api::testing::TestSite;
use crate::cases::Cases;
use crate::config::Config;
use crate::people::Attempt;
use crate::people::NewAccount;
use crate::people::NewKey;

/// The township whose things are asked for.
pub(crate) const OWN: &str = "371122102";

/// The village of it where its camera stands.
pub(super) const VILLAGE: &str = "371122102201";

/// The township beside it.
pub(crate) const BESIDE: &str = "371122103";

/// The password of everybody who signs in.
const PASSWORD: &str = "seven geese at the gate";

/// A text that stands in everything of a township and nowhere else.
pub(crate) fn canary(township: &str) -> String {
    format!("canary-{township}")
}

/// A route of the description; with a query where that asks another question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) is_open: bool,
}

/// Every route of the description. The list of requests is asked for one place too, which is refused to more people.
pub(super) fn routes() -> Vec<Route> {
    let description = serde_json::to_value(super::description()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let ways = operation["security"].as_array();
            let is_open = ways.is_some_and(|ways| ways.iter().any(|way| *way == serde_json::json!({})));
            routes.push(Route { path: path.clone(), method: method.to_uppercase(), is_open });
        }
    }
    for path in ["/openapi.json", "/requests?place={place}"] {
        routes.push(Route { path: path.to_owned(), method: "GET".to_owned(), is_open: false });
    }
    routes.sort();
    routes
}

pub(crate) struct County {
    pub(crate) site: TestSite,
    pub(super) router: Router,
    pub(super) admin: Subject,
    /// An account of each township with a key of it, by township.
    targets: Vec<(String, String)>,
    /// The number of a request of each township, by township.
    requests: Vec<(String, String)>,
}

impl County {
    pub(crate) async fn new() -> Self {
        let mut site = TestSite::new().await;
        // Whoever may publish is answered at once.
        site.inbox.close();
        let router = router(site.state.clone());
        let admin = site.state.people().with_key(&site.token).await.unwrap().subject;
        let mut county = Self { site, router, admin, targets: Vec::new(), requests: Vec::new() };
        for township in [OWN, BESIDE] {
            county.furnish(township).await;
        }
        county
    }

    /// An account with one role, and a key that has the same.
    pub(crate) async fn key(&self, name: &str, role: &str) -> (String, String) {
        let name: AccountName = name.parse().unwrap();
        let (people, roles) = (self.site.state.people(), vec![role.parse().unwrap()]);
        let (_, reach) = role.split_once('@').unwrap();
        let new = NewAccount {
            name: name.clone(),
            title: canary(reach),
            reach: reach.parse().unwrap(),
            roles: roles.clone(),
        };
        people.add_account(&self.admin, new).await.unwrap();
        let (kept, key) = people
            .add_key(&name, NewKey { title: canary(reach), roles, days: 1, addresses: Vec::new() })
            .await
            .unwrap();
        (kept.id, key)
    }

    /// The session of somebody with one role, who signed in with a second factor just now.
    pub(crate) async fn session(&self, name: &str, role: &str) -> Shown {
        self.key(name, role).await;
        let (people, name) = (self.site.state.people(), name.parse::<AccountName>().unwrap());
        people.change_password(&name, Zeroizing::default(), Zeroizing::new(PASSWORD.to_owned())).await.unwrap();
        let secret = people.offer_factor(&name).await.unwrap().secret;
        people.prove_factor(&name, &people.code(&secret)).await.unwrap();
        // A code counts once.
        self.site.pass(30_000);
        let attempt = Attempt {
            name: name.to_string(),
            password: Zeroizing::new(PASSWORD.to_owned()),
            code: people.code(&secret),
            address: Ipv4Addr::LOCALHOST.into(),
        };
        let value = people.sign_in(attempt).await.unwrap();
        Shown::Session(format!("{}={value}", self.site.state.cookie_name()))
    }

    /// Puts back what a route before may have taken away.
    pub(super) async fn mend(&mut self, township: &str) {
        self.site.hub.cameras.put(&camera(township), &self.site.hub.hand("li", "")).await.unwrap();
        if !self.targets.iter().any(|(of, id)| of == township && self.site.state.people().owner_of(id).is_some()) {
            let name: AccountName = format!("target-{township}").parse().unwrap();
            let role = format!("viewer@{township}").parse().unwrap();
            let new = NewKey { title: canary(township), roles: vec![role], days: 1, addresses: Vec::new() };
            // An administrator may have taken the role that the key is about.
            let _ = self.site.state.people().set_roles(&self.admin, &name, vec![new.roles[0].clone()]).await;
            let (kept, _) = self.site.state.people().add_key(&name, new).await.unwrap();
            self.targets.retain(|(of, _)| of != township);
            self.targets.push((township.to_owned(), kept.id));
        }
    }

    /// A path of the API or of Open311 with its query; see [`Self::filled`].
    pub(crate) fn path(&self, route: &Route, township: &str, known: bool) -> String {
        let path = self.filled(route, township, known);
        if route.path.starts_with(open311::PREFIX) {
            return if route.method == "GET" { format!("{path}?{}", sent::report(township)) } else { path };
        }
        let query = match (route.method.as_str(), route.path.as_str()) {
            ("GET", "/events" | "/events/feed" | "/devices" | "/refusals" | "/cameras" | "/status/cameras")
            | ("GET", "/cameras/export" | "/exports" | "/holds" | "/retention/runs") => format!("?township={township}"),
            ("GET", "/cases/figures") => "?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z".to_owned(),
            ("GET", "/online-rate" | "/duties" | "/kpis" | "/kpis/export") => format!("?place={township}"),
            ("DELETE", "/cameras/{township}/{camera}/maintenance") => "?from=1".to_owned(),
            _ => String::new(),
        };
        format!("/api/v1{path}{query}")
    }

    /// A path with the ids of what `township` has; `known` false: with ids that nobody has.
    pub(crate) fn filled(&self, route: &Route, township: &str, known: bool) -> String {
        let some = |id: String, none: &str| if known { id } else { none.to_owned() };
        let key = self.targets.iter().find(|(of, _)| of == township).map(|(_, id)| id.clone()).unwrap_or_default();
        let number = match route.path.split('/').nth(1) {
            Some("requests") => {
                let request = self.requests.iter().find(|(of, _)| of == township).map(|(_, number)| number.clone());
                some(request.unwrap_or_default(), "0000000000")
            }
            // Holds are numbered as they were placed.
            _ => some(if township == OWN { "1" } else { "2" }.to_owned(), "999"),
        };
        let id = match route.path.split('/').nth(1) {
            Some("devices") => some(format!("{township}.gh-1"), &format!("{township}.none-1")),
            Some("keys") => some(key, "0123456789abcdef"),
            _ => "0123456789abcdef".to_owned(),
        };
        let path = route
            .path
            .replace("{township}", township)
            .replace("{place}", township)
            .replace("{camera}", &some("gh-1".to_owned(), "none-1"))
            .replace("{sha256}", &some(picture(township).0, &"b".repeat(64)))
            .replace("{seq}", &some("1".to_owned(), "999"))
            .replace("{digest}", &"a".repeat(64))
            .replace("{plugin}", &some("trace".to_owned(), "none-1"))
            .replace("{page}", "batch")
            .replace("{action}", "save")
            .replace("{dialect}", "frigate")
            .replace("{publisher}", "yard")
            .replace("{number}", &number)
            .replace("{what}", "check")
            .replace("{case}", &some(case(township), &format!("{township}-2026-000999")))
            .replace("{request}", &some(format!("{}.json", case(township)), "none.json"))
            .replace("{service}", "none.json")
            .replace("{code}", if route.path.starts_with("/places") { "371122" } else { "XL0203" })
            .replace("{name}", &some(format!("target-{township}"), "nobody"))
            .replace("{offer}", "00000000-0000-4000-8000-000000000000")
            .replace("{file}", "none.css")
            .replace("{*named}", "none")
            .replace("{id}", &id);
        assert!(!path.contains('{'), "say in `County::filled` what stands for the rest of {path}");
        path
    }

    /// Sends a request to a route as who has a key; its body is about `township`.
    pub(super) async fn ask(&self, key: &str, route: &Route, path: &str, township: &str) -> Response {
        self.router.clone().oneshot(request(key, route, path, township)).await.unwrap()
    }

    async fn open_case(&self, township: &str) {
        let hub = &self.site.hub;
        let cases = Cases::new(hub.store.clone(), hub.clock.clone(), Config::default().cases);
        let matter = cases.matters().offered().next().unwrap().matter.clone();
        let form = xl_model::case::DraftForm {
            set: matter.set,
            code: matter.code,
            title: canary(township),
            description: canary(township),
            source: "patrol".to_owned(),
            place: Some(format!("{township}201")),
            grid: Some(canary(township)),
            ..xl_model::case::DraftForm::default()
        };
        let draft = xl_model::case::Draft::read(&form, &township.parse().unwrap()).unwrap();
        let powers = xl_model::case::Power::ALL.into_iter().collect();
        let acts_for = xl_model::people::member::ActsFor::All;
        let actor = xl_model::case::Actor::Person { account: "li".parse().unwrap(), powers, acts_for };
        assert_eq!(cases.open(draft, &actor).await.unwrap().id.as_str(), case(township));
    }

    /// Lets somebody want another class for the camera of a township, which waits for a second person.
    pub(super) async fn want_class(&self, township: &str) {
        let (cameras, hand) = (&self.site.hub.cameras, self.site.hub.hand("li", &canary(township)));
        let mut draft = camera(township);
        draft.set(Field::Class, "public-security");
        cameras.put(&draft, &hand).await.unwrap();
        draft.set(Field::Class, "non-public");
        assert!(cameras.put(&draft, &hand).await.is_err(), "a second person says the same first");
    }

    /// A module that reported a figure and wrote a line into its log.
    async fn enable_module(&self, township: &str) {
        let module = self.site.enable_trace(township, serde_json::json!({ "note": canary(township) })).await;
        self.site.report(&module, &[(township, 1.0)]).await;
        let line = LogLine { level: LogLevel::Info, message: canary(township) };
        self.site.hub.store.write_module_log(&module.key, 1_795_420_800_000, vec![line]).await.unwrap();
    }

    async fn furnish(&mut self, township: &str) {
        let hub = &self.site.hub;
        hub.cameras.put(&camera(township), &hub.hand("li", "")).await.unwrap();
        let id = format!("{township}.gh-1").parse().unwrap();
        hub.devices.register(id, Draft::default()).await.unwrap();
        let (sha256, bytes) = picture(township);
        let sha256: xl_model::id::Digest = sha256.parse().unwrap();
        hub.store.put_picture(&sha256, bytes.clone().into()).await.unwrap();
        let event = NewEvent {
            township: township.parse().unwrap(),
            source: canary(township).into(),
            id: "1".into(),
            kind: "camera.picture".parse().unwrap(),
            camera: Some("gh-1".parse().unwrap()),
            subject: Some(canary(township).into()),
            time_ms: 1_795_420_800_000,
            received_ms: 1_795_420_800_000,
            data: "{}".into(),
            pictures: vec![PictureRef { sha256, width: 640, height: 480, bytes: 20 }],
            cause: None,
            depth: 0,
        };
        hub.store.append(vec![event]).await.unwrap();
        let refusal = Refusal {
            at_ms: 1_795_420_800_000,
            township: Some(township.parse().unwrap()),
            source: canary(township),
            place: canary(township),
            refused: Refused::new(xl_model::fault::code::NOT_JPEG, canary(township)),
            sample: Vec::new(),
        };
        hub.store.add_refusals(vec![refusal]).await.unwrap();
        let draft = crate::rights::Draft {
            kind: "view".to_owned(),
            township: township.to_owned(),
            relation: "self".to_owned(),
            name: canary(township),
            contact: canary(township),
            about: canary(township),
            text: canary(township),
        };
        let new = draft.check(&[township.parse().unwrap()]).unwrap();
        let filed = self.site.state.counter().file(new).await.unwrap();
        self.requests.push((township.to_owned(), filed.reference.number.to_string()));
        self.open_case(township).await;
        self.enable_module(township).await;
        let hold = xl_model::hold::NewHold {
            township: township.parse().unwrap(),
            scope: xl_model::hold::Scope::default(),
            document: canary(township),
            reason: canary(township),
            until_ms: None,
        };
        hub.store.place_hold(hold, "li", 1_795_420_800_000).await.unwrap();
        let export = xl_model::export::NewExport {
            township: township.parse().unwrap(),
            cameras: vec!["gh-1".parse().unwrap()],
            from_ms: 0,
            to_ms: 1,
            level: xl_model::export::Level::Masked,
            purpose: canary(township),
            basis: canary(township),
            document: canary(township),
            recipient: canary(township),
            reason: canary(township),
        };
        let li = xl_model::audit::Actor::new("li", "");
        hub.store.ask_export(export, &li, 1_795_420_800_000, 1_895_420_800_000, 100).await.unwrap();
        let (id, _) = self.key(&format!("target-{township}"), &format!("viewer@{township}")).await;
        self.targets.push((township.to_owned(), id));
    }
}

/// The number of the case that a township has.
fn case(township: &str) -> String {
    format!("{township}-2026-000001")
}

/// The picture of a township: not looked into.
fn picture(township: &str) -> (String, Vec<u8>) {
    let bytes = [b"\xff\xd8".as_slice(), canary(township).as_bytes(), b"\xff\xd9"].concat();
    (hex::encode(sha2::Sha256::digest(&bytes)), bytes)
}

fn camera(township: &str) -> Draft {
    let mut draft = Draft::default();
    for (field, text) in [
        (Field::Township, township),
        (Field::Camera, "gh-1"),
        (Field::Name, canary(township).as_str()),
        (Field::Place, format!("{township}201").as_str()),
        (Field::Purposes, "sanitation"),
        (Field::SignageDate, "2026-11-01"),
    ] {
        draft.set(field, text);
    }
    draft
}

//! A small host for native tests: `cargo test` runs a plugin without a sandbox and without a hub.
//!
//! [`Hub::new`] takes the plugin's own `plugin.toml`, so what the manifest does not declare is refused here as it is
//! there. Each test thread has its own hub; calls are committed when they return `Ok` and dropped otherwise. Pictures
//! cannot be opened here: no bytes exist. Limits of time and memory are the sandbox's own and are not applied.
//!
//! Cases go by the rules of the hub in simple form: the same steps from the same stages, limits without a calendar (a working
//! hour is an hour, a working day is a day), and no table of limits: a limit runs when a step names one. What roles a step
//! needs is the hub's to decide; here everybody who is signed in may make it.
//!
//! ```
//! use xl_plugin::testing::Hub;
//! let hub = Hub::new(r#"collections = [{ name = "counts" }]"#);
//! xl_plugin::records::put("counts", "gate-1", &serde_json::json!({ "count": 1 }))?;
//! assert_eq!(hub.record("counts", "gate-1"), Some(serde_json::json!({ "count": 1 })));
//! # Ok::<(), xl_plugin::Error>(())
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::VecDeque;

use crate::bindings::xueliang::hub::viewer::Person;
use crate::calls::CallsError;
use crate::calls::Request;
use crate::calls::Response as CallResponse;
use crate::cameras::Camera;
use crate::cases::Case;
use crate::cases::CasesError;
use crate::cases::Past;
use crate::cases::Step;
use crate::events::Publication;
use crate::http::Response;
use crate::kpis::Figure;
use crate::log::Level;
use crate::page::Page;
use crate::plugin::Batch;
use crate::plugin::Done;
use crate::plugin::Event;
use crate::plugin::Failure;
use crate::plugin::PagesError;
use crate::plugin::Plugin;
use crate::plugin::Press;
use crate::plugin::Visit;

mod calls;
mod desk;
mod host;
mod made;
mod manifest;
mod page;
mod terms;

pub use made::event;
pub use made::picture_event;
pub use made::visit;

use terms::Terms;
use terms::transaction;

pub(crate) use host::cameras;
pub(crate) use host::cases;
pub(crate) use host::events;
pub(crate) use host::http;
pub(crate) use host::kpis;
pub(crate) use host::links;
pub(crate) use host::log;
pub(crate) use host::pictures;
pub(crate) use host::records;
pub(crate) use host::settings;
pub(crate) use host::viewer;

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

/// What a call may change.
#[derive(Debug, Clone, Default)]
struct Kept {
    records: BTreeMap<(String, String), String>,
    published: Vec<Publication>,
    links: BTreeMap<String, (String, String)>,
    issued: u32,
    desk: desk::Desk,
    kpis: Vec<Figure>,
}

/// What kind of call runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Running {
    /// None: the test itself asks. As the signed-in person, if there is one.
    #[default]
    Nothing,
    /// A batch of events.
    Batch,
    /// A page, a button, a program.
    Person,
}

#[derive(Debug, Clone, Default)]
struct State {
    manifest: manifest::Manifest,
    kept: Kept,
    settings: String,
    cameras: Vec<Camera>,
    answers: VecDeque<Response>,
    log: Vec<(Level, String)>,
    host_calls: u32,
    read_only: bool,
    public: bool,
    running: Running,
    person: Option<Person>,
    now_ms: i64,
}

/// The hub of this test thread.
#[derive(Debug)]
pub struct Hub(());

impl Hub {
    /// A hub without records or cameras, with the declarations of a `plugin.toml`.
    ///
    /// # Panics
    /// When the text is no manifest; this is for tests.
    pub fn new(manifest: &str) -> Self {
        let manifest = toml::from_str(manifest).expect("a manifest as in plugin.toml");
        STATE.set(State { manifest, settings: "{}".to_owned(), ..State::default() });
        Self(())
    }

    /// Sets the module's settings.
    pub fn set_settings(&self, settings: &serde_json::Value) {
        with(|state| state.settings = settings.to_string());
    }

    /// Grants a camera that stands at `place`.
    pub fn grant_camera(&self, id: &str, name: &str, place: &str) {
        let camera = Camera { id: id.to_owned(), name: name.to_owned(), place: place.to_owned(), last_seen_ms: None };
        with(|state| state.cameras.push(camera));
    }

    /// Signs somebody in: he looks at pages, presses buttons and calls from now on. His name is the account's.
    pub fn sign_in(&self, account: &str, roles: &[&str]) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let person = Person { account: account.to_owned(), name: account.to_owned(), roles };
        with(|state| state.person = Some(person));
    }

    /// Signs him out: pages are looked at by nobody known.
    pub fn sign_out(&self) {
        with(|state| state.person = None);
    }

    /// Lets the clock go to `now_ms`. Limits that end on the way make their cases overdue.
    ///
    /// [`Hub::handle`], [`Hub::view`] and [`Hub::act`] carry a time of their own and set it too.
    pub fn set_now(&self, now_ms: i64) {
        with(|state| {
            state.now_ms = now_ms;
            state.kept.desk.pass(now_ms);
        });
    }

    /// Queues an answer for the next fetch.
    pub fn answer_fetch(&self, answer: Response) {
        with(|state| state.answers.push_back(answer));
    }

    /// Hands events to the plugin as one batch; the time inside is the newest event's receive time.
    ///
    /// # Errors
    /// What the plugin answered; its effects are dropped then.
    pub fn handle<P: Plugin>(&self, events: impl IntoIterator<Item = Event>) -> Result<(), Failure> {
        let events: Vec<Event> = events.into_iter().collect();
        let now_ms = events.last().map_or(0, |event| event.received_ms);
        transaction(&Terms::batch(now_ms), || P::handle(Batch { now_ms, events }), Result::is_ok)
    }

    /// Opens a page, and checks it as the host does.
    ///
    /// # Errors
    /// What the plugin answered; `Other` with what is wrong with its page.
    pub fn view<P: Plugin>(&self, visit: Visit) -> Result<Page, PagesError> {
        let page = transaction(&Terms::page(&visit, true), || P::view(visit), Result::is_ok)?;
        with(|state| page::check(state, &page)).map_err(PagesError::Other)?;
        Ok(page)
    }

    /// Presses the button of a form.
    ///
    /// # Errors
    /// What the plugin answered; its effects are dropped then.
    pub fn act<P: Plugin>(&self, visit: Visit, action: &str, form: &[(&str, &str)]) -> Result<Done, PagesError> {
        let form: BTreeMap<&str, &str> = form.iter().copied().collect();
        let form = serde_json::to_string(&form).expect("a map of strings is JSON");
        let terms = Terms::page(&visit, false);
        transaction(&terms, || P::act(Press { visit, action: action.to_owned(), form }), Result::is_ok)
    }

    /// Calls an operation as a program of the signed-in person does: `GET` without a body, in Chinese, at the time that the
    /// hub's clock shows.
    ///
    /// # Errors
    /// `NotFound` when the manifest has no such operation; `Invalid` when it does not take this media type; what the plugin
    /// answered. Its effects are dropped then, and also above status 399.
    pub fn call<P: Plugin>(
        &self,
        name: &str,
        query: &[(&str, &str)],
        content_type: &str,
        body: &[u8],
    ) -> Result<CallResponse, CallsError> {
        let writes = with(|state| calls::writes(state, name, content_type, body))?;
        let now_ms = with(|state| state.now_ms);
        let query: BTreeMap<&str, &str> = query.iter().copied().collect();
        let request = Request {
            name: name.to_owned(),
            query: serde_json::to_string(&query).expect("a map of strings is JSON"),
            content_type: content_type.to_owned(),
            body: body.to_vec(),
            locale: "zh".to_owned(),
            now_ms,
        };
        let kept = |answer: &Result<CallResponse, CallsError>| matches!(answer, Ok(response) if response.status <= 399);
        transaction(&Terms::call(now_ms, writes), || P::answer(request), kept).and_then(calls::checked)
    }

    /// All cases, oldest first, as they stand now.
    pub fn cases(&self) -> Vec<Case> {
        with(|state| state.kept.desk.all(state.now_ms))
    }

    /// What happened to a case, oldest first; empty when there is none.
    pub fn history(&self, id: &str) -> Vec<Past> {
        with(|state| state.kept.desk.history(id).unwrap_or_default())
    }

    /// Makes a step as another person, as if he had pressed the host's own button.
    ///
    /// # Errors
    /// As [`crate::cases::move_case`].
    pub fn move_case(&self, account: &str, id: &str, step: &Step) -> Result<Case, CasesError> {
        with(|state| {
            let actor = desk::Actor::Account(account.to_owned());
            state.kept.desk.take(id, step, &actor, state.now_ms)
        })
    }

    /// The `case.*` events since the last question: what a module that subscribes to them is handed. `seq` counts from
    /// `first_seq`.
    pub fn take_case_events(&self, first_seq: u64) -> Vec<Event> {
        let news = with(|state| state.kept.desk.take_news());
        (first_seq..).zip(news).map(|(seq, news)| news.event(seq)).collect()
    }

    /// The key figures as they stand: the last report of each figure, period and place.
    pub fn kpis(&self) -> Vec<Figure> {
        with(|state| state.kept.kpis.clone())
    }

    /// The record under `key`.
    pub fn record(&self, collection: &str, key: &str) -> Option<serde_json::Value> {
        let document = with(|state| state.kept.records.get(&(collection.to_owned(), key.to_owned())).cloned())?;
        serde_json::from_str(&document).ok()
    }

    /// All records of a collection by key.
    pub fn records(&self, collection: &str) -> Vec<(String, serde_json::Value)> {
        let records = with(|state| state.kept.records.clone());
        let ours = records.into_iter().filter(|((name, _), _)| name == collection);
        ours.filter_map(|((_, key), document)| Some((key, serde_json::from_str(&document).ok()?))).collect()
    }

    /// What was published, in order.
    pub fn published(&self) -> Vec<Publication> {
        with(|state| state.kept.published.clone())
    }

    /// The open public links: code, page, query.
    pub fn links(&self) -> Vec<(String, String, String)> {
        let links = with(|state| state.kept.links.clone());
        links.into_iter().map(|(code, (page, query))| (code, page, query)).collect()
    }

    /// What was logged.
    pub fn log(&self) -> Vec<(Level, String)> {
        with(|state| state.log.clone())
    }

    /// How many host calls were made since the last question.
    pub fn take_host_calls(&self) -> u32 {
        with(|state| std::mem::take(&mut state.host_calls))
    }
}

fn with<T>(look: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(look)
}

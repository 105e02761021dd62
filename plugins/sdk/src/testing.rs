//! A small host for native tests: `cargo test` runs a plugin without a sandbox and without a hub.
//!
//! [`Hub::new`] takes the plugin's own `plugin.toml`, so what the manifest does not declare is refused here as it is
//! there. Each test thread has its own hub; calls are committed when they return `Ok` and dropped otherwise. Pictures
//! cannot be opened here: no bytes exist. Limits of time and memory are the sandbox's own and are not applied.
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

use crate::cameras::Camera;
use crate::events::Publication;
use crate::http::Response;
use crate::log::Level;
use crate::page::Page;
use crate::plugin::Batch;
use crate::plugin::Done;
use crate::plugin::Event;
use crate::plugin::Failure;
use crate::plugin::PagesError;
use crate::plugin::PictureRef;
use crate::plugin::Plugin;
use crate::plugin::Press;
use crate::plugin::Visit;

mod host;
mod manifest;
mod page;

pub(crate) use host::cameras;
pub(crate) use host::events;
pub(crate) use host::http;
pub(crate) use host::links;
pub(crate) use host::log;
pub(crate) use host::pictures;
pub(crate) use host::records;
pub(crate) use host::settings;

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
        transaction(false, false, || P::handle(Batch { now_ms, events }))
    }

    /// Opens a page, and checks it as the host does.
    ///
    /// # Errors
    /// What the plugin answered; `Other` with what is wrong with its page.
    pub fn view<P: Plugin>(&self, visit: Visit) -> Result<Page, PagesError> {
        let public = visit.public;
        let page = transaction(true, public, || P::view(visit))?;
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
        let public = visit.public;
        transaction(false, public, || P::act(Press { visit, action: action.to_owned(), form }))
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

/// A visit of `page` in Chinese at `now_ms`, with a query.
pub fn visit(page: &str, query: &[(&str, &str)], now_ms: i64) -> Visit {
    let query: BTreeMap<&str, &str> = query.iter().copied().collect();
    let query = serde_json::to_string(&query).expect("a map of strings is JSON");
    Visit { page: page.to_owned(), query, locale: "zh".to_owned(), public: false, now_ms }
}

/// An event from outside, received when it happened.
pub fn event(seq: u64, kind: &str, camera: Option<&str>, time_ms: i64, data: &serde_json::Value) -> Event {
    Event {
        seq,
        id: format!("event-{seq}"),
        source: camera.unwrap_or("schedule").to_owned(),
        kind: kind.to_owned(),
        camera: camera.map(str::to_owned),
        subject: None,
        time_ms,
        received_ms: time_ms,
        data: data.to_string(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

/// A `camera.picture` event with one picture, whose hash is made from `seq`.
pub fn picture_event(seq: u64, camera: &str, time_ms: i64) -> Event {
    let picture = PictureRef { sha256: format!("{seq:064x}"), width: 640, height: 480, bytes: 20_000 };
    Event { pictures: vec![picture], ..event(seq, "camera.picture", Some(camera), time_ms, &serde_json::json!({})) }
}

fn with<T>(look: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(look)
}

fn transaction<T, E>(read_only: bool, public: bool, call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = with(|state| {
        (state.read_only, state.public) = (read_only, public);
        state.kept.clone()
    });
    let answer = call();
    with(|state| {
        (state.read_only, state.public) = (false, false);
        if answer.is_err() {
            state.kept = before;
        }
    });
    answer
}

//! The county at a glance.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use xl_model::clock::TimestampMs;
use xl_model::event::Event;
use xl_model::fault::Code;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::cameras::RegisteredCamera;
use xl_store::log::EventFilter;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::fault_pages;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::console::draw::module_href;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::look_form::Stated;
use crate::console::module::menu;
use crate::console::module::said;
use crate::console::rows;
use crate::console::rows::EventRow;
use crate::console::rows::Failure;
use crate::console::rows::PageRow;
use crate::console::text::Words;
use crate::console::time;
use crate::dispatch::Status;

const MOST_EVENTS: usize = 8;
const MOST_REFUSALS: u32 = 8;
const MOST_CAMERAS: usize = 20;
const HOUR_MS: TimestampMs = 3_600_000;

struct TownshipRow {
    id: TownshipId,
    name: Option<String>,
    last_seq: u64,
}

struct ModuleRow {
    href: String,
    name: String,
    township: String,
    plugin: String,
    version: String,
    state: &'static str,
    state_class: &'static str,
    behind: u64,
    handled: u64,
    dead_letters: u64,
    failure: Option<Failure>,
    /// Version of the upgrade that waits.
    waiting: Option<String>,
    pages: Vec<PageRow>,
}

struct CameraRow {
    href: String,
    id: String,
    name: String,
    last_seen: String,
}

struct RefusalRow {
    code: Code,
    title: String,
    time: String,
    iso: String,
    source: String,
    place: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomeHtml<'a> {
    frame: &'a Frame,
    townships: Vec<TownshipRow>,
    events_in_all: u64,
    modules: Vec<ModuleRow>,
    running: usize,
    sees_plugins: bool,
    cameras: Vec<CameraRow>,
    cameras_in_all: usize,
    seen_lately: usize,
    events: Vec<EventRow>,
    refusals: Vec<RefusalRow>,
}

/// Shows the county.
pub(crate) async fn home(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let now_ms = state.now_ms();
    let mut townships = Vec::new();
    let mut newest: Vec<Event> = Vec::new();
    if let Some(authority) = allowed(&identity, Action::ReadEvents)? {
        let store = state.store(&authority);
        townships = store.townships().await?;
        townships.retain(|(township, _)| authority.covers(township));
        for (township, _) in &townships {
            let filter = EventFilter { limit: MOST_EVENTS as u32, ..EventFilter::default() };
            newest.extend(store.find_events(township, filter).await?);
        }
    }
    newest.sort_by_key(|event| std::cmp::Reverse((event.received_ms, event.seq)));
    newest.truncate(MOST_EVENTS);

    let mut modules = Vec::new();
    if let Some(authority) = allowed(&identity, Action::ReadModules)? {
        let all = state.modules(&authority).list().await?;
        for status in all.into_iter().filter(|status| authority.covers(&status.module.key.township)) {
            let manifest = state.modules(&authority).manifest(&status.module.digest).await?;
            let waiting = state.modules(&authority).waiting(&status.module).await?;
            let waiting = waiting.map(|waiting| waiting.build.manifest.version);
            modules.push(ModuleRow { waiting, ..module_row(&frame, status, &manifest) });
        }
    }
    let mut cameras = Vec::new();
    if let Some(authority) = allowed(&identity, Action::ReadCameras)? {
        cameras = state.cameras(&authority).list(None);
        cameras.retain(|row| authority.covers_camera(&row.camera.key, &row.camera.place));
    }
    let cameras_in_all = cameras.len();
    let seen_lately = cameras.iter().filter(|row| seen_within(row, now_ms, HOUR_MS)).count();
    cameras.sort_by_key(|row| std::cmp::Reverse(row.last_seen_ms));
    cameras.truncate(MOST_CAMERAS);

    let refusals = match allowed(&identity, Action::ReadRefusals)? {
        Some(authority) => state.store(&authority).refusals(None, authority.within(), MOST_REFUSALS).await?,
        None => Vec::new(),
    };
    let refusals = refusals.into_iter().map(|refusal| RefusalRow {
        code: refusal.refused.code,
        title: title(refusal.refused.code, frame.language),
        time: time::second(refusal.at_ms),
        iso: time::iso(refusal.at_ms),
        source: refusal.source,
        place: refusal.place,
        detail: refusal.refused.detail,
    });
    let places = identity.anywhere(Action::ReadPlaces)?;
    page(&HomeHtml {
        frame: &frame,
        events_in_all: townships.iter().map(|(_, last_seq)| last_seq).sum(),
        townships: townships
            .into_iter()
            .map(|(id, last_seq)| {
                let name = rows::place(&frame, state.places(&places), id.as_str());
                TownshipRow { id, name, last_seq }
            })
            .collect(),
        sees_plugins: allowed(&identity, Action::ReadPlugins)?.is_some(),
        running: modules.iter().filter(|module| module.state_class == "good").count(),
        modules,
        cameras: cameras.into_iter().map(|row| camera_row(frame.words, now_ms, row)).collect(),
        cameras_in_all,
        seen_lately,
        // Nobody has said what for: pictures are looked at on the page of events.
        events: newest.iter().map(|event| EventRow::new(event, &Stated::default())).collect(),
        refusals: refusals.collect(),
    })
}

/// The authority for a part of the page; nothing: who looks does not see that part.
///
/// # Errors
/// When he may see no part yet, because his account is not whole.
fn allowed(identity: &Identity, action: Action) -> Result<Option<Authority>, Problem> {
    match identity.anywhere(action) {
        Ok(authority) => Ok(Some(authority)),
        Err(problem) if problem.code == code::NOT_ALLOWED => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn module_row(frame: &Frame, status: Status, manifest: &xl_model::manifest::Manifest) -> ModuleRow {
    let (state, state_class) = rows::state(frame.words, status.module.state);
    ModuleRow {
        href: module_href(&status.module.key),
        name: said(frame, &manifest.name),
        pages: menu(frame, &status.module.key, manifest, None),
        township: status.module.key.township.to_string(),
        plugin: status.module.key.plugin.to_string(),
        version: manifest.version.clone(),
        state,
        state_class,
        behind: status.behind,
        handled: status.handled,
        dead_letters: status.dead_letters,
        failure: status.last_failure.map(|(code, detail)| Failure { code, detail }),
        waiting: None,
    }
}

fn camera_row(words: &Words, now_ms: TimestampMs, row: RegisteredCamera) -> CameraRow {
    let last_seen = rows::last_seen(words, now_ms, row.last_seen_ms);
    let key = row.camera.key;
    CameraRow { href: rows::camera_href(&key), id: key.to_string(), name: row.camera.name, last_seen }
}

fn seen_within(row: &RegisteredCamera, now_ms: TimestampMs, within_ms: TimestampMs) -> bool {
    row.last_seen_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < within_ms)
}

fn title(code: Code, language: Language) -> String {
    fault_pages::of(code).map_or("", |page| page.title(language)).to_owned()
}

//! Events and failures as lines of a page.

use std::sync::Arc;

use xl_model::event::Event;
use xl_model::fault::Code;
use xl_model::module::ModuleState;

use crate::console::address::with_query;
use crate::console::text::Words;
use crate::console::time;

/// An event as a line.
pub(crate) struct EventRow {
    pub(crate) seq: u64,
    pub(crate) kind: String,
    pub(crate) township: String,
    pub(crate) time: String,
    pub(crate) iso: String,
    /// Camera, subject, source: what it is about.
    pub(crate) about: String,
    pub(crate) cause: Option<u64>,
    pub(crate) data: String,
    pub(crate) pictures: Vec<PictureRow>,
    /// Where it stands among the others.
    pub(crate) href: String,
}

/// A picture of an event.
pub(crate) struct PictureRow {
    pub(crate) small: String,
    pub(crate) large: String,
    pub(crate) caption: String,
}

impl EventRow {
    /// An event in words.
    pub(crate) fn new(event: &Event) -> Self {
        let township = event.township.to_string();
        let camera = event.camera.as_ref().map(|camera| camera.as_str());
        // A camera's own device is its source most of the time: said once.
        let own = camera.is_some_and(|camera| event.source.split_once('.') == Some((township.as_str(), camera)));
        let source = Some(event.source.as_ref()).filter(|_| !own);
        let about: Vec<&str> = camera.into_iter().chain(event.subject.as_deref()).chain(source).collect();
        let pictures = event.pictures.iter().map(|picture| {
            let address = format!("/pictures/{township}/{}", picture.sha256);
            PictureRow {
                small: with_query(&address, [("width", "320")]),
                caption: format!("{} {}", event.kind, time::minute(event.time_ms)),
                large: address,
            }
        });
        Self {
            seq: event.seq,
            kind: event.kind.to_string(),
            time: time::second(event.time_ms),
            iso: time::iso(event.time_ms),
            about: about.join(" · "),
            cause: event.cause,
            data: indented(&event.data),
            pictures: pictures.collect(),
            href: event_href(&township, event.seq),
            township,
        }
    }
}

/// Where an event stands among the others.
pub(crate) fn event_href(township: &str, seq: u64) -> String {
    let before = seq.saturating_add(1).to_string();
    format!("{}#e{seq}", with_query("/events", [("township", township), ("before", before.as_str())]))
}

fn indented(json: &Arc<str>) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.as_ref().to_owned())
}

/// A failure as a line.
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) detail: String,
}

/// A state in words, with its colour.
pub(crate) fn state(words: &Words, state: ModuleState) -> (&'static str, &'static str) {
    match state {
        ModuleState::Running => (words.running, "good"),
        ModuleState::Suspended => (words.suspended, "bad"),
        ModuleState::Disabled => (words.disabled, "off"),
    }
}

/// A page of a module in a menu.
pub(crate) struct PageRow {
    pub(crate) href: String,
    pub(crate) title: String,
    /// Whether it is the one that is shown.
    pub(crate) here: bool,
}

//! Events, cameras and failures as lines of a page.

use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::clock::TimestampMs;
use xl_model::event::Event;
use xl_model::fault::Code;
use xl_model::module::ModuleState;
use xl_model::place::Names;
use xl_model::status::Level;
use xl_model::told;

use crate::api::language::Language;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::look_form::Stated;
use crate::console::text::Words;
use crate::console::time;
use crate::places::Places;
use crate::status::Status;

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
    /// An event in words; with its pictures when it was stated what they are looked at for.
    pub(crate) fn new(event: &Event, stated: &Stated) -> Self {
        let township = event.township.to_string();
        let camera = event.camera.as_ref().map(|camera| camera.as_str());
        // A camera's own device is its source most of the time: said once.
        let own = camera.is_some_and(|camera| event.source.split_once('.') == Some((township.as_str(), camera)));
        let source = Some(event.source.as_ref()).filter(|_| !own);
        let about: Vec<&str> = camera.into_iter().chain(event.subject.as_deref()).chain(source).collect();
        let pictures = event.pictures.iter().filter_map(|picture| {
            let address = format!("/pictures/{township}/{}", picture.sha256);
            Some(PictureRow {
                small: stated.picture(&address, Some("320"))?,
                caption: format!("{} {}", event.kind, time::minute(event.time_ms)),
                large: stated.picture(&address, None)?,
            })
        });
        Self {
            seq: event.seq,
            kind: event.kind.to_string(),
            time: time::second(event.time_ms),
            iso: time::iso(event.time_ms),
            about: about.join(" · "),
            cause: event.cause,
            data: indented(&told::data(event)),
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

fn indented(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}

/// Where a camera's page is. Township and camera id need no escaping.
pub(crate) fn camera_href(key: &CameraKey) -> String {
    format!("/cameras/{key}")
}

/// What a place is called today in the viewer's language; nothing where nobody knows.
pub(crate) fn place(frame: &Frame, places: &Places, code: &str) -> Option<String> {
    places.names(code).map(|names| named(frame.language, names))
}

/// A name in the viewer's language; where nobody wrote it in English, in pinyin, else in Chinese.
pub(crate) fn named(language: Language, names: Names) -> String {
    let wanted = match language {
        Language::Chinese => [names.zh, names.pinyin, names.en],
        Language::English => [names.en, names.pinyin, names.zh],
    };
    wanted.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

/// When a camera was last seen, in words.
pub(crate) fn last_seen(words: &Words, now_ms: TimestampMs, last_seen_ms: Option<TimestampMs>) -> String {
    last_seen_ms.map_or_else(|| words.never.to_owned(), |at_ms| time::ago(words, now_ms, at_ms))
}

/// A legal class in words.
pub(crate) fn class(words: &Words, class: LegalClass) -> &'static str {
    match class {
        LegalClass::PublicSecurity => words.class_c1,
        LegalClass::OtherPublicPlace => words.class_c2,
        LegalClass::NonPublic => words.class_c3,
    }
}

/// A level in words, with its colour.
pub(crate) fn level(words: &Words, level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Up => (words.stands_up, "good"),
        Level::AuthFailed => (words.stands_auth_failed, "warn"),
        Level::Reachable => (words.stands_reachable, "warn"),
        Level::Down => (words.stands_down, "bad"),
        Level::Unknown => (words.stands_unknown, "off"),
        Level::Maintenance => (words.stands_maintenance, "off"),
    }
}

/// Where a camera stands, as a line.
pub(crate) struct StandingRow {
    pub(crate) label: &'static str,
    pub(crate) class: &'static str,
    pub(crate) reason: String,
    /// Since when, in words.
    pub(crate) since: String,
    pub(crate) iso: String,
}

impl StandingRow {
    /// A status in words.
    pub(crate) fn new(words: &Words, now_ms: TimestampMs, status: &Status) -> Self {
        let (label, class) = level(words, status.standing.level);
        let from_ms = status.standing.from_us.div_euclid(1_000);
        let (since, iso) = (time::ago(words, now_ms, from_ms), time::iso(from_ms));
        Self { label, class, reason: status.standing.reason.to_string(), since, iso }
    }
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

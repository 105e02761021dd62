//! Frigate's tracked objects and review items: `{"type":…,"before":…,"after":…}`.

use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;

use super::publisher;
use crate::identity;
use crate::mqtt::dialect::Heard;
use crate::mqtt::dialect::Seen;
use crate::mqtt::dialect::What;
use crate::mqtt::json;
use crate::text;
use crate::topics::Change;
use crate::topics::State;

/// The largest payload in bytes; an event carries the whole path of its object.
const BYTES_MOST: usize = 256 * 1024;

/// The longest label, in characters.
pub(super) const LABEL_CHARS_MOST: usize = 64;

/// Most zones or labels of one event.
const LIST_MOST: usize = 32;

/// The largest time that is believed: the year 2100, in seconds.
const TIME_S_MOST: f64 = 4_102_444_800.0;

/// Labels of the usual models, by our kind; another object is `object.other`, with its label.
const KINDS: [(&str, &[&str]); 4] = [
    ("camera.object.person", &["person"]),
    ("camera.object.vehicle", &["car", "truck", "bus", "motorcycle", "bicycle", "boat"]),
    ("camera.object.animal", &["dog", "cat", "bird", "horse", "sheep", "cow", "bear", "deer", "fox", "rabbit"]),
    ("camera.object.package", &["package"]),
];

#[derive(Deserialize)]
struct Envelope {
    r#type: String,
    after: Map<String, Value>,
}

#[derive(Deserialize)]
struct Tracked {
    id: String,
    camera: String,
    label: String,
    top_score: Option<f64>,
    #[serde(default)]
    false_positive: bool,
    start_time: Option<f64>,
    end_time: Option<f64>,
    r#box: Option<[f64; 4]>,
    #[serde(default)]
    current_zones: Vec<String>,
    #[serde(default)]
    entered_zones: Vec<String>,
}

#[derive(Deserialize)]
struct Review {
    id: String,
    camera: String,
    severity: String,
    start_time: Option<f64>,
    end_time: Option<f64>,
    data: ReviewData,
}

#[derive(Deserialize)]
struct ReviewData {
    #[serde(default)]
    objects: Vec<String>,
    #[serde(default)]
    zones: Vec<String>,
}

/// A tracked object: new, better seen, or gone.
pub(super) fn tracked(payload: &[u8]) -> Result<Heard, Refused> {
    let (state, after, identities_dropped) = envelope(payload)?;
    let tracked: Tracked = after_of(after)?;
    if identity::names_somebody(&tracked.label) {
        return Ok(Heard { seen: Vec::new(), identities_dropped: identities_dropped.saturating_add(1) });
    }
    if tracked.false_positive {
        return Ok(Heard { seen: Vec::new(), identities_dropped });
    }
    let label = text::short(&tracked.label, LABEL_CHARS_MOST);
    let kind = KINDS
        .iter()
        .find(|(_, labels)| labels.contains(&label.as_str()))
        .map_or("camera.object.other", |(kind, _)| kind);
    let mut more = Map::new();
    if let Some(frame) = tracked.r#box {
        more.insert("box_px".to_owned(), json!(frame)); // Pixels of the detector, not shares of the picture.
    }
    insert_list(&mut more, "current_zones", &tracked.current_zones);
    insert_list(&mut more, "entered_zones", &tracked.entered_zones);
    let mut data = Map::from_iter([("label".to_owned(), Value::from(label))]);
    if let Some(score) = tracked.top_score.filter(|score| (0.0..=1.0).contains(score)) {
        data.insert("score".to_owned(), score.into());
    }
    insert_data(&mut data, more);
    let time_ms = time(state, tracked.start_time, tracked.end_time);
    Ok(heard(&tracked.camera, &tracked.id, kind, state, data, time_ms, identities_dropped))
}

/// A review item: what Frigate wants a person to look at.
pub(super) fn review(payload: &[u8]) -> Result<Heard, Refused> {
    let (state, after, mut identities_dropped) = envelope(payload)?;
    let review: Review = after_of(after)?;
    let severity = match review.severity.as_str() {
        "alert" => "alert",
        "detection" => "detection",
        _ => return Err(json::field("severity", "must be `alert` or `detection`")),
    };
    let (personal, objects): (Vec<String>, Vec<String>) =
        review.data.objects.into_iter().partition(|label| identity::names_somebody(label));
    identities_dropped = identities_dropped.saturating_add(u32::try_from(personal.len()).unwrap_or(u32::MAX));
    // `person-verified`: a person whom Frigate recognised; that somebody was is nobody's business here.
    let objects: Vec<String> = objects.iter().filter_map(|label| label.split('-').next()).map(str::to_owned).collect();
    let mut more = Map::from_iter([("severity".to_owned(), Value::from(severity))]);
    insert_list(&mut more, "objects", &objects);
    insert_list(&mut more, "zones", &review.data.zones);
    let mut data = Map::new();
    insert_data(&mut data, more);
    let time_ms = time(state, review.start_time, review.end_time);
    Ok(heard(&review.camera, &review.id, "camera.review", state, data, time_ms, identities_dropped))
}

/// What happened, to what, and how many keys named somebody.
fn envelope(payload: &[u8]) -> Result<(State, Map<String, Value>, u32), Refused> {
    let sent = json::foreign(payload, BYTES_MOST)?;
    let envelope: Envelope = serde_json::from_value(sent).map_err(|error| json::explain(b"", "", &error))?;
    let state = match envelope.r#type.as_str() {
        "new" | "update" => State::Active,
        "end" => State::Inactive,
        _ => return Err(json::field("type", "must be `new`, `update` or `end`")),
    };
    let mut after = envelope.after;
    let identities_dropped = identity::take_out(&mut after);
    Ok((state, after, identities_dropped))
}

fn after_of<T: serde::de::DeserializeOwned>(after: Map<String, Value>) -> Result<T, Refused> {
    serde_json::from_value(Value::Object(after)).map_err(|error| json::explain(b"", "after", &error))
}

fn heard(
    camera: &str,
    id: &str,
    kind: &str,
    state: State,
    data: Map<String, Value>,
    time_ms: Option<TimestampMs>,
    identities_dropped: u32,
) -> Heard {
    let kind = kind.parse().expect("a literal that is a kind");
    let source_key = text::short(id, 128);
    let change = Change { kind, state, source_key, data };
    let seen = vec![Seen::of(&publisher(camera), What::Change { change, time_ms, operation: None })];
    Heard { seen, identities_dropped }
}

fn insert_list(data: &mut Map<String, Value>, name: &str, list: &[String]) {
    if !list.is_empty() {
        let list: Vec<String> = list.iter().take(LIST_MOST).map(|item| text::short(item, LABEL_CHARS_MOST)).collect();
        data.insert(name.to_owned(), list.into());
    }
}

fn insert_data(data: &mut Map<String, Value>, more: Map<String, Value>) {
    if !more.is_empty() {
        data.insert("data".to_owned(), Value::Object(more));
    }
}

/// Seconds since 1970 with a fraction: the end for what has ended, else the beginning.
fn time(state: State, start_s: Option<f64>, end_s: Option<f64>) -> Option<TimestampMs> {
    let time_s = if state == State::Inactive { end_s } else { start_s };
    time_s.filter(|time_s| (0.0..TIME_S_MOST).contains(time_s)).map(|time_s| (time_s * 1000.0) as i64)
}

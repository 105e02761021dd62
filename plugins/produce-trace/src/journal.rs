//! EPCIS events that the module keeps: its own, one for each step, and those of trade partners.
//!
//! The key is the event's hash, with `-error` behind it for a declaration of an error, which hashes like the event that it
//! is about. Nothing here is ever changed or deleted.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;
use xl_plugin::Error;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::epcis::hash;
use crate::epcis::time;
use crate::gs1::canonical;
use crate::store;

pub mod document;
pub mod make;

/// Shelf of events that came from outside.
pub const CAPTURED: &str = "captured";

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The event, with its name as `eventID`.
    pub event: Value,
    /// The JSON-LD context it was captured with, where it is not this module's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// The batch, or [`CAPTURED`].
    pub shelf: String,
    /// When it happened.
    pub time_ms: i64,
    /// When it was kept.
    pub recorded_ms: i64,
    /// `{time_ms, 13 digits}/{key}`: the order in which events are asked for.
    pub place: String,
}

/// Key of an event: its hash, and whether it declares an error.
pub fn key(id: &str, event: &Value) -> String {
    let hex = id.trim_start_matches("ni:///sha-256;").split('?').next().unwrap_or_default();
    if event.get("errorDeclaration").is_some() { format!("{hex}-error") } else { hex.to_owned() }
}

/// Keeps an event; gives its key, and whether it was new. A known one changes nothing.
///
/// # Errors
/// When the host refuses.
pub fn keep(mut event: Value, context: Option<&Value>, shelf: &str, now_ms: i64) -> Result<(String, bool), Error> {
    let own = make::context();
    let id = hash::id(&event, Some(context.unwrap_or(&own)));
    let key = key(&id, &event);
    if records::get::<Kept>(store::JOURNAL, &key)?.is_some() {
        return Ok((key, false));
    }
    let time_ms = event.get("eventTime").and_then(Value::as_str).and_then(time::read).map_or(0, |at| at.ms);
    for mark in marks(&event) {
        records::put(store::MARKS, &format!("{mark}/{:013}/{key}", time_ms.max(0)), &Mark { event: key.clone() })?;
    }
    if let Value::Object(map) = &mut event {
        map.entry("eventID").or_insert_with(|| id.into());
        map.entry("recordTime").or_insert_with(|| time::write(now_ms).into());
    }
    let kept = Kept {
        event,
        context: context.cloned(),
        shelf: shelf.to_owned(),
        time_ms,
        recorded_ms: now_ms,
        place: format!("{:013}/{key}", time_ms.max(0)),
    };
    records::put(store::JOURNAL, &key, &kept)?;
    Ok((key, true))
}

/// An event.
///
/// # Errors
/// When the host refuses the question.
pub fn get(key: &str) -> Result<Option<Kept>, Error> {
    store::get(store::JOURNAL, key)
}

/// The events of a batch, oldest first, at most `most`.
///
/// # Errors
/// When the host refuses the question.
pub fn of_batch(batch: &str, most: usize) -> Result<Vec<Kept>, Error> {
    let mut query = Query::by(store::JOURNAL, "shelf").equals(batch);
    let mut events: Vec<Kept> = Vec::new();
    loop {
        let found: Found<Kept> = records::find(&query)?;
        events.extend(found.entries.into_iter().map(|(_, kept)| kept));
        match found.next {
            Some(next) if events.len() < most => query = query.after(next),
            _ => break,
        }
    }
    events.truncate(most);
    events.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(events)
}

/// The events about a thing, oldest first, at most `most`.
///
/// # Errors
/// When the host refuses a question.
pub fn about(identifier: &str, most: usize) -> Result<Vec<Kept>, Error> {
    let mut query = Query::keys(store::MARKS).prefix(&format!("{}/", mark_of(identifier)));
    let mut events = Vec::new();
    loop {
        let found: Found<Mark> = records::find(&query)?;
        for (_, mark) in found.entries {
            events.extend(get(&mark.event)?);
        }
        match found.next {
            Some(next) if events.len() < most => query = query.after(next),
            _ => break,
        }
    }
    events.truncate(most);
    Ok(events)
}

/// Says that an event is about a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its key.
    pub event: String,
}

/// What an identifier is marked by: a digest of its canonical form, since a key is short.
pub fn mark_of(identifier: &str) -> String {
    let canonical = canonical::of(identifier).unwrap_or_else(|| identifier.to_owned());
    Sha256::digest(canonical.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn marks(event: &Value) -> BTreeSet<String> {
    identifiers(event).iter().map(|identifier| mark_of(identifier)).collect()
}

/// Every EPC and class that an event is about.
pub fn identifiers(event: &Value) -> Vec<String> {
    let list = |name: &str| event.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found: Vec<String> = event.get("parentID").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    for name in ["epcList", "childEPCs", "inputEPCList", "outputEPCList"] {
        found.extend(list(name).iter().filter_map(|epc| epc.as_str().map(str::to_owned)));
    }
    for name in ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"] {
        found.extend(list(name).iter().filter_map(|element| element.get("epcClass")?.as_str().map(str::to_owned)));
    }
    found
}

//! Whole documents of kept events.

use serde_json::Value;
use serde_json::json;
use xl_plugin::Error;

use super::Kept;
use super::make;
use crate::epcis::time;
use crate::graph;
use crate::gs1::link::Link;
use crate::store;

/// Most events of one document.
pub const MOST_EVENTS: usize = 2_000;

/// Most bytes of the events of one document; an answer holds 4 MiB.
pub const MOST_BYTES: usize = 3 * 1024 * 1024;

/// A document of these events.
pub fn of(events: impl IntoIterator<Item = Kept>, now_ms: i64) -> Value {
    json!({
        "@context": make::context(), "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": time::write(now_ms), "epcisBody": { "eventList": list(events) },
    })
}

/// An answer to a query; `next` is where the next one goes on.
pub fn answer(events: impl IntoIterator<Item = Kept>, next: Option<&str>, now_ms: i64) -> Value {
    let mut results = json!({ "queryName": "SimpleEventQuery", "resultsBody": { "eventList": list(events) } });
    if let Some(next) = next {
        results["xl:nextPageToken"] = next.into();
    }
    json!({
        "@context": make::context(), "type": "EPCISQueryDocument", "schemaVersion": "2.0",
        "creationDate": time::write(now_ms), "epcisBody": { "queryResults": results },
    })
}

/// The events of a batch and of everything linked with it, oldest first.
///
/// Its own, those of every batch it was made of or became part of, and what partners told about them; `None` when there is
/// no such batch. The answer says whether something had to be left out.
///
/// # Errors
/// When the host refuses a question.
pub fn of_batch(batch: &str) -> Result<Option<(Vec<Kept>, bool)>, Error> {
    if store::batch(batch)?.is_none() {
        return Ok(None);
    }
    let linked = graph::reach(batch, |lot| {
        Ok::<_, Error>(
            store::batch(lot)?.map_or_else(Vec::new, |found| [found.trade.parents, found.trade.children].concat()),
        )
    })?;
    let mut events = Vec::new();
    let mut is_cut = linked.is_cut;
    for lot in std::iter::once(batch).chain(linked.lots.iter().map(|(lot, _)| lot.as_str())) {
        let left = MOST_EVENTS.saturating_sub(events.len());
        is_cut |= left == 0;
        if left > 0 {
            events.extend(super::of_batch(lot, left)?);
            events.extend(from_partners(lot, left)?);
        }
    }
    events.sort_by(|one: &Kept, other: &Kept| one.place.cmp(&other.place));
    events.dedup_by(|one, other| one.place == other.place);
    Ok(Some((events, is_cut)))
}

/// What trade partners told about a lot: they name it by its Digital Link, whatever host they write.
fn from_partners(lot: &str, most: usize) -> Result<Vec<Kept>, Error> {
    let Some(batch) = store::batch(lot)? else { return Ok(Vec::new()) };
    let Some(gtin) = &batch.trade.gtin else { return Ok(Vec::new()) };
    let mut told = Vec::new();
    // Who read the code on the product names the lot of its address.
    for lot in [lot].into_iter().chain(batch.public_lot()) {
        told.extend(super::about(&Link::of_lot(gtin, lot).canonical(), most)?);
    }
    Ok(told.into_iter().filter(|kept| kept.shelf == super::CAPTURED).take(most).collect())
}

fn list(events: impl IntoIterator<Item = Kept>) -> Vec<Value> {
    events.into_iter().map(with_context).collect()
}

/// An event from elsewhere keeps the context that its short names need.
fn with_context(kept: Kept) -> Value {
    let mut event = kept.event;
    if let (Some(context), Value::Object(map)) = (kept.context, &mut event) {
        map.entry("@context").or_insert(context);
    }
    event
}

//! Recalls a batch and everything that was made of it.

use serde_json::json;
use xl_plugin::Done;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use super::life;
use super::step;
use crate::batch::Batch;
use crate::entry;
use crate::entry::Entry;
use crate::entry::What;
use crate::figures;
use crate::graph;
use crate::journal;
use crate::recall::Recall;
use crate::store;
use crate::text;

/// Most lots of one event: below the longest address that links may have each takes 250 bytes, and a record holds 64 KiB.
const LOTS_OF_AN_EVENT: usize = 200;

pub(super) fn start(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    let reason = pressed.fields.text("reason", 200);
    pressed.fields.checked()?;
    if batch.trade.recall.is_some() {
        return Err(xl_plugin::FormErrors::whole(text::trade::IS_RECALLED.say(pressed.locale)).into());
    }
    let forward = graph::reach(key, |lot| {
        Ok::<_, Error>(store::batch(lot)?.map_or_else(Vec::new, |found| found.trade.children))
    })?;
    let number = store::next_key(store::RECALLS, 'r')?;
    let mut lots = vec![(key.to_owned(), batch)];
    for (lot, _) in &forward.lots {
        lots.extend(store::batch(lot)?.map(|batch| (lot.clone(), batch)));
    }
    let steps = forward.lots.iter().map(|(_, steps)| *steps).max().unwrap_or(0);
    keep(&number, &reason, lots, steps, pressed.now_ms)?;
    Ok(Done::to("graph", [("batch", key)]))
}

fn keep(number: &str, reason: &str, mut lots: Vec<(String, Batch)>, steps: u32, now_ms: i64) -> Result<(), Refused> {
    let (first, product) = lots.first().map(|(key, batch)| (key.clone(), batch.name())).ok_or(Refused::NotFound)?;
    for part in lots.chunks_mut(LOTS_OF_AN_EVENT) {
        let event = life::with_maker(|maker| maker.recalled(part, number, now_ms))?;
        let (event, _) = journal::keep(event, None, &first, now_ms)?;
        for (key, batch) in part {
            batch.trade.recall.get_or_insert_with(|| number.to_owned());
            records::put(store::BATCHES, key, batch)?;
            let entry = Entry::recorded(key, Day::at(now_ms), now_ms, What::Recalled { reason: reason.to_owned() });
            let entry = entry.with_event(event.clone());
            records::put(store::ENTRIES, &entry::key(key, entry.time_ms, &format!("recalled-{number}")), &entry)?;
        }
    }
    let recall = Recall {
        batch: first.clone(),
        product,
        reason: reason.to_owned(),
        started_ms: now_ms,
        lots: lots.iter().map(|(key, _)| key.clone()).collect(),
        receivers: lots.iter().map(|(_, batch)| batch.trade.receivers.len()).sum(),
        steps,
    };
    let (batches, receivers) = (recall.lots.len(), recall.receivers);
    records::put(store::RECALLS, number, &recall)?;
    store::count(|totals| totals.recalls += 1)?;
    figures::add(now_ms, |month| month.recall(batches, receivers))?;
    let data = json!({ "recall": number, "batches": batches, "receivers": receivers, "steps": steps });
    step::tell("trace.recall.started", &first, data)
}

//! The day's figures of every growing batch, published in the evening.

use std::collections::BTreeMap;

use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::batch::Batch;
use crate::batch::State;
use crate::number::Thousandths;
use crate::reading::Hour;
use crate::store;

/// Batches of one event: 100 of them with 16 measures each stay below the 256 KiB of an event's data.
const PART: u32 = 100;

#[derive(Debug, Serialize)]
struct Summary {
    day: Day,
    part: u32,
    batches: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    batch: String,
    site: String,
    product: String,
    days_growing: i64,
    pictures: u64,
    measures: BTreeMap<String, Figures>,
}

#[derive(Debug, Serialize)]
struct Figures {
    min: Thousandths,
    max: Thousandths,
    mean: Thousandths,
}

/// Publishes `trace.day.summarised` for `day`, caused by the due event `seq`; nothing when nothing grows.
///
/// # Errors
/// When the host refuses a question or the event.
pub fn publish(day: Day, seq: u64) -> Result<(), Error> {
    let mut query = Query::by(store::BATCHES, "state").equals(State::Growing.as_str()).limit(PART);
    for part in 1.. {
        let found: Found<Batch> = records::find(&query)?;
        let lines = found.entries.into_iter().map(|(key, batch)| line(key, batch, day));
        let batches = lines.collect::<Result<Vec<_>, _>>()?;
        if !batches.is_empty() {
            let data = Summary { day, part, batches };
            Publish::new("trace.day.summarised").subject(&day.to_string()).cause(seq).data(&data).send()?;
        }
        match found.next {
            Some(next) => query = query.after(next),
            None => break,
        }
    }
    Ok(())
}

fn line(key: String, batch: Batch, day: Day) -> Result<Line, Error> {
    let pictures = store::progress(&key)?.attached_on(day);
    let mut whole = Hour::default();
    for hour in &hours_of(&key, day)? {
        whole.add_all(hour);
    }
    let figures = whole
        .measures
        .into_iter()
        .map(|(name, measure)| (name, Figures { min: measure.min, max: measure.max, mean: measure.mean() }));
    Ok(Line {
        batch: key,
        site: batch.site,
        product: batch.product,
        days_growing: batch.planted.map_or(0, |planted| planted.until(day)),
        pictures,
        measures: figures.collect(),
    })
}

/// A batch's readings of one day, at most 24 records.
fn hours_of(batch: &str, day: Day) -> Result<Vec<Hour>, Error> {
    let bound = |time_ms: i64| format!("{batch}/{time_ms:013}");
    let query = Query::keys(store::READINGS).from(bound(day.start_ms())).to(bound(day.plus(1).start_ms() - 1));
    let found = records::find(&query)?;
    Ok(found.entries.into_iter().map(|(_, hour)| hour).collect())
}

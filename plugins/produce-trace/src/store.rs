//! The module's records by name. What is in them stands in [`crate::site`], [`crate::batch`], [`crate::entry`] ….

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use xl_plugin::Error;
use xl_plugin::page::Origin;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::batch::Batch;
use crate::batch::PUBLIC_LOT;
use crate::batch::State;
use crate::entry;
use crate::entry::Entry;
use crate::evidence::Progress;
use crate::reading::Hour;
use crate::site::Site;

/// Greenhouses by `g000001`.
pub const SITES: &str = "sites";
/// Batches by `b000001`.
pub const BATCHES: &str = "batches";
/// The timelines.
pub const ENTRIES: &str = "entries";
/// How far each batch's pictures are.
pub const PROGRESS: &str = "progress";
/// Readings by batch and hour.
pub const READINGS: &str = "readings";
/// Commitment certificates by `c000001`.
pub const CERTIFICATES: &str = "certificates";
/// Recalls by `r000001`.
pub const RECALLS: &str = "recalls";
/// Orders by their number.
pub const ORDERS: &str = "orders";
/// EPCIS events by their hash.
pub const JOURNAL: &str = "journal";
/// Which event is about which thing.
pub const MARKS: &str = "marks";
/// Counts of each month.
pub const MONTHS: &str = "months";
/// One record of figures.
pub const TOTALS: &str = "totals";

/// The one key of [`TOTALS`].
const ALL: &str = "all";

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Greenhouses.
    pub sites: u64,
    /// Batches that are planned.
    pub planned: u64,
    /// Batches that grow.
    pub growing: u64,
    /// Batches that are harvested.
    pub harvested: u64,
    /// Batches that are tested.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tested: u64,
    /// Batches with a certificate.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub certified: u64,
    /// Batches in packages.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub packed: u64,
    /// Batches on their way.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shipped: u64,
    /// Batches that arrived.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub received: u64,
    /// Batches of which nothing is left.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sold: u64,
    /// Recalls.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub recalls: u64,
    /// Orders.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub orders: u64,
}

impl Totals {
    /// How many batches are in a state.
    pub fn of(&mut self, state: State) -> &mut u64 {
        match state {
            State::Planned => &mut self.planned,
            State::Growing => &mut self.growing,
            State::Harvested => &mut self.harvested,
            State::Tested => &mut self.tested,
            State::Certified => &mut self.certified,
            State::Packed => &mut self.packed,
            State::Shipped => &mut self.shipped,
            State::Received => &mut self.received,
            State::Sold => &mut self.sold,
        }
    }

    /// A batch went from one state to another.
    pub fn moved(&mut self, from: State, to: State) {
        *self.of(from) = self.of(from).saturating_sub(1);
        *self.of(to) += 1;
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The key after the largest one: `g000001` when there is none. Records are never deleted, so it is new.
///
/// # Errors
/// When the host refuses the question.
pub fn next_key(collection: &str, letter: char) -> Result<String, Error> {
    let newest: Found<serde_json::Value> = records::find(&Query::keys(collection).descending().limit(1))?;
    let number = newest.entries.first().and_then(|(key, _)| key.get(1..)?.parse::<u32>().ok()).unwrap_or(0);
    Ok(format!("{letter}{:06}", number.saturating_add(1)))
}

/// The greenhouse that a camera looks into.
///
/// # Errors
/// When the host refuses the question.
pub fn site_of(camera: &str) -> Result<Option<(String, Site)>, Error> {
    let found = records::find(&Query::by(SITES, "camera").equals(camera).limit(1))?;
    Ok(found.entries.into_iter().next())
}

/// A greenhouse.
///
/// # Errors
/// When the host refuses the question.
pub fn site(key: &str) -> Result<Option<Site>, Error> {
    get(SITES, key)
}

/// A batch.
///
/// # Errors
/// When the host refuses the question.
pub fn batch(key: &str) -> Result<Option<Batch>, Error> {
    get(BATCHES, key)
}

/// The batch that a shop calls `{gtin}/{lot}`.
///
/// # Errors
/// When the host refuses the question.
pub fn batch_named(name: &str) -> Result<Option<(String, Batch)>, Error> {
    let found = records::find(&Query::by(BATCHES, "name").equals(name).limit(1))?;
    Ok(found.entries.into_iter().next())
}

/// The batch of a product whose public page has this lot in its address.
///
/// # Errors
/// When the host refuses the question.
pub fn batch_labelled(gtin: &str, lot: &str) -> Result<Option<(String, Batch)>, Error> {
    if lot.len() != PUBLIC_LOT {
        return Ok(None);
    }
    let found: Found<Batch> = records::find(&Query::by(BATCHES, "link").prefix(lot).limit(1))?;
    Ok(found.entries.into_iter().find(|(_, batch)| batch.trade.gtin.as_deref() == Some(gtin)))
}

/// How far a batch's pictures are.
///
/// # Errors
/// When the host refuses the question.
pub fn progress(batch: &str) -> Result<Progress, Error> {
    Ok(get(PROGRESS, batch)?.unwrap_or_default())
}

/// The figures.
///
/// # Errors
/// When the host refuses the question.
pub fn totals() -> Result<Totals, Error> {
    Ok(get(TOTALS, ALL)?.unwrap_or_default())
}

/// Changes the figures.
///
/// # Errors
/// When the host refuses the change.
pub fn count(change: impl FnOnce(&mut Totals)) -> Result<(), Error> {
    let mut totals = totals()?;
    change(&mut totals);
    records::put(TOTALS, ALL, &totals)
}

/// What people recorded about a batch, by time. Fewer than one answer holds: [`crate::act`] watches that.
///
/// # Errors
/// When the host refuses the question.
pub fn recorded(batch: &str) -> Result<Vec<Entry>, Error> {
    let query = Query::by(ENTRIES, "shelf").equals(entry::shelf(batch, Origin::Recorded));
    Ok(values(records::find(&query)?))
}

/// The newest pictures of a batch, the newest first.
///
/// # Errors
/// When the host refuses the question.
pub fn newest_captured(batch: &str, most: u32) -> Result<Vec<Entry>, Error> {
    let query = Query::by(ENTRIES, "shelf").equals(entry::shelf(batch, Origin::Captured)).descending().limit(most);
    Ok(values(records::find(&query)?))
}

/// The first picture of a batch.
///
/// # Errors
/// When the host refuses the question.
pub fn first_captured(batch: &str) -> Result<Option<Entry>, Error> {
    let query = Query::by(ENTRIES, "shelf").equals(entry::shelf(batch, Origin::Captured)).limit(1);
    Ok(values(records::find(&query)?).into_iter().next())
}

/// The newest hours of a batch's readings with their start, oldest first.
///
/// # Errors
/// When the host refuses the question.
pub fn newest_hours(batch: &str, most: u32) -> Result<Vec<(i64, Hour)>, Error> {
    let query = Query::keys(READINGS).prefix(&format!("{batch}/")).descending().limit(most);
    let found: Found<Hour> = records::find(&query)?;
    let start = |key: &str| key.split('/').nth(1).and_then(|text| text.parse().ok());
    Ok(found.entries.into_iter().rev().filter_map(|(key, hour)| Some((start(&key)?, hour))).collect())
}

/// A record of any collection; `None` for an empty key too.
///
/// # Errors
/// When the host refuses the question.
pub fn get<T: DeserializeOwned>(collection: &str, key: &str) -> Result<Option<T>, Error> {
    // A key comes from an address too, and an empty one is an error to the host.
    if key.is_empty() { Ok(None) } else { records::get(collection, key) }
}

fn values<T>(found: Found<T>) -> Vec<T> {
    found.entries.into_iter().map(|(_, value)| value).collect()
}

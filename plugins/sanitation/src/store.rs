//! The module's records by name, and how new ones are numbered.

use serde::de::DeserializeOwned;
use xl_plugin::Error;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

/// Road sections by `s000001`.
pub(crate) const SECTIONS: &str = "sections";
/// Collection points by `p000001`.
pub(crate) const POINTS: &str = "points";
/// Bins by `b000001`.
pub(crate) const BINS: &str = "bins";
/// Vehicles by `v000001`.
pub(crate) const VEHICLES: &str = "vehicles";
/// Routes by `r000001`.
pub(crate) const ROUTES: &str = "routes";
/// What is to be done again and again, by `t000001`.
pub(crate) const PLANS: &str = "plans";
/// Who works when, by `h000001`.
pub(crate) const ROSTERS: &str = "rosters";
/// What is to be done once, by `{day}/{plan}/{point}/{window}`.
pub(crate) const TASKS: &str = "tasks";
/// Who should be there on a day, by `{day}/{roster}`.
pub(crate) const SHIFTS: &str = "shifts";
/// A point on a day, by `{day}/{point}`.
pub(crate) const POINT_DAYS: &str = "point-days";
/// Counts by day and by month.
pub(crate) const TALLIES: &str = "tallies";
/// Candidates and what became of them, by `f000001`.
pub(crate) const FINDINGS: &str = "findings";
/// What is remembered of each camera.
pub(crate) const EYES: &str = "eyes";
/// Clean views of each camera.
pub(crate) const VIEWS: &str = "views";
/// How often people agreed, by `{camera}/{method}`.
pub(crate) const PRECISION: &str = "precision";
/// Complaints by `c000001`.
pub(crate) const COMPLAINTS: &str = "complaints";
/// Deductions by `d000001`.
pub(crate) const DEDUCTIONS: &str = "deductions";
/// Scores by `{month}/{section}`.
pub(crate) const SCORES: &str = "scores";
/// How far the planning of a day is.
pub(crate) const PROGRESS: &str = "progress";

/// Rows of one page.
pub(crate) const ROWS: u32 = 50;

/// The key after the largest one: `s000001` when there is none. Records are never deleted, so it is new.
pub(crate) fn next_key(collection: &str, letter: char) -> Result<String, Error> {
    let newest: Found<serde_json::Value> = records::find(&Query::keys(collection).descending().limit(1))?;
    let number = newest.entries.first().and_then(|(key, _)| key.get(1..)?.parse::<u32>().ok()).unwrap_or(0);
    Ok(format!("{letter}{:06}", number.saturating_add(1)))
}

/// A record under a key that somebody gave; what cannot be a key is not there.
pub(crate) fn get<T: DeserializeOwned>(collection: &str, key: &str) -> Result<Option<T>, Error> {
    if key.is_empty() || key.len() > 256 { Ok(None) } else { records::get(collection, key) }
}

/// One part of a collection by key.
pub(crate) fn part<T: DeserializeOwned>(
    collection: &str,
    after: Option<String>,
    limit: u32,
) -> Result<Found<T>, Error> {
    let query = Query::keys(collection).limit(limit);
    records::find(&match after {
        Some(after) => query.after(after),
        None => query,
    })
}

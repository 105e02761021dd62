//! How many households stand where, by village and for the township; pages and figures read it instead of counting.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::records;
use xl_plugin::records::Query;

use crate::cadence;
use crate::count::Counter;
use crate::count::Kpi;
use crate::household::Household;
use crate::household::Standing;
use crate::procedure::State;
use crate::store;

/// Key of the township's tally.
pub const ALL: &str = "all";

/// A tally.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Households.
    pub households: i64,
    /// Households that are monitored, with measures or without.
    pub monitored: i64,
    /// Of those: with an effective measure.
    pub helped: i64,
    /// Households whose risk was cleared.
    pub cleared: i64,
    /// Clues by where they stand.
    pub clues: BTreeMap<String, i64>,
    /// The day on which its figures were last reported; of villages only, so that the schedule finds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed: Option<Day>,
}

/// A tally; empty where there is none.
///
/// # Errors
/// When the host refuses the question.
pub fn read(key: &str) -> Result<Tally, Error> {
    Ok(store::get(store::TALLIES, key)?.unwrap_or_default())
}

/// Takes a household from one state to another one in its village's and the township's tally.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn household(
    before: Option<&Household>,
    after: &Household,
    today: Day,
    counter: &mut Counter,
) -> Result<(), Error> {
    let old = before.map_or([0; 4], weights);
    let new = weights(after);
    if old == new {
        return Ok(());
    }
    change(&after.place, today, |tally| {
        tally.households += new[0] - old[0];
        tally.monitored += new[1] - old[1];
        tally.helped += new[2] - old[2];
        tally.cleared += new[3] - old[3];
    })?;
    let tally = read(&after.place)?;
    // Before the first change of a month the tally is what the month began with.
    let began = tally.monitored - (new[1] - old[1]);
    counter.starts_with(Kpi::Clearance, &after.place, today, began)?;
    if after.standing == Standing::Cleared && old[3] == 0 {
        counter.add(Kpi::Clearance, &after.place, today, 1, 0)?;
    }
    report(&after.place, &tally, today, counter)
}

/// Reports what stands at a village, also in a month in which nothing happened there; at most `most` villages.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn refresh(today: Day, most: u32, counter: &mut Counter) -> Result<(), Error> {
    let yesterday = cadence::day_before(today).to_string();
    let stale = Query::by(store::TALLIES, "refreshed").to(yesterday).limit(most);
    for (place, tally) in records::find::<Tally>(&stale)?.entries {
        counter.starts_with(Kpi::Clearance, &place, today, tally.monitored)?;
        report(&place, &tally, today, counter)?;
        store::put(store::TALLIES, &place, &Tally { refreshed: Some(today), ..tally })?;
    }
    Ok(())
}

fn report(place: &str, tally: &Tally, today: Day, counter: &mut Counter) -> Result<(), Error> {
    counter.set(Kpi::Help, place, today, (Some(tally.helped), Some(tally.monitored)))?;
    counter.set(Kpi::Looks, place, today, (None, Some(tally.households)))
}

/// Takes a clue from one state to another one.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn clue(place: &str, before: Option<State>, after: State, today: Day) -> Result<(), Error> {
    change(place, today, |tally| {
        if let Some(before) = before {
            *tally.clues.entry(before.as_str().to_owned()).or_default() -= 1;
        }
        *tally.clues.entry(after.as_str().to_owned()).or_default() += 1;
    })
}

fn change(place: &str, today: Day, change: impl Fn(&mut Tally)) -> Result<(), Error> {
    for key in [place, ALL] {
        let mut tally = read(key)?;
        change(&mut tally);
        if key != ALL {
            tally.refreshed.get_or_insert(today);
        }
        store::put(store::TALLIES, key, &tally)?;
    }
    Ok(())
}

fn weights(household: &Household) -> [i64; 4] {
    let watched = household.standing.is_watched();
    let cleared = household.standing == Standing::Cleared;
    [1, i64::from(watched), i64::from(watched && household.helped), i64::from(cleared)]
}

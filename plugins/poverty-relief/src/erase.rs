//! Erases what leads to the persons of a household and what was written about them.
//!
//! On request, when the township grants it, and when a file lay quiet for as long as the settings keep it (PIPL 19).
//! Consents, looks, shares paid and the times and accounts of steps stay: they prove what the office did.

use xl_plugin::Error;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::clue::Clue;
use crate::grievance::Grievance;
use crate::household::Household;
use crate::rule::Facts;
use crate::rule::Warning;
use crate::store;

/// What stands where something was erased.
const GONE: &str = "*";

/// Whether a file may be erased: nothing of it is on its way, and nobody watches over it.
pub fn may_erase(household: &Household) -> bool {
    household.open_clue.is_none() && !household.standing.is_watched()
}

/// Erases a file, at most `most` of its visits, measures and incomes at a time; `false`: there are more of them.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn erase(key: &str, household: &mut Household, most: usize) -> Result<bool, Error> {
    records::delete(store::SEALED, key)?;
    household.head_masked = GONE.to_owned();
    household.members.clear();
    clues(key)?;
    words(key)?;
    let mut left = most;
    for collection in [store::VISITS, store::MEASURES, store::INCOMES] {
        loop {
            let found: Found<serde_json::Value> = records::find(&Query::keys(collection).prefix(&format!("{key}/")))?;
            if found.entries.is_empty() {
                break;
            }
            for (record, _) in &found.entries {
                if left == 0 {
                    return Ok(false);
                }
                records::delete(collection, record)?;
                left -= 1;
            }
        }
    }
    Ok(true)
}

fn clues(key: &str) -> Result<(), Error> {
    for (clue_key, mut clue) in records::find::<Clue>(&about(store::CLUES, key))?.entries {
        clue.steps.iter_mut().for_each(|made| made.note = None);
        if let Some(rejection) = &mut clue.rejected {
            rejection.reason = GONE.to_owned();
        }
        store::put(store::CLUES, &clue_key, &clue)?;
        if let (Some(notice_key), Some(mut notice)) = (&clue.notice, store::notice_of(&clue)?) {
            notice.shown.head = GONE.to_owned();
            notice.down_words = None;
            store::put(store::NOTICES, notice_key, &notice)?;
        }
    }
    Ok(())
}

/// What was written in grievances and about warnings.
fn words(key: &str) -> Result<(), Error> {
    for (number, mut one) in records::find::<Grievance>(&about(store::GRIEVANCES, key))?.entries {
        one.text = GONE.to_owned();
        if let Some(answer) = &mut one.answer {
            answer.text = GONE.to_owned();
        }
        store::put(store::GRIEVANCES, &number, &one)?;
    }
    for (number, mut warning) in records::find::<Warning>(&about(store::WARNINGS, key))?.entries {
        warning.reason = None;
        warning.facts = Facts::default();
        store::put(store::WARNINGS, &number, &warning)?;
    }
    Ok(())
}

fn about(collection: &str, key: &str) -> Query {
    Query::by(collection, "household").equals(key)
}

//! Opens a file unmasked: who, when and why are written down first, and whether an action followed.

use xl_plugin::Done;
use xl_plugin::day::Day;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Pressed;
use super::Refused;
use crate::cadence;
use crate::count::Counter;
use crate::count::Kpi;
use crate::file::Look;
use crate::file::Why;
use crate::mask::Sealed;
use crate::mask::sees;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::text::names;

/// Roles that may see at least one sealed field.
const LOOKERS: [&str; 4] = ["grid-member", "handler", "township-admin", "county-admin"];

pub(super) fn show(pressed: &mut Pressed, household: &str) -> Result<Done, Refused> {
    if !sees(&pressed.person.roles, Sealed::Head) {
        return pressed.takes(&LOOKERS).and(Err(Refused::NotFound));
    }
    let place = pressed.household(household)?.place;
    let why = pressed.fields.choice("why", &names::choices(names::WHYS)).unwrap_or(Why::Supervision);
    let reason = pressed.fields.text("reason", 100);
    pressed.fields.checked()?;

    let account = pressed.person.account.clone();
    let look = Look {
        household: household.to_owned(),
        by: account.clone(),
        at_ms: pressed.now_ms,
        why,
        reason,
        open: Some(open_key(household, &account)),
        settle: Some(pressed.today.plus(Settings::read()?.look_days)),
        followed: None,
    };
    let key = store::next_key(store::LOOKS, 'l')?;
    store::put(store::LOOKS, &key, &look)?;
    pressed.counter.add(Kpi::Looks, &place, pressed.today, 1, 0)?;
    let households = tally::read(&place)?.households;
    pressed.counter.set(Kpi::Looks, &place, pressed.today, (None, Some(households)))?;
    Ok(Done::to("full", [("household", household), ("look", key.as_str())]))
}

/// Closes the open looks of this person at this household: an action followed.
pub(super) fn follow(household: &str, account: &str, today: Day, counter: &mut Counter) -> Result<(), Refused> {
    let open = Query::by(store::LOOKS, "open").equals(open_key(household, account)).limit(50);
    for (key, look) in records::find::<Look>(&open)?.entries {
        settle(&key, look, true, today, counter)?;
    }
    Ok(())
}

/// Settles a look, with an action or without one.
fn settle(key: &str, look: Look, followed: bool, today: Day, counter: &mut Counter) -> Result<(), xl_plugin::Error> {
    if let Some(household) = store::household(&look.household)? {
        counter.add(Kpi::IdleLooks, &household.place, today, i64::from(!followed), 1)?;
    }
    store::put(store::LOOKS, key, &Look { open: None, settle: None, followed: Some(followed), ..look })
}

/// Settles the looks whose time is over; at most `most` of them.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn settle_idle(today: Day, most: u32, counter: &mut Counter) -> Result<(), xl_plugin::Error> {
    let over = Query::by(store::LOOKS, "settle").to(cadence::day_before(today).to_string()).limit(most);
    for (key, look) in records::find::<Look>(&over)?.entries {
        settle(&key, look, false, today, counter)?;
    }
    Ok(())
}

fn open_key(household: &str, account: &str) -> String {
    format!("{household}/{account}")
}

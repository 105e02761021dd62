//! Takes grievances down and answers them; a granted appeal leads the clue on, a granted deletion erases.

use xl_plugin::Done;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use crate::clue::Clue;
use crate::erase;
use crate::grievance::Grievance;
use crate::grievance::Want;
use crate::household::Household;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::text;
use crate::text::names;

/// Records that one deletion erases at most; more are refused rather than forgotten.
const MOST_ERASED: usize = 800;

pub(super) fn receive(pressed: &mut Pressed, household: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let one = pressed.household(household)?;
    let want = pressed.fields.choice("want", &names::choices(names::WANTS)).unwrap_or(Want::Complaint);
    let text = pressed.fields.note("text");
    let about = match want {
        Want::Objection | Want::Appeal => Some(pressed.fields.key("clue")),
        _ => None,
    };
    if let Some(key) = about.as_deref() {
        let clue = store::clue(key)?.filter(|clue| clue.household == household);
        match clue.map(|clue| may_be_about(&clue, want, pressed)) {
            None => pressed.fields.wrong("clue", &text::NO_RECORD),
            Some(Err(refusal)) => {
                return Err(super::clue::refused(pressed, &refusal));
            }
            Some(Ok(())) => {}
        }
    }
    pressed.fields.checked()?;
    let due = pressed.today.plus(Settings::read()?.grievance_days);
    let grievance = Grievance {
        want,
        household: household.to_owned(),
        clue: about,
        text,
        by: pressed.person.account.clone(),
        received: pressed.today,
        due,
        waits: Some(due),
        answer: None,
    };
    let key = store::next_key(store::GRIEVANCES, 'q')?;
    store::put(store::GRIEVANCES, &key, &grievance)?;
    pressed.save(household, Some(&one), &one)?;
    Ok(to_grievance(&key))
}

fn may_be_about(clue: &Clue, want: Want, pressed: &Pressed) -> Result<(), crate::clue::Refusal> {
    match want {
        Want::Appeal => {
            let procedure = Procedure::version(clue.procedure).ok_or(crate::clue::Refusal::State(clue.state))?;
            clue.may_appeal(&procedure, pressed.today).map(|_| ())
        }
        _ if clue.state == State::Noticed => Ok(()),
        _ => Err(crate::clue::Refusal::State(clue.state)),
    }
}

pub(super) fn answer(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let mut grievance: Grievance = store::get(store::GRIEVANCES, key)?.ok_or(Refused::NotFound)?;
    let granted = pressed.fields.yes_or_no("granted");
    let text = pressed.fields.note("text");
    pressed.fields.checked()?;
    let clue = grievance.clue.as_deref().map(store::clue).transpose()?.flatten();
    let decided_by = clue.as_ref().and_then(|clue| clue.rejected.as_ref()).map(|rejection| rejection.by.clone());
    grievance
        .answer(Some(&pressed.person), decided_by.as_deref(), (granted, text.clone(), pressed.today))
        .map_err(|refusal| pressed.refuse(text::grievance_refusal(refusal, pressed.locale)))?;
    let before = pressed.household(&grievance.household)?;
    let mut after = before.clone();
    if let (Want::Appeal, true, Some(clue), Some(clue_key)) = (grievance.want, granted, clue, grievance.clue.as_deref())
    {
        reinstate(pressed, clue_key, clue, &mut after, text)?;
    }
    store::put(store::GRIEVANCES, key, &grievance)?;
    if granted && grievance.want == Want::Deletion {
        erased(pressed, &grievance.household, &mut after)?;
    }
    pressed.save(&grievance.household, Some(&before), &after)?;
    Ok(to_grievance(key))
}

fn reinstate(
    pressed: &Pressed,
    key: &str,
    mut clue: Clue,
    household: &mut Household,
    reason: String,
) -> Result<(), Refused> {
    if household.open_clue.is_some() {
        return Err(pressed.refuse_as(&text::CLUE_OPEN));
    }
    clue.reinstate(Some(&pressed.person), pressed.now_ms, reason)
        .map_err(|refusal| super::clue::refused(pressed, &refusal))?;
    store::put(store::CLUES, key, &clue)?;
    tally::clue(&clue.place, Some(State::Rejected), clue.state, pressed.today)?;
    household.open_clue = Some(key.to_owned());
    Ok(())
}

/// Erases the file, which is about nobody any more then.
fn erased(pressed: &Pressed, key: &str, household: &mut Household) -> Result<(), Refused> {
    if !erase::may_erase(household) {
        return Err(pressed.refuse_as(&text::NOT_ERASED));
    }
    let all = erase::erase(key, household, MOST_ERASED)?;
    if all { Ok(()) } else { Err(pressed.refuse_as(&text::TOO_MUCH_TO_ERASE)) }
}

fn to_grievance(key: &str) -> Done {
    Done::to("grievance", [("grievance", key)])
}

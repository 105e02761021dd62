//! Takes down consent and its withdrawal. A withdrawal stops what runs on it at once: a notice comes down, a helper is
//! released.

use xl_plugin::Done;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use super::to_household;
use crate::cadence;
use crate::consent::By;
use crate::consent::How;
use crate::consent::Purpose;
use crate::notice::DownWhy;
use crate::notice::Notice;
use crate::settings::Settings;
use crate::store;
use crate::text::names;

pub(super) fn give(pressed: &mut Pressed, household: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let one = pressed.household(household)?;
    let purpose = pressed.fields.choice("purpose", &names::choices(names::PURPOSES)).unwrap_or(Purpose::Help);
    let how = pressed.fields.choice("how", &names::choices(names::HOWS)).unwrap_or(How::Signed);
    let by = pressed.fields.choice("by", &names::choices(names::BYS)).unwrap_or(By::Head);
    pressed.fields.checked()?;
    record(pressed, household, &[purpose], how, by)?;
    let mut after = one.clone();
    if purpose == Purpose::Help && one.standing.is_watched() && one.visit_due.is_none() {
        after.visit_due = Some(cadence::period_end(pressed.today, Settings::read()?.months(one.key)));
    }
    pressed.save(household, Some(&one), &after)?;
    Ok(to_household(household))
}

/// Writes consents down; those that stand stay as they are.
pub(super) fn record(
    pressed: &mut Pressed,
    household: &str,
    purposes: &[Purpose],
    how: How,
    by: By,
) -> Result<(), Refused> {
    for purpose in purposes {
        let mut consent = store::consent(household, *purpose)?;
        if consent.give(pressed.now_ms, how, by, &pressed.person.account) {
            store::put(store::CONSENTS, &store::consent_key(household, *purpose), &consent)?;
        }
    }
    Ok(())
}

pub(super) fn withdraw(pressed: &mut Pressed, household: &str) -> Result<Done, Refused> {
    // As easy as giving: whoever may write down the one may write down the other.
    pressed.takes(&WORKERS)?;
    let one = pressed.household(household)?;
    let purpose = pressed.fields.choice("purpose", &names::choices(names::PURPOSES)).unwrap_or(Purpose::Help);
    pressed.fields.checked()?;
    let mut after = one.clone();
    let mut consent = store::consent(household, purpose)?;
    let helper = one.helper.as_deref().filter(|_| purpose == Purpose::Help);
    if consent.withdraw(pressed.now_ms, &pressed.person.account, helper) {
        store::put(store::CONSENTS, &store::consent_key(household, purpose), &consent)?;
        match purpose {
            Purpose::Publication => take_notice_down(pressed, one.open_clue.as_deref())?,
            // Nobody plans visits to who does not want them, and none counts as missed.
            Purpose::Help => {
                (after.visit_due, after.visit_missed) = (None, None);
                super::help::release(&mut after)?;
            }
            Purpose::Comparison => {}
        }
    }
    pressed.save(household, Some(&one), &after)?;
    Ok(to_household(household))
}

fn take_notice_down(pressed: &mut Pressed, clue: Option<&str>) -> Result<(), Refused> {
    let Some(clue) = clue.map(store::clue).transpose()?.flatten() else { return Ok(()) };
    let (Some(key), Some(notice)) = (clue.notice.clone(), store::notice_of(&clue)?) else { return Ok(()) };
    if notice.down.is_none() {
        let notice = Notice { down_by: Some(pressed.person.account.clone()), ..notice };
        super::take_down(&key, notice, DownWhy::Withdrawn, pressed.today, &mut pressed.counter)?;
    }
    Ok(())
}

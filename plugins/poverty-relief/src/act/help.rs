//! Measures, whether they help, and who helps.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Done;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use super::to_household;
use super::visit::needs_help_consent;
use crate::file::Measure;
use crate::file::MeasureKind;
use crate::household::Household;
use crate::household::Standing;
use crate::store;
use crate::text;
use crate::text::names;

/// What is known of a helper: how many households he helps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Households that he helps.
    pub households: i64,
}

pub(super) fn measure(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let before = pressed.household(key)?;
    if !matches!(before.standing, Standing::Monitored | Standing::Measures) {
        return Err(pressed.refuse_as(&text::NOT_MONITORED));
    }
    needs_help_consent(pressed, key)?;
    let kind = pressed.fields.choice("kind", &names::choices(names::MEASURES)).unwrap_or(MeasureKind::Other);
    let note = pressed.fields.note("note");
    let from = pressed.fields.day("from");
    pressed.fields.checked()?;
    let by = pressed.person.account.clone();
    store::put(
        store::MEASURES,
        &pressed.timed(store::MEASURES, key)?,
        &Measure { kind, note, from, by, effective: None, judged_by: None },
    )?;
    let after = Household { standing: Standing::Measures, ..before.clone() };
    pressed.save(key, Some(&before), &after)?;
    Ok(to_household(key))
}

pub(super) fn judge(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&["handler", "township-admin"])?;
    let before = pressed.household(key)?;
    let chosen = pressed.fields.key("measure");
    let effective = pressed.fields.yes_or_no("effective");
    let known = store::get::<Measure>(store::MEASURES, &format!("{key}/{chosen}"))?;
    if known.is_none() {
        pressed.fields.wrong("measure", &text::NO_RECORD);
    }
    pressed.fields.checked()?;
    let measure = known.ok_or(Refused::NotFound)?;
    if measure.by == pressed.person.account {
        return Err(pressed.refuse_as(&text::OWN_WORK));
    }
    let judged_by = Some(pressed.person.account.clone());
    let judged = Measure { effective: Some(effective), judged_by, ..measure };
    store::put(store::MEASURES, &format!("{key}/{chosen}"), &judged)?;
    let all = records::find::<Measure>(&Query::keys(store::MEASURES).prefix(&format!("{key}/")))?;
    let helped = all.entries.iter().any(|(_, measure)| measure.effective == Some(true));
    pressed.save(key, Some(&before), &Household { helped, ..before.clone() })?;
    Ok(to_household(key))
}

pub(super) fn assign(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&["township-admin"])?;
    let before = pressed.household(key)?;
    if !before.standing.is_watched() {
        return Err(pressed.refuse_as(&text::NOT_MONITORED));
    }
    needs_help_consent(pressed, key)?;
    let helper = pressed.fields.account("helper");
    pressed.fields.checked()?;
    if before.helper.as_deref() != Some(helper.as_str()) {
        if let Some(old) = &before.helper {
            workload(old, -1)?;
        }
        workload(&helper, 1)?;
    }
    let after = Household { helper: Some(helper), ..before.clone() };
    pressed.save(key, Some(&before), &after)?;
    Ok(to_household(key))
}

/// Help ends: the household has no helper any more.
pub(super) fn release(household: &mut Household) -> Result<(), Refused> {
    match household.helper.take() {
        Some(helper) => workload(&helper, -1),
        None => Ok(()),
    }
}

fn workload(account: &str, change: i64) -> Result<(), Refused> {
    let mut known: Workload = store::get(store::HELPERS, account)?.unwrap_or_default();
    known.households += change;
    Ok(store::put(store::HELPERS, account, &known)?)
}

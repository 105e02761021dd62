//! Records a visit, also one that was made without a network and is written down later.

use xl_plugin::Done;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use super::to_household;
use crate::cadence;
use crate::cadence::Counts;
use crate::consent::Purpose;
use crate::count::Kpi;
use crate::file::Visit;
use crate::household::Household;
use crate::settings::Settings;
use crate::store;
use crate::text;
use crate::text::names;

/// The four things that a visit looks at: field, Chinese, English.
pub const SECURE: [(&str, &str, &str); 4] = [
    ("schooling", "义务教育有保障", "Schooling is secure"),
    ("medical", "基本医疗有保障", "Medical care is secure"),
    ("housing", "住房安全", "Housing is safe"),
    ("water", "饮水安全", "Drinking water is safe"),
];

pub(super) fn record(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let before = pressed.household(key)?;
    if !before.standing.is_watched() {
        return Err(pressed.refuse_as(&text::NOT_MONITORED));
    }
    needs_help_consent(pressed, key)?;
    let months = Settings::read()?.months(before.key);
    let due = before.visit_due.unwrap_or_else(|| cadence::period_end(pressed.today, months));
    let day = pressed.fields.day("day");
    let secure = SECURE.map(|(name, _, _)| pressed.fields.ticked(name));
    let note = pressed.fields.note("note");
    pressed.fields.checked()?;

    let mut after = before.clone();
    // The clock's own look may still be to come this hour.
    let due = match due < pressed.today {
        true => {
            after.visit_missed = Some(due);
            pressed.counter.add(Kpi::Visits, &before.place, due, 0, 1)?;
            cadence::period_end(pressed.today, months)
        }
        false => due,
    };
    after.visit_due = Some(due);
    let counted = match cadence::counts(day, months, due, after.visit_missed) {
        Counts::Planned(due) => {
            pressed.counter.add(Kpi::Visits, &before.place, due, 1, 1)?;
            after.visit_due = Some(cadence::next_due(day, months));
            Some(due)
        }
        Counts::Late(missed) => {
            pressed.counter.add(Kpi::Visits, &before.place, missed, 1, 0)?;
            Some(missed)
        }
        Counts::Extra => None,
    };
    after.visit_missed = None;
    let visit = Visit { by: pressed.person.account.clone(), day, noted_ms: pressed.now_ms, secure, note, due: counted };
    store::put(store::VISITS, &pressed.timed(store::VISITS, &format!("{key}/{day}"))?, &visit)?;
    pressed.save(key, Some(&before), &after)?;
    Ok(to_household(key))
}

/// Help goes on only while the household consents to it.
pub(super) fn needs_help_consent(pressed: &Pressed, household: &str) -> Result<(), Refused> {
    if store::consent(household, Purpose::Help)?.stands() {
        return Ok(());
    }
    let purpose = names::of(names::PURPOSES, Purpose::Help, pressed.locale);
    Err(pressed.refuse(text::NO_CONSENT.fill(pressed.locale, &[("purpose", purpose)])))
}

/// A household whose visit was missed: what it is from `today` on, and the day that was missed.
pub fn missed(one: &Household, today: xl_plugin::day::Day, months: u32) -> Option<(Household, xl_plugin::day::Day)> {
    let due = one.visit_due.filter(|due| *due < today && one.standing.is_watched())?;
    let next = Some(cadence::period_end(today, months));
    Some((Household { visit_due: next, visit_missed: Some(due), ..one.clone() }, due))
}

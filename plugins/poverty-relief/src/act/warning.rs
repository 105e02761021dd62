//! What becomes of a warning: a person opens a clue or says why none is needed.

use xl_plugin::Done;
use xl_plugin::day::Day;

use super::Pressed;
use super::Refused;
use super::clue::to_clue;
use crate::clue::Risk;
use crate::clue::Source;
use crate::procedure::Procedure;
use crate::rule;
use crate::rule::Facts;
use crate::rule::Fate;
use crate::rule::Warning;
use crate::store;
use crate::text;
use crate::text::names;

/// Keeps a warning of a rule until somebody decides about it.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn raise(household: &str, rule_id: &str, upon: &str, facts: Facts, day: Day) -> Result<(), xl_plugin::Error> {
    let rule_version = rule::by_id(rule_id).map_or(0, |rule| rule.version);
    let warning = Warning {
        household: household.to_owned(),
        rule: rule_id.to_owned(),
        rule_version,
        upon: upon.to_owned(),
        facts,
        day,
        fate: Fate::Open,
        decided_by: None,
        reason: None,
        clue: None,
    };
    store::put(store::WARNINGS, &store::next_key(store::WARNINGS, 'w')?, &warning)
}

pub(super) fn open_clue(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let warning = open(pressed, key)?;
    let risk = pressed.fields.choice("risk", &names::choices(names::RISKS)).unwrap_or(Risk::Other);
    let note = pressed.fields.optional_note("note");
    pressed.fields.checked()?;
    let one = pressed.household(&warning.household)?;
    let source = if warning.rule == "department-warning" { Source::Department } else { Source::Analysis };
    let clue = super::clue::create(pressed, &warning.household, one, (source, risk), Some(key), note)?;
    let decided_by = Some(pressed.person.account.clone());
    let decided = Warning { fate: Fate::Opened, decided_by, clue: Some(clue.clone()), ..warning };
    store::put(store::WARNINGS, key, &decided)?;
    Ok(to_clue(&clue))
}

pub(super) fn dismiss(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let warning = open(pressed, key)?;
    if let Some(step) = Procedure::on(pressed.today).and_then(|procedure| procedure.steps.into_iter().next()) {
        pressed.takes(&step.roles)?;
    }
    let reason = Some(pressed.fields.note("reason"));
    pressed.fields.checked()?;
    let decided_by = Some(pressed.person.account.clone());
    let household = warning.household.clone();
    store::put(store::WARNINGS, key, &Warning { fate: Fate::Dismissed, decided_by, reason, ..warning })?;
    pressed.followed(&household)?;
    Ok(Done::to("warnings", []))
}

fn open(pressed: &Pressed, key: &str) -> Result<Warning, Refused> {
    let warning = store::warning(key)?.ok_or(Refused::NotFound)?;
    if warning.fate == Fate::Open { Ok(warning) } else { Err(pressed.refuse_as(&text::WARNING_DECIDED)) }
}

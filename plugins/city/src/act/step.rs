//! Makes a step of a case, with what the person filled in.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::cases;
use xl_plugin::cases::Limit;
use xl_plugin::cases::Step;

use super::Pressed;
use super::Refused;
use super::whole;
use crate::cell;
use crate::form::Fields;
use crate::report::MOST_PICTURES;
use crate::settings::Settings;
use crate::step;
use crate::step::Need;
use crate::text::wrong;
use crate::unit;

/// The units of a limit, in the host's words.
pub(crate) const MEASURES: [&str; 6] =
    ["work-hour", "work-day", "urgent-hour", "urgent-day", "work-minute", "urgent-minute"];

/// Most of a limit's unit.
const MOST_AMOUNT: u32 = 400;

pub(super) fn make(mut pressed: Pressed, id: &str, name: &str) -> Result<Done, Refused> {
    let known = step::named(name).ok_or(Refused::NotFound)?;
    let locale = pressed.fields.locale();
    let Some(person) = &pressed.person else { return Err(whole(&wrong::SIGN_IN, locale)) };
    if !known.is_for(&person.roles) {
        return Err(whole(&wrong::ROLE, locale));
    }
    let case = cases::get(id)?;
    if !known.is_at(&case.stage) {
        let stage = step::stage(&case.stage).map_or(case.stage.as_str(), |phrase| phrase.say(locale));
        return Err(FormErrors::whole(wrong::NO_STEP.fill(locale, &[("stage", stage)])).into());
    }
    let mut step = Step::new(name);
    for need in known.needs {
        fill(&mut step, *need, &mut pressed.fields)?;
    }
    pressed.fields.checked()?;
    cases::move_case(id, &step)?;
    Ok(Done::to("case", [("case", id)]))
}

fn fill(step: &mut Step, need: Need, fields: &mut Fields) -> Result<(), Refused> {
    match need {
        Need::Note => step.note = fields.optional_lines("note", 1_000),
        Need::Reason => step.note = Some(fields.lines("note", 1_000)),
        Need::Unit => {
            step.unit = unit(fields)?;
            if step.unit.is_none() {
                fields.wrong("unit", &wrong::REQUIRED);
            }
        }
        Need::UnitAbove => step.unit = unit(fields)?,
        Need::Handler => {
            let account = fields.text("handler", 64);
            if !account.is_empty() && !cell::is_account(&account) {
                fields.wrong("handler", &wrong::NO_ACCOUNT);
            }
            step.handler = Some(account);
        }
        Need::Limit => step.limit = limit(fields, false),
        Need::Asked => step.limit = limit(fields, true),
        Need::Pictures => step.pictures = fields.pictures("pictures", MOST_PICTURES),
        Need::Proof => {
            step.pictures = fields.pictures("pictures", MOST_PICTURES);
            if step.pictures.is_empty() {
                fields.wrong("pictures", &wrong::PICTURE_NEEDED);
            }
        }
    }
    Ok(())
}

fn unit(fields: &mut Fields) -> Result<Option<String>, Refused> {
    let Some(id) = fields.optional_text("unit", 64) else { return Ok(None) };
    let units = Settings::read()?.units;
    if !units.is_empty() && units.iter().all(|unit| unit.id != id) {
        fields.wrong("unit", &wrong::NO_CHOICE);
    } else if !unit::is_id(&id) {
        fields.wrong("unit", &wrong::NO_UNIT);
    }
    Ok(Some(id))
}

fn limit(fields: &mut Fields, needed: bool) -> Option<Limit> {
    let amount = fields.optional_number("amount", MOST_AMOUNT);
    let unit = fields.optional_choice("measure", &MEASURES);
    match (amount, unit) {
        (Some(amount), Some(unit)) => Some(Limit { amount, unit }),
        (None, None) if needed => {
            fields.wrong("amount", &wrong::REQUIRED);
            fields.wrong("measure", &wrong::REQUIRED);
            None
        }
        (None, None) => None,
        (Some(_), None) => {
            fields.wrong("measure", &wrong::HALF_LIMIT);
            None
        }
        (None, Some(_)) => {
            fields.wrong("amount", &wrong::HALF_LIMIT);
            None
        }
    }
}

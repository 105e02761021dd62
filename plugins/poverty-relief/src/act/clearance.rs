//! Clears a household's risk: one proposes, another one decides.

use xl_plugin::Done;
use xl_plugin::events::Publish;

use super::Pressed;
use super::Refused;
use super::to_household;
use crate::clearance;
use crate::clearance::CRITERIA;
use crate::text;

pub(super) fn propose(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let before = pressed.household(key)?;
    let met = CRITERIA.map(|name| pressed.fields.ticked(name));
    pressed.fields.checked()?;
    let mut after = before.clone();
    clearance::propose(&mut after, Some(&pressed.person), met)
        .map_err(|refusal| pressed.refuse(text::clearance_refusal(&refusal, pressed.locale)))?;
    pressed.save(key, Some(&before), &after)?;
    Ok(to_household(key))
}

pub(super) fn decide(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let before = pressed.household(key)?;
    let cleared = pressed.fields.yes_or_no("cleared");
    pressed.fields.checked()?;
    let mut after = before.clone();
    clearance::decide(&mut after, Some(&pressed.person), cleared)
        .map_err(|refusal| pressed.refuse(text::clearance_refusal(&refusal, pressed.locale)))?;
    if cleared {
        super::help::release(&mut after)?;
    }
    pressed.save(key, Some(&before), &after)?;
    if cleared {
        let data = serde_json::json!({ "household": key, "place": after.place, "clue": after.recognised });
        Publish::new("relief.risk.cleared").subject(key).data(&data).send()?;
    }
    Ok(to_household(key))
}

//! Registers a household with least data, and corrects it.

use std::collections::BTreeMap;

use xl_plugin::Done;
use xl_plugin::settings;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use super::to_household;
use crate::form::Fields;
use crate::household::Household;
use crate::household::Kind;
use crate::household::Member;
use crate::household::SealedData;
use crate::household::Standing;
use crate::mask;
use crate::store;
use crate::text;
use crate::text::names;

/// Most members of one category.
const MOST_MEMBERS: i64 = 30;

/// What both forms ask for.
struct Filled {
    kind: Kind,
    members: BTreeMap<Member, u32>,
    key: bool,
    contact: Option<String>,
    bank: Option<String>,
}

fn read(fields: &mut Fields) -> Filled {
    let kind = fields.choice("kind", &names::choices(names::KINDS)).unwrap_or(Kind::Marginal);
    let mut members = BTreeMap::new();
    for (name, member, _) in names::MEMBERS {
        let count = u32::try_from(fields.whole(name, 0, MOST_MEMBERS)).unwrap_or(0);
        if count > 0 {
            members.insert(*member, count);
        }
    }
    if members.is_empty() {
        fields.wrong("able", &text::REQUIRED);
    }
    Filled {
        kind,
        members,
        key: fields.ticked("key"),
        contact: fields.sealed_number("contact", 7, 15),
        bank: fields.sealed_number("bank", 10, 30),
    }
}

pub(super) fn create(pressed: &mut Pressed) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let place = pressed.fields.village("place", &settings::township());
    let head = pressed.fields.text("head", 40);
    let filled = read(&mut pressed.fields);
    pressed.fields.checked()?;

    let key = store::next_key(store::HOUSEHOLDS, 'h')?;
    let household = Household {
        place,
        head_masked: mask::name(&head),
        kind: filled.kind,
        members: filled.members,
        key: filled.key,
        standing: Standing::Registered,
        open_clue: None,
        recognised: None,
        helper: None,
        visit_due: None,
        visit_missed: None,
        helped: false,
        clearing_by: None,
        quiet_since: None,
        registered_by: pressed.person.account.clone(),
        registered_ms: pressed.now_ms,
    };
    store::put(store::SEALED, &key, &SealedData { head, contact: filled.contact, bank: filled.bank })?;
    pressed.save(&key, None, &household)?;
    Ok(to_household(&key))
}

/// An empty name, contact or account stays what it was: who corrects need not see it.
pub(super) fn update(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let before = pressed.household(key)?;
    let head = pressed.fields.optional_text("head", 40);
    let filled = read(&mut pressed.fields);
    pressed.fields.checked()?;

    let mut after = Household { kind: filled.kind, members: filled.members, key: filled.key, ..before.clone() };
    let mut sealed = store::sealed(key)?;
    if let Some(head) = head {
        after.head_masked = mask::name(&head);
        sealed.head = head;
    }
    sealed.contact = filled.contact.or(sealed.contact);
    sealed.bank = filled.bank.or(sealed.bank);
    store::put(store::SEALED, key, &sealed)?;
    pressed.save(key, Some(&before), &after)?;
    Ok(to_household(key))
}

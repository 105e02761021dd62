//! Batches made of others: split (分装) and mixed (混装). The new one needs a certificate of its own.

use serde_json::json;
use xl_plugin::Done;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use super::life;
use super::step;
use super::step::Step;
use super::step::halted;
use crate::batch::Batch;
use crate::batch::State;
use crate::batch::Trade;
use crate::entry;
use crate::entry::Entry;
use crate::entry::What;
use crate::number::Thousandths;
use crate::store;
use crate::text;

pub(super) fn split(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let step = Step::begin(key, pressed.locale)?;
    let day = pressed.fields.day("split");
    let quantity = pressed.fields.amount("quantity_kg");
    pressed.fields.checked()?;
    let part = (step, quantity, "quantity_kg");
    form(vec![part], day, pressed.now_ms, pressed.locale)
}

pub(super) fn mix(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let step = Step::begin(key, pressed.locale)?;
    let fields = &mut pressed.fields;
    let day = fields.day("mixed");
    let quantity = fields.amount("quantity_kg");
    let other = fields.text("other", 16);
    let other_quantity = fields.amount("other_kg");
    if other == key {
        fields.wrong("other", &text::trade::SAME_BATCH);
    } else if !other.is_empty() && store::batch(&other)?.is_none() {
        fields.wrong("other", &text::trade::NO_BATCH);
    }
    pressed.fields.checked()?;
    let other = Step::begin(&other, pressed.locale)?;
    let parts = vec![(step, quantity, "quantity_kg"), (other, other_quantity, "other_kg")];
    form(parts, day, pressed.now_ms, pressed.locale)
}

/// Takes the parts off their batches and makes the new one.
fn form(
    mut parts: Vec<(Step, Thousandths, &str)>,
    day: xl_plugin::day::Day,
    now_ms: i64,
    locale: xl_plugin::Locale,
) -> Result<Done, Refused> {
    let made_key = store::next_key(store::BATCHES, 'b')?;
    for (step, quantity, field) in &mut parts {
        step.batch.part(*quantity, &made_key).map_err(|halt| halted(halt, field, locale))?;
    }
    let made = made_of(&parts, &made_key).ok_or(Refused::NotFound)?;
    let inputs: Vec<(&str, &Batch, Thousandths)> =
        parts.iter().map(|(step, quantity, _)| (step.key.as_str(), &step.batch, *quantity)).collect();
    let entry = Entry::recorded(
        &made_key,
        day,
        now_ms,
        What::Formed { parents: made.trade.parents.clone(), quantity_kg: made.left_kg() },
    );
    let event = life::with_maker(|maker| maker.formed((&made_key, &made), &inputs, entry.time_ms))?;
    records::put(store::BATCHES, &made_key, &made)?;
    store::count(|totals| totals.harvested += 1)?;
    life::keep(&made_key, "formed", entry, event.clone())?;
    let data = json!({ "parents": made.trade.parents, "quantity_kg": made.left_kg() });
    for (step, quantity_kg, _) in parts {
        let what = What::Parted { child: made_key.clone(), quantity_kg };
        // One event for all: it is about every one of them.
        step.end(day, now_ms, what, |_, _, _| event.clone())?;
    }
    step::tell("trace.batch.formed", &made_key, data)?;
    Ok(step::done(&made_key))
}

/// The new batch: harvested, with neither test nor certificate.
fn made_of(parts: &[(Step, Thousandths, &str)], key: &str) -> Option<Batch> {
    let (first, _, _) = parts.first()?;
    let quantity = parts.iter().fold(Thousandths::default(), |sum, (_, quantity, _)| sum.plus(*quantity));
    let same = |batch: &Batch| batch.product == first.batch.product && batch.variety == first.batch.variety;
    let is_one_product = parts.iter().all(|(step, _, _)| same(&step.batch));
    let mut names: Vec<String> = parts.iter().map(|(step, _, _)| step.batch.name()).collect();
    names.dedup();
    let gtin = first.batch.trade.gtin.clone().filter(|_| is_one_product);
    Some(Batch {
        product: if is_one_product { first.batch.product.clone() } else { names.join(" + ") },
        variety: first.batch.variety.clone().filter(|_| is_one_product),
        state: State::Harvested,
        quantity_kg: Some(quantity),
        harvested: parts.iter().filter_map(|(step, _, _)| step.batch.harvested).max(),
        link: None,
        trade: Trade {
            name: gtin.as_ref().map(|gtin| format!("{gtin}/{key}")),
            gtin,
            parents: parts.iter().map(|(step, _, _)| step.key.clone()).collect(),
            left_kg: Some(quantity),
            ..Trade::default()
        },
        ..first.batch.clone()
    })
}

/// Declares a record wrong: it stays, and is shown as corrected.
pub(super) fn correct(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    let recorded = store::recorded(key)?;
    let fields = &mut pressed.fields;
    let of = fields.text("record", 80);
    let reasons = [("incorrect_data", entry::Fault::IncorrectData), ("did_not_occur", entry::Fault::DidNotOccur)];
    let reason = fields.choice("reason", &reasons);
    let wrong = recorded.iter().find(|entry| entry.event.as_deref() == Some(of.as_str()));
    let wrong = wrong.filter(|entry| entry::fault_of(entry, &recorded).is_none());
    match wrong.map(|entry| &entry.what) {
        None if !of.is_empty() => fields.wrong("record", &text::trade::NO_ENTRY),
        // What others follow from cannot be taken for not having happened.
        Some(what)
            if reason == Some(entry::Fault::DidNotOccur)
                && !matches!(what, What::InputUsed(_) | What::Tested { .. }) =>
        {
            fields.wrong("reason", &text::trade::STILL_NEEDED);
        }
        _ => {}
    }
    let now_ms = pressed.now_ms;
    pressed.fields.checked()?;
    let reason = reason.ok_or(Refused::NotFound)?;
    let kept = crate::journal::get(&of)?.ok_or(Refused::NotFound)?;
    let declared = crate::journal::make::declared_wrong(&kept.event, reason, now_ms);
    let entry =
        Entry::recorded(key, xl_plugin::day::Day::at(now_ms), now_ms, What::Corrected { of: of.clone(), reason });
    life::keep(key, &format!("correction-{:03}", recorded.len()), entry, declared)?;
    batch.trade.corrections += 1;
    records::put(store::BATCHES, key, &batch)?;
    crate::figures::add(now_ms, |month| month.corrections += 1)?;
    step::tell("trace.record.corrected", key, json!({ "event": of, "reason": reason.as_str() }))?;
    Ok(step::done(key))
}

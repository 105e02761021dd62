//! What happens to a batch: planting, use of inputs, harvest.

use serde_json::Value;
use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;

use super::MOST_RECORDED;
use super::Pressed;
use super::Refused;
use crate::batch::Batch;
use crate::batch::Refusal;
use crate::batch::State;
use crate::entry;
use crate::entry::Entry;
use crate::entry::Input;
use crate::entry::What;
use crate::evidence::Seen;
use crate::evidence::Why;
use crate::figures;
use crate::handle;
use crate::interval::Use;
use crate::journal;
use crate::journal::make::Maker;
use crate::settings::Settings;
use crate::site::Site;
use crate::store;
use crate::text;

pub(super) fn plant(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    in_state(&batch, State::Planned, &pressed)?;
    let day = pressed.fields.day("planted");
    let site = store::site(&batch.site)?.ok_or(Refused::NotFound)?;
    if site.growing.is_some() {
        pressed.fields.wrong("planted", &text::SITE_TAKEN);
    }
    pressed.fields.checked()?;
    start_growing(key, batch, site, day, pressed.now_ms)?;
    Ok(to_batch(key))
}

/// Planned → growing, for a batch whose greenhouse is free.
pub(super) fn start_growing(key: &str, mut batch: Batch, mut site: Site, day: Day, now_ms: i64) -> Result<(), Refused> {
    batch.plant(day).map_err(|_| Refused::NotFound)?;
    site.growing = Some(key.to_owned());
    records::put(store::BATCHES, key, &batch)?;
    records::put(store::SITES, &batch.site, &site)?;
    let entry = Entry::recorded(key, day, now_ms, What::Planted);
    let event = with_maker(|maker| maker.planted(key, &batch, &site, entry.time_ms))?;
    keep(key, "planted", entry, event)?;
    store::count(|totals| {
        totals.planned = totals.planned.saturating_sub(1);
        totals.growing += 1;
    })?;
    announce("trace.batch.planted", key, &batch)
}

pub(super) fn use_input(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    in_state(&batch, State::Growing, &pressed)?;
    let fields = &mut pressed.fields;
    let input = Input {
        name: fields.text("name", 60),
        registration: fields.text("registration", 60),
        source: fields.text("source", 60),
        purpose: fields.text("purpose", 60),
        dose: fields.text("dose", 60),
        interval_days: fields.days("interval_days", 365),
        used: fields.day("used"),
    };
    if Settings::read()?.bans(&input.registration) {
        fields.wrong_with("registration", &text::trade::BANNED, &[("registration", &input.registration)]);
    }
    if let Err(Refusal::BeforePlanting(planted)) = batch.may_use(input.used) {
        fields.wrong_with("used", &text::BEFORE_PLANTING, &[("planted", &planted.to_string())]);
    }
    pressed.fields.checked()?;
    let recorded = store::recorded(key)?;
    // Planting stands in it already, and the harvest still needs its place.
    if recorded.len() + 1 >= MOST_RECORDED {
        let most = MOST_RECORDED.to_string();
        return Err(FormErrors::whole(text::TOO_MANY.fill(pressed.locale, &[("most", &most)])).into());
    }

    let mut data = serde_json::to_value(&input).unwrap_or_default();
    data["batch"] = key.into();
    data["harvest_from"] = input.as_use().harvest_from().to_string().into();
    let entry = Entry::recorded(key, input.used, pressed.now_ms, What::InputUsed(input.clone()));
    let site = store::site(&batch.site)?.ok_or(Refused::NotFound)?;
    let event = with_maker(|maker| maker.input_used(key, &batch, &site, &input, entry.time_ms))?;
    keep(key, &format!("used-{:03}", recorded.len()), entry, event)?;
    Publish::new("trace.input.used").subject(key).data(&data).send()?;
    let harvest_from = input.as_use().harvest_from();
    let closed_until = entry::inputs(&recorded).map(|before| before.as_use().harvest_from()).max();
    if harvest_from > Day::at(pressed.now_ms) && closed_until.is_none_or(|until| harvest_from > until) {
        closed(key, &batch.site, harvest_from, pressed.now_ms)?;
    }
    Ok(to_batch(key))
}

/// Tells that a batch is closed to harvest until a later day than before.
///
/// This is where the interval is known to block: a harvest that is tried inside it is refused, and what is refused
/// leaves no effect.
fn closed(key: &str, site: &str, harvest_from: Day, now_ms: i64) -> Result<(), Refused> {
    figures::add(now_ms, |month| month.closed += 1)?;
    let data = serde_json::json!({ "batch": key, "site": site, "harvest_from": harvest_from.to_string() });
    Ok(Publish::new("trace.phi.blocked").subject(key).data(&data).send()?)
}

pub(super) fn harvest(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    in_state(&batch, State::Growing, &pressed)?;
    let day = pressed.fields.day("harvested");
    let quantity_kg = pressed.fields.amount("quantity_kg");
    let recorded = store::recorded(key)?;
    let uses: Vec<Use<'_>> = entry::inputs(&recorded).map(Input::as_use).collect();
    match batch.harvest(day, quantity_kg, uses.iter().copied()) {
        Ok(()) => {}
        Err(Refusal::State(state)) => return Err(wrong_state(state, &pressed)),
        Err(Refusal::BeforePlanting(planted)) => {
            let planted = planted.to_string();
            pressed.fields.wrong_with("harvested", &text::BEFORE_PLANTING, &[("planted", &planted)]);
        }
        Err(Refusal::Interval(used)) => {
            let (day, days, from) =
                (used.used.to_string(), used.interval_days.to_string(), used.harvest_from().to_string());
            let words = [("name", used.name), ("used", &day), ("days", &days), ("from", &from)];
            pressed.fields.wrong_with("harvested", &text::INTERVAL, &words);
        }
    }
    pressed.fields.checked()?;

    records::put(store::BATCHES, key, &batch)?;
    let mut site = store::site(&batch.site)?.ok_or(Refused::NotFound)?;
    site.growing = None;
    records::put(store::SITES, &batch.site, &site)?;
    let mut progress = store::progress(key)?;
    if let Some(last) = progress.last(day) {
        records::put(store::PROGRESS, key, &progress)?;
        handle::attach(key, &batch.site, &last, Why::Last, pressed.now_ms)?;
    }
    let entry = Entry::recorded(key, day, pressed.now_ms, What::Harvested { quantity_kg });
    let seen: Vec<Seen> = progress.newest.filter(|seen| Day::at(seen.time_ms) == day).into_iter().collect();
    let event = with_maker(|maker| maker.harvested(key, &batch, &site, &seen, entry.time_ms))?;
    figures::add(pressed.now_ms, |month| month.evidence(!seen.is_empty()))?;
    keep(key, "harvested", entry, event)?;
    store::count(|totals| {
        totals.growing = totals.growing.saturating_sub(1);
        totals.harvested += 1;
    })?;
    let data = serde_json::json!({
        "batch": key, "site": batch.site, "product": batch.product, "planted": batch.planted,
        "harvested": batch.harvested, "quantity_kg": quantity_kg, "inputs": uses.len(),
    });
    Publish::new("trace.batch.harvested").subject(key).data(&data).send()?;
    Ok(to_batch(key))
}

/// Publishes what a batch is, for planning and planting.
pub(super) fn announce(kind: &str, key: &str, batch: &Batch) -> Result<(), Refused> {
    let mut data = serde_json::json!({
        "batch": key, "site": batch.site, "product": batch.product, "quantity": batch.quantity, "unit": batch.unit,
    });
    if let Some(variety) = &batch.variety {
        data["variety"] = variety.as_str().into();
    }
    if let Some(planted) = batch.planted {
        data["planted"] = planted.to_string().into();
    }
    Ok(Publish::new(kind).subject(key).data(&data).send()?)
}

pub(super) fn to_batch(key: &str) -> Done {
    Done::to("batch", [("batch", key)])
}

/// Makes an event with the township's names.
pub(super) fn with_maker(make: impl FnOnce(&Maker<'_>) -> Value) -> Result<Value, Refused> {
    let settings = Settings::read()?;
    Ok(make(&Maker { township: &xl_plugin::settings::township(), link_base: &settings.link_base }))
}

/// Keeps a record with its EPCIS event.
pub(super) fn keep(batch: &str, what: &str, entry: Entry, event: Value) -> Result<(), Refused> {
    let (event, _) = journal::keep(event, None, batch, entry.noted_ms)?;
    let late_days = Day::at(entry.time_ms).until(Day::at(entry.noted_ms));
    figures::add(entry.noted_ms, |month| month.record(late_days))?;
    let entry = entry.with_event(event);
    Ok(records::put(store::ENTRIES, &entry::key(batch, entry.time_ms, what), &entry)?)
}

pub(super) fn in_state(batch: &Batch, wanted: State, pressed: &Pressed) -> Result<(), Refused> {
    if batch.state == wanted { Ok(()) } else { Err(wrong_state(batch.state, pressed)) }
}

pub(super) fn wrong_state(state: State, pressed: &Pressed) -> Refused {
    let name = text::state(state).say(pressed.locale);
    FormErrors::whole(text::WRONG_STATE.fill(pressed.locale, &[("state", name)])).into()
}

//! The page for buyers. No person, no place finer than the township, nothing about who looks.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;

use super::certificate;
use super::day_or_dash;
use super::happening;
use super::minute;
use super::shared;
use crate::batch::Batch;
use crate::certificate::Certificate;
use crate::entry;
use crate::entry::Entry;
use crate::entry::What;
use crate::settings::Settings;
use crate::site::Site;
use crate::store;
use crate::text;
use crate::text::trade;

/// Pictures in the gallery beside the first one.
const PICTURES: u32 = 11;

/// Most batches whose inputs are shown with those of one that was made of them.
const MOST_ORIGINS: usize = 20;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("batch").ok_or(PagesError::NotFound)?;
    let batch = store::batch(&key)?.ok_or(PagesError::NotFound)?;
    let site = store::site(&batch.site)?.ok_or(PagesError::NotFound)?;
    let settings = Settings::read()?;
    let recorded = store::recorded(&key)?;
    let captured = gallery_of(&key)?;
    let today = Day::at(visit.now_ms);

    let title = text::TRACE.fill(locale, &[("product", &batch.name())]);
    let mut page = Page::new(title).steps(shared::steps(&batch, locale));
    page = shared::recall_banner(page, &batch, locale)?;
    page = shared::interval_banner(page, &batch, &recorded, today, locale);
    page = page.detail(facts(&key, &batch, &site, &settings, locale));
    page = certificate_of(page, &batch, &settings, locale)?;
    page = input_table(page, &batch, &with_origins(&batch, &recorded)?, today, locale);
    page = timeline(page, &batch, &recorded, &captured, locale);
    page = pictures(page, &batch, &captured, locale);
    page = shared::readings(page, &store::newest_hours(&key, shared::CHART_HOURS)?, &settings, locale);
    Ok(how_to_complain(page, &key, &settings, visit, locale))
}

/// The certificate in force, without whom to call: that stands on the paper.
fn certificate_of(page: Page, batch: &Batch, settings: &Settings, locale: Locale) -> Result<Page, xl_plugin::Error> {
    let Some(number) = batch.trade.certificate.as_ref().filter(|number| certificate::is_in_force(batch, number)) else {
        return Ok(page);
    };
    let Some(found): Option<Certificate> = store::get(store::CERTIFICATES, number)? else { return Ok(page) };
    let mut facts = vec![
        Pair::new(trade::CERTIFICATE_NUMBER.say(locale), number),
        Pair::new(trade::AMOUNT_KG.say(locale), found.quantity_kg),
        Pair::new(text::ORIGIN.say(locale), &found.origin),
        Pair::new(trade::ISSUED_ON.say(locale), found.issued),
        Pair::new(trade::BASIS.say(locale), found.basis.phrase().say(locale)),
    ];
    if settings.show_producer {
        facts.push(Pair::new(trade::PARTY.say(locale), &found.party));
    }
    Ok(page.heading(trade::CERTIFICATE.say(locale)).detail(facts))
}

/// A batch's records, and those of what it was made of: nothing used on them may be missing.
fn with_origins(batch: &Batch, recorded: &[Entry]) -> Result<Vec<Entry>, xl_plugin::Error> {
    let mut all = recorded.to_vec();
    let mut parents = batch.trade.parents.clone();
    let mut seen = 0;
    while let Some(parent) = parents.pop().filter(|_| seen < MOST_ORIGINS) {
        seen += 1;
        all.extend(store::recorded(&parent)?);
        parents.extend(store::batch(&parent)?.into_iter().flat_map(|batch| batch.trade.parents));
    }
    Ok(all)
}

/// Whom to call, and a form where complaints become cases.
fn how_to_complain(mut page: Page, key: &str, settings: &Settings, visit: &Visit, locale: Locale) -> Page {
    if settings.complaint_contact.is_none() && settings.complaint_matter.is_none() {
        return page;
    }
    page = page.heading(trade::COMPLAIN.say(locale));
    if let Some(contact) = &settings.complaint_contact {
        page = page.text(trade::HOW_TO_COMPLAIN.fill(locale, &[("batch", key), ("contact", contact)]));
    }
    if settings.complaint_matter.is_none() {
        return page;
    }
    page.text(trade::COMPLAIN_WHY.say(locale)).form(
        "complain",
        trade::SEND_COMPLAINT.say(locale),
        [
            Field::new("complaint", trade::COMPLAINT.say(locale), Input::Lines),
            Field::new("pictures", trade::COMPLAINT_PICTURES.say(locale), Input::Picture { many: true }).optional(),
            Field::hidden("token", visit.now_ms.to_string()),
        ],
    )
}

/// The first picture and the newest ones, oldest first.
fn gallery_of(key: &str) -> Result<Vec<Entry>, xl_plugin::Error> {
    let mut newest = store::newest_captured(key, PICTURES)?;
    newest.reverse();
    let first = store::first_captured(key)?.filter(|first| newest.first() != Some(first));
    Ok(first.into_iter().chain(newest).collect())
}

fn facts(key: &str, batch: &Batch, site: &Site, settings: &Settings, locale: Locale) -> Vec<Pair> {
    let origin = match &settings.origin {
        Some(origin) => origin.clone(),
        None => text::DIVISION.fill(locale, &[("code", site.township())]),
    };
    let mut facts = vec![Pair::new(text::PRODUCT.say(locale), &batch.product)];
    facts.extend(batch.variety.as_ref().map(|variety| Pair::new(text::VARIETY.say(locale), variety)));
    facts.push(Pair::new(text::ORIGIN.say(locale), origin));
    if settings.show_producer {
        facts.push(Pair::new(text::PRODUCER.say(locale), &site.producer));
    }
    facts.push(Pair::new(text::PLANTED_ON.say(locale), day_or_dash(batch.planted, locale)));
    facts.push(Pair::new(text::HARVESTED_ON.say(locale), day_or_dash(batch.harvested, locale)));
    facts.push(Pair::new(text::BATCH_NUMBER.say(locale), key));
    facts
}

fn input_table(page: Page, batch: &Batch, recorded: &[Entry], today: Day, locale: Locale) -> Page {
    let rows = entry::inputs(recorded).map(|input| {
        let used = input.as_use();
        let day = batch.harvested.unwrap_or(today);
        let kept = if used.allows(day) {
            text::ROW_KEPT.fill(locale, &[("days", &input.used.until(day).to_string())])
        } else {
            text::ROW_RUNS.fill(locale, &[("from", &used.harvest_from().to_string())])
        };
        Row::new([
            input.name.clone(),
            input.registration.clone(),
            input.used.to_string(),
            input.interval_days.to_string(),
            kept,
        ])
    });
    let columns = [text::INPUT_NAME, text::REGISTRATION, text::USED_ON, text::INTERVAL_DAYS, text::KEPT];
    page.heading(text::INPUTS.say(locale)).table(
        columns.map(|column| column.say(locale)),
        rows,
        text::NO_INPUTS.say(locale),
    )
}

/// The oldest first; the pictures stand in the gallery.
fn timeline(page: Page, batch: &Batch, recorded: &[Entry], captured: &[Entry], locale: Locale) -> Page {
    let mut entries: Vec<&Entry> = recorded.iter().chain(captured).collect();
    entries.sort_by_key(|entry| entry.place());
    page.heading(text::TIMELINE.say(locale))
        .timeline(entries.into_iter().map(|entry| happening::draw(entry, recorded, batch, true, locale)))
}

fn pictures(page: Page, batch: &Batch, captured: &[Entry], locale: Locale) -> Page {
    if captured.is_empty() {
        return page;
    }
    let hashes = captured.iter().filter_map(|entry| match &entry.what {
        What::Picture { sha256, .. } => Some(Row::new([minute(entry.time_ms), sha256.clone()])),
        _ => None,
    });
    page.heading(text::PICTURES.say(locale))
        .gallery(captured.iter().filter_map(|entry| shared::picture(entry, batch, locale)))
        .table([text::TIME.say(locale), text::HASH.say(locale)], hashes, "")
        .text(text::PROOF.say(locale))
        .text(trade::HOW_TO_CHECK.say(locale))
}

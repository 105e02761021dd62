//! One batch as its people see it: state, forms, timeline, readings, public link.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Target;

use super::day_or_dash;
use super::happening;
use super::minute;
use super::shared;
use super::unit_name;
use crate::batch::Batch;
use crate::entry::Entry;
use crate::evidence::Progress;
use crate::gs1::link::Link;
use crate::settings::Settings;
use crate::store;
use crate::text;

mod forms;

/// Pictures on the timeline.
const PICTURES: u32 = 24;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("batch").ok_or(PagesError::NotFound)?;
    let batch = store::batch(&key)?.ok_or(PagesError::NotFound)?;
    let settings = Settings::read()?;
    let recorded = store::recorded(&key)?;
    let captured = store::newest_captured(&key, PICTURES)?;
    let today = Day::at(visit.now_ms);

    let mut page = Page::new(format!("{} · {}", batch.name(), batch.site_name)).steps(shared::steps(&batch, locale));
    page = shared::recall_banner(page, &batch, locale)?;
    page = shared::interval_banner(page, &batch, &recorded, today, locale);
    page = page.actions(links(&key, &batch, locale));
    page = page.detail(facts(&key, &batch, &store::progress(&key)?, &settings, locale));
    page = public_link(page, &key, &batch, locale);
    page = forms::add(page, &batch, &recorded, &settings, today, locale);
    page = timeline(page, &batch, recorded, captured, locale);
    Ok(shared::readings(page, &store::newest_hours(&key, shared::CHART_HOURS)?, &settings, locale))
}

fn facts(key: &str, batch: &Batch, progress: &Progress, settings: &Settings, locale: Locale) -> Vec<Pair> {
    let mut facts = vec![
        Pair::new(text::BATCH_NUMBER.say(locale), key),
        Pair::new(text::QUANTITY.say(locale), format!("{} {}", batch.quantity, unit_name(batch.unit, locale))),
        Pair::new(text::PLANTED_ON.say(locale), day_or_dash(batch.planted, locale)),
        Pair::new(text::HARVESTED_ON.say(locale), day_or_dash(batch.harvested, locale)),
    ];
    if let Some(quantity_kg) = batch.quantity_kg {
        facts.push(Pair::new(text::QUANTITY_KG.say(locale), quantity_kg));
    }
    if batch.state.is_harvested() {
        facts.push(Pair::new(text::trade::LEFT.say(locale), batch.left_kg()));
    }
    if let Some(gtin) = &batch.trade.gtin {
        facts.push(Pair::new(text::trade::GTIN.say(locale), gtin));
        let link = Link::of_lot(gtin, key).write(&settings.link_base);
        facts.push(Pair::new(text::trade::LINK.say(locale), link));
    }
    if let Some(sscc) = &batch.trade.sscc {
        facts.push(Pair::new(text::trade::SSCC.say(locale), sscc));
    }
    facts.push(Pair::new(text::PICTURES_ATTACHED.say(locale), progress.attached));
    if let Some(newest) = &progress.newest {
        facts.push(Pair::new(text::LATEST.say(locale), minute(newest.time_ms)));
    }
    facts
}

/// Certificate and graph, where there are some.
fn links(key: &str, batch: &Batch, locale: Locale) -> Vec<PageLink> {
    let certificate = batch.trade.certificate.as_ref().map(|certificate| {
        let target = Target::new("certificate", [("certificate", certificate.as_str())]);
        PageLink::new(text::trade::PRINT.say(locale), target)
    });
    let graph = Target::new("graph", [("batch", key)]);
    certificate.into_iter().chain([PageLink::new(text::trade::GRAPH.say(locale), graph)]).collect()
}

fn public_link(page: Page, key: &str, batch: &Batch, locale: Locale) -> Page {
    let page = page.heading(text::PUBLIC_PAGE.say(locale));
    let page = match &batch.link {
        Some(code) => {
            let caption = text::QR_CAPTION.say(locale);
            let page = match batch.trade.gtin.as_ref().zip(batch.public_lot()) {
                Some((gtin, lot)) => page.qr_of(code, format!("01/{gtin}/10/{lot}"), caption),
                None => page.qr(code, caption),
            };
            page.form("revoke-link", text::REVOKE.say(locale), [])
        }
        None => page.text(text::PUBLIC_PAGE_WHY.say(locale)).form("issue-link", text::ISSUE.say(locale), []),
    };
    page.actions([PageLink::new(text::PREVIEW.say(locale), Target::new("trace", [("batch", key)]))])
}

/// The newest first, with the pictures in it.
fn timeline(page: Page, batch: &Batch, recorded: Vec<Entry>, captured: Vec<Entry>, locale: Locale) -> Page {
    let mut entries: Vec<Entry> = recorded.iter().cloned().chain(captured).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.place()));
    let entries = entries.iter().map(|entry| {
        let mut drawn = happening::draw(entry, &recorded, batch, false, locale);
        drawn.pictures.extend(shared::picture(entry, batch, locale));
        drawn
    });
    page.heading(text::TIMELINE.say(locale)).timeline(entries)
}

//! The overview: figures, growing batches, greenhouses.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Stat;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::shared;
use crate::batch::State;
use crate::site::Site;
use crate::store;
use crate::text;

/// Rows of one page.
const ROWS: u32 = 100;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let totals = store::totals()?;
    let mut sites = Query::keys(store::SITES).limit(ROWS);
    if let Some(after) = visit.query_value("after") {
        sites = sites.after(after);
    }
    let sites = records::find::<Site>(&sites)?;
    let growing = Query::by(store::BATCHES, "state").equals(State::Growing.as_str()).descending().limit(ROWS);

    let mut page = Page::new(text::HOME.say(locale))
        .stats([
            Stat::new(text::SITES.say(locale), totals.sites),
            Stat::new(text::GROWING.say(locale), totals.growing),
            Stat::new(text::PLANNED.say(locale), totals.planned),
            Stat::new(text::HARVESTED.say(locale), totals.harvested),
        ])
        .actions([
            PageLink::new(text::REGISTER.say(locale), Target::new("site", [])),
            PageLink::new(text::NEW_BATCH.say(locale), Target::new("new-batch", [])),
            PageLink::new(text::trade::ALL_BATCHES.say(locale), Target::new("batches", [])),
            PageLink::new(text::trade::RECALLS.say(locale), Target::new("recalls", [])),
            PageLink::new(text::trade::ORDERS.say(locale), Target::new("orders", [])),
        ])
        .heading(text::GROWING_BATCHES.say(locale));
    page = shared::batch_table(page, records::find(&growing)?.entries, locale);
    let rows = sites.entries.iter().map(|(key, site)| {
        let growing = if site.growing.is_some() { text::GROWING } else { text::NOT_YET };
        Row::new([site.name.clone(), site.producer.clone(), site.camera.clone(), growing.say(locale).to_owned()])
            .leads_to(Target::new("site", [("site", key.as_str())]))
    });
    let columns = [text::NAME, text::PRODUCER, text::CAMERA, text::STATE].map(|column| column.say(locale));
    page = page.heading(text::SITES.say(locale)).table(columns, rows, text::NO_SITES.say(locale));
    if let Some(next) = &sites.next {
        page = page.actions([PageLink::new(text::MORE.say(locale), Target::new("home", [("after", next.as_str())]))]);
    }
    Ok(page)
}

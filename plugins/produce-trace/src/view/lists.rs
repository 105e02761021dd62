//! Lists that go on page by page: batches of a state, recalls, orders. No list reads more than one page.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Stat;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::minute;
use super::shared;
use crate::batch::State;
use crate::order::Order;
use crate::recall::Recall;
use crate::store;
use crate::text;
use crate::text::trade;

/// Rows of one page.
const ROWS: u32 = 50;

/// One page of a list.
fn part<T: serde::de::DeserializeOwned>(query: Query, visit: &Visit) -> Result<Found<T>, xl_plugin::Error> {
    let query = query.descending().limit(ROWS);
    records::find(&match visit.query_value("after") {
        Some(after) => query.after(after),
        None => query,
    })
}

pub(super) fn batches(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let state = match visit.query_value("state") {
        Some(name) => State::of(&name).ok_or(PagesError::NotFound)?,
        None => State::Growing,
    };
    let mut totals = store::totals()?;
    let found = part(Query::by(store::BATCHES, "state").equals(state.as_str()), visit)?;
    let title = trade::BATCHES_IN.fill(locale, &[("state", text::state(state).say(locale))]);
    let stats = State::ALL.map(|state| Stat::new(text::state(state).say(locale), *totals.of(state)));
    let links = State::ALL.map(|state| {
        PageLink::new(text::state(state).say(locale), Target::new("batches", [("state", state.as_str())]))
    });
    let page = shared::batch_table(Page::new(title).stats(stats).actions(links), found.entries, locale);
    Ok(shared::next_part(page, "batches", &[("state", state.as_str())], found.next.as_deref(), locale))
}

pub(super) fn recalls(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Recall> = part(Query::keys(store::RECALLS), visit)?;
    let rows = found.entries.iter().map(|(number, recall)| {
        Row::new([
            number.clone(),
            recall.product.clone(),
            recall.reason.clone(),
            minute(recall.started_ms),
            recall.lots.len().to_string(),
            recall.receivers.to_string(),
        ])
        .leads_to(Target::new("graph", [("batch", recall.batch.as_str())]))
    });
    let columns = [trade::RECALLS, text::PRODUCT, trade::REASON, trade::STARTED, trade::REACH, trade::RECEIVERS]
        .map(|column| column.say(locale));
    let page = Page::new(trade::RECALLS.say(locale)).table(columns, rows, trade::NO_RECALLS.say(locale));
    Ok(shared::next_part(page, "recalls", &[], found.next.as_deref(), locale))
}

pub(super) fn orders(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Order> = part(Query::by(store::ORDERS, "time"), visit)?;
    let rows = found.entries.iter().flat_map(|(number, order)| {
        order.lines.iter().zip(&order.batches).map(move |(line, batch)| {
            Row::new([
                batch.clone(),
                number.clone(),
                order.time.parse().map_or_else(|_| String::new(), minute),
                line.gtin.clone(),
                line.quantity_kg.to_string(),
            ])
            .leads_to(Target::new("batch", [("batch", batch.as_str())]))
        })
    });
    // 50 orders of 100 lines would be no page; the rest of a long order stands on its batches.
    let rows: Vec<Row> = rows.take(500).collect();
    let columns =
        [text::BATCH_NUMBER, trade::ORDER, text::TIME, trade::GTIN, trade::AMOUNT_KG].map(|column| column.say(locale));
    let page = Page::new(trade::ORDERS.say(locale)).table(columns, rows, trade::NO_ORDERS.say(locale));
    Ok(shared::next_part(page, "orders", &[], found.next.as_deref(), locale))
}

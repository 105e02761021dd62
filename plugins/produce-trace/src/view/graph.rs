//! Where a batch came from and where it went: lots as cards, receivers as a table.

use xl_plugin::Error;
use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::BoardColumn;
use xl_plugin::page::Card;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;

use super::shared;
use crate::batch::Batch;
use crate::graph;
use crate::graph::Reach;
use crate::store;
use crate::text;
use crate::text::trade;

/// Most cards of a column: a page holds 256 KiB.
const MOST_CARDS: usize = 200;

/// Most rows of receivers.
const MOST_ROWS: usize = 300;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("batch").ok_or(PagesError::NotFound)?;
    let batch = store::batch(&key)?.ok_or(PagesError::NotFound)?;
    let (back, back_is_cut) = lots(&key, |batch| batch.trade.parents)?;
    let (forward, forward_is_cut) = lots(&key, |batch| batch.trade.children)?;
    let here = vec![(key.clone(), batch.clone())];
    let rows: Vec<Row> =
        here.iter().chain(&forward).flat_map(|(key, batch)| receivers(key, batch)).take(MOST_ROWS).collect();
    let column = |title: &text::Phrase, lots: &[(String, Batch)]| BoardColumn {
        title: format!("{} ({})", title.say(locale), lots.len()),
        cards: lots.iter().take(MOST_CARDS).map(|(key, batch)| card(key, batch, locale)).collect(),
    };
    let mut page = Page::new(format!("{} · {key}", trade::GRAPH.say(locale)));
    page = shared::recall_banner(page, &batch, locale)?;
    if back_is_cut || forward_is_cut {
        page = page.banner(Tone::Bad, trade::CUT.fill(locale, &[("most", &graph::MOST.to_string())]));
    }
    page = page.board([column(&trade::BACK, &back), column(&trade::HERE, &here), column(&trade::FORWARD, &forward)]);
    let columns =
        [text::BATCH_NUMBER, trade::RECEIVER, trade::DOCUMENT, trade::AMOUNT_KG].map(|column| column.say(locale));
    Ok(page.heading(trade::RECEIVERS.say(locale)).table(columns, rows, trade::NO_RECEIVERS.say(locale)))
}

/// The lots that one leads to, nearest first, and whether there are more than a search visits.
fn lots(key: &str, next: fn(Batch) -> Vec<String>) -> Result<(Vec<(String, Batch)>, bool), Error> {
    let reach: Reach = graph::reach(key, |lot| Ok::<_, Error>(store::batch(lot)?.map_or_else(Vec::new, next)))?;
    let mut found = Vec::new();
    for (lot, _) in reach.lots {
        found.extend(store::batch(&lot)?.map(|batch| (lot, batch)));
    }
    Ok((found, reach.is_cut))
}

fn card(key: &str, batch: &Batch, locale: Locale) -> Card {
    let state = if batch.trade.recall.is_some() { trade::RECALLS } else { text::state(batch.state) };
    Card {
        title: format!("{key} · {}", batch.name()),
        text: Some(format!("{} · {} kg", state.say(locale), batch.quantity_kg.unwrap_or_default())),
        to: Some(Target::new("batch", [("batch", key)])),
    }
}

fn receivers(key: &str, batch: &Batch) -> Vec<Row> {
    let row = |receiver: &crate::batch::trade::Receiver| {
        Row::new([key.to_owned(), receiver.name.clone(), receiver.document.clone(), receiver.quantity_kg.to_string()])
            .leads_to(Target::new("batch", [("batch", key)]))
    };
    batch.trade.receivers.iter().map(row).collect()
}

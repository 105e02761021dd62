//! The list of grid cells with their responsible persons, as the regulation wants them known.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::View;
use crate::act::ADMINS;
use crate::cell::Cell;
use crate::store;
use crate::text::field;
use crate::text::page as text;

/// Rows of one part.
const ROWS: u32 = 50;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let mut query = Query::keys(store::CELLS).limit(ROWS);
    if let Some(after) = view.query("after") {
        query = query.after(after);
    }
    let found: Found<Cell> = records::find(&query)?;
    let rows = found.entries.iter().map(|(id, cell)| {
        Row::new([
            id.clone(),
            cell.name.clone(),
            cell.village.clone().unwrap_or_else(|| cell.place.clone()),
            cell.member.clone().unwrap_or_default(),
            cell.cameras.len().to_string(),
        ])
        .leads_to(Target::new("cell", [("cell", id.as_str())]))
    });
    let columns = [field::CELL_ID, field::CELL_NAME, field::PLACE_NAME, field::MEMBER, field::CAMERAS];
    let mut page = Page::new(text::CELLS.say(locale));
    if view.is_one_of(&ADMINS) {
        page = page.actions([PageLink::new(text::NEW_CELL.say(locale), Target::new("cell", []))]);
    }
    let next = found.next.as_deref().map(|after| Target::new("cells", [("after", after)]));
    Ok(page.table_part(columns.map(|column| column.say(locale)), rows, text::NO_CELLS.say(locale), next))
}

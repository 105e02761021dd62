//! What cameras found, and how far people agreed.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::View;
use super::shared;
use crate::rate::Rate;
use crate::sighting::Record;
use crate::store;
use crate::text::field;
use crate::text::page as text;

/// Rows of one part.
const ROWS: u32 = 50;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let mut query = Query::keys(store::CAMERAS).limit(ROWS);
    if let Some(after) = view.query("after") {
        query = query.after(after);
    }
    let found: Found<Record> = records::find(&query)?;
    let rows = found.entries.iter().map(|(camera, record)| {
        let precision = Rate::new(record.confirmed, record.confirmed + record.dismissed);
        let counts = [record.opened, record.repeated, record.weak, record.confirmed, record.dismissed];
        let counts = counts.map(|count| count.to_string());
        Row::new([camera.clone()].into_iter().chain(counts).chain([shared::rate(precision, locale)]))
    });
    let columns = [
        field::CAMERA,
        field::SEEN_OPENED,
        field::SEEN_AGAIN,
        field::SEEN_WEAK,
        field::CONFIRMED,
        field::DISMISSED,
        field::PRECISION,
    ];
    let next = found.next.as_deref().map(|after| Target::new("sightings", [("after", after)]));
    Ok(Page::new(text::SIGHTINGS.say(locale)).text(text::SIGHTINGS_NOTE.say(locale)).table_part(
        columns.map(|column| column.say(locale)),
        rows,
        text::NO_SIGHTINGS.say(locale),
        next,
    ))
}

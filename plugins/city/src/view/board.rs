//! The dispatch board: what waits for the command centre, what is on its way.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases::Query;

use super::View;
use super::shared;
use crate::text::page as text;

/// The board's columns.
const COLUMNS: [&str; 6] = ["filed", "returned", "extension-requested", "dispatched", "processing", "rework"];

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let column = |name: &&str| shared::column(&shared::stage(name, locale), Query::all().stages([*name]), locale);
    let columns = COLUMNS.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::new(text::DISPATCH.say(locale)).board(columns).actions(shared::stage_links(&COLUMNS, locale)))
}

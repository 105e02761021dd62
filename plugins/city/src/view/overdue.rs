//! The overdue board: open cases with a limit that was not kept, by part of the process, then as a list.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Query;
use xl_plugin::page::Target;

use super::View;
use super::shared;
use crate::settings::Settings;
use crate::step::OPEN;
use crate::text::page as text;
use crate::text::step as words;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let parts = [
        (words::COLLECT, &["reported", "verifying"][..]),
        (words::DISPATCHING, &["filed", "dispatched", "returned"][..]),
        (words::WORKING, &["accepted", "processing", "extension-requested", "suspended", "rework"][..]),
        (words::CLOSING, &["feedback", "checking"][..]),
    ];
    let late = || Query::all().overdue();
    let page = Page::new(text::OVERDUE.say(locale));
    let mut list = late().stages(OPEN).limit(shared::ROWS);
    let page = match view.query("after") {
        Some(after) => {
            list = list.after(after);
            page
        }
        None => {
            let column = |(title, stages): &(crate::text::Phrase, &[&str])| {
                shared::column(title.say(locale), late().stages(stages.iter().copied()), locale)
            };
            page.board(parts.iter().map(column).collect::<Result<Vec<_>, _>>()?)
        }
    };
    let next = |after: &str| Target::new("overdue", [("after", after)]);
    Ok(shared::case_table(page, cases::find(&list)?, next, &Settings::read()?.units, locale))
}

//! Where the page for citizens is opened and closed, with its QR code: that of the township, and that of a cell.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;

use super::View;
use crate::act::ADMINS;
use crate::store;
use crate::text::page as text;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let page = Page::new(text::LINK.say(locale)).text(text::LINK_WHY.say(locale));
    let page = code(page, view, None)?;
    Ok(page.actions([PageLink::new(text::PREVIEW.say(locale), Target::new("report", []))]))
}

/// The code of the township or of a cell, with the button that opens or closes it for who may.
pub(super) fn code(page: Page, view: &View<'_>, cell: Option<(&str, &str)>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let is_admin = view.is_one_of(&ADMINS);
    Ok(match store::link(cell.map(|(id, _)| id))? {
        Some(link) => {
            let caption = match cell {
                Some((_, name)) => text::CELL_CAPTION.fill(locale, &[("cell", name)]),
                None => text::LINK_CAPTION.say(locale).to_owned(),
            };
            let page = page.qr(link.code, caption);
            if is_admin { page.form("close-link", text::CLOSE_LINK.say(locale), []) } else { page }
        }
        None if is_admin => page.form("open-link", text::OPEN_LINK.say(locale), []),
        None => page,
    })
}

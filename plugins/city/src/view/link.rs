//! Where the page for citizens is opened and closed, with its QR code.

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
    let mut page = Page::new(text::LINK.say(locale)).text(text::LINK_WHY.say(locale));
    let is_admin = view.is_one_of(&ADMINS);
    page = match store::link()? {
        Some(link) => {
            let page = page.qr(link.code, text::LINK_CAPTION.say(locale));
            if is_admin { page.form("close-link", text::CLOSE_LINK.say(locale), []) } else { page }
        }
        None if is_admin => page.form("open-link", text::OPEN_LINK.say(locale), []),
        None => page,
    };
    Ok(page.actions([PageLink::new(text::PREVIEW.say(locale), Target::new("report", []))]))
}

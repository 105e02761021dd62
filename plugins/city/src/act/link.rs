//! Opens and closes the page for citizens.

use xl_plugin::Done;
use xl_plugin::links;
use xl_plugin::links::LinksError;
use xl_plugin::records;

use super::ADMINS;
use super::Pressed;
use super::Refused;
use crate::store;
use crate::store::Link;

pub(super) fn open(pressed: Pressed) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    pressed.fields.checked()?;
    if store::link()?.is_none() {
        let code = links::issue("report", [])?;
        records::put(store::LINKS, store::REPORT_LINK, &Link { code, opened_ms: pressed.now_ms })?;
    }
    Ok(Done::to("link", []))
}

pub(super) fn close(pressed: Pressed) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    pressed.fields.checked()?;
    if let Some(link) = store::link()? {
        match links::revoke(&link.code) {
            // An admin closed it before: closed is closed.
            Ok(()) | Err(xl_plugin::Error::Links(LinksError::NotFound)) => {}
            Err(error) => return Err(error.into()),
        }
        records::delete(store::LINKS, store::REPORT_LINK)?;
    }
    Ok(Done::to("link", []))
}

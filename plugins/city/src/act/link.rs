//! Opens and closes the page for citizens: one for the township, and one for each grid cell whose code hangs there.

use xl_plugin::Done;
use xl_plugin::links;
use xl_plugin::links::LinksError;
use xl_plugin::records;

use super::ADMINS;
use super::Pressed;
use super::Refused;
use crate::store;
use crate::store::Link;

pub(super) fn open(pressed: Pressed, cell: Option<&str>) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    pressed.fields.checked()?;
    if let Some(id) = cell {
        store::cell(id)?.ok_or(Refused::NotFound)?;
    }
    if store::link(cell)?.is_none() {
        let code = links::issue("report", cell.map(|id| ("cell", id)))?;
        records::put(store::LINKS, &store::link_key(cell), &Link { code, opened_ms: pressed.now_ms })?;
    }
    Ok(back(cell))
}

pub(super) fn close(pressed: Pressed, cell: Option<&str>) -> Result<Done, Refused> {
    pressed.only(&ADMINS)?;
    pressed.fields.checked()?;
    drop_of(cell)?;
    Ok(back(cell))
}

/// Closes the link of the township or of a cell, where it is open.
pub(super) fn drop_of(cell: Option<&str>) -> Result<(), Refused> {
    let Some(link) = store::link(cell)? else { return Ok(()) };
    match links::revoke(&link.code) {
        // An admin closed it before: closed is closed.
        Ok(()) | Err(xl_plugin::Error::Links(LinksError::NotFound)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(records::delete(store::LINKS, &store::link_key(cell))?)
}

fn back(cell: Option<&str>) -> Done {
    match cell {
        Some(id) => Done::to("cell", [("cell", id)]),
        None => Done::to("link", []),
    }
}

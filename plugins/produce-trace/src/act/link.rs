//! Opens and closes the page for buyers.

use xl_plugin::Done;
use xl_plugin::events::Publish;
use xl_plugin::links;
use xl_plugin::links::LinksError;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use super::life::to_batch;
use crate::store;

pub(super) fn issue(pressed: Pressed, key: &str) -> Result<Done, Refused> {
    pressed.fields.checked()?;
    let mut batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    if batch.link.is_none() {
        let code = links::issue("trace", [("batch", key)])?;
        announce("trace.link.issued", key, &code)?;
        batch.link = Some(code);
        records::put(store::BATCHES, key, &batch)?;
    }
    Ok(to_batch(key))
}

pub(super) fn revoke(pressed: Pressed, key: &str) -> Result<Done, Refused> {
    pressed.fields.checked()?;
    let mut batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    if let Some(code) = batch.link.take() {
        match links::revoke(&code) {
            // An admin closed it before: closed is closed.
            Ok(()) | Err(xl_plugin::Error::Links(LinksError::NotFound)) => {}
            Err(error) => return Err(error.into()),
        }
        announce("trace.link.revoked", key, &code)?;
        records::put(store::BATCHES, key, &batch)?;
    }
    Ok(to_batch(key))
}

fn announce(kind: &str, key: &str, code: &str) -> Result<(), Refused> {
    let data = serde_json::json!({ "batch": key, "link": code });
    Ok(Publish::new(kind).subject(key).data(&data).send()?)
}

//! Public links: random codes that open one page to everybody who has them.

use std::collections::BTreeMap;

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::links as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::links as host;

pub use crate::bindings::xueliang::hub::links::LinksError;

/// Issues a link to `page` with `query` and returns its code, 26 characters. It opens when the call returns `Ok`.
///
/// # Errors
/// `AccessDenied` without the grant, `NotPublic` when the manifest does not mark the page `public`.
pub fn issue<'a>(page: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<String, Error> {
    let query: BTreeMap<&str, &str> = query.into_iter().collect();
    let query = serde_json::to_string(&query).expect("a map of strings is JSON");
    host::issue(page, &query).map_err(Error::Links)
}

/// Closes a link of this module for good.
///
/// # Errors
/// `NotFound` when this module issued no such link.
pub fn revoke(code: &str) -> Result<(), Error> {
    host::revoke(code).map_err(Error::Links)
}

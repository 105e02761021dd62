//! Fetching from hosts that an admin granted.

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::http as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::http as host;

pub use crate::bindings::xueliang::hub::http::HttpError;
pub use crate::bindings::xueliang::hub::http::Request;
pub use crate::bindings::xueliang::hub::http::Response;

/// Sends `request` and waits for the answer; at least once, with an idempotency key of the host.
///
/// # Errors
/// `AccessDenied` when the host was not granted; `Timeout` after 5 seconds. Not available in pages.
pub fn fetch(request: &Request) -> Result<Response, Error> {
    host::fetch(request).map_err(Error::Http)
}

/// A `GET` of `url` without headers.
pub fn get(url: &str) -> Request {
    Request { method: "GET".to_owned(), url: url.to_owned(), headers: Vec::new(), body: Vec::new() }
}

//! Operations for other software: bins as FIWARE `WasteContainer` entities, in and out.

use xl_plugin::CallsError;
use xl_plugin::Request;
use xl_plugin::Response;

mod container;
mod exchange;
mod time;

/// Answers a program.
pub(crate) fn answer(call: &Request) -> Result<Response, CallsError> {
    match call.name.as_str() {
        "waste-containers" if call.body.is_empty() => exchange::list(call),
        "waste-containers" => exchange::take(call),
        _ => Err(CallsError::NotFound),
    }
}

//! What programs ask: documents of trade partners, queries, exports, orders of shops.

use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::Request;
use xl_plugin::Response;

use crate::text;

mod capture;
mod document;
mod events;
mod order;

/// Media type of a document.
const JSON_LD: &str = "application/ld+json";

/// Answers a call.
///
/// # Errors
/// With what was wrong, by its place; nothing is kept then.
pub fn answer(request: &Request) -> Result<Response, CallsError> {
    match request.name.as_str() {
        "capture" => capture::take(request),
        "events" => events::find(request),
        "document" => document::export(request),
        "order" => order::take(request),
        _ => Err(CallsError::NotFound),
    }
}

/// A document as an answer.
fn json_ld(document: &serde_json::Value) -> Result<Response, CallsError> {
    let body = serde_json::to_vec(document).map_err(|error| CallsError::Other(error.to_string()))?;
    Ok(Response::new(200, JSON_LD, body))
}

/// Refuses with a summary above the faults.
fn refused(mut errors: FormErrors, locale: Locale) -> CallsError {
    errors.summary.get_or_insert_with(|| text::calls::NOT_TAKEN.say(locale).to_owned());
    errors.into()
}

//! Exports a batch with everything that it was made of or became, as one EPCIS document.

use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Request;
use xl_plugin::Response;

use super::json_ld;
use super::refused;
use crate::journal::document;
use crate::text;

pub(super) fn export(request: &Request) -> Result<Response, CallsError> {
    let locale = request.language();
    let Some(batch) = request.query_value("batch") else {
        let mut errors = FormErrors::default();
        errors.field("batch", text::REQUIRED.say(locale));
        return Err(refused(errors, locale));
    };
    let (events, is_cut) = document::of_batch(&batch)?.ok_or(CallsError::NotFound)?;
    let document = document::of(events, request.now_ms);
    let response = json_ld(&document)?;
    if is_cut || response.body.len() > document::MOST_BYTES {
        // Half a history would pass for a whole one.
        return Err(refused(FormErrors::whole(text::calls::TOO_LINKED.say(locale)), locale));
    }
    Ok(response)
}

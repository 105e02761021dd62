//! Takes an EPCIS document or event: all of it is valid and kept, or nothing.

use serde::Serialize;
use serde_json::Value;
use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::Request;
use xl_plugin::Response;

use super::refused;
use crate::epcis;
use crate::epcis::Kind;
use crate::journal;
use crate::text;

/// Most events of one document: each becomes some records, and a call makes a bounded number.
const MOST_EVENTS: usize = 1_000;

/// Most bytes of one event: with what is kept beside it, a record holds 64 KiB.
const MOST_BYTES: usize = 48 * 1024;

/// What was kept.
#[derive(Debug, Serialize)]
struct Captured {
    /// Events that were new.
    captured: usize,
    /// Events that were known: they changed nothing.
    known: usize,
    /// Keys of all of them, in the order of the document.
    events: Vec<String>,
}

pub(super) fn take(request: &Request) -> Result<Response, CallsError> {
    let locale = request.language();
    let (kind, document) = epcis::read(&request.body).map_err(|faults| {
        let mut errors = FormErrors::default();
        for told in faults.iter().map(|fault| fault.tell(locale)) {
            errors.field(&told.path, told.reason);
        }
        refused(errors, locale)
    })?;
    let context = document.get("@context").cloned();
    let (events, path) = events_of(kind, document);
    let mut errors = FormErrors::default();
    if events.len() > MOST_EVENTS {
        errors.field(path, text::calls::TOO_MANY_EVENTS.fill(locale, &[("most", &MOST_EVENTS.to_string())]));
    }
    for (number, event) in events.iter().enumerate() {
        if event.to_string().len() + context.as_ref().map_or(0, |context| context.to_string().len()) > MOST_BYTES {
            let kib = (MOST_BYTES / 1024).to_string();
            errors.field(&format!("{path}/{number}"), text::calls::TOO_LARGE.fill(locale, &[("most", &kib)]));
        }
    }
    if !errors.is_empty() {
        return Err(refused(errors, locale));
    }
    let mut answer = Captured { captured: 0, known: 0, events: Vec::new() };
    for mut event in events {
        if let Value::Object(map) = &mut event
            && kind == Kind::Event
        {
            map.remove("@context");
        }
        let (key, is_new) = journal::keep(event, context.as_ref(), journal::CAPTURED, request.now_ms)?;
        answer.captured += usize::from(is_new);
        answer.known += usize::from(!is_new);
        answer.events.push(key);
    }
    Response::json(&answer)
}

/// The events of a document, and where they stand in it.
fn events_of(kind: Kind, document: Value) -> (Vec<Value>, &'static str) {
    let path = match kind {
        Kind::Event => return (vec![document], ""),
        Kind::Document => "/epcisBody/eventList",
        Kind::QueryDocument => "/epcisBody/queryResults/resultsBody/eventList",
    };
    (document.pointer(path).and_then(Value::as_array).cloned().unwrap_or_default(), path)
}

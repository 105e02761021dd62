//! EPCIS 2.0 documents in JSON-LD: read, checked, told about.
//!
//! The rules are those of the standard's JSON Schema with formats asserted, written down here as fields and words: the
//! schema itself is GS1's and is not part of this plugin.

use serde_json::Value;

mod document;
mod event;
pub mod fault;
pub mod hash;
mod parts;
mod shape;
pub mod time;
pub mod uri;
pub mod words;

pub use fault::Fault;
use fault::Why;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events with what is around them.
    Document,
    /// An answer with events.
    QueryDocument,
    /// One event that brings its own context.
    Event,
}

/// Checks a whole document or an event that stands alone.
///
/// # Errors
/// The first [`fault::MOST`] faults, each with its place.
pub fn check(value: &Value) -> Result<Kind, Vec<Fault>> {
    let mut at = shape::At::default();
    let kind = match value.get("type").and_then(Value::as_str) {
        Some("EPCISDocument") => {
            document::document(&mut at, value);
            Kind::Document
        }
        Some("EPCISQueryDocument") => {
            document::query_document(&mut at, value);
            Kind::QueryDocument
        }
        _ => {
            event::check(&mut at, value, true);
            Kind::Event
        }
    };
    if at.faults.is_empty() { Ok(kind) } else { Err(at.faults) }
}

/// Reads and checks a whole document or an event that stands alone.
///
/// # Errors
/// The first [`fault::MOST`] faults, each with its place.
pub fn read(bytes: &[u8]) -> Result<(Kind, Value), Vec<Fault>> {
    let not_json = |_| vec![Fault { path: String::new(), why: Why::NotJson }];
    let value: Value = serde_json::from_slice(bytes).map_err(not_json)?;
    check(&value).map(|kind| (kind, value))
}

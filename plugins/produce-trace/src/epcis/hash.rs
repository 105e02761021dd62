//! The hash that names an event by its content (CBV 2.0, event hash ID).
//!
//! An event becomes one text: what it is, its standard fields in a fixed order, then everything else sorted; times in UTC,
//! words and GS1 keys in their one full form. The hash of that text is the event's name. `eventID`, `recordTime` and
//! `errorDeclaration` are not part of it, so an event and the declaration of its own error have the same hash.

use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

mod names;
mod order;
mod tree;
mod value;

/// The event's name: `ni:///sha-256;{64 hex digits}?ver=CBV2.0`.
///
/// `context` is the JSON-LD context of the document around it; an event's own context counts too.
pub fn id(event: &Value, context: Option<&Value>) -> String {
    name(&text(event, context))
}

/// The text that is hashed.
pub fn text(event: &Value, context: Option<&Value>) -> String {
    let names = names::Names::of([context, event.get("@context")].into_iter().flatten(), event);
    let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut tree = tree::of_event(event, &names);
    let standard = order::standard(&mut tree);
    format!("eventType={kind}{standard}{}", order::rest(&tree))
}

fn name(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("ni:///sha-256;{hex}?ver=CBV2.0")
}

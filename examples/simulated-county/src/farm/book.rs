//! What is recorded of a township, read from its events.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hub::Event;

/// The kinds that say it all.
pub(super) const KINDS: &str = "trace.site.registered,trace.batch.planted,trace.input.used,trace.batch.harvested";

/// What is recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Book {
    /// The greenhouse of each camera, by the plugin's number of it.
    pub(super) sites: BTreeMap<String, String>,
    /// The newest batch of each greenhouse.
    pub(super) batches: BTreeMap<String, Batch>,
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// The plugin's number of it.
    pub(super) id: String,
    /// Whether it is not harvested yet.
    pub(super) growing: bool,
    /// What was used on it.
    pub(super) inputs: Vec<String>,
}

impl Book {
    /// Reads events, oldest first.
    pub(super) fn read(events: &[Event]) -> Self {
        let mut book = Self::default();
        for event in events {
            book.take(event);
        }
        book
    }

    fn take(&mut self, event: &Event) {
        let text = |name: &str| event.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match event.kind.strip_prefix("cn.xueliang.").unwrap_or(&event.kind) {
            "trace.site.registered" => {
                self.sites.insert(text("camera"), text("site"));
            }
            "trace.batch.planted" => {
                self.batches.insert(text("site"), Batch { id: text("batch"), growing: true, inputs: Vec::new() });
            }
            "trace.input.used" => {
                if let Some(batch) = self.batch(&text("batch")) {
                    batch.inputs.push(text("name"));
                }
            }
            "trace.batch.harvested" => {
                if let Some(batch) = self.batch(&text("batch")) {
                    batch.growing = false;
                }
            }
            _ => {}
        }
    }

    fn batch(&mut self, id: &str) -> Option<&mut Batch> {
        self.batches.values_mut().find(|batch| batch.id == id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(kind: &str, data: Value) -> Event {
        Event { kind: format!("cn.xueliang.{kind}"), data }
    }

    #[test]
    fn the_newest_batch_of_a_greenhouse_is_known_with_what_was_used_on_it() {
        let book = Book::read(&[
            event("trace.site.registered", json!({"site": "g000001", "name": "1号大棚", "camera": "gh-1"})),
            event("trace.batch.planted", json!({"batch": "b000001", "site": "g000001", "planted": "2026-11-01"})),
            event("trace.input.used", json!({"batch": "b000001", "name": "肥"})),
            event("trace.batch.harvested", json!({"batch": "b000001", "site": "g000001"})),
            event("trace.batch.planted", json!({"batch": "b000002", "site": "g000001"})),
            event("trace.input.used", json!({"batch": "b000002", "name": "水"})),
            event("trace.input.used", json!({"batch": "b000001", "name": "late"})),
        ]);
        assert_eq!(book.sites["gh-1"], "g000001");
        let batch = Batch { id: "b000002".to_owned(), growing: true, inputs: vec!["水".to_owned()] };
        assert_eq!(book.batches, BTreeMap::from([("g000001".to_owned(), batch)]));
    }
}

//! What the run wrote over the committed records, so that its reads see its own writes.

use std::collections::BTreeMap;

use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::record::RecordQuery;

pub(crate) mod cursor;
pub(crate) mod merge;

use cursor::Position;

/// The run's own writes, by collection and key.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    collections: BTreeMap<String, BTreeMap<String, Written>>,
}

/// What the run last did to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Stored it: the effect with this number holds the document.
    Put(usize),
    /// Deleted it.
    Deleted,
}

impl Overlay {
    /// Notes a write; `Put` names the effect's place in the run's list.
    pub(crate) fn write(&mut self, collection: &str, key: &str, written: Written) {
        match self.collections.get_mut(collection) {
            Some(keys) => {
                keys.insert(key.to_owned(), written);
            }
            None => {
                self.collections.insert(collection.to_owned(), BTreeMap::from([(key.to_owned(), written)]));
            }
        }
    }

    /// What the run did to a record, if anything.
    pub(crate) fn written(&self, collection: &str, key: &str) -> Option<Written> {
        self.collections.get(collection)?.get(key).copied()
    }

    /// Whether the run wrote to the collection.
    pub(crate) fn touches(&self, collection: &str) -> bool {
        self.collections.contains_key(collection)
    }

    /// The run's own records that `query` asks for, in its order.
    pub(crate) fn matching(&self, effects: &[Effect], query: &RecordQuery) -> Vec<(Position, String)> {
        let Some(keys) = self.collections.get(&query.collection) else { return Vec::new() };
        let mut found: Vec<_> = keys
            .iter()
            .filter_map(|(key, written)| {
                let Written::Put(at) = written else { return None };
                let Some(Effect::Put { document, indexed, .. }) = effects.get(*at) else { return None };
                let value = value(key, indexed, query.index.as_deref())?;
                in_range(&value, query).then(|| (Position { value, key: key.clone() }, document.clone()))
            })
            .collect();
        found.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        if query.descending {
            found.reverse();
        }
        found
    }
}

fn value(key: &str, indexed: &[(String, Option<IndexValue>)], index: Option<&str>) -> Option<IndexValue> {
    match index {
        None => Some(IndexValue::Text(key.to_owned())),
        Some(index) => indexed.iter().find(|(name, _)| name == index)?.1.clone(),
    }
}

fn in_range(value: &IndexValue, query: &RecordQuery) -> bool {
    query.from.as_ref().is_none_or(|from| value >= from) && query.to.as_ref().is_none_or(|to| value <= to)
}

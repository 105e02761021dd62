//! Records and links in memory, on top of committed ones: what a replay has changed so far.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use async_trait::async_trait;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::record::MAX_PAGE;
use xl_model::record::Record;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_runtime::port::PortError;
use xl_runtime::port::Records;
use xl_runtime::port::Used;

/// Where a record stands in the answer to a query: by index value, then key.
type Place = (IndexValue, String);

/// The changes of a replay.
pub(super) struct Overlay {
    base: Option<Arc<dyn Records>>,
    /// JSON pointer of each declared index, by collection and name.
    pointers: HashMap<(String, String), String>,
    changes: Mutex<Changes>,
}

#[derive(Default)]
struct Changes {
    /// By collection and key; `None`: deleted.
    records: BTreeMap<String, BTreeMap<String, Option<Written>>>,
    /// Whether the link is open, by code.
    links: BTreeMap<String, bool>,
}

struct Written {
    document: String,
    indexed: Vec<(String, Option<IndexValue>)>,
}

impl Overlay {
    /// No changes yet on top of `base`.
    pub(super) fn new(manifest: &Manifest, base: Option<Arc<dyn Records>>) -> Self {
        let pointers = manifest.collections.iter().flat_map(|collection| {
            let name = |index: &str| (collection.name.clone(), index.to_owned());
            collection.indexes.iter().map(move |index| (name(&index.name), index.pointer.clone()))
        });
        Self { base, pointers: pointers.collect(), changes: Mutex::default() }
    }

    /// Takes the effects of a run.
    pub(super) fn apply(&self, effects: &[Effect]) {
        let mut changes = self.changes();
        for effect in effects {
            match effect {
                Effect::Put { collection, key, document, indexed } => {
                    let written = Written { document: document.clone(), indexed: indexed.clone() };
                    changes.records.entry(collection.clone()).or_default().insert(key.clone(), Some(written));
                }
                Effect::Delete { collection, key } => {
                    changes.records.entry(collection.clone()).or_default().insert(key.clone(), None);
                }
                Effect::IssueLink { code, .. } => {
                    changes.links.insert(code.clone(), true);
                }
                Effect::RevokeLink { code } => {
                    changes.links.insert(code.clone(), false);
                }
                Effect::Publish(_) | Effect::MoveCase { .. } | Effect::ReportKpi(_) => {}
            }
        }
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The own records that the query asks for, beyond `after`, in its order.
    fn own(&self, query: &RecordQuery, after: Option<&Place>) -> Vec<(Place, String)> {
        let changes = self.changes();
        let Some(keys) = changes.records.get(&query.collection) else { return Vec::new() };
        let mut own: Vec<(Place, String)> = keys
            .iter()
            .filter_map(|(key, written)| {
                let written = written.as_ref()?;
                let value = match &query.index {
                    None => IndexValue::Text(key.clone()),
                    Some(index) => written.indexed.iter().find(|(name, _)| name == index)?.1.clone()?,
                };
                let in_range = query.from.as_ref().is_none_or(|from| value >= *from)
                    && query.to.as_ref().is_none_or(|to| value <= *to);
                let place = (value, key.clone());
                (in_range && is_beyond(&place, after, query.descending)).then(|| (place, written.document.clone()))
            })
            .collect();
        own.sort_by(|(a, _), (b, _)| a.cmp(b));
        if query.descending {
            own.reverse();
        }
        own
    }

    /// The committed records that the query asks for and the replay has not touched, beyond `after`, one more than asked.
    async fn committed(
        &self,
        module: &ModuleKey,
        query: &RecordQuery,
        after: Option<&Place>,
    ) -> Result<Vec<(Place, String)>, PortError> {
        let Some(base) = &self.base else { return Ok(Vec::new()) };
        let mut asked = RecordQuery { limit: MAX_PAGE, after: None, ..query.clone() };
        // Begins at the value where the page before ended; what stands before it there is left out below.
        match (after, query.descending) {
            (Some((value, _)), false) => asked.from = Some(value.clone()),
            (Some((value, _)), true) => asked.to = Some(value.clone()),
            (None, _) => {}
        }
        let mut found = Vec::new();
        loop {
            let page = base.find(module, asked.clone()).await?;
            for record in page.records {
                let Some(value) = self.value(query, &record) else { continue };
                let place = (value, record.key);
                if is_beyond(&place, after, query.descending) && !self.touches(&query.collection, &place.1) {
                    found.push((place, record.document));
                }
            }
            if page.next.is_none() || found.len() > query.limit as usize {
                return Ok(found);
            }
            asked.after = page.next;
        }
    }

    fn value(&self, query: &RecordQuery, record: &Record) -> Option<IndexValue> {
        let Some(index) = &query.index else { return Some(IndexValue::Text(record.key.clone())) };
        let pointer = self.pointers.get(&(query.collection.clone(), index.clone()))?;
        let document: serde_json::Value = serde_json::from_str(&record.document).ok()?;
        match document.pointer(pointer)? {
            serde_json::Value::String(text) => Some(IndexValue::Text(text.clone())),
            number => number.as_i64().map(IndexValue::Integer),
        }
    }

    fn touches(&self, collection: &str, key: &str) -> bool {
        self.changes().records.get(collection).is_some_and(|keys| keys.contains_key(key))
    }
}

#[async_trait]
impl Records for Overlay {
    async fn get(&self, module: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, PortError> {
        let own = self
            .changes()
            .records
            .get(collection)
            .and_then(|keys| keys.get(key))
            .map(|written| written.as_ref().map(|written| written.document.clone()));
        match (own, &self.base) {
            (Some(document), _) => Ok(document),
            (None, Some(base)) => base.get(module, collection, key).await,
            (None, None) => Ok(None),
        }
    }

    async fn find(&self, module: &ModuleKey, query: RecordQuery) -> Result<RecordPage, PortError> {
        let after: Option<Place> = match &query.after {
            Some(text) => Some(serde_json::from_str(text).map_err(|_| PortError("`after` is not of a page".into()))?),
            None => None,
        };
        let mut found = self.committed(module, &query, after.as_ref()).await?;
        found.extend(self.own(&query, after.as_ref()));
        found.sort_by(|(a, _), (b, _)| if query.descending { b.cmp(a) } else { a.cmp(b) });
        let limit = query.limit.clamp(1, MAX_PAGE) as usize;
        let next = match found.get(limit) {
            Some(_) => serde_json::to_string(&found[limit - 1].0).ok(),
            None => None,
        };
        found.truncate(limit);
        let records = found.into_iter().map(|((_, key), document)| Record { key, document }).collect();
        Ok(RecordPage { records, next })
    }

    async fn has_link(&self, module: &ModuleKey, code: &str) -> Result<bool, PortError> {
        let own = self.changes().links.get(code).copied();
        match (own, &self.base) {
            (Some(open), _) => Ok(open),
            (None, Some(base)) => base.has_link(module, code).await,
            (None, None) => Ok(false),
        }
    }

    async fn used(&self, _: &ModuleKey) -> Result<Used, PortError> {
        // Nothing of a replay is kept: what was used since does not hold it back.
        Ok(Used::default())
    }
}

fn is_beyond(place: &Place, after: Option<&Place>, descending: bool) -> bool {
    after.is_none_or(|after| if descending { place < after } else { place > after })
}

#[cfg(test)]
mod tests;

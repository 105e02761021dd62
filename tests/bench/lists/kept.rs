//! Writes records as the hub writes those of a module: under the collections and indexes of its manifest.

use std::collections::BTreeMap;

use serde_json::Value;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::id::ModuleKey;
use xl_model::manifest::Index;
use xl_store::Store;
use xl_store::modules::Commit;

use crate::hub::TOWNSHIP;
use crate::hub::packed;

/// Records of one transaction.
const PART: usize = 5_000;

/// What a module keeps.
pub(crate) struct Kept<'s> {
    store: &'s Store,
    module: ModuleKey,
    revision: u64,
    indexes: BTreeMap<String, Vec<Index>>,
    counts: BTreeMap<String, usize>,
    waiting: Vec<Effect>,
}

impl<'s> Kept<'s> {
    pub(crate) async fn open(store: &'s Store, plugin: &str) -> Self {
        let module = ModuleKey { township: TOWNSHIP.parse().unwrap(), plugin: plugin.parse().unwrap() };
        let revision = store.module(&module).await.unwrap().unwrap().revision;
        let manifest = xl_runtime::package::manifest(&packed(plugin)).unwrap();
        let indexes = manifest.collections.into_iter().map(|it| (it.name, it.indexes)).collect();
        Self { store, module, revision, indexes, counts: BTreeMap::new(), waiting: Vec::new() }
    }

    /// Writes a record, sooner or later.
    pub(crate) async fn put(&mut self, collection: &str, key: impl Into<String>, document: Value) {
        let indexes = &self.indexes[collection];
        let value = |index: &Index| (index.name.clone(), IndexValue::in_document(&document, &index.pointer));
        let indexed = indexes.iter().map(value).collect();
        let (collection, document) = (collection.to_owned(), document.to_string());
        *self.counts.entry(collection.clone()).or_default() += 1;
        self.waiting.push(Effect::Put { collection, key: key.into(), document, indexed });
        if self.waiting.len() == PART {
            self.write().await;
        }
    }

    /// What there is, in words.
    pub(crate) fn told(&self) -> String {
        self.counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
    }

    /// Writes the rest.
    pub(crate) async fn close(mut self) {
        self.write().await;
    }

    async fn write(&mut self) {
        let commit = commit(self.module.clone(), self.revision, std::mem::take(&mut self.waiting));
        self.revision = self.store.commit(commit).await.unwrap().revision;
    }
}

/// A commit of nothing but effects.
pub(crate) fn commit(module: ModuleKey, revision: u64, effects: Vec<Effect>) -> Commit {
    Commit {
        module,
        revision,
        cursor: None,
        trigger: None,
        effects,
        events: Vec::new(),
        dead_letters: Vec::new(),
        settled: Vec::new(),
        answers: Vec::new(),
        used: None,
    }
}

//! `records`: the module's own documents, as committed and as this run wrote them.

use serde_json::Value;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::effect::MAX_INDEXED_BYTES;
use xl_model::manifest::Collection;
use xl_model::record::MAX_PAGE;
use xl_model::record::Record;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;

use crate::bindings::xueliang::hub::records as wit;
use crate::guest::Guest;
use crate::guest::overlay::Written;
use crate::guest::overlay::cursor::Cursor;
use crate::guest::overlay::cursor::Position;
use crate::guest::overlay::merge::Merge;
use crate::guest::overlay::merge::Step;
use crate::host::READ_ONLY;
use crate::json;

/// Most bytes of a document.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// Most bytes of a key.
const MAX_KEY_BYTES: usize = 256;

/// Most bytes of `after`: a store's token, an indexed text and a key.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

type Answer<T> = Result<T, wit::RecordsError>;

impl wit::Host for Guest {
    async fn put(&mut self, collection: String, key: String, document: String) -> wasmtime::Result<Answer<()>> {
        self.enter()?;
        let indexed = match self.checked(&collection, &key, &document) {
            Ok(indexed) => indexed,
            Err(error) => return Ok(Err(error)),
        };
        let bytes = collection.len() + key.len() + document.len();
        if let Err(full) = self.store_more(&collection, &key, bytes as u64).await? {
            return Ok(Err(wit::RecordsError::Other(full)));
        }
        self.overlay.write(&collection, &key, Written::Put(self.effects.len()));
        self.want(Effect::Put { collection, key, document, indexed }, bytes)?;
        Ok(Ok(()))
    }

    async fn get(&mut self, collection: String, key: String) -> wasmtime::Result<Answer<Option<String>>> {
        self.enter()?;
        if let Err(error) = self.declared(&collection).and_then(|_| key_fits(&key)) {
            return Ok(Err(error));
        }
        self.current(&collection, &key).await.map(Ok)
    }

    fn delete(&mut self, collection: String, key: String) -> wasmtime::Result<Answer<()>> {
        self.enter()?;
        if let Err(error) = self.writable().and_then(|()| self.declared(&collection).map(drop)) {
            return Ok(Err(error));
        }
        if let Err(error) = key_fits(&key) {
            return Ok(Err(error));
        }
        let bytes = collection.len() + key.len();
        self.overlay.write(&collection, &key, Written::Deleted);
        self.want(Effect::Delete { collection, key }, bytes)?;
        Ok(Ok(()))
    }

    async fn find(&mut self, query: wit::Query) -> wasmtime::Result<Answer<wit::Page>> {
        self.enter()?;
        let (query, pointer, cursor) = match self.question(query) {
            Ok(question) => question,
            Err(error) => return Ok(Err(error)),
        };
        let own = self.overlay.touches(&query.collection);
        let page = if own || cursor.inside {
            self.merged(query, pointer.as_deref(), cursor).await?
        } else {
            self.committed(query, pointer.as_deref(), cursor).await?
        };
        let entries = page.records.into_iter().map(|record| wit::Entry { key: record.key, document: record.document });
        Ok(Ok(wit::Page { entries: entries.collect(), next: page.next }))
    }
}

impl Guest {
    /// A document as the run left it, or as it is committed.
    pub(super) async fn current(&self, collection: &str, key: &str) -> wasmtime::Result<Option<String>> {
        match self.overlay.written(collection, key) {
            Some(Written::Put(at)) => Ok(self.document(at)),
            Some(Written::Deleted) => Ok(None),
            None => {
                let port = self.context.ports.records.clone();
                self.ask("records.get", port.get(&self.context.module, collection, key)).await
            }
        }
    }

    fn writable(&self) -> Answer<()> {
        if self.is_read_only() { Err(wit::RecordsError::Other(READ_ONLY.to_owned())) } else { Ok(()) }
    }

    fn declared(&self, name: &str) -> Answer<&Collection> {
        let undeclared = || wit::RecordsError::Undeclared(name.to_owned());
        self.manifest.collections.iter().find(|collection| collection.name == name).ok_or_else(undeclared)
    }

    fn document(&self, effect: usize) -> Option<String> {
        match self.effects.get(effect) {
            Some(Effect::Put { document, .. }) => Some(document.clone()),
            _ => None,
        }
    }

    /// Checks what is to be stored and reads the values of its indexes.
    fn checked(&self, collection: &str, key: &str, document: &str) -> Answer<Vec<(String, Option<IndexValue>)>> {
        self.writable()?;
        let collection = self.declared(collection)?;
        key_fits(key)?;
        if document.len() > MAX_DOCUMENT_BYTES {
            return Err(wit::RecordsError::TooLarge(MAX_DOCUMENT_BYTES as u32));
        }
        json::object(document).map_err(wit::RecordsError::Invalid)?;
        if collection.indexes.is_empty() {
            return Ok(Vec::new());
        }
        let document: Value = parsed(document)?;
        let mut indexed = Vec::with_capacity(collection.indexes.len());
        for index in &collection.indexes {
            let value = IndexValue::in_document(&document, &index.pointer);
            if value.as_ref().is_some_and(|value| !value.fits()) {
                let detail = format!("the text of index `{}` is longer than {MAX_INDEXED_BYTES} bytes", index.name);
                return Err(wit::RecordsError::Invalid(detail));
            }
            indexed.push((index.name.clone(), value));
        }
        Ok(indexed)
    }

    /// The query as the store understands it, the pointer of its index, and where to begin.
    fn question(&self, query: wit::Query) -> Answer<(RecordQuery, Option<String>, Cursor)> {
        let collection = self.declared(&query.collection)?;
        let pointer = match &query.index {
            None => None,
            Some(name) => {
                let index = collection.indexes.iter().find(|index| &index.name == name);
                Some(index.ok_or_else(|| wit::RecordsError::Undeclared(name.clone()))?.pointer.clone())
            }
        };
        if !(1..=MAX_PAGE).contains(&query.limit) {
            return Err(wit::RecordsError::Invalid(format!("limit is {}, not 1 to {MAX_PAGE}", query.limit)));
        }
        let foreign = || wit::RecordsError::Invalid("`after` is not the `next` of an answer".to_owned());
        let after = query.after.as_deref();
        let cursor = after.is_none_or(|token| token.len() <= MAX_TOKEN_BYTES).then(|| Cursor::read(after)).flatten();
        let query = RecordQuery {
            collection: query.collection,
            index: query.index,
            from: query.from.map(index_value),
            to: query.to.map(index_value),
            descending: query.descending,
            limit: query.limit,
            after: None,
        };
        Ok((query, pointer, cursor.ok_or_else(foreign)?))
    }

    /// The answer where this run wrote nothing.
    async fn committed(
        &self,
        mut query: RecordQuery,
        pointer: Option<&str>,
        cursor: Cursor,
    ) -> wasmtime::Result<RecordPage> {
        query.after = cursor.store;
        let mut page = self.stored(query).await?;
        if let Some(token) = page.next.take() {
            let last = page.records.last().and_then(|record| position(record, pointer));
            page.next = Some(Cursor { store: Some(token), last, inside: false }.token());
        }
        Ok(page)
    }

    /// The answer where this run's own records lie between the committed ones.
    async fn merged(
        &self,
        mut query: RecordQuery,
        pointer: Option<&str>,
        cursor: Cursor,
    ) -> wasmtime::Result<RecordPage> {
        query.after = cursor.store.clone();
        let own = self.overlay.matching(&self.effects, &query);
        let mut merge = Merge::new(cursor, own, query.descending, query.limit);
        loop {
            let page = self.stored(query.clone()).await?;
            let rows = page.records.into_iter();
            let rows = rows.filter(|record| self.overlay.written(&query.collection, &record.key).is_none());
            let rows = rows.map(|record| (position(&record, pointer), record)).collect();
            match merge.page(rows, page.next) {
                Step::Next(token) => query.after = Some(token),
                Step::Done(page) => return Ok(page),
            }
        }
    }

    async fn stored(&self, query: RecordQuery) -> wasmtime::Result<RecordPage> {
        let port = self.context.ports.records.clone();
        self.ask("records.find", port.find(&self.context.module, query)).await
    }
}

fn key_fits(key: &str) -> Answer<()> {
    if key.len() > MAX_KEY_BYTES {
        return Err(wit::RecordsError::TooLarge(MAX_KEY_BYTES as u32));
    }
    if key.is_empty() || key.contains(char::is_control) {
        return Err(wit::RecordsError::Invalid("the key is empty or holds a control character".to_owned()));
    }
    Ok(())
}

fn parsed(document: &str) -> Answer<Value> {
    serde_json::from_str(document).map_err(|error| wit::RecordsError::Invalid(format!("not a JSON object: {error}")))
}

fn index_value(value: wit::IndexValue) -> IndexValue {
    match value {
        wit::IndexValue::Integer(number) => IndexValue::Integer(number),
        wit::IndexValue::Text(text) => IndexValue::Text(text),
    }
}

/// Where a committed record stands in an answer; `None` when its document has no such value any more.
fn position(record: &Record, pointer: Option<&str>) -> Option<Position> {
    let value = match pointer {
        None => IndexValue::Text(record.key.clone()),
        Some(pointer) => IndexValue::in_document(&serde_json::from_str(&record.document).ok()?, pointer)?,
    };
    Some(Position { value, key: record.key.clone() })
}

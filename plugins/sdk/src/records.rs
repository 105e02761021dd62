//! JSON documents that the module keeps, as values of its own types.
//!
//! A collection and its indexes are declared in the manifest. Reads see the call's own writes; everybody else sees them
//! when the call has returned `Ok`.

use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::records as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::records as host;

pub use crate::bindings::xueliang::hub::records::IndexValue;
pub use crate::bindings::xueliang::hub::records::RecordsError;

/// Most records that one [`find`] brings.
pub const MAX_PAGE: u32 = 200;

/// Stores `value` under `key`, replacing what was there.
///
/// # Errors
/// When the collection is not declared, or the document is larger than 64 KiB.
pub fn put<T: Serialize>(collection: &str, key: &str, value: &T) -> Result<(), Error> {
    let document = serde_json::to_string(value).map_err(|source| unfit(collection, key, source))?;
    host::put(collection, key, &document).map_err(|answer| refused(collection, answer))
}

/// The value under `key`; `None` when there is none.
///
/// # Errors
/// When the collection is not declared, or the document has another shape than `T`.
pub fn get<T: DeserializeOwned>(collection: &str, key: &str) -> Result<Option<T>, Error> {
    let document = host::get(collection, key).map_err(|answer| refused(collection, answer))?;
    document.map(|text| serde_json::from_str(&text).map_err(|source| unfit(collection, key, source))).transpose()
}

/// Deletes the record under `key`; nothing happens when there is none.
///
/// # Errors
/// When the collection is not declared.
pub fn delete(collection: &str, key: &str) -> Result<(), Error> {
    host::delete(collection, key).map_err(|answer| refused(collection, answer))
}

/// The records that `query` asks for, one part of the answer.
///
/// # Errors
/// When collection or index are not declared, or a document has another shape than `T`.
pub fn find<T: DeserializeOwned>(query: &Query) -> Result<Found<T>, Error> {
    let collection = &query.0.collection;
    let page = host::find(&query.0).map_err(|answer| refused(collection, answer))?;
    let read = |entry: host::Entry| match serde_json::from_str(&entry.document) {
        Ok(value) => Ok((entry.key, value)),
        Err(source) => Err(unfit(collection, &entry.key, source)),
    };
    Ok(Found { entries: page.entries.into_iter().map(read).collect::<Result<_, _>>()?, next: page.next })
}

/// One part of an answer, ordered by index value, then key.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    /// Keys and values.
    pub entries: Vec<(String, T)>,
    /// Hand it to [`Query::after`] for the next part; `None`: this was the last.
    pub next: Option<String>,
}

/// A question over one index, or over the keys.
#[derive(Debug, Clone)]
pub struct Query(host::Query);

impl Query {
    /// Asks by a declared index.
    pub fn by(collection: &str, index: &str) -> Self {
        Self::new(collection, Some(index.to_owned()))
    }

    /// Asks by key.
    pub fn keys(collection: &str) -> Self {
        Self::new(collection, None)
    }

    fn new(collection: &str, index: Option<String>) -> Self {
        let collection = collection.to_owned();
        Self(host::Query { collection, index, from: None, to: None, descending: false, limit: MAX_PAGE, after: None })
    }

    /// The smallest value wanted, inclusive.
    pub fn from(mut self, value: impl Into<IndexValue>) -> Self {
        self.0.from = Some(value.into());
        self
    }

    /// The largest value wanted, inclusive.
    pub fn to(mut self, value: impl Into<IndexValue>) -> Self {
        self.0.to = Some(value.into());
        self
    }

    /// Exactly this value.
    pub fn equals(self, value: impl Into<IndexValue>) -> Self {
        let value = value.into();
        self.from(value.clone()).to(value)
    }

    /// Texts that begin with `prefix`.
    pub fn prefix(self, prefix: &str) -> Self {
        // U+10FFFF is the last code point: no text with this prefix sorts behind it.
        self.from(prefix).to(format!("{prefix}\u{10FFFF}"))
    }

    /// Largest first.
    pub fn descending(mut self) -> Self {
        self.0.descending = true;
        self
    }

    /// At most so many, 1 to [`MAX_PAGE`]; [`MAX_PAGE`] where nothing is said.
    pub fn limit(mut self, limit: u32) -> Self {
        self.0.limit = limit;
        self
    }

    /// Goes on where an earlier answer ended: its [`Found::next`].
    pub fn after(mut self, token: String) -> Self {
        self.0.after = Some(token);
        self
    }
}

impl From<&str> for IndexValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for IndexValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for IndexValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

fn refused(collection: &str, answer: RecordsError) -> Error {
    Error::Records { collection: collection.to_owned(), answer }
}

fn unfit(collection: &str, key: &str, source: serde_json::Error) -> Error {
    Error::Document { collection: collection.to_owned(), key: key.to_owned(), source }
}

//! Questions about a module's records.

use serde::Deserialize;
use serde::Serialize;

use crate::effect::IndexValue;

/// Most records that one answer holds.
pub const MAX_PAGE: u32 = 200;

/// A query over one declared index, or over the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordQuery {
    /// A collection of the manifest.
    pub collection: String,
    /// A declared index; `None`: the key itself, as text.
    pub index: Option<String>,
    /// The smallest value wanted, inclusive.
    pub from: Option<IndexValue>,
    /// The largest value wanted, inclusive.
    pub to: Option<IndexValue>,
    /// Largest first.
    pub descending: bool,
    /// At most so many, 1 to [`MAX_PAGE`].
    pub limit: u32,
    /// `next` of the answer before.
    pub after: Option<String>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The key inside the collection.
    pub key: String,
    /// The JSON object as text.
    pub document: String,
}

/// One page of an answer, ordered by (index value, key).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPage {
    /// The records.
    pub records: Vec<Record>,
    /// Hand it back as `after` for the next page; `None`: this was the last. Opaque.
    pub next: Option<String>,
}

//! A recall: why, since when, and what it reaches.

use serde::Deserialize;
use serde::Serialize;

/// A recall; never closed by a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// The batch it began with.
    pub batch: String,
    /// Its product.
    pub product: String,
    /// Why.
    pub reason: String,
    /// When it was started.
    pub started_ms: i64,
    /// Every batch it reaches.
    pub lots: Vec<String>,
    /// How many shipments it reaches.
    pub receivers: usize,
    /// How many times produce was mixed or split between the batch it began with and the farthest one.
    #[serde(default)]
    pub steps: u32,
}

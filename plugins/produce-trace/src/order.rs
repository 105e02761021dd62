//! A shop's order. Who ordered is not known here.

use serde::Deserialize;
use serde::Serialize;

use crate::number::Thousandths;

/// A line: so much of a lot of a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product.
    pub gtin: String,
    /// The lot.
    pub lot: String,
    /// How much, in kilograms.
    pub quantity_kg: Thousandths,
}

/// An order as it is kept; never who ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// When it came, 13 digits: what the index sorts by.
    pub time: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The batches that they were taken from.
    pub batches: Vec<String>,
}

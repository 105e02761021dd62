//! The commitment certificate (承诺达标合格证): what MARA Order 2025 No. 4 wants on it. Never changed once issued.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::number::Thousandths;
use crate::text;

/// A certificate; whether it is in force stands in its batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The batch.
    pub batch: String,
    /// Name of the product.
    pub product: String,
    /// How much, in kilograms.
    pub quantity_kg: Thousandths,
    /// Where it comes from, down to the township.
    pub origin: String,
    /// Who promises.
    pub party: String,
    /// How to reach him; printed on the certificate and nowhere else.
    pub contact: String,
    /// What the promise rests on.
    pub basis: Basis,
    /// Date of issue.
    pub issued: Day,
}

/// What a commitment rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Quality control during production.
    Control,
    /// A test of the producer's own.
    OwnTest,
    /// A test by a laboratory.
    Test,
}

impl Basis {
    /// What a form sends.
    pub const CHOICES: [(&'static str, Self); 3] =
        [("control", Self::Control), ("own-test", Self::OwnTest), ("test", Self::Test)];

    /// It in words.
    pub fn phrase(self) -> text::Phrase {
        match self {
            Self::Control => text::trade::BY_CONTROL,
            Self::OwnTest => text::trade::BY_OWN_TEST,
            Self::Test => text::trade::BY_TEST,
        }
    }
}

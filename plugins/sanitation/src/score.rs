//! Deductions and the monthly score of a section: 100 less what people confirmed.

use serde::Deserialize;
use serde::Serialize;

/// Points at the beginning of a month.
pub(crate) const FULL: u32 = 100;

/// Points taken off, by a person who saw the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deduction {
    /// `{month}/{section}`.
    pub(crate) shelf: String,
    pub(crate) section: String,
    pub(crate) points: u32,
    pub(crate) reason: String,
    /// A finding or a task.
    pub(crate) about: String,
    /// SHA-256 of the picture that he saw.
    pub(crate) picture: String,
    /// Who confirmed it, by account.
    pub(crate) by: String,
    pub(crate) at_ms: i64,
}

/// The score of a section in a month.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Score {
    pub(crate) section: String,
    pub(crate) month: String,
    pub(crate) deducted: u32,
    pub(crate) deductions: u32,
}

impl Score {
    /// What is left of 100; never below 0.
    pub(crate) fn points(&self) -> u32 {
        FULL.saturating_sub(self.deducted)
    }
}

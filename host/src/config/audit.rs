//! `[audit]`: where checkpoints of the audit log go, and how long its rows are kept.

use std::path::PathBuf;

use xl_model::audit::KEEP_DAYS_LEAST;

use super::Section;

/// How the audit log is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// The file of checkpoints; nothing: `audit-checkpoints.jsonl` in the data folder.
    pub checkpoints: Option<PathBuf>,
    /// How long a row is kept, in days.
    pub keep_days: u32,
}

impl Audit {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let checkpoints = section.optional("checkpoints", "the path of a file");
        // Three years: what the law asks of records about personal information (PIPL, article 56).
        let keep_days = section.number("keep_days", 1_095, i64::from(KEEP_DAYS_LEAST)..=36_500);
        section.finish();
        Self { checkpoints, keep_days }
    }
}

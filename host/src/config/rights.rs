//! `[transparency]` and `[requests]`: what everybody is told, and how requests of people are kept.

use super::Section;

/// What everybody is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Transparency {
    /// Whether it is told.
    pub enabled: bool,
}

impl Transparency {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let enabled = section.flag("enabled", true);
        section.finish();
        Self { enabled }
    }
}

/// Requests of people about their information.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    /// Whether everybody may file one.
    pub public: bool,
    /// Until when one has to be answered, in days.
    pub answer_days: u16,
    /// By how much that can be put off once, in days.
    pub extension_days: u16,
    /// How long a closed one says who asked, in days.
    pub keep_days: u16,
    /// Most open ones at once.
    pub most_open: u32,
}

impl Requests {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let public = section.flag("public", true);
        let answer_days = section.number("answer_days", 30, 1..=90);
        let extension_days = section.number("extension_days", 30, 1..=90);
        let keep_days = section.number("keep_days", 365, 30..=3_650);
        let most_open = section.number("most_open", 10_000, 1..=1_000_000);
        section.finish();
        Self { public, answer_days, extension_days, keep_days, most_open }
    }
}

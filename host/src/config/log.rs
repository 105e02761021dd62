//! `[log]`: what the hub writes to standard error.

use super::Section;

/// The hub's own log.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// The quietest level that is written: `error`, `warn`, `info`, `debug`.
    pub level: &'static str,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

impl Log {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let log = Self {
            format: section.choice("format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
            level: section
                .choice("level", &[("info", "info"), ("error", "error"), ("warn", "warn"), ("debug", "debug")]),
        };
        section.finish();
        log
    }
}

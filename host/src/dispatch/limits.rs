//! How modules run and what a manifest may ask for, taken from the configuration.

use xl_model::manifest::Ceilings;

use crate::config;

/// How modules run, and what a plugin may ask for.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Tries of one event before it becomes a dead letter.
    pub(super) max_tries: u32,
    /// Wait before the second try, in milliseconds.
    pub(super) retry_base_ms: u64,
    /// Dead letters in a row after which a module is suspended.
    pub(super) suspend_after: u32,
    /// Recorded events on which a new build is tried; 0: none.
    pub(super) self_test_events: u32,
    /// The most that a manifest may ask for, by the name of its limit.
    pub(super) ceilings: Ceilings,
}

impl From<&config::Modules> for Limits {
    fn from(modules: &config::Modules) -> Self {
        // What has no key of its own may be asked for up to about ten times its default.
        let ceilings = [
            ("batch_events", u64::from(modules.max_batch_events)),
            ("cpu_ms", modules.max_cpu_ms),
            ("wall_ms", modules.max_wall_ms),
            ("memory_mib", u64::from(modules.max_memory_mib)),
            ("table_elements", 100_000),
            ("handles", 4_096),
            ("effects", 16_384),
            ("effect_bytes", 32 * 1024 * 1024),
            ("host_calls", 200_000),
            ("log_lines", 2_000),
            ("pictures_per_minute", 6_000),
            ("fetches_per_minute", 600),
            ("records_mib", 10_240),
            ("events_per_day", 10_000_000),
        ];
        Self {
            max_tries: modules.max_tries,
            retry_base_ms: modules.retry_base_ms,
            suspend_after: modules.suspend_after,
            self_test_events: modules.self_test_events,
            ceilings: ceilings.map(|(name, most)| (name.to_owned(), most)).into(),
        }
    }
}

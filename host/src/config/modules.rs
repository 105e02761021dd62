//! `[modules]`: how modules run, and what any plugin may ask for at most.

use super::Section;

/// How modules run.
#[derive(Debug, Clone, PartialEq)]
pub struct Modules {
    /// Runs at the same time, over all modules.
    pub concurrent_runs: u32,
    /// Tries of one event before it becomes a dead letter.
    pub max_tries: u32,
    /// Wait before the second try, in milliseconds; doubles with each further one.
    pub retry_base_ms: u64,
    /// Dead letters in a row after which a module is suspended.
    pub suspend_after: u32,
    /// Most CPU time that a manifest may ask for, in milliseconds a run.
    pub max_cpu_ms: u64,
    /// Most wall time that a manifest may ask for, in milliseconds a run.
    pub max_wall_ms: u64,
    /// Most memory that a manifest may ask for, in MiB.
    pub max_memory_mib: u32,
    /// Most events that a manifest may ask for in one batch.
    pub max_batch_events: u32,
    /// Recorded events on which a new version is tried before it takes over.
    pub self_test_events: u32,
    /// Longest compile of a plugin, in seconds.
    pub compile_timeout_s: u64,
    /// Most address space of a compile, in MiB.
    pub compile_memory_mib: u64,
}

impl Modules {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let modules = Self {
            concurrent_runs: section.number("concurrent_runs", 16, 1..=1_024),
            max_tries: section.number("max_tries", 5, 1..=20),
            retry_base_ms: section.number("retry_base_ms", 1_000, 1..=60_000),
            suspend_after: section.number("suspend_after", 5, 1..=1_000),
            max_cpu_ms: section.number("max_cpu_ms", 5_000, 10..=60_000),
            max_wall_ms: section.number("max_wall_ms", 60_000, 100..=300_000),
            max_memory_mib: section.number("max_memory_mib", 256, 1..=4_096),
            max_batch_events: section.number("max_batch_events", 512, 1..=4_096),
            self_test_events: section.number("self_test_events", 200, 0..=10_000),
            compile_timeout_s: section.number("compile_timeout_s", 120, 1..=3_600),
            compile_memory_mib: section.number("compile_memory_mib", 4_096, 256..=65_536),
        };
        section.finish();
        modules
    }
}

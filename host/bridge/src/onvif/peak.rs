//! How much memory something takes at most, for tests: each runs in a process of its own.

use std::fs;

/// KiB by which the memory of this process rose at most while `work` ran.
pub(crate) fn growth_kib<T>(work: impl FnOnce() -> T) -> (T, u64) {
    fs::write("/proc/self/clear_refs", "5").unwrap(); // The peak so far is forgotten.
    let before = kib("VmRSS:");
    let done = work();
    (done, kib("VmHWM:").saturating_sub(before))
}

fn kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

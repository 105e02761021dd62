//! CPU time and memory of a process, from the kernel's own accounting.

use std::fs;

/// CPU time that process `pid` used so far, user and system, in seconds (1/100 s steps).
pub(crate) fn seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    // Fields 14 and 15 of proc(5): utime and stime in clock ticks, 100 a second on Linux.
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    ticks as f64 / 100.0
}

/// Resident memory of process `pid`, in MiB.
pub(crate) fn resident_mib(pid: u32) -> f64 {
    status_mib(pid, "VmRSS:")
}

/// Lets [`highest_mib`] of process `pid` begin anew with what is resident now.
pub(crate) fn forget_highest(pid: u32) {
    // proc(5): 5 resets the peak resident set size (`VmHWM`).
    fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
}

/// The most that process `pid` had resident since [`forget_highest`], in MiB.
pub(crate) fn highest_mib(pid: u32) -> f64 {
    status_mib(pid, "VmHWM:")
}

fn status_mib(pid: u32, field: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

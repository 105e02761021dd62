//! What the child process does.

use std::fs;
use std::io;
use std::path::Path;

use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::nice;
use rustix::process::setrlimit;

use super::uncompiled;
use crate::RuntimeError;
use crate::engine::code_config;

/// Most bytes of machine code; the 18 MB of a Python guest become about 60.
const MAX_CODE_BYTES: u64 = 1024 * 1024 * 1024;

/// How much this process steps back behind the hub: the hub's own work goes first.
const NICE: i32 = 10;

/// Limits this process, compiles, writes.
pub(super) fn run(input: &Path, output: &Path, memory_mib: u64, timeout_s: u64) -> Result<(), RuntimeError> {
    limit(memory_mib, timeout_s).map_err(|error| uncompiled(format!("limits not set: {error}")))?;
    let component = fs::read(input).map_err(|error| uncompiled(format!("component not read: {error}")))?;
    let engine = wasmtime::Engine::new(&code_config()).map_err(|error| uncompiled(format!("{error:#}")))?;
    let code = engine.precompile_component(&component).map_err(|error| uncompiled(format!("{error:#}")))?;
    fs::write(output, code).map_err(|error| uncompiled(format!("machine code not written: {error}")))
}

fn limit(memory_mib: u64, timeout_s: u64) -> io::Result<()> {
    for (resource, most) in [
        (Resource::As, memory_mib.saturating_mul(1024 * 1024)),
        (Resource::Cpu, timeout_s),
        (Resource::Fsize, MAX_CODE_BYTES),
        (Resource::Core, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    nice(NICE)?;
    Ok(())
}

//! `xueliang compile-component`: the child process in which plugins are compiled.

use std::path::PathBuf;

/// What to compile, within which limits.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The component.
    input: PathBuf,
    /// Where the machine code goes.
    output: PathBuf,
    /// Most address space, in MiB.
    #[arg(long, default_value_t = 4096)]
    memory_mib: u64,
    /// Most CPU time, in seconds.
    #[arg(long, default_value_t = 120)]
    timeout_s: u64,
}

/// Compiles and ends.
pub(super) fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    xl_runtime::compile::child(&arguments.input, &arguments.output, arguments.memory_mib, arguments.timeout_s)?;
    Ok(())
}

//! Compiling away from the hub: in a child process with limits, kept precompiled and authenticated.
//!
//! A component may be made so that compiling it takes hours or all memory; the child then ends and the hub does not
//! notice. What is kept is machine code, which wasmtime trusts: so it is loaded only when its MAC says that it is ours.

use std::fmt;
use std::path::Path;
use std::path::PathBuf;

use tokio::sync::Semaphore;
use xl_model::id::Digest;

use crate::Engine;
use crate::RuntimeError;

mod cache;
mod child;
mod parent;
mod workplace;

/// One compile at a time: it takes all cores by itself, and a queue of uploads must not take the hub's.
static QUEUE: Semaphore = Semaphore::const_new(1);

/// Where precompiled components are kept and how compiling is limited.
#[derive(Clone)]
pub struct CompileConfig {
    /// Folder of the precompiled files; private to the hub's user.
    pub folder: PathBuf,
    /// Key of the MAC over each file; 32 random bytes from outside the folder.
    pub key: [u8; 32],
    /// The program that compiles: our own, called as
    /// `{program} compile-component {input} {output} --memory-mib {n} --timeout-s {n}`.
    pub program: PathBuf,
    /// Longest compile, in seconds. 120 by default.
    pub timeout_s: u64,
    /// Most address space of the child in MiB. 4096 by default.
    pub memory_mib: u64,
}

impl fmt::Debug for CompileConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileConfig")
            .field("folder", &self.folder)
            .field("program", &self.program)
            .field("timeout_s", &self.timeout_s)
            .field("memory_mib", &self.memory_mib)
            .finish_non_exhaustive()
    }
}

/// Machine code of a component, known to be ours: made by this process or its child, or authenticated.
#[derive(Clone)]
pub struct Precompiled {
    bytes: bytes::Bytes,
    digest: Digest,
    fingerprint: [u8; 32],
}

impl Precompiled {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The component that it was made from.
    pub(crate) fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The engine that it was made for.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}

impl fmt::Debug for Precompiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Precompiled")
            .field("digest", &self.digest)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// The precompiled form of `component`: from the folder when it is there and its MAC, engine and digest match, else
/// compiled in a child process and kept.
///
/// # Errors
/// When the child fails, takes too long or too much memory, or the folder cannot be written.
pub async fn precompiled(
    engine: &Engine,
    config: &CompileConfig,
    digest: &Digest,
    component: &[u8],
) -> Result<Precompiled, RuntimeError> {
    let entry = cache::Entry::new(config, engine.fingerprint(), digest);
    if let Some(kept) = entry.read().await {
        return Ok(kept);
    }
    // The semaphore is never closed.
    let _turn = QUEUE.acquire().await;
    // Somebody before us in the queue may have compiled the same.
    if let Some(kept) = entry.read().await {
        return Ok(kept);
    }
    let code = parent::compile(config, digest, component).await?;
    entry.keep(code).await
}

/// Compiles in this process, without limits: for tools and tests that trust the component.
///
/// # Errors
/// When the component cannot be compiled.
pub fn here(engine: &Engine, digest: &Digest, component: &[u8]) -> Result<Precompiled, RuntimeError> {
    let code = engine.wasm().precompile_component(component).map_err(|error| uncompiled(format!("{error:#}")))?;
    Ok(Precompiled { bytes: code.into(), digest: digest.clone(), fingerprint: *engine.fingerprint() })
}

/// What the child process does: limits itself, compiles `input`, writes `output`.
///
/// # Errors
/// When `input` cannot be read or compiled.
pub fn child(input: &Path, output: &Path, memory_mib: u64, timeout_s: u64) -> Result<(), RuntimeError> {
    child::run(input, output, memory_mib, timeout_s)
}

fn uncompiled(detail: String) -> RuntimeError {
    RuntimeError::NotCompiled { detail }
}

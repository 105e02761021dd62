//! The hub's side: starts the child, waits for it, takes what it made.

use std::path::Path;
use std::process::Stdio;
use std::thread::available_parallelism;
use std::time::Duration;

use sha2::Sha256;
use tokio::fs;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use xl_model::id::Digest;

use super::CompileConfig;
use super::cache::prepare;
use super::uncompiled;
use super::workplace;
use crate::RuntimeError;
use crate::guest::journal::plain;

/// Most bytes of what the child says when it fails.
const MAX_WORDS_BYTES: u64 = 4096;

/// Most threads of a compile.
const MAX_THREADS: usize = 8;

/// How much longer than its CPU time a child may take: it may have to wait for the processor.
const PATIENCE: u32 = 2;

/// Compiles `component` in a child process.
pub(super) async fn compile(
    config: &CompileConfig,
    digest: &Digest,
    component: &[u8],
) -> Result<Vec<u8>, RuntimeError> {
    let bytes = component.to_vec();
    // Hashing many megabytes: not on an async thread.
    let hash = spawn_blocking(move || sha256(&bytes)).await;
    if hash.ok().as_deref() != Some(digest.as_str()) {
        return Err(uncompiled(format!("the bytes are not those of {digest}")));
    }
    prepare(&config.folder).await.map_err(|error| uncompiled(format!("cache folder not made: {error}")))?;
    let workplace = workplace::fresh(&config.folder).await;
    let made = in_workplace(config, &workplace, component).await;
    if let Err(error) = fs::remove_dir_all(&workplace).await {
        tracing::warn!(folder = %workplace.display(), %error, "folder of a finished compile not removed");
    }
    made
}

async fn in_workplace(config: &CompileConfig, workplace: &Path, component: &[u8]) -> Result<Vec<u8>, RuntimeError> {
    let unusable = |error: std::io::Error| uncompiled(format!("folder of the compile not usable: {error}"));
    prepare(workplace).await.map_err(unusable)?;
    let (input, output) = (workplace.join("component.wasm"), workplace.join("code"));
    fs::write(&input, component).await.map_err(unusable)?;
    run(config, &input, &output).await?;
    fs::read(&output).await.map_err(unusable)
}

async fn run(config: &CompileConfig, input: &Path, output: &Path) -> Result<(), RuntimeError> {
    let mut child = Command::new(&config.program)
        .arg("compile-component")
        .args([input, output])
        .args(["--memory-mib", &config.memory_mib.to_string(), "--timeout-s", &config.timeout_s.to_string()])
        .env_clear()
        // Each thread reserves address space of its own: without a bound, 64 cores would use up the limit.
        .envs([("RAYON_NUM_THREADS", threads().to_string()), ("MALLOC_ARENA_MAX", "2".to_owned())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| uncompiled(format!("`{}` not started: {error}", config.program.display())))?;
    let words = child.stderr.take();
    let ended = async {
        let mut said = Vec::new();
        if let Some(words) = words {
            // Whatever is beyond is not read: the child gets a broken pipe and ends.
            words.take(MAX_WORDS_BYTES).read_to_end(&mut said).await.ok();
        }
        (child.wait().await, said)
    };
    let most = Duration::from_secs(config.timeout_s) * PATIENCE;
    let Ok((status, said)) = timeout(most, ended).await else {
        // Waited for, so that it writes nothing more into its folder.
        child.kill().await.ok();
        return Err(uncompiled(format!("it took longer than {} s", most.as_secs())));
    };
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(uncompiled(format!("{status}: {}", plain(String::from_utf8_lossy(&said).trim(), 1024)))),
        Err(error) => Err(uncompiled(format!("the child was lost: {error}"))),
    }
}

fn threads() -> usize {
    available_parallelism().map_or(1, usize::from).min(MAX_THREADS)
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(Sha256::digest(bytes))
}

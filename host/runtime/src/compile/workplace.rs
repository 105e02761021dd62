//! Folders of compiles under way; those of a hub that was killed are cleared away by the next.

use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rustix::process::Pid;
use rustix::process::test_kill_process;
use tokio::fs;

/// How the names of these folders begin; the process and a number follow.
const PREFIX: &str = "compiling-";

/// Numbers the compiles of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A name for a new folder, with the left-overs of dead processes cleared away.
pub(super) async fn fresh(folder: &Path) -> PathBuf {
    clear(folder).await;
    folder.join(format!("{PREFIX}{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

async fn clear(folder: &Path) {
    let Ok(mut entries) = fs::read_dir(folder).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        if is_left_over(&entry.file_name().to_string_lossy())
            && let Err(error) = fs::remove_dir_all(entry.path()).await
        {
            tracing::warn!(folder = %entry.path().display(), %error, "folder of an interrupted compile not removed");
        }
    }
}

/// Whether a folder's name is that of a compile whose process is gone.
fn is_left_over(name: &str) -> bool {
    let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')).map(|(owner, _)| owner);
    let owner = owner.and_then(|owner| owner.parse().ok()).and_then(Pid::from_raw);
    owner.is_some_and(|owner| test_kill_process(owner) == Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_dead_process_left_is_cleared_away_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (dead, own) = (format!("{PREFIX}{}-0", i32::MAX), format!("{PREFIX}{}-77", process::id()));
        for name in [&dead, &own, "other"] {
            fs::create_dir(folder.path().join(name)).await.unwrap();
        }
        let new = fresh(folder.path()).await;
        assert!(!folder.path().join(dead).exists() && !new.exists());
        assert!(folder.path().join(own).exists() && folder.path().join("other").exists());
    }
}

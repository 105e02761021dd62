//! New keys for everything that a stopped hub keeps sealed and can seal anew: passwords of cameras, credentials of modules.

use std::path::Path;

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::clock::TimestampMs;
use xl_store::Store;
use xl_store::StoreConfig;

use super::AppError;
use super::credentials;
use super::credentials::Credentials;
use super::keys;

/// How much is sealed with new keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Passwords of cameras.
    pub passwords: usize,
    /// Credentials of modules.
    pub credentials: usize,
}

/// Seals passwords and credentials in the data folder of a stopped hub with new keys.
///
/// Each kind has a key of its own and is done by itself: wherever this is killed, the next start opens everything, some of it
/// perhaps still with the key of before. Backups and `xueliang credential` wait meanwhile, so none has the one without the other.
///
/// # Errors
/// When the folder is in use, or something does not open: nothing is changed then.
pub async fn rotate_key(data: &Path, at_ms: TimestampMs) -> Result<Rotated, AppError> {
    keys::of_a_hub(data)?;
    let config = StoreConfig { folder: data.to_owned(), commit_operations: 1, head_events: 1, readers: 1 };
    let store = Store::open(config).await?;
    let hold = xl_store::backup::hold(data).await?;
    let rotated = recorded(&store, data, at_ms).await;
    store.close().await;
    drop(hold);
    rotated
}

/// First the row, then the new keys; a second row when there are none.
async fn recorded(store: &Store, data: &Path, at_ms: TimestampMs) -> Result<Rotated, AppError> {
    let entry = Entry::new(at_ms, Actor::new("xueliang key rotate", ""), "key.rotated", "keys");
    let seqs = store.append_audit(vec![entry.clone()]).await?;
    let rotated = rotate(store, data, at_ms).await;
    if let (Err(error), Some(seq)) = (&rotated, seqs.first()) {
        // What went wrong with the keys is what is told.
        drop(store.append_audit(vec![entry.failed(at_ms, *seq, &error.code().to_string())]).await);
    }
    rotated
}

async fn rotate(store: &Store, data: &Path, at_ms: TimestampMs) -> Result<Rotated, AppError> {
    // First, while nothing is changed: what does not open would be lost with its key.
    Credentials::open(data)?.check()?;
    let passwords = keys::reseal(store, &data.join(keys::FOLDER), at_ms).await?;
    Ok(Rotated { passwords, credentials: credentials::rotate(data)? })
}

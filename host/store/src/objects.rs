//! Bytes under their SHA-256 in an object store that is a folder.
//!
//! A write is on stable storage, with its name, before it is answered: `object_store` syncs file and folder, and the
//! folders of the first level are made and synced when the store opens.

use std::collections::HashSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;

use crate::StoreError;
use crate::lock;

/// How long bytes that no commit has named yet are safe from removal at least: one hour.
const UNNAMED_MS: TimestampMs = 3_600_000;

/// Folders of the first level, by the first two digits of the hash.
pub(crate) const FOLDERS: usize = 256;

/// Why bytes were not stored, read or removed.
pub(crate) type ObjectError = Box<dyn std::error::Error + Send + Sync>;

/// A folder of bytes.
pub(crate) struct Objects {
    store: LocalFileSystem,
    folder: PathBuf,
    /// One writer or remover per first-level folder at a time, so that no removal overtakes a put of the same bytes.
    turns: Vec<tokio::sync::Mutex<()>>,
    unnamed: Mutex<Unnamed>,
}

/// The turn in one first-level folder: nobody else puts or removes there meanwhile.
pub(crate) struct Turn<'a> {
    objects: &'a Objects,
    _turn: tokio::sync::MutexGuard<'a, ()>,
}

/// What was put and not yet named by a commit: in two generations, so that what is never named is forgotten in time.
#[derive(Default)]
struct Unnamed {
    young: HashSet<Digest>,
    old: HashSet<Digest>,
    turned_ms: TimestampMs,
}

impl Objects {
    /// Opens or makes the folder.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, ObjectError> {
        for first in 0..FOLDERS {
            lock::make_folder(&folder.join(format!("{first:02x}")))?;
        }
        sync_folder(&folder)?;
        if let Some(parent) = folder.parent() {
            sync_folder(parent)?;
        }
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        let turns = (0..FOLDERS).map(|_| tokio::sync::Mutex::default()).collect();
        Ok(Self { store, folder, turns, unnamed: Mutex::default() })
    }

    /// Waits for the turn to put into or remove from the first-level folder of `sha256`.
    pub(crate) async fn turn(&self, sha256: &Digest) -> Turn<'_> {
        Turn { objects: self, _turn: self.turns[first(sha256)].lock().await }
    }

    /// The bytes under a hash, checked against it.
    pub(crate) async fn get(&self, sha256: &Digest) -> Result<Option<Bytes>, StoreError> {
        let Some((bytes, found)) = self.read(sha256).await.map_err(|source| StoreError::Picture {
            sha256: sha256.to_string(),
            verb: "read",
            source,
        })?
        else {
            return Ok(None);
        };
        if found == sha256.as_str() {
            Ok(Some(bytes))
        } else {
            Err(StoreError::DamagedBytes { sha256: sha256.to_string(), found })
        }
    }

    /// What lies under a hash, with what it hashes to.
    async fn read(&self, sha256: &Digest) -> Result<Option<(Bytes, String)>, ObjectError> {
        let bytes = match self.store.get(&path(sha256)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let hashed = bytes.clone();
        let found = tokio::task::spawn_blocking(move || hex::encode(Sha256::digest(&hashed))).await?;
        Ok(Some((bytes, found)))
    }

    /// A commit names these now: from here on the database says whether they are needed.
    pub(crate) fn named<'a>(&self, named: impl Iterator<Item = &'a Digest>) {
        let mut unnamed = self.unnamed.lock().unwrap_or_else(PoisonError::into_inner);
        for sha256 in named {
            unnamed.young.remove(sha256);
            unnamed.old.remove(sha256);
        }
    }

    /// Forgets what was put long ago and never named.
    pub(crate) fn forget_unnamed(&self, now_ms: TimestampMs) {
        let mut unnamed = self.unnamed.lock().unwrap_or_else(PoisonError::into_inner);
        if now_ms.saturating_sub(unnamed.turned_ms) >= UNNAMED_MS {
            unnamed.old = std::mem::take(&mut unnamed.young);
            unnamed.turned_ms = now_ms;
        }
    }

    /// Everything in one first-level folder. Removes what a hub that died had begun to write.
    pub(crate) async fn list(&self, folder: usize) -> Result<Vec<Digest>, ObjectError> {
        let _turn = self.turns[folder].lock().await;
        let path = self.folder.join(format!("{folder:02x}"));
        Ok(tokio::task::spawn_blocking(move || list_folder(&path)).await??)
    }
}

impl Turn<'_> {
    /// Stores `bytes` under their hash; what lies there already is only made durable.
    pub(crate) async fn put(&self, sha256: &Digest, bytes: Bytes) -> Result<(), ObjectError> {
        self.objects.unnamed.lock().unwrap_or_else(PoisonError::into_inner).young.insert(sha256.clone());
        let path = path(sha256);
        match self.objects.store.head(&path).await {
            // A hub that died may have left it without a sync.
            Ok(found) if found.size == bytes.len() as u64 => {
                let file = self.objects.folder.join(path.as_ref());
                Ok(tokio::task::spawn_blocking(move || sync_file(&file)).await??)
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {
                self.objects.store.put(&path, bytes.into()).await?;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Leaves of `candidates` those that were not put lately: of them the database knows whether they are needed.
    ///
    /// First this memory is asked, then the database: a commit moves a name from the one to the other.
    pub(crate) fn settled(&self, candidates: &[Digest]) -> Vec<Digest> {
        let unnamed = self.objects.unnamed.lock().unwrap_or_else(PoisonError::into_inner);
        candidates.iter().filter(|it| !unnamed.young.contains(*it) && !unnamed.old.contains(*it)).cloned().collect()
    }

    /// Removes the bytes; says how many there were.
    pub(crate) async fn remove(&self, sha256: &Digest) -> Result<Option<u64>, ObjectError> {
        let path = path(sha256);
        let removed = match self.objects.store.head(&path).await {
            Ok(found) => self.objects.store.delete(&path).await.map(|()| Some(found.size)),
            Err(error) => Err(error),
        };
        match removed {
            Ok(bytes) => Ok(bytes),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The first-level folder of a hash.
pub(crate) fn first(sha256: &Digest) -> usize {
    usize::from_str_radix(&sha256.as_str()[..2], 16).expect("a digest is hex")
}

fn path(sha256: &Digest) -> object_store::path::Path {
    object_store::path::Path::from_iter([&sha256.as_str()[..2], sha256.as_str()])
}

fn list_folder(folder: &Path) -> Result<Vec<Digest>, std::io::Error> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_name().to_str().map(str::parse::<Digest>) {
            Some(Ok(sha256)) => found.push(sha256),
            _ => std::fs::remove_file(entry.path())?,
        }
    }
    Ok(found)
}

fn sync_file(file: &Path) -> Result<(), std::io::Error> {
    std::fs::File::open(file)?.sync_all()?;
    file.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> Result<(), std::io::Error> {
    std::fs::File::open(folder)?.sync_all()
}

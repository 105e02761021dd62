//! Takes a backup beside a running hub.

use std::fs;
use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use sha2::Digest as _;
use sha2::Sha256;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_store::StoreError;
use xl_store::backup;
use xl_store::backup::Named;

use super::BackupError;
use super::Lock;
use super::manifest;
use super::manifest::Entry;
use super::manifest::FORMAT;
use super::manifest::Manifest;
use crate::audit::Note;
use crate::tar;

/// The copy of the database while it is packed: in the data folder, which only the hub's user can read.
const COPY: &str = "backup.db";

/// Folders of which every file is packed. What opens the second lies in the first; who writes either waits for the hold.
const FOLDERS: [&str; 2] = ["keys", "credentials"];

/// Name of the configuration in a backup.
pub(super) const CONFIG: &str = "config.toml";

/// What is backed up.
#[derive(Debug, Clone)]
pub struct Source {
    /// The data folder.
    pub data: PathBuf,
    /// The configuration file, where the hub has one.
    pub config: Option<PathBuf>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Files in it.
    pub files: usize,
    /// Their bytes, before encryption.
    pub bytes: u64,
    /// Pictures and plugins that the database names and whose bytes are gone or damaged: not in it.
    pub missing: Vec<Digest>,
}

/// Takes a backup of `source` to the new file `to`, which is there whole or not at all.
///
/// Retention waits meanwhile; everything else of a running hub goes on, and makes a row of its audit log of this.
///
/// # Errors
/// [`BackupError`].
pub async fn take(source: &Source, to: &Path, lock: Lock, now_ms: TimestampMs) -> Result<Taken, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let _hold = backup::hold(&source.data).await?;
    let note = Note::new(now_ms, "xueliang backup", "data.back-up", &to.display().to_string());
    note.around(&source.data, take_held(source, to, lock, now_ms), BackupError::code).await
}

async fn take_held(source: &Source, to: &Path, lock: Lock, now_ms: TimestampMs) -> Result<Taken, BackupError> {
    let copy = Scratch(source.data.join(COPY));
    // Left by a backup that was killed; with the hold in hand nobody else writes it.
    copy.remove();
    let named = backup::copy(&source.data, &copy.0).await?;
    let (source, to) = (source.clone(), to.to_owned());
    let packed = tokio::task::spawn_blocking(move || {
        let part = Scratch(to.with_added_extension("part"));
        let packer = Packer::create(&part.0, lock)?;
        let taken = packer.pack(&source, &copy.0, named, now_ms)?;
        let renamed = fs::rename(&part.0, &to).and_then(|()| sync_folder_of(&to));
        renamed.map_err(|source| BackupError::NotWritten { path: to, source })?;
        Ok(taken)
    });
    packed.await.unwrap_or_else(|lost| Err(StoreError::Failed { detail: format!("not packed: {lost}") }.into()))
}

/// Makes the name of a new file or folder durable.
///
/// # Errors
/// When the folder that it lies in cannot be synced.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent != Path::new("") => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

/// A file that goes with its name.
struct Scratch(PathBuf);

impl Scratch {
    fn remove(&self) {
        // It may not be there, or bear its right name already.
        let _ = fs::remove_file(&self.0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Packs files into an archive and notes what it packed.
struct Packer {
    path: PathBuf,
    out: age::stream::StreamWriter<BufWriter<File>>,
    files: Vec<Entry>,
    missing: Vec<Digest>,
}

impl Packer {
    fn create(path: &Path, lock: Lock) -> Result<Self, BackupError> {
        let written = |source| BackupError::NotWritten { path: path.to_owned(), source };
        // Left by a backup that was killed: a whole one has another name.
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(written)?;
        let encryptor = match lock {
            Lock::Passphrase(passphrase) => age::Encryptor::with_user_passphrase(passphrase),
            Lock::Recipients(keys) => {
                age::Encryptor::with_recipients(keys.iter().map(|key| key as &dyn age::Recipient))
                    .map_err(|error| written(io::Error::other(error)))?
            }
        };
        let out = encryptor.wrap_output(BufWriter::new(file)).map_err(written)?;
        Ok(Self { path: path.to_owned(), out, files: Vec::new(), missing: Vec::new() })
    }

    fn pack(mut self, source: &Source, copy: &Path, named: Named, now_ms: TimestampMs) -> Result<Taken, BackupError> {
        self.file(backup::DATABASE, copy)?;
        for (below, digests) in [(backup::PICTURES, &named.pictures), (backup::PLUGINS, &named.plugins)] {
            for sha256 in digests {
                self.object(&source.data, below, sha256)?;
            }
        }
        for folder in FOLDERS {
            for (name, file) in files_of(&source.data.join(folder))? {
                self.file(&format!("{folder}/{name}"), &file)?;
            }
        }
        if let Some(config) = &source.config {
            self.file(CONFIG, config)?;
        }
        let bytes = self.files.iter().map(|entry| entry.bytes).sum();
        let Self { path, mut out, files, missing } = self;
        let taken = Taken { files: files.len(), bytes, missing: missing.clone() };
        let hub = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Manifest { format: FORMAT, hub, schema: named.schema, taken_ms: now_ms, files, missing };
        let manifest = serde_json::to_vec(&manifest).expect("texts and numbers always serialize");
        let written = |source| BackupError::NotWritten { path: path.clone(), source };
        let length = manifest.len() as u64;
        tar::write_header(&mut out, manifest::NAME, length).map_err(written)?;
        out.write_all(&manifest).map_err(written)?;
        tar::pad(&mut out, length).and_then(|()| tar::end(&mut out)).map_err(written)?;
        let file = out.finish().and_then(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
        file.and_then(|file| file.sync_all()).map_err(written)?;
        Ok(taken)
    }

    /// Bytes under their hash; what is gone or damaged is noted, for a hub that has lost a picture needs its backup more.
    fn object(&mut self, data: &Path, below: &str, sha256: &Digest) -> Result<(), BackupError> {
        let path = backup::path(below, sha256);
        match fs::read(data.join(&path)) {
            Ok(bytes) if hex::encode(Sha256::digest(&bytes)) == sha256.as_str() => {
                self.put(&path.display().to_string(), bytes.len() as u64, &mut bytes.as_slice(), data)
            }
            Ok(_) => {
                self.missing.push(sha256.clone());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.missing.push(sha256.clone());
                Ok(())
            }
            Err(source) => Err(BackupError::NotRead { path: data.join(path), source }),
        }
    }

    fn file(&mut self, name: &str, path: &Path) -> Result<(), BackupError> {
        let not_read = |source| BackupError::NotRead { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(not_read)?;
        let bytes = file.metadata().map_err(not_read)?.len();
        self.put(name, bytes, &mut file, path)
    }

    fn put(&mut self, name: &str, bytes: u64, content: &mut impl Read, path: &Path) -> Result<(), BackupError> {
        let not_read = |source| BackupError::NotRead { path: path.to_owned(), source };
        let written = |source| BackupError::NotWritten { path: self.path.clone(), source };
        tar::write_header(&mut self.out, name, bytes).map_err(written)?;
        let (mut hash, mut left, mut buffer) = (Sha256::new(), bytes, vec![0; 64 * 1024]);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let read = content.read(&mut buffer[..most]).map_err(not_read)?;
            if read == 0 {
                return Err(not_read(io::ErrorKind::UnexpectedEof.into()));
            }
            hash.update(&buffer[..read]);
            self.out.write_all(&buffer[..read]).map_err(written)?;
            left -= read as u64;
        }
        tar::pad(&mut self.out, bytes).map_err(written)?;
        let sha256 = hex::encode(hash.finalize()).parse().expect("SHA-256 in hex is a digest");
        self.files.push(Entry { path: name.to_owned(), bytes, sha256 });
        Ok(())
    }
}

/// The files of a folder by name; none where there is no folder.
fn files_of(folder: &Path) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let not_read = |source| BackupError::NotRead { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(not_read(source)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(not_read)?;
        if entry.file_type().map_err(not_read)?.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

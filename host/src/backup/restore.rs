//! Makes a data folder of a backup: whole and checked, or not at all.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use age::DecryptError;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::clock::Clock as _;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::rfc3339;
use xl_model::id::Digest;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::StoreError;
use xl_store::backup;

use super::BackupError;
use super::Unlock;
use super::manifest;
use super::manifest::FORMAT;
use super::manifest::Manifest;
use super::take::CONFIG;
use super::take::sync_folder_of;
use crate::app::clock::SystemClock;
use crate::app::write_private;
use crate::people::People;
use crate::tar;

/// What a restored hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Files that were compared with their hashes.
    pub files: usize,
    /// When the backup was taken.
    pub taken_ms: TimestampMs,
    /// The administrator's new token; the old one and all sessions have ended.
    pub token: String,
    /// Pictures and plugins that the backup lacks, because they were gone when it was taken.
    pub missing: Vec<Digest>,
    /// Whether the configuration of the hub lies in the folder, as `config.toml`.
    pub has_config: bool,
}

/// Makes the data folder `to`, which must be empty or not there, of the backup in `file`.
///
/// # Errors
/// [`BackupError`]; nothing is left behind then.
pub async fn restore(file: &Path, to: &Path, unlock: Unlock) -> Result<Restored, BackupError> {
    let taken = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(source) => return Err(BackupError::NotRead { path: to.to_owned(), source }),
    };
    if taken {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let part = Part::make(to.with_added_extension("part"))?;
    let (file, folder) = (file.to_owned(), part.0.clone());
    let unpacked = tokio::task::spawn_blocking(move || unpack(&file, &folder, &unlock).map(|found| (file, found)));
    let unpacked = unpacked.await.map_err(|lost| StoreError::Failed { detail: format!("not unpacked: {lost}") })?;
    let (file, manifest) = unpacked?;
    whole(&file, &part.0, &manifest).await?;
    let token = begin_anew(&part.0, &manifest).await?;
    let written = |source| BackupError::NotWritten { path: to.to_owned(), source };
    if to.exists() {
        fs::remove_dir(to).map_err(written)?;
    }
    fs::rename(&part.0, to).and_then(|()| sync_folder_of(to)).map_err(written)?;
    let has_config = manifest.files.iter().any(|entry| entry.path == CONFIG);
    let Manifest { files, taken_ms, missing, .. } = manifest;
    Ok(Restored { files: files.len(), taken_ms, token, missing, has_config })
}

/// A folder that goes with everything in it unless it gets its right name.
struct Part(PathBuf);

impl Part {
    fn make(path: PathBuf) -> Result<Self, BackupError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| BackupError::NotWritten { path: parent.to_owned(), source })?;
        }
        match fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(BackupError::Exists { path }),
            Err(source) => Err(BackupError::NotWritten { path, source }),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After the renaming it is not there.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Decrypts and unpacks, then reads everything back and compares it with the manifest.
fn unpack(file: &Path, folder: &Path, unlock: &Unlock) -> Result<Manifest, BackupError> {
    let broken = |detail: String| BackupError::Broken { path: file.to_owned(), detail };
    let mut input = open(file, unlock)?;
    let mut written = BTreeMap::new();
    let manifest = loop {
        let header = tar::read_header(&mut input).map_err(|error| broken(error.to_string()))?;
        let (name, bytes) = header.ok_or_else(|| broken("its manifest is missing".to_owned()))?;
        if name == manifest::NAME {
            break read_manifest(&mut input, bytes).map_err(broken)?;
        }
        if !is_ours(&name) || written.insert(name.clone(), bytes).is_some() {
            return Err(broken("an entry has a name that no backup holds, or a name twice".to_owned()));
        }
        write(&mut input, &folder.join(&name), bytes, file)?;
        tar::skip_padding(&mut input, bytes).map_err(|error| broken(error.to_string()))?;
    };
    // To its very end: only the last piece proves that none is missing.
    io::copy(&mut input, &mut io::sink()).map_err(|error| broken(error.to_string()))?;
    let named = manifest.files.iter().map(|entry| (entry.path.clone(), entry.bytes)).collect::<BTreeMap<_, _>>();
    if named != written || named.len() != manifest.files.len() {
        return Err(broken("its files are not those of its manifest".to_owned()));
    }
    for entry in &manifest.files {
        let found = hash(&folder.join(&entry.path));
        let found = found.map_err(|source| BackupError::NotRead { path: folder.join(&entry.path), source })?;
        if found != *entry.sha256.as_str() {
            return Err(broken(format!("`{}` is not as it was packed", entry.path)));
        }
    }
    Ok(manifest)
}

fn open(file: &Path, unlock: &Unlock) -> Result<impl Read + use<>, BackupError> {
    let not_read = |source| BackupError::NotRead { path: file.to_owned(), source };
    let broken = |detail: &str| BackupError::Broken { path: file.to_owned(), detail: detail.to_owned() };
    let reader = BufReader::new(File::open(file).map_err(not_read)?);
    let decryptor = age::Decryptor::new_buffered(reader).map_err(|_| broken("it does not begin like one"))?;
    let opened = match unlock {
        Unlock::Identities(keys) => decryptor.decrypt(keys.iter().map(|key| key as &dyn age::Identity)),
        Unlock::Passphrase(passphrase) => {
            let identity = age::scrypt::Identity::new(passphrase.clone());
            decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
        }
    };
    opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            BackupError::WrongKey { path: file.to_owned() }
        }
        DecryptError::Io(source) => not_read(source),
        _ => broken("its head is damaged"),
    })
}

/// Names that a backup holds: nothing leads out of the folder.
fn is_ours(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
    match parts.as_slice() {
        [file] => [backup::DATABASE, CONFIG].contains(file),
        ["keys" | "credentials", file] => plain(file),
        [backup::PICTURES | backup::PLUGINS, first, sha256] => {
            sha256.parse::<Digest>().is_ok() && sha256.starts_with(first) && first.len() == 2
        }
        _ => false,
    }
}

fn read_manifest(input: &mut impl Read, bytes: u64) -> Result<Manifest, String> {
    if bytes > manifest::MAX_BYTES {
        return Err("its manifest is too large".to_owned());
    }
    let mut json = Vec::new();
    input.take(bytes).read_to_end(&mut json).map_err(|error| error.to_string())?;
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|error| format!("its manifest: {error}"))?;
    match manifest.format {
        FORMAT => Ok(manifest),
        format => Err(format!("it has the form {format} of a newer hub, this one reads {FORMAT}")),
    }
}

fn write(input: &mut impl Read, path: &Path, bytes: u64, from: &Path) -> Result<(), BackupError> {
    let not_written = |source| BackupError::NotWritten { path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(not_written)?;
    }
    let mut out = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(not_written)?;
    let (mut left, mut buffer) = (bytes, vec![0; 64 * 1024]);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = match input.read(&mut buffer[..most]) {
            Ok(0) => return Err(BackupError::Broken { path: from.to_owned(), detail: "it ends too early".to_owned() }),
            Ok(read) => read,
            Err(error) => return Err(BackupError::Broken { path: from.to_owned(), detail: error.to_string() }),
        };
        out.write_all(&buffer[..read]).map_err(not_written)?;
        left -= read as u64;
    }
    out.sync_all().map_err(not_written)
}

fn hash(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    io::copy(&mut file, &mut hash)?;
    Ok(hex::encode(hash.finalize()))
}

/// Whether everything that the database names is there, what was gone already excepted.
async fn whole(file: &Path, folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let broken = |detail: String| BackupError::Broken { path: file.to_owned(), detail };
    let named = backup::named(&folder.join(backup::DATABASE)).await?;
    if named.schema != manifest.schema {
        return Err(broken("its database is of another schema than its manifest says".to_owned()));
    }
    let files: HashSet<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    let missing: HashSet<&Digest> = manifest.missing.iter().collect();
    for (below, digests) in [(backup::PICTURES, &named.pictures), (backup::PLUGINS, &named.plugins)] {
        for sha256 in digests {
            let path = backup::path(below, sha256).display().to_string();
            if !files.contains(path.as_str()) && !missing.contains(sha256) {
                return Err(broken(format!("`{path}` is missing")));
            }
        }
    }
    Ok(())
}

/// Brings the schema up to date, records what the folder was made of, ends all sessions and keys, and gives a new one.
async fn begin_anew(folder: &Path, manifest: &Manifest) -> Result<String, BackupError> {
    let config = StoreConfig { folder: folder.to_owned(), commit_operations: 1, head_events: 1, readers: 1 };
    let store = Store::open(config).await?;
    let renewed = match store.append_audit(vec![restored(manifest)]).await {
        Ok(_) => People::begin_anew(&store, Arc::new(SystemClock)).await,
        Err(error) => Err(error),
    };
    store.close().await;
    let token = renewed?;
    let path = folder.join("admin-token");
    write_private(&path, token.as_bytes()).map_err(|source| BackupError::NotWritten { path, source })?;
    Ok(token)
}

/// The row that the audit log of the backup goes on with. Who it was the machine knows, the hub does not.
fn restored(manifest: &Manifest) -> Entry {
    let Manifest { hub, taken_ms, files, missing, .. } = manifest;
    let (files, missing) = (files.len(), missing.len());
    let detail = format!("backup of {}; by version {hub}; {files} files; {missing} missing", rfc3339(*taken_ms));
    Entry::new(SystemClock.now_ms(), Actor::new("xueliang restore", ""), "data.restored", "data").with_detail(&detail)
}

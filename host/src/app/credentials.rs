//! Credentials that the hub shows to hosts on behalf of modules: a sealed file each, in the folder `credentials`.
//!
//! `xueliang credential` writes them, [`super::egress`] opens one for each request that needs it, so what was set counts from
//! the next request on. The key lies with the others in `keys`; what is sealed is bound to its name. Plain files, as earlier
//! versions had them, are told and never read.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;

use tracing::info;
use tracing::warn;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;
use xl_model::grant::is_credential_name;
use xl_store::cameras::Sealed;
use zeroize::Zeroizing;

use super::AppError;
use super::keys;
use crate::audit::Note;
use crate::cameras::SealKey;

/// The folder of the sealed files, in the data folder.
const FOLDER: &str = "credentials";

/// What a sealed file's name ends with, behind the name of the credential.
const ENDING: &str = ".sealed";

/// The file of the key.
const KEY: &str = "credentials.key";

/// The file of the key that takes its place while the credentials are sealed anew.
const NEXT: &str = "credentials.next";

/// Longest value in bytes: what servers take as one header at least.
pub(crate) const MAX_BYTES: usize = 8 * 1024;

/// Why a credential is not set, or not shown to a host. Says nothing of its value.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Nobody has set it. Code XL0319.
    #[error("credential `{name}` is not set up: `xueliang credential set {name}`")]
    Missing {
        /// Its name, as the grant has it.
        name: String,
    },
    /// It lies there as an earlier version took it: in a plain file. Code XL0319.
    #[error(
        "credential `{name}` lies in a plain file, which is not read: `xueliang credential set {name} < FILE`, \
         then delete the file"
    )]
    Plain {
        /// Its name.
        name: String,
    },
    /// The value is nothing that a header can hold. Code XL0319.
    #[error("a credential is one line of 1 to {} visible ASCII characters", MAX_BYTES)]
    Value,
    /// The sealed file does not open. Code XL0320.
    #[error("credential `{name}` cannot be opened: {reason}")]
    Sealed {
        /// Its name.
        name: String,
        /// Why, without anything of it.
        reason: &'static str,
    },
    /// Its file cannot be read, written or removed. Code XL0104.
    #[error("file of credential `{name}` not usable")]
    File {
        /// Its name.
        name: String,
        /// The reason.
        source: io::Error,
    },
}

impl CredentialError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Missing { .. } | Self::Plain { .. } | Self::Value => Code(319),
            Self::Sealed { .. } => Code(320),
            Self::File { .. } => Code(104),
        }
    }
}

/// What lies under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The name.
    pub(crate) name: String,
    /// Whether it is sealed; a plain file is not read.
    pub(crate) is_sealed: bool,
}

/// The credentials of a hub, with the key that opens them.
pub(super) struct Credentials {
    folder: PathBuf,
    key: SealKey,
}

impl Credentials {
    /// Takes those of a hub that starts; finishes a rotation that was killed.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) async fn start(data: &Path) -> Result<Self, AppError> {
        // Whoever sets one meanwhile would seal it with the key that goes, or make the first one too.
        let is_made = data.join(keys::FOLDER).join(KEY).exists();
        let _hold = if is_unfinished(data) || !is_made { Some(xl_store::backup::hold(data).await?) } else { None };
        Self::open(data)
    }

    /// As [`Credentials::start`], for whoever keeps others away himself. Says what lies there in plain files.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn open(data: &Path) -> Result<Self, AppError> {
        if is_unfinished(data) {
            finish(data)?;
        }
        for kept in list(data)?.into_iter().filter(|kept| !kept.is_sealed) {
            let told = CredentialError::Plain { name: kept.name.clone() };
            warn!(code = %told.code(), credential = %kept.name, "{told}");
        }
        Ok(Self { folder: data.join(FOLDER), key: SealKey::new(keys::key(&data.join(keys::FOLDER), KEY)?) })
    }

    /// The value of a credential, wiped when it is dropped.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub(super) async fn value(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
        let missing = CredentialError::Missing { name: name.to_owned() };
        if !is_credential_name(name) {
            return Err(missing);
        }
        match tokio::fs::read(file(&self.folder, name)).await {
            Ok(bytes) => opened(&self.key, name, &Sealed(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_plain = tokio::fs::try_exists(self.folder.join(name)).await.unwrap_or(false);
                Err(if is_plain { CredentialError::Plain { name: name.to_owned() } } else { missing })
            }
            Err(source) => Err(CredentialError::File { name: name.to_owned(), source }),
        }
    }

    /// Opens every one.
    ///
    /// # Errors
    /// [`CredentialError::Sealed`] for the first that does not open.
    pub(super) fn check(&self) -> Result<(), CredentialError> {
        for name in sealed_names(&self.folder)? {
            opened(&self.key, &name, &read(&self.folder, &name)?)?;
        }
        Ok(())
    }
}

/// Seals `value` as the credential `name` of a hub, running or not; the next request takes it. Its audit log says so.
///
/// # Errors
/// [`CredentialError::Value`]; when no hub has been started in the folder, or it cannot be written.
pub(crate) async fn set(data: &Path, name: &str, value: &str, at_ms: TimestampMs) -> Result<(), AppError> {
    let value = value.trim();
    if !is_value(value) {
        return Err(CredentialError::Value.into());
    }
    if !is_credential_name(name) {
        return Err(CredentialError::Missing { name: name.to_owned() }.into());
    }
    keys::of_a_hub(data)?;
    // No backup meanwhile, which would have it without its key, and no rotation.
    let _hold = xl_store::backup::hold(data).await?;
    let act = async {
        let key = SealKey::new(keys::key(&data.join(keys::FOLDER), KEY)?);
        let folder = data.join(FOLDER);
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|source| CredentialError::File { name: name.to_owned(), source })?;
        write(&folder, name, &key, value.as_bytes())?;
        keys::sync(&folder)?;
        info!(credential = name, "credential `{name}` is set");
        Ok(())
    };
    note(at_ms, "credential.set", name).around(data, act, AppError::code).await
}

/// What lies in the folder, by name; a name may be there twice, sealed and plain.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn list(data: &Path) -> Result<Vec<Kept>, AppError> {
    let folder = data.join(FOLDER);
    let mut kept = Vec::new();
    for file in files(&folder).map_err(|source| AppError::File { path: folder.clone(), source })? {
        match file.strip_suffix(ENDING) {
            Some(name) if is_credential_name(name) => kept.push(Kept { name: name.to_owned(), is_sealed: true }),
            // What a write left that was killed has an ending, and so is no name.
            None if is_credential_name(&file) => kept.push(Kept { name: file, is_sealed: false }),
            _ => {}
        }
    }
    kept.sort_by(|a, b| (&a.name, !a.is_sealed).cmp(&(&b.name, !b.is_sealed)));
    Ok(kept)
}

/// Where the plain file of a name lies, if there is one.
pub(crate) fn plain_file(data: &Path, name: &str) -> Option<PathBuf> {
    Some(data.join(FOLDER).join(name)).filter(|file| file.is_file())
}

/// Removes a credential, sealed and plain; the next request goes without it, and is refused. The audit log says so.
///
/// # Errors
/// [`CredentialError::Missing`]; when the file cannot be removed.
pub(crate) async fn remove(data: &Path, name: &str, at_ms: TimestampMs) -> Result<(), AppError> {
    keys::of_a_hub(data)?;
    let _hold = xl_store::backup::hold(data).await?;
    let act = async {
        let folder = data.join(FOLDER);
        let mut removed = 0;
        for kept in list(data)?.into_iter().filter(|kept| kept.name == name) {
            let path = if kept.is_sealed { file(&folder, name) } else { folder.join(name) };
            fs::remove_file(path).map_err(|source| CredentialError::File { name: name.to_owned(), source })?;
            removed += 1;
        }
        if removed == 0 {
            return Err(CredentialError::Missing { name: name.to_owned() }.into());
        }
        keys::sync(&folder)?;
        info!(credential = name, "credential `{name}` is removed");
        Ok(())
    };
    note(at_ms, "credential.remove", name).around(data, act, AppError::code).await
}

fn note(at_ms: TimestampMs, action: &str, name: &str) -> Note {
    Note::new(at_ms, "xueliang credential", action, name)
}

/// Seals every credential with a new key; how many there are. Nobody else may use the folder meanwhile.
///
/// The new key lies beside the old one until everything is sealed with it, then takes its name. As long as both are there a
/// file opens with one of them, and [`Credentials::start`] goes on where this was killed.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn rotate(data: &Path) -> Result<usize, AppError> {
    let folder = data.join(keys::FOLDER);
    keys::key(&folder, NEXT)?;
    // Durable before anything is sealed with it.
    keys::sync(&folder)?;
    finish(data)
}

fn is_unfinished(data: &Path) -> bool {
    data.join(keys::FOLDER).join(NEXT).exists()
}

/// Seals with the next key what the key of before has sealed, and gives it the name of that one.
fn finish(data: &Path) -> Result<usize, AppError> {
    let (keys_folder, folder) = (data.join(keys::FOLDER), data.join(FOLDER));
    let old = SealKey::new(keys::key(&keys_folder, KEY)?);
    let new = SealKey::new(keys::key(&keys_folder, NEXT)?);
    let mut count = 0;
    for name in sealed_names(&folder)? {
        let sealed = read(&folder, &name)?;
        if !new.has_sealed(&sealed) {
            match opened(&old, &name, &sealed) {
                Ok(value) => write(&folder, &name, &new, &value)?,
                Err(error) => {
                    // It did not open before either; a start is not refused for it.
                    warn!(code = %error.code(), credential = %name, "{error}; it stays as it is");
                    continue;
                }
            }
        }
        count += 1;
    }
    if folder.exists() {
        // Durable before the key of before is gone.
        keys::sync(&folder)?;
    }
    keys::rename(&keys_folder, NEXT, KEY)?;
    info!(credentials = count, "{count} credentials of modules are sealed with another key");
    Ok(count)
}

fn write(folder: &Path, name: &str, key: &SealKey, value: &[u8]) -> Result<(), CredentialError> {
    let written = keys::write_private(&file(folder, name), &key.seal_bytes(&bound_to(name), value).0);
    written.map_err(|source| CredentialError::File { name: name.to_owned(), source })
}

fn read(folder: &Path, name: &str) -> Result<Sealed, CredentialError> {
    let bytes = fs::read(file(folder, name));
    bytes.map(Sealed).map_err(|source| CredentialError::File { name: name.to_owned(), source })
}

fn opened(key: &SealKey, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, CredentialError> {
    let value = key.open_bytes(&bound_to(name), sealed);
    value.map_err(|reason| CredentialError::Sealed { name: name.to_owned(), reason })
}

/// Names of the sealed ones, in order.
fn sealed_names(folder: &Path) -> Result<Vec<String>, CredentialError> {
    let files = files(folder).map_err(|source| CredentialError::File { name: "*".to_owned(), source })?;
    let names = files.iter().filter_map(|file| file.strip_suffix(ENDING)).filter(|name| is_credential_name(name));
    Ok(names.map(str::to_owned).collect())
}

/// Names of the files of a folder, in order; none where there is no folder.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.extend(entry.file_name().into_string());
        }
    }
    files.sort();
    Ok(files)
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{ENDING}"))
}

fn bound_to(name: &str) -> String {
    format!("credentials/sealed/{name}")
}

/// Whether a header can hold it: RFC 9110 §5.5, without what only old servers take.
fn is_value(text: &str) -> bool {
    (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;

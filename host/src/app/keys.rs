//! Secrets of the hub in files of their own, outside the database, readable by its user only.

use std::fs;
use std::io;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rand::TryRngCore;

use super::AppError;

/// The keys of a hub.
pub(super) struct Keys {
    /// Seeds what guests see as random.
    pub(super) sandbox: [u8; 32],
    /// Authenticates compiled plugins.
    pub(super) compiled: [u8; 32],
    /// Seals the passwords of cameras and the secrets of second factors: without it, or with another one, they have to be
    /// entered, or begun, again.
    pub(super) cameras: [u8; 32],
}

impl Keys {
    /// Reads the keys of `folder`; makes those that are missing.
    ///
    /// # Errors
    /// When a file cannot be read or made.
    pub(super) fn open(folder: &Path) -> Result<Self, AppError> {
        let read = |name| key(folder, name).map_err(|source| AppError::File { path: folder.join(name), source });
        Ok(Self { sandbox: read("sandbox.key")?, compiled: read("compiled.key")?, cameras: read("cameras.key")? })
    }
}

/// The key `name` in `folder`: 32 random bytes, made at the first start.
///
/// # Errors
/// When the file cannot be read or made, or is not 32 bytes long.
fn key(folder: &Path, name: &str) -> io::Result<[u8; 32]> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, format!("`{}` is not a key of 32 bytes", path.display()))
        }),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
            write_private(&path, &bytes)?;
            Ok(bytes)
        }
        Err(other) => Err(other),
    }
}

/// Writes a file that only the hub's user can read, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = key(folder.path(), "cache.key").unwrap();
        assert_eq!(key(folder.path(), "cache.key").unwrap(), first);
        let mode = fs::metadata(folder.path().join("cache.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.path().join("cache.key"), b"short").unwrap();
        assert!(key(folder.path(), "cache.key").is_err());
    }
}

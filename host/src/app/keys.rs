//! Secrets of the hub in files of their own, outside the database, readable by its user only: one that others may read or
//! write is refused.

use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rand::TryRngCore;
use xl_model::audit::checkpoint::Signing;
use xl_model::clock::TimestampMs;
use xl_store::Store;

use super::AppError;
use crate::cameras::rotate;
use crate::cameras::sealed_by;

/// The folder of the keys, in the data folder.
pub(super) const FOLDER: &str = "keys";

/// The file of the key for passwords of cameras.
const CAMERAS: &str = "cameras.key";

/// The file of the key that takes its place while the passwords are sealed anew.
const NEXT: &str = "cameras.next";

/// The public key of the audit log's checkpoints, in hex.
pub(super) const AUDIT_PUBLIC: &str = "audit.pub";

/// Permission bits that the file of a key must not have: the hub makes it with 0600, so whoever else may read or write it was
/// let in later, and by mistake. Stricter than what the configuration names, which others hand out.
const EXPOSED_BITS: u32 = 0o077;

/// The keys of a hub.
pub(super) struct Keys {
    /// Seeds what guests see as random.
    pub(super) sandbox: [u8; 32],
    /// Authenticates compiled plugins.
    pub(super) compiled: [u8; 32],
    /// Seals the passwords of cameras: without it, or with another one, they have to be entered again.
    pub(super) cameras: [u8; 32],
    /// Seals the secrets of second factors: without it, or with another one, they have to be begun again.
    pub(super) people: [u8; 32],
    /// Seals what people write when they ask about their information: without it nobody reads that again.
    pub(super) rights: [u8; 32],
    /// Signs checkpoints of the audit log; with another one, older checkpoints no longer verify.
    pub(super) audit: [u8; 32],
}

impl Keys {
    /// Reads the keys of `folder`; makes those that are missing.
    ///
    /// # Errors
    /// When a file cannot be read or made, or others may read or write it.
    pub(super) fn open(folder: &Path) -> Result<Self, AppError> {
        let read = |name| key(folder, name);
        let audit = read("audit.key")?;
        let public = folder.join(AUDIT_PUBLIC);
        // Who verifies keeps a copy of it elsewhere; the one here only saves him the typing.
        write_private(&public, format!("{}\n", Signing::new(&audit).public()).as_bytes())
            .map_err(|source| AppError::File { path: public, source })?;
        Ok(Self {
            sandbox: read("sandbox.key")?,
            compiled: read("compiled.key")?,
            cameras: read(CAMERAS)?,
            people: read("people.key")?,
            rights: read("rights.key")?,
            audit,
        })
    }
}

/// Refuses a data folder that no hub has been started in: another one would be made a hub's by writing to it.
///
/// # Errors
/// When there is no key.
pub(super) fn of_a_hub(data: &Path) -> Result<(), AppError> {
    let path = data.join(FOLDER).join(CAMERAS);
    fs::metadata(&path).map(drop).map_err(|source| AppError::File { path, source })
}

/// Seals the passwords of cameras with a new key; how many there are.
///
/// The new key lies beside the old one until the passwords are sealed with it, then takes its name: wherever this is
/// killed, the next start finds the one that is in use ([`settle`]).
///
/// # Errors
/// When a password does not open: nothing is changed then.
pub(super) async fn reseal(store: &Store, folder: &Path, at_ms: TimestampMs) -> Result<usize, AppError> {
    let old = settle(store, folder, key(folder, CAMERAS)?).await?;
    let new = key(folder, NEXT)?;
    sync(folder)?;
    let count = rotate(store, old, new, at_ms).await?;
    rename(folder, NEXT, CAMERAS)?;
    Ok(count)
}

/// The key that the passwords of cameras are sealed with: `known`, or the next one of a rotation that was killed.
///
/// # Errors
/// When store or files cannot be read.
pub(super) async fn settle(store: &Store, folder: &Path, known: [u8; 32]) -> Result<[u8; 32], AppError> {
    let next = folder.join(NEXT);
    if !next.exists() {
        return Ok(known);
    }
    let found = key(folder, NEXT)?;
    if sealed_by(store, found).await? {
        rename(folder, NEXT, CAMERAS)?;
        return Ok(found);
    }
    fs::remove_file(&next).map_err(|source| AppError::File { path: next, source })?;
    Ok(known)
}

/// The key `name` in `folder`: 32 random bytes, made at the first start.
///
/// # Errors
/// When the file cannot be read or made, is not 32 bytes long, or others may read or write it.
pub(super) fn key(folder: &Path, name: &str) -> Result<[u8; 32], AppError> {
    let path = folder.join(name);
    let unusable = |source| AppError::File { path: path.clone(), source };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let mut file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return make(&path).map_err(unusable),
        Err(other) => return Err(unusable(other)),
    };
    let mode = file.metadata().map_err(unusable)?.permissions().mode() & 0o777;
    if mode & EXPOSED_BITS != 0 {
        return Err(AppError::Exposed { path: path.clone(), mode });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unusable)?;
    let wrong = |_| unusable(io::Error::new(io::ErrorKind::InvalidData, "it is not a key of 32 bytes"));
    bytes.try_into().map_err(wrong)
}

fn make(path: &Path) -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    write_private(path, &bytes)?;
    Ok(bytes)
}

/// Gives a key the name of the one that it takes the place of.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn rename(folder: &Path, from: &str, to: &str) -> Result<(), AppError> {
    let path = folder.join(to);
    fs::rename(folder.join(from), &path).map_err(|source| AppError::File { path, source })?;
    sync(folder)
}

/// Makes the names in a folder durable.
///
/// # Errors
/// When it cannot be synced.
pub(super) fn sync(folder: &Path) -> Result<(), AppError> {
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| AppError::File { path: folder.to_owned(), source })
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
    use std::sync::Arc;

    use xl_model::camera::CameraKey;
    use xl_model::camera::draft::Field;
    use xl_store::StoreConfig;
    use xl_store::audit::AuditFilter;

    use super::*;
    use crate::app::Rotated;
    use crate::app::clock::SystemClock;
    use crate::app::rotate_key;
    use crate::cameras::Cameras;
    use crate::cameras::Secret;
    use crate::cameras::testing::draft;
    use crate::places::Places;

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

    /// SUP-5.
    #[test]
    fn a_key_that_others_may_read_or_write_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        Keys::open(folder.path()).unwrap();
        let file = folder.path().join(CAMERAS);
        for mode in [0o640, 0o604, 0o644, 0o660, 0o620, 0o602, 0o610, 0o601] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let refused = Keys::open(folder.path()).err().unwrap();
            assert_eq!(refused.code().0, 318, "{mode:o}");
            let said = refused.to_string();
            for part in [&*format!("{mode:04o}"), &*format!("`chmod 600 {}`", file.display())] {
                assert!(said.contains(part), "{said}");
            }
        }
        for mode in [0o600, 0o400] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert!(Keys::open(folder.path()).is_ok(), "{mode:o}");
        }
    }

    /// A store with one password that is sealed with the key of its folder.
    async fn hub(data: &Path) -> (Store, CameraKey, [u8; 32]) {
        let config = StoreConfig { folder: data.to_owned(), commit_operations: 8, head_events: 8, readers: 1 };
        let store = Store::open(config).await.unwrap();
        let sealing = Keys::open(&data.join(FOLDER)).unwrap().cameras;
        let cameras = opened(&store, sealing).await;
        let onvif = [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7")];
        let camera = cameras.add(&draft("on-1", &onvif)).await.unwrap().camera.key;
        cameras.set_secret(&camera, &Secret::new("canary".to_owned()).unwrap()).await.unwrap();
        (store, camera, sealing)
    }

    async fn opened(store: &Store, sealing: [u8; 32]) -> Cameras {
        let clock = Arc::new(SystemClock);
        let places = Places::open(store.clone(), clock.clone()).await.unwrap();
        Cameras::open(store.clone(), clock, sealing, places).await.unwrap()
    }

    #[tokio::test]
    async fn a_stopped_hub_gets_a_new_key_and_a_running_one_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert!(matches!(rotate_key(&data, 1).await, Err(AppError::File { .. })));
        assert!(!data.exists(), "a folder that is no hub's is not made one");
        let (store, camera, old) = hub(&data).await;
        assert!(matches!(rotate_key(&data, 1).await, Err(AppError::Store(_))));
        store.close().await;
        assert_eq!(rotate_key(&data, 1).await.unwrap(), Rotated { passwords: 1, credentials: 0 });
        let config = StoreConfig { folder: data.clone(), commit_operations: 8, head_events: 8, readers: 1 };
        let store = Store::open(config).await.unwrap();
        let new = Keys::open(&data.join(FOLDER)).unwrap().cameras;
        assert_ne!(new, old);
        let newest = AuditFilter { limit: 1, ..AuditFilter::default() };
        assert_eq!(store.audit_rows(&newest).await.unwrap()[0].entry.action.as_str(), "key.rotated");
        assert_eq!(opened(&store, new).await.secret(&camera).await.unwrap().unwrap().reveal(), "canary");
        assert!(opened(&store, old).await.secret(&camera).await.is_err());
        assert!(!data.join(FOLDER).join(NEXT).exists());
    }

    #[tokio::test]
    async fn a_rotation_that_was_killed_is_settled_by_what_the_passwords_are_sealed_with() {
        let folder = tempfile::tempdir().unwrap();
        let (data, keys) = (folder.path().join("data"), folder.path().join("data/keys"));
        let (store, camera, old) = hub(&data).await;
        assert_eq!(settle(&store, &keys, old).await.unwrap(), old);
        // Killed before the passwords were sealed anew.
        key(&keys, NEXT).unwrap();
        assert_eq!(settle(&store, &keys, old).await.unwrap(), old);
        assert!(!keys.join(NEXT).exists());
        // Killed after that, before the key got its name.
        let new = key(&keys, NEXT).unwrap();
        rotate(&store, old, new, 1).await.unwrap();
        assert_eq!(settle(&store, &keys, old).await.unwrap(), new);
        assert_eq!(Keys::open(&keys).unwrap().cameras, new);
        assert_eq!(opened(&store, new).await.secret(&camera).await.unwrap().unwrap().reveal(), "canary");
    }
}

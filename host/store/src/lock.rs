//! Keeps a second hub out of the data folder.

use std::fs::File;
use std::io::Error;
use std::io::ErrorKind;
use std::path::Path;

/// Makes the folder where it is missing and locks it; unlocked when the file is dropped or the process dies.
///
/// # Errors
/// The folder cannot be made, or somebody else has it open.
pub(crate) fn take(folder: &Path) -> Result<File, Error> {
    make_folder(folder)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("hub.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Error::new(ErrorKind::ResourceBusy, "another hub has this folder open"))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Waits until neither retention nor a backup runs in the folder, and keeps both away until the file is dropped.
///
/// # Errors
/// The file of the lock cannot be written.
pub(crate) fn quiet(folder: &Path) -> Result<File, Error> {
    let file = quiet_file(folder)?;
    file.lock()?;
    Ok(file)
}

/// As [`quiet`], without waiting; nothing while a backup runs.
///
/// # Errors
/// The file of the lock cannot be written.
pub(crate) fn try_quiet(folder: &Path) -> Result<Option<File>, Error> {
    let file = quiet_file(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

fn quiet_file(folder: &Path) -> Result<File, Error> {
    File::options().create(true).truncate(false).write(true).open(folder.join("backup.lock"))
}

/// Makes a folder that only the hub's own user can read: what lies in it may show persons.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

//! Why there is no backup, or no hub from one.

use std::io;
use std::path::PathBuf;

use xl_model::fault::Code;
use xl_store::StoreError;

use crate::audit::NotNoted;

/// Why there is no backup, or no hub from one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A recipient, passphrase or identity is none. Code XL0981.
    #[error("{what} is not usable: {rule}")]
    Key {
        /// Which.
        what: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// A file of the hub cannot be read. Code XL0982.
    #[error("`{path}` not read")]
    NotRead {
        /// Which.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A file cannot be written. Code XL0983.
    #[error("`{path}` not written")]
    NotWritten {
        /// Which.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// What shall be written exists already. Code XL0984.
    #[error("`{path}` exists already and is not empty: name another one, nothing is written over")]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The backup is not for this key. Code XL0985.
    #[error("`{path}` does not open with this key or passphrase")]
    WrongKey {
        /// The backup.
        path: PathBuf,
    },
    /// The file is no backup, or not as it was written. Code XL0986.
    #[error("`{path}` is no whole backup: {detail}")]
    Broken {
        /// The backup.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// That it is taken cannot be noted for the audit log.
    #[error(transparent)]
    NotNoted(#[from] NotNoted),
    /// The database cannot be copied or opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Key { .. } => Code(981),
            Self::NotRead { .. } => Code(982),
            Self::NotWritten { .. } => Code(983),
            Self::Exists { .. } => Code(984),
            Self::WrongKey { .. } => Code(985),
            Self::Broken { .. } => Code(986),
            Self::NotNoted(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

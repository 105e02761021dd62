//! Why the store could not do what was asked.

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be opened. Code XL0301.
    #[error("store in `{folder}` not opened")]
    NotOpened {
        /// The data folder.
        folder: String,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The SQLite library is one that can lose commits. Code XL0302.
    #[error("SQLite {version} can lose committed data; 3.51.3 or newer (not 3.52.0) is needed")]
    FaultySqlite {
        /// What `sqlite_version()` said.
        version: String,
    },
    /// The check at start found damage. Code XL0303.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// First line of `quick_check`.
        detail: String,
    },
    /// A commit failed; the store takes no more. Code XL0304.
    #[error("a commit failed, the store takes no more writes: {detail}")]
    Failed {
        /// The chain of causes.
        detail: String,
    },
    /// A read failed. Code XL0305.
    #[error("{what} not read")]
    NotRead {
        /// What was being read.
        what: &'static str,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody else committed first: nothing was changed. Code XL0306.
    #[error("module `{module}` has moved on since revision {revision}")]
    Conflict {
        /// The module.
        module: String,
        /// The revision that the commit started from.
        revision: u64,
    },
    /// There is no such thing. Code XL0307.
    #[error("{what} `{id}` does not exist")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// There is such a thing already. Code XL0308.
    #[error("{what} `{id}` exists already")]
    Exists {
        /// What kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A picture, or the bytes of a plugin, could not be stored or read. Code XL0309.
    #[error("bytes `{sha256}` not {verb}")]
    Picture {
        /// Hash of the picture or plugin.
        sha256: String,
        /// `stored`, `read` or `removed`.
        verb: &'static str,
        /// The reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The bytes of a picture or plugin are others than were stored: reading them again helps nobody. Code XL0310.
    #[error("bytes `{sha256}` are damaged: they hash to {found}")]
    DamagedBytes {
        /// Hash of the picture or plugin.
        sha256: String,
        /// Hash of what lies there.
        found: String,
    },
    /// The data folder lies on another machine. Code XL0317.
    #[error("store in `{folder}` not opened: a network file system ({name}) holds neither locks nor syncs for certain")]
    NetworkFolder {
        /// The data folder.
        folder: String,
        /// What `mount` calls the file system.
        name: &'static str,
    },
    /// A hold is not in force any more. Code XL0313.
    #[error("hold {number} is not in force any more")]
    NotInForce {
        /// Its number.
        number: u64,
    },
    /// A township has too many holds that are in force. Code XL0314.
    #[error("township {township} has {most} holds in force: lift some, or hold more with one")]
    TooManyHolds {
        /// The township.
        township: String,
        /// How many there may be.
        most: usize,
    },
    /// A row of the audit log is younger than six months, and nobody can remove it. Code XL0945.
    #[error("rows up to {seq} of the audit log are kept: some are younger than six months")]
    Kept {
        /// The last row that was to be removed.
        seq: u64,
    },
}

impl StoreError {
    /// The stable code of this fault.
    pub fn code(&self) -> xl_model::fault::Code {
        xl_model::fault::Code(match self {
            Self::NotOpened { .. } => 301,
            Self::FaultySqlite { .. } => 302,
            Self::Damaged { .. } => 303,
            Self::Failed { .. } => 304,
            Self::NotRead { .. } => 305,
            Self::Conflict { .. } => 306,
            Self::NotFound { .. } => 307,
            Self::Exists { .. } => 308,
            Self::Picture { .. } => 309,
            Self::DamagedBytes { .. } => 310,
            Self::NotInForce { .. } => 313,
            Self::TooManyHolds { .. } => 314,
            Self::NetworkFolder { .. } => 317,
            Self::Kept { .. } => 945,
        })
    }
}

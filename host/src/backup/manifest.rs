//! The last entry of a backup: what is in it, with the hash of each file, and what should be but is not.

use serde::Deserialize;
use serde::Serialize;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;

/// Name of the entry.
pub(super) const NAME: &str = "manifest.json";

/// The form of a backup; another one is refused.
pub(super) const FORMAT: u32 = 1;

/// Largest manifest in bytes: half a million pictures.
pub(super) const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// What is in a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// See [`FORMAT`].
    pub(super) format: u32,
    /// Version of the hub that took it.
    pub(super) hub: String,
    /// Number of the newest migration of its database.
    pub(super) schema: i64,
    /// When it was taken.
    pub(super) taken_ms: TimestampMs,
    /// The files, in their order.
    pub(super) files: Vec<Entry>,
    /// Pictures and plugins that the database names and whose bytes were gone or damaged.
    pub(super) missing: Vec<Digest>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its path in the data folder, with `/`.
    pub(super) path: String,
    /// How long it is.
    pub(super) bytes: u64,
    /// Its SHA-256.
    pub(super) sha256: Digest,
}

//! Modules: plugins enabled in a township, and what became of them.

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::grant::Grants;
use crate::id::Digest;
use crate::id::ModuleKey;

/// A module as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Township and plugin.
    #[serde(flatten)]
    pub key: ModuleKey,
    /// The component that runs.
    pub digest: Digest,
    /// The component that ran before the last upgrade: what a rollback returns to.
    pub previous: Option<Digest>,
    /// JSON object, valid against the plugin's schema.
    pub settings: serde_json::Value,
    /// What it may see and do.
    pub grants: Grants,
    /// Whether it runs.
    pub state: ModuleState,
    /// Why it is suspended, in the words of the last failure.
    pub reason: Option<String>,
    /// Everything up to this `seq` is handled.
    pub cursor: u64,
    /// Raised by every commit; a commit that started from an older one is dropped.
    pub revision: u64,
    /// When it was enabled.
    pub enabled_ms: TimestampMs,
}

/// Whether a module runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleState {
    /// It handles events.
    Running,
    /// It failed too often in a row; an operator resumes it. Its cursor stands still.
    Suspended,
    /// Somebody who may edit modules switched it off, and switches it on. Its cursor stands still.
    Disabled,
}

/// An event that a module could not handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The event's number in the township's log.
    pub seq: u64,
    /// When the module gave up.
    pub at_ms: TimestampMs,
    /// How often it was tried.
    pub tries: u32,
    /// The code of the last failure.
    pub code: crate::fault::Code,
    /// The last failure in words.
    pub error: String,
}

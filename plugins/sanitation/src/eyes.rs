//! What is kept of a camera between two pictures.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::watch::eye::Eye;
use crate::watch::health::Unusable;

/// One camera.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Watched {
    pub(crate) camera: String,
    /// When its first picture came: from here on its first days are counted.
    pub(crate) first_ms: i64,
    pub(crate) last_ms: i64,
    /// SHA-256 of its newest picture.
    pub(crate) picture: Option<String>,
    /// By which way its newest picture was judged; or why it was not.
    pub(crate) method: Option<String>,
    pub(crate) unusable: Option<Unusable>,
    /// The day of the counts below.
    pub(crate) day: String,
    pub(crate) judged: u32,
    pub(crate) left_out: BTreeMap<Unusable, u32>,
    pub(crate) eye: Eye,
}

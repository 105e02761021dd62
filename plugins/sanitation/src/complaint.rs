//! A complaint and its loop: taken, answered with what was done, closed. Nobody's name or telephone number is kept.

use serde::Deserialize;
use serde::Serialize;

/// What somebody complains about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Complaint {
    pub(crate) point: String,
    pub(crate) point_name: String,
    pub(crate) words: String,
    pub(crate) source: String,
    pub(crate) at_ms: i64,
    pub(crate) due_ms: i64,
    /// When it is due; only until it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) open_until: Option<i64>,
    /// Whether the same point was complained about shortly before.
    pub(crate) repeated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Answer>,
    /// Code of the link by which who complained follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// A photo that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
    /// The number of the form that it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) words: String,
    pub(crate) at_ms: i64,
    pub(crate) by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
}

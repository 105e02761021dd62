//! Effects: what a run of a module wants to change, in the order it said so.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::case::Case;
use crate::case::Past;
use crate::id::CameraId;
use crate::id::Kind;
use crate::kpi::Report;
use crate::picture::PictureRef;

/// All that one run wants: committed together with the cursor, or dropped together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Effects {
    /// In the order of the guest's calls.
    pub list: Vec<Effect>,
    /// What the guest logged; kept also when the run fails.
    #[serde(skip)]
    pub log: Vec<LogLine>,
    /// Host answers that are not in the log (HTTP), for replay.
    #[serde(skip)]
    pub answers: Vec<Answer>,
}

/// One wish of a module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "effect")]
pub enum Effect {
    /// Store a record, replacing what was under the key.
    Put {
        /// A collection of the manifest.
        collection: String,
        /// The key inside it.
        key: String,
        /// A JSON object as text.
        document: String,
        /// The values of the declared indexes, in the manifest's order; `None` where the document has no such field.
        indexed: Vec<(String, Option<IndexValue>)>,
    },
    /// Delete a record; nothing happens when it is not there.
    Delete {
        /// A collection of the manifest.
        collection: String,
        /// The key inside it.
        key: String,
    },
    /// Append an event to the township's log.
    Publish(Publication),
    /// Issue a public link: `code` was drawn by the host from the run's seeded randomness.
    IssueLink {
        /// The random code, 26 characters.
        code: String,
        /// The page that it opens.
        page: String,
        /// The page's query as JSON object text.
        query: String,
    },
    /// Close a public link of this module.
    RevokeLink {
        /// The code.
        code: String,
    },
    /// Open a case, or make a step of one that this module opened.
    MoveCase {
        /// The revision that the step was made from; `None`: the case is opened.
        before: Option<u32>,
        /// How it stands after the step.
        case: Box<Case>,
        /// The step.
        past: Box<Past>,
        /// The `seq` of the event that caused it; 0 for an action or a call, whose event has no number yet.
        cause: u64,
    },
    /// Report a key figure.
    ReportKpi(Report),
}

/// A module's own event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// A kind that the manifest announces.
    pub kind: Kind,
    /// The camera it is about.
    pub camera: Option<CameraId>,
    /// What else it is about.
    pub subject: Option<String>,
    /// A JSON object as text.
    pub data: String,
    /// Pictures it refers to; only ones that the module could see.
    pub pictures: Vec<PictureRef>,
    /// The `seq` of the event that caused it.
    pub cause: u64,
}

/// A value of a declared index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IndexValue {
    /// An integer, compared as a number.
    Integer(i64),
    /// A text, compared byte by byte.
    Text(String),
}

/// Most bytes of a text in an index, which holds it a second time.
pub const MAX_INDEXED_BYTES: usize = 1024;

impl IndexValue {
    /// Whether an index takes it: a text of at most [`MAX_INDEXED_BYTES`].
    pub fn fits(&self) -> bool {
        !matches!(self, Self::Text(text) if text.len() > MAX_INDEXED_BYTES)
    }

    /// What an index holds of a document: the string or integer under its JSON pointer; anything else is not in it.
    pub fn in_document(document: &Value, pointer: &str) -> Option<Self> {
        match document.pointer(pointer)? {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Number(number) => number.as_i64().map(Self::Integer),
            _ => None,
        }
    }
}

/// One line of a module's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// How loud.
    pub level: LogLevel,
    /// At most 4096 bytes.
    pub message: String,
}

/// How loud a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// For the record.
    Info,
    /// Something was odd, and coped with.
    Warn,
    /// Somebody must act.
    Error,
}

/// A recorded host answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked, as the guest asked it.
    pub question: String,
    /// What the host answered, as JSON.
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_holds_strings_and_integers_only() {
        let document = serde_json::json!({"a": "x", "b": {"c": 7}, "d": 1.5, "e": null, "f": u64::MAX});
        assert_eq!(IndexValue::in_document(&document, "/a"), Some(IndexValue::Text("x".to_owned())));
        assert_eq!(IndexValue::in_document(&document, "/b/c"), Some(IndexValue::Integer(7)));
        for pointer in ["/d", "/e", "/f", "/b", "/missing"] {
            assert_eq!(IndexValue::in_document(&document, pointer), None, "{pointer}");
        }
    }
}

//! The upgrade of a module that waits for an approval, and who vouches for builds, as its page shows them.

use xl_model::fault::Code;

use super::granted::in_words;
use super::said;
use crate::console::frame::Frame;
use crate::console::text::Words;
use crate::console::time;
use crate::dispatch::Standing;
use crate::dispatch::Waiting;

/// An upgrade that waits.
pub(super) struct WaitingRow {
    pub(super) digest: String,
    pub(super) version: String,
    pub(super) by: Vouched,
    pub(super) asked_by: String,
    pub(super) asked_at: String,
    pub(super) more: Vec<String>,
    pub(super) grants: Vec<String>,
}

impl WaitingRow {
    pub(super) fn new(frame: &Frame, waiting: Waiting) -> Self {
        Self {
            digest: waiting.build.digest.to_string(),
            by: Vouched::new(frame.words, &waiting.standing),
            more: waiting.more.iter().map(|text| said(frame, text)).collect(),
            grants: waiting.grants.map(|grants| in_words(frame.words, &grants)).unwrap_or_default(),
            version: waiting.build.manifest.version,
            asked_by: waiting.asked_by,
            asked_at: time::minute(waiting.asked_ms),
        }
    }
}

/// Who vouches for a build.
pub(crate) struct Vouched {
    pub(crate) words: String,
    /// Why it does not run.
    pub(crate) code: Option<Code>,
}

impl Vouched {
    pub(crate) fn new(words: &Words, standing: &Standing) -> Self {
        match standing {
            Standing::Signed { publisher, .. } => Self { words: publisher.clone(), code: None },
            Standing::Unsigned => Self { words: words.not_signed.to_owned(), code: None },
            Standing::Refused(fault) => Self { words: words.not_trusted.to_owned(), code: Some(fault.code()) },
        }
    }
}

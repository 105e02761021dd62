//! Who asks and for what: sealed before it is stored, bound to its request, opened only by the desk.

use serde::Deserialize;
use serde::Serialize;
use xl_model::rights::reference::Reference;
use xl_store::cameras::Sealed;

use super::RightsError;
use crate::cameras::SealKey;

/// Who asks, for whom, and for what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// The name; may be empty where somebody complains.
    pub name: String,
    /// How to reach the person; may be empty where somebody complains.
    pub contact: String,
    /// For whom the person asks: one of [`super::RELATIONS`].
    pub relation: String,
    /// Where and when, as far as it matters.
    pub about: String,
    /// What is asked for.
    pub text: String,
}

// Never in a log line.
impl std::fmt::Debug for Applicant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Applicant(…)")
    }
}

/// Everything of a request that is sealed, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Who asks, and for what.
    pub applicant: Applicant,
    /// What was put in writing at each step, in their order; empty where nothing was.
    pub words: Vec<String>,
}

/// Seals who asks.
pub(super) fn seal(key: &SealKey, reference: &Reference, applicant: &Applicant) -> Sealed {
    let json = zeroize::Zeroizing::new(serde_json::to_vec(applicant).expect("five texts serialize"));
    key.seal_bytes(&bound_to(reference), &json)
}

/// Opens who asks.
///
/// # Errors
/// [`RightsError::Sealed`].
pub(super) fn open(key: &SealKey, reference: &Reference, sealed: &Sealed) -> Result<Applicant, RightsError> {
    let wrong = |reason| RightsError::Sealed { reference: reference.to_string(), reason };
    let json = key.open_bytes(&bound_to(reference), sealed).map_err(wrong)?;
    serde_json::from_slice(&json).map_err(|_| wrong("it is not in a form that this hub knows"))
}

/// Seals what is put in writing at step `n`.
pub(super) fn seal_words(key: &SealKey, reference: &Reference, n: u64, words: &str) -> Sealed {
    key.seal_bytes(&words_bound_to(reference, n), words.as_bytes())
}

/// Opens what was put in writing at step `n`.
///
/// # Errors
/// [`RightsError::Sealed`].
pub(super) fn open_words(key: &SealKey, reference: &Reference, n: u64, sealed: &Sealed) -> Result<String, RightsError> {
    let wrong = |reason| RightsError::Sealed { reference: reference.to_string(), reason };
    let words = key.open_bytes(&words_bound_to(reference, n), sealed).map_err(wrong)?;
    std::str::from_utf8(&words).map(str::to_owned).map_err(|_| wrong("it is no text"))
}

fn bound_to(reference: &Reference) -> String {
    format!("requests/sealed/{reference}")
}

fn words_bound_to(reference: &Reference, n: u64) -> String {
    format!("request_steps/sealed/{reference}/{n}")
}

//! A candidate and what a person makes of it. A finding says "changed"; only a person says what it is.

use serde::Deserialize;
use serde::Serialize;

/// Where somebody should look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) camera: String,
    /// `{camera}/{method}`.
    pub(crate) shelf: String,
    /// The point before the camera.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) point: Option<String>,
    pub(crate) section: Option<String>,
    /// The corners of the region.
    #[serde(default)]
    pub(crate) region: Vec<[f64; 2]>,
    /// By which way it was found.
    pub(crate) method: String,
    /// Share of the region that changed, 0 to 1; what the device said, where it said something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<f64>,
    /// SHA-256 of what it was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// SHA-256 of the picture that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picture: Option<String>,
    pub(crate) first_seen_ms: i64,
    pub(crate) raised_ms: i64,
    /// Whether it came between two pictures.
    #[serde(default)]
    pub(crate) sudden: bool,
    pub(crate) state: State,
    /// Who judged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) judged_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<Reason>,
    /// What he said it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) what: Option<What>,
    /// Number of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) case: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closed_ms: Option<i64>,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Candidate,
    Confirmed,
    Dismissed,
    Closed,
}

/// What a person says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    /// 暴露垃圾.
    Exposed,
    /// 垃圾满溢.
    Overflow,
}

/// Why a person dismisses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reason {
    /// The place is clean: light, shadow, water. The picture becomes a clean view.
    Clean,
    /// Something that may stand there.
    Lawful,
    /// People or vehicles that pass.
    Passing,
    /// The picture says nothing.
    Unclear,
    /// The region is drawn wrongly.
    Region,
}

impl Finding {
    /// A candidate that waits for a person.
    pub(crate) fn new(camera: &str, method: &str, region: &[[f64; 2]], first_seen_ms: i64, raised_ms: i64) -> Self {
        Self {
            camera: camera.to_owned(),
            shelf: format!("{camera}/{method}"),
            point: None,
            section: None,
            region: region.to_vec(),
            method: method.to_owned(),
            score: None,
            reference: None,
            picture: None,
            first_seen_ms,
            raised_ms,
            sudden: false,
            state: State::Candidate,
            by: None,
            judged_ms: None,
            reason: None,
            what: None,
            case: None,
            closed_ms: None,
        }
    }
}

impl State {
    /// As the index has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
            Self::Closed => "closed",
        }
    }
}

//! The status of cameras: how far up the ladder each one stands, since when, why, and who says so.
//!
//! Levels follow `EdgeX` and Moonfire: a wrong password is not a dead camera, and a blind hub is not a dead county. How
//! evidence becomes intervals stands in [`crate::ladder`], what they amount to in [`crate::rate`].

pub mod evidence;
pub mod maintenance;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::camera::CameraKey;

/// Microseconds since 1970-01-01T00:00:00Z, never a local time.
pub type TimestampUs = i64;

/// One second.
pub const SECOND_US: i64 = 1_000_000;

/// One hour.
pub const HOUR_US: i64 = 3_600 * SECOND_US;

/// Longest reason, in bytes.
const REASON_BYTES: usize = 64;

/// How far up the ladder a camera stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 在线: fresh evidence from somebody who proved to be the camera.
    Up,
    /// 认证失败: the device answers and refuses our credentials.
    AuthFailed,
    /// 可达: something answers there, the service does not.
    Reachable,
    /// 离线: nothing answers, or the device or its bridge said so.
    Down,
    /// 未知: whoever looks was blind, or there was no evidence yet.
    Unknown,
    /// 检修: declared by a person with a reason and an end, or asleep as it was approved.
    Maintenance,
}

impl Level {
    /// All of them, from the top of the ladder; the place of each in [`crate::rate::Figures`].
    pub const ALL: [Self; 6] =
        [Self::Up, Self::AuthFailed, Self::Reachable, Self::Down, Self::Unknown, Self::Maintenance];

    /// The word that is stored, sent and filtered by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::AuthFailed => "auth-failed",
            Self::Reachable => "reachable",
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::Maintenance => "maintenance",
        }
    }

    /// Whether the device answered.
    pub fn is_answer(self) -> bool {
        matches!(self, Self::Up | Self::AuthFailed | Self::Reachable)
    }

    /// Whether the time at this level counts neither for nor against the camera.
    pub fn is_excluded(self) -> bool {
        matches!(self, Self::Unknown | Self::Maintenance)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a camera stands where it stands: a word of an open vocabulary, such as `silent` or `lwt`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Reason(Arc<str>);

impl Reason {
    /// Nothing was heard for three intervals.
    pub const SILENT: &'static str = "silent";
    /// There was no evidence since the camera was enrolled.
    pub const NEVER_SEEN: &'static str = "never_seen";
    /// Nobody knows when to expect something of it.
    pub const NO_CADENCE: &'static str = "no_cadence";
    /// The hub did not run.
    pub const HUB_DOWN: &'static str = "hub_down";
    /// The bridge or broker that it stands behind was lost.
    pub const BRIDGE_DOWN: &'static str = "bridge_down";
    /// The device said that it sleeps.
    pub const SLEEPING: &'static str = "sleeping";
    /// Its approved sleep is over and it was not heard yet.
    pub const SLEEP_OVER: &'static str = "sleep_over";

    /// A reason from whoever gave it: what does not fit the form becomes `_`, what is too long is cut at 64 bytes, and
    /// nothing at all becomes `unsaid`. A reason is never refused: the level that it explains must not be lost.
    pub fn new(text: &str) -> Self {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | ':');
        let text = text.trim();
        if text.is_empty() {
            return Self("unsaid".into());
        }
        let lower = text.chars().take(REASON_BYTES).map(|c| c.to_ascii_lowercase());
        Self(lower.map(|c| if fits(c) { c } else { '_' }).collect::<String>().into())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0.as_ref().to_owned()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A camera at one level for a while. Those of one camera are half-open, without gap or overlap; one of them is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Whose.
    pub camera: CameraKey,
    /// Where it stood.
    pub level: Level,
    /// Why.
    pub reason: Reason,
    /// Who says so: a bridge, a probe, the hub, a person.
    pub source: Arc<str>,
    /// The first moment of it.
    pub from_us: TimestampUs,
    /// The first moment after it; nothing: it lasts.
    pub to_us: Option<TimestampUs>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_from_outside_takes_the_form_of_a_word() {
        for (text, word) in [("lwt", "lwt"), (" No Profile\n", "no_profile"), ("", "unsaid"), ("离线<b>", "___b_")] {
            assert_eq!(Reason::new(text).as_str(), word, "{text}");
        }
        assert_eq!(Reason::new(&"离".repeat(1_000)).as_str().len(), 64);
        assert_eq!(serde_json::from_str::<Reason>("\"Kaputt!\"").unwrap().as_str(), "kaputt_");
    }

    #[test]
    fn a_level_is_written_as_its_word() {
        for level in Level::ALL {
            assert_eq!(serde_json::to_string(&level).unwrap(), format!("\"{}\"", level.word()));
        }
    }
}

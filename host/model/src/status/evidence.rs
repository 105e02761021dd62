//! What is known about a camera at a moment, and how often something should be heard of it.

use std::sync::Arc;

use crate::camera::CameraKey;
use crate::status::Level;
use crate::status::Reason;
use crate::status::SECOND_US;

/// Where no camera's interval goes below: probes more often than this would be an attack on it.
pub const LEAST_CADENCE_US: i64 = 10 * SECOND_US;

/// Where no camera's interval goes above: it would be down for hours before anybody is told.
pub const MOST_CADENCE_US: i64 = 3_600 * SECOND_US;

/// What a camera without a promise is expected to keep (GB/T 28181 practice: 60 s, three times).
pub const USUAL_CADENCE_US: i64 = 60 * SECOND_US;

/// A fact about a camera. When it was is stamped by whoever takes it, on a clock that does not jump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// About which one.
    pub camera: CameraKey,
    /// What was seen.
    pub said: Said,
    /// Why, in one word.
    pub reason: Reason,
    /// Who saw it.
    pub source: Arc<str>,
    /// How often the device promises to be heard, as it said so, in microseconds; out of range it is clamped.
    pub promised_us: Option<i64>,
    /// By how much the device's clock is ahead of ours, in milliseconds, where it told the time.
    pub skew_ms: Option<i64>,
}

/// What was seen of a camera.
///
/// The order is that of facts of the same moment: what speaks for the camera stands last and wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// A probe found nothing.
    Miss,
    /// The bridge or broker that the camera stands behind was lost.
    Blind,
    /// It is back; nothing is known of the camera yet.
    Sighted,
    /// The device, its Last Will or its bridge says that it has gone.
    Offline,
    /// The device says that it goes to sleep.
    Sleeping,
    /// Something answers, the service does not.
    Reachable,
    /// It answers and refuses our credentials.
    AuthFailed,
    /// It proved that it is there, and who it is.
    Up,
}

impl Said {
    /// The level that an answer proves.
    pub fn proves(self) -> Option<Level> {
        match self {
            Self::Up => Some(Level::Up),
            Self::AuthFailed => Some(Level::AuthFailed),
            Self::Reachable => Some(Level::Reachable),
            Self::Miss | Self::Blind | Self::Sighted | Self::Offline | Self::Sleeping => None,
        }
    }
}

/// Takes evidence. Never waits, so that whoever acknowledges a device is not held up; what overflows is counted.
pub trait Witness: Send + Sync {
    /// Takes one fact, seen now.
    fn saw(&self, evidence: Evidence);
}

/// How often something should be heard of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// At least every so many microseconds.
    Every(i64),
    /// Nobody knows: it only sends when something happens, and cannot be probed.
    None,
}

impl Default for Cadence {
    fn default() -> Self {
        Self::Every(USUAL_CADENCE_US)
    }
}

/// Brings a promise into 10 to 3,600 s; the second is whether it had to.
pub fn clamp_cadence(promised_us: i64) -> (i64, bool) {
    let clamped = promised_us.clamp(LEAST_CADENCE_US, MOST_CADENCE_US);
    (clamped, clamped != promised_us)
}

/// What the ladder must know of a registered camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Which one.
    pub camera: CameraKey,
    /// 12-digit division code of where it stands.
    pub place: Arc<str>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// The bridge or external broker that it stands behind.
    pub bridge: Option<Arc<str>>,
    /// How often it should be heard, until it says so itself.
    pub cadence: Cadence,
    /// When it may sleep, as an administrator approved it.
    pub sleep: Option<DailySpan>,
    /// Since when it is registered.
    pub since_us: i64,
}

/// A span of each day in Asia/Shanghai, which may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailySpan {
    /// First minute of the day, 0 to 1,439.
    pub from_min: u16,
    /// First minute after it; the same as `from_min`: the whole day.
    pub to_min: u16,
}

impl DailySpan {
    /// How long the span lasts from `at_us` on, in microseconds; `None`: that moment is outside of it.
    pub fn left_us(self, at_us: i64) -> Option<i64> {
        const MINUTE_US: i64 = 60 * SECOND_US;
        const DAY_US: i64 = 1_440 * MINUTE_US;
        let now = (at_us + crate::rate::day::SHANGHAI_US).rem_euclid(DAY_US);
        let (from, to) = (i64::from(self.from_min) * MINUTE_US, i64::from(self.to_min) * MINUTE_US);
        let length = match (to - from).rem_euclid(DAY_US) {
            0 => DAY_US,
            length => length,
        };
        let past = (now - from).rem_euclid(DAY_US);
        (past < length).then_some(length - past)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_out_of_range_is_clamped_and_told() {
        for (promised_s, kept_s, told) in
            [(60, 60, false), (0, 10, true), (-5, 10, true), (9, 10, true), (3_600, 3_600, false), (7_200, 3_600, true)]
        {
            assert_eq!(clamp_cadence(promised_s * SECOND_US), (kept_s * SECOND_US, told), "{promised_s} s");
        }
        assert_eq!(clamp_cadence(i64::MIN).0, LEAST_CADENCE_US);
    }

    #[test]
    fn a_sleep_may_pass_midnight_in_shanghai() {
        const MINUTE_US: i64 = 60 * SECOND_US;
        // 22:00 to 06:00; midnight in Shanghai is 16:00 UTC.
        let night = DailySpan { from_min: 22 * 60, to_min: 6 * 60 };
        let at = |utc_hour: i64| utc_hour * 60 * MINUTE_US;
        assert_eq!(night.left_us(at(14)), Some(8 * 60 * MINUTE_US));
        assert_eq!(night.left_us(at(21)), Some(60 * MINUTE_US));
        assert_eq!(night.left_us(at(22)), None);
        assert_eq!(night.left_us(at(13)), None);
        assert_eq!(DailySpan { from_min: 0, to_min: 0 }.left_us(at(3)), Some(13 * 60 * MINUTE_US));
    }
}

//! `[events]`: how many events one camera may send.

use super::Section;

/// Limits of received events other than pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    /// Events per minute of one camera in the long run; 0: no limit.
    pub per_minute_per_camera: u32,
    /// Events at once of a camera that was silent before.
    pub burst: u32,
}

impl Events {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let events = Self {
            per_minute_per_camera: section.number("per_minute_per_camera", 120, 0..=10_000_000),
            burst: section.number("burst", 240, 1..=10_000_000),
        };
        section.finish();
        events
    }
}

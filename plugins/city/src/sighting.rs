//! What a camera said before about the same matter: within a window it is the same case.

use serde::Deserialize;
use serde::Serialize;

/// Most remarks that sightings leave on one case: its history is for people.
pub const MOST_REMARKS: u32 = 20;

/// The last case of one camera and matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// The case.
    pub case: String,
    /// When it was opened by.
    pub first_ms: i64,
    /// The newest sighting.
    pub last_ms: i64,
    /// How often it was seen since.
    pub seen: u32,
}

/// What a sighting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A new case.
    Fresh,
    /// The known one, worth a remark.
    Remark,
    /// The known one, and enough was said.
    Silent,
}

impl Sighting {
    /// The first of a case.
    pub fn new(case: String, time_ms: i64) -> Self {
        Self { case, first_ms: time_ms, last_ms: time_ms, seen: 1 }
    }

    /// Counts a sighting at `time_ms`, unless it is news.
    ///
    /// The window begins with the case, so that something that never goes away is looked at again. What is older than the
    /// case is a backlog of a camera that was offline.
    pub fn take(&mut self, time_ms: i64, window_ms: i64) -> News {
        if time_ms.saturating_sub(self.first_ms) >= window_ms {
            return News::Fresh;
        }
        self.last_ms = self.last_ms.max(time_ms);
        self.seen = self.seen.saturating_add(1);
        if self.seen <= MOST_REMARKS + 1 { News::Remark } else { News::Silent }
    }
}

/// How well the cases of a camera stand up to people's eyes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Sightings that opened a case.
    pub opened: u64,
    /// Sightings within the window.
    pub repeated: u64,
    /// Sightings below the least score.
    pub weak: u64,
    /// Cases that a person filed.
    pub confirmed: u64,
    /// Cases that a person did not file.
    pub dismissed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn within_the_window_it_is_the_same_case_and_after_it_a_new_one() {
        let mut sighting = Sighting::new("c".to_owned(), 0);
        assert_eq!(sighting.take(6 * HOUR - 1, 6 * HOUR), News::Remark);
        assert_eq!((sighting.seen, sighting.last_ms), (2, 6 * HOUR - 1));
        assert_eq!(sighting.take(6 * HOUR, 6 * HOUR), News::Fresh);
        assert_eq!(sighting.seen, 2, "what is news does not count here");
    }

    #[test]
    fn a_backlog_from_before_the_case_opens_nothing() {
        let mut sighting = Sighting::new("c".to_owned(), 100 * HOUR);
        assert_eq!(sighting.take(0, 6 * HOUR), News::Remark);
        assert_eq!(sighting.last_ms, 100 * HOUR);
    }

    #[test]
    fn a_chatty_camera_does_not_fill_the_history_of_a_case() {
        let mut sighting = Sighting::new("c".to_owned(), 0);
        let said = (0..500).filter(|_| sighting.take(1, HOUR) == News::Remark).count();
        assert_eq!((said, sighting.seen), (MOST_REMARKS as usize, 501));
    }
}

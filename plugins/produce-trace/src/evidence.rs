//! Which pictures of a camera become evidence of a batch.
//!
//! A camera may send one picture a second; a buyer wants to see a life. So the first picture attaches, then at most one
//! in every so many minutes, and at harvest the last one seen.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

/// How far the pictures of a batch are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// How many pictures came.
    pub seen: u64,
    /// How many of them attached.
    pub attached: u64,
    /// When the newest attached one was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_ms: Option<i64>,
    /// The day in China of `attached_ms`, and how many attached on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<(Day, u64)>,
    /// The newest picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Seen>,
}

/// A picture that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Its SHA-256.
    pub sha256: String,
    /// The camera that took it.
    pub camera: String,
    /// When it was taken.
    pub time_ms: i64,
    /// Number of the event that brought it.
    pub seq: u64,
}

/// Why a picture attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The first of the batch.
    First,
    /// The time since the one before was over.
    Interval,
    /// The last one before the harvest.
    Last,
}

impl Progress {
    /// Counts a picture and says whether it attaches.
    ///
    /// A picture that is older than the newest attached one never does: cameras that were offline send their backlog.
    pub fn take(&mut self, picture: &Seen, every_ms: i64) -> Option<Why> {
        self.seen += 1;
        if self.newest.as_ref().is_none_or(|newest| picture.time_ms >= newest.time_ms) {
            self.newest = Some(picture.clone());
        }
        let why = match self.attached_ms {
            None => Why::First,
            Some(before) if picture.time_ms.saturating_sub(before) >= every_ms => Why::Interval,
            Some(_) => return None,
        };
        self.attach(picture.time_ms);
        Some(why)
    }

    /// The newest picture, if it is not attached yet and was taken on `harvested` or before; it is attached from now on.
    pub fn last(&mut self, harvested: Day) -> Option<Seen> {
        let newest = self.newest.clone()?;
        let attached = self.attached_ms.is_some_and(|attached| newest.time_ms <= attached);
        if attached || Day::at(newest.time_ms) > harvested {
            return None;
        }
        self.attach(newest.time_ms);
        Some(newest)
    }

    fn attach(&mut self, time_ms: i64) {
        self.attached += 1;
        self.attached_ms = Some(time_ms);
        let day = Day::at(time_ms);
        self.day = Some((day, self.attached_on(day) + 1));
    }

    /// How many pictures of `day` attached; only the newest such day is known.
    pub fn attached_on(&self, day: Day) -> u64 {
        self.day.filter(|(known, _)| *known == day).map_or(0, |(_, count)| count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(minute: i64) -> Seen {
        Seen { sha256: format!("{minute:064x}"), camera: "c".to_owned(), time_ms: minute * MINUTE, seq: minute as u64 }
    }

    #[test]
    fn the_first_picture_attaches_and_then_one_every_so_many_minutes() {
        let mut progress = Progress::default();
        let why: Vec<_> = (0..=125).map(|minute| (minute, progress.take(&at(minute), 60 * MINUTE))).collect();
        let attached: Vec<_> = why.into_iter().filter_map(|(minute, why)| Some((minute, why?))).collect();
        assert_eq!(attached, [(0, Why::First), (60, Why::Interval), (120, Why::Interval)]);
        assert_eq!((progress.seen, progress.attached), (126, 3));
    }

    #[test]
    fn the_last_picture_before_the_harvest_attaches_once() {
        let mut progress = Progress::default();
        let today = Day::at(0);
        progress.take(&at(0), 60 * MINUTE);
        assert_eq!(progress.last(today), None, "the first one is attached already");
        progress.take(&at(30), 60 * MINUTE);
        assert_eq!(progress.last(today), Some(at(30)));
        assert_eq!(progress.last(today), None);
    }

    #[test]
    fn a_picture_of_a_later_day_is_not_the_last_before_the_harvest() {
        let mut progress = Progress::default();
        progress.take(&at(0), 48 * 60 * MINUTE);
        progress.take(&at(24 * 60), 48 * 60 * MINUTE);
        assert_eq!(progress.last(Day::at(0)), None, "the harvest is recorded a day late");
        assert_eq!(progress.attached, 1);
    }

    #[test]
    fn pictures_are_counted_by_the_day_in_china() {
        let mut progress = Progress::default();
        // 16:00 UTC is midnight in China.
        for hour in [13, 14, 15, 16, 17] {
            progress.take(&at(hour * 60), 60 * MINUTE);
        }
        assert_eq!(progress.attached_on(Day::at(16 * 60 * MINUTE)), 2);
        assert_eq!(progress.attached_on(Day::at(15 * 60 * MINUTE)), 0, "only the newest day is known");
    }

    #[test]
    fn a_backlog_of_older_pictures_attaches_nothing() {
        let mut progress = Progress::default();
        progress.take(&at(100), 60 * MINUTE);
        assert_eq!(progress.take(&at(10), 60 * MINUTE), None);
        assert_eq!(progress.newest, Some(at(100)));
    }
}

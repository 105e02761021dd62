//! What happens so often that only the first of an hour has a row of its own: those that follow are counted into one row more,
//! so that 700 cameras sampled every five minutes are 1,400 rows an hour and not 8,400.
//!
//! The second row follows what it counts by an hour at most; a hub that is killed loses the counts of the hours under way.

use std::collections::BTreeMap;

use xl_model::audit::Entry;
use xl_model::clock::TimestampMs;

/// How long something is counted into one row, in milliseconds.
const HOUR_MS: TimestampMs = 3_600_000;

/// Most hours of one kind that are under way at once: each camera of a county for a few modules. More are written at once.
const MOST_OPEN: usize = 65_536;

/// Something that happens often; what is counted together is equal.
pub(super) trait Often: Ord {
    /// What those that follow the first are called, behind their number.
    const MORE: &'static str;

    /// The row of so many of them.
    fn row(&self, times: u64, now_ms: TimestampMs) -> Entry;
}

/// Hours that are under way: since when each, and how many its first row does not stand for.
#[derive(Debug)]
pub(super) struct Counted<T>(BTreeMap<T, (TimestampMs, u64)>);

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Often> Counted<T> {
    /// Counts one of an hour that is under way; `false` where there is none, and it needs a row of its own.
    pub(super) fn add(&mut self, one: &T) -> bool {
        self.0.get_mut(one).map(|(_, more)| *more = more.saturating_add(1)).is_some()
    }

    /// Begins the hour of one that has its row.
    pub(super) fn begin(&mut self, one: T, now_ms: TimestampMs) {
        self.0.entry(one).or_insert((now_ms, 0));
    }

    /// Whether there are so many that they should be written now.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST_OPEN
    }

    /// The rows of what is over; of everything where that is wanted, or there are too many.
    pub(super) fn over(&mut self, now_ms: TimestampMs, everything: bool) -> Vec<Entry> {
        let everything = everything || self.is_full();
        // A clock that was set back ends an hour too.
        let is_over = |since_ms: TimestampMs| everything || !(0..HOUR_MS).contains(&(now_ms - since_ms));
        let mut rows = Vec::new();
        self.0.retain(|one, (since_ms, more)| {
            let over = is_over(*since_ms);
            if over && *more > 0 {
                let minutes = (now_ms - *since_ms).max(0) / 60_000;
                rows.push(one.row(*more, now_ms).with_detail(&format!("{more} {} within {minutes} min", T::MORE)));
            }
            !over
        });
        rows
    }
}

/// The row of the first of an hour.
pub(super) fn first(one: &impl Often, now_ms: TimestampMs) -> Entry {
    one.row(1, now_ms).with_detail("those of the next hour are counted")
}

#[cfg(test)]
mod tests {
    use xl_model::audit::Actor;
    use xl_model::audit::Outcome;
    use xl_model::id::ModuleKey;

    use super::*;
    use crate::audit::ModuleLook;
    use crate::audit::Shown;

    /// Something that happens often.
    impl Often for u32 {
        const MORE: &'static str = "more";

        fn row(&self, times: u64, now_ms: TimestampMs) -> Entry {
            Entry::new(now_ms, Actor::hub(), "test.often", &format!("{times} of {self}"))
        }
    }

    fn look(camera: &str, is_refused: bool) -> ModuleLook {
        ModuleLook {
            module: ModuleKey { township: "371122102".parse().unwrap(), plugin: "street".parse().unwrap() },
            camera: camera.parse().unwrap(),
            purpose: "sanitation".to_owned(),
            shown: Shown::Masked,
            is_refused,
        }
    }

    /// The row that the look needs before it, where it needs one.
    fn looks(counted: &mut Counted<ModuleLook>, look: ModuleLook, now_ms: TimestampMs) -> Option<Entry> {
        if counted.add(&look) {
            return None;
        }
        let row = first(&look, now_ms);
        counted.begin(look, now_ms);
        Some(row)
    }

    fn told(row: &Entry) -> (&str, &str, &str) {
        (row.actor.who.as_str(), row.object.as_str(), row.detail.as_str())
    }

    #[test]
    fn seven_hundred_cameras_sampled_every_five_minutes_are_fourteen_hundred_rows_an_hour() {
        let (mut counted, mut firsts, mut rows) = (Counted::default(), Vec::new(), Vec::new());
        for minute in 0..=60 {
            let now_ms = minute * 60_000;
            rows.extend(counted.over(now_ms, false));
            if minute % 5 == 0 && minute < 60 {
                let each = (0..700).map(|n| look(&format!("371122102/c{n}"), false));
                firsts.extend(each.filter_map(|look| looks(&mut counted, look, now_ms)));
            }
        }
        assert_eq!((firsts.len(), rows.len()), (700, 700));
        assert_eq!(told(&firsts[0]), ("module street", "1 × masked", "those of the next hour are counted"));
        assert_eq!(told(&rows[0]), ("module street", "11 × masked", "11 more looks within 60 min"));
        assert_eq!(rows[0].look.as_ref().unwrap().purpose.as_str(), "sanitation");
    }

    #[test]
    fn what_is_refused_is_told_apart_and_a_single_look_is_one_row() {
        let mut counted = Counted::default();
        for is_refused in [false, true] {
            let row = looks(&mut counted, look("371122102/a", is_refused), 0).unwrap();
            assert_eq!(row.outcome, if is_refused { Outcome::Refused } else { Outcome::Allowed });
        }
        assert!(looks(&mut counted, look("371122102/a", true), 1).is_none());
        assert_eq!(counted.over(HOUR_MS - 1, false), []);
        let outcomes: Vec<_> = counted.over(HOUR_MS - 1, true).iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Outcome::Refused]);
        assert!(looks(&mut counted, look("371122102/a", true), HOUR_MS).is_some(), "another hour, another row");
    }

    #[test]
    fn a_clock_that_was_set_back_ends_the_hour() {
        let mut counted = Counted::default();
        looks(&mut counted, look("371122102/a", false), 10);
        looks(&mut counted, look("371122102/a", false), 10);
        assert_eq!(counted.over(9, false).len(), 1);
    }

    #[test]
    fn more_hours_than_fit_are_written_at_once() {
        let mut counted = Counted::default();
        for n in 0..MOST_OPEN as u32 {
            assert!(!counted.is_full(), "{n}");
            counted.begin(n, 0);
        }
        assert!(counted.add(&7) && counted.is_full());
        let rows = counted.over(1, false);
        let told: Vec<_> = rows.iter().map(|row| (row.object.as_str(), row.detail.as_str())).collect();
        assert_eq!(told, [("1 of 7", "1 more within 0 min")]);
        assert!(!counted.is_full() && !counted.add(&7), "another hour begins");
    }
}

//! How fast a device may talk, however fast the simulated time runs and however long it was offline.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::world::SimTime;
use crate::world::diary::Entry;

/// The least time between two messages of a kind: a hub takes 12 pictures and 120 other events a minute from a device.
fn apart(entry: Entry) -> Duration {
    match entry {
        Entry::Picture => Duration::from_secs(6),
        Entry::Reading => Duration::from_secs(1),
        Entry::Motion => Duration::from_secs(2),
    }
}

/// When a device last sent what.
#[derive(Debug, Default)]
pub(super) struct Pace(BTreeMap<Entry, Instant>);

impl Pace {
    /// Of everything that is due, what is sent now: the newest of each kind, if it is not too soon after the last.
    pub(super) fn admit(&mut self, due: Vec<(SimTime, Entry)>, now: Instant) -> Vec<(SimTime, Entry)> {
        let newest: BTreeMap<Entry, SimTime> = due.into_iter().map(|(time, entry)| (entry, time)).collect();
        let mut admitted: Vec<_> = newest
            .into_iter()
            .filter(|(entry, _)| self.0.get(entry).is_none_or(|last| now.duration_since(*last) >= apart(*entry)))
            .map(|(entry, time)| (time, entry))
            .collect();
        self.0.extend(admitted.iter().map(|(_, entry)| (*entry, now)));
        admitted.sort();
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u64, entry: Entry) -> (SimTime, Entry) {
        (SimTime::at(0, 8, minute), entry)
    }

    #[test]
    fn after_a_silence_only_the_newest_of_each_kind_is_sent() {
        let due = (0..50).flat_map(|turn| [at(turn, Entry::Reading), at(turn, Entry::Picture)]);
        let due = due.chain([at(50, Entry::Motion), at(51, Entry::Motion)]);
        let sent = Pace::default().admit(due.collect(), Instant::now());
        assert_eq!(sent, [at(49, Entry::Reading), at(49, Entry::Picture), at(51, Entry::Motion)]);
    }

    #[test]
    fn a_fast_simulation_sends_no_more_than_a_hub_takes() {
        let mut pace = Pace::default();
        let start = Instant::now();
        let mut sent = Vec::new();
        for tenths in 0..600 {
            let due = [Entry::Reading, Entry::Picture, Entry::Motion].map(|entry| at(tenths, entry));
            sent.extend(pace.admit(due.to_vec(), start + Duration::from_millis(tenths * 100)));
        }
        let count = |wanted: Entry| sent.iter().filter(|(_, entry)| *entry == wanted).count();
        assert_eq!([Entry::Picture, Entry::Reading, Entry::Motion].map(count), [10, 60, 30], "in one minute");
    }
}

//! Sign-ins that failed, by name and address: after a few in a row that name is shut for that address, and for no other.
//!
//! Names count as they were typed, whether an account has them or not, so that nobody learns which exist. Pure.

use std::collections::HashMap;

use xl_model::clock::TimestampMs;
use xl_store::people::Failures;

use super::FAILED_MS;

/// Failures in a row that cost nothing.
const FREE: u32 = 5;

/// How long the first ones beyond that shut the door; each further one doubles it, up to [`LONGEST_MS`].
const SHUT_MS: TimestampMs = 30_000;

/// Longest that a door stays shut after one failure: an hour.
const LONGEST_MS: TimestampMs = 3_600_000;

/// Pairs that are remembered, about 200 bytes each; the one that failed longest ago makes room.
const MOST_PAIRS: usize = 20_000;

/// Failed sign-ins by SHA-256 of the name and address.
#[derive(Debug, Default)]
pub(super) struct Locks(HashMap<(String, String), (u32, TimestampMs)>);

impl Locks {
    pub(super) fn new(failures: Vec<Failures>) -> Self {
        Self(failures.into_iter().map(|it| ((it.name_sha256, it.address), (it.count, it.last_ms))).collect())
    }

    /// When to come again, in seconds, while the door is shut.
    pub(super) fn shut_for_s(&self, name_sha256: &str, address: &str, now_ms: TimestampMs) -> Option<u32> {
        let (count, last_ms) = self.0.get(&(name_sha256.to_owned(), address.to_owned()))?;
        let doublings = count.checked_sub(FREE)?.min(16);
        let shut_ms = (SHUT_MS << doublings).min(LONGEST_MS);
        // A clock that was set back opens no door earlier than a whole time from now.
        let left_ms = last_ms.saturating_add(shut_ms).saturating_sub(now_ms).min(shut_ms);
        (left_ms > 0).then(|| u32::try_from(left_ms.div_euclid(1_000) + 1).unwrap_or(u32::MAX))
    }

    /// Counts one more.
    pub(super) fn fail(&mut self, name_sha256: &str, address: &str, now_ms: TimestampMs) -> Failures {
        let pair = (name_sha256.to_owned(), address.to_owned());
        if self.0.len() >= MOST_PAIRS && !self.0.contains_key(&pair) {
            self.0.retain(|_, (_, last_ms)| now_ms.saturating_sub(*last_ms) < FAILED_MS);
            let oldest = self.0.iter().min_by_key(|(_, (_, last_ms))| *last_ms).map(|(pair, _)| pair.clone());
            if let Some(oldest) = oldest.filter(|_| self.0.len() >= MOST_PAIRS) {
                self.0.remove(&oldest);
            }
        }
        let entry = self.0.entry(pair).or_insert((0, now_ms));
        *entry = (entry.0.saturating_add(1), now_ms);
        Failures { name_sha256: name_sha256.to_owned(), address: address.to_owned(), count: entry.0, last_ms: now_ms }
    }

    /// Forgets them after a sign-in that worked; whether there were any.
    pub(super) fn forget(&mut self, name_sha256: &str, address: &str) -> bool {
        self.0.remove(&(name_sha256.to_owned(), address.to_owned())).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_failures_the_door_is_shut_ever_longer_for_that_address_only() {
        let mut locks = Locks::default();
        for _ in 0..FREE - 1 {
            locks.fail("li", "10.0.0.1", 0);
        }
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", 0), None);
        locks.fail("li", "10.0.0.1", 0);
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", 0), Some(31));
        assert_eq!(locks.shut_for_s("li", "10.0.0.2", 0), None, "the owner comes from elsewhere");
        assert_eq!(locks.shut_for_s("wang", "10.0.0.1", 0), None);
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", SHUT_MS), None);
        locks.fail("li", "10.0.0.1", SHUT_MS);
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", SHUT_MS), Some(61));
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", -9_000_000), Some(61), "a clock that was set back");
        for _ in 0..1_000 {
            locks.fail("li", "10.0.0.1", 0);
        }
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", 0), Some(3_601));
        assert!(locks.forget("li", "10.0.0.1") && !locks.forget("li", "10.0.0.1"));
        assert_eq!(locks.shut_for_s("li", "10.0.0.1", 0), None);
    }

    #[test]
    fn what_failed_longest_ago_makes_room() {
        let mut locks = Locks::default();
        for n in 0..=MOST_PAIRS {
            locks.fail("li", &n.to_string(), n as TimestampMs);
        }
        assert_eq!(locks.0.len(), MOST_PAIRS);
        assert!(!locks.0.contains_key(&("li".to_owned(), "0".to_owned())));
    }
}

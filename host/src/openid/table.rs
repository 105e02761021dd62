//! What is remembered for a few minutes: bounded, in memory, gone with a restart. Pure but for its lock.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use xl_model::clock::TimestampMs;

/// Things by a random key, each for the same time.
pub(super) struct Table<T> {
    most: usize,
    life_ms: TimestampMs,
    entries: Mutex<HashMap<String, (TimestampMs, T)>>,
}

impl<T> Table<T> {
    pub(super) fn new(most: usize, life_ms: TimestampMs) -> Self {
        Self { most, life_ms, entries: Mutex::default() }
    }

    /// Remembers something; what ends first makes room.
    pub(super) fn put(&self, key: String, it: T, now_ms: TimestampMs) {
        let mut entries = self.lock();
        if entries.len() >= self.most {
            entries.retain(|_, (at_ms, _)| self.lives(*at_ms, now_ms));
        }
        let oldest = entries.iter().min_by_key(|(_, (at_ms, _))| *at_ms).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| entries.len() >= self.most) {
            entries.remove(&oldest);
        }
        entries.insert(key, (now_ms, it));
    }

    /// Gives something away, once.
    pub(super) fn take(&self, key: &str, now_ms: TimestampMs) -> Option<T> {
        let (at_ms, it) = self.lock().remove(key)?;
        self.lives(at_ms, now_ms).then_some(it)
    }

    /// A copy of something.
    pub(super) fn get(&self, key: &str, now_ms: TimestampMs) -> Option<T>
    where
        T: Clone,
    {
        let entries = self.lock();
        let (at_ms, it) = entries.get(key)?;
        self.lives(*at_ms, now_ms).then(|| it.clone())
    }

    /// A clock that was set back lengthens nothing.
    fn lives(&self, at_ms: TimestampMs, now_ms: TimestampMs) -> bool {
        (-5_000..self.life_ms).contains(&now_ms.saturating_sub(at_ms))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (TimestampMs, T)>> {
        // A holder that panicked left it whole: each change is one insertion or removal.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_given_once_ends_by_time_and_makes_room() {
        let table = Table::new(2, 1_000);
        table.put("a".to_owned(), 1, 0);
        assert_eq!((table.get("a", 999), table.get("a", 1_000), table.get("a", -6_000)), (Some(1), None, None));
        assert_eq!((table.take("a", 1), table.take("a", 1)), (Some(1), None));
        for (n, key) in ["a", "b", "c"].into_iter().enumerate() {
            table.put(key.to_owned(), n, n as TimestampMs);
        }
        assert_eq!((table.get("a", 2), table.get("b", 2), table.get("c", 2)), (None, Some(1), Some(2)));
        table.put("d".to_owned(), 3, 2_000);
        assert_eq!(table.lock().len(), 1, "what is over goes first");
    }
}

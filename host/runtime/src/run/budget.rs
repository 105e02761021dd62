//! What a module may do over all its runs: so much a minute, so much in all, so many pages at once.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// Pages of one module drawn at the same time: a crowd at one module's page must not take every sandbox of the hub.
const PAGES_AT_ONCE: usize = 2;

/// What a module used up in the current minute, by the hub's monotonic time, and altogether; and its turns at drawing pages.
#[derive(Debug)]
pub struct Budget {
    used: Mutex<Used>,
    pub(crate) stored: Bound,
    pub(crate) published: Bound,
    pages: Semaphore,
}

impl Default for Budget {
    fn default() -> Self {
        let (stored, published) = (Bound::default(), Bound::default());
        Self { used: Mutex::default(), stored, published, pages: Semaphore::new(PAGES_AT_ONCE) }
    }
}

/// A number that is no smaller than what is committed and wanted, so that the store is asked only when it grows too large.
///
/// It grows by what runs want, also by what they want in vain or what takes the place of something else.
#[derive(Debug, Default)]
pub(crate) struct Bound(Mutex<Option<u64>>);

impl Bound {
    /// Takes `more` out of `most`; false when that is not known to fit, and nothing is taken.
    pub(crate) fn take(&self, more: u64, most: u64) -> bool {
        let mut bound = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sum = bound.map(|bound| bound.saturating_add(more)).filter(|sum| *sum <= most);
        if sum.is_some() {
            *bound = sum;
        }
        sum.is_some()
    }

    /// What it is, in place of what was known.
    pub(crate) fn learn(&self, known: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }
}

#[derive(Debug, Default)]
struct Used {
    since: Option<Instant>,
    pictures: u32,
    fetches: u32,
}

impl Budget {
    /// Takes a picture out of `most` a minute; false when they are used up.
    pub(crate) fn take_picture(&self, most: u32) -> bool {
        take(&mut self.used(Instant::now()).pictures, most)
    }

    /// Takes a fetch out of `most` a minute; false when they are used up.
    pub(crate) fn take_fetch(&self, most: u32) -> bool {
        take(&mut self.used(Instant::now()).fetches, most)
    }

    /// Waits for the module's turn to draw a page.
    pub(crate) async fn page(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.pages.acquire().await.ok()
    }

    fn used(&self, now: Instant) -> MutexGuard<'_, Used> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.since.is_none_or(|since| now.duration_since(since) >= MINUTE) {
            *used = Used { since: Some(now), ..Used::default() };
        }
        used
    }
}

fn take(used: &mut u32, most: u32) -> bool {
    let free = *used < most;
    if free {
        *used += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_minute_brings_a_new_budget_and_pictures_are_not_fetches() {
        let (budget, start) = (Budget::default(), Instant::now());
        let picture = |now| take(&mut budget.used(now).pictures, 2);
        assert_eq!([start; 3].map(picture), [true, true, false]);
        assert!(take(&mut budget.used(start).fetches, 1));
        let almost = start + MINUTE - Duration::from_millis(1);
        assert!(!picture(almost) && !take(&mut budget.used(almost).fetches, 1));
        assert!(picture(start + MINUTE) && take(&mut budget.used(start + MINUTE).fetches, 1));
    }

    #[test]
    fn a_bound_takes_what_is_known_to_fit_and_nothing_before_it_knows() {
        let bound = Bound::default();
        assert!(!bound.take(1, 10));
        bound.learn(8);
        assert_eq!([1, 2, 1, 1].map(|more| bound.take(more, 10)), [true, false, true, false]);
        assert!(!bound.take(u64::MAX, u64::MAX - 1));
        bound.learn(0);
        assert!(bound.take(10, 10) && !bound.take(0, 9));
    }

    #[tokio::test]
    async fn a_crowd_at_one_page_waits_for_its_turn() {
        let budget = Budget::default();
        let (one, two) = (budget.page().await, budget.page().await);
        assert!(budget.pages.try_acquire().is_err());
        drop(one);
        assert!(budget.pages.try_acquire().is_ok() && two.is_some());
    }
}

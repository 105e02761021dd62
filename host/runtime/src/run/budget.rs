//! What a module may do over all its runs: so much a minute, so many pages at once.

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

/// What a module used up in the current minute, by the hub's monotonic time; and its turns at drawing pages.
#[derive(Debug)]
pub struct Budget {
    used: Mutex<Used>,
    pages: Semaphore,
}

impl Default for Budget {
    fn default() -> Self {
        Self { used: Mutex::default(), pages: Semaphore::new(PAGES_AT_ONCE) }
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

    #[tokio::test]
    async fn a_crowd_at_one_page_waits_for_its_turn() {
        let budget = Budget::default();
        let (one, two) = (budget.page().await, budget.page().await);
        assert!(budget.pages.try_acquire().is_err());
        drop(one);
        assert!(budget.pages.try_acquire().is_ok() && two.is_some());
    }
}

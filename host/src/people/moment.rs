//! Moments on both clocks: people are told the wall's time, and limits count what has passed.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;

/// How much of a moment of use is kept: writing each would be a commit a request.
const USED_EVERY_MS: i64 = 60_000;

/// One moment on the wall's clock and on the steady one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// What is shown and written.
    pub(super) wall_ms: TimestampMs,
    /// Of this process only.
    pub(super) steady_ms: i64,
}

impl Moment {
    /// Longer ago than any limit.
    pub(super) const NEVER: Self = Self { wall_ms: TimestampMs::MIN, steady_ms: i64::MIN };

    pub(super) fn now(clock: &dyn Clock) -> Self {
        Self { wall_ms: clock.now_ms(), steady_ms: clock.steady_ms() }
    }

    /// How many milliseconds have passed since an earlier moment, by the clock that says more: the wall's may have been set
    /// back, and the steady one stands while the machine sleeps.
    pub(super) fn since(self, earlier: Self) -> i64 {
        let wall_ms = self.wall_ms.saturating_sub(earlier.wall_ms);
        wall_ms.max(self.steady_ms.saturating_sub(earlier.steady_ms))
    }

    /// The moment at which the wall's clock said this, by what it says at `self`; what would lie ahead is taken for now.
    pub(super) fn at(self, wall_ms: TimestampMs) -> Self {
        let age_ms = self.wall_ms.saturating_sub(wall_ms).max(0);
        Self { wall_ms, steady_ms: self.steady_ms.saturating_sub(age_ms) }
    }
}

/// When something happened last. Who reads it while it is set may find one clock of before: then it seems longer ago.
#[derive(Debug)]
pub(super) struct Last {
    wall_ms: AtomicI64,
    steady_ms: AtomicI64,
}

impl Last {
    pub(super) fn new(at: Moment) -> Self {
        Self { wall_ms: AtomicI64::new(at.wall_ms), steady_ms: AtomicI64::new(at.steady_ms) }
    }

    pub(super) fn get(&self) -> Moment {
        Moment { wall_ms: self.wall_ms.load(Ordering::Relaxed), steady_ms: self.steady_ms.load(Ordering::Relaxed) }
    }

    pub(super) fn set(&self, at: Moment) {
        self.wall_ms.store(at.wall_ms, Ordering::Relaxed);
        self.steady_ms.store(at.steady_ms, Ordering::Relaxed);
    }
}

/// When a use was last written, by the wall's clock.
#[derive(Debug)]
pub(super) struct Written(AtomicI64);

impl Written {
    pub(super) fn new(wall_ms: TimestampMs) -> Self {
        Self(AtomicI64::new(wall_ms))
    }

    /// Whether it is time to write a use again; that counts as written then.
    pub(super) fn is_due(&self, now_ms: TimestampMs) -> bool {
        let is_due = (now_ms - self.0.load(Ordering::Relaxed)).abs() >= USED_EVERY_MS;
        if is_due {
            self.0.store(now_ms, Ordering::Relaxed);
        }
        is_due
    }
}

//! Time as a value: everything that needs the time is handed a [`Clock`].

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

/// Milliseconds since 1970-01-01T00:00:00Z, never a local time.
pub type TimestampMs = i64;

/// Where the time comes from, so that a test can set it and a batch can be replayed.
pub trait Clock: Send + Sync {
    /// The time now, in milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> TimestampMs;

    /// Milliseconds that never run back, whatever is set; where they begin means nothing.
    ///
    /// A clock that nobody sets while it runs is its own.
    fn steady_ms(&self) -> i64 {
        self.now_ms()
    }
}

/// A clock that stands until it is set: for tests. Time passes by that, on the steady clock too.
#[derive(Debug, Default)]
pub struct SetClock(pub AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> TimestampMs {
        self.0.load(Ordering::SeqCst)
    }
}

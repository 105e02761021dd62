//! Time as a value: everything that needs the time is handed a [`Clock`].

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

/// Milliseconds since 1970-01-01T00:00:00Z, never a local time.
pub type TimestampMs = i64;

/// Where the time comes from, so that a test can set it and a batch can be replayed.
pub trait Clock: Send + Sync {
    /// The time now, in milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> TimestampMs;
}

/// A clock that stands until it is set: for tests.
#[derive(Debug, Default)]
pub struct SetClock(pub AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> TimestampMs {
        self.0.load(Ordering::SeqCst)
    }
}

//! The two times of a camera: the one that it tells, and the one that passes.
//!
//! What it tells is the real time plus its error. What passes can be pushed forward, so that a test sees a subscription
//! expire or a movement end without waiting for it.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use tokio::time::Instant;

/// A moment of the time that passes, in milliseconds since the camera was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) u64);

impl Moment {
    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// The clock of one camera.
#[derive(Debug)]
pub(crate) struct Clock {
    made: Instant,
    ahead_ms: AtomicU64,
    skew_ms: AtomicI64,
}

impl Clock {
    pub(crate) fn new(skew_seconds: i64) -> Self {
        Self {
            made: Instant::now(),
            ahead_ms: AtomicU64::new(0),
            skew_ms: AtomicI64::new(skew_seconds.saturating_mul(1_000)),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        Moment(self.ahead_ms.load(Ordering::Relaxed)).after(self.made.elapsed())
    }

    /// What the camera takes for the time in UTC.
    pub(crate) fn utc(&self) -> DateTime<Utc> {
        let ahead = i64::try_from(self.ahead_ms.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let error = self.skew_ms.load(Ordering::Relaxed).saturating_add(ahead);
        let now = Utc::now();
        TimeDelta::try_milliseconds(error).and_then(|error| now.checked_add_signed(error)).unwrap_or(now)
    }

    pub(crate) fn set_skew(&self, skew_seconds: i64) {
        self.skew_ms.store(skew_seconds.saturating_mul(1_000), Ordering::Relaxed);
    }

    /// Makes the camera believe that it is that time.
    pub(crate) fn set(&self, time: DateTime<Utc>) {
        let ahead = i64::try_from(self.ahead_ms.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let error = time.signed_duration_since(Utc::now()).num_milliseconds();
        self.skew_ms.store(error.saturating_sub(ahead), Ordering::Relaxed);
    }

    /// Lets so much time pass at once.
    pub(crate) fn pass(&self, time: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

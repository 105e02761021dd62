//! Keeps a sender to its limit instead of losing what it says: the TCP window fills, the sender waits.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

/// How far a sender may run ahead of its limit.
const BURST: Duration = Duration::from_secs(1);

/// The limit of one sender: a virtual schedule (GCRA) that each message pushes on.
pub(crate) struct Pace {
    message: Duration,
    bytes_per_second: u32,
    due: Mutex<Option<Instant>>,
}

impl Pace {
    /// A pace of so many messages and bytes per second; 0: no limit.
    pub(crate) fn new(messages_per_second: u32, bytes_per_second: u32) -> Self {
        let message = Duration::from_secs(1).checked_div(messages_per_second).unwrap_or(Duration::ZERO);
        Self { message, bytes_per_second, due: Mutex::new(None) }
    }

    /// Takes a place in the schedule and waits for it.
    pub(crate) async fn wait(&self, bytes: usize) {
        let delay = self.reserve(Instant::now(), bytes);
        if !delay.is_zero() {
            metrics::counter!("xl_mqtt_slowed_total").increment(1);
            tokio::time::sleep(delay).await;
        }
    }

    fn reserve(&self, now: Instant, bytes: usize) -> Duration {
        let mut cost = self.message;
        if self.bytes_per_second > 0 {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            cost = cost.max(Duration::from_secs_f64(f64::from(bytes) / f64::from(self.bytes_per_second)));
        }
        if cost.is_zero() {
            return Duration::ZERO;
        }
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let start = due.map_or(now, |due| due.max(now));
        *due = Some(start + cost);
        start.saturating_duration_since(now + BURST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MQ-16.
    #[test]
    fn a_device_may_run_a_second_ahead_and_then_waits() {
        let (pace, now) = (Pace::new(10, 0), Instant::now());
        let delays: Vec<_> = (0..13).map(|_| pace.reserve(now, 1).as_millis()).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200]);
        assert_eq!(pace.reserve(now + Duration::from_secs(9), 1), Duration::ZERO, "an idle device may burst again");
    }

    #[test]
    fn a_picture_larger_than_a_seconds_share_passes_and_delays_the_next() {
        let (pace, now) = (Pace::new(0, 1_000_000), Instant::now());
        assert_eq!(pace.reserve(now, 3_000_000), Duration::ZERO);
        assert_eq!(pace.reserve(now, 10), Duration::from_secs(2));
    }

    #[test]
    fn no_limit_never_waits() {
        let (pace, now) = (Pace::new(0, 0), Instant::now());
        assert!((0..100_000).all(|_| pace.reserve(now, 4_000_000).is_zero()));
    }
}

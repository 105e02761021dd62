//! Forgets, now and then, who asked in requests that ended long ago.
//!
//! How long ago, say the clock on the wall and lived time together (`xl_store::retention`): a start with a clock that is
//! years ahead erases nothing.

use std::time::Duration;

use tokio::time::Instant;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_model::clock::TimestampMs;

use super::Desk;
use super::desk::DAY_MS;

/// How often: what is kept for a year need not go to the minute.
const EVERY: Duration = Duration::from_secs(3_600);

/// Erases what is past its time, until `stop`.
pub async fn run(desk: Desk, stop: CancellationToken) {
    let (began, began_ms) = (Instant::now(), desk.now_ms());
    let mut interval = tokio::time::interval(EVERY);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        if was_set(began.elapsed(), desk.now_ms().saturating_sub(began_ms)) {
            info!("the clock was set: no request of a person is erased until the next start");
            continue;
        }
        match desk.erase().await {
            Ok(0) => {}
            Ok(count) => info!(count, "{count} requests of people are past their time: who asked is erased"),
            Err(failure) => error!(code = %failure.code(), "requests of people not erased: {failure}"),
        }
    }
}

/// Whether somebody set the clock by more than a day since the start: what it calls old may be of today.
fn was_set(passed: Duration, clock_ms: TimestampMs) -> bool {
    let passed_ms = TimestampMs::try_from(passed.as_millis()).unwrap_or(TimestampMs::MAX);
    clock_ms.saturating_sub(passed_ms).saturating_abs() > DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PRIV-9, for requests.
    #[test]
    fn a_clock_that_jumped_erases_nothing() {
        let hour = Duration::from_secs(3_600);
        for (clock_ms, set) in [
            (3_600_000, false),
            (3_600_000 + DAY_MS, false),
            (3_600_001 + DAY_MS, true),
            (400 * DAY_MS, true),
            (-2 * DAY_MS, true),
            (TimestampMs::MIN, true),
        ] {
            assert_eq!(was_set(hour, clock_ms), set, "{clock_ms}");
        }
    }
}

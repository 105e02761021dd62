//! The one place that reads the machine's clocks.

use std::sync::LazyLock;
use std::time::Instant;
use std::time::SystemTime;

use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;

/// From when the steady time counts: the first question.
#[expect(clippy::disallowed_methods, reason = "this is the Clock that everything else is handed")]
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everything else is handed")]
    fn now_ms(&self) -> TimestampMs {
        match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        }
    }

    fn steady_ms(&self) -> i64 {
        i64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steady_time_counts_from_the_start_and_not_from_what_the_wall_says() {
        let first_ms = SystemClock.steady_ms();
        assert!((0..86_400_000).contains(&first_ms), "{first_ms}");
        assert!(SystemClock.steady_ms() >= first_ms);
    }
}

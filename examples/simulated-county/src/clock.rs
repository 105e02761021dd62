//! The two times of this program: the real one for messages and forms, the simulated one for everything that is drawn.

use std::time::Duration;

use chrono::DateTime;
use chrono::Days;
use chrono::FixedOffset;
use chrono::SecondsFormat;
use chrono::Utc;
use tokio::time::Instant;

use crate::world::SimTime;

/// The simulated time, running at its speed beside the real one.
#[derive(Debug, Clone, Copy)]
pub struct SimClock {
    started: Instant,
    from: SimTime,
    speed: f64,
}

impl SimClock {
    /// Starts now, at a simulated time.
    pub fn start(from: SimTime, speed: f64) -> Self {
        Self { started: Instant::now(), from, speed }
    }

    /// The simulated time now.
    pub fn now(&self) -> SimTime {
        self.at(Instant::now())
    }

    fn at(&self, instant: Instant) -> SimTime {
        let passed = instant.saturating_duration_since(self.started);
        SimTime(self.from.0 + (passed.as_secs_f64() * 1_000.0 * self.speed) as u64)
    }

    /// When, by the real clock, it will be that simulated time.
    pub fn instant_of(&self, time: SimTime) -> Instant {
        let ahead_ms = time.0.saturating_sub(self.from.0) as f64 / self.speed;
        // Rounded up to whole milliseconds, so that it is that time when one wakes up.
        self.started + Duration::from_millis(ahead_ms.ceil() as u64 + 1)
    }

    /// How much faster the simulated time runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }
}

/// The real time as messages carry it: RFC 3339, UTC, milliseconds.
pub fn timestamp() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Seconds since 1970.
pub fn now_s() -> u64 {
    u64::try_from(Utc::now().timestamp()).unwrap_or_default()
}

/// The calendar day in China so many days ago, as forms want it: `2026-11-23`.
pub fn day_ago(days: u64) -> String {
    day_before(Utc::now(), days)
}

fn day_before(now: DateTime<Utc>, days: u64) -> String {
    // UTC+8 without summer time, in the whole country since 1991.
    let china = FixedOffset::east_opt(8 * 3_600).expect("eight hours are less than a day");
    let today = now.with_timezone(&china).date_naive();
    today.checked_sub_days(Days::new(days)).unwrap_or(today).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_speed_60_a_minute_is_an_hour() {
        let clock = SimClock::start(SimTime::at(3, 8, 0), 60.0);
        assert_eq!(clock.at(clock.started + Duration::from_secs(60)), SimTime::at(3, 9, 0));
    }

    #[test]
    fn who_wakes_up_for_a_simulated_time_finds_it_come_and_not_long_ago() {
        for speed in [0.3, 1.0, 60.0, 777.0] {
            let clock = SimClock::start(SimTime::BEGIN, speed);
            let wanted = SimTime(SimTime::BEGIN.0 + 1_234_567);
            let found = clock.at(clock.instant_of(wanted));
            assert!(found >= wanted, "speed {speed}");
            assert!((found.0 - wanted.0) as f64 <= 3.0 * speed.max(1.0), "speed {speed}");
        }
    }

    #[test]
    fn the_day_is_that_of_china() {
        let evening: DateTime<Utc> = "2026-11-23T17:30:00Z".parse().unwrap();
        assert_eq!(day_before(evening, 0), "2026-11-24");
        assert_eq!(day_before(evening, 24), "2026-10-31");
    }
}

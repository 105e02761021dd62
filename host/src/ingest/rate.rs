//! How fast one camera may send: what is beyond is refused, and no other camera waits for it.

use std::collections::HashMap;

use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;
use xl_model::observation::Observation;

/// A rate with room for a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In the long run; 0: no limit.
    pub per_minute: u32,
    /// At once, after a silence.
    pub burst: u32,
}

/// The state of all cameras; one entry each, so it is bounded by the register.
pub(super) struct Rates {
    pictures: Rate,
    events: Rate,
    cameras: HashMap<DeviceId, Meters>,
}

#[derive(Default)]
struct Meters {
    pictures: Meter,
    events: Meter,
}

/// The time, in microseconds, at which a camera that keeps to its rate would be here (generic cell rate algorithm).
#[derive(Debug, Default, Clone, Copy)]
struct Meter(i64);

impl Rates {
    /// Nobody has sent anything yet.
    pub(super) fn new(pictures: Rate, events: Rate) -> Self {
        Self { pictures, events, cameras: HashMap::new() }
    }

    /// Counts an observation of a registered camera.
    ///
    /// # Errors
    /// When it is beyond the camera's rate; then it is not counted.
    pub(super) fn admit(&mut self, observation: &Observation, now_ms: TimestampMs) -> Result<(), Refused> {
        let Some(camera) = observation.camera.clone() else { return Ok(()) };
        let meters = self.cameras.entry(DeviceId { township: observation.township.clone(), camera }).or_default();
        let (rate, meter, what) = match observation.picture {
            Some(_) => (self.pictures, &mut meters.pictures, "pictures"),
            None => (self.events, &mut meters.events, "events"),
        };
        if meter.admit(rate, now_ms) {
            return Ok(());
        }
        let detail = format!("more than {} {what} a minute, {} at once", rate.per_minute, rate.burst.max(1));
        Err(Refused::new(code::TOO_FAST, detail))
    }
}

impl Meter {
    fn admit(&mut self, rate: Rate, now_ms: TimestampMs) -> bool {
        if rate.per_minute == 0 {
            return true;
        }
        let now = now_ms.saturating_mul(1_000);
        let interval = 60_000_000 / i64::from(rate.per_minute);
        let slack = interval * i64::from(rate.burst.max(1) - 1);
        // A clock that was set back must not lock a camera out: ahead by more than the slack is not possible otherwise.
        let due = if self.0 > now + slack + interval { now } else { self.0.max(now) };
        let admitted = due - now <= slack;
        if admitted {
            self.0 = due + interval;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(meter: &mut Meter, rate: Rate, times: impl IntoIterator<Item = i64>) -> usize {
        times.into_iter().filter(|now_ms| meter.admit(rate, *now_ms)).count()
    }

    #[test]
    fn a_burst_passes_and_the_long_run_keeps_the_rate() {
        let rate = Rate { per_minute: 120, burst: 240 };
        let mut meter = Meter::default();
        assert_eq!(admitted(&mut meter, rate, std::iter::repeat_n(1_000_000, 1_000)), 240);
        let ten_minutes = (1..=60_000).map(|tick| 1_000_000 + tick * 10);
        assert_eq!(admitted(&mut meter, rate, ten_minutes), 1_200);
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(admitted(&mut Meter::default(), Rate { per_minute: 0, burst: 0 }, [5; 10_000]), 10_000);
    }

    #[test]
    fn a_clock_set_back_does_not_lock_a_camera_out() {
        let rate = Rate { per_minute: 60, burst: 1 };
        let mut meter = Meter::default();
        assert_eq!(admitted(&mut meter, rate, [3_600_000, 3_600_000]), 1);
        assert_eq!(admitted(&mut meter, rate, [0, 0, 1_000]), 2);
    }

    #[test]
    fn pictures_and_cameras_are_counted_apart() {
        let one = Rate { per_minute: 1, burst: 1 };
        let mut rates = Rates::new(one, one);
        let mut admit = |camera: &str, picture: bool| {
            let observation = Observation {
                township: "371122102".parse().unwrap(),
                source: "371122102.x".into(),
                id: None,
                kind: "camera.motion".parse().unwrap(),
                camera: Some(camera.parse().unwrap()),
                subject: None,
                time_ms: None,
                data: "{}".into(),
                picture: picture.then(bytes::Bytes::new),
                relayed: false,
            };
            rates.admit(&observation, 0).map_err(|refused| refused.code)
        };
        assert_eq!(admit("a", false), Ok(()));
        assert_eq!(admit("a", false), Err(code::TOO_FAST));
        assert_eq!(admit("a", true), Ok(()));
        assert_eq!(admit("b", false), Ok(()));
    }
}

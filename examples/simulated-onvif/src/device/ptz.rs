//! The motors of a camera: position, speed, and when a movement ends.
//!
//! Nothing runs in the background: position follows from the time that has passed, whenever somebody looks.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::Moment;
use crate::record::PtzRecord;

/// Full speed crosses the whole range in ten seconds.
const RANGE_PER_SECOND: f64 = 0.2;

/// More presets are refused; the node says so.
pub(crate) const MAX_PRESETS: usize = 100;

/// Pan, tilt and zoom: a position or a speed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Vector {
    pub(crate) pan: f64,
    pub(crate) tilt: f64,
    pub(crate) zoom: f64,
}

impl Vector {
    fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// Each part from what it was, with another's added.
    pub(crate) fn plus(self, other: Self, factor: f64) -> Self {
        Self {
            pan: self.pan + other.pan * factor,
            tilt: self.tilt + other.tilt * factor,
            zoom: self.zoom + other.zoom * factor,
        }
    }

    fn inside(self) -> Self {
        Self { pan: self.pan.clamp(-1.0, 1.0), tilt: self.tilt.clamp(-1.0, 1.0), zoom: self.zoom.clamp(0.0, 1.0) }
    }
}

/// The motors.
#[derive(Debug)]
pub(crate) struct Ptz {
    position: Vector,
    speed: Vector,
    seen: Moment,
    /// When the movement ends by itself; none while nothing moves or the timeout is ignored.
    until: Option<Moment>,
    /// Name and position by token.
    pub(crate) presets: BTreeMap<String, (String, Vector)>,
    pub(crate) home: Vector,
    moves: u64,
    stopped_by_command: u64,
    stopped_by_timeout: u64,
}

impl Default for Ptz {
    fn default() -> Self {
        Self {
            position: Vector::default(),
            speed: Vector::default(),
            seen: Moment(0),
            until: None,
            presets: BTreeMap::from([("preset-1".to_owned(), ("door".to_owned(), Vector::default()))]),
            home: Vector::default(),
            moves: 0,
            stopped_by_command: 0,
            stopped_by_timeout: 0,
        }
    }
}

impl Ptz {
    /// Brings the position up to that moment, and ends a movement whose time has come.
    fn bring_to(&mut self, now: Moment) {
        let end = self.until.filter(|until| *until <= now);
        let passed = end.unwrap_or(now).since(self.seen).as_secs_f64();
        self.position = self.position.plus(self.speed, passed * RANGE_PER_SECOND).inside();
        self.seen = now;
        if end.is_some() {
            self.speed = Vector::default();
            self.until = None;
            self.stopped_by_timeout += 1;
        }
    }

    /// Begins a movement, or ends it when the speed is zero. Without a timeout only a command ends it.
    pub(crate) fn go(&mut self, now: Moment, speed: Vector, timeout: Option<Duration>) {
        self.bring_to(now);
        if speed.is_zero() {
            self.stop(now, true, true);
            return;
        }
        let clamp = |part: f64| part.clamp(-1.0, 1.0);
        self.speed = Vector { pan: clamp(speed.pan), tilt: clamp(speed.tilt), zoom: clamp(speed.zoom) };
        self.until = timeout.map(|timeout| now.after(timeout));
        self.moves += 1;
    }

    /// Stops one or both of the motors.
    pub(crate) fn stop(&mut self, now: Moment, pan_tilt: bool, zoom: bool) {
        self.bring_to(now);
        let ran = !self.speed.is_zero();
        if pan_tilt {
            (self.speed.pan, self.speed.tilt) = (0.0, 0.0);
        }
        if zoom {
            self.speed.zoom = 0.0;
        }
        if ran && self.speed.is_zero() {
            self.until = None;
            self.stopped_by_command += 1;
        }
    }

    /// Stands at that position at once.
    pub(crate) fn jump(&mut self, now: Moment, position: Vector) {
        self.stop(now, true, true);
        self.position = position.inside();
        self.moves += 1;
    }

    pub(crate) fn position(&mut self, now: Moment) -> Vector {
        self.bring_to(now);
        self.position
    }

    /// Whether pan and tilt move, and whether the zoom does.
    pub(crate) fn moving(&mut self, now: Moment) -> (bool, bool) {
        self.bring_to(now);
        (self.speed.pan != 0.0 || self.speed.tilt != 0.0, self.speed.zoom != 0.0)
    }

    pub(crate) fn record(&mut self, now: Moment) -> PtzRecord {
        self.bring_to(now);
        PtzRecord {
            moving: !self.speed.is_zero(),
            pan: self.position.pan,
            tilt: self.position.tilt,
            zoom: self.position.zoom,
            moves: self.moves,
            stopped_by_command: self.stopped_by_command,
            stopped_by_timeout: self.stopped_by_timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: Vector = Vector { pan: 0.5, tilt: 0.0, zoom: 0.0 };

    #[test]
    fn a_movement_ends_with_its_timeout() {
        let mut ptz = Ptz::default();
        ptz.go(Moment(0), RIGHT, Some(Duration::from_secs(2)));
        assert_eq!(ptz.moving(Moment(1_999)), (true, false));
        assert_eq!(ptz.moving(Moment(9_000)), (false, false));
        let record = ptz.record(Moment(9_000));
        assert!((record.pan - 0.2).abs() < 1e-9, "{record:?}");
        assert_eq!((record.stopped_by_timeout, record.stopped_by_command), (1, 0));
    }

    #[test]
    fn a_movement_without_a_timeout_goes_to_the_end_of_its_range_and_runs_on() {
        let mut ptz = Ptz::default();
        ptz.go(Moment(0), RIGHT, None);
        let record = ptz.record(Moment(3_600_000));
        assert!(record.moving && record.pan == 1.0, "{record:?}");
    }

    #[test]
    fn a_stop_ends_only_the_motor_it_names() {
        let mut ptz = Ptz::default();
        ptz.go(Moment(0), Vector { zoom: 1.0, ..RIGHT }, Some(Duration::from_secs(9)));
        ptz.stop(Moment(1_000), true, false);
        assert_eq!(ptz.moving(Moment(2_000)), (false, true));
        ptz.stop(Moment(2_000), false, true);
        assert_eq!(ptz.record(Moment(2_000)).stopped_by_command, 1);
    }

    #[test]
    fn speed_zero_is_a_stop() {
        let mut ptz = Ptz::default();
        ptz.go(Moment(0), RIGHT, Some(Duration::from_secs(9)));
        ptz.go(Moment(500), Vector::default(), None);
        let record = ptz.record(Moment(500));
        assert_eq!((record.moving, record.moves, record.stopped_by_command), (false, 1, 1));
    }
}

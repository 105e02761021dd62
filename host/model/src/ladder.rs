//! The ladder: evidence about cameras becomes intervals at a level. Pure: the caller says what was seen, and when.
//!
//! Two kinds of edges come out. *Raw* ones are every miss, every "offline" and every return. *Debounced* ones are what
//! people see: a camera is up after one proof and down after three intervals of silence, and then it is down from the
//! first of them on. So a gap of two intervals leaves no trace, and neither does a message that was late on its way:
//! facts are put in the order in which they happened, whatever the order in which they came.
//!
//! A fact costs the same whatever the county's size, a tick what has come due: each camera has one entry among the timers
//! and remembers one interval's worth of facts, 32 at most. Limits and their reasons: `host/design/camera-status.md`.

mod camera;
mod flapping;
pub mod output;
mod slots;
pub mod timeline;
mod track;

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use crate::camera::CameraKey;
use crate::ladder::camera::Camera;
use crate::ladder::camera::Fact;
use crate::ladder::output::Output;
use crate::ladder::slots::Slots;
use crate::ladder::timeline::Steady;
use crate::ladder::timeline::Timeline;
use crate::status::Interval;
use crate::status::Level;
use crate::status::Reason;
use crate::status::TimestampUs;
use crate::status::evidence::Enrolment;
use crate::status::evidence::Evidence;
use crate::status::evidence::Said;
use crate::status::maintenance::Window;

/// How many silent intervals make a camera `down` (GB/T 28181 practice: 60 s, three times).
pub const MISSES: i64 = 3;

/// Most windows of one camera that are not over; more would be a mistake of a program.
const MOST_WINDOWS: usize = 64;

/// What the store says about a camera from the time before the hub started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its newest interval; open, unless the camera was retired.
    pub last: Interval,
    /// The level that was told last, leaving out when the hub did not run.
    pub told: Level,
    /// When the hub last said that it runs.
    pub heartbeat_us: TimestampUs,
}

/// The state of all cameras.
#[derive(Debug)]
pub struct Ladder {
    timeline: Timeline,
    now: Steady,
    cameras: Slots,
    bridges: HashMap<Arc<str>, BTreeSet<u32>>,
    /// Exactly one entry for each camera that waits for something.
    timers: BTreeSet<(Steady, u32)>,
    /// Begin and end of maintenance, which people give by the wall's clock.
    windows: BTreeSet<(TimestampUs, u32)>,
    output: Output,
}

impl Ladder {
    /// An empty one that starts now, by both clocks.
    pub fn new(now: Steady, utc_us: TimestampUs) -> Self {
        Self {
            timeline: Timeline::new(now, utc_us),
            now,
            cameras: Slots::default(),
            bridges: HashMap::new(),
            timers: BTreeSet::new(),
            windows: BTreeSet::new(),
            output: Output::default(),
        }
    }

    /// Adds a camera, or takes over what changed about one that is known.
    ///
    /// With a past it is `unknown` from the hub's last heartbeat on; without one, since it was registered.
    pub fn enrol(&mut self, enrolment: Enrolment, past: Option<&Past>) {
        if let Some(slot) = self.cameras.find(&enrolment.camera) {
            self.update(slot, enrolment);
            return;
        }
        let camera = Camera::new(enrolment, past, self.now, &self.timeline, &mut self.output);
        let bridge = camera.enrolment.bridge.clone();
        let Some(slot) = self.cameras.insert(camera) else { return };
        if let Some(bridge) = bridge {
            self.bridges.entry(bridge).or_default().insert(slot);
        }
        self.schedule(slot);
    }

    /// Ends a camera's history now: it is no longer registered.
    pub fn retire(&mut self, camera: &CameraKey) {
        let Some(slot) = self.cameras.find(camera) else { return };
        let Some(mut gone) = self.cameras.remove(slot) else { return };
        self.leave_bridge(slot, gone.enrolment.bridge.as_ref());
        if let Some(at) = gone.scheduled {
            self.timers.remove(&(at, slot));
        }
        for window in &gone.windows {
            self.windows.remove(&(window.from_us, slot));
            self.windows.remove(&(window.until_us, slot));
        }
        gone.end(self.now, &self.timeline, &mut self.output);
    }

    /// Takes one fact that was seen at `at`; `false` when its camera is not registered.
    pub fn take(&mut self, evidence: Evidence, at: Steady) -> bool {
        let Some(slot) = self.cameras.find(&evidence.camera) else { return false };
        self.now = self.now.max(at);
        let fact = Fact {
            at,
            said: evidence.said,
            reason: evidence.reason,
            source: evidence.source,
            promised_us: evidence.promised_us,
        };
        self.give(slot, fact);
        true
    }

    /// A bridge or external broker was lost at `at`: nothing is known of the cameras behind it since their last evidence.
    pub fn blind(&mut self, bridge: &str, at: Steady) {
        self.tell_behind(bridge, Said::Blind, at);
    }

    /// It is back. Each camera stays `unknown` until it is heard, or was silent for three intervals.
    pub fn sighted(&mut self, bridge: &str, at: Steady) {
        self.tell_behind(bridge, Said::Sighted, at);
    }

    /// Lays a window over a camera; `false` when it is not registered or has too many. Whoever calls has checked the window.
    pub fn maintain(&mut self, window: Window) -> bool {
        let Some(slot) = self.cameras.find(&window.camera) else { return false };
        let utc_us = self.timeline.utc(self.now);
        let Some(camera) = self.cameras.get_mut(slot) else { return false };
        if camera.windows.len() >= MOST_WINDOWS {
            return false;
        }
        self.windows.extend([window.from_us, window.until_us].map(|at_us| (at_us, slot)));
        camera.windows.push(window);
        camera.show(self.now, utc_us, &mut self.output);
        true
    }

    /// Takes back what is left of the window of a camera that began at `from_us`.
    pub fn withdraw(&mut self, camera: &CameraKey, from_us: TimestampUs) {
        let utc_us = self.timeline.utc(self.now);
        let Some(camera) = self.cameras.find(camera).and_then(|slot| self.cameras.get_mut(slot)) else { return };
        for window in camera.windows.iter_mut().filter(|window| window.from_us == from_us) {
            window.until_us = window.until_us.min(utc_us);
        }
        camera.show(self.now, utc_us, &mut self.output);
    }

    /// Lets the time pass, by both clocks, and finds what has come due. When the wall's clock jumped against the other by
    /// more than a second, tells by how much: no camera changes for it.
    pub fn tick(&mut self, now: Steady, utc_us: TimestampUs) -> Option<i64> {
        let jump_us = self.timeline.note(now, utc_us);
        self.now = self.now.max(now);
        while let Some((at, slot)) = self.timers.first().copied()
            && at <= self.now
        {
            self.timers.pop_first();
            if let Some(camera) = self.cameras.get_mut(slot) {
                camera.scheduled = None;
                camera.pass(self.now, &self.timeline, &mut self.output);
            }
            self.schedule(slot);
        }
        let utc_us = self.timeline.utc(self.now);
        while let Some((at_us, slot)) = self.windows.first().copied()
            && at_us <= utc_us
        {
            self.windows.pop_first();
            if let Some(camera) = self.cameras.get_mut(slot) {
                camera.show(self.now, utc_us, &mut self.output);
            }
        }
        jump_us
    }

    /// What came of everything since the last call.
    pub fn drain(&mut self) -> Output {
        std::mem::take(&mut self.output)
    }

    /// The cameras that are registered, in no order.
    pub fn enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        self.cameras.iter().map(|camera| &camera.enrolment)
    }

    fn update(&mut self, slot: u32, enrolment: Enrolment) {
        let Some(camera) = self.cameras.get_mut(slot) else { return };
        let before = camera.enrolment.bridge.clone();
        let after = enrolment.bridge.clone();
        camera.update(enrolment, self.now, &self.timeline, &mut self.output);
        if before != after {
            self.leave_bridge(slot, before.as_ref());
            if let Some(bridge) = after {
                self.bridges.entry(bridge).or_default().insert(slot);
            }
        }
        self.schedule(slot);
    }

    fn leave_bridge(&mut self, slot: u32, bridge: Option<&Arc<str>>) {
        let Some(bridge) = bridge else { return };
        if let Some(behind) = self.bridges.get_mut(bridge) {
            behind.remove(&slot);
            if behind.is_empty() {
                self.bridges.remove(bridge);
            }
        }
    }

    fn tell_behind(&mut self, bridge: &str, said: Said, at: Steady) {
        self.now = self.now.max(at);
        let behind: Vec<u32> = self.bridges.get(bridge).into_iter().flatten().copied().collect();
        let (reason, source) = (Reason::new(Reason::BRIDGE_DOWN), Arc::<str>::from(bridge));
        for slot in behind {
            let (reason, source) = (reason.clone(), Arc::clone(&source));
            self.give(slot, Fact { at, said, reason, source, promised_us: None });
        }
    }

    fn give(&mut self, slot: u32, fact: Fact) {
        if let Some(camera) = self.cameras.get_mut(slot) {
            camera.take(fact, self.now, &self.timeline, &mut self.output);
            self.schedule(slot);
        }
    }

    /// Sees to it that a camera's timer rings when it next waits for something, or before.
    fn schedule(&mut self, slot: u32) {
        let Some(camera) = self.cameras.get_mut(slot) else { return };
        let Some(wake) = camera.wake() else { return };
        match camera.scheduled {
            Some(scheduled) if scheduled <= wake => return,
            Some(scheduled) => drop(self.timers.remove(&(scheduled, slot))),
            None => {}
        }
        camera.scheduled = Some(wake);
        self.timers.insert((wake, slot));
    }
}

#[cfg(test)]
mod tests;

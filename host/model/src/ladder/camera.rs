//! One camera: its newest facts in the order in which they happened, and what follows from them.
//!
//! Two tracks are kept. `settled` stands before the newest facts, `current` behind them. A fact that comes late is put
//! where it belongs, and `current` is worked out again from `settled`: at most 32 steps.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::ladder::Past;
use crate::ladder::flapping::Changes;
use crate::ladder::output::Change;
use crate::ladder::output::Edge;
use crate::ladder::output::OddPromise;
use crate::ladder::output::Output;
use crate::ladder::output::Shown;
use crate::ladder::output::Standing;
use crate::ladder::timeline::Steady;
use crate::ladder::timeline::Timeline;
use crate::ladder::track::RawEdge;
use crate::ladder::track::Segment;
use crate::ladder::track::Track;
use crate::status::Interval;
use crate::status::Level;
use crate::status::Reason;
use crate::status::TimestampUs;
use crate::status::evidence::Cadence;
use crate::status::evidence::Enrolment;
use crate::status::evidence::Said;
use crate::status::evidence::USUAL_CADENCE_US;
use crate::status::evidence::clamp_cadence;
use crate::status::maintenance::Window;

/// Most facts that are kept to be put in order. A camera with more within one interval is put in order among these.
const MOST_FACTS: usize = 32;

/// A fact about a known camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) at: Steady,
    pub(super) said: Said,
    pub(super) reason: Reason,
    pub(super) source: Arc<str>,
    pub(super) promised_us: Option<i64>,
}

impl Fact {
    /// One order for all facts, so that those of one moment give the same whichever came first.
    fn order(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (it.at, it.said, it.promised_us);
        key(self).cmp(&key(other)).then_with(|| (&self.reason, &self.source).cmp(&(&other.reason, &other.source)))
    }
}

/// One camera.
#[derive(Debug)]
pub(super) struct Camera {
    pub(super) enrolment: Enrolment,
    pub(super) windows: Vec<Window>,
    /// When its timer rings.
    pub(super) scheduled: Option<Steady>,
    /// When it was put on the ladder.
    since: Steady,
    settled: Track,
    current: Track,
    facts: VecDeque<Fact>,
    changes: Changes,
    flapping_until: Option<Steady>,
    shown: Option<Standing>,
    told: Level,
    /// The end of the newest window that is over.
    released_us: TimestampUs,
    odd_us: Option<i64>,
}

impl Camera {
    /// A camera as the store and the register know it.
    pub(super) fn new(
        enrolment: Enrolment,
        past: Option<&Past>,
        now: Steady,
        timeline: &Timeline,
        output: &mut Output,
    ) -> Self {
        let utc_us = timeline.utc(now);
        let standing = |reason: &str, from_us| Segment {
            from: now,
            from_us,
            level: Level::Unknown,
            reason: Reason::new(reason),
            source: "hub".into(),
        };
        let never = match enrolment.cadence {
            Cadence::None => Reason::NO_CADENCE,
            Cadence::Every(_) => Reason::NEVER_SEEN,
        };
        let (segment, seen, told, is_new) = match past {
            None => (standing(never, enrolment.since_us.min(utc_us)), false, Level::Unknown, true),
            // Registered again: what was before stays as it is.
            Some(Past { last: Interval { to_us: Some(to_us), .. }, .. }) => {
                (standing(never, enrolment.since_us.min(utc_us).max(*to_us)), false, Level::Unknown, true)
            }
            Some(Past { last, told, .. }) if last.level == Level::Unknown => {
                let segment = Segment {
                    reason: last.reason.clone(),
                    source: Arc::clone(&last.source),
                    ..standing(never, last.from_us)
                };
                (segment, last.reason.as_str() != Reason::NEVER_SEEN, *told, false)
            }
            Some(Past { last, told, heartbeat_us }) => {
                let from_us = (*heartbeat_us).min(utc_us).max(last.from_us.saturating_add(1));
                (standing(Reason::HUB_DOWN, from_us), true, *told, true)
            }
        };
        let cadence = match enrolment.cadence {
            Cadence::Every(every_us) => Cadence::Every(clamp_cadence(every_us).0),
            Cadence::None => Cadence::None,
        };
        let track = Track::new(segment, cadence, enrolment.sleep, seen, now);
        let mut camera = Self {
            enrolment,
            windows: Vec::new(),
            scheduled: None,
            since: now,
            settled: track.clone(),
            current: track,
            facts: VecDeque::new(),
            changes: Changes::default(),
            flapping_until: None,
            shown: None,
            told,
            released_us: TimestampUs::MIN,
            odd_us: None,
        };
        if is_new {
            camera.write_from(0, output);
        }
        camera.show(now, utc_us, output);
        camera
    }

    /// Takes over what changed in the register. What the device itself promised stays, unless the register says more.
    pub(super) fn update(&mut self, enrolment: Enrolment, now: Steady, timeline: &Timeline, output: &mut Output) {
        let cadence = (enrolment.cadence != self.enrolment.cadence).then_some(match enrolment.cadence {
            Cadence::Every(every_us) => Cadence::Every(clamp_cadence(every_us).0),
            Cadence::None => Cadence::None,
        });
        for track in [&mut self.settled, &mut self.current] {
            track.sleep = enrolment.sleep;
            if let Some(cadence) = cadence {
                track.set_cadence(cadence, now);
            }
        }
        self.enrolment = enrolment;
        if cadence == Some(Cadence::None) && self.current.open().level.is_answer() {
            // Nobody would ever notice that it went silent.
            let before = self.current.segments.clone();
            self.current.lose_cadence(now, timeline);
            self.facts.clear();
            self.settled = self.current.clone();
            self.finish(before, Vec::new(), now, timeline, output);
        }
    }

    /// When something happens although nothing is heard.
    pub(super) fn wake(&self) -> Option<Steady> {
        [self.current.wake(), self.flapping_until].into_iter().flatten().min()
    }

    /// Takes a fact.
    pub(super) fn take(&mut self, mut fact: Fact, now: Steady, timeline: &Timeline, output: &mut Output) {
        // Seen while it was being enrolled: it counts from then on.
        fact.at = fact.at.max(self.since);
        if fact.at < self.settled.clock {
            output.too_late += 1;
            return;
        }
        self.note_odd(&fact, output);
        let before = self.current.segments.clone();
        let mut edges = Vec::new();
        let in_order = fact.at >= self.current.clock && self.facts.back().is_none_or(|last| last.order(&fact).is_le());
        if in_order {
            self.current.apply(&fact, timeline, &mut edges);
            self.facts.push_back(fact);
            self.current.advance(now, timeline, &mut edges);
        } else {
            let at = self.facts.partition_point(|it| it.order(&fact).is_le());
            self.facts.insert(at, fact);
            self.current = self.settled.clone();
            // Its edges were told when they happened.
            let mut told = Vec::new();
            for fact in &self.facts {
                self.current.apply(fact, timeline, &mut told);
            }
            self.current.advance(now, timeline, &mut told);
        }
        self.finish(before, edges, now, timeline, output);
        self.settle(timeline);
    }

    /// Lets the time pass.
    pub(super) fn pass(&mut self, now: Steady, timeline: &Timeline, output: &mut Output) {
        let before = self.current.segments.clone();
        let mut edges = Vec::new();
        self.current.advance(now, timeline, &mut edges);
        self.finish(before, edges, now, timeline, output);
    }

    /// Ends its history.
    pub(super) fn end(&mut self, now: Steady, timeline: &Timeline, output: &mut Output) {
        let camera = self.enrolment.camera.clone();
        let from_us = timeline.utc(now).max(self.current.open().from_us.saturating_add(1));
        output.changes.push(Change { camera: camera.clone(), from_us, intervals: Vec::new() });
        output.shown.push(Shown { camera, now: None, is_news: false, is_flapping: false });
    }

    /// Works out what people see, and tells it when it is something else.
    pub(super) fn show(&mut self, now: Steady, utc_us: TimestampUs, output: &mut Output) {
        for window in self.windows.iter().filter(|window| window.until_us <= utc_us) {
            self.released_us = self.released_us.max(window.until_us);
        }
        self.windows.retain(|window| window.until_us > utc_us);
        let open = self.current.open();
        let standing = match self.windows.iter().filter(|it| it.covers(utc_us)).min_by_key(|it| it.from_us) {
            Some(window) => Standing {
                level: Level::Maintenance,
                reason: window.reason.clone(),
                source: Arc::clone(&window.person),
                from_us: window.from_us,
            },
            None => Standing {
                level: open.level,
                reason: open.reason.clone(),
                source: Arc::clone(&open.source),
                from_us: open.from_us.max(self.released_us),
            },
        };
        let flapping_until = self.changes.until(now);
        let was_flapping = self.flapping_until.is_some();
        self.flapping_until = flapping_until;
        if self.shown.as_ref() == Some(&standing) && was_flapping == flapping_until.is_some() {
            return;
        }
        let is_news = standing.level != self.told && standing.reason.as_str() != Reason::HUB_DOWN;
        if is_news {
            self.told = standing.level;
        }
        self.shown = Some(standing.clone());
        output.shown.push(Shown {
            camera: self.enrolment.camera.clone(),
            now: Some(standing),
            is_news,
            is_flapping: flapping_until.is_some(),
        });
    }

    /// Compares with what was, and tells the difference.
    fn finish(
        &mut self,
        before: Vec<Segment>,
        edges: Vec<RawEdge>,
        now: Steady,
        timeline: &Timeline,
        output: &mut Output,
    ) {
        output.edges.extend(edges.into_iter().map(|(at, kind, reason)| Edge {
            camera: self.enrolment.camera.clone(),
            at_us: timeline.utc(at),
            kind,
            reason,
        }));
        let after = &self.current.segments;
        if *after != before {
            let same = before.iter().zip(after).take_while(|(old, new)| old == new).count();
            // What was told must not reach beyond what it is now: then the one before is written once more, with its new end.
            let is_shorter = match (before.get(same), after.get(same)) {
                (Some(old), Some(new)) => old.from_us < new.from_us,
                (old, _) => old.is_some(),
            };
            self.write_from(if is_shorter { same.saturating_sub(1) } else { same }, output);
            let (was, is) = (before.last().map(|it| it.level), self.current.open().level);
            // A blind observer is no flapping camera.
            if was.is_some_and(|was| was != is && !was.is_excluded() && !is.is_excluded()) {
                self.changes.note(now);
            }
        }
        self.show(now, timeline.utc(now), output);
    }

    /// Moves facts that are too old to be overtaken behind the settled track.
    fn settle(&mut self, timeline: &Timeline) {
        let every_us = match self.current.cadence {
            Cadence::Every(every_us) => every_us,
            Cadence::None => USUAL_CADENCE_US,
        };
        let Some(newest) = self.facts.back().map(|fact| fact.at) else { return };
        let mut moved = false;
        while self.facts.len() > MOST_FACTS || self.facts.front().is_some_and(|it| newest.since(it.at) > every_us) {
            let Some(fact) = self.facts.pop_front() else { break };
            self.settled.apply(&fact, timeline, &mut Vec::new());
            moved = true;
        }
        if moved {
            self.settled.trim();
            self.current.forget_like(&self.settled);
        }
    }

    fn write_from(&self, first: usize, output: &mut Output) {
        let segments = &self.current.segments[first..];
        let ends = segments.iter().skip(1).map(|segment| Some(segment.from_us)).chain([None]);
        let intervals = segments.iter().zip(ends).map(|(segment, to_us)| Interval {
            camera: self.enrolment.camera.clone(),
            level: segment.level,
            reason: segment.reason.clone(),
            source: Arc::clone(&segment.source),
            from_us: segment.from_us,
            to_us,
        });
        let intervals: Vec<_> = intervals.collect();
        output.changes.push(Change { camera: self.enrolment.camera.clone(), from_us: segments[0].from_us, intervals });
    }

    fn note_odd(&mut self, fact: &Fact, output: &mut Output) {
        let Some(promised_us) = fact.promised_us else { return };
        let (kept_us, is_odd) = clamp_cadence(promised_us);
        let odd_us = is_odd.then_some(promised_us);
        if odd_us != self.odd_us && is_odd {
            output.odd.push(OddPromise { camera: self.enrolment.camera.clone(), promised_us, kept_us });
        }
        self.odd_us = odd_us;
    }
}

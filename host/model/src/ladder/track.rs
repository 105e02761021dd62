//! The rules for one camera: what a fact or the silence after it makes of the level. Knows nothing of maintenance.

use std::sync::Arc;

use crate::ladder::MISSES;
use crate::ladder::camera::Fact;
use crate::ladder::output::EdgeKind;
use crate::ladder::timeline::Steady;
use crate::ladder::timeline::Timeline;
use crate::status::Level;
use crate::status::Reason;
use crate::status::TimestampUs;
use crate::status::evidence::Cadence;
use crate::status::evidence::DailySpan;
use crate::status::evidence::Said;
use crate::status::evidence::clamp_cadence;

/// A raw edge without its camera.
pub(super) type RawEdge = (Steady, EdgeKind, Reason);

/// A stretch at one level, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) from: Steady,
    /// Given when the segment is made and kept, whatever the wall's clock does later.
    pub(super) from_us: TimestampUs,
    pub(super) level: Level,
    pub(super) reason: Reason,
    pub(super) source: Arc<str>,
}

/// Where a camera stands, and what the next fact needs to know.
#[derive(Debug, Clone)]
pub(super) struct Track {
    /// Up to when everything is decided.
    pub(super) clock: Steady,
    pub(super) cadence: Cadence,
    pub(super) sleep: Option<DailySpan>,
    /// The newest answer.
    pub(super) last: Option<Steady>,
    /// From here on silence counts, unless there was an answer later.
    pub(super) watch: Steady,
    /// Whether there was ever evidence: a camera that nobody has seen yet is not down.
    pub(super) seen: bool,
    misses: i64,
    miss_reason: Option<Reason>,
    blind: bool,
    asleep_until: Option<Steady>,
    /// Since when answers are lower than the level, unconfirmed.
    doubt: Option<Steady>,
    /// What may still be rewritten, and the segment before it; never empty.
    pub(super) segments: Vec<Segment>,
}

impl Track {
    /// A camera that stands at `segment` since before `now`.
    pub(super) fn new(segment: Segment, cadence: Cadence, sleep: Option<DailySpan>, seen: bool, now: Steady) -> Self {
        Self {
            clock: now,
            cadence,
            sleep,
            last: None,
            watch: now,
            seen,
            misses: 0,
            miss_reason: None,
            blind: false,
            asleep_until: None,
            doubt: None,
            segments: vec![segment],
        }
    }

    /// Where it stands.
    pub(super) fn open(&self) -> &Segment {
        self.segments.last().expect("a camera always stands somewhere")
    }

    /// When something happens although nothing is heard.
    pub(super) fn wake(&self) -> Option<Steady> {
        if self.asleep_until.is_some() {
            return self.asleep_until;
        }
        let Cadence::Every(every_us) = self.cadence else { return None };
        let waits = self.seen && !self.blind && self.open().level != Level::Down;
        waits.then(|| self.anchor().plus(every_us.saturating_mul(self.misses + 1)))
    }

    /// Lets the time pass up to and including `to`.
    pub(super) fn advance(&mut self, to: Steady, timeline: &Timeline, edges: &mut Vec<RawEdge>) {
        while let Some(at) = self.wake().filter(|at| *at <= to) {
            self.clock = self.clock.max(at);
            if self.asleep_until.take().is_some() {
                self.watch = at;
                self.misses = 0;
                self.push(Level::Unknown, Reason::new(Reason::SLEEP_OVER), "hub".into(), at, timeline);
                continue;
            }
            self.misses += 1;
            edges.push((at, EdgeKind::Miss, Reason::new(Reason::SILENT)));
            if self.misses >= MISSES {
                let reason = self.miss_reason.take().unwrap_or_else(|| Reason::new(Reason::SILENT));
                let Cadence::Every(every_us) = self.cadence else { return };
                self.push(Level::Down, reason, "hub".into(), self.anchor().plus(every_us), timeline);
            }
        }
    }

    /// Takes a fact that is not older than anything before.
    pub(super) fn apply(&mut self, fact: &Fact, timeline: &Timeline, edges: &mut Vec<RawEdge>) {
        self.advance(fact.at, timeline, edges);
        self.clock = self.clock.max(fact.at);
        if let Some(level) = fact.said.proves() {
            self.answer(level, fact, timeline, edges);
            return;
        }
        match fact.said {
            Said::Miss => {
                edges.push((fact.at, EdgeKind::Miss, fact.reason.clone()));
                self.miss_reason = Some(fact.reason.clone());
            }
            Said::Offline => self.gone(fact, timeline, edges),
            Said::Sleeping => self.sleep(fact, timeline, edges),
            Said::Blind => self.lose_sight(fact, timeline),
            Said::Sighted if self.blind => {
                self.blind = false;
                self.watch = fact.at;
                self.misses = 0;
            }
            Said::Sighted | Said::Up | Said::AuthFailed | Said::Reachable => {}
        }
    }

    /// From `now` on it is expected so often; silence before that was another agreement.
    pub(super) fn set_cadence(&mut self, cadence: Cadence, now: Steady) {
        self.cadence = cadence;
        self.watch = self.watch.max(now);
        self.misses = 0;
    }

    /// From `now` on nobody knows when to expect something of it.
    pub(super) fn lose_cadence(&mut self, now: Steady, timeline: &Timeline) {
        self.clock = self.clock.max(now);
        self.push(Level::Unknown, Reason::new(Reason::NO_CADENCE), "hub".into(), now, timeline);
    }

    /// Forgets segments that nothing can reach any more: nothing is ever dated back before the newest answer.
    pub(super) fn trim(&mut self) {
        let floor = self.doubt.or(self.last).unwrap_or(self.watch);
        // One that begins right there may be taken back, so that the one before it goes on.
        let reachable = self.segments.iter().rposition(|segment| segment.from < floor).unwrap_or(0);
        self.segments.drain(..reachable);
    }

    /// Forgets what a track that settled before it has forgotten.
    pub(super) fn forget_like(&mut self, settled: &Self) {
        let first = settled.segments.first().map_or(self.clock, |segment| segment.from);
        let reachable = self.segments.iter().rposition(|segment| segment.from <= first).unwrap_or(0);
        self.segments.drain(..reachable);
    }

    fn anchor(&self) -> Steady {
        self.last.map_or(self.watch, |last| last.max(self.watch))
    }

    fn answer(&mut self, level: Level, fact: &Fact, timeline: &Timeline, edges: &mut Vec<RawEdge>) {
        if let Some(promised_us) = fact.promised_us {
            self.cadence = Cadence::Every(clamp_cadence(promised_us).0);
        }
        let stands = self.open().level;
        if self.misses > 0 || !stands.is_answer() {
            edges.push((fact.at, EdgeKind::Return, fact.reason.clone()));
        }
        self.heard(fact.at);
        if self.cadence == Cadence::None {
            self.push(Level::Unknown, Reason::new(Reason::NO_CADENCE), Arc::clone(&fact.source), fact.at, timeline);
        } else if !stands.is_answer() || level <= stands {
            self.doubt = None;
            if level != stands {
                self.push(level, fact.reason.clone(), Arc::clone(&fact.source), fact.at, timeline);
            }
        } else if let Some(since) = self.doubt.take() {
            self.push(level, fact.reason.clone(), Arc::clone(&fact.source), since, timeline);
        } else {
            edges.push((fact.at, EdgeKind::Doubt, fact.reason.clone()));
            self.doubt = Some(fact.at);
        }
    }

    fn gone(&mut self, fact: &Fact, timeline: &Timeline, edges: &mut Vec<RawEdge>) {
        edges.push((fact.at, EdgeKind::Offline, fact.reason.clone()));
        if self.asleep_until.is_some() {
            // A device that sleeps has gone; its Will says nothing new.
            return;
        }
        self.seen = true;
        self.blind = false;
        self.doubt = None;
        self.misses = 0;
        if self.open().level != Level::Down {
            self.push(Level::Down, fact.reason.clone(), Arc::clone(&fact.source), fact.at, timeline);
        }
    }

    fn sleep(&mut self, fact: &Fact, timeline: &Timeline, edges: &mut Vec<RawEdge>) {
        match self.sleep.and_then(|span| span.left_us(timeline.utc(fact.at))) {
            Some(left_us) => {
                self.heard(fact.at);
                self.doubt = None;
                self.asleep_until = Some(fact.at.plus(left_us));
                self.push(
                    Level::Maintenance,
                    Reason::new(Reason::SLEEPING),
                    Arc::clone(&fact.source),
                    fact.at,
                    timeline,
                );
            }
            // Nobody approved it: whoever sleeps when he likes is off.
            None => {
                let reason = Reason::new(Reason::SLEEPING);
                self.gone(&Fact { reason, ..fact.clone() }, timeline, edges);
            }
        }
    }

    fn lose_sight(&mut self, fact: &Fact, timeline: &Timeline) {
        if std::mem::replace(&mut self.blind, true) || self.asleep_until.is_some() {
            return;
        }
        self.doubt = None;
        self.misses = 0;
        let from = match self.open().level {
            Level::Unknown | Level::Maintenance => return,
            // Three intervals of silence were seen by a bridge that could see: that stays.
            Level::Down => fact.at,
            Level::Up | Level::AuthFailed | Level::Reachable => self.last.unwrap_or(fact.at),
        };
        self.push(Level::Unknown, fact.reason.clone(), Arc::clone(&fact.source), from, timeline);
    }

    fn heard(&mut self, at: Steady) {
        self.last = Some(at);
        self.seen = true;
        self.blind = false;
        self.misses = 0;
        self.miss_reason = None;
        self.asleep_until = None;
    }

    /// From `from` on it stands there.
    fn push(&mut self, level: Level, reason: Reason, source: Arc<str>, from: Steady, timeline: &Timeline) {
        while self.segments.len() > 1 && self.open().from >= from {
            self.segments.pop();
        }
        let open = self.segments.last_mut().expect("a camera always stands somewhere");
        if open.from >= from {
            // The only one left: it takes the new level in its place.
            (open.level, open.reason, open.source) = (level, reason, source);
            return;
        }
        if (open.level, &open.reason) == (level, &reason) {
            return;
        }
        // Later than the one before, also when the wall's clock was put back.
        let from_us = timeline.utc(from).max(open.from_us.saturating_add(1));
        self.segments.push(Segment { from, from_us, level, reason, source });
    }
}

//! Time limits that run: when each ends, when it stands still, whether it was kept.

use serde::Deserialize;
use serde::Serialize;

use crate::case::Case;
use crate::case::limit::Limit;
use crate::clock::TimestampMs;
use crate::work_calendar::Left;
use crate::work_calendar::WorkCalendar;

/// Which part of a case is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerName {
    /// 立案时限: from reported to filed.
    Filing,
    /// 派遣时限: from filed to dispatched.
    Dispatch,
    /// 处置时限: from dispatched to feedback; its end is when the case should be closed.
    Handling,
    /// 核查时限: from feedback to closed.
    Checking,
}

impl TimerName {
    /// Its word in tables and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Filing => "filing",
            Self::Dispatch => "dispatch",
            Self::Handling => "handling",
            Self::Checking => "checking",
        }
    }

    /// What it is called in English and Chinese.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Filing => ("filing", "立案"),
            Self::Dispatch => ("dispatch", "派遣"),
            Self::Handling => ("handling", "处置"),
            Self::Checking => ("checking", "核查"),
        }
    }
}

/// A limit of a case, or one phase of a handling limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What it limits.
    pub timer: TimerName,
    /// Which phase; empty: there is but one.
    pub phase: String,
    /// How long it may take.
    pub limit: Limit,
    /// From when on it counts: for a later phase the end of the limit before.
    pub from_ms: TimestampMs,
    /// What was left at `from_ms`, after a suspension or a rework; none: all of the limit.
    pub rest: Option<Left>,
    /// Approved extensions, in their order.
    pub extended: Vec<Limit>,
    /// When it ends; while it is stopped: when it would have ended.
    pub due_ms: TimestampMs,
    /// Whether the calendar knew all years that it runs through; else only weekdays counted.
    pub known: bool,
    /// When what it limits was done, or not needed any more.
    pub ended_ms: Option<TimestampMs>,
    /// Whether it ended unkept.
    pub overdue: bool,
    /// What is left of it while it stands still.
    pub stopped: Option<Left>,
}

impl Timer {
    /// A limit that counts from `from_ms` on.
    pub fn start(
        timer: TimerName,
        phase: &str,
        limit: Limit,
        rest: Option<Left>,
        from_ms: TimestampMs,
        calendar: &WorkCalendar,
    ) -> Self {
        let mut started = Self {
            timer,
            phase: phase.to_owned(),
            limit,
            from_ms,
            rest,
            extended: Vec::new(),
            due_ms: from_ms,
            known: true,
            ended_ms: None,
            overdue: false,
            stopped: None,
        };
        started.reckon(calendar);
        started
    }

    /// Whether it still counts: neither ended nor stopped.
    pub fn runs(&self) -> bool {
        self.ended_ms.is_none() && self.stopped.is_none()
    }

    /// The first moment at which it is overdue; none: it cannot become so, or is so already. Its end itself is in time.
    pub fn overdue_from_ms(&self) -> Option<TimestampMs> {
        (self.runs() && !self.overdue).then_some(self.due_ms.saturating_add(1))
    }

    /// Reckons its end from its beginning, what was left and its extensions.
    pub(super) fn reckon(&mut self, calendar: &WorkCalendar) {
        let first = match self.rest {
            Some(rest) => calendar.run(self.from_ms, rest),
            None => calendar.due(self.from_ms, self.limit),
        };
        let due = self.extended.iter().fold(first, |due, limit| calendar.due(due.at_ms, *limit).after(due));
        (self.due_ms, self.known) = (due.at_ms, due.known);
    }

    /// It is done, or not needed any more; too late where its end is past.
    fn end(&mut self, now_ms: TimestampMs) {
        self.overdue |= self.is_late(now_ms);
        self.ended_ms = Some(now_ms);
    }

    fn is_late(&self, now_ms: TimestampMs) -> bool {
        self.overdue_from_ms().is_some_and(|from_ms| now_ms >= from_ms)
    }
}

impl Case {
    /// All limits that run or stand still are done, or not needed any more.
    pub(super) fn end_timers(&mut self, now_ms: TimestampMs) {
        self.timers.iter_mut().filter(|timer| timer.ended_ms.is_none()).for_each(|timer| timer.end(now_ms));
    }

    /// Ends the phase that runs, where another waits behind it.
    pub(super) fn end_phase(&mut self, now_ms: TimestampMs) -> Option<Timer> {
        let mut waiting = self.timers.iter_mut().filter(|timer| timer.ended_ms.is_none());
        let phase = waiting.next()?;
        waiting.next()?;
        phase.end(now_ms);
        Some(phase.clone())
    }

    /// Starts one limit.
    pub(super) fn start_timer(&mut self, timer: TimerName, limit: Limit, now_ms: TimestampMs, calendar: &WorkCalendar) {
        self.timers.push(Timer::start(timer, "", limit, None, now_ms, calendar));
    }

    /// Starts handling limits that follow each other: each counts from the end of the one before.
    pub(super) fn start_phases(&mut self, phases: &[(String, Limit)], now_ms: TimestampMs, calendar: &WorkCalendar) {
        let mut from_ms = now_ms;
        for (phase, limit) in phases {
            let timer = Timer::start(TimerName::Handling, phase, *limit, None, from_ms, calendar);
            from_ms = timer.due_ms;
            self.timers.push(timer);
        }
    }

    /// Stops what runs, and notes how much of it is left; what is late already stays as it is.
    pub(super) fn stop_timers(&mut self, now_ms: TimestampMs, calendar: &WorkCalendar) {
        for timer in self.timers.iter_mut().filter(|timer| timer.ended_ms.is_none()) {
            timer.overdue |= timer.is_late(now_ms);
            timer.stopped = Some(calendar.left(now_ms.max(timer.from_ms), timer.due_ms, timer.limit.unit));
        }
    }

    /// What was stopped runs on with what was left of it.
    pub(super) fn resume_timers(&mut self, now_ms: TimestampMs, calendar: &WorkCalendar) {
        let mut from_ms = now_ms;
        for timer in self.timers.iter_mut().filter(|timer| timer.stopped.is_some()) {
            let rest = timer.stopped.take();
            if !timer.overdue {
                // What is left holds the extensions; a phase that had not begun has all of its limit left.
                timer.rest = rest;
                timer.extended.clear();
                timer.from_ms = from_ms;
                timer.reckon(calendar);
                from_ms = timer.due_ms.max(now_ms);
            }
        }
    }

    /// Moves the end of what runs by an extension, and all that follows it.
    pub(super) fn extend(&mut self, limit: Limit, calendar: &WorkCalendar) {
        if let Some(timer) = self.timers.iter_mut().find(|timer| timer.runs()) {
            timer.extended.push(limit);
        }
        self.reckon(calendar, false);
    }

    /// Reckons what runs anew, and tells whether an end has moved; what is overdue already keeps its end when the
    /// calendar changes.
    pub(super) fn reckon(&mut self, calendar: &WorkCalendar, only_kept: bool) -> bool {
        let before: Vec<TimestampMs> = self.timers.iter().map(|timer| timer.due_ms).collect();
        let mut follows_ms = None;
        for timer in self.timers.iter_mut().filter(|timer| timer.runs()) {
            timer.from_ms = follows_ms.unwrap_or(timer.from_ms);
            if !(only_kept && timer.overdue) {
                timer.reckon(calendar);
            }
            follows_ms = Some(timer.due_ms);
        }
        self.timers.iter().zip(before).any(|(timer, before_ms)| timer.due_ms != before_ms)
    }
}

//! Operations that append events: plain appends, commits of modules, due schedules.

use xl_model::case::Moved;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::event::Appended;
use xl_model::event::NewEvent;

use crate::StoreError;
use crate::modules::Commit;
use crate::modules::Committed;
use crate::modules::ScheduleRow;
use crate::writer::Reply;

/// What the document of a case takes beside its longest texts, roughly.
const CASE_BYTES: usize = 1_024;

/// Events to append, and what must hold and change with them.
pub(crate) struct Work {
    /// In order; a commit's trigger stands first.
    pub(crate) events: Vec<NewEvent>,
    /// What it is for.
    pub(crate) task: Task,
}

/// What a [`Work`] is for.
pub(crate) enum Task {
    /// Accepted observations.
    Append(Reply<Vec<Appended>>),
    /// A run of a module. Its events stand in the work.
    Commit {
        /// The rest of it.
        commit: Box<Commit>,
        /// Whether the first event is its trigger.
        triggered: bool,
        /// Where the answer goes.
        reply: Reply<Committed>,
    },
    /// A schedule that is due.
    Due {
        /// As it was read.
        row: Box<ScheduleRow>,
        /// Its next due time.
        next_ms: TimestampMs,
        /// Whether it had not moved yet.
        reply: Reply<bool>,
    },
    /// A step of a case that a person or the clock made. Its event stands in the work.
    Move {
        /// The case after it, and the step.
        moved: Box<Moved>,
        /// The event's number.
        reply: Reply<u64>,
    },
}

/// Whether a work may change anything.
#[derive(Debug)]
pub(super) enum Gate {
    /// It may.
    Open,
    /// It may, for this module.
    Module {
        /// `modules.number`.
        number: i64,
        /// The module's revision from now on.
        revision: u64,
    },
    /// It may not, because of this.
    Shut(StoreError),
    /// Somebody else did it already.
    Done,
}

impl Gate {
    /// Whether the work may change anything.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::Module { .. })
    }
}

/// What became of a work.
pub(super) struct Outcome {
    /// Whether it changed anything.
    pub(super) gate: Gate,
    /// One entry for each event, when it did.
    pub(super) appended: Vec<Appended>,
}

impl Work {
    /// The work of a commit.
    pub(crate) fn commit(mut commit: Commit, reply: Reply<Committed>) -> Self {
        let triggered = commit.trigger.is_some();
        let own = std::mem::take(&mut commit.events);
        let events = commit.trigger.take().into_iter().chain(own).collect();
        Self { events, task: Task::Commit { commit: Box::new(commit), triggered, reply } }
    }

    /// About how many bytes it changes beside its events.
    pub(super) fn effect_bytes(&self) -> usize {
        let Task::Commit { commit, .. } = &self.task else { return 0 };
        let effects = commit.effects.iter().map(|effect| match effect {
            Effect::Put { document, key, .. } => document.len() + key.len(),
            Effect::IssueLink { query, .. } => query.len(),
            Effect::MoveCase { case, past, .. } => {
                CASE_BYTES + case.data.len() + case.description.len() + past.note.as_ref().map_or(0, String::len)
            }
            Effect::ReportKpi(report) => report.kpi.len(),
            Effect::Delete { .. } | Effect::Publish(_) | Effect::RevokeLink { .. } => 0,
        });
        effects.sum::<usize>() + commit.answers.iter().map(|(_, it)| it.question.len() + it.answer.len()).sum::<usize>()
    }

    /// Whether the first event is a trigger.
    pub(super) fn is_triggered(&self) -> bool {
        matches!(self.task, Task::Commit { triggered: true, .. })
    }

    /// Sends the answer. Who has gone away needs none.
    pub(super) fn answer(self, outcome: Outcome) {
        match self.task {
            Task::Append(reply) => drop(reply.send(outcome.answer(|_, appended| appended))),
            Task::Commit { triggered, reply, .. } => drop(reply.send(outcome.answer(|revision, mut appended| {
                let trigger = match triggered.then(|| appended.remove(0)) {
                    Some(Appended::Stored(seq)) => Some(seq),
                    _ => None,
                };
                Committed { revision, trigger, events: appended }
            }))),
            Task::Due { reply, .. } => {
                let moved = !matches!(outcome.gate, Gate::Done);
                drop(reply.send(outcome.answer(|_, _| moved)));
            }
            Task::Move { reply, .. } => {
                drop(reply.send(outcome.answer(|_, appended| match appended.first() {
                    Some(Appended::Stored(seq)) => *seq,
                    Some(Appended::Repeated) | None => 0,
                })));
            }
        }
    }
}

impl Outcome {
    fn answer<T>(self, answer: impl FnOnce(u64, Vec<Appended>) -> T) -> Result<T, StoreError> {
        match self.gate {
            Gate::Shut(error) => Err(error),
            Gate::Module { revision, .. } => Ok(answer(revision, self.appended)),
            Gate::Open | Gate::Done => Ok(answer(0, self.appended)),
        }
    }
}

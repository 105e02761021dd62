//! What one commit takes out of the queue.

use crate::modules::Commit;
use crate::writer::Operation;
use crate::writer::Reply;
use crate::writer::change::Change;
use crate::writer::later::Later;
use crate::writer::work::Outcome;
use crate::writer::work::Task;
use crate::writer::work::Work;

/// Most bytes of one commit: more would make its callers wait longer than a second on a slow disk.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What a row takes beside its texts, roughly.
const ROW_BYTES: usize = 192;

/// The operations of one commit.
#[derive(Default)]
pub(super) struct Drain {
    pub(super) works: Vec<Work>,
    pub(super) changes: Vec<Box<dyn Change>>,
    pub(super) later: Later,
    flushes: Vec<Reply<()>>,
    operations: usize,
    bytes: usize,
}

impl Drain {
    /// A commit that carries what has waited.
    pub(super) fn of(later: Later) -> Self {
        Self { later, ..Self::default() }
    }

    /// Adds an operation.
    pub(super) fn take(&mut self, operation: Operation) {
        self.operations += 1;
        match operation {
            Operation::Work(work) => {
                self.bytes += weight(&work);
                self.works.push(work);
            }
            Operation::Change(change) => self.changes.push(change),
            Operation::Later(later) => self.later.merge(later),
            Operation::Flush(reply) => self.flushes.push(reply),
        }
    }

    /// Whether one more operation fits.
    pub(super) fn has_room(&self, operations: usize) -> bool {
        self.operations < operations && self.bytes < MOST_BYTES
    }

    /// Whether nobody waits for this commit.
    pub(super) fn can_wait(&self) -> bool {
        self.works.is_empty() && self.changes.is_empty() && self.flushes.is_empty() && self.later.can_wait()
    }

    /// What waits for the next commit.
    pub(super) fn into_later(self) -> Later {
        self.later
    }

    /// About how many bytes it hands over.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + ROW_BYTES * self.later.rows()
    }

    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.works.is_empty() && self.changes.is_empty() && self.later.is_empty()
    }

    /// The commits of modules that were let in.
    pub(super) fn committed<'a>(&'a self, outcomes: &'a [Outcome]) -> impl Iterator<Item = &'a Commit> {
        self.works.iter().zip(outcomes).filter_map(|(work, outcome)| match &work.task {
            Task::Commit { commit, .. } if outcome.gate.is_open() => Some(commit.as_ref()),
            _ => None,
        })
    }

    /// Answers everybody, after the commit.
    pub(super) fn answer(self, outcomes: Vec<Outcome>) {
        for (work, outcome) in self.works.into_iter().zip(outcomes) {
            work.answer(outcome);
        }
        for change in self.changes {
            change.answer();
        }
        for flush in self.flushes {
            // Who has gone away needs no answer.
            let _ = flush.send(Ok(()));
        }
    }
}

fn weight(work: &Work) -> usize {
    let events: usize = work.events.iter().map(|event| ROW_BYTES + event.data.len()).sum();
    events + work.effect_bytes()
}

//! Commits all that one run wants, with the module's cursor: one transaction, or nothing.
//!
//! Takes a finished run, gives the store one [`Commit`]. Decides neither what runs nor what happens after a failure.

mod cases;
mod publish;

pub use cases::CASES;
pub use cases::case_event;

use std::sync::Arc;

use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::effect::Effect;
use xl_model::effect::Effects;
use xl_model::event::Event;
use xl_model::event::NewEvent;
use xl_model::id::ModuleKey;
use xl_model::module::DeadLetter;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::modules::Commit;
use xl_store::modules::Committed;
use xl_store::modules::Used;

/// Writes the effects of runs; clones share the store.
#[derive(Clone)]
pub struct Committer {
    store: Store,
    clock: Arc<dyn Clock>,
}

/// A finished run, with all that is to be changed together.
#[derive(Debug)]
pub struct Finished {
    /// The module that ran.
    pub module: ModuleKey,
    /// Its revision when the run started.
    pub revision: u64,
    /// Its new cursor; `None` leaves it.
    pub cursor: Option<u64>,
    /// What the run was about.
    pub cause: Cause,
    /// What it wants.
    pub effects: Effects,
    /// Events that are given up.
    pub dead_letters: Vec<DeadLetter>,
    /// Dead letters that are handled now.
    pub settled: Vec<u64>,
    /// What it cost, and what came before it and failed.
    pub spent: Spent,
}

/// What runs cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// CPU time, in microseconds.
    pub cpu_us: u64,
    /// Pictures handed over.
    pub pictures: u32,
}

/// What led to a run.
#[derive(Debug)]
pub enum Cause {
    /// Events of the log, and the time inside the run.
    Events(Vec<Arc<Event>>, TimestampMs),
    /// An event that is appended with the effects.
    Trigger(NewEvent),
    /// Nothing that a module saw: only the cursor moves, or an event is given up.
    Nothing,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// Somebody else committed first: run again from where the module is now. Code XL0306.
    #[error("module `{module}` has moved on")]
    Conflict {
        /// The module.
        module: ModuleKey,
    },
    /// A publication names an event as its cause that the run did not handle, or is the ninth of a chain. Code XL0615.
    #[error("a publication of module `{module}` has no place in the log: {detail}")]
    Misplaced {
        /// The module.
        module: ModuleKey,
        /// Which publication, and why.
        detail: String,
    },
    /// The store failed. Code of the store's fault.
    #[error("effects of module `{module}` not committed")]
    NotCommitted {
        /// The module.
        module: ModuleKey,
        /// The reason.
        source: StoreError,
    },
}

impl Committer {
    /// Writes to `store`; the receive time of events is `clock`'s.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Commits a finished run.
    ///
    /// # Errors
    /// See [`EffectError`]; whatever it is, nothing was changed.
    pub async fn commit(&self, finished: Finished) -> Result<Committed, EffectError> {
        let Finished { module, revision, cursor, cause, effects, dead_letters, settled, spent } = finished;
        let now_ms = self.clock.now_ms();
        let handled = match &cause {
            Cause::Events(events, _) => events.len() as u64,
            Cause::Trigger(_) => 1,
            Cause::Nothing => 0,
        };
        let used = (handled > 0 || spent != Spent::default()).then(|| Used {
            day: Day::in_china(now_ms),
            events: handled,
            published: effects.list.iter().filter(|effect| matches!(effect, Effect::Publish(_))).count() as u64,
            pictures: spent.pictures.into(),
            cpu_us: spent.cpu_us,
        });
        let first_seq = match &cause {
            Cause::Events(events, _) => events.first().map_or(0, |event| event.seq),
            Cause::Trigger(_) | Cause::Nothing => 0,
        };
        let events = publish::events(&module, &effects, &cause, now_ms)
            .map_err(|detail| EffectError::Misplaced { module: module.clone(), detail })?;
        let commit = Commit {
            module: module.clone(),
            revision,
            cursor,
            trigger: match cause {
                Cause::Trigger(event) => Some(event),
                Cause::Events(..) | Cause::Nothing => None,
            },
            effects: effects.list,
            events,
            dead_letters,
            settled,
            answers: effects.answers.into_iter().map(|answer| (first_seq, answer)).collect(),
            used,
        };
        self.store.commit(commit).await.map_err(|failure| match failure {
            StoreError::Conflict { .. } => EffectError::Conflict { module },
            source => EffectError::NotCommitted { module, source },
        })
    }
}

//! One step of a module through the log: a batch, or one event of a batch that failed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;
use xl_model::batch::Batch;
use xl_model::effect::Effects;
use xl_model::effect::LogLevel;
use xl_model::effect::LogLine;
use xl_model::event::Event;
use xl_model::fault::Code;
use xl_model::module::DeadLetter;
use xl_store::StoreError;

use super::Actor;
use super::Current;
use super::Failure;
use super::Next;
use super::STORE_PAUSE;
use super::judge;
use super::wait_ms;
use crate::effect::Cause;
use crate::effect::EffectError;
use crate::effect::Finished;
use crate::effect::Spent;

/// Events taken out of the log at once.
const READ_EVENTS: usize = 256;

/// Reads for one batch, so that a module with much to skip still serves its commands.
const READS: usize = 4;

/// Bytes of data after which a batch takes no further event: far below a guest's memory.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// A publication has no place in the log.
const MISPLACED: Code = Code(615);

/// Skipped events after which the cursor is written, at the latest.
const SKIPPED_WRITTEN: u64 = 1_000;

/// Why events were not handled.
pub(super) enum Trouble {
    /// By the run: it counts as a try.
    Failed(Failure),
    /// By somebody else: the module is read again and nothing counts.
    Elsewhere,
}

impl Actor {
    /// Goes one step through the log.
    pub(super) async fn step(&mut self) -> Next {
        let current = self.shared.current();
        if !self.alone.is_empty() {
            return self.try_alone(&current).await;
        }
        let batch = match self.gather(&current).await {
            Ok(batch) => batch,
            Err(failure) => {
                warn!(module = %current.module.key, code = %failure.code(), "log not read: {failure}");
                return Next::Until(Instant::now() + STORE_PAUSE);
            }
        };
        if batch.is_empty() {
            self.shared.set_position(self.position);
            if self.position.saturating_sub(current.module.cursor) >= SKIPPED_WRITTEN {
                self.write_skipped(&current).await;
                return Next::Again;
            }
            return if self.ahead.is_empty() && !self.more_to_read { Next::Idle } else { Next::Again };
        }
        match self.handle(&current, batch.clone(), self.position).await {
            Ok(()) | Err(Trouble::Elsewhere) => Next::Again,
            Err(Trouble::Failed(_)) if batch.len() > 1 => {
                // Which of them it was shows when each is tried alone.
                self.alone = batch.into();
                self.tries = 0;
                self.retry_at = None;
                Next::Again
            }
            Err(Trouble::Failed(failure)) => {
                self.alone = batch.into();
                self.tries = 1;
                self.after_failure(&current, failure).await
            }
        }
    }

    /// The next events for this module, at most a batch; `position` moves over what it takes and skips.
    async fn gather(&mut self, current: &Current) -> Result<Vec<Arc<Event>>, StoreError> {
        let most = current.plugin.manifest().limits.batch_events.max(1) as usize;
        let (mut batch, mut bytes, mut reads) = (Vec::new(), 0, 0);
        self.more_to_read = false;
        while batch.len() < most && bytes < BATCH_BYTES {
            let Some(event) = self.ahead.pop_front() else {
                if reads == READS {
                    self.more_to_read = true;
                    break;
                }
                reads += 1;
                let township = &current.module.key.township;
                let read = self.parts.store.events_after(township, self.position, READ_EVENTS).await?;
                if read.is_empty() {
                    break;
                }
                self.ahead = read.into();
                continue;
            };
            self.position = event.seq;
            if self.subscription.wants(&event) {
                bytes += event.data.len();
                batch.push(event);
            }
        }
        Ok(batch)
    }

    /// Tries the first event of a failed batch alone, when its time has come.
    async fn try_alone(&mut self, current: &Current) -> Next {
        if let Some(time) = self.retry_at
            && time > Instant::now()
        {
            return Next::Until(time);
        }
        self.retry_at = None;
        let Some(event) = self.alone.front().cloned() else { return Next::Again };
        self.tries += 1;
        let cursor = self.cursor_behind(&event);
        match self.handle(current, vec![event], cursor).await {
            Ok(()) => {
                self.alone.pop_front();
                self.tries = 0;
                Next::Again
            }
            Err(Trouble::Elsewhere) => Next::Again,
            Err(Trouble::Failed(failure)) => self.after_failure(current, failure).await,
        }
    }

    /// Decides about the first event of `alone`, which has just failed: another try, or none.
    async fn after_failure(&mut self, current: &Current, failure: Failure) -> Next {
        let limits = &self.parts.limits;
        if !failure.is_final && self.tries < limits.max_tries {
            let wait = wait_ms(self.tries, limits.retry_base_ms, failure.hint_ms, rand::random());
            let time = Instant::now() + Duration::from_millis(wait);
            self.retry_at = Some(time);
            return Next::Until(time);
        }
        self.give_up(current, failure).await
    }

    /// Makes the first event of `alone` a dead letter; after too many in a row the module is suspended.
    async fn give_up(&mut self, current: &Current, failure: Failure) -> Next {
        let Some(event) = self.alone.front().cloned() else { return Next::Again };
        let key = &current.module.key;
        warn!(module = %key, seq = event.seq, code = %failure.code, tries = self.tries,
            "event {} of module `{key}` is given up: {}", event.seq, failure.detail);
        let cursor = self.cursor_behind(&event);
        let finished = Finished {
            module: key.clone(),
            revision: current.module.revision,
            cursor: Some(cursor),
            cause: Cause::Nothing,
            effects: Effects::default(),
            dead_letters: vec![DeadLetter {
                seq: event.seq,
                at_ms: self.parts.clock.now_ms(),
                tries: self.tries,
                code: failure.code,
                error: failure.detail.clone(),
            }],
            settled: Vec::new(),
            spent: Spent { cpu_us: self.uncounted_us, pictures: 0 },
        };
        match self.parts.committer.commit(finished).await {
            Ok(committed) => {
                self.uncounted_us = 0;
                self.shared.committed(committed.revision, Some(cursor));
            }
            Err(error) => {
                self.not_committed(&error).await;
                return Next::Again;
            }
        }
        self.shared.gave_up();
        self.alone.pop_front();
        self.tries = 0;
        self.given_up_in_a_row += 1;
        if self.given_up_in_a_row >= self.parts.limits.suspend_after {
            let count = self.given_up_in_a_row;
            self.suspend(format!("{}: {} ({count} events in a row given up)", failure.code, failure.detail)).await;
        }
        Next::Again
    }

    /// Runs events and commits what they led to, with the cursor.
    async fn handle(&mut self, current: &Current, events: Vec<Arc<Event>>, cursor: u64) -> Result<(), Trouble> {
        let (effects, pictures) = match self.attempt(current, events.clone()).await {
            Ok(handled) => handled,
            Err(trouble) => {
                self.stale |= matches!(trouble, Trouble::Elsewhere);
                return Err(trouble);
            }
        };
        let key = &current.module.key;
        let count = events.len() as u64;
        let now_ms = events.last().map_or(0, |event| event.received_ms);
        let finished = Finished {
            module: key.clone(),
            revision: current.module.revision,
            cursor: Some(cursor),
            cause: Cause::Events(events, now_ms),
            effects,
            dead_letters: Vec::new(),
            settled: Vec::new(),
            spent: Spent { cpu_us: self.uncounted_us, pictures },
        };
        match self.parts.committer.commit(finished).await {
            Ok(committed) => {
                self.uncounted_us = 0;
                self.shared.committed(committed.revision, Some(cursor));
                self.shared.handled(key, count);
                self.given_up_in_a_row = 0;
                Ok(())
            }
            Err(error) => match fault_of_the_run(&error) {
                Some(failure) => {
                    self.shared.failed(key, &failure);
                    Err(Trouble::Failed(failure))
                }
                None => {
                    self.not_committed(&error).await;
                    Err(Trouble::Elsewhere)
                }
            },
        }
    }

    /// Runs events in a fresh sandbox, and keeps what the guest logged; gives its effects and how many pictures it was handed.
    ///
    /// When something was withdrawn meanwhile, what the run wanted was wanted under two grants: it is dropped. So it is when
    /// the module is switched off.
    pub(super) async fn attempt(
        &mut self,
        current: &Current,
        events: Vec<Arc<Event>>,
    ) -> Result<(Effects, u32), Trouble> {
        let key = &current.module.key;
        let span = (events.first().map_or(0, |event| event.seq), events.last().map_or(0, |event| event.seq));
        let now_ms = events.last().map_or(0, |event| event.received_ms);
        let granted = current.context.grants.now();
        let handled = current.plugin.handle(&current.context, &Batch { module: key.clone(), now_ms, events }).await;
        self.shared.ran(key, handled.cpu_us);
        self.uncounted_us = self.uncounted_us.saturating_add(handled.cpu_us);
        if !self.shared.has_kept(&granted) {
            self.write_log(current, handled.log).await;
            return Err(Trouble::Elsewhere);
        }
        let pictures = handled.pictures;
        let judged = judge(handled.outcome);
        let mut lines = handled.log;
        if let Err(failure) = &judged {
            self.shared.failed(key, failure);
            let message = format!("{}: events {} to {}: {}", failure.code, span.0, span.1, failure.detail);
            lines.push(LogLine { level: LogLevel::Error, message });
        }
        self.write_log(current, lines).await;
        judged.map(|effects| (effects, pictures)).map_err(Trouble::Failed)
    }

    /// Appends to the module's log; a log that cannot be written stops no module.
    pub(super) async fn write_log(&self, current: &Current, lines: Vec<LogLine>) {
        if lines.is_empty() {
            return;
        }
        let key = &current.module.key;
        if let Err(failure) = self.parts.store.write_module_log(key, self.parts.clock.now_ms(), lines).await {
            warn!(module = %key, code = %failure.code(), "log of module `{key}` not written: {failure}");
        }
    }

    /// The cursor when `event`, the first of `alone`, is done with: behind the whole batch for its last one.
    fn cursor_behind(&self, event: &Event) -> u64 {
        if self.alone.len() == 1 { self.position } else { event.seq }
    }
}

/// A refused commit that would be refused again: the effects are at fault, not the store and not another writer.
fn fault_of_the_run(error: &EffectError) -> Option<Failure> {
    match error {
        EffectError::Conflict { .. } => None,
        EffectError::NotCommitted { source: StoreError::Failed { .. } | StoreError::NotRead { .. }, .. } => None,
        EffectError::NotCommitted { source, .. } => Some(Failure::passing(source.code(), source.to_string())),
        EffectError::Misplaced { detail, .. } => Some(Failure::passing(MISPLACED, detail.clone())),
    }
}

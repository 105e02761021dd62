//! One task a module: its batches and everything that is done to it, one after another.
//!
//! Commands go before batches, so an action, an upgrade or a change of settings always falls between two runs. Whatever
//! the plugin does, it ends here: a failure is retried, then a dead letter, then the suspension of this one module.

mod batch;
mod command;
mod upkeep;

pub(super) use command::Command;
pub(super) use command::Swap;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use xl_model::event::Event;
use xl_model::module::ModuleState;

use super::Current;
use super::Failure;
use super::ModuleError;
use super::NextPage;
use super::Parts;
use super::Shared;
use super::Subscription;
use super::calendar;
use super::call;
use super::judge;
use super::page;
use super::status::Withdrawal;
use super::wait_ms;

/// How long a cursor that only skipped events may wait to be written.
const SKIPPED_WRITTEN_AFTER: Duration = Duration::from_secs(5);

/// How long to wait after the store could not be asked.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The task of one module.
pub(super) struct Actor {
    parts: Arc<Parts>,
    shared: Arc<Shared>,
    commands: mpsc::Receiver<Command>,
    subscription: Subscription,
    /// Everything up to this number was taken out of the log.
    position: u64,
    /// Read from the log and not looked at yet.
    ahead: VecDeque<Arc<Event>>,
    /// Whether the last look at the log ended before the log did.
    more_to_read: bool,
    /// The events of a batch that failed: each is tried alone.
    alone: VecDeque<Arc<Event>>,
    /// Whether the module must be read from the store before anything else: what is held here may be past.
    stale: bool,
    /// How often the first of `alone` was tried, and when it is tried again.
    tries: u32,
    retry_at: Option<Instant>,
    /// Events given up since the last one that was handled.
    given_up_in_a_row: u32,
    /// CPU time of runs that led to no commit yet, in microseconds: the next one counts it.
    uncounted_us: u64,
}

/// What an actor does next.
enum Next {
    /// There is more to do.
    Again,
    /// The log holds nothing new.
    Idle,
    /// Nothing until then.
    Until(Instant),
    /// The module is gone.
    End,
}

impl Actor {
    /// An actor that starts after the module's cursor.
    pub(super) fn new(parts: Arc<Parts>, shared: Arc<Shared>, commands: mpsc::Receiver<Command>) -> Self {
        let current = shared.current();
        Self {
            parts,
            commands,
            subscription: Subscription::new(current.plugin.manifest(), &current.module.grants.cameras),
            position: current.module.cursor,
            shared,
            ahead: VecDeque::new(),
            more_to_read: false,
            alone: VecDeque::new(),
            stale: false,
            tries: 0,
            retry_at: None,
            given_up_in_a_row: 0,
            uncounted_us: 0,
        }
    }

    /// Works until `stop`; a run in progress is dropped with all it wanted, and repeated at the next start.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        // A token of its own: the future borrows it, not the actor.
        let halted = stop.clone();
        tokio::select! {
            biased;
            () = halted.cancelled() => {}
            () = self.work() => {}
        }
    }

    async fn work(&mut self) {
        loop {
            match self.commands.try_recv() {
                Ok(command) => {
                    self.obey(command).await;
                    continue;
                }
                Err(mpsc::error::TryRecvError::Disconnected) => return,
                Err(mpsc::error::TryRecvError::Empty) => {}
            }
            let next = if self.stale {
                self.start_over().await
            } else if self.shared.current().module.state == ModuleState::Running {
                self.step().await
            } else {
                Next::Until(Instant::now() + Duration::from_secs(3_600))
            };
            match next {
                Next::Again => tokio::task::yield_now().await,
                Next::End => return,
                Next::Idle => self.rest().await,
                Next::Until(time) => tokio::select! {
                    command = self.commands.recv() => match command {
                        Some(command) => self.obey(command).await,
                        None => return,
                    },
                    () = tokio::time::sleep_until(time) => {}
                },
            }
        }
    }

    /// Waits for news of the log or a command; writes a cursor that only skipped when it gets quiet.
    async fn rest(&mut self) {
        let current = self.shared.current();
        let skipped = self.position > current.module.cursor;
        tokio::select! {
            command = self.commands.recv() => {
                if let Some(command) = command {
                    self.obey(command).await;
                }
            }
            () = self.parts.store.event_after(&current.module.key.township, self.position) => {}
            () = tokio::time::sleep(SKIPPED_WRITTEN_AFTER), if skipped => self.write_skipped(&current).await,
        }
    }
}

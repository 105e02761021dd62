//! Where each module's actor is reached: its mailbox, and what it shows of itself.

use std::sync::Arc;
use std::sync::PoisonError;

use tokio::sync::mpsc;
use tokio::sync::oneshot;
use xl_model::id::ModuleKey;
use xl_model::module::Module;

use super::Actor;
use super::Command;
use super::ModuleError;
use super::Modules;
use super::Shared;
use super::Status;
use super::calendar;

/// Commands that wait for a module: people who press buttons while a batch runs. More of them wait where they are.
const MAILBOX: usize = 32;

/// A module's actor, seen from outside.
#[derive(Clone)]
pub(super) struct Seat {
    mailbox: mpsc::Sender<Command>,
    pub(super) shared: Arc<Shared>,
}

impl Modules {
    /// Starts the actor of a module, once; of one that cannot be started it is remembered why.
    pub(super) async fn seat_module(&self, module: Module) -> Result<Seat, ModuleError> {
        let key = module.key.clone();
        let seated = self.start_actor(module).await;
        let mut unstarted = self.unstarted.write().unwrap_or_else(PoisonError::into_inner);
        match &seated {
            Ok(_) => drop(unstarted.remove(&key)),
            Err(failure) => {
                let source = std::error::Error::source(failure).map_or_else(String::new, |it| format!(": {it}"));
                unstarted.insert(key, (failure.code(), format!("it is not started: {failure}{source}")));
            }
        }
        seated
    }

    async fn start_actor(&self, module: Module) -> Result<Seat, ModuleError> {
        let plugin = self.parts.builds.get(&module.digest).await?;
        let now_ms = self.parts.clock.now_ms();
        // Also mends what a crash between enabling or swapping and this line has left out.
        let rows = calendar::rows(&module.key, plugin.manifest(), now_ms)
            .map_err(|error| ModuleError::State { detail: error.to_string() })?;
        self.parts.store.set_schedules(&module.key, rows).await.map_err(ModuleError::Store)?;
        let collections = plugin.manifest().collections.clone();
        self.parts.store.declare_indexes(&module.key, collections).await.map_err(ModuleError::Store)?;
        let letters = self.parts.store.dead_letters(&module.key).await.map_err(ModuleError::Store)?;
        let key = module.key.clone();
        let shared = Arc::new(Shared::new(module, plugin, &self.parts.ports, letters.len() as u64));
        let (mailbox, commands) = mpsc::channel(MAILBOX);
        let seat = Seat { mailbox, shared: shared.clone() };
        let mut seats = self.seats.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(seat) = seats.get(&key) {
            return Ok(seat.clone());
        }
        self.tasks.spawn(Actor::new(self.parts.clone(), shared, commands).run(self.stop.clone()));
        seats.insert(key, seat.clone());
        Ok(seat)
    }

    /// The actor of a module; starts one for a module whose build could not be loaded before.
    pub(super) async fn seat(&self, key: &ModuleKey) -> Result<Seat, ModuleError> {
        if let Some(seat) = self.seated(key) {
            return Ok(seat);
        }
        let module = self.parts.store.module(key).await.map_err(ModuleError::Store)?;
        self.seat_module(module.ok_or_else(|| ModuleError::no_module(key))?).await
    }

    pub(super) fn seated(&self, key: &ModuleKey) -> Option<Seat> {
        self.seats.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// The status of a module whose build could not be loaded.
    pub(super) async fn unseated(&self, module: Module, last_seq: u64) -> Result<Status, ModuleError> {
        let letters = self.parts.store.dead_letters(&module.key).await.map_err(ModuleError::Store)?;
        let why = self.unstarted.read().unwrap_or_else(PoisonError::into_inner).get(&module.key).cloned();
        let unknown = || (xl_model::fault::Code(507), "its plugin could not be loaded".to_owned());
        Ok(Status {
            behind: last_seq.saturating_sub(module.cursor),
            runs: 0,
            handled: 0,
            failed_runs: 0,
            last_failure: Some(why.unwrap_or_else(unknown)),
            dead_letters: letters.len() as u64,
            cpu_us: 0,
            module,
        })
    }
}

impl Seat {
    /// Hands a command to the actor and waits for its answer.
    pub(super) async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, ModuleError>>) -> Command,
    ) -> Result<T, ModuleError> {
        let (answer, answered) = oneshot::channel();
        self.mailbox.send(command(answer)).await.map_err(|_| ModuleError::stopping())?;
        answered.await.map_err(|_| ModuleError::stopping())?
    }
}

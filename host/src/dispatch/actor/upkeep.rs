//! What an actor does about itself: write what it skipped, start over from the store, stop its module.

use tokio::time::Instant;
use tracing::error;
use tracing::warn;
use xl_model::effect::Effects;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_store::StoreError;

use super::Actor;
use super::Current;
use super::ModuleError;
use super::Next;
use super::STORE_PAUSE;
use super::Subscription;
use crate::effect::Cause;
use crate::effect::EffectError;
use crate::effect::Finished;
use crate::effect::Spent;

impl Actor {
    /// Moves the cursor over events that were not for this module.
    pub(super) async fn write_skipped(&mut self, current: &Current) {
        let finished = Finished {
            module: current.module.key.clone(),
            revision: current.module.revision,
            cursor: Some(self.position),
            cause: Cause::Nothing,
            effects: Effects::default(),
            dead_letters: Vec::new(),
            settled: Vec::new(),
            spent: Spent { cpu_us: self.uncounted_us, pictures: 0 },
        };
        match self.parts.committer.commit(finished).await {
            Ok(committed) => {
                self.uncounted_us = 0;
                self.shared.committed(committed.revision, Some(self.position));
            }
            Err(error) => self.not_committed(&error).await,
        }
    }

    /// After a commit that changed nothing and is no fault of the run: what is held here may be past.
    pub(super) async fn not_committed(&mut self, error: &EffectError) {
        self.stale = true;
        let key = self.shared.current().module.key.clone();
        if matches!(error, EffectError::Conflict { .. }) {
            warn!(module = %key, "module `{key}` was changed by somebody else, its run is repeated");
        } else {
            error!(module = %key, "{error}: {}", cause_of(error));
            tokio::time::sleep(STORE_PAUSE).await;
        }
    }

    /// Reads the module again and goes on from its cursor.
    pub(super) async fn start_over(&mut self) -> Next {
        self.stale = true;
        let key = self.shared.current().module.key.clone();
        let row = match self.parts.store.module(&key).await {
            Ok(Some(row)) => row,
            Ok(None) => return Next::End,
            Err(failure) => {
                error!(module = %key, code = %failure.code(), "module `{key}` not read: {failure}");
                return Next::Until(Instant::now() + STORE_PAUSE);
            }
        };
        match self.adopt(row).await {
            Ok(()) => Next::Again,
            Err(detail) => {
                error!(module = %key, "module `{key}` cannot run: {detail}");
                Next::Until(Instant::now() + STORE_PAUSE)
            }
        }
    }

    /// Takes a state of the module as the one to go on from, with its build.
    pub(super) async fn adopt(&mut self, module: Module) -> Result<(), String> {
        let current = self.shared.current();
        let plugin = if *current.plugin.digest() == module.digest {
            current.plugin
        } else {
            self.parts.builds.get(&module.digest).await.map_err(|error| error.to_string())?
        };
        self.subscription = Subscription::new(plugin.manifest(), &module.grants.cameras);
        self.position = module.cursor;
        self.ahead.clear();
        self.alone.clear();
        self.tries = 0;
        self.retry_at = None;
        self.stale = false;
        self.shared.replace(module, plugin, &self.parts.ports);
        Ok(())
    }

    /// Stops this module after too many events given up; its cursor stands still until somebody resumes it.
    pub(super) async fn suspend(&mut self, reason: String) {
        let key = self.shared.current().module.key.clone();
        error!(module = %key, "module `{key}` is suspended: {reason}");
        self.given_up_in_a_row = 0;
        let changed = self.parts.store.set_module_state(&key, ModuleState::Suspended, Some(reason)).await;
        if let Err(detail) = self.changed(changed).await {
            error!(module = %key, "module `{key}` could not be suspended: {detail}");
        }
    }

    /// Adopts what the store made of a change.
    pub(super) async fn changed(&mut self, row: Result<Module, StoreError>) -> Result<Module, ModuleError> {
        self.stale = true;
        let row = row.map_err(ModuleError::Store)?;
        let adopted = self.adopt(row.clone()).await;
        adopted.map_err(|detail| ModuleError::State { detail })?;
        Ok(row)
    }
}

fn cause_of(error: &EffectError) -> String {
    std::error::Error::source(error).map_or_else(String::new, ToString::to_string)
}

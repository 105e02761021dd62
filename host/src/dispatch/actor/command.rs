//! What is done to a module, between two of its runs.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;
use tracing::info;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_runtime::Plugin;
use xl_runtime::run::Press;

use super::Actor;
use super::ModuleError;
use super::NextPage;
use super::Withdrawal;
use super::batch::Trouble;
use super::calendar;
use super::page;
use crate::effect::Cause;
use crate::effect::EffectError;
use crate::effect::Finished;
use crate::effect::Spent;

/// How often an action is run again when somebody else committed first.
const ACTION_TRIES: u32 = 5;

/// Something to do to a module, and where the answer goes; without an answer the hub is stopping.
pub(crate) enum Command {
    /// Press a button.
    Act(Press, oneshot::Sender<Result<NextPage, ModuleError>>),
    /// Handle a dead letter again.
    Retry(u64, oneshot::Sender<Result<(), ModuleError>>),
    /// Change settings and grants, approved already and withdrawn as far as they are narrower.
    Configure(Value, Grants, Withdrawal, oneshot::Sender<Result<Module, ModuleError>>),
    /// Start or stop.
    SetState(ModuleState, oneshot::Sender<Result<Module, ModuleError>>),
    /// Go on with another build.
    Swap(Swap, oneshot::Sender<Result<Module, ModuleError>>),
}

/// Another build for a module, approved already.
pub(crate) struct Swap {
    /// The build that ran when this was decided; nothing happens when another one runs by now.
    pub(crate) from: Digest,
    /// The build that takes over.
    pub(crate) plugin: Arc<Plugin>,
    /// Settings that come with it; `None`: those that hold.
    pub(crate) settings: Option<Value>,
    /// Grants that come with it; `None`: those that hold.
    pub(crate) grants: Option<Grants>,
}

impl Actor {
    /// Does one command. Whoever asked may have gone: then the answer is nobody's.
    pub(super) async fn obey(&mut self, command: Command) {
        match command {
            Command::Act(press, answer) => {
                // A person who no longer waits would press again: nothing may happen twice.
                if !answer.is_closed() {
                    let _ = answer.send(self.act(press).await);
                }
            }
            Command::Retry(seq, answer) => {
                let _ = answer.send(self.retry(seq).await);
            }
            Command::Configure(settings, grants, withdrawal, answer) => {
                let key = self.key();
                let row = self.parts.store.configure_module(&key, settings, grants).await;
                let changed = self.changed(row).await;
                drop(withdrawal);
                let _ = answer.send(changed);
            }
            Command::SetState(state, answer) => {
                let key = self.key();
                self.given_up_in_a_row = 0;
                let row = self.parts.store.set_module_state(&key, state, None).await;
                info!(module = %key, "module `{key}` is {state:?}");
                let _ = answer.send(self.changed(row).await);
            }
            Command::Swap(swap, answer) => {
                let _ = answer.send(self.swap(swap).await);
            }
        }
    }

    /// Presses a button: the event `page.action` and what the module wants commit together, or the person gets a reason.
    async fn act(&mut self, press: Press) -> Result<NextPage, ModuleError> {
        for _ in 0..ACTION_TRIES {
            let current = self.shared.current();
            if current.module.state != ModuleState::Running {
                let detail = format!("the module is {:?}; an admin has to resume it first", current.module.state);
                return Err(ModuleError::State { detail: detail.to_lowercase() });
            }
            let trigger = page::action(&current.module.key, &press)?;
            let granted = current.context.grants.now();
            let mut acted = current.plugin.act(&current.context, press.clone()).await;
            self.shared.ran(&current.module.key, acted.cpu_us);
            self.uncounted_us = self.uncounted_us.saturating_add(acted.cpu_us);
            self.write_log(&current, std::mem::take(&mut acted.effects.log)).await;
            if !Arc::ptr_eq(&granted, &current.context.grants.now()) {
                continue;
            }
            let done = page::done(acted.done, &press.visit.page)?;
            let finished = Finished {
                module: current.module.key.clone(),
                revision: current.module.revision,
                cursor: None,
                cause: Cause::Trigger(trigger),
                effects: acted.effects,
                dead_letters: Vec::new(),
                settled: Vec::new(),
                spent: Spent { cpu_us: self.uncounted_us, pictures: acted.pictures },
            };
            match self.parts.committer.commit(finished).await {
                Ok(committed) => {
                    self.uncounted_us = 0;
                    self.shared.committed(committed.revision, None);
                    let seq = committed.trigger.unwrap_or_default();
                    return Ok(NextPage { page: done.page, query: done.query, seq });
                }
                Err(EffectError::Conflict { .. }) => {
                    self.start_over().await;
                }
                Err(error) => return Err(self.refused(error)),
            }
        }
        Err(ModuleError::State { detail: "others keep changing the module; try again".to_owned() })
    }

    /// Handles a dead letter again, alone; the cursor stays where it is.
    async fn retry(&mut self, seq: u64) -> Result<(), ModuleError> {
        let current = self.shared.current();
        let key = &current.module.key;
        if current.module.state == ModuleState::Disabled {
            return Err(ModuleError::State { detail: "the module is disabled; resume it first".to_owned() });
        }
        let missing = || ModuleError::NotFound { what: "dead letter", id: seq.to_string() };
        let letters = self.parts.store.dead_letters(key).await.map_err(ModuleError::Store)?;
        if !letters.iter().any(|letter| letter.seq == seq) {
            return Err(missing());
        }
        let event = self.parts.store.event(&key.township, seq).await.map_err(ModuleError::Store)?;
        let event = Arc::new(event.ok_or_else(missing)?);
        let (effects, pictures) =
            self.attempt(&current, vec![event.clone()]).await.map_err(|trouble| match trouble {
                Trouble::Failed(failure) => ModuleError::Failed { code: failure.code, detail: failure.detail },
                Trouble::Elsewhere => {
                    ModuleError::State { detail: "its grants were changed meanwhile; try again".to_owned() }
                }
            })?;
        let now_ms = event.received_ms;
        let finished = Finished {
            module: key.clone(),
            revision: current.module.revision,
            cursor: None,
            cause: Cause::Events(vec![event], now_ms),
            effects,
            dead_letters: Vec::new(),
            settled: vec![seq],
            spent: Spent { cpu_us: self.uncounted_us, pictures },
        };
        let committed = self.parts.committer.commit(finished).await.map_err(|error| self.refused(error))?;
        self.uncounted_us = 0;
        self.shared.committed(committed.revision, None);
        self.shared.handled(key, 1);
        self.shared.settled();
        Ok(())
    }

    /// Goes on with another build; events that its predecessor has not committed are handled by it alone.
    async fn swap(&mut self, swap: Swap) -> Result<Module, ModuleError> {
        let Swap { from, plugin, settings, grants } = swap;
        let key = self.key();
        if self.shared.current().module.digest != from {
            let detail = "another build took over meanwhile; look at the module again";
            return Err(ModuleError::State { detail: detail.to_owned() });
        }
        let rows = calendar::rows(&key, plugin.manifest(), self.parts.clock.now_ms())
            .map_err(|error| ModuleError::State { detail: error.to_string() })?;
        let row = self.parts.store.swap_module(&key, plugin.digest(), settings, grants).await;
        let module = self.changed(row).await?;
        self.parts.store.set_schedules(&key, rows).await.map_err(ModuleError::Store)?;
        info!(module = %key, digest = %module.digest, version = plugin.manifest().version,
            "module `{key}` runs version {}", plugin.manifest().version);
        Ok(module)
    }

    fn key(&self) -> ModuleKey {
        self.shared.current().module.key.clone()
    }

    /// Why nothing was changed, for whoever asked for it.
    fn refused(&self, error: EffectError) -> ModuleError {
        match error {
            EffectError::NotCommitted { source, .. } => ModuleError::Store(source),
            EffectError::Conflict { .. } => {
                ModuleError::State { detail: "somebody else changed the module; try again".to_owned() }
            }
            EffectError::Misplaced { detail, .. } => ModuleError::Failed { code: xl_model::fault::Code(615), detail },
        }
    }
}

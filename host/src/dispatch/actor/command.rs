//! What is done to a module, between two of its runs.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;
use tracing::info;
use xl_model::effect::Effects;
use xl_model::effect::LogLine;
use xl_model::event::NewEvent;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_runtime::Plugin;
use xl_runtime::run::Asked;
use xl_runtime::run::Press;
use xl_runtime::run::Reply;

use super::Actor;
use super::Current;
use super::ModuleError;
use super::NextPage;
use super::Withdrawal;
use super::batch::Trouble;
use super::calendar;
use super::call;
use super::page;
use crate::effect::Cause;
use crate::effect::EffectError;
use crate::effect::Finished;
use crate::effect::Spent;

/// How often an action or a call is run when somebody else committed first.
const TRIES: u32 = 5;

/// Something to do to a module, and where the answer goes; without an answer the hub is stopping.
pub(crate) enum Command {
    /// Press a button.
    Act(Press, oneshot::Sender<Result<NextPage, ModuleError>>),
    /// Answer a program.
    Call(Box<Asked>, oneshot::Sender<Result<Reply, ModuleError>>),
    /// Handle a dead letter again.
    Retry(u64, oneshot::Sender<Result<(), ModuleError>>),
    /// Change settings and grants, approved already and withdrawn as far as they are narrower.
    Configure(Value, Grants, Withdrawal, oneshot::Sender<Result<Module, ModuleError>>),
    /// Switch off, withdrawn already.
    Disable(Withdrawal, oneshot::Sender<Result<Module, ModuleError>>),
    /// Start, unless it was switched off.
    Resume(oneshot::Sender<Result<Module, ModuleError>>),
    /// Start, also when it was switched off.
    SwitchOn(oneshot::Sender<Result<Module, ModuleError>>),
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
    /// Holds back what they lack; `None`: nothing runs, or no grants come with it.
    pub(crate) withdrawal: Option<Withdrawal>,
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
            Command::Call(asked, answer) => {
                if !answer.is_closed() {
                    let _ = answer.send(self.call(*asked).await);
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
            Command::Disable(withdrawal, answer) => {
                let disabled = self.set_state(ModuleState::Disabled).await;
                drop(withdrawal);
                let _ = answer.send(disabled);
            }
            Command::Resume(answer) => {
                let resumed = match self.shared.current().module.state {
                    ModuleState::Disabled => Err(is_disabled()),
                    ModuleState::Running | ModuleState::Suspended => self.set_state(ModuleState::Running).await,
                };
                let _ = answer.send(resumed);
            }
            Command::SwitchOn(answer) => {
                let _ = answer.send(self.set_state(ModuleState::Running).await);
            }
            Command::Swap(swap, answer) => {
                let _ = answer.send(self.swap(swap).await);
            }
        }
    }

    async fn set_state(&mut self, state: ModuleState) -> Result<Module, ModuleError> {
        let key = self.key();
        self.given_up_in_a_row = 0;
        let row = self.parts.store.set_module_state(&key, state, None).await;
        info!(module = %key, "module `{key}` is {state:?}");
        self.changed(row).await
    }

    /// Presses a button: the event `page.action` and what the module wants commit together, or the person gets a reason.
    async fn act(&mut self, press: Press) -> Result<NextPage, ModuleError> {
        for _ in 0..TRIES {
            let current = self.running()?;
            let trigger = page::action(&current.module.key, &press)?;
            let granted = current.context.grants.now();
            let mut acted = current.plugin.act(&current.context, press.clone()).await;
            self.spent(&current, acted.cpu_us, std::mem::take(&mut acted.effects.log)).await;
            if !self.shared.has_kept(&granted) {
                continue;
            }
            let done = page::done(acted.done, &press.visit.page)?;
            let link = page::link_to(&acted.effects.list, &done);
            if let Some(seq) = self.commit_with(&current, trigger, acted.effects, acted.pictures).await? {
                return Ok(NextPage { page: done.page, query: done.query, link, seq });
            }
        }
        Err(others_keep_changing())
    }

    /// Answers a program: the event `module.call` and what the module wants commit together, unless the status refuses it.
    async fn call(&mut self, asked: Asked) -> Result<Reply, ModuleError> {
        for _ in 0..TRIES {
            let current = self.running()?;
            let trigger = call::event(&current.module.key, &asked);
            let granted = current.context.grants.now();
            let answered = current.plugin.answer(&current.context, asked.clone()).await;
            self.spent(&current, answered.cpu_us, answered.log).await;
            if !self.shared.has_kept(&granted) {
                continue;
            }
            let reply = call::done(answered.reply, &asked.name)?;
            let is_done = !reply.is_kept()
                || self.commit_with(&current, trigger, answered.effects, answered.pictures).await?.is_some();
            if is_done {
                return Ok(reply);
            }
        }
        Err(others_keep_changing())
    }

    /// The module, when it takes actions and calls.
    fn running(&self) -> Result<Current, ModuleError> {
        let current = self.shared.current();
        if self.shared.is_stopping() {
            return Err(is_disabled());
        }
        match current.module.state {
            ModuleState::Running => Ok(current),
            ModuleState::Disabled => Err(is_disabled()),
            ModuleState::Suspended => {
                Err(ModuleError::State { detail: "the module is suspended; resume it first".to_owned() })
            }
        }
    }

    /// Notes what a run cost and logged.
    async fn spent(&mut self, current: &Current, cpu_us: u64, log: Vec<LogLine>) {
        self.shared.ran(&current.module.key, cpu_us);
        self.uncounted_us = self.uncounted_us.saturating_add(cpu_us);
        self.write_log(current, log).await;
    }

    /// Commits effects with the event that led to them, and gives its number; `None`: somebody else committed first.
    async fn commit_with(
        &mut self,
        current: &Current,
        trigger: NewEvent,
        effects: Effects,
        pictures: u32,
    ) -> Result<Option<u64>, ModuleError> {
        let finished = Finished {
            module: current.module.key.clone(),
            revision: current.module.revision,
            cursor: None,
            cause: Cause::Trigger(trigger),
            effects,
            dead_letters: Vec::new(),
            settled: Vec::new(),
            spent: Spent { cpu_us: self.uncounted_us, pictures },
        };
        match self.parts.committer.commit(finished).await {
            Ok(committed) => {
                self.uncounted_us = 0;
                self.shared.committed(committed.revision, None);
                Ok(Some(committed.trigger.unwrap_or_default()))
            }
            Err(EffectError::Conflict { .. }) => {
                self.start_over().await;
                Ok(None)
            }
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Handles a dead letter again, alone; the cursor stays where it is.
    async fn retry(&mut self, seq: u64) -> Result<(), ModuleError> {
        for _ in 0..TRIES {
            if self.retry_once(seq).await? {
                return Ok(());
            }
        }
        Err(others_keep_changing())
    }

    /// Whether the dead letter was handled; else somebody else committed first.
    async fn retry_once(&mut self, seq: u64) -> Result<bool, ModuleError> {
        let current = self.shared.current();
        let key = &current.module.key;
        if current.module.state == ModuleState::Disabled || self.shared.is_stopping() {
            return Err(is_disabled());
        }
        let missing = || ModuleError::NotFound { what: "dead letter", id: seq.to_string() };
        let letters = self.parts.store.dead_letters(key).await.map_err(ModuleError::Store)?;
        if !letters.iter().any(|letter| letter.seq == seq) {
            return Err(missing());
        }
        let event = self.parts.store.event(&key.township, seq).await.map_err(ModuleError::Store)?;
        let event = Arc::new(event.ok_or_else(missing)?);
        let (effects, pictures) = match self.attempt(&current, vec![event.clone()]).await {
            Ok(handled) => handled,
            Err(Trouble::Failed(failure)) => {
                return Err(ModuleError::Failed { code: failure.code, detail: failure.detail });
            }
            Err(Trouble::Elsewhere) => return Ok(false),
        };
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
        let committed = match self.parts.committer.commit(finished).await {
            Ok(committed) => committed,
            Err(EffectError::Conflict { .. }) => {
                self.start_over().await;
                return Ok(false);
            }
            Err(error) => return Err(self.refused(error)),
        };
        self.uncounted_us = 0;
        self.shared.committed(committed.revision, None);
        self.shared.handled(key, 1);
        self.shared.settled();
        Ok(true)
    }

    /// Goes on with another build; events that its predecessor has not committed are handled by it alone.
    async fn swap(&mut self, swap: Swap) -> Result<Module, ModuleError> {
        let Swap { from, plugin, settings, grants, withdrawal } = swap;
        let key = self.key();
        if self.shared.current().module.digest != from {
            let detail = "another build took over meanwhile; look at the module again";
            return Err(ModuleError::State { detail: detail.to_owned() });
        }
        let rows = calendar::rows(&key, plugin.manifest(), self.parts.clock.now_ms())
            .map_err(|error| ModuleError::State { detail: error.to_string() })?;
        let collections = plugin.manifest().collections.clone();
        let row = self.parts.store.swap_module(&key, plugin.digest(), settings, grants, collections).await;
        let module = self.changed(row).await?;
        drop(withdrawal);
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

fn is_disabled() -> ModuleError {
    ModuleError::State { detail: "the module was switched off; who may edit modules resumes it first".to_owned() }
}

fn others_keep_changing() -> ModuleError {
    ModuleError::State { detail: "others keep changing the module; try again".to_owned() }
}

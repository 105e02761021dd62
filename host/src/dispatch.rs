//! Each module's way through the log, and everything that is done to a module.
//!
//! One actor a module reads the log of its township from the module's cursor on, runs batches in the sandbox and hands
//! their effects to [`crate::effect`]. All changes of a module go through its actor, so they fall between two runs.

mod actor;
mod approval;
mod approve;
mod builds;
pub mod calendar;
mod call;
mod error;
mod limits;
mod more;
mod page;
mod replay;
mod retry;
mod seat;
mod status;
mod subscription;
mod trust;
mod upgrade;

pub use approval::Choice;
pub use approval::Upgraded;
pub use approval::Waiting;
pub use approval::Wish;
pub use call::ModuleCall;
pub use error::ModuleError;
pub use page::NextPage;
pub use page::PageVisit;
pub use replay::Replayed;
pub use retry::Failure;
pub use status::Status;
pub use trust::Standing;
pub use trust::TrustError;
pub use upgrade::SelfTest;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::error;
use xl_model::block::Page;
use xl_model::clock::Clock;
use xl_model::fault::Code;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::manifest::Manifest;
use xl_model::manifest::Sampling;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureRef;
use xl_runtime::Engine;
use xl_runtime::compile::CompileConfig;
use xl_runtime::port::Ports;
use xl_runtime::run::Press;
use xl_runtime::run::Reply;
use xl_store::Store;
use xl_store::modules::Plugin;

use crate::config;
use crate::effect::Committer;
use actor::Actor;
use actor::Command;
use actor::Swap;
use builds::Builds;
use limits::Limits;
use replay::Base;
use replay::Rehearsal;
use retry::judge;
use retry::wait_ms;
use seat::Seat;
use status::Current;
use status::Shared;
use subscription::Subscription;
use trust::Trust;

/// All modules of this hub; clones share them. One task a module, which runs its batches and actions one after another.
#[derive(Clone)]
pub struct Modules {
    parts: Arc<Parts>,
    seats: Arc<RwLock<BTreeMap<ModuleKey, Seat>>>,
    /// Why a module is not started.
    unstarted: Arc<RwLock<BTreeMap<ModuleKey, (Code, String)>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// What modules need of the hub.
pub struct Dependencies {
    /// The store.
    pub store: Store,
    /// The sandbox.
    pub engine: Engine,
    /// How plugins are compiled.
    pub compile: CompileConfig,
    /// What runs may read.
    pub ports: Ports,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How modules run, and what a plugin may ask for.
    pub limits: config::Modules,
    /// Whose plugins run here.
    pub plugins: config::Plugins,
}

/// What every actor is handed.
struct Parts {
    store: Store,
    committer: Committer,
    builds: Builds,
    ports: Ports,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Modules {
    /// Loads every build in use and starts an actor for each module.
    ///
    /// A module whose build cannot be loaded is left out with a log line and no other suffers; resuming it tries again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(deps: Dependencies) -> Result<Self, ModuleError> {
        let Dependencies { store, engine, compile, ports, clock, limits, plugins } = deps;
        let limits = Limits::from(&limits);
        let parts = Parts {
            committer: Committer::new(store.clone(), clock.clone()),
            builds: Builds::new(store.clone(), engine, compile, limits.ceilings.clone(), Trust::new(plugins)),
            store,
            ports,
            clock,
            limits,
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let modules = Self { parts: Arc::new(parts), seats: Arc::default(), unstarted: Arc::default(), tasks, stop };
        for module in modules.parts.store.modules().await.map_err(ModuleError::Store)? {
            let key = module.key.clone();
            if let Err(failure) = modules.seat_module(module).await {
                let source = std::error::Error::source(&failure).map_or_else(String::new, ToString::to_string);
                error!(module = %key, code = %failure.code(), "module `{key}` not started: {failure}: {source}");
            }
        }
        Ok(modules)
    }

    /// Keeps the modules until `stop`, then ends every actor: a run in progress is dropped and repeated at the next start.
    pub async fn run(self, stop: CancellationToken) {
        stop.cancelled().await;
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Checks, compiles and keeps a packed plugin that somebody vouches for. The same bytes twice change nothing but that.
    ///
    /// # Errors
    /// [`ModuleError::Untrusted`], [`ModuleError::Plugin`].
    pub async fn install(&self, packed: bytes::Bytes, signature: Option<&str>) -> Result<Plugin, ModuleError> {
        self.parts.builds.install(packed, signature, self.parts.clock.now_ms()).await
    }

    /// All installed plugins, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn plugins(&self) -> Result<Vec<Plugin>, ModuleError> {
        self.parts.store.plugins().await.map_err(ModuleError::Store)
    }

    /// Enables a plugin in a township and starts it; it handles events from now on.
    ///
    /// # Errors
    /// Unknown plugin, settings that do not fit, grants beyond what it asks for, enabled already.
    pub async fn enable(
        &self,
        key: ModuleKey,
        digest: Digest,
        settings: Value,
        grants: Grants,
    ) -> Result<Module, ModuleError> {
        let plugin = self.parts.builds.get(&digest).await?;
        is_of(&key, plugin.manifest(), &digest)?;
        approve::settings(plugin.manifest(), &settings)?;
        approve::grants(plugin.manifest(), &grants)?;
        approve::quotas(plugin.manifest(), grants.quotas)?;
        let enabled_ms = self.parts.clock.now_ms();
        let module = Module {
            key,
            digest,
            previous: None,
            settings,
            grants,
            state: ModuleState::Running,
            reason: None,
            cursor: 0,
            revision: 0,
            enabled_ms,
        };
        let module = self.parts.store.enable_module(module).await.map_err(ModuleError::Store)?;
        self.seat_module(module.clone()).await?;
        Ok(module)
    }

    /// Changes settings and grants. What is withdrawn is so at once, also for the next call of a run under way, whose
    /// effects are dropped; what is new holds from the next run on.
    ///
    /// # Errors
    /// As for [`Modules::enable`].
    pub async fn configure(&self, key: &ModuleKey, settings: Value, grants: Grants) -> Result<Module, ModuleError> {
        let seat = self.seat(key).await?;
        let manifest = seat.shared.current().plugin;
        approve::settings(manifest.manifest(), &settings)?;
        approve::grants(manifest.manifest(), &grants)?;
        approve::quotas(manifest.manifest(), grants.quotas)?;
        let withdrawal = seat.shared.withdraw(grants.clone());
        seat.ask(|answer| Command::Configure(settings, grants, withdrawal, answer)).await
    }

    /// Stops a module; its cursor and records stay. Everything is withdrawn at once, and nothing of a run under way is committed.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn disable(&self, key: &ModuleKey) -> Result<Module, ModuleError> {
        match self.seat(key).await {
            Ok(seat) => {
                let withdrawal = seat.shared.stop();
                seat.ask(|answer| Command::Disable(withdrawal, answer)).await
            }
            // It does not run; it shall not, whoever vouches for it later.
            Err(ModuleError::Untrusted(_)) => {
                let disabled = self.parts.store.set_module_state(key, ModuleState::Disabled, None).await;
                disabled.map_err(ModuleError::Store)
            }
            Err(error) => Err(error),
        }
    }

    /// Starts a suspended module again, from its cursor.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`], [`ModuleError::State`] when it was switched off.
    pub async fn resume(&self, key: &ModuleKey) -> Result<Module, ModuleError> {
        self.seat(key).await?.ask(Command::Resume).await
    }

    /// Starts a module that was switched off again, from its cursor.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn switch_on(&self, key: &ModuleKey) -> Result<Module, ModuleError> {
        self.seat(key).await?.ask(Command::SwitchOn).await
    }

    /// Handles a dead letter again, alone.
    ///
    /// # Errors
    /// [`ModuleError::Failed`] when it fails again; it stays a dead letter.
    pub async fn retry(&self, key: &ModuleKey, seq: u64) -> Result<(), ModuleError> {
        self.seat(key).await?.ask(|answer| Command::Retry(seq, answer)).await
    }

    /// Draws a page; also of a module that is suspended or disabled, from its records as they are.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`] also for a page that is not public when asked by a public link.
    pub async fn view(&self, visit: PageVisit) -> Result<Page, ModuleError> {
        let current = self.seat(&visit.module).await?.shared.current();
        let asked = page::visit(&current, &visit, self.parts.clock.now_ms())?;
        let viewed = current.plugin.view(&current.context, asked).await;
        if !viewed.log.is_empty() {
            let at_ms = self.parts.clock.now_ms();
            let written = self.parts.store.write_module_log(&visit.module, at_ms, viewed.log).await;
            written.map_err(ModuleError::Store)?;
        }
        page::drawn(viewed.page, &visit.page)
    }

    /// Presses a button: runs between two batches, commits `page.action`, with the pictures of the form, and its effects together.
    ///
    /// Only a running module takes actions: a suspended one failed too often to be trusted with new work, and what a
    /// disabled one would do is what was switched off.
    ///
    /// # Errors
    /// [`ModuleError::Form`] when the form is refused, [`ModuleError::State`] when the module does not run.
    pub async fn act(
        &self,
        visit: PageVisit,
        action: String,
        form: String,
        pictures: Vec<PictureRef>,
    ) -> Result<NextPage, ModuleError> {
        let seat = self.seat(&visit.module).await?;
        let visit = page::visit(&seat.shared.current(), &visit, self.parts.clock.now_ms())?;
        let press = Press { visit, action, form, pictures, seed: rand::random() };
        seat.ask(|answer| Command::Act(press, answer)).await
    }

    /// Answers a program. An operation that writes runs between two batches and commits `module.call` with its effects;
    /// nothing is kept when the answer's status is above 399.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`] for no such operation, [`ModuleError::Writes`], [`ModuleError::Content`],
    /// [`ModuleError::Form`] when the module refuses what was sent, [`ModuleError::State`] when it does not run.
    pub async fn call(&self, call: ModuleCall) -> Result<Reply, ModuleError> {
        let seat = self.seat(&call.module).await?;
        let current = seat.shared.current();
        let (asked, writes) = call::asked(current.plugin.manifest(), &call, self.parts.clock.now_ms())?;
        if writes {
            return seat.ask(|answer| Command::Call(Box::new(asked), answer)).await;
        }
        let answered = current.plugin.answer(&current.context, asked).await;
        if !answered.log.is_empty() {
            let at_ms = self.parts.clock.now_ms();
            let written = self.parts.store.write_module_log(&call.module, at_ms, answered.log).await;
            written.map_err(ModuleError::Store)?;
        }
        call::done(answered.reply, &call.name)
    }

    /// One module.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn status(&self, key: &ModuleKey) -> Result<Status, ModuleError> {
        let last_seq = self.parts.store.last_seq(&key.township).await.map_err(ModuleError::Store)?;
        match self.seated(key) {
            Some(seat) => Ok(seat.shared.status(last_seq)),
            None => {
                let module = self.parts.store.module(key).await.map_err(ModuleError::Store)?;
                self.unseated(module.ok_or_else(|| ModuleError::no_module(key))?, last_seq).await
            }
        }
    }

    /// All modules, by township and plugin.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<Status>, ModuleError> {
        let logs = self.parts.store.townships().await.map_err(ModuleError::Store)?;
        let last: BTreeMap<TownshipId, u64> = logs.into_iter().collect();
        let mut all = Vec::new();
        for module in self.parts.store.modules().await.map_err(ModuleError::Store)? {
            let last_seq = last.get(&module.key.township).copied().unwrap_or(0);
            all.push(match self.seated(&module.key) {
                Some(seat) => seat.shared.status(last_seq),
                None => self.unseated(module, last_seq).await?,
            });
        }
        all.sort_by(|a, b| a.module.key.cmp(&b.module.key));
        Ok(all)
    }

    /// What a module may do at this moment; `None` while it does not run or is about to be switched off.
    pub fn granted(&self, key: &ModuleKey) -> Option<Arc<Grants>> {
        self.seated(key)?.shared.granted()
    }

    /// What the running modules wish to see of their cameras; whether they may still is asked at each look.
    pub fn samplings(&self) -> Vec<(Arc<Module>, Vec<Sampling>)> {
        let seats = self.seats.read().unwrap_or_else(PoisonError::into_inner);
        let currents = seats.values().map(|seat| seat.shared.current());
        let running = currents.filter(|current| current.module.state == ModuleState::Running);
        running.map(|current| (current.module, current.plugin.manifest().samples.clone())).collect()
    }
}

/// A build serves only modules of its own plugin.
fn is_of(key: &ModuleKey, manifest: &Manifest, digest: &Digest) -> Result<(), ModuleError> {
    if manifest.id == key.plugin {
        Ok(())
    } else {
        Err(ModuleError::NotFound { what: "build of this plugin", id: digest.to_string() })
    }
}

//! Runs history again without committing anything: for the self-test of an upgrade, and to see what a version would do.
//!
//! Batches are cut anew from the log, so the same range and build give the same effects, byte by byte. Records and links
//! live in memory, on top of nothing or of what is committed now. HTTP answers come from what was recorded.

mod cases;
mod overlay;

use std::sync::Arc;

use async_trait::async_trait;
use xl_model::batch::Batch;
use xl_model::effect::Answer;
use xl_model::effect::Effects;
use xl_model::event::Event;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_runtime::Plugin;
use xl_runtime::port::Egress;
use xl_runtime::port::FetchError;
use xl_runtime::port::Ports;
use xl_runtime::port::Request;
use xl_runtime::port::Response;
use xl_runtime::run::Budget;
use xl_store::Store;
use xl_store::StoreError;

use super::Current;
use super::Failure;
use super::ModuleError;
use super::Modules;
use super::Subscription;
use super::judge;
use cases::CaseOverlay;
use overlay::Overlay;

/// One batch of a replay.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Replayed {
    /// Number of its first event.
    pub first_seq: u64,
    /// Number of its last event.
    pub last_seq: u64,
    /// What came of it; effects were kept in memory for the batches after it.
    pub outcome: Result<Effects, Failure>,
}

/// What a replay's records begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing: for a range that begins where the module began.
    Empty,
    /// What is committed now: for the newest events.
    Committed,
}

impl Modules {
    /// Runs the events `from_seq` to `to_seq` of a module's township through an installed build, with the module's
    /// settings and grants, and commits nothing. The same range and build give the same effects, byte by byte.
    ///
    /// From the first event on, records begin empty; from a later one, with what is committed now.
    ///
    /// # Errors
    /// Unknown module or build; a log that cannot be read.
    pub async fn replay(
        &self,
        key: &ModuleKey,
        digest: &Digest,
        from_seq: u64,
        to_seq: u64,
    ) -> Result<Vec<Replayed>, ModuleError> {
        self.rehearse(key, self.parts.builds.get(digest).await?, from_seq, to_seq).await
    }

    /// As [`Modules::replay`], with a packed plugin that is not installed.
    ///
    /// # Errors
    /// A plugin that this hub would not install; else as for [`Modules::replay`].
    pub async fn replay_packed(
        &self,
        key: &ModuleKey,
        packed: bytes::Bytes,
        from_seq: u64,
        to_seq: u64,
    ) -> Result<Vec<Replayed>, ModuleError> {
        let plugin = self.parts.builds.try_out(packed, self.parts.clock.now_ms()).await?;
        self.rehearse(key, plugin, from_seq, to_seq).await
    }

    async fn rehearse(
        &self,
        key: &ModuleKey,
        plugin: Arc<Plugin>,
        from_seq: u64,
        to_seq: u64,
    ) -> Result<Vec<Replayed>, ModuleError> {
        let store = &self.parts.store;
        let module = store.module(key).await.map_err(ModuleError::Store)?;
        let module = module.ok_or_else(|| ModuleError::no_module(key))?;
        let base = if from_seq <= 1 { Base::Empty } else { Base::Committed };
        let subscription = Subscription::new(plugin.manifest(), &module.grants.cameras);
        let size = plugin.manifest().limits.batch_events.max(1) as usize;
        let rehearsal = Rehearsal::new(store.clone(), module, plugin, &self.parts.ports, base);
        let (mut replayed, mut batch, mut position) = (Vec::new(), Vec::new(), from_seq.saturating_sub(1));
        'log: loop {
            let events = store.events_after(&key.township, position, 512).await.map_err(ModuleError::Store)?;
            if events.is_empty() {
                break;
            }
            for event in events {
                if event.seq > to_seq {
                    break 'log;
                }
                position = event.seq;
                if subscription.wants(&event) {
                    batch.push(event);
                }
                if batch.len() == size {
                    let full = std::mem::take(&mut batch);
                    replayed.push(rehearsal.run(full).await.map_err(ModuleError::Store)?);
                }
            }
        }
        if !batch.is_empty() {
            replayed.push(rehearsal.run(batch).await.map_err(ModuleError::Store)?);
        }
        Ok(replayed)
    }
}

/// A module that runs in memory only.
pub(super) struct Rehearsal {
    store: Store,
    current: Current,
    overlay: Arc<Overlay>,
    cases: Arc<CaseOverlay>,
}

impl Rehearsal {
    /// A module as `module` says, run by `plugin`.
    pub(super) fn new(store: Store, module: Module, plugin: Arc<Plugin>, ports: &Ports, base: Base) -> Self {
        let committed = (base == Base::Committed).then(|| ports.records.clone());
        let overlay = Arc::new(Overlay::new(plugin.manifest(), committed));
        let cases = Arc::new(CaseOverlay::new(ports.cases.clone(), base == Base::Committed));
        let ports = Ports {
            records: overlay.clone(),
            cameras: ports.cameras.clone(),
            egress: Arc::new(NoEgress),
            cases: cases.clone(),
        };
        let current = Current::new(module, plugin, &ports, Arc::new(Budget::default()));
        Self { store, current, overlay, cases }
    }

    /// Runs one batch on top of the batches before it.
    ///
    /// # Errors
    /// When recorded answers cannot be read.
    pub(super) async fn run(&self, events: Vec<Arc<Event>>) -> Result<Replayed, StoreError> {
        let first_seq = events.first().map_or(0, |event| event.seq);
        let last_seq = events.last().map_or(0, |event| event.seq);
        let mut context = self.current.context.clone();
        context.recorded = Some(Arc::new(self.answers(&events).await?));
        let now_ms = events.last().map_or(0, |event| event.received_ms);
        let batch = Batch { module: self.current.module.key.clone(), now_ms, events };
        let outcome = judge(self.current.plugin.handle(&context, &batch).await.outcome);
        if let Ok(effects) = &outcome {
            self.overlay.apply(&effects.list);
            self.cases.apply(&effects.list);
        }
        Ok(Replayed { first_seq, last_seq, outcome })
    }

    /// What was answered in the runs that began with one of these events.
    async fn answers(&self, events: &[Arc<Event>]) -> Result<Vec<Answer>, StoreError> {
        let mut answers = Vec::new();
        let asks = &self.current.plugin.manifest().asks;
        if asks.http.is_some() || asks.cases.is_some() {
            for event in events {
                answers.extend(self.store.answers(&self.current.module.key, event.seq).await?);
            }
        }
        Ok(answers)
    }
}

/// A replay reaches nobody: what was not recorded has no answer.
struct NoEgress;

#[async_trait]
impl Egress for NoEgress {
    async fn fetch(&self, _request: Request) -> Result<Response, FetchError> {
        Err(FetchError::Unreachable("a replay sends nothing, and no answer was recorded".to_owned()))
    }
}

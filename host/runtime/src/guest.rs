//! What a store holds of one run: who runs, what it may still do, and what it wanted so far.
//!
//! Made anew for each run and dropped with its store. What the guest logged outlives it in the [`Journal`].

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::WasiCtx;
use wasmtime_wasi::WasiCtxView;
use wasmtime_wasi::WasiView;
use xl_model::batch::Stop;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::event::Event;
use xl_model::id::Digest;
use xl_model::link::LinkId;
use xl_model::manifest::Limits;
use xl_model::manifest::Manifest;
use xl_model::picture::PictureRef;

use crate::Plugin;
use crate::port::CameraInfo;
use crate::run::Context;
use crate::run::Viewer;
use crate::run::Visit;

mod alone;
pub(crate) mod answers;
pub(crate) mod cases;
pub(crate) mod dice;
mod inert;
pub(crate) mod journal;
pub(crate) mod limiter;
pub(crate) mod meter;
pub(crate) mod overlay;

use alone::Alone;
use answers::Answers;
use cases::Cases;
use dice::Dice;
use journal::Journal;
use limiter::Limiter;
use meter::Meter;
use overlay::Overlay;

/// What kind of call runs, and so what it may change.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    /// A batch of events.
    Batch(Vec<Arc<Event>>),
    /// A pressed button.
    Act,
    /// A page that is drawn: nothing may be changed.
    View,
    /// A program that calls.
    Answer {
        /// Whether the operation may change anything.
        writes: bool,
    },
}

/// The state of one run.
pub(crate) struct Guest {
    pub(crate) context: Context,
    pub(crate) manifest: Arc<Manifest>,
    /// The limits of the manifest, or what the grants left of them when the run began.
    limits: Limits,
    pub(crate) call: Call,
    /// Who stands before the page, pressed the button or called.
    pub(crate) viewer: Option<Viewer>,
    /// The public link by which somebody came whom nobody knows.
    pub(crate) link: Option<LinkId>,
    /// Whether he reads English; else Chinese.
    pub(crate) english: bool,
    /// The time inside the run.
    pub(crate) now_ms: TimestampMs,
    pub(crate) journal: Arc<Journal>,
    pub(crate) meter: Arc<Meter>,
    pub(crate) dice: Dice,
    pub(crate) answers: Answers,
    pub(crate) overlay: Overlay,
    pub(crate) effects: Vec<Effect>,
    pub(crate) limiter: Limiter,
    /// Pictures opened in this run, or attached to the form that it acts on.
    pub(crate) opened: BTreeMap<Digest, PictureRef>,
    /// The cameras of the township, once the port was asked for them.
    pub(crate) cameras: Option<Arc<Vec<CameraInfo>>>,
    /// Fetches so far; numbers their idempotency keys.
    pub(crate) fetches: u32,
    /// Pictures handed over so far.
    pub(crate) pictures: u32,
    /// The cases that this run opened or moved, as they stand for it.
    pub(crate) cases: Cases,
    /// Bytes of records written so far, whatever they replace.
    pub(crate) stored_bytes: u64,
    /// Events published so far.
    pub(crate) published: u64,
    effect_bytes: u64,
    host_calls: u32,
    table: Alone<ResourceTable>,
    wasi: Alone<WasiCtx>,
}

impl Guest {
    pub(crate) fn new(plugin: &Plugin, context: &Context, call: Call, now_ms: TimestampMs, dice: Dice) -> Self {
        let limits = context.grants.now().quotas.within(&plugin.manifest.limits);
        let journal = Arc::new(Journal::new(limits.log_lines));
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles as usize);
        Self {
            context: context.clone(),
            manifest: plugin.manifest.clone(),
            call,
            viewer: None,
            link: None,
            english: false,
            now_ms,
            meter: Arc::new(Meter::new(limits.cpu_ms)),
            answers: Answers::new(context.recorded.clone()),
            overlay: Overlay::default(),
            effects: Vec::new(),
            limiter: Limiter::new(&limits),
            opened: BTreeMap::new(),
            cameras: None,
            fetches: 0,
            pictures: 0,
            cases: Cases::default(),
            effect_bytes: 0,
            stored_bytes: 0,
            published: 0,
            host_calls: 0,
            table: Alone::new(table),
            wasi: Alone::new(inert::context(&journal, &dice, now_ms)),
            journal,
            dice,
            limits,
        }
    }

    /// For whoever opened the page: behind a public link nobody knows him, whoever he is elsewhere.
    pub(crate) fn opened_by(self, visit: &Visit) -> Self {
        let viewer = visit.viewer.clone().filter(|_| visit.link.is_none());
        Self { link: visit.link.clone(), ..self.asked_by(viewer, &visit.locale) }
    }

    /// For somebody who asked, in his language.
    pub(crate) fn asked_by(self, viewer: Option<Viewer>, locale: &str) -> Self {
        Self { viewer, english: locale == "en", ..self }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the run only draws a page or answers without changing anything.
    pub(crate) fn is_read_only(&self) -> bool {
        matches!(self.call, Call::View | Call::Answer { writes: false })
    }

    /// The events of the batch; none in pages.
    pub(crate) fn events(&self) -> &[Arc<Event>] {
        match &self.call {
            Call::Batch(events) => events,
            Call::Act | Call::View | Call::Answer { .. } => &[],
        }
    }

    /// The handles that the guest holds.
    pub(crate) fn table(&mut self) -> &mut ResourceTable {
        self.table.get()
    }

    /// Counts a host call; every function of ours begins with it.
    pub(crate) fn enter(&mut self) -> wasmtime::Result<()> {
        let limit = self.limits().host_calls;
        self.host_calls += 1;
        if self.host_calls > limit {
            return Err(Stop::HostCalls { limit: limit.into() }.into());
        }
        Ok(())
    }

    /// Takes an effect of so many bytes into the run's list.
    pub(crate) fn want(&mut self, effect: Effect, bytes: usize) -> wasmtime::Result<()> {
        let (most, most_bytes) = (self.limits().effects as usize, u64::from(self.limits().effect_bytes));
        if self.effects.len() >= most {
            return Err(Stop::Effects { limit: most as u64 }.into());
        }
        self.effect_bytes = self.effect_bytes.saturating_add(bytes as u64);
        if self.effect_bytes > most_bytes {
            return Err(Stop::Bytes { limit_bytes: most_bytes }.into());
        }
        self.effects.push(effect);
        Ok(())
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: self.wasi.get(), table: self.table.get() }
    }
}

//! A module as others see it while its actor works: what it is now, how far it is, what it did.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use metrics::counter;
use xl_model::fault::Code;
use xl_model::grant::Grants;
use xl_model::id::ModuleKey;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_runtime::Plugin;
use xl_runtime::port::Ports;
use xl_runtime::run::Budget;
use xl_runtime::run::Context;
use xl_runtime::run::Granted;

use super::retry::Failure;

/// A module as an operator sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The module.
    pub module: Module,
    /// Events of its township that it has still to look at.
    pub behind: u64,
    /// Runs since the start of the hub.
    pub runs: u64,
    /// Events handled since the start of the hub.
    pub handled: u64,
    /// Runs that failed since the start of the hub.
    pub failed_runs: u64,
    /// The last failure in words, with its code, if there was one since the start.
    pub last_failure: Option<(Code, String)>,
    /// Its dead letters.
    pub dead_letters: u64,
    /// CPU time since the start of the hub, in microseconds.
    pub cpu_us: u64,
}

/// What runs need of a module; replaced as a whole.
#[derive(Clone)]
pub(super) struct Current {
    /// As of its last change.
    pub module: Arc<Module>,
    /// The build that runs.
    pub plugin: Arc<Plugin>,
    /// Settings, grants and ports for its runs.
    pub context: Context,
}

/// Written by the actor, read by everybody.
pub(super) struct Shared {
    current: RwLock<Current>,
    /// What runs under way may do; the same in every [`Current`] of the module.
    granted: Granted,
    /// What the actor has still to come to: until then only what is in all of it holds.
    coming: Mutex<Vec<Arc<Coming>>>,
    budget: Arc<Budget>,
    position: AtomicU64,
    runs: AtomicU64,
    handled: AtomicU64,
    failed_runs: AtomicU64,
    dead_letters: AtomicU64,
    cpu_us: AtomicU64,
    last_failure: Mutex<Option<(Code, String)>>,
}

/// What is about to hold.
struct Coming {
    /// In place of the stored grants.
    grants: Grants,
    /// Whether the module is switched off.
    stops: bool,
}

/// Holds back what is being withdrawn while the module's actor has not come to it.
pub(crate) struct Withdrawal {
    shared: Arc<Shared>,
    coming: Arc<Coming>,
}

impl Drop for Withdrawal {
    fn drop(&mut self) {
        let mut coming = self.shared.coming.lock().unwrap_or_else(PoisonError::into_inner);
        coming.retain(|coming| !Arc::ptr_eq(coming, &self.coming));
        self.shared.grant(&coming);
    }
}

impl Current {
    /// A module with the build that runs it.
    pub(super) fn new(module: Module, plugin: Arc<Plugin>, ports: &Ports, budget: Arc<Budget>) -> Self {
        let context = Context {
            module: module.key.clone(),
            settings: module.settings.to_string().into(),
            grants: module.grants.clone().into(),
            ports: ports.clone(),
            budget,
            recorded: None,
        };
        Self { module: Arc::new(module), plugin, context }
    }
}

impl Shared {
    /// A module that has not run since the start of the hub.
    pub(super) fn new(module: Module, plugin: Arc<Plugin>, ports: &Ports, dead_letters: u64) -> Self {
        let budget = Arc::new(Budget::default());
        let position = AtomicU64::new(module.cursor);
        let current = Current::new(module, plugin, ports, budget.clone());
        let shared = Self {
            granted: current.context.grants.clone(),
            coming: Mutex::default(),
            current: RwLock::new(current),
            budget,
            position,
            runs: AtomicU64::new(0),
            handled: AtomicU64::new(0),
            failed_runs: AtomicU64::new(0),
            dead_letters: AtomicU64::new(dead_letters),
            cpu_us: AtomicU64::new(0),
            last_failure: Mutex::new(None),
        };
        shared.grant(&[]);
        shared
    }

    /// The module now.
    pub(super) fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another state of the module in place, with the same budget.
    pub(super) fn replace(&self, module: Module, plugin: Arc<Plugin>, ports: &Ports) {
        self.set_position(module.cursor);
        let mut current = Current::new(module, plugin, ports, self.budget.clone());
        current.context.grants = self.granted.clone();
        let coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
        self.grant(&coming);
    }

    /// Takes from runs under way what they will lose by these grants, until the value is dropped.
    pub(super) fn withdraw(self: &Arc<Self>, grants: Grants) -> Withdrawal {
        self.hold_back(Coming { grants, stops: false })
    }

    /// Takes everything from runs under way, and lets nothing of them be committed, until the value is dropped.
    pub(super) fn stop(self: &Arc<Self>) -> Withdrawal {
        self.hold_back(Coming { grants: Grants::default(), stops: true })
    }

    /// Whether the module is about to be switched off.
    pub(super) fn is_stopping(&self) -> bool {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|coming| coming.stops)
    }

    /// What runs may do at this moment; `None` while the module does not run or is about to be switched off.
    pub(super) fn granted(&self) -> Option<Arc<Grants>> {
        let runs = self.current().module.state == ModuleState::Running && !self.is_stopping();
        runs.then(|| self.granted.now())
    }

    /// Whether a run that began with these grants ended with the same: what it wanted may be committed.
    pub(super) fn has_kept(&self, granted: &Arc<Grants>) -> bool {
        Arc::ptr_eq(granted, &self.granted.now()) && !self.is_stopping()
    }

    fn hold_back(self: &Arc<Self>, what: Coming) -> Withdrawal {
        let what = Arc::new(what);
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        coming.push(what.clone());
        self.grant(&coming);
        Withdrawal { shared: self.clone(), coming: what }
    }

    fn grant(&self, coming: &[Arc<Coming>]) {
        let module = self.current().module;
        // Pages of what was switched off are drawn of its records, and look at nothing.
        let stored = match (module.state, module.grants.clone()) {
            (ModuleState::Disabled, stored) => {
                let drawn = Grants { links: stored.links, cases: stored.cases, ..Grants::default() };
                stored.narrowed_to(&drawn)
            }
            (ModuleState::Running | ModuleState::Suspended, stored) => stored,
        };
        let now = coming.iter().fold(stored, |now, coming| now.narrowed_to(&coming.grants));
        if *self.granted.now() != now {
            self.granted.set(now);
        }
    }

    /// Notes what a commit changed.
    pub(super) fn committed(&self, revision: u64, cursor: Option<u64>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let module = Arc::make_mut(&mut current.module);
        module.revision = revision;
        if let Some(cursor) = cursor {
            module.cursor = cursor;
            self.set_position(cursor);
        }
    }

    /// Everything up to `seq` is handled, or is not for this module.
    pub(super) fn set_position(&self, seq: u64) {
        self.position.store(seq, Ordering::Relaxed);
    }

    /// Notes that so many events were handled.
    pub(super) fn handled(&self, key: &ModuleKey, events: u64) {
        self.handled.fetch_add(events, Ordering::Relaxed);
        counter!("xl_module_events_total", "township" => key.township.to_string(), "plugin" => key.plugin.to_string())
            .increment(events);
    }

    /// Notes a run and the CPU time it took.
    pub(super) fn ran(&self, key: &ModuleKey, cpu_us: u64) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.cpu_us.fetch_add(cpu_us, Ordering::Relaxed);
        let (township, plugin) = (key.township.to_string(), key.plugin.to_string());
        counter!("xl_module_runs_total", "township" => township.clone(), "plugin" => plugin.clone()).increment(1);
        counter!("xl_module_cpu_us_total", "township" => township, "plugin" => plugin).increment(cpu_us);
    }

    /// Notes a run that failed.
    pub(super) fn failed(&self, key: &ModuleKey, failure: &Failure) {
        self.failed_runs.fetch_add(1, Ordering::Relaxed);
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((failure.code, failure.detail.clone()));
        counter!(
            "xl_module_failures_total",
            "township" => key.township.to_string(),
            "plugin" => key.plugin.to_string(),
            "code" => failure.code.to_string()
        )
        .increment(1);
    }

    /// Notes an event that was given up.
    pub(super) fn gave_up(&self) {
        self.dead_letters.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes a dead letter that was handled after all.
    pub(super) fn settled(&self) {
        // Never below zero, also when retention removed the letter at the same time.
        let _ = self.dead_letters.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
    }

    /// What an operator sees, when the township's newest event has the number `last_seq`.
    pub(super) fn status(&self, last_seq: u64) -> Status {
        let module = Module::clone(&self.current().module);
        let position = self.position.load(Ordering::Relaxed).max(module.cursor);
        Status {
            behind: last_seq.saturating_sub(position),
            runs: self.runs.load(Ordering::Relaxed),
            handled: self.handled.load(Ordering::Relaxed),
            failed_runs: self.failed_runs.load(Ordering::Relaxed),
            last_failure: self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            dead_letters: self.dead_letters.load(Ordering::Relaxed),
            cpu_us: self.cpu_us.load(Ordering::Relaxed),
            module,
        }
    }
}

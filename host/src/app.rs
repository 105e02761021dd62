//! The hub as a whole: the one file that names all stages.
//!
//! Starts them in flow order and stops them in reverse, so that nothing arrives before it can be kept and nothing is
//! acknowledged that is not.

pub mod clock;
pub(crate) mod credentials;
mod egress;
mod error;
mod eye;
mod keys;
mod links;
pub mod logging;
mod metrics;
mod ports;
mod rotation;
mod server;
mod stages;

pub use credentials::CredentialError;
pub use error::AppError;
pub(crate) use keys::write_private;
pub use rotation::Rotated;
pub use rotation::rotate_key;

use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::Digest as _;
use sha2::Sha256;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use xl_bridge::mqtt::broker;
use xl_bridge::mqtt::broker::EmbeddedBroker;
use xl_bridge::mqtt::client;
use xl_bridge::mqtt::link::LinkState;
use xl_bridge::mqtt::sender;
use xl_bridge::mqtt::sender::Manner;
use xl_bridge::port::Ports;
use xl_bridge::port::Submission;
use xl_bridge::waiting::SharedRoom;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::clock::Clock;
use xl_runtime::Engine;
use xl_runtime::EngineConfig;
use xl_runtime::compile::CompileConfig;
use xl_store::Store;
use xl_store::StoreConfig;

use crate::api;
use crate::audit::Auditor;
use crate::audit::checkpoints;
use crate::audit::checkpoints::Checkpoints;
use crate::cameras::Cameras;
use crate::cases;
use crate::cases::Cases;
use crate::config::Config;
use crate::console;
use crate::devices::Devices;
use crate::dispatch;
use crate::dispatch::Modules;
use crate::export;
use crate::export::Exports;
use crate::forward::Announced;
use crate::forward::Forwarder;
use crate::ingest;
use crate::ingest::Refusals;
use crate::look::Looks;
use crate::onvif;
use crate::onvif::Onvif;
use crate::people::FirstStart;
use crate::people::People;
use crate::places::Places;
use crate::rights;
use crate::rights::Counter;
use crate::rights::Desk;
use crate::rights::Figures;
use crate::sample;
use crate::schedule;
use crate::status;
use crate::status::Statuses;
use crate::uplink;
use credentials::Credentials;
use egress::CheckedEgress;
use eye::OnvifEye;
use stages::Stages;

/// Observations that wait for the log: one drain while the one before commits, so a bridge waits when the disk is behind.
const INBOX: usize = 1_024;

/// Newest events of each township in memory: what a module that keeps up may be behind, a few MiB a township.
const HEAD_EVENTS: usize = 4_096;

/// A running hub.
pub struct Hub {
    http: SocketAddr,
    broker: Option<Arc<dyn EmbeddedBroker>>,
    token_file: PathBuf,
    first: Option<FirstStart>,
    store: Store,
    modules: Modules,
    stages: Stages,
    /// Ends what answers over HTTP: feeds would go on for ever.
    closing: CancellationToken,
}

/// Starts a hub that compiles plugins with this very program.
///
/// # Errors
/// Whatever keeps it from serving, with what to do about it.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Hub, AppError> {
    let program = std::env::current_exe().map_err(|source| AppError::Program { source })?;
    start_with(config, clock, program).await
}

/// Starts a hub that compiles plugins with `program`, which understands `compile-component`.
///
/// # Errors
/// Whatever keeps it from serving, with what to do about it.
pub async fn start_with(config: Config, clock: Arc<dyn Clock>, program: PathBuf) -> Result<Hub, AppError> {
    let data = config.hub.data.clone();
    let metrics = metrics::recorder()?;
    let secrets = keys::Keys::open(&data.join(keys::FOLDER))?;
    let mut stages = Stages::default();
    let closing = CancellationToken::new();

    // What everything else stands on: the log, the register, who may do what.
    let store =
        Store::open(StoreConfig { folder: data.clone(), commit_operations: 512, head_events: HEAD_EVENTS, readers: 4 })
            .await?;
    let auditor = Auditor::new(store.clone(), clock.clone());
    {
        let path = config.audit.checkpoints.clone().unwrap_or_else(|| data.join(checkpoints::FILE));
        let (auditor, store, data, keep_days) = (auditor.clone(), store.clone(), data.clone(), config.audit.keep_days);
        let told_in = checkpoints::told_in(&config);
        let checkpoints = Checkpoints { auditor, store, data, path, secret: secrets.audit, keep_days, told_in };
        stages.start("audit", |stop| checkpoints::run(checkpoints, stop));
    }
    auditor.record(started(&auditor, &config)).await?;
    let places = Places::open(store.clone(), clock.clone()).await?;
    places.begin(&config.places.county).await?;
    let seal = keys::settle(&store, &data.join(keys::FOLDER), secrets.cameras).await?;
    let cameras = Cameras::open(store.clone(), clock.clone(), seal, places).await?;
    let devices = Devices::open(store.clone(), cameras.clone(), clock.clone()).await?;
    let (people, first) = People::open(store.clone(), clock.clone(), cameras.places().clone(), secrets.people).await?;
    let token_file = data.join("admin-token");
    if let Some(token) = first.as_ref().and_then(|first| first.key.as_ref()) {
        keys::write_private(&token_file, token.as_bytes())
            .map_err(|source| AppError::File { path: token_file.clone(), source })?;
    }

    // What was seen of the cameras becomes their status.
    let (witness, evidence) = status::channel();
    let statuses = Statuses::default();

    // Observations become events.
    let limits = ingest::Limits::from(&config);
    let pictures = limits.picture.clone();
    let (refusals, writer) = Refusals::new();
    let (inbox, observed) = mpsc::channel::<Submission>(INBOX);
    {
        let store = store.clone();
        stages.start("refusals", |stop| writer.run(store, stop));
    }
    {
        let needs = ingest::Dependencies {
            store: store.clone(),
            devices: devices.clone(),
            refusals: refusals.clone(),
            clock: clock.clone(),
        };
        stages.start("ingest", |stop| ingest::run(observed, limits, needs, stop));
    }
    {
        let (statuses, store, clock, inbox) = (statuses.clone(), store.clone(), clock.clone(), inbox.clone());
        stages.start("status", |stop| status::run(evidence, statuses, store, clock, inbox, stop));
    }
    {
        let (cameras, witness) = (cameras.clone(), witness.clone());
        stages.start("roll", |stop| status::follow(cameras, witness, stop));
    }

    // Cameras that the hub signs in to are asked.
    let own = vec![config.http.listen, config.mqtt.listen];
    let onvif = Onvif::new(&config.onvif, own, cameras.clone(), clock.clone());
    {
        let (onvif, witness, inbox) = (onvif.clone(), Arc::new(witness.clone()), inbox.clone());
        stages.start("onvif", |stop| onvif::run(onvif, witness, inbox, stop));
    }

    // Cases move: by people, by modules, and by the clock when a limit ends.
    let cases = Cases::new(store.clone(), clock.clone(), config.cases.clone());
    {
        let cases = cases.clone();
        stages.start("cases", |stop| cases::run(cases, stop));
    }

    // Events take effect in sandboxes.
    let engine = Engine::new(EngineConfig {
        concurrent_runs: config.modules.concurrent_runs,
        max_memory_mib: config.modules.max_memory_mib,
        secret: secrets.sandbox,
    })?;
    let looks = Looks::new(store.clone(), Arc::new(OnvifEye(onvif.clone())), clock.clone());
    let credentials = Credentials::start(&data).await?;
    let egress = CheckedEgress::new(credentials).map_err(|source| AppError::Egress { source })?;
    let rules: ports::RulesOf = {
        let cases = cases.clone();
        Arc::new(move |township| cases.rules(township))
    };
    let modules = Modules::open(dispatch::Dependencies {
        store: store.clone(),
        engine,
        compile: CompileConfig {
            folder: data.join("compiled"),
            key: secrets.compiled,
            program,
            timeout_s: config.modules.compile_timeout_s,
            memory_mib: config.modules.compile_memory_mib,
        },
        ports: ports::connect(ports::Behind {
            store: store.clone(),
            clock: clock.clone(),
            register: cameras.clone(),
            looks: looks.clone(),
            inbox: inbox.clone(),
            limits: pictures.clone(),
            auditor: auditor.clone(),
            egress: Arc::new(egress),
            rules,
        }),
        clock: clock.clone(),
        limits: config.modules.clone(),
        plugins: config.plugins.clone(),
    })
    .await?;
    {
        let modules = modules.clone();
        stages.start("dispatch", |stop| modules.run(stop));
    }
    for receiver in &config.forward {
        let link = links::receiver(receiver, config.mqtt.max_packet_bytes)?;
        let form = Arc::new(Announced::new(receiver.kinds.clone()));
        let outbox = Arc::new(Forwarder::open(store.clone(), &receiver.name, form).await?);
        let told = watch::Sender::default();
        stages.start("forward", |stop| sender::run(link, Manner::default(), outbox, told, stop));
    }
    let mut above = None;
    if let Some(uplink) = &config.uplink {
        let link = links::above(uplink, config.mqtt.max_packet_bytes)?;
        let form = Arc::new(uplink::Relay::new(&uplink.bridge, store.clone()));
        let outbox = Arc::new(Forwarder::open(store.clone(), uplink::NAME, form).await?);
        let manner = Manner {
            max_messages_per_second: uplink.max_messages_per_second,
            max_bytes_per_second: uplink.max_bytes_per_second,
            presence: Some(Arc::new(uplink::Roll::new(uplink.bridge.clone(), statuses.clone()))),
        };
        let (state, watched) = watch::channel(LinkState::default());
        above = Some(watched);
        stages.start("uplink", |stop| sender::run(link, manner, outbox, state, stop));
    }

    // Time passes: due schedules, looks, retention.
    {
        let (store, clock) = (store.clone(), clock.clone());
        stages.start("schedule", |stop| schedule::run(store, clock, stop));
    }
    {
        let sampling = sample::Dependencies {
            store: store.clone(),
            cameras: cameras.clone(),
            modules: modules.clone(),
            looks: looks.clone(),
            inbox: inbox.clone(),
            pictures: pictures.clone(),
            auditor: auditor.clone(),
            clock: clock.clone(),
        };
        stages.start("sample", |stop| sample::run(sampling, stop));
    }
    {
        let keeper = schedule::Keeper {
            store: store.clone(),
            auditor: auditor.clone(),
            clock: clock.clone(),
            rules: config.retention.clone(),
        };
        stages.start("retention", |stop| schedule::retain(keeper, stop));
    }

    // What everybody may ask for.
    let desk = Desk::new(
        store.clone(),
        clock.clone(),
        auditor.clone(),
        cameras.places().clone(),
        secrets.rights,
        config.requests.clone(),
    );
    let exports = Exports::new(
        store.clone(),
        cameras.clone(),
        auditor.clone(),
        clock.clone(),
        data.join("exports"),
        pictures.clone(),
        config.exports.clone(),
    );
    {
        let exports = exports.clone();
        stages.start("export", |stop| export::run(exports, stop));
    }
    let places = cameras.places().clone();
    let figures = Figures::new(store.clone(), clock.clone(), cameras.clone(), modules.clone(), &config);
    {
        let desk = desk.clone();
        stages.start("rights", |stop| rights::run(desk, stop));
    }

    // Devices come last: nothing arrives before it can be kept. People come after, to a hub that is whole.
    let waiting = SharedRoom::default();
    let bridge = Ports {
        inbox: inbox.clone(),
        refusals: Arc::new(refusals.clone()),
        witness: Arc::new(witness.clone()),
        enrolments: Arc::new(cameras.clone()),
        waiting: waiting.clone(),
        clock: clock.clone(),
    };
    let broker = if config.mqtt.enabled {
        let limits = links::broker(&config.mqtt, &data);
        Some(broker::start(limits, Arc::new(devices.clone()), bridge.clone()).await?)
    } else {
        None
    };
    let mut external = None;
    if let Some(source) = &config.mqtt.external {
        let link = links::source(source, config.mqtt.max_packet_bytes)?;
        let (state, watched) = watch::channel(LinkState::default());
        external = Some(watched);
        let receiver = client::Receiver::new(link, bridge).map_err(|source| AppError::Dialects { source })?;
        stages.start("mqtt", |stop| receiver.run(state, stop));
    }
    let state = api::state::ApiState::new(api::state::Parts {
        store: store.clone(),
        modules: modules.clone(),
        cameras,
        devices,
        witness,
        statuses,
        onvif,
        looks,
        inbox,
        broker: broker.clone(),
        external,
        above,
        waiting,
        auditor,
        purposes: config.looks.purposes.clone(),
        people,
        cases,
        counter: Counter::new(desk.clone(), places),
        exports,
        desk,
        figures,
        #[cfg(feature = "openid")]
        openid: links::openid(config.openid.as_ref(), &config.hub.public_url, clock.clone())?,
        openid_settings: config.openid.clone(),
        clock,
        public_url: config.hub.public_url.clone(),
        mqtt_url: broker.as_ref().map_or_else(String::new, |broker| format!("mqtt://{}", broker.address())),
        trusted_proxies: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        pictures,
        metrics,
        shutdown: closing.clone(),
    });
    let listener = server::bind(config.http.listen).await?;
    let http = listener.local_addr().map_err(|source| AppError::Listen { address: config.http.listen, source })?;
    let router = api::router(state.clone()).merge(console::router(state));
    stages.start("http", |stop| server::run(listener, router, stop));

    Ok(Hub { http, broker, token_file, first, store, modules, stages, closing })
}

/// The row that says with which program and which configuration the hub serves from now on.
fn started(auditor: &Auditor, config: &Config) -> Entry {
    let configuration = hex::encode(Sha256::digest(format!("{config:?}")));
    let detail = format!("version {}; configuration {configuration}", env!("CARGO_PKG_VERSION"));
    Entry::new(auditor.now_ms(), Actor::hub(), "hub.start", "hub").with_outcome(Outcome::Noted).with_detail(&detail)
}

impl Hub {
    /// Where it serves people and programs.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where its own broker listens, if it runs one.
    pub fn mqtt(&self) -> Option<SocketAddr> {
        self.broker.as_ref().map(|broker| broker.address())
    }

    /// Where its own broker listens with TLS, if it does.
    pub fn mqtts(&self) -> Option<SocketAddr> {
        self.broker.as_ref().and_then(|broker| broker.tls_address())
    }

    /// The first administrator with what is shown this once, at the first start only.
    pub fn first(&self) -> Option<&FirstStart> {
        self.first.as_ref()
    }

    /// The file that the first administrator's key was written to.
    pub fn token_file(&self) -> &std::path::Path {
        &self.token_file
    }

    /// The event log and everything beside it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The modules.
    pub fn modules(&self) -> &Modules {
        &self.modules
    }

    /// Resolves when the log takes no more: stop and say why.
    pub async fn failed(&self) -> AppError {
        AppError::Store(self.store.failed().await)
    }

    /// Stops everything in reverse order. What was not acknowledged comes again after the next start.
    pub async fn stop(mut self) {
        self.closing.cancel();
        if let Some(broker) = &self.broker {
            broker.shutdown().await;
        }
        self.stages.stop().await;
        self.store.close().await;
    }
}

//! What tests of API and pages start from: a whole state over a store in a temporary folder, asked without a socket.

mod nothing;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use bytes::Bytes;
use sha2::Digest as _;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use xl_bridge::port::Submission;
use xl_bridge::waiting::SharedRoom;
use xl_media::PictureLimits;
use xl_model::effect::Effect;
use xl_model::grant::Grants;
use xl_model::id::DeviceId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::kpi::Report;
use xl_model::manifest::Manifest;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_runtime::Engine;
use xl_runtime::EngineConfig;
use xl_runtime::compile::CompileConfig;
use xl_runtime::port::Ports;
use xl_store::modules::Commit;
use xl_store::modules::Plugin;

use crate::api::state::ApiState;
use crate::api::state::Parts;
use crate::audit::Auditor;
use crate::cases::Cases;
use crate::config::Config;
use crate::devices::testing::SetClock;
use crate::devices::testing::TestHub;
use crate::dispatch::Dependencies;
use crate::dispatch::Modules;
use crate::export::Exports;
use crate::look::Looks;
use crate::onvif::Onvif;
use crate::people::NewAccount;
use crate::people::NewKey;
use crate::people::People;
use crate::rights::Counter;
use crate::rights::Desk;
use crate::rights::Figures;
use crate::status;
use crate::status::Intake;
use crate::status::StatusSink;
use crate::status::Statuses;

use nothing::Nothing;

/// A hub without modules, with the key and the one-time password of its first administrator.
pub(crate) struct TestSite {
    pub(crate) hub: TestHub,
    pub(crate) state: ApiState,
    pub(crate) token: String,
    pub(crate) first_password: String,
    pub(crate) inbox: mpsc::Receiver<Submission>,
    pub(crate) room: SharedRoom,
    pub(crate) shutdown: CancellationToken,
    pub(crate) cut: Arc<Mutex<Vec<DeviceId>>>,
    /// What the stage that watches over cameras starts with.
    pub(crate) watched: Option<(StatusSink, Intake, Statuses)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers.get(name.as_ref()).map_or("", |value| value.to_str().unwrap())
    }
}

impl TestSite {
    pub(crate) async fn new() -> Self {
        Self::with_public_url("http://hub.example.cn").await
    }

    pub(crate) async fn with_public_url(public_url: &str) -> Self {
        Self::with(public_url, &Config::default()).await
    }

    /// A hub with other settings than the usual ones, as far as they matter to API and pages.
    pub(crate) async fn with(public_url: &str, config: &Config) -> Self {
        let hub = TestHub::new().await;
        let places = hub.cameras.places().clone();
        let (people, first) = People::open(hub.store.clone(), hub.clock.clone(), places, [9; 32]).await.unwrap();
        let first = first.unwrap();
        let modules = Modules::open(Dependencies {
            store: hub.store.clone(),
            engine: Engine::new(EngineConfig { concurrent_runs: 1, max_memory_mib: 1, secret: [7; 32] }).unwrap(),
            compile: CompileConfig {
                folder: std::env::temp_dir(),
                key: [7; 32],
                program: "/nowhere".into(),
                timeout_s: 1,
                memory_mib: 256,
            },
            ports: Ports {
                records: Arc::new(Nothing),
                cameras: Arc::new(Nothing),
                egress: Arc::new(Nothing),
                cases: Arc::new(Nothing),
            },
            clock: hub.clock.clone(),
            limits: Config::parse("test.toml", "").unwrap().modules,
            plugins: Config::default().plugins,
        });
        let onvif = Onvif::new(&Config::default().onvif, Vec::new(), hub.cameras.clone(), hub.clock.clone());
        let (observed, inbox) = mpsc::channel(1);
        let (witness, evidence) = status::channel();
        let statuses = Statuses::default();
        let room = SharedRoom::default();
        let (shutdown, cut) = (CancellationToken::new(), Arc::<Mutex<Vec<DeviceId>>>::default());
        let (modules, auditor) = (modules.await.unwrap(), Auditor::new(hub.store.clone(), hub.clock.clone()));
        let places = hub.cameras.places().clone();
        let (store, clock) = (hub.store.clone(), hub.clock.clone());
        let rules = config.requests.clone();
        let exports = Exports::new(
            store.clone(),
            hub.cameras.clone(),
            auditor.clone(),
            clock.clone(),
            hub.folder.path().join("exports"),
            PictureLimits::default(),
            config.exports.clone(),
        );
        let desk = Desk::new(store.clone(), clock.clone(), auditor.clone(), places.clone(), [11; 32], rules);
        let cases = Cases::new(store.clone(), clock.clone(), config.cases.clone());
        let figures = Figures::new(store, clock, hub.cameras.clone(), modules.clone(), config);
        let state = ApiState::new(Parts {
            store: hub.store.clone(),
            modules,
            counter: Counter::new(desk.clone(), places),
            cases,
            exports,
            desk,
            figures,
            cameras: hub.cameras.clone(),
            devices: hub.devices.clone(),
            witness: witness.clone(),
            statuses: statuses.clone(),
            onvif,
            looks: Looks::new(hub.store.clone(), Arc::new(Nothing), hub.clock.clone()),
            inbox: observed,
            broker: Some(Arc::new(Cutter(cut.clone()))),
            external: None,
            above: None,
            waiting: room.clone(),
            auditor,
            purposes: Config::default().looks.purposes,
            clock: hub.clock.clone(),
            people,
            #[cfg(feature = "openid")]
            openid: config.openid.as_ref().map(|settings| {
                let _ = rustls::crypto::ring::default_provider().install_default();
                crate::openid::OpenId::new(settings, "secret".to_owned(), public_url, hub.clock.clone()).unwrap()
            }),
            openid_settings: config.openid.clone(),
            public_url: public_url.to_owned(),
            mqtt_url: "mqtt://hub.example.cn:1883".to_owned(),
            trusted_proxies: Vec::new(),
            pictures: PictureLimits { max_bytes: 3 << 20, max_side: 8_192, max_pixels: 34_000_000 },
            metrics: metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle(),
            shutdown: shutdown.clone(),
        });
        let watched = Some((witness, evidence, statuses));
        Self {
            hub,
            state,
            token: first.key.clone().unwrap(),
            first_password: first.password,
            inbox,
            room,
            shutdown,
            cut,
            watched,
        }
    }

    /// Lets the clock run on.
    pub(crate) fn pass(&self, ms: i64) {
        let clock: &SetClock = &self.hub.clock;
        clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// A key of an account that has one role, and is called like it.
    pub(crate) async fn key(&self, role: &str) -> String {
        let people = self.state.people();
        let admin = people.with_key(&self.token).await.unwrap().subject;
        let (name, roles) = (role.split('@').next().unwrap().parse().unwrap(), vec![role.parse().unwrap()]);
        let reach = role.split('@').nth(1).unwrap().parse().unwrap();
        let new = NewAccount { name, title: role.to_owned(), reach, roles: roles.clone() };
        let (account, _) = people.add_account(&admin, new).await.unwrap();
        people
            .add_key(&account.name, NewKey { title: role.to_owned(), roles, days: 1, addresses: Vec::new() })
            .await
            .unwrap()
            .1
    }

    /// The plugin `trace` enabled in a township: rows of the store alone, since nobody vouches for its bytes.
    pub(crate) async fn enable_trace(&self, township: &str, settings: serde_json::Value) -> Module {
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "id": "trace", "version": "1.0.0", "hub": "0.1.0",
            "name": { "zh": "溯源", "en": "Trace" }, "description": { "zh": "溯源", "en": "Trace" },
        }))
        .unwrap();
        let component = bytes::Bytes::from_static(b"no component");
        let digest: Digest = hex::encode(sha2::Sha256::digest(&component)).parse().unwrap();
        let plugin = Plugin { digest: digest.clone(), manifest, installed_ms: 0, signature: None };
        self.hub.store.install_plugin(plugin, component).await.unwrap();
        let module = Module {
            key: ModuleKey { township: township.parse().unwrap(), plugin: "trace".parse().unwrap() },
            digest,
            previous: None,
            settings,
            grants: Grants::default(),
            state: ModuleState::Running,
            reason: None,
            cursor: 0,
            revision: 0,
            enabled_ms: 0,
        };
        self.hub.store.enable_module(module).await.unwrap()
    }

    /// Lets a module that has not run yet report a key figure of November 2026 at these places.
    pub(crate) async fn report(&self, module: &Module, figures: &[(&str, f64)]) {
        let report = |(place, numerator): &(&str, f64)| {
            Effect::ReportKpi(Report {
                kpi: "rate".to_owned(),
                version: 1,
                period: "2026-11".parse().unwrap(),
                place: place.parse().unwrap(),
                numerator: *numerator,
                denominator: 10.0,
                at_ms: 0,
            })
        };
        let commit = Commit {
            module: module.key.clone(),
            revision: module.revision,
            cursor: None,
            trigger: None,
            effects: figures.iter().map(report).collect(),
            events: Vec::new(),
            dead_letters: Vec::new(),
            settled: Vec::new(),
            answers: Vec::new(),
            used: None,
        };
        self.hub.store.commit(commit).await.unwrap();
    }

    /// A request with the first key.
    pub(crate) fn signed(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token))
    }
}

/// Asks a router.
pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 16 << 20).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, bytes, text }
}

/// Asks with GET and without anything else.
pub(crate) async fn get(router: &Router, path: &str) -> Answer {
    ask(router, Request::get(path).body(Body::empty()).unwrap()).await
}

struct Cutter(Arc<Mutex<Vec<DeviceId>>>);

#[async_trait::async_trait]
impl xl_bridge::mqtt::broker::EmbeddedBroker for Cutter {
    fn address(&self) -> std::net::SocketAddr {
        std::net::SocketAddr::from(([127, 0, 0, 1], 1883))
    }

    fn tls_address(&self) -> Option<std::net::SocketAddr> {
        None
    }

    async fn disconnect(&self, device: &DeviceId) {
        self.0.lock().unwrap().push(device.clone());
    }

    async fn shutdown(&self) {}
}

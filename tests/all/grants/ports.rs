//! Modules over ports in memory: a township with two cameras, and records that are read only when the test says so.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::figures::Figures;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::event::NewEvent;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::metrics::Change;
use xl_model::metrics::PictureMetrics;
use xl_model::picture::Provenance;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_model::region::Region;
use xl_runtime::Engine;
use xl_runtime::EngineConfig;
use xl_runtime::compile::CompileConfig;
use xl_runtime::port;
use xl_runtime::port::CameraInfo;
use xl_runtime::port::Cameras;
use xl_runtime::port::Cases;
use xl_runtime::port::Egress;
use xl_runtime::port::FetchError;
use xl_runtime::port::NoSnapshot;
use xl_runtime::port::PixelFormat;
use xl_runtime::port::PortError;
use xl_runtime::port::Ports;
use xl_runtime::port::Records;
use xl_runtime::port::Used;
use xl_runtime::port::View;
use xl_store::Store;
use xl_store::StoreConfig;
use xueliang::app::clock::SystemClock;
use xueliang::config::Config;
use xueliang::config::Plugins;
use xueliang::config::Unsigned;
use xueliang::dispatch::Dependencies;
use xueliang::dispatch::Modules;

use crate::programs;
use crate::town::TOWNSHIP;

/// A reader that waits for the word to go on.
pub(super) type Waits = oneshot::Sender<()>;

pub(super) struct Site {
    pub(super) modules: Modules,
    pub(super) store: Store,
    _folder: tempfile::TempDir,
}

impl Site {
    /// Modules that tell each reading of a record, and wait.
    pub(super) async fn start(asked: mpsc::Sender<Waits>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 64, readers: 2 };
        let store = Store::open(config).await.unwrap();
        let world = Arc::new(World { asked });
        let dependencies = Dependencies {
            store: store.clone(),
            engine: Engine::new(EngineConfig { concurrent_runs: 2, max_memory_mib: 64, secret: [3; 32] }).unwrap(),
            compile: CompileConfig {
                folder: folder.path().join("compiled"),
                key: [7; 32],
                program: programs::hub(),
                timeout_s: 120,
                memory_mib: 2_048,
            },
            ports: Ports { records: world.clone(), cases: world.clone(), cameras: world.clone(), egress: world },
            clock: Arc::new(SystemClock),
            limits: Config::default().modules,
            plugins: Plugins { unsigned: Unsigned::Allow, publishers: Vec::new() },
        };
        Self { modules: Modules::open(dependencies).await.unwrap(), store, _folder: folder }
    }

    pub(super) async fn stop(self) {
        let stop = CancellationToken::new();
        stop.cancel();
        self.modules.run(stop).await;
    }
}

/// An event that asks for host calls.
pub(super) fn ping(number: usize, script: &Value) -> NewEvent {
    NewEvent {
        township: TOWNSHIP.parse().unwrap(),
        source: "test".into(),
        id: number.to_string().into(),
        kind: "test.ping".parse().unwrap(),
        camera: None,
        subject: None,
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: script.to_string().into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

struct World {
    asked: mpsc::Sender<Waits>,
}

fn nothing<T>() -> Result<T, PortError> {
    Err(PortError("nothing here".to_owned()))
}

#[async_trait::async_trait]
impl Records for World {
    async fn get(&self, _: &ModuleKey, _: &str, _: &str) -> Result<Option<String>, PortError> {
        let (waits, go_on) = oneshot::channel();
        self.asked.send(waits).await.unwrap();
        go_on.await.unwrap();
        Ok(None)
    }

    async fn find(&self, _: &ModuleKey, _: RecordQuery) -> Result<RecordPage, PortError> {
        nothing()
    }

    async fn has_link(&self, _: &ModuleKey, _: &str) -> Result<bool, PortError> {
        nothing()
    }

    async fn used(&self, _: &ModuleKey) -> Result<Used, PortError> {
        Ok(Used::default())
    }
}

#[async_trait::async_trait]
impl Cameras for World {
    async fn list(&self, _: &TownshipId) -> Result<Vec<CameraInfo>, PortError> {
        let camera = |id: &str| CameraInfo {
            id: id.parse().unwrap(),
            name: id.to_owned(),
            place: "371122102999".to_owned(),
            last_seen_ms: None,
        };
        Ok(vec![camera("gh-1"), camera("gh-2")])
    }

    async fn latest(&self, _: &TownshipId, _: &CameraId) -> Result<Option<Provenance>, PortError> {
        nothing()
    }

    async fn snapshot(&self, _: port::Look) -> Result<Result<Provenance, NoSnapshot>, PortError> {
        nothing()
    }

    async fn provenance(&self, _: &ModuleKey, _: &Digest) -> Result<Option<Provenance>, PortError> {
        nothing()
    }

    async fn metrics(&self, _: &Provenance) -> Result<PictureMetrics, PortError> {
        nothing()
    }

    async fn change(&self, _: &Provenance, _: &Provenance, _: Option<Region>) -> Result<Change, PortError> {
        nothing()
    }

    async fn pixels(&self, _: &Provenance, _: View, _: u32, _: u32, _: PixelFormat) -> Result<Vec<u8>, PortError> {
        nothing()
    }

    async fn jpeg(&self, _: &Provenance, _: View, _: u32) -> Result<Vec<u8>, PortError> {
        nothing()
    }
}

#[async_trait::async_trait]
impl Egress for World {
    async fn fetch(&self, _: port::Request) -> Result<port::Response, FetchError> {
        Err(FetchError::Timeout)
    }
}

#[async_trait::async_trait]
impl Cases for World {
    async fn get(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Case>, PortError> {
        nobody()
    }

    async fn by_key(&self, _: &ModuleKey, _: &str) -> Result<Option<Case>, PortError> {
        nobody()
    }

    async fn find(&self, _: &ModuleKey, _: CaseQuery) -> Result<CasePage, PortError> {
        nobody()
    }

    async fn history(&self, _: &ModuleKey, _: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        nobody()
    }

    async fn figures(&self, _: &ModuleKey, _: i64, _: i64, _: Grouping) -> Result<Vec<(String, Figures)>, PortError> {
        nobody()
    }

    async fn rules(&self, _: &TownshipId) -> Result<Arc<Rules>, PortError> {
        nobody()
    }

    async fn next_number(&self, _: &TownshipId, _: u16) -> Result<u32, PortError> {
        nobody()
    }
}

fn nobody<T>() -> Result<T, PortError> {
    Err(PortError("nobody asks for cases here".to_owned()))
}

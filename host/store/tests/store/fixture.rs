//! A store in a temporary folder, and things to put into it.

use sha2::Digest as _;
use sha2::Sha256;
use xl_model::event::Appended;
use xl_model::event::Event;
use xl_model::event::NewEvent;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureRef;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::modules::Commit;

/// 2026-11-23T08:00:00Z.
pub(crate) const NOON_MS: i64 = 1_795_420_800_000;
pub(crate) const DAY_MS: i64 = 86_400_000;
pub(crate) const TOWN: &str = "371122102";

pub(crate) struct Town {
    pub(crate) store: Store,
    pub(crate) config: StoreConfig,
    _folder: tempfile::TempDir,
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with_head(4096).await
    }

    /// A store that keeps only so many events in memory.
    pub(crate) async fn with_head(head_events: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            StoreConfig { folder: folder.path().join("data"), commit_operations: 512, head_events, readers: 2 };
        let store = Store::open(config.clone()).await.unwrap();
        Self { store, config, _folder: folder }
    }

    pub(crate) async fn reopen(&mut self) {
        self.store.close().await;
        self.store = Store::open(self.config.clone()).await.unwrap();
    }

    /// All events of the town.
    pub(crate) async fn events(&self) -> Vec<std::sync::Arc<Event>> {
        self.store.events_after(&town(), 0, usize::MAX).await.unwrap()
    }

    /// The ids of all events of the town, in order.
    pub(crate) async fn ids(&self) -> Vec<String> {
        self.events().await.iter().map(|event| event.id.to_string()).collect()
    }

    pub(crate) async fn append(&self, events: Vec<NewEvent>) -> Vec<Appended> {
        self.store.append(events).await.unwrap()
    }

    pub(crate) async fn enable(&self, plugin: &str) -> Module {
        self.store.enable_module(module(plugin)).await.unwrap()
    }
}

pub(crate) fn town() -> TownshipId {
    TOWN.parse().unwrap()
}

pub(crate) fn fact(id: impl Into<String>) -> NewEvent {
    NewEvent {
        township: town(),
        source: "371122102.gh-1".into(),
        id: id.into().into(),
        kind: "sensor.reading".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: Some("north".into()),
        time_ms: NOON_MS - 5,
        received_ms: NOON_MS,
        data: r#"{"temperature": 21.5}"#.into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

pub(crate) fn facts(prefix: &str, count: usize) -> Vec<NewEvent> {
    (0..count).map(|index| fact(format!("{prefix}-{index:05}"))).collect()
}

pub(crate) fn picture(bytes: &[u8]) -> PictureRef {
    PictureRef { sha256: hash(bytes), width: 640, height: 360, bytes: u32::try_from(bytes.len()).unwrap() }
}

pub(crate) fn hash(bytes: &[u8]) -> Digest {
    hex::encode(Sha256::digest(bytes)).parse().unwrap()
}

pub(crate) fn key(plugin: &str) -> ModuleKey {
    ModuleKey { township: town(), plugin: plugin.parse().unwrap() }
}

pub(crate) fn module(plugin: &str) -> Module {
    Module {
        key: key(plugin),
        digest: hash(plugin.as_bytes()),
        previous: None,
        settings: serde_json::json!({"limit": 3}),
        grants: Grants { links: true, ..Grants::default() },
        state: ModuleState::Running,
        reason: None,
        cursor: 0,
        revision: 0,
        enabled_ms: NOON_MS,
    }
}

/// A commit that changes nothing but the revision.
pub(crate) fn commit(plugin: &str, revision: u64) -> Commit {
    Commit {
        module: key(plugin),
        revision,
        cursor: None,
        trigger: None,
        effects: Vec::new(),
        events: Vec::new(),
        dead_letters: Vec::new(),
        settled: Vec::new(),
        answers: Vec::new(),
        used: None,
    }
}

/// The numbers that were given.
pub(crate) fn numbers(appended: &[Appended]) -> Vec<Option<u64>> {
    appended
        .iter()
        .map(|appended| match appended {
            Appended::Stored(seq) => Some(*seq),
            Appended::Repeated => None,
        })
        .collect()
}

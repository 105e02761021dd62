//! What tests of the stages start from: a store in a temporary folder, a clock that is set, a register.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::id::DeviceId;
use xl_store::Store;
use xl_store::StoreConfig;

use super::Devices;

/// 2026-11-23T08:00:00Z.
pub(crate) const NOW_MS: TimestampMs = 1_795_420_800_000;

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct SetClock(pub(crate) AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> TimestampMs {
        self.0.load(Ordering::SeqCst)
    }
}

/// A store with its register; gone with its folder.
pub(crate) struct TestHub {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) devices: Devices,
    folder: tempfile::TempDir,
}

impl TestHub {
    /// An empty one.
    pub(crate) async fn new() -> Self {
        Self::open(tempfile::tempdir().unwrap()).await
    }

    /// The same data after a restart.
    pub(crate) async fn restart(self) -> Self {
        self.store.close().await;
        Self::open(self.folder).await
    }

    /// Registers a camera of the township 371122102.
    pub(crate) async fn register(&self, camera: &str) -> DeviceId {
        let id: DeviceId = format!("371122102.{camera}").parse().unwrap();
        self.devices.register(id.clone(), camera.to_owned(), "371122102201".to_owned()).await.unwrap();
        id
    }

    async fn open(folder: tempfile::TempDir) -> Self {
        let config =
            StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 64, readers: 2 };
        let store = Store::open(config).await.unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(NOW_MS)));
        let devices = Devices::open(store.clone(), clock.clone()).await.unwrap();
        Self { store, clock, devices, folder }
    }
}

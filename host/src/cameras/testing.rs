//! What tests of the stages start from: a store in a temporary folder, a clock that is set, a register of cameras, a log.

use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicI64;

use xl_model::audit::Actor;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
pub(crate) use xl_model::clock::SetClock;
use xl_model::clock::TimestampMs;
use xl_store::Store;
use xl_store::StoreConfig;

use super::Cameras;
use super::Hand;
use crate::audit::Auditor;
use crate::places::Places;

/// 2026-11-23T08:00:00Z.
pub(crate) const NOW_MS: TimestampMs = 1_795_420_800_000;

/// A store with its register of cameras; gone with its folder.
pub(crate) struct TestRegister {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) cameras: Cameras,
    pub(crate) folder: tempfile::TempDir,
}

impl TestRegister {
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
    pub(crate) async fn add_camera(&self, camera: &str, fields: &[(Field, &str)]) -> CameraKey {
        self.cameras.add(&draft(camera, fields)).await.unwrap().camera.key
    }

    /// Somebody who changes cameras, and why.
    pub(crate) fn hand(&self, by: &str, reason: &str) -> Hand {
        hand(&self.store, self.clock.clone(), by, reason)
    }

    pub(crate) async fn open(folder: tempfile::TempDir) -> Self {
        let config =
            StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 64, readers: 2 };
        let store = Store::open(config).await.unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(NOW_MS)));
        let places = Places::open(store.clone(), clock.clone()).await.unwrap();
        let cameras = Cameras::open(store.clone(), clock.clone(), [7; 32], places).await.unwrap();
        Self { store, clock, cameras, folder }
    }
}

/// What is logged, kept in memory; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What was logged so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Somebody who changes cameras, and why.
pub(crate) fn hand(store: &Store, clock: Arc<SetClock>, by: &str, reason: &str) -> Hand {
    let auditor = Auditor::new(store.clone(), clock);
    Hand::new(by.parse().unwrap(), Actor::new(by, ""), reason, auditor)
}

/// A camera of the township 371122102 as somebody would type it, with the sign that it needs to run.
pub(crate) fn draft(camera: &str, fields: &[(Field, &str)]) -> Draft {
    let mut draft = Draft::default();
    let usual = [
        (Field::Township, "371122102"),
        (Field::Camera, camera),
        (Field::Name, camera),
        (Field::Place, "371122102201"),
        (Field::SignageDate, "2026-11-01"),
    ];
    for (field, text) in usual.iter().chain(fields) {
        draft.set(*field, *text);
    }
    draft
}

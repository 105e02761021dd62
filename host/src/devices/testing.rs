//! What tests of the stages start from: a register of cameras with their logins.

use std::sync::Arc;

use xl_model::camera::CameraKey;
use xl_model::camera::draft::Field;
use xl_model::id::DeviceId;
use xl_store::Store;

use super::Devices;
use crate::cameras::Cameras;
use crate::cameras::Hand;
pub(crate) use crate::cameras::testing::NOW_MS;
pub(crate) use crate::cameras::testing::SetClock;
use crate::cameras::testing::TestRegister;
use crate::cameras::testing::draft;
use crate::cameras::testing::hand;

/// A store with its registers; gone with its folder.
pub(crate) struct TestHub {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) cameras: Cameras,
    pub(crate) devices: Devices,
    pub(crate) folder: tempfile::TempDir,
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
        self.devices.register(id.clone(), draft(camera, &[])).await.unwrap();
        id
    }

    /// Registers a camera of the township 371122102 without a login.
    pub(crate) async fn add_camera(&self, camera: &str, fields: &[(Field, &str)]) -> CameraKey {
        self.cameras.add(&draft(camera, fields)).await.unwrap().camera.key
    }

    /// Somebody who changes cameras, and why.
    pub(crate) fn hand(&self, by: &str, reason: &str) -> Hand {
        hand(&self.store, self.clock.clone(), by, reason)
    }

    async fn open(folder: tempfile::TempDir) -> Self {
        let TestRegister { store, clock, cameras, folder } = TestRegister::open(folder).await;
        let devices = Devices::open(store.clone(), cameras.clone(), clock.clone()).await.unwrap();
        Self { store, clock, cameras, devices, folder }
    }
}

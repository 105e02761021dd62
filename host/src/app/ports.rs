//! What a sandbox may read, answered from the store, the register and the pictures.

use std::sync::Arc;

use async_trait::async_trait;
use xl_media::PictureLimits;
use xl_model::id::CameraId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::picture::Provenance;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;
use xl_runtime::port::CameraInfo;
use xl_runtime::port::Cameras;
use xl_runtime::port::Egress;
use xl_runtime::port::PixelFormat;
use xl_runtime::port::PortError;
use xl_runtime::port::Ports;
use xl_runtime::port::Records;
use xl_store::Store;

use crate::devices::Devices;

/// Connects the ports to what answers them.
pub(super) fn connect(store: Store, devices: Devices, limits: PictureLimits, egress: Arc<dyn Egress>) -> Ports {
    Ports {
        records: Arc::new(StoredRecords { store: store.clone() }),
        cameras: Arc::new(RegisteredCameras { store, devices, limits }),
        egress,
    }
}

struct StoredRecords {
    store: Store,
}

#[async_trait]
impl Records for StoredRecords {
    async fn get(&self, module: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, PortError> {
        self.store.record(module, collection, key).await.map_err(|error| failed(&error))
    }

    async fn find(&self, module: &ModuleKey, query: RecordQuery) -> Result<RecordPage, PortError> {
        self.store.find_records(module, query).await.map_err(|error| failed(&error))
    }

    async fn has_link(&self, module: &ModuleKey, code: &str) -> Result<bool, PortError> {
        let link = self.store.link(code).await.map_err(|error| failed(&error))?;
        Ok(link.is_some_and(|link| link.module == *module && !link.revoked))
    }
}

struct RegisteredCameras {
    store: Store,
    devices: Devices,
    limits: PictureLimits,
}

impl RegisteredCameras {
    async fn bytes(&self, sha256: &Digest) -> Result<bytes::Bytes, PortError> {
        match self.store.picture(sha256).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(PortError(format!("picture `{sha256}` is past its retention"))),
            Err(error) => Err(failed(&error)),
        }
    }
}

#[async_trait]
impl Cameras for RegisteredCameras {
    async fn list(&self, township: &TownshipId) -> Result<Vec<CameraInfo>, PortError> {
        let devices = self.devices.list(Some(township));
        Ok(devices
            .into_iter()
            .map(|device| CameraInfo {
                id: device.id.camera,
                name: device.name,
                place: device.place,
                last_seen_ms: device.last_seen_ms,
            })
            .collect())
    }

    async fn latest(&self, township: &TownshipId, camera: &CameraId) -> Result<Option<Provenance>, PortError> {
        self.store.latest_picture(township, camera).await.map_err(|error| failed(&error))
    }

    async fn provenance(&self, township: &TownshipId, sha256: &Digest) -> Result<Option<Provenance>, PortError> {
        self.store.provenance(township, sha256).await.map_err(|error| failed(&error))
    }

    async fn pixels(
        &self,
        sha256: &Digest,
        width: u32,
        height: u32,
        format: PixelFormat,
    ) -> Result<Vec<u8>, PortError> {
        let format = match format {
            PixelFormat::Gray => xl_media::PixelFormat::Gray,
            PixelFormat::Rgb => xl_media::PixelFormat::Rgb,
        };
        let (jpeg, limits) = (self.bytes(sha256).await?, self.limits.clone());
        away(move || xl_media::pixels(&jpeg, width, height, format, &limits)).await
    }

    async fn jpeg(&self, sha256: &Digest, max_width: u32) -> Result<Vec<u8>, PortError> {
        let (jpeg, limits) = (self.bytes(sha256).await?, self.limits.clone());
        away(move || xl_media::shrink(&jpeg, max_width, &limits)).await
    }
}

async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, xl_media::PictureError> + Send + 'static,
) -> Result<T, PortError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(lost) => Err(failed(&lost)),
    }
}

fn failed(error: &dyn std::error::Error) -> PortError {
    PortError(error.to_string())
}

//! Who asks a camera for a picture: the bridge that it is attached by.

use async_trait::async_trait;
use bytes::Bytes;
use xl_model::camera::CameraKey;

use crate::look::Eye;
use crate::onvif::Onvif;

/// Asks the cameras that the hub signs in to; the others cannot be asked.
pub(super) struct OnvifEye(pub(super) Onvif);

#[async_trait]
impl Eye for OnvifEye {
    async fn snapshot(&self, camera: &CameraKey) -> Option<Result<Bytes, String>> {
        self.0.snapshot(camera).await
    }
}

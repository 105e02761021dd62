//! Passwords of cameras: kept sealed, opened for whoever signs in.

use tracing::info;
use xl_model::camera::Attachment;
use xl_model::camera::CameraKey;
use xl_store::cameras::RegisteredCamera;

use super::CameraError;
use super::Cameras;
use super::Secret;
use super::change::missing;

impl Cameras {
    /// Keeps a password for a camera that the hub signs in to, sealed.
    ///
    /// # Errors
    /// [`xl_store::StoreError::NotFound`], [`CameraError::NoSignIn`].
    pub async fn set_secret(&self, key: &CameraKey, secret: &Secret) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = self.row(key).ok_or_else(|| missing(key))?;
        if !matches!(row.camera.attachment, Attachment::Onvif { .. }) {
            return Err(CameraError::NoSignIn { camera: key.clone() });
        }
        let sealed = vec![(key.clone(), self.0.key.seal(key, secret))];
        self.write(vec![row.camera.clone()], sealed).await?;
        info!(camera = %key, "camera `{key}` has new credentials");
        Ok(())
    }

    /// Forgets the password of a camera.
    ///
    /// # Errors
    /// [`xl_store::StoreError::NotFound`].
    pub async fn forget_secret(&self, key: &CameraKey) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let row = self.row(key).ok_or_else(|| missing(key))?;
        self.0.store.remove_camera_credentials(key).await?;
        self.replace(RegisteredCamera { has_credentials: false, ..row.as_ref().clone() }, true);
        info!(camera = %key, "the credentials of camera `{key}` are forgotten");
        Ok(())
    }

    /// The password of a camera, for whoever signs in to it; nothing where none is kept.
    ///
    /// # Errors
    /// [`CameraError::Sealed`].
    pub async fn secret(&self, key: &CameraKey) -> Result<Option<Secret>, CameraError> {
        let sealed = self.0.store.camera_credentials(key).await?;
        sealed.map(|sealed| self.0.key.open(key, &sealed)).transpose()
    }
}

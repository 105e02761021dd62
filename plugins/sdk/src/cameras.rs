//! The cameras that the module was granted. Others do not exist for it.

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::cameras as host;
use crate::error::Error;
use crate::pictures::Picture;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::cameras as host;

pub use crate::bindings::xueliang::hub::cameras::Camera;
pub use crate::bindings::xueliang::hub::cameras::CamerasError;

/// All granted cameras, by id.
///
/// # Errors
/// `AccessDenied` when no cameras were granted at all.
pub fn list() -> Result<Vec<Camera>, Error> {
    host::list().map_err(Error::Cameras)
}

/// One granted camera.
///
/// # Errors
/// `NotFound` when it is not among the granted ones.
pub fn get(id: &str) -> Result<Camera, Error> {
    host::get(id).map_err(Error::Cameras)
}

/// The picture that the camera sent last, however old: look at its time.
///
/// # Errors
/// `NotFound` when it sent none yet, `AccessDenied` when the picture level does not reach so far.
pub fn latest_picture(id: &str) -> Result<Picture, Error> {
    host::latest_picture(id).map_err(Error::Cameras)
}

/// A picture of the camera that is at most `max_age_ms` old, looked at for `purpose`; waits for the camera 4 seconds at most.
///
/// To watch many cameras ask for samples in the manifest instead: they arrive as `camera.sampled` events.
///
/// # Errors
/// `AccessDenied` also when the camera does not serve this purpose, `Unavailable` when it gave no picture in time.
pub fn snapshot(id: &str, purpose: &str, max_age_ms: u32) -> Result<Picture, Error> {
    host::snapshot(id, purpose, max_age_ms).map_err(Error::Cameras)
}

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

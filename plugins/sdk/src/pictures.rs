//! Pictures by handle: the host decodes and scales, the plugin sees only the pixels it asks for.

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::pictures as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::pictures as host;

pub use crate::bindings::xueliang::hub::pictures::Change;
pub use crate::bindings::xueliang::hub::pictures::Info;
pub use crate::bindings::xueliang::hub::pictures::Metrics;
pub use crate::bindings::xueliang::hub::pictures::Picture;
pub use crate::bindings::xueliang::hub::pictures::PicturesError;
pub use crate::bindings::xueliang::hub::pictures::PixelFormat;
pub use crate::bindings::xueliang::hub::pictures::Point;

/// Opens a picture that an event referred to. Dropping it gives it back.
///
/// # Errors
/// `AccessDenied` when the picture level does not reach so far, `NotFound` when no granted camera brought it.
pub fn open(sha256: &str) -> Result<Picture, Error> {
    host::open(sha256).map_err(Error::Pictures)
}

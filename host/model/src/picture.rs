//! Pictures by reference: the bytes live in the object store under their hash.

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::id::CameraId;
use crate::id::Digest;
use crate::id::TownshipId;

/// What an event carries in place of picture bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRef {
    /// SHA-256 of the stored bytes.
    pub sha256: Digest,
    /// Width in pixels, from the JPEG header.
    pub width: u32,
    /// Height in pixels, from the JPEG header.
    pub height: u32,
    /// Size of the stored JPEG in bytes.
    pub bytes: u32,
}

/// Where a stored picture came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The picture.
    pub picture: PictureRef,
    /// The township that owns it.
    pub township: TownshipId,
    /// The camera that took it.
    pub camera: CameraId,
    /// When it was taken, by the device's clock; the receive time where the device gave none.
    pub time_ms: TimestampMs,
}

/// How much of a picture a module may see; each level includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureLevel {
    /// Nothing at all, not even that there is one.
    #[default]
    None,
    /// Figures about it (size, time), no pixels.
    Metric,
    /// Pixels under the camera's masks. A camera without masks gives its whole picture.
    Masked,
    /// Pixels as received.
    Raw,
}

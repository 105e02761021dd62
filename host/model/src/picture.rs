//! Pictures by reference: the bytes live in the object store under their hash.

use serde::Deserialize;
use serde::Serialize;

use crate::camera::Camera;
use crate::camera::LegalClass;
use crate::clock::TimestampMs;
use crate::id::CameraId;
use crate::id::Digest;
use crate::id::PluginId;
use crate::id::TownshipId;
use crate::region::Masks;

/// Most bytes of a picture that a person attaches to a form.
pub const MAX_UPLOAD_BYTES: usize = 8 * 1024 * 1024;

/// So many pixels the longer side of a public place's picture has at most for who is not shown it as it was received.
///
/// IEC 62676-4 wants 125 pixels to the metre to recognise a person; over a view of 2.6 m and more, 320 are fewer. What is closer
/// to its camera has to be masked. What was scaled away nothing brings back.
pub const ANONYMOUS_SIDE: u32 = 320;

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
    /// Who brought it.
    #[serde(flatten)]
    pub origin: PictureOrigin,
    /// When it was taken, by the device's clock; the receive time where the device gave none, and of an upload.
    pub time_ms: TimestampMs,
}

/// Who brought a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureOrigin {
    /// The camera that took it.
    Camera(CameraId),
    /// A person who attached it to a form on a page of this plugin: there is no camera, and there are no masks.
    Page(PluginId),
}

impl Provenance {
    /// The camera that took it, where one did.
    pub fn camera(&self) -> Option<&CameraId> {
        match &self.origin {
            PictureOrigin::Camera(camera) => Some(camera),
            PictureOrigin::Page(_) => None,
        }
    }
}

/// What is taken off a camera's picture for who is not shown it as it was received; nothing by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cover {
    /// What is hidden.
    pub masks: Masks,
    /// Pixels of the longer side at most; nothing: as many as there are.
    pub max_side: Option<u32>,
}

impl Cover {
    /// What covers the pictures of a camera.
    pub fn of(camera: &Camera) -> Self {
        let max_side = match camera.class {
            LegalClass::PublicSecurity | LegalClass::OtherPublicPlace => Some(ANONYMOUS_SIDE),
            LegalClass::NonPublic => None,
        };
        Self { masks: camera.masks.clone(), max_side }
    }

    /// Whether a picture under it is the picture as it was received.
    pub fn is_nothing(&self) -> bool {
        self.masks.is_empty() && self.max_side.is_none()
    }
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
    /// Pixels under the camera's masks; at a public place of a picture scaled to [`ANONYMOUS_SIDE`]. A camera of another place
    /// without masks gives its whole picture.
    Masked,
    /// Pixels as received.
    Raw,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_picture_came_from_reads_back_as_it_was_recorded_before_there_were_uploads() {
        let picture = PictureRef { sha256: "ab".repeat(32).parse().unwrap(), width: 4, height: 3, bytes: 2 };
        let township: TownshipId = "371122102".parse().unwrap();
        let json = |who: serde_json::Value| {
            let mut json = serde_json::json!({ "picture": picture, "township": township, "time_ms": 5 });
            json.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            json
        };
        for (who, origin) in [
            (serde_json::json!({ "camera": "gh-1" }), PictureOrigin::Camera("gh-1".parse().unwrap())),
            (serde_json::json!({ "page": "street" }), PictureOrigin::Page("street".parse().unwrap())),
        ] {
            let wanted = Provenance { picture: picture.clone(), township: township.clone(), origin, time_ms: 5 };
            assert_eq!(serde_json::from_value::<Provenance>(json(who.clone())).unwrap(), wanted);
            assert_eq!(serde_json::to_value(&wanted).unwrap(), json(who));
        }
    }
}

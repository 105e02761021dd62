//! Grants: what a module may see and do in its township, approved by an admin.

use serde::Deserialize;
use serde::Serialize;

use crate::id::CameraId;
use crate::picture::PictureLevel;

/// Everything a module was granted; empty by default, so forgetting is safe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grants {
    /// Which cameras of the township it may know of.
    pub cameras: CameraSelector,
    /// The highest picture level.
    pub picture_level: PictureLevel,
    /// The hosts it may fetch from, with the credential that the hub attaches.
    pub http: Vec<HttpGrant>,
    /// Whether it may open its pages to the public by link.
    pub links: bool,
}

/// Which cameras of the module's own township; never of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CameraSelector {
    /// No camera.
    #[default]
    None,
    /// Every camera of the township.
    All,
    /// Exactly these.
    Only(Vec<CameraId>),
}

impl CameraSelector {
    /// Whether `camera` is one of them.
    pub fn allows(&self, camera: &CameraId) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(cameras) => cameras.contains(camera),
        }
    }
}

/// One host that a module may fetch from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpGrant {
    /// `host` or `host:port`, compared exactly; port 443 where none is given.
    pub host: String,
    /// Allows plain `http://` (for a machine on the county's own network).
    #[serde(default)]
    pub plain: bool,
    /// Allows that the host resolves to a private address. Loopback, link-local and metadata addresses stay refused.
    #[serde(default)]
    pub private: bool,
    /// Name of a credential file in the hub's `credentials` folder, sent as the `Authorization` header. The module
    /// never sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

//! Why something was not asked of a camera, or not answered by it.

use xl_bridge::onvif::discovery::RangeFault;
use xl_bridge::onvif::fault::CallError;
use xl_model::camera::CameraKey;
use xl_model::fault::Code;
use xl_model::fault::Refused;

use crate::cameras::CameraError;

/// The task of a camera broke off: a fault of the hub.
pub(super) const TASK_LOST: Code = Code(439);

/// Why something was not asked of a camera, or not answered by it.
#[derive(Debug, thiserror::Error)]
pub enum OnvifError {
    /// The hub signs in to no camera. Code XL0436.
    #[error("`onvif.enabled` is false: the hub asks no camera")]
    Disabled,
    /// The camera is not attached by ONVIF. Code XL0436.
    #[error("camera `{camera}` is not attached by ONVIF")]
    NotAttached {
        /// Which one.
        camera: CameraKey,
    },
    /// The camera is not set up. Code XL0437.
    #[error("the camera is not set up yet{}", last.as_ref().map(|last| format!("; last it said: {last}")).unwrap_or_default())]
    NotReady {
        /// What was wrong last.
        last: Option<Refused>,
    },
    /// Others search or probe at the moment. Code XL0438.
    #[error("{0} at the same time, and others are at it: come again in a minute")]
    Busy(&'static str),
    /// The address cannot be one of a camera. Code XL0421.
    #[error("the address is none of a camera")]
    Address(#[source] xl_bridge::onvif::address::AddressFault),
    /// The range is outside of the configured networks, or too large. Code XL0434.
    #[error("{0}")]
    Range(String),
    /// An interface cannot be used. Code XL0423.
    #[error("the search found no way out")]
    Interface(#[source] std::io::Error),
    /// The camera did not do it.
    #[error("{}", .0.refused().detail)]
    Camera(CallError),
    /// The register failed.
    #[error(transparent)]
    Register(#[from] CameraError),
}

impl OnvifError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Disabled | Self::NotAttached { .. } => Code(436),
            Self::NotReady { .. } => Code(437),
            Self::Busy(_) => Code(438),
            Self::Address(_) => xl_bridge::onvif::fault::ADDRESS_UNREADABLE,
            Self::Range(_) => xl_bridge::onvif::fault::RANGE_REFUSED,
            Self::Interface(_) => xl_bridge::onvif::fault::UNREACHABLE,
            Self::Camera(error) => error.code(),
            Self::Register(error) => error.code(),
        }
    }
}

impl From<RangeFault> for OnvifError {
    fn from(fault: RangeFault) -> Self {
        Self::Range(fault.to_string())
    }
}

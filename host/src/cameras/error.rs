//! Why the register did not do what was asked.

use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::class_wish::ClassWish;
use xl_model::camera::fault::CameraFault;
use xl_model::fault::Code;
use xl_store::StoreError;

use super::import::Outcome;
use crate::audit::NotRecorded;
use crate::sheet::SheetError;

/// Why the register did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// Fields of a camera are wrong. Code XL0231.
    #[error("{} fields of camera `{camera}` are wrong", faults.len())]
    Fields {
        /// Which camera, as far as it was said.
        camera: String,
        /// All of them.
        faults: Vec<CameraFault>,
    },
    /// A bulk change would make cameras wrong; none was changed. Code XL0231.
    #[error("the change would make {} fields of cameras wrong, nothing was changed", .0.len())]
    Cameras(Vec<(CameraKey, CameraFault)>),
    /// Lines of a table are wrong; nothing of it was taken. Code XL0232.
    #[error("the table has {} faults, nothing of it was taken", .0.faults.count())]
    Rows(Outcome),
    /// The bytes are no table of cameras. Codes XL0233, XL0234.
    #[error("the table cannot be read")]
    Table(#[from] SheetError),
    /// A bulk change names no camera, or more than the hub takes. Code XL0235.
    #[error("a bulk change needs 1 to {most} cameras and at least one field, not {cameras} and {fields}")]
    Bulk {
        /// How many it names.
        cameras: usize,
        /// How many fields it sets.
        fields: usize,
        /// How many may be changed at once.
        most: usize,
    },
    /// Credentials belong to an attachment that has none. Code XL0236.
    #[error("camera `{camera}` is not attached by ONVIF: it has no user and password")]
    NoSignIn {
        /// Which camera.
        camera: CameraKey,
    },
    /// Classes that a person has said would become others: what is wished is kept, nothing was changed. Code XL0315.
    #[error("the class of {} cameras becomes another one when a second person says the same, nothing was changed", .0.len())]
    SecondPerson(Vec<ClassWish>),
    /// Nobody wants this class for the camera, or not any more. Code XL0316.
    #[error("nothing waits for camera `{camera}` that would make it {}", to.word())]
    NoClassWish {
        /// Which camera.
        camera: CameraKey,
        /// The class that was looked at.
        to: LegalClass,
    },
    /// A change of a class could not be recorded, and was not made. Code XL0941.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
    /// Sealed credentials cannot be opened. Code XL0311.
    #[error("credentials of camera `{camera}` cannot be opened: {reason}")]
    Sealed {
        /// Which camera.
        camera: CameraKey,
        /// Why, without anything of them.
        reason: &'static str,
    },
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CameraError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Fields { .. } | Self::Cameras(_) => Code(231),
            Self::Rows(_) => Code(232),
            Self::Table(error) if error.is_too_large() => Code(234),
            Self::Table(_) => Code(233),
            Self::Bulk { .. } => Code(235),
            Self::NoSignIn { .. } => Code(236),
            Self::SecondPerson(_) => Code(315),
            Self::NoClassWish { .. } => Code(316),
            Self::NotRecorded(fault) => fault.code(),
            Self::Sealed { .. } => Code(311),
            Self::Store(error) => error.code(),
        }
    }
}

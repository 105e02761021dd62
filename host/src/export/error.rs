//! Why something about an export was not done.

use xl_model::export::Standing;
use xl_model::fault::Code;
use xl_model::fault::FieldFault;
use xl_store::StoreError;

use crate::audit::NotRecorded;

/// Why something about an export was not done.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Fields are missing or wrong. Code XL1051.
    #[error("an export states its scope, and for whom, by which law and why")]
    Fields(Vec<FieldFault>),
    /// The person asked for as many exports as the hub lets him within 24 hours. Code XL1052.
    #[error("{most} exports were asked for within 24 hours, which is as many as one person may")]
    TooMany {
        /// How many he may.
        most: u32,
    },
    /// It was decided before, or nobody agreed in time. Code XL1053.
    #[error("the export waits for nobody's decision any more")]
    NotWaiting,
    /// There is no file to fetch, or no receipt to write. Code XL1054.
    #[error("that does not follow from where the export is: {}", word(*standing))]
    NotNow {
        /// Where it is.
        standing: Standing,
    },
    /// The file could not be written, read or deleted. Code XL1055.
    #[error("the file of export {number}: {source}")]
    File {
        /// Which export.
        number: u64,
        /// The reason.
        source: std::io::Error,
    },
    /// The look could not be recorded, so nothing was given out.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ExportError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Fields(_) => 1051,
            Self::TooMany { .. } => 1052,
            Self::NotWaiting => 1053,
            Self::NotNow { .. } => 1054,
            Self::File { .. } => 1055,
            Self::NotRecorded(error) => return error.code(),
            Self::Store(error) => return error.code(),
        })
    }
}

/// A standing as the API writes it.
pub(crate) fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "waiting",
        Standing::Lapsed => "lapsed",
        Standing::Refused => "refused",
        Standing::Approved => "approved",
        Standing::Ready => "ready",
        Standing::Owed => "owed",
        Standing::Closed => "closed",
    }
}

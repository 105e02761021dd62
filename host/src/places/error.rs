//! Why places were not taken.

use xl_model::fault::Code;
use xl_store::StoreError;

use super::import::Outcome;
use crate::sheet::SheetError;

/// Why places were not taken.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Lines of a table are wrong; nothing of it was taken. Code XL0971.
    #[error("the table has {} faults, nothing of it was taken", .0.faults.count())]
    Rows(Outcome),
    /// The bytes are no table of places. Codes XL0972, XL0973.
    #[error("the table cannot be read")]
    Table(#[from] SheetError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PlaceError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        match self {
            Self::Rows(_) => Code(971),
            Self::Table(error) if error.is_too_large() => Code(973),
            Self::Table(_) => Code(972),
            Self::Store(error) => error.code(),
        }
    }
}

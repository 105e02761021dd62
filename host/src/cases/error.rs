//! Why a case was not opened or moved.

use xl_model::case::CaseError;
use xl_model::fault::Code;
use xl_store::StoreError;

/// Why a case was not opened or moved.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// A field is wrong, or the step is not made here or by this person. Codes XL1001 to XL1005.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Somebody else moved the case since it was read. Code XL1006.
    #[error("somebody else moved the case meanwhile: look at it again and decide anew")]
    Overtaken,
    /// The store failed. Code of the store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CasesError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Case(error) => error.code(),
            Self::Overtaken => Code(1006),
            Self::Store(error) => error.code(),
        }
    }

    /// The same for people who read Chinese; its display is the English.
    pub fn zh(&self) -> String {
        match self {
            Self::Case(error) => error.zh(),
            Self::Overtaken => "案卷刚被他人办理：请查看最新情况后再决定".to_owned(),
            Self::Store(error) => error.to_string(),
        }
    }
}

//! Why a case was not opened or a step not made.

use crate::fault::Code;

/// The codes of this boundary.
pub mod code {
    use crate::fault::Code;

    /// A field of a draft or step is wrong. Code XL1001.
    pub const INVALID: Code = Code(1001);
    /// The step is not made at this stage. Code XL1002.
    pub const NOT_HERE: Code = Code(1002);
    /// This person may not make the step. Code XL1003.
    pub const NOT_HIS: Code = Code(1003);
    /// The step would judge his own work. Code XL1004.
    pub const OWN_WORK: Code = Code(1004);
    /// There is nothing that the step could do. Code XL1005.
    pub const NOTHING: Code = Code(1005);
    /// The case is with a unit for which this person does not act. Code XL1007.
    pub const OTHER_UNIT: Code = Code(1007);
}

/// Why a case was not opened or a step not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// Fields are wrong. Code XL1001.
    #[error("{}", list(.0))]
    Invalid(Vec<FieldFault>),
    /// The case does not stand where this step is made, or who asks may not make it.
    #[error("{}", .0.en)]
    Refused(Refusal),
}

/// A step that cannot be made as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One of [`code`].
    pub code: Code,
    /// Why, and what to do.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

/// What is wrong with a field, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Which, as in `wit/cases.wit` with `_` for `-`.
    pub field: &'static str,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl FieldFault {
    /// A fault of `field`, in both languages.
    pub fn new(field: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { field, en: en.into(), zh: zh.into() }
    }
}

impl CaseError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => code::INVALID,
            Self::Refused(refusal) => refusal.code,
        }
    }

    /// What to tell a person, in Chinese; its display is the English.
    pub fn zh(&self) -> String {
        match self {
            Self::Invalid(faults) => {
                faults.iter().map(|fault| format!("{}：{}", fault.field, fault.zh)).collect::<Vec<_>>().join("；")
            }
            Self::Refused(refusal) => refusal.zh.clone(),
        }
    }

    pub(super) fn field(field: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault::new(field, en, zh)])
    }

    pub(super) fn refused(code: Code, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Refused(Refusal { code, en: en.into(), zh: zh.into() })
    }
}

fn list(faults: &[FieldFault]) -> String {
    faults.iter().map(|fault| format!("`{}`: {}", fault.field, fault.en)).collect::<Vec<_>>().join("; ")
}

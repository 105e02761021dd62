//! Why a case was not opened or a step not made.

use crate::fault::Code;

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
    /// XL1002: not at this stage; XL1003: not this person; XL1004: his own work; XL1005: nothing to do.
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
            Self::Invalid(_) => Code(1001),
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

    pub(super) fn refused(code: u16, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::Refused(Refusal { code: Code(code), en: en.into(), zh: zh.into() })
    }
}

fn list(faults: &[FieldFault]) -> String {
    faults.iter().map(|fault| format!("`{}`: {}", fault.field, fault.en)).collect::<Vec<_>>().join("; ")
}

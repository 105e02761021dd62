//! Why a look brought no picture.

use std::sync::Arc;

use xl_model::fault::Code;
use xl_store::StoreError;

/// Why a look brought no picture.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NoPicture {
    /// The camera cannot be asked, and what it sent itself is too old. Code XL0251.
    #[error("the camera sends pictures by itself and its newest is {}", age(*age_ms))]
    NotAsked {
        /// How old its newest picture is, in milliseconds; `None`: it sent none yet.
        age_ms: Option<i64>,
    },
    /// The camera was asked and gave none. Code XL0252.
    #[error("the camera gave no picture: {why}")]
    Failed {
        /// The bridge's words.
        why: String,
    },
    /// There was no answer in time. Code XL0253.
    #[error("the camera gave no picture within 4 s")]
    Late,
    /// The store failed. Code of the store's fault.
    #[error("the newest picture was not read")]
    Store {
        /// The reason; shared, because everybody who waited is told.
        source: Arc<StoreError>,
    },
}

impl NoPicture {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotAsked { .. } => Code(251),
            Self::Failed { .. } => Code(252),
            Self::Late => Code(253),
            Self::Store { source } => source.code(),
        }
    }
}

fn age(age_ms: Option<i64>) -> String {
    age_ms.map_or_else(|| "missing".to_owned(), |age_ms| format!("{} s old", age_ms / 1_000))
}

//! Why somebody was not signed in by the provider.

use xl_model::fault::Code;

/// Why somebody was not signed in by the provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdError {
    /// The provider does not answer. Code XL0921.
    #[error("the provider's {what} cannot be reached: {reason}")]
    Unreachable {
        /// What of it.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The state is missing, foreign, used or too old. Code XL0922.
    #[error("this sign-in was not begun in this browser, was used already, or is more than 10 minutes old")]
    NoSuchSignIn,
    /// The provider, or the person there, did not want it. Code XL0923.
    #[error("the provider declined: {error}")]
    Declined {
        /// The provider's own word for it.
        error: String,
    },
    /// The ID token does not hold. Code XL0924.
    #[error("the provider's ID token does not hold: {reason}")]
    Token {
        /// What of it.
        reason: &'static str,
    },
    /// The provider answers what it should not. Code XL0927.
    #[error("the provider's {what} is not as it should be: {reason}")]
    Misfit {
        /// Which answer.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl OpenIdError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Unreachable { .. } => 921,
            Self::NoSuchSignIn => 922,
            Self::Declined { .. } => 923,
            Self::Token { .. } => 924,
            Self::Misfit { .. } => 927,
        })
    }
}

/// A provider's word for a fault as it may be shown and logged (RFC 6749 §4.1.2.1 has words of letters and `_`).
pub(super) fn plain(word: &str) -> String {
    let is_plain = !word.is_empty() && word.len() <= 64 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_plain { word.to_owned() } else { "an unknown reason".to_owned() }
}

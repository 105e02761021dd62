//! Why something about people was refused.

use xl_model::fault::Code;
use xl_model::people::held::Held;
use xl_model::people::held::RoleError;
use xl_store::StoreError;

/// Why something about people was refused.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// User name, password or code is wrong, or the account is disabled: which of them is not told. Code XL0903.
    #[error("user name, password or code is wrong")]
    BadSignIn,
    /// Too many failed in a row for this name from this address. Code XL0904.
    #[error("too many sign-ins failed for this name from this address")]
    Locked {
        /// When to come again, in seconds.
        retry_after_s: u32,
    },
    /// The roles cannot be held, or not together. Codes XL0905, XL0906, XL0912.
    #[error("{0}")]
    Roles(RoleError),
    /// More than whoever gives it holds himself. Code XL0907.
    #[error("`{0}` is more than the giver holds")]
    Beyond(Held),
    /// One's own roles, or one's own account. Code XL0908.
    #[error("nobody changes what he may do himself, nor disables himself")]
    OwnRequest,
    /// The password is too short, too long or too easy. Code XL0909.
    #[error(
        "a password has 12 to 128 characters, no control characters, not the user's name in it, not one character all through"
    )]
    WeakPassword,
    /// The code of the second factor is wrong, or was used. Code XL0910.
    #[error("the code is wrong, or was used already")]
    BadCode,
    /// More sign-ins at once than are queued. Code XL0911.
    #[error("too many sign-ins at once")]
    Busy,
    /// More than there may be. Code XL0912.
    #[error("there are {most} {what} already, the most there may be")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        most: usize,
    },
    /// The second factor's secret does not open: the key was exchanged. Code XL0913.
    #[error("the second factor of `{account}` cannot be opened: {reason}")]
    Sealed {
        /// Whose.
        account: String,
        /// Why.
        reason: &'static str,
    },
    /// A code of the second factor is asked for, and none was entered just now. Code XL0914.
    #[error(
        "enter a code of your second factor first: changing accounts, roles and keys asks for one anew after 5 minutes"
    )]
    NotFresh,
    /// An API key wants to change accounts, roles or keys. Code XL0915.
    #[error("an API key makes no accounts, roles or keys: sign in as a person for that")]
    KeyRaises,
    /// No account that may sign in is linked to the identity: whether there is one that may not is not told. Code XL0925.
    #[error("no account that may sign in is linked to this identity")]
    NotLinked,
    /// The identity is linked to another account; which is not told. Code XL0926.
    #[error("this identity is linked to another account")]
    IdentityTaken,
    /// The title or the time of something is out of range. Code XL0702.
    #[error("{field}: {wrong}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        wrong: &'static str,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RoleError> for PeopleError {
    fn from(error: RoleError) -> Self {
        Self::Roles(error)
    }
}

impl PeopleError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::BadSignIn => 903,
            Self::Locked { .. } => 904,
            Self::Roles(error) => return error.code(),
            Self::Beyond(_) => 907,
            Self::OwnRequest => 908,
            Self::WeakPassword => 909,
            Self::BadCode => 910,
            Self::Busy => 911,
            Self::TooMany { .. } => 912,
            Self::Sealed { .. } => 913,
            Self::NotFresh => 914,
            Self::KeyRaises => 915,
            Self::NotLinked => 925,
            Self::IdentityTaken => 926,
            Self::Field { .. } => 702,
            Self::Store(error) => return error.code(),
        })
    }
}

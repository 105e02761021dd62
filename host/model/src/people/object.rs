//! What something is done to, as far as the answer depends on it.

use crate::id::AccountName;
use crate::people::reach::Reach;

/// What something is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// Something that belongs to a place: a camera, a log, a module, an account.
    At(Reach),
    /// The hub itself, which is no secret: only who has a role for all of it may do anything to it.
    Hub,
    /// Nothing of a place: a manual, a list that holds only what one may see, one's own account.
    Nothing,
    /// What somebody asked for, and somebody else has to agree to.
    Request {
        /// Where it belongs.
        at: Reach,
        /// Who asked.
        by: AccountName,
    },
}

//! Who stands before a page, pressed a button or called.

use xl_model::case::Powers;
use xl_model::id::AccountName;
use xl_model::people::member::ActsFor;

/// Somebody who is signed in, as the host knows him; nothing of it comes from the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// His account.
    pub account: AccountName,
    /// What he is called.
    pub name: String,
    /// The roles that he holds at the module's township, below or above it, by their words.
    pub roles: Vec<String>,
    /// What he may do with cases of the township.
    pub powers: Powers,
    /// For which units of the township he may handle cases.
    pub acts_for: ActsFor,
}

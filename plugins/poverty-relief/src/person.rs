//! Who acts: nothing is decided about a household without a person who answers for it.
//!
//! PIPL (个人信息保护法) article 24: no purely automatic decision with a grave effect on somebody. Opening a clue (a mark of
//! risk), rejecting one and clearing a household (the end of help) are such decisions; here every action needs a person.

use xl_plugin::viewer;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account's name, as records keep it.
    pub account: String,
    /// The roles that he holds.
    pub roles: Vec<String>,
}

impl Person {
    /// The person of this call; none in `handle` and behind a public link.
    pub fn of_call() -> Option<Self> {
        viewer::person().map(|person| Self { account: person.account, roles: person.roles })
    }

    /// Whether he holds one of these roles.
    pub fn holds_any<R: AsRef<str>>(&self, roles: &[R]) -> bool {
        roles.iter().any(|role| self.roles.iter().any(|held| held == role.as_ref()))
    }
}

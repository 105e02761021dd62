//! Who does something.

use std::sync::Arc;

use crate::id::AccountName;
use crate::id::DeviceId;
use crate::id::ModuleKey;
use crate::people::held::Held;
use crate::people::member::Member;

/// Who does something, with what he holds at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Who.
    pub who: Who,
    /// The roles that he holds.
    pub roles: Arc<[Held]>,
    /// The same roles at codes that their places had before: what is filed under those belongs to the places.
    pub former: Arc<[Held]>,
    /// The units that he was put into; none: he acts for every unit of his places.
    pub units: Arc<[Member]>,
    /// Whether he has everything that his roles ask for.
    pub standing: Standing,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person who signed in.
    Account(AccountName),
    /// A program with an API key, which speaks for its owner with at most his roles.
    Key {
        /// Whose.
        owner: AccountName,
        /// Which of his.
        id: Arc<str>,
    },
    /// A module. What it may stands in its grants: here it holds nothing.
    Module(ModuleKey),
    /// A device. What it may stands with its login: here it holds nothing.
    Device(DeviceId),
}

/// Whether somebody has everything that his roles ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// He has.
    Full,
    /// A password of his own, or a second factor, is still to be set: until then he may do that and nothing else.
    Enrolling,
}

impl Subject {
    /// His roles everywhere where they hold.
    pub fn held(&self) -> impl Iterator<Item = &Held> {
        self.roles.iter().chain(self.former.iter())
    }

    /// The account that answers for what is done; nothing for a module or a device.
    pub fn account(&self) -> Option<&AccountName> {
        match &self.who {
            Who::Account(name) | Who::Key { owner: name, .. } => Some(name),
            Who::Module(_) | Who::Device(_) => None,
        }
    }
}

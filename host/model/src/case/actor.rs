//! Who makes a step, and what he may.

use std::fmt;

use crate::id::AccountName;
use crate::id::PluginId;
use crate::link::LinkId;
use crate::people::member::ActsFor;

/// Who makes a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, with what he may at the place of the case.
    Person {
        /// Who.
        account: AccountName,
        /// What he may there.
        powers: Powers,
        /// For which units he may handle there.
        acts_for: ActsFor,
    },
    /// A module on its own: it opens, comments and escalates, and nothing else.
    Module(PluginId),
    /// Somebody behind a public link, whom nobody knows: he opens, and nothing else.
    Link(LinkId),
    /// The hub, when a limit ends or the calendar changes.
    Clock,
}

impl Actor {
    /// The person, where it is one.
    pub fn account(&self) -> Option<&AccountName> {
        match self {
            Self::Person { account, .. } => Some(account),
            Self::Module(_) | Self::Link(_) | Self::Clock => None,
        }
    }
}

/// `account:{name}`, `module:{plugin}`, `link:{id}` or `clock`: how it stands in what is past.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { account, .. } => write!(f, "account:{account}"),
            Self::Module(plugin) => write!(f, "module:{plugin}"),
            Self::Link(link) => write!(f, "{link}"),
            Self::Clock => f.write_str("clock"),
        }
    }
}

/// What a person may do with the cases of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// 上报: open cases.
    Report,
    /// 受理派遣: verify, file, dispatch, decide about extensions, suspend, close, void, reopen.
    File,
    /// 处置: accept, work, give feedback; only what a unit has for which he acts.
    Handle,
    /// 核查: verify and check on the spot.
    Check,
}

impl Power {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Report, Self::File, Self::Handle, Self::Check];

    /// What it is called in English and Chinese.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Report => ("report cases", "上报案卷"),
            Self::File => ("file and dispatch cases", "受理派遣案卷"),
            Self::Handle => ("handle cases", "处置案卷"),
            Self::Check => ("check cases", "核查案卷"),
        }
    }
}

/// Some powers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Powers(u8);

impl Powers {
    /// None.
    pub const NONE: Self = Self(0);

    /// These and one more.
    #[must_use]
    pub fn with(self, power: Power) -> Self {
        Self(self.0 | 1 << power as u8)
    }

    /// Whether it is among them.
    pub fn has(self, power: Power) -> bool {
        self.0 & (1 << power as u8) != 0
    }
}

impl FromIterator<Power> for Powers {
    fn from_iter<I: IntoIterator<Item = Power>>(powers: I) -> Self {
        powers.into_iter().fold(Self::NONE, Self::with)
    }
}

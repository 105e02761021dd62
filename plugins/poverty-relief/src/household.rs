//! A household with least data.
//!
//! What leads to a person stands in [`SealedData`], a record of its own that lists never read. **Id numbers are not kept
//! at all**: the household's own number is enough to tell households apart here, departments answer a comparison by it,
//! and a number that is not here cannot leak. Nothing about health has a field either.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

/// Which of the three types a household is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 脱贫不稳定户.
    Unstable,
    /// 边缘易致贫户.
    Marginal,
    /// 突发严重困难户.
    Sudden,
}

/// Members are counted by these, and described by nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Member {
    /// Able to work.
    Able,
    /// Able to work a little or not at all, for whatever reason.
    Limited,
    /// Under age.
    Minor,
    /// 60 and older.
    Elderly,
}

/// Where a household stands once a clue of it was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not recognised, or not yet.
    #[default]
    Registered,
    /// Recognised; no measure yet.
    Monitored,
    /// Measures run.
    Measures,
    /// Somebody proposed to clear it.
    Clearing,
    /// Its risk is cleared.
    Cleared,
}

impl Standing {
    /// All of them in order.
    pub const ALL: [Self; 5] = [Self::Registered, Self::Monitored, Self::Measures, Self::Clearing, Self::Cleared];

    /// As records and indexes have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Monitored => "monitored",
            Self::Measures => "measures",
            Self::Clearing => "clearing",
            Self::Cleared => "cleared",
        }
    }

    /// Whether it is watched and visited.
    pub fn is_watched(self) -> bool {
        matches!(self, Self::Monitored | Self::Measures | Self::Clearing)
    }
}

/// What lists and pages may read of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Household {
    /// 12-digit division code of its village.
    pub place: String,
    /// The head's name, masked.
    pub head_masked: String,
    /// Its type.
    pub kind: Kind,
    /// How many members of each category.
    pub members: BTreeMap<Member, u32>,
    /// Whether it is a key household, visited more often.
    pub key: bool,
    /// Where it stands.
    pub standing: Standing,
    /// The clue that is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_clue: Option<String>,
    /// The clue by which it was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognised: Option<String>,
    /// Account of the person who helps it (帮扶责任人).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// The last day on which the next visit is in time; none: no visits are planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_due: Option<Day>,
    /// The last day of the period whose visit was missed, until the next visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_missed: Option<Day>,
    /// Whether a measure was found to be effective.
    #[serde(default)]
    pub helped: bool,
    /// Who proposed to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearing_by: Option<String>,
    /// Since when nothing was done about it while nobody watches over it; what the end of keeping is counted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_since: Option<Day>,
    /// Account of who registered it.
    pub registered_by: String,
    /// When it was registered.
    pub registered_ms: i64,
}

/// What leads to a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedData {
    /// The head's name.
    pub head: String,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Account that benefits are paid to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
}

impl Household {
    /// How many people live in it.
    pub fn size(&self) -> u32 {
        self.members.values().sum()
    }
}

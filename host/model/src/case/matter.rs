//! What a case is about: codes inside versioned sets.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::case::crosswalk::Crosswalk;

/// A code inside a version of a set; a case keeps the one under which it was opened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Matter {
    /// A code set of the hub, such as `gbt30428`.
    pub set: String,
    /// Its version; in a draft empty for the one in force.
    pub version: String,
    /// The code inside it, such as `01-02`.
    pub code: String,
}

/// `gbt30428:01-02`: how a code is written where the version in force is meant.
impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.set, self.code)
    }
}

/// Whether something happened or a thing is broken: the two kinds that figures keep apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatterKind {
    /// 事件.
    Event,
    /// 部件.
    Component,
}

impl MatterKind {
    /// Its word in tables and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Component => "component",
        }
    }
}

/// A row of the dictionary of matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRow {
    /// Its code.
    pub matter: Matter,
    /// The class inside the set, such as `01`.
    pub class: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// Which kind it is.
    pub kind: MatterKind,
}

/// The dictionary: all sets in all versions, which of their codes mean the same, and under which set a case is filed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matters {
    /// In the order of the table.
    rows: Vec<MatterRow>,
    crosswalk: Crosswalk,
    /// The set under which cases are filed, whatever set they are reported by; none: as they are reported.
    filed_under: Option<String>,
}

/// Why a matter is none that a case can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoMatter {
    /// No set has it in this version.
    Unknown,
    /// It means one of several of the set under which cases are filed: a person says which.
    OneOf(Vec<Matter>),
}

impl Matters {
    /// A dictionary of these rows.
    pub fn new(rows: Vec<MatterRow>) -> Self {
        Self { rows, ..Self::default() }
    }

    /// This dictionary with a crosswalk, and with the set under which cases are filed.
    #[must_use]
    pub fn with(self, crosswalk: Crosswalk, filed_under: Option<String>) -> Self {
        Self { crosswalk, filed_under, ..self }
    }

    /// The matters in force of other sets that mean the same as this one.
    pub fn same_as(&self, matter: &Matter) -> Vec<Matter> {
        let mut same = self.crosswalk.same_as(matter);
        same.retain(|other| self.find(other).is_some() && self.in_force(&other.set) == Some(other.version.as_str()));
        same
    }

    /// The matter of a set that means the same as this one; itself where it is of that set, none where nothing or more than
    /// one thing does.
    pub fn in_set(&self, matter: &Matter, set: &str) -> Option<Matter> {
        if matter.set == set {
            return Some(matter.clone());
        }
        let mut same = self.same_as(matter).into_iter().filter(|other| other.set == set);
        same.next().filter(|_| same.next().is_none())
    }

    /// Under which matter a case is filed that is reported by this one.
    ///
    /// Where cases are filed under one set, the code of another becomes the one that means the same; what has none there stays
    /// what it is. Who names the version means that code and no other.
    ///
    /// # Errors
    /// [`NoMatter`].
    pub fn filed_as(&self, matter: &Matter) -> Result<Matter, NoMatter> {
        let known = &self.find(matter).ok_or(NoMatter::Unknown)?.matter;
        let other_set = self.filed_under.as_ref().filter(|set| **set != known.set && matter.version.is_empty());
        let Some(set) = other_set else { return Ok(known.clone()) };
        let mut same = self.same_as(known);
        same.retain(|other| other.set == *set);
        match same.as_slice() {
            [] => Ok(known.clone()),
            [one] => Ok(one.clone()),
            _ => Err(NoMatter::OneOf(same)),
        }
    }

    /// All rows.
    pub fn rows(&self) -> &[MatterRow] {
        &self.rows
    }

    /// The row of a matter; an empty version means the one in force, which is the set's last.
    pub fn find(&self, matter: &Matter) -> Option<&MatterRow> {
        let version = match matter.version.as_str() {
            "" => self.in_force(&matter.set)?,
            version => version,
        };
        self.rows
            .iter()
            .find(|row| row.matter.set == matter.set && row.matter.version == version && row.matter.code == matter.code)
    }

    /// The version of a set that is in force: the greatest, so that versions are written as years or with leading zeros.
    pub fn in_force(&self, set: &str) -> Option<&str> {
        self.rows.iter().filter(|row| row.matter.set == set).map(|row| row.matter.version.as_str()).max()
    }

    /// The rows in force of all sets: what a new case can be about.
    pub fn offered(&self) -> impl Iterator<Item = &MatterRow> {
        self.rows.iter().filter(|row| self.in_force(&row.matter.set) == Some(row.matter.version.as_str()))
    }
}

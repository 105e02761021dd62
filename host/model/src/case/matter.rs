//! What a case is about: codes inside versioned sets.

use serde::Deserialize;
use serde::Serialize;

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

/// The dictionary: all sets in all versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matters {
    /// In the order of the table.
    rows: Vec<MatterRow>,
}

impl Matters {
    /// A dictionary of these rows.
    pub fn new(rows: Vec<MatterRow>) -> Self {
        Self { rows }
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

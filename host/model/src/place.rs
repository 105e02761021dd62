//! Places 区划: divisions by code, each for the days on which it was valid, and what came after it.
//!
//! A code is never overwritten and never used twice: a place that was renamed has a period for each name, one that got
//! another code has its end and its successor. What happened keeps the code that was valid when it happened; questions
//! follow the successors. Reads no clock and no file.

pub mod check;
pub mod code;
pub mod draft;
pub mod fault;
pub mod gazetteer;

use serde::Deserialize;
use serde::Serialize;

use crate::day::Day;
use crate::place::code::PlaceCode;

/// A place during one period of its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its code.
    pub code: PlaceCode,
    /// What it is called.
    pub names: Names,
    /// Whether it governs or is only counted by.
    pub kind: Kind,
    /// The first day of the period; nothing: longer than anybody wrote down.
    pub from: Option<Day>,
    /// The first day after it; nothing: it lasts.
    pub to: Option<Day>,
    /// Which code it has after the period, where another one took its place.
    pub successor: Option<PlaceCode>,
}

impl Place {
    /// Whether it is valid on a day.
    pub fn is_valid(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

/// What a place is called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Names {
    /// In Chinese: its official name.
    pub zh: String,
    /// In pinyin without tones; empty where nobody wrote it.
    pub pinyin: String,
    /// In English; empty where nobody wrote it.
    pub en: String,
}

/// Whether a place governs or is only counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A division with a government or an office of one.
    #[default]
    Administrative,
    /// A unit of the statistics bureau, such as a development zone; it may be a tenant all the same.
    Statistical,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Administrative, Self::Statistical];

    /// The word that stands in tables and answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrative => "administrative",
            Self::Statistical => "statistical",
        }
    }

    /// The kind that a word means, in English or Chinese.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "administrative" | "行政" => Some(Self::Administrative),
            "statistical" | "统计" => Some(Self::Statistical),
            _ => None,
        }
    }
}

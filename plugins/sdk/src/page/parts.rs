//! What blocks are made of: figures, rows, entries, fields.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

/// How urgent a banner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// For information.
    Info,
    /// All is well.
    Good,
    /// Look here.
    Warn,
    /// Act now.
    Bad,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stat {
    /// What it is.
    pub label: String,
    /// The figure as text, with its unit.
    pub value: String,
}

impl Stat {
    /// A figure with its unit.
    pub fn new(label: impl Into<String>, value: impl ToString) -> Self {
        Self { label: label.into(), value: value.to_string() }
    }
}

/// A quotient that the host computes: two decimals, half up; with a denominator of 0 it says that there is no figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    /// What it is.
    pub label: String,
    /// How many of them, or how much in all.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
    /// How it is read.
    #[serde(rename = "as")]
    pub measure: Measure,
    /// What is counted, and what is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a quotient is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// A hundred times the quotient, in per cent.
    Percent,
    /// The numerator alone: so many of so many.
    Count,
    /// The quotient.
    Ratio,
    /// The quotient, in minutes: the numerator is minutes in all.
    Minutes,
    /// The quotient, in days: the numerator is days in all.
    Days,
}

impl Kpi {
    /// `numerator` of `denominator`, read as `measure` says.
    pub fn new(label: impl Into<String>, numerator: u64, denominator: u64, measure: Measure) -> Self {
        Self { label: label.into(), numerator, denominator, measure, note: None }
    }

    /// Says what is counted.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The name.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Pair {
    /// A name and its value.
    pub fn new(label: impl Into<String>, value: impl ToString) -> Self {
        Self { label: label.into(), value: value.to_string() }
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
    /// Where the first cell leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Target>,
}

impl Row {
    /// A row of cells.
    pub fn new(cells: impl IntoIterator<Item = String>) -> Self {
        Self { cells: cells.into_iter().collect(), to: None }
    }

    /// Makes the first cell lead somewhere.
    #[must_use]
    pub fn leads_to(mut self, target: Target) -> Self {
        self.to = Some(target);
        self
    }
}

/// A page of this module with its query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Name of the page.
    pub page: String,
    /// Its query.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
}

impl Target {
    /// A page with its query.
    pub fn new<'a>(page: impl Into<String>, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { page: page.into(), query }
    }
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLink {
    /// The text.
    pub text: String,
    /// Where it leads.
    pub to: Target,
}

impl PageLink {
    /// A link with its text.
    pub fn new(text: impl Into<String>, to: Target) -> Self {
        Self { text: text.into(), to }
    }
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelineEntry {
    /// When, in milliseconds since 1970 UTC; the host writes it in the township's zone.
    pub time_ms: i64,
    /// What happened.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether a person recorded it or the system captured it.
    pub origin: Origin,
    /// Pictures of that moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<GalleryPicture>,
}

/// Who vouches for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A person recorded it.
    Recorded,
    /// The system captured it.
    Captured,
}

/// A picture on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryPicture {
    /// SHA-256 of the picture, as in the event that brought it.
    pub sha256: String,
    /// What it shows; read aloud to who cannot see it.
    pub caption: String,
}

/// A column of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardColumn {
    /// Its title.
    pub title: String,
    /// Its cards.
    pub cards: Vec<Card>,
}

/// A card of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Target>,
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub label: String,
    /// How far it is.
    pub state: StepState,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Behind us.
    Done,
    /// Here.
    Current,
    /// Ahead.
    Open,
}

/// A point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// When, in milliseconds since 1970 UTC.
    pub time_ms: i64,
    /// The value.
    pub value: f64,
}

/// A place on a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its name.
    pub label: String,
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
}

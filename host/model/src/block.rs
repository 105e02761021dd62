//! The vocabulary of module pages: what a plugin returns, what the host draws.
//!
//! A page is JSON: `{"title": …, "blocks": [ {"block": "heading", …}, … ]}`. Unknown blocks and unknown keys are
//! refused. The JSON Schema beside the WIT (`wit/page.schema.json`) says the same; a test holds the two together.
//! Every text is text, never markup.

mod form;
mod kpi;

pub use form::Choice;
pub use form::Field;
pub use form::FormErrors;
pub use form::Input;
pub use form::MAX_PICTURES_A_FIELD;
pub use form::NotTaken;
pub use kpi::Kpi;
pub use kpi::Measure;

use serde::Deserialize;
use serde::Serialize;

use crate::id::Digest;

/// Most blocks of one page.
pub const MAX_BLOCKS: usize = 200;

/// What `pages.view` returns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The title, in the viewer's language.
    pub title: String,
    /// Drawn from top to bottom.
    pub blocks: Vec<Block>,
}

/// One piece of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Block {
    /// A section title.
    Heading {
        /// The title.
        text: String,
    },
    /// A paragraph; line breaks are kept.
    Text {
        /// The paragraph.
        text: String,
    },
    /// Something to notice before all else.
    Banner {
        /// How urgent.
        tone: Tone,
        /// One sentence.
        text: String,
    },
    /// Figures side by side.
    Stat {
        /// The figures.
        items: Vec<Stat>,
    },
    /// Quotients that the host computes, with what they are made of.
    Kpi {
        /// The figures.
        items: Vec<Kpi>,
    },
    /// Rows and columns.
    Table {
        /// Column titles.
        columns: Vec<String>,
        /// One row a line; as many cells as columns.
        rows: Vec<Row>,
        /// Shown in place of the rows when there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        empty: Option<String>,
        /// Where the next part of a long table is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Target>,
    },
    /// Names and values of one thing.
    Detail {
        /// The pairs.
        items: Vec<Pair>,
    },
    /// What happened, one entry a line, in the order given.
    Timeline {
        /// The entries.
        entries: Vec<TimelineEntry>,
    },
    /// Pictures with captions.
    Gallery {
        /// The pictures.
        pictures: Vec<GalleryPicture>,
    },
    /// Cards in columns, such as cases by stage.
    Board {
        /// The columns.
        columns: Vec<BoardColumn>,
    },
    /// How far something has come.
    Steps {
        /// The steps in order.
        steps: Vec<Step>,
    },
    /// A line chart over time.
    Chart {
        /// What is shown.
        title: String,
        /// Unit of the values, such as `°C`.
        unit: String,
        /// The points, oldest first, at most 500.
        points: Vec<Point>,
    },
    /// Places by coordinates (WGS 84), drawn without tiles.
    Map {
        /// The places.
        marks: Vec<Mark>,
    },
    /// A QR code that opens a public link of this module.
    Qr {
        /// Code of a public link.
        link: String,
        /// What stands below it.
        caption: String,
        /// `01/{gtin}[/22/{variant}][/10/{lot}][/21/{serial}]`: the code then carries a GS1 Digital Link, which opens the same page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digital_link: Option<String>,
    },
    /// Fields that somebody fills in; pressing the button calls `pages.act`.
    Form {
        /// The action's name.
        action: String,
        /// Text of the button.
        submit: String,
        /// The fields in order.
        fields: Vec<Field>,
    },
    /// Links to other pages of this module.
    Actions {
        /// The links.
        links: Vec<PageLink>,
    },
}

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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stat {
    /// What it is.
    pub label: String,
    /// The figure as text, with its unit.
    pub value: String,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The name.
    pub label: String,
    /// The value.
    pub value: String,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The cells.
    pub cells: Vec<String>,
    /// Where the first cell leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Target>,
}

/// A page of this module with its query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Name of the page.
    pub page: String,
    /// Its query.
    #[serde(default)]
    pub query: std::collections::BTreeMap<String, String>,
}

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLink {
    /// The text.
    pub text: String,
    /// Where it leads.
    pub to: Target,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GalleryPicture {
    /// SHA-256 of the picture, as in the event that brought it.
    pub sha256: Digest,
    /// What it shows; read aloud to who cannot see it.
    pub caption: String,
}

/// A column of a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardColumn {
    /// Its title.
    pub title: String,
    /// Its cards.
    pub cards: Vec<Card>,
}

/// A card of a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

impl Page {
    /// The fields of its first form with this action; nothing: it shows no such form.
    pub fn form(&self, wanted: &str) -> Option<&[Field]> {
        self.blocks.iter().find_map(|block| match block {
            Block::Form { action, fields, .. } if action == wanted => Some(fields.as_slice()),
            _ => None,
        })
    }

    /// Every picture that the page shows.
    pub fn pictures(&self) -> impl Iterator<Item = &GalleryPicture> {
        self.blocks.iter().flat_map(|block| -> Box<dyn Iterator<Item = &GalleryPicture>> {
            match block {
                Block::Gallery { pictures } => Box::new(pictures.iter()),
                Block::Timeline { entries } => Box::new(entries.iter().flat_map(|entry| &entry.pictures)),
                _ => Box::new(std::iter::empty()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_block_or_key_is_refused() {
        for json in [
            r#"{"title":"t","blocks":[{"block":"script","text":"x"}]}"#,
            r#"{"title":"t","blocks":[{"block":"text","text":"x","onclick":"y"}]}"#,
        ] {
            assert!(serde_json::from_str::<Page>(json).is_err(), "{json}");
        }
    }
}

//! The vocabulary of pages: what [`crate::Plugin::view`] returns, what the host draws.
//!
//! The same as `wit/page.schema.json`, as types: what can be built here is a page that the host accepts, apart from the
//! limits (200 blocks, 500 points of a chart). Every text is shown as text, never as markup.

use serde::Deserialize;
use serde::Serialize;

mod field;
mod parts;

pub use field::Choice;
pub use field::Field;
pub use field::Input;
pub use parts::BoardColumn;
pub use parts::Card;
pub use parts::GalleryPicture;
pub use parts::Kpi;
pub use parts::Mark;
pub use parts::Measure;
pub use parts::Origin;
pub use parts::PageLink;
pub use parts::Pair;
pub use parts::Point;
pub use parts::Row;
pub use parts::Stat;
pub use parts::Step;
pub use parts::StepState;
pub use parts::Target;
pub use parts::TimelineEntry;
pub use parts::Tone;

/// A page: a title and blocks from top to bottom.
///
/// ```
/// use xl_plugin::page::{Page, Tone};
/// let page = Page::new("大棚").banner(Tone::Good, "一切正常").text("共 3 座。");
/// assert_eq!(page.blocks.len(), 2);
/// ```
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
    /// Fields that somebody fills in; pressing the button calls [`crate::Plugin::act`].
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

impl Page {
    /// A page without blocks.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Adds any block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a section title.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.block(Block::Heading { text: text.into() })
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.block(Block::Text { text: text.into() })
    }

    /// Adds something to notice.
    #[must_use]
    pub fn banner(self, tone: Tone, text: impl Into<String>) -> Self {
        self.block(Block::Banner { tone, text: text.into() })
    }

    /// Adds figures side by side.
    #[must_use]
    pub fn stats(self, items: impl IntoIterator<Item = Stat>) -> Self {
        self.block(Block::Stat { items: items.into_iter().collect() })
    }

    /// Adds figures that the host computes.
    #[must_use]
    pub fn kpis(self, items: impl IntoIterator<Item = Kpi>) -> Self {
        self.block(Block::Kpi { items: items.into_iter().collect() })
    }

    /// Adds rows and columns, with the sentence to show when there are no rows.
    #[must_use]
    pub fn table<'a>(
        self,
        columns: impl IntoIterator<Item = &'a str>,
        rows: impl IntoIterator<Item = Row>,
        empty: impl Into<String>,
    ) -> Self {
        self.table_part(columns, rows, empty, None)
    }

    /// Adds one part of a long table; `next` leads to the part that follows, where there is one.
    #[must_use]
    pub fn table_part<'a>(
        self,
        columns: impl IntoIterator<Item = &'a str>,
        rows: impl IntoIterator<Item = Row>,
        empty: impl Into<String>,
        next: Option<Target>,
    ) -> Self {
        let columns = columns.into_iter().map(str::to_owned).collect();
        self.block(Block::Table { columns, rows: rows.into_iter().collect(), empty: Some(empty.into()), next })
    }

    /// Adds names and values of one thing.
    #[must_use]
    pub fn detail(self, items: impl IntoIterator<Item = Pair>) -> Self {
        self.block(Block::Detail { items: items.into_iter().collect() })
    }

    /// Adds what happened.
    #[must_use]
    pub fn timeline(self, entries: impl IntoIterator<Item = TimelineEntry>) -> Self {
        self.block(Block::Timeline { entries: entries.into_iter().collect() })
    }

    /// Adds pictures.
    #[must_use]
    pub fn gallery(self, pictures: impl IntoIterator<Item = GalleryPicture>) -> Self {
        self.block(Block::Gallery { pictures: pictures.into_iter().collect() })
    }

    /// Adds cards in columns.
    #[must_use]
    pub fn board(self, columns: impl IntoIterator<Item = BoardColumn>) -> Self {
        self.block(Block::Board { columns: columns.into_iter().collect() })
    }

    /// Adds how far something has come.
    #[must_use]
    pub fn steps(self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.block(Block::Steps { steps: steps.into_iter().collect() })
    }

    /// Adds a line chart.
    #[must_use]
    pub fn chart(
        self,
        title: impl Into<String>,
        unit: impl Into<String>,
        points: impl IntoIterator<Item = Point>,
    ) -> Self {
        let points = points.into_iter().collect();
        self.block(Block::Chart { title: title.into(), unit: unit.into(), points })
    }

    /// Adds places.
    #[must_use]
    pub fn map(self, marks: impl IntoIterator<Item = Mark>) -> Self {
        self.block(Block::Map { marks: marks.into_iter().collect() })
    }

    /// Adds a QR code that opens the public link `code`.
    #[must_use]
    pub fn qr(self, code: impl Into<String>, caption: impl Into<String>) -> Self {
        self.block(Block::Qr { link: code.into(), caption: caption.into(), digital_link: None })
    }

    /// The same as a GS1 Digital Link: `named` is `01/{gtin}[/22/{variant}][/10/{lot}][/21/{serial}]`, not percent-encoded.
    #[must_use]
    pub fn qr_of(self, code: impl Into<String>, named: impl Into<String>, caption: impl Into<String>) -> Self {
        self.block(Block::Qr { link: code.into(), caption: caption.into(), digital_link: Some(named.into()) })
    }

    /// Adds a form; its button calls [`crate::Plugin::act`] with `action`.
    #[must_use]
    pub fn form(
        self,
        action: impl Into<String>,
        submit: impl Into<String>,
        fields: impl IntoIterator<Item = Field>,
    ) -> Self {
        let fields = fields.into_iter().collect();
        self.block(Block::Form { action: action.into(), submit: submit.into(), fields })
    }

    /// Adds links to other pages of the module.
    #[must_use]
    pub fn actions(self, links: impl IntoIterator<Item = PageLink>) -> Self {
        self.block(Block::Actions { links: links.into_iter().collect() })
    }
}

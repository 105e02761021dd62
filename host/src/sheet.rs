//! A table as spreadsheets write it: CSV in the encodings of China, with separators and cells as they come. Pure.
//!
//! The first line names the columns, in any order. Which there are and what they mean is the affair of whoever reads one.
//! Cells that a spreadsheet could take for a formula are written with an apostrophe before them, and read without it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::Encoding;
use encoding_rs::GB18030;

/// What a spreadsheet takes for the beginning of a formula, its full-width forms included; the apostrophe escapes itself.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'];

/// A column of a table.
pub(crate) trait Column: Copy + Ord {
    /// Columns that the first line must name, by their names.
    const NEEDED: &'static [&'static str];

    /// The column of a name.
    fn read(name: &str) -> Option<Self>;

    /// What a cell of it says.
    fn cell(self, text: &str) -> String {
        meant(text).to_owned()
    }
}

/// How much of a table is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes.
    pub(crate) bytes: usize,
    /// Lines, without the first.
    pub(crate) rows: u64,
}

/// Why bytes are no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// More bytes than are taken.
    #[error("the table has {bytes} bytes, more than {most}")]
    Bytes {
        /// How many there are.
        bytes: usize,
        /// How many are taken.
        most: usize,
    },
    /// More lines than are taken.
    #[error("the table has more than {most} lines")]
    Rows {
        /// How many are taken.
        most: u64,
    },
    /// Neither UTF-8 nor UTF-16 nor GB18030.
    #[error("the table is neither UTF-8 nor GB18030 (GBK): save it as `CSV UTF-8`")]
    Encoding,
    /// Nothing stands in it.
    #[error("the table is empty: its first line must name the columns, at least `{}`", .needed.join("` and `"))]
    Empty {
        /// Columns that the first line must name.
        needed: &'static [&'static str],
    },
}

impl SheetError {
    /// Whether there is too much of it.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::Bytes { .. } | Self::Rows { .. })
    }
}

/// What is wrong with the form of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetWrong {
    /// The first line names a column that nobody knows.
    UnknownColumn,
    /// The first line lacks a column.
    MissingColumn,
    /// The first line names a column twice.
    RepeatedColumn,
    /// The line has another number of cells than the first.
    Cells {
        /// As many as the first line.
        expected: usize,
        /// As many stand there.
        found: usize,
    },
}

impl SheetWrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::UnknownColumn => "is no column of this table: rename or remove it".to_owned(),
            Self::MissingColumn => "is missing in the first line: add the column".to_owned(),
            Self::RepeatedColumn => "stands twice in the first line: remove one of the two".to_owned(),
            Self::Cells { expected, found } => {
                format!("has {found} cells in place of {expected}: put cells with commas or line breaks into quotes")
            }
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownColumn => "不是本表的列：请改名或删除".to_owned(),
            Self::MissingColumn => "首行缺少此列：请补上".to_owned(),
            Self::RepeatedColumn => "在首行出现两次：请删除其中之一".to_owned(),
            Self::Cells { expected, found } => {
                format!("有 {found} 个单元格，应为 {expected} 个：含逗号或换行的单元格须加引号")
            }
        }
    }
}

/// Most faults of one table that are listed: six for each camera of the county. More are counted.
const MOST_FAULTS: usize = 100_000;

/// What is wrong with one cell, or one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault<W> {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column as the table names it; empty where it is the line as a whole.
    pub column: String,
    /// What is wrong.
    pub wrong: W,
}

/// Everything that is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults<W> {
    /// The first 100,000, in the order of lines.
    pub listed: Vec<RowFault<W>>,
    /// How many there are beyond those.
    pub more: u64,
}

impl<W> Default for Faults<W> {
    fn default() -> Self {
        Self { listed: Vec::new(), more: 0 }
    }
}

impl<W> Faults<W> {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.listed.len() as u64 + self.more
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// One more.
    pub(crate) fn push(&mut self, line: u64, column: impl Into<String>, wrong: W) {
        if self.listed.len() < MOST_FAULTS {
            self.listed.push(RowFault { line, column: column.into(), wrong });
        } else {
            self.more += 1;
        }
    }
}

/// A line of a table.
#[derive(Debug)]
pub(crate) struct Line<C> {
    /// Where it begins, from 1.
    pub(crate) number: u64,
    /// Its cells by column, or why it has none.
    pub(crate) cells: Result<BTreeMap<C, String>, SheetWrong>,
}

/// A table, read.
#[derive(Debug)]
pub(crate) struct Sheet<C> {
    /// What is wrong with the first line, by the text of the column; with such a fault there are no lines.
    pub(crate) faults: Vec<(String, SheetWrong)>,
    /// The lines behind it that hold something.
    pub(crate) lines: Vec<Line<C>>,
}

/// Reads a table.
///
/// # Errors
/// When the bytes are no table at all; what is wrong inside of one stands in it.
pub(crate) fn read<C: Column>(bytes: &[u8], most: Limits) -> Result<Sheet<C>, SheetError> {
    if bytes.len() > most.bytes {
        return Err(SheetError::Bytes { bytes: bytes.len(), most: most.bytes });
    }
    let text = text(bytes).ok_or(SheetError::Encoding)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    // A reader over text in memory has neither I/O errors nor broken UTF-8; what has no first record is empty.
    let Some(Ok(first)) = records.next() else { return Err(SheetError::Empty { needed: C::NEEDED }) };
    let (columns, faults) = header::<C>(&first);
    let mut lines = Vec::new();
    if !faults.is_empty() {
        return Ok(Sheet { faults, lines });
    }
    for record in records.flatten() {
        // Spreadsheets write lines of nothing but commas behind the last one.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() as u64 >= most.rows {
            return Err(SheetError::Rows { most: most.rows });
        }
        let number = record.position().map_or(0, csv::Position::line);
        let cells = if record.len() == columns.len() {
            Ok(columns.iter().copied().zip(&record).map(|(column, cell)| (column, column.cell(cell))).collect())
        } else {
            Err(SheetWrong::Cells { expected: columns.len(), found: record.len() })
        };
        lines.push(Line { number, cells });
    }
    Ok(Sheet { faults, lines })
}

fn header<C: Column>(first: &csv::StringRecord) -> (Vec<C>, Vec<(String, SheetWrong)>) {
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for cell in first {
        let name = cell.trim();
        // What a person typed into the first line is shown to him, cut.
        let shown: String = name.chars().take(40).collect();
        match C::read(name) {
            None => faults.push((shown, SheetWrong::UnknownColumn)),
            Some(column) if columns.contains(&column) => faults.push((shown, SheetWrong::RepeatedColumn)),
            Some(column) => columns.push(column),
        }
    }
    let missing = C::NEEDED.iter().filter(|name| C::read(name).is_some_and(|column| !columns.contains(&column)));
    let missing: Vec<_> = missing.map(|name| ((*name).to_owned(), SheetWrong::MissingColumn)).collect();
    // Without any of them it is no line of names but the first of the lines: nothing of it, a password perhaps, is said
    // again.
    if missing.len() == C::NEEDED.len() {
        faults.clear();
    }
    faults.extend(missing);
    (columns, faults)
}

/// Bytes as text; nothing where they are neither UTF-8 nor UTF-16 nor GB18030.
fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    // Excel in China writes `CSV` in the system's code page, of which GB18030 is the whole.
    GB18030.decode_without_bom_handling_and_without_replacement(bytes)
}

/// What the first line separates its columns with: a comma, or the tab and semicolon of some spreadsheets.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| first.bytes().filter(|byte| *byte == wanted).count();
    // The last of equals wins.
    [b';', b'\t', b','].into_iter().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

/// A cell as a spreadsheet shows it and never runs it.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What a cell meant before it was made harmless.
pub(crate) fn meant(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

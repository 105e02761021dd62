//! A table of cameras as bytes: CSV as Excel and others write it, in the encodings of China. Pure.
//!
//! The first line names the columns, in English or Chinese ([`Field::name`], [`Field::zh`]), in any order; `password` may
//! stand among them and is never written by an export. Cells that a spreadsheet could take for a formula are written with
//! an apostrophe before them, and read without it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::Encoding;
use encoding_rs::GB18030;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::Wrong;

/// Largest table in bytes: 14,656 cameras with masks and notes take some 8 MB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Most lines of a table: three times the county.
pub(super) const MAX_ROWS: u64 = 50_000;

/// Names of the column with passwords.
const PASSWORD: [&str; 2] = ["password", "密码"];

/// What a spreadsheet takes for the beginning of a formula, its full-width forms included; the apostrophe escapes itself.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'];

/// Why bytes are no table of cameras.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// More bytes than the hub takes. Code XL0234.
    #[error("the table is larger than {MAX_BYTES} bytes")]
    Bytes {
        /// How many there are.
        bytes: usize,
    },
    /// More lines than the hub takes. Code XL0234.
    #[error("the table has more than {MAX_ROWS} lines")]
    Rows,
    /// Neither UTF-8 nor UTF-16 nor GB18030. Code XL0233.
    #[error("the table is neither UTF-8 nor GB18030 (GBK): save it as `CSV UTF-8`")]
    Encoding,
    /// Nothing stands in it. Code XL0233.
    #[error("the table is empty: its first line must name the columns, at least `township` and `camera`")]
    Empty,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWrong {
    /// A field of the camera.
    Field(Wrong),
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
    /// The password is longer than 128 characters or holds a control character.
    Password,
}

impl RowWrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Field(wrong) => wrong.en(),
            Self::UnknownColumn => "is no column of this table: rename or remove it".to_owned(),
            Self::MissingColumn => "is missing in the first line: add the column".to_owned(),
            Self::RepeatedColumn => "stands twice in the first line: remove one of the two".to_owned(),
            Self::Cells { expected, found } => {
                format!("has {found} cells in place of {expected}: put cells with commas or line breaks into quotes")
            }
            Self::Password => "must be at most 128 characters without line breaks".to_owned(),
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Field(wrong) => wrong.zh(),
            Self::UnknownColumn => "不是本表的列：请改名或删除".to_owned(),
            Self::MissingColumn => "首行缺少此列：请补上".to_owned(),
            Self::RepeatedColumn => "在首行出现两次：请删除其中之一".to_owned(),
            Self::Cells { expected, found } => {
                format!("有 {found} 个单元格，应为 {expected} 个：含逗号或换行的单元格须加引号")
            }
            Self::Password => "最多 128 个字符，不含换行".to_owned(),
        }
    }
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// A field of the camera.
    Field(Field),
    /// The password of its user.
    Password,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Line {
    /// Where it begins, from 1.
    pub(super) number: u64,
    /// Its cells by column, or why it has none.
    pub(super) cells: Result<BTreeMap<Column, String>, RowWrong>,
}

/// A table, read.
#[derive(Debug)]
pub(super) struct Table {
    /// What is wrong with the first line, by the text of the column; with such a fault there are no lines.
    pub(super) faults: Vec<(String, RowWrong)>,
    /// The lines behind it that hold something.
    pub(super) lines: Vec<Line>,
}

/// Reads a table.
///
/// # Errors
/// When the bytes are no table at all; what is wrong inside of one stands in it.
pub(super) fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::Bytes { bytes: bytes.len() });
    }
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    // A reader over text in memory has neither I/O errors nor broken UTF-8; what has no first record is empty.
    let Some(Ok(first)) = records.next() else { return Err(TableError::Empty) };
    let (columns, faults) = header(&first);
    let mut lines = Vec::new();
    if !faults.is_empty() {
        return Ok(Table { faults, lines });
    }
    for record in records.flatten() {
        // Spreadsheets write lines of nothing but commas behind the last one.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() as u64 >= MAX_ROWS {
            return Err(TableError::Rows);
        }
        let number = record.position().map_or(0, csv::Position::line);
        let cells = if record.len() == columns.len() {
            Ok(columns.iter().copied().zip(&record).map(|(column, cell)| (column, typed(column, cell))).collect())
        } else {
            Err(RowWrong::Cells { expected: columns.len(), found: record.len() })
        };
        lines.push(Line { number, cells });
    }
    Ok(Table { faults, lines })
}

/// A cell as a spreadsheet shows it and never runs it.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn typed(column: Column, cell: &str) -> String {
    match cell.strip_prefix('\'') {
        // A password is never exported, so nothing was put before it.
        Some(rest) if column != Column::Password && rest.starts_with(FORMULA) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

fn header(first: &csv::StringRecord) -> (Vec<Column>, Vec<(String, RowWrong)>) {
    let (mut columns, mut faults) = (Vec::new(), Vec::new());
    for cell in first {
        let name = cell.trim();
        let column = match Field::read(name) {
            Some(field) => Some(Column::Field(field)),
            None if PASSWORD.contains(&name) => Some(Column::Password),
            None => None,
        };
        // What a person typed into the first line is shown to him, cut.
        let shown: String = name.chars().take(40).collect();
        match column {
            None => faults.push((shown, RowWrong::UnknownColumn)),
            Some(column) if columns.contains(&column) => faults.push((shown, RowWrong::RepeatedColumn)),
            Some(column) => columns.push(column),
        }
    }
    let missing =
        [Field::Township, Field::Camera].into_iter().filter(|field| !columns.contains(&Column::Field(*field)));
    let missing: Vec<_> = missing.map(|field| (field.name().to_owned(), RowWrong::MissingColumn)).collect();
    // Without both it is no line of names but the first camera: nothing of it, a password perhaps, is said again.
    if missing.len() == 2 {
        faults.clear();
    }
    faults.extend(missing);
    (columns, faults)
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, TableError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
            .ok_or(TableError::Encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    // Excel in China writes `CSV` in the system's code page, of which GB18030 is the whole.
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(TableError::Encoding)
}

/// What the first line separates its columns with: a comma, or the tab and semicolon of some spreadsheets.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |wanted: u8| first.bytes().filter(|byte| *byte == wanted).count();
    // The last of equals wins.
    [b';', b'\t', b','].into_iter().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

#[cfg(test)]
mod tests;

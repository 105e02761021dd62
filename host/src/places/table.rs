//! A table of places as bytes. Pure. How spreadsheets write one is [`crate::sheet`]'s affair.

use xl_model::place::draft::Column;
use xl_model::place::fault::PlaceWrong;

use crate::sheet;
use crate::sheet::Limits;
use crate::sheet::Sheet;
use crate::sheet::SheetError;
use crate::sheet::SheetWrong;

/// Largest table in bytes: a county of 1,200 villages takes 100 KB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Most lines of a table: ten times a large county.
const MAX_ROWS: u64 = 20_000;

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWrong {
    /// A column of the place.
    Place(PlaceWrong),
    /// The form of the line.
    Sheet(SheetWrong),
}

impl RowWrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Place(wrong) => wrong.en(),
            Self::Sheet(wrong) => wrong.en(),
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Place(wrong) => wrong.zh(),
            Self::Sheet(wrong) => wrong.zh(),
        }
    }
}

impl sheet::Column for Column {
    const NEEDED: &'static [&'static str] = &["code"];

    fn read(name: &str) -> Option<Self> {
        Self::read(name)
    }
}

/// Reads a table.
///
/// # Errors
/// When the bytes are no table at all; what is wrong inside of one stands in it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet<Column>, SheetError> {
    sheet::read(bytes, Limits { bytes: MAX_BYTES, rows: MAX_ROWS })
}

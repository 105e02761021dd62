//! A table of cameras as bytes: CSV as Excel and others write it, in the encodings of China. Pure.
//!
//! The first line names the columns, in English or Chinese ([`Field::name`], [`Field::zh`]), in any order; `password` may
//! stand among them and is never written by an export.

use xl_model::camera::draft::Field;
use xl_model::camera::fault::Wrong;

use crate::sheet;
use crate::sheet::Limits;
use crate::sheet::Sheet;
use crate::sheet::SheetError;
use crate::sheet::SheetWrong;

/// Largest table in bytes: 14,656 cameras with masks and notes take some 8 MB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Most lines of a table: three times the county.
pub(super) const MAX_ROWS: u64 = 50_000;

/// Names of the column with passwords.
const PASSWORD: [&str; 2] = ["password", "密码"];

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowWrong {
    /// A field of the camera.
    Field(Wrong),
    /// The form of the line.
    Sheet(SheetWrong),
    /// The password is longer than 128 characters or holds a control character.
    Password,
}

impl RowWrong {
    /// What is wrong and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Field(wrong) => wrong.en(),
            Self::Sheet(wrong) => wrong.en(),
            Self::Password => "must be at most 128 characters without line breaks".to_owned(),
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Field(wrong) => wrong.zh(),
            Self::Sheet(wrong) => wrong.zh(),
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

impl sheet::Column for Column {
    const NEEDED: &'static [&'static str] = &["township", "camera"];

    fn read(name: &str) -> Option<Self> {
        match Field::read(name) {
            Some(field) => Some(Self::Field(field)),
            None if PASSWORD.contains(&name) => Some(Self::Password),
            None => None,
        }
    }

    fn cell(self, text: &str) -> String {
        // A password is never exported, so nothing was put before it.
        if self == Self::Password { text } else { sheet::meant(text) }.to_owned()
    }
}

/// Reads a table.
///
/// # Errors
/// When the bytes are no table at all; what is wrong inside of one stands in it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet<Column>, SheetError> {
    sheet::read(bytes, Limits { bytes: MAX_BYTES, rows: MAX_ROWS })
}

#[cfg(test)]
mod tests;

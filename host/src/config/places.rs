//! `[places]`: the county whose places this hub begins with.

use super::Section;

/// The places that a hub begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Places {
    /// The county by its six digits.
    pub county: String,
}

impl Places {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let county = section.parsed("county", "371122".to_owned(), COUNTY);
        if county.len() != 6 || !county.bytes().all(|b| b.is_ascii_digit()) || county.starts_with('0') {
            section.wrong("county", format!("`{county}` is not the code of a county"), COUNTY);
        }
        section.finish();
        Self { county }
    }
}

const COUNTY: &str = "six digits of a county such as \"371122\"";
